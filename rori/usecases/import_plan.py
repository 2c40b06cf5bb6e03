"""What an import would do to an inventory, worked out before anything is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rori.errors import Problem
from rori.inventory.build import Inventory, check_inventory
from rori.inventory.cells import Shown, parse_row, show_cell
from rori.inventory.columns import Record, Sheet
from rori.inventory.sheets import SHEETS
from rori.reports.raw_rows import RawInventory, RawRows

MAX_PROBLEMS = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class CellChange:
    """One cell before and after, as sheets and screens show it."""

    column: str
    header: str
    old: Shown
    new: Shown


@dataclass(frozen=True, slots=True, kw_only=True)
class RowChange:
    """One row of the file and what it does: `cells` holds only those that change. `sheet` is the sheet's name."""

    sheet: str
    sheet_label: str
    key: str
    row: int
    cells: tuple[CellChange, ...] = ()
    record: Record


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportPlan:
    """What an import would add and change; with any problem it changes nothing."""

    added: tuple[RowChange, ...] = ()
    changed: tuple[RowChange, ...] = ()
    unchanged: tuple[RowChange, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def can_be_applied(self) -> bool:
        """Whether there is something to write and nothing against it."""
        return bool(self.added or self.changed) and not self.problems

    @property
    def rows_by_sheet(self) -> Mapping[str, Sequence[RowChange]]:
        """All rows of the file by sheet name, in the order of the file."""
        rows: dict[str, list[RowChange]] = {}
        for change in sorted((*self.added, *self.changed, *self.unchanged), key=lambda change: change.row):
            rows.setdefault(change.sheet, []).append(change)
        return rows


@dataclass(frozen=True, slots=True, kw_only=True)
class _ReadSheet:
    """The rows of a file's sheet that could be read, where they stand, and the ids of those that could not."""

    records: tuple[Record, ...] = ()
    rows: tuple[int, ...] = ()
    unread_keys: frozenset[str] = frozenset()
    problems: tuple[Problem, ...] = ()


def plan_import(current: Inventory, raw: RawInventory) -> ImportPlan:
    """Work out what a file would add to and change in an inventory, and everything that speaks against it."""
    read = {sheet.name: _read_sheet(sheet, raw.get(sheet.name, [])) for sheet in SHEETS}
    problems = [problem for sheet in read.values() for problem in sheet.problems]
    return _plan(current, read, problems)


def plan_again(current: Inventory, plan: ImportPlan) -> ImportPlan:
    """Work out the same import for an inventory that may have changed since."""
    read = {
        name: _ReadSheet(records=tuple(c.record for c in changes), rows=tuple(c.row for c in changes))
        for name, changes in plan.rows_by_sheet.items()
    }
    return _plan(current, read, [])


def _plan(current: Inventory, read: Mapping[str, _ReadSheet], problems: list[Problem]) -> ImportPlan:
    merged: Inventory = {}
    numbers: dict[str, list[int | None]] = {}
    changes: dict[str, list[RowChange]] = {"added": [], "changed": [], "unchanged": []}
    for sheet in SHEETS:
        part = read.get(sheet.name, _ReadSheet())
        before = {str(record[sheet.key]): record for record in current.get(sheet.name, ())}
        for record, row in zip(part.records, part.rows, strict=True):
            kind, change = _change(sheet, before.get(str(record[sheet.key])), record, row)
            changes[kind].append(change)
        replaced = {str(record[sheet.key]) for record in part.records}
        kept = [record for key, record in before.items() if key not in replaced]
        merged[sheet.name] = (*kept, *part.records)
        numbers[sheet.name] = [*[None] * len(kept), *part.rows]
    unread = {name: part.unread_keys for name, part in read.items()}
    found = _capped([*problems, *check_inventory(merged, numbers, unread)])
    return ImportPlan(**{kind: tuple(rows) for kind, rows in changes.items()}, problems=found)


def _read_sheet(sheet: Sheet, rows: RawRows) -> _ReadSheet:
    records: list[Record] = []
    numbers: list[int] = []
    unread: set[str] = set()
    problems: list[Problem] = []
    for number, cells in rows:
        record, faults = parse_row(sheet, cells, number)
        problems += faults
        if faults:
            unread.add(str(record[sheet.key] or ""))
        else:
            records.append(record)
            numbers.append(number)
    return _ReadSheet(
        records=tuple(records), rows=tuple(numbers), unread_keys=frozenset(unread), problems=tuple(problems)
    )


def _change(sheet: Sheet, before: Record | None, record: Record, row: int) -> tuple[str, RowChange]:
    """Compare as shown: what nobody can see differ has not changed."""
    cells = []
    for column in sheet.columns:
        old = show_cell(column, column.default if before is None else before[column.name])
        new = show_cell(column, record[column.name])
        if old != new:
            cells.append(
                CellChange(column=column.name, header=column.header, old=None if before is None else old, new=new)
            )
    kind = "added" if before is None else "changed" if cells else "unchanged"
    change = RowChange(
        sheet=sheet.name,
        sheet_label=sheet.label,
        key=str(record[sheet.key]),
        row=row,
        cells=tuple(cells),
        record=record,
    )
    return kind, change


def _capped(problems: list[Problem]) -> tuple[Problem, ...]:
    if len(problems) <= MAX_PROBLEMS:
        return tuple(problems)
    rest = Problem(message=f"and {len(problems) - MAX_PROBLEMS} more problems; correct these first")
    return (*problems[:MAX_PROBLEMS], rest)
