"""Edits in a grid that are not saved yet: what was opened, what was typed, what that means for the store."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from rori.errors import ImportRefusedError, Problem
from rori.inventory.cells import parse_row, show_cell
from rori.inventory.columns import Sheet
from rori.store import StoredRecord
from rori.usecases.inventory import GridEdit

Cells = Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftRow:
    """One row: as it is stored (None for a new one), and the cells typed over it."""

    stored: StoredRecord | None = None
    typed: Cells = field(default_factory=dict)

    def cells(self, sheet: Sheet) -> dict[str, object]:
        """Return all cells as a grid shows them."""
        shown: dict[str, object] = {
            column.name: show_cell(column, self.stored.values[column.name] if self.stored else column.default)
            for column in sheet.columns
        }
        return {**shown, **self.typed}

    def with_typed(self, typed: Cells) -> DraftRow:
        """Return the row with more cells typed."""
        return replace(self, typed={**self.typed, **typed})


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """The rows of one sheet as somebody sees them, and the stored rows that were deleted."""

    sheet: Sheet
    rows: tuple[DraftRow, ...]
    deleted: tuple[StoredRecord, ...] = ()

    @classmethod
    def of(cls, sheet: Sheet, stored: Iterable[StoredRecord]) -> Draft:
        """Start from what is stored."""
        return cls(sheet=sheet, rows=tuple(DraftRow(stored=record) for record in stored))

    @property
    def stored(self) -> tuple[StoredRecord, ...]:
        """The stored rows that this draft was opened with, in the order of their keys."""
        opened = [*(row.stored for row in self.rows if row.stored), *self.deleted]
        return tuple(sorted(opened, key=lambda record: str(record.values[self.sheet.key])))

    @property
    def added(self) -> tuple[DraftRow, ...]:
        """New rows with at least one cell filled in."""
        return tuple(row for row in self.rows if row.stored is None and any(_is_filled(v) for v in row.typed.values()))

    @property
    def changed(self) -> tuple[DraftRow, ...]:
        """Stored rows of which a cell looks different now."""
        return tuple(row for row in self.rows if row.stored and row.typed and self._differs(row))

    @property
    def is_untouched(self) -> bool:
        """Whether saving would do nothing."""
        return not (self.added or self.changed or self.deleted)

    @property
    def touched_keys(self) -> tuple[str, ...]:
        """Ids of the rows that saving would write."""
        stored = [*(row.stored for row in self.changed if row.stored), *self.deleted]
        return (
            *(str(record.values[self.sheet.key]) for record in stored),
            *(str(row.typed.get(self.sheet.key)) for row in self.added),
        )

    def matching(self, text: str) -> list[int]:
        """Return the positions of rows in which every word occurs; new rows always match."""
        words = text.casefold().split()
        return [
            position
            for position, row in enumerate(self.rows)
            if row.stored is None or all(word in _plain_text(row.cells(self.sheet)) for word in words)
        ]

    def after(self, state: Mapping[str, Any], shown: Sequence[int]) -> Draft:
        """Return the draft after what a data editor says was done to the rows that it showed."""
        rows = list(self.rows)
        for place, typed in state.get("edited_rows", {}).items():
            position = shown[int(place)]
            rows[position] = rows[position].with_typed(typed)
        gone = {shown[place] for place in state.get("deleted_rows", []) if place < len(shown)}
        deleted = [record for position in sorted(gone) if (record := rows[position].stored) is not None]
        kept = [row for position, row in enumerate(rows) if position not in gone]
        kept += [DraftRow(typed=self._own(cells)) for cells in state.get("added_rows", [])]
        return replace(self, rows=tuple(kept), deleted=(*self.deleted, *deleted))

    def rebased(self, fresh: Iterable[StoredRecord]) -> Draft:
        """Return the same edits on top of what is stored now; edits of rows that are gone are dropped."""
        key = self.sheet.key
        typed = {str(row.stored.values[key]): row.typed for row in self.changed if row.stored}
        gone = {str(record.values[key]) for record in self.deleted}
        by_key = {str(record.values[key]): record for record in fresh}
        rows = [DraftRow(stored=r, typed=typed.get(name, {})) for name, r in by_key.items() if name not in gone]
        deleted = tuple(record for name, record in by_key.items() if name in gone)
        return replace(self, rows=(*rows, *self.added), deleted=deleted)

    def edit(self) -> GridEdit:
        """Return what to save; ImportRefusedError names every cell that is not accepted, by the id of its row."""
        problems = [problem for row in self.changed for problem in self._problems(row)]
        for number, row in enumerate(self.added, start=1):
            problems += self._problems(row, f"new row {number}")
        if problems:
            raise ImportRefusedError(tuple(problems))
        key = self.sheet.key
        return GridEdit(
            added=[row.cells(self.sheet) for row in self.added],
            changed=[(row.cells(self.sheet), row.stored.version) for row in self.changed if row.stored],
            deleted=[(str(record.values[key]), record.version) for record in self.deleted],
        )

    def _own(self, cells: Cells) -> dict[str, object]:
        """Leave out what the editor adds of its own, such as its index."""
        names = {column.name for column in self.sheet.columns}
        return {name: value for name, value in cells.items() if name in names}

    def _problems(self, row: DraftRow, place: str = "") -> list[Problem]:
        key = self.sheet.columns[0]
        cells = row.cells(self.sheet)
        place = f"row {row.stored.values[key.name]}" if row.stored else f"{place} ({cells[key.name] or 'no id yet'})"
        found = [replace(problem, sheet=place) for problem in parse_row(self.sheet, cells)[1]]
        if row.stored and cells[key.name] != row.stored.values[key.name]:
            message = f"never changes, since other rows refer to it, got {str(cells[key.name])!r}; add a row instead"
            found = [Problem(message=message, sheet=place, column=key.header)]
        return found

    def _differs(self, row: DraftRow) -> bool:
        before = DraftRow(stored=row.stored).cells(self.sheet)
        return any(_same(value) != _same(before[name]) for name, value in row.typed.items())


def _is_filled(value: object) -> bool:
    return value not in (None, "", False, [], ())


def _same(value: object) -> object:
    """Return a cell so that what looks the same is the same: ticks as words, lists joined, empty as nothing."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        value = "; ".join(str(item) for item in value)
    return None if value == "" else value


def _plain_text(cells: Mapping[str, object]) -> str:
    return " ".join(str(value) for value in cells.values() if value is not None).casefold()
