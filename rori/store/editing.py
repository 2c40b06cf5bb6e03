"""Changes to rows of sheets; each leaves its line in the audit log within the same transaction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from rori.errors import ConflictError, InputError, NotFoundError
from rori.inventory.columns import Record, Sheet
from rori.store.audit import Change, last_versions, write_changes
from rori.store.engine import chunks
from rori.store.references import existing_keys, refuse_if_used, require_referred
from rori.store.tables import ROW_BY_SHEET, SheetRow, table
from rori.store.values import StoredRecord, checked_record, label, record_from_row, record_to_json


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """Who changes something, in which session; `action` replaces the plain name of the change in the log."""

    session: Session
    who: str
    action: str = ""
    note: str = ""

    def log(self, *changes: Change) -> None:
        """Write changes into the log."""
        write_changes(self.session, self.who, list(changes))


def insert_rows(edit: Edit, sheet: Sheet, records: Iterable[Record]) -> tuple[StoredRecord, ...]:
    """Add rows; InputError when a key is taken or a reference names nothing."""
    checked = [checked_record(sheet, record) for record in records]
    keys = [str(record[sheet.key]) for record in checked]
    _require_new(edit.session, sheet, keys)
    require_referred(edit.session, sheet, checked)
    versions, now = last_versions(edit.session, sheet.name, keys), datetime.now(UTC)
    stored = tuple(
        StoredRecord(values=record, version=versions.get(key, 0) + 1, changed_by=edit.who, changed_at=now)
        for key, record in zip(keys, checked, strict=True)
    )
    if stored:
        rows = [{**s.values, "version": s.version, "changed_by": s.changed_by, "changed_at": now} for s in stored]
        edit.session.execute(table(sheet.name).insert(), rows)
    edit.log(*(_change(edit, sheet, "insert", after=row) for row in stored))
    return stored


def update_rows(edit: Edit, sheet: Sheet, edits: Iterable[tuple[Record, int]]) -> tuple[StoredRecord, ...]:
    """Change rows, each given with the version that the user saw; a row that stays as it is is not touched."""
    wanted = [(checked_record(sheet, record), version) for record, version in edits]
    seen = {str(record[sheet.key]): version for record, version in wanted}
    _require_once(sheet, [str(record[sheet.key]) for record, _ in wanted])
    rows = _rows_as_seen(edit.session, sheet, seen)
    require_referred(edit.session, sheet, [record for record, _ in wanted])
    before = {key: stored_record(sheet, row) for key, row in rows.items()}
    changed = [(key, record) for key, (record, _) in zip(seen, wanted, strict=True) if record != before[key].values]
    now = datetime.now(UTC)
    for key, record in changed:
        for name, value in {**record, "changed_by": edit.who, "changed_at": now}.items():
            setattr(rows[key], name, value)
    edit.session.flush()
    after = {key: stored_record(sheet, row) for key, row in rows.items()}
    edit.log(*(_change(edit, sheet, "update", before=before[key], after=after[key]) for key, _ in changed))
    return tuple(after[key] for key in seen)


def delete_rows(edit: Edit, sheet: Sheet, versions: Mapping[str, int]) -> None:
    """Delete rows, each given with the version that the user saw; InUseError names what still refers to one."""
    rows = _rows_as_seen(edit.session, sheet, versions)
    before = {key: stored_record(sheet, row) for key, row in rows.items()}
    refuse_if_used(edit.session, sheet, {key: label(sheet, row.values) for key, row in before.items()})
    for row in rows.values():
        edit.session.delete(row)
    edit.session.flush()
    edit.log(*(_change(edit, sheet, "delete", before=before[key]) for key in versions))


def stored_record(sheet: Sheet, row: SheetRow) -> StoredRecord:
    """Turn a row into what leaves the store."""
    values = {column.name: getattr(row, column.name) for column in sheet.columns}
    return StoredRecord(
        values=record_from_row(sheet, values),
        version=row.version,
        changed_by=row.changed_by,
        changed_at=row.changed_at,
    )


def moment(at: datetime) -> str:
    """Return a moment as messages show it."""
    return f"{at:%Y-%m-%d %H:%M:%S} UTC"


def _change(
    edit: Edit, sheet: Sheet, action: str, *, before: StoredRecord | None = None, after: StoredRecord | None = None
) -> Change:
    newest = after or before
    return Change(
        action=edit.action or action,
        subject=sheet.name,
        subject_key=str(newest.values[sheet.key]) if newest else "",
        row_version=newest.version if newest else None,
        before=_json(before),
        after=_json(after),
        note=edit.note,
    )


def _json(record: StoredRecord | None) -> dict[str, Any] | None:
    return None if record is None else record_to_json(record.values)


def _rows_as_seen(session: Session, sheet: Sheet, seen: Mapping[str, int]) -> dict[str, SheetRow]:
    """Return the rows with these keys, locked; NotFoundError or ConflictError when one is not as it was seen."""
    model, key_column = ROW_BY_SHEET[sheet.name], table(sheet.name).c[sheet.key]
    rows: dict[str, SheetRow] = {}
    for piece in chunks(seen):
        statement = select(model).where(key_column.in_(piece)).with_for_update()
        found = session.execute(statement, execution_options={"populate_existing": True}).scalars()
        rows.update((getattr(row, sheet.key), row) for row in found)
    for key, version in seen.items():
        if key not in rows:
            raise NotFoundError(f"there is no {sheet.singular} {key!r}")
        if rows[key].version != version:
            raise ConflictError(_conflict(sheet, stored_record(sheet, rows[key])))
    return rows


def _conflict(sheet: Sheet, current: StoredRecord) -> str:
    return (
        f"{label(sheet, current.values)} was changed by {current.changed_by} at {moment(current.changed_at)} "
        "since you opened it; nothing was saved, reload and try again"
    )


def _require_new(session: Session, sheet: Sheet, keys: Sequence[str]) -> None:
    _require_once(sheet, keys)
    taken = existing_keys(session, sheet, keys)
    if taken:
        raise InputError(sheet.columns[0].label, f"an id that no other {sheet.singular} has", min(taken))


def _require_once(sheet: Sheet, keys: Sequence[str]) -> None:
    repeated = [key for key, times in Counter(keys).items() if times > 1]
    if repeated:
        raise InputError(sheet.columns[0].label, f"given once for each {sheet.singular}", repeated[0])
