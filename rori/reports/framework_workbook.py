"""Reads a framework that somebody wrote in a workbook: what it is on one sheet, one requirement a row on another."""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Protocol, cast

from openpyxl import load_workbook
from openpyxl.utils.escape import unescape
from openpyxl.worksheet._read_only import ReadOnlyWorksheet

from rori.errors import ImportRefusedError, Problem
from rori.reports.raw_rows import MAX_PROBLEMS, refuse
from rori.reports.upload_guard import broken_files_refused, check_workbook

FRAMEWORK_SHEET = "Framework"
REQUIREMENTS_SHEET = "Requirements"
LIST_FIELDS = frozenset({"counted_as", "when", "evidence", "nist_controls", "doubts"})
YES_NO_FIELDS = frozenset({"assessable", "title_is_official"})

_COUNTS = "counts."
_MAX_ROWS = 5_000
_LAST_ROW = 20_000
_MAX_COLUMNS = 40
_DAY_FIELD = "applies_from"
_YES_NO = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}
_MERGED = re.compile(rb"<(?:\w+:)?mergeCell[\s/>]")
_SHEET_PART = re.compile(r"xl/worksheets/[^/]+\.xml")


@dataclass(frozen=True, slots=True, kw_only=True)
class RawFramework:
    """A framework as the workbook holds it, with the row of each requirement."""

    mapping: dict[str, object]
    rows: tuple[int, ...]


class _Rows(Protocol):
    """What of a sheet that is read row by row is needed here."""

    def iter_rows(
        self, *, min_row: int | None = None, max_row: int | None = None, max_col: int | None = None
    ) -> Iterator[tuple[object, ...]]:
        """Yield the cells of each row."""


def read_framework_workbook(content: bytes) -> RawFramework:
    """Read both sheets as raw values; ImportRefusedError says why a workbook is refused, with sheet, row and column."""
    check_workbook(content)
    with broken_files_refused(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        _refuse_merged_cells(content)
        workbook = load_workbook(io.BytesIO(content), read_only=True, data_only=False, keep_links=False)
        try:
            sheets = {title.strip().casefold(): title for title in workbook.sheetnames}
            problems: list[Problem] = []
            mapping = _read_framework(_sheet(workbook, sheets, FRAMEWORK_SHEET), problems)
            found = _read_requirements(_sheet(workbook, sheets, REQUIREMENTS_SHEET), problems)
        finally:
            workbook.close()
    if problems:
        raise ImportRefusedError(tuple(problems[:MAX_PROBLEMS]))
    mapping["requirements"] = [values for _, values in found]
    return RawFramework(mapping=mapping, rows=tuple(row for row, _ in found))


def _refuse_merged_cells(content: bytes) -> None:
    """Refuse merged cells: all but the first of them would silently be empty."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            if _SHEET_PART.fullmatch(name) and _MERGED.search(archive.read(name)):
                raise refuse("a sheet holds merged cells; unmerge them")


def _sheet(workbook: object, sheets: dict[str, str], wanted: str) -> _Rows:
    title = sheets.get(wanted.casefold())
    if title is None:
        raise refuse(
            f"the workbook must have the sheets {FRAMEWORK_SHEET} and {REQUIREMENTS_SHEET}; {wanted} is missing"
        )
    worksheet = workbook[title]  # type: ignore[index]
    if not isinstance(worksheet, ReadOnlyWorksheet):
        raise refuse("this is a chart, not a sheet of cells", wanted)
    worksheet.reset_dimensions()
    return cast("_Rows", worksheet)


def _read_framework(sheet: _Rows, problems: list[Problem]) -> dict[str, object]:
    """Read names in the first column and values in the second."""
    found: dict[str, object] = {}
    counts: dict[str, object] = {}
    for number, cells in enumerate(sheet.iter_rows(max_row=100, max_col=2), start=1):
        name = _heading(cells[0]) if cells else ""
        if not name or (number == 1 and name in {"name", "key", "field"}):
            continue
        value = _value(name, cells[1] if len(cells) > 1 else None, FRAMEWORK_SHEET, number, problems)
        if name in found or name.removeprefix(_COUNTS) in counts:
            problems.append(Problem(message=f"{name} stands here more than once", sheet=FRAMEWORK_SHEET, row=number))
        elif name.startswith(_COUNTS):
            counts[name.removeprefix(_COUNTS)] = _whole(value)
        elif value is not None:
            found[name] = value
    return {**found, "counts": counts} if counts else found


def _read_requirements(sheet: _Rows, problems: list[Problem]) -> list[tuple[int, dict[str, object]]]:
    """Read one requirement a row, below a row of headings."""
    headings = [_heading(cell) for cell in next(sheet.iter_rows(max_row=1, max_col=_MAX_COLUMNS), ())]
    named = [heading for heading in headings if heading]
    if "id" not in named or len(set(named)) < len(named):
        raise refuse(
            "the first row must name the columns, each once, and one of them must be id", REQUIREMENTS_SHEET, 1
        )
    found: list[tuple[int, dict[str, object]]] = []
    for number, cells in enumerate(sheet.iter_rows(min_row=2, max_col=_MAX_COLUMNS), start=2):
        values = _row(headings, cells, number, problems)
        if values:
            found.append((number, values))
        if len(found) > _MAX_ROWS or number > _LAST_ROW:
            raise refuse(
                f"a framework may have at most {_MAX_ROWS} requirements, this one has more", REQUIREMENTS_SHEET
            )
    return found


def _row(headings: Sequence[str], cells: Sequence[object], number: int, problems: list[Problem]) -> dict[str, object]:
    values: dict[str, object] = {}
    for position, cell in enumerate(cells):
        heading = headings[position] if position < len(headings) else ""
        value = _value(heading, cell, REQUIREMENTS_SHEET, number, problems)
        if value is None:
            continue
        if heading:
            values[heading] = value
        else:
            message = f"there is a value in a column without a heading: {str(value)[:40]!r}; give it one or clear it"
            problems.append(Problem(message=message, sheet=REQUIREMENTS_SHEET, row=number))
    return values


def _heading(cell: object) -> str:
    value = getattr(cell, "value", None)
    return "" if value is None else "_".join(str(value).strip().lower().split())


def _value(name: str, cell: object, sheet: str, row: int, problems: list[Problem]) -> object:
    """Return what a cell says, as the catalogue wants it; None when it is empty."""
    value = getattr(cell, "value", None)
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    kind = getattr(cell, "data_type", "")
    if kind in {"f", "e"}:
        what = "holds a formula; paste its value" if kind == "f" else f"holds the error {value}; correct or clear it"
        problems.append(Problem(message=f"the cell {what}", sheet=sheet, row=row, column=name))
        return None
    if isinstance(value, date | time | timedelta):
        if name != _DAY_FIELD:
            message = "this must be text, not a date; format the cell as text"
            problems.append(Problem(message=message, sheet=sheet, row=row, column=name))
        return value
    text = unescape(value) if isinstance(value, str) else _plain(value)
    if name in YES_NO_FIELDS:
        return _YES_NO.get(text.strip().lower(), text)
    return _items(text) if name in LIST_FIELDS else text


def _items(text: str) -> list[str]:
    """Split a list: one item a line, or, where all stands on one line, by semicolons."""
    return [item.strip() for item in re.split(r"\n" if "\n" in text else ";", text) if item.strip()]


def _plain(value: object) -> str:
    """Return a number as it was typed: a spreadsheet makes 2025 of "2025" and 1.0 of 1."""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _whole(value: object) -> object:
    text = str(value)
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 12 else value
