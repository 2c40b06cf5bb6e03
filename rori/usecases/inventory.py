"""Edit the inventory: look at it, save one row or a whole grid, delete, undo."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rori.errors import ImportRefusedError, InputError, Problem
from rori.inventory.build import check_inventory
from rori.inventory.cells import parse_record
from rori.inventory.columns import Record
from rori.inventory.sheets import SHEET_BY_NAME, SHEETS
from rori.store import AuditEntry, AuditQuery, Reader, Store, StoredRecord, Writer


@dataclass(frozen=True, slots=True, kw_only=True)
class GridEdit:
    """What was done in a grid: raw cells as typed, versions as seen when the grid was opened."""

    added: Sequence[Mapping[str, object]] = ()
    changed: Sequence[tuple[Mapping[str, object], int]] = ()
    deleted: Sequence[tuple[str, int]] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing was done."""
        return not (self.added or self.changed or self.deleted)


def list_records(store: Store, sheet_name: str) -> tuple[StoredRecord, ...]:
    """List the rows of one kind with their versions."""
    with store.read() as reader:
        return reader.records(sheet_name)


def count_records(store: Store) -> dict[str, int]:
    """Count the rows of every kind."""
    with store.read() as reader:
        return {sheet.name: reader.count(sheet.name) for sheet in SHEETS}


def save_record(store: Store, actor: str, sheet_name: str, cells: Mapping[str, object], version: int | None) -> Record:
    """Save one row as typed: a new one without a version, an existing one with the version that was seen.

    Raises
    ------
    ImportRefusedError
        When a cell or the inventory as a whole would be wrong.
    ConflictError
        When somebody else changed the row in the meantime.
    """
    record = parse_record(SHEET_BY_NAME[sheet_name], cells)
    with store.write(actor) as writer:
        if version is None:
            writer.insert(sheet_name, record)
        else:
            writer.update(sheet_name, record, version=version)
        _require_consistent(writer)
        writer.commit()
    return record


def save_grid(store: Store, actor: str, sheet_name: str, edit: GridEdit) -> None:
    """Save everything that was done in a grid, or nothing."""
    sheet = SHEET_BY_NAME[sheet_name]
    added, changed = _parsed(sheet_name, edit)
    with store.write(actor) as writer:
        for key, version in edit.deleted:
            writer.delete(sheet_name, key, version=version)
        for record, version in changed:
            writer.update(sheet_name, record, version=version)
        for record in added:
            _require_new(writer, sheet_name, str(record[sheet.key]))
            writer.insert(sheet_name, record)
        _require_consistent(writer)
        writer.commit()


def delete_record(store: Store, actor: str, sheet_name: str, key: str, version: int) -> None:
    """Delete one row; refused while something refers to it, and it can be undone."""
    with store.write(actor) as writer:
        writer.delete(sheet_name, key, version=version)
        _require_consistent(writer)
        writer.commit()


def undo_change(store: Store, actor: str, audit_id: int) -> None:
    """Undo one change of one row, unless it has changed again since."""
    with store.write(actor) as writer:
        writer.undo(audit_id)
        _require_consistent(writer)
        writer.commit()


def audit_trail(store: Store, query: AuditQuery) -> tuple[AuditEntry, ...]:
    """List what was written, newest first."""
    with store.read() as reader:
        return reader.audit(query)


def _parsed(sheet_name: str, edit: GridEdit) -> tuple[list[Record], list[tuple[Record, int]]]:
    sheet = SHEET_BY_NAME[sheet_name]
    problems: list[Problem] = []
    added: list[Record] = []
    changed: list[tuple[Record, int]] = []
    for cells in edit.added:
        try:
            added.append(parse_record(sheet, cells))
        except ImportRefusedError as refused:
            problems.extend(refused.problems)
    for cells, version in edit.changed:
        try:
            changed.append((parse_record(sheet, cells), version))
        except ImportRefusedError as refused:
            problems.extend(refused.problems)
    if problems:
        raise ImportRefusedError(tuple(problems))
    return added, changed


def _require_new(reader: Reader, sheet_name: str, key: str) -> None:
    sheet = SHEET_BY_NAME[sheet_name]
    if any(stored.values[sheet.key] == key for stored in reader.records(sheet_name)):
        raise InputError(sheet.columns[0].header, f"unique among the {sheet.label.lower()}", key)


def _require_consistent(writer: Writer) -> None:
    found = writer.inventory()
    problems = check_inventory(found, {name: [None] * len(records) for name, records in found.items()})
    if problems:
        raise ImportRefusedError(problems)
