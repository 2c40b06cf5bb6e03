"""Reads an inventory workbook into raw rows, and refuses what would be misread."""

from __future__ import annotations

import io
import posixpath
import re
import warnings
import zipfile
from collections.abc import Iterator, Sequence
from typing import Protocol, cast

from defusedxml import ElementTree
from openpyxl import load_workbook
from openpyxl.utils.escape import unescape
from openpyxl.worksheet._read_only import ReadOnlyWorksheet

from rori.errors import ImportRefusedError, Problem
from rori.inventory.columns import Column, Sheet, ValueKind
from rori.inventory.sheets import SHEETS
from rori.reports.raw_rows import (
    MAX_PROBLEMS,
    MAX_ROWS,
    RawInventory,
    RawRows,
    is_blank,
    is_note,
    match_headings,
    refuse,
    too_many_rows,
)
from rori.reports.upload_guard import broken_files_refused, check_workbook

README_TITLE = "Read me"
LISTS_TITLE = "Lists"

_EXTRA_COLUMNS = 20
_LAST_ROW = 100_000
_MERGED = re.compile(rb"<(?:\w+:)?mergeCell[\s/>]")
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


class _Rows(Protocol):
    """What of a sheet that is read row by row is needed here."""

    def iter_rows(
        self, *, min_row: int | None = None, max_row: int | None = None, max_col: int | None = None
    ) -> Iterator[tuple[object, ...]]:
        """Yield the cells of each row."""


def read_inventory_workbook(content: bytes) -> RawInventory:
    """Read the sheets of an inventory as rows of raw cells; ImportRefusedError says why a file is refused."""
    check_workbook(content)
    with broken_files_refused(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        workbook = load_workbook(io.BytesIO(content), read_only=True, data_only=False, keep_links=False)
        try:
            sheets = _known_sheets(workbook.sheetnames)
            _refuse_merged_cells(content, sheets)
            problems: list[Problem] = []
            raw = {sheet.name: _read_sheet(sheet, workbook[title], problems) for title, sheet in sheets.items()}
        finally:
            workbook.close()
    if problems:
        raise ImportRefusedError(tuple(problems[:MAX_PROBLEMS]))
    return raw


def _known_sheets(titles: Sequence[str]) -> dict[str, Sheet]:
    """Find the sheet of the inventory behind each title."""
    by_title = {sheet.label.casefold(): sheet for sheet in SHEETS} | {sheet.name.casefold(): sheet for sheet in SHEETS}
    expected = ", ".join(sheet.label for sheet in SHEETS)
    found: dict[str, Sheet] = {}
    unknown = []
    for title in titles:
        sheet = by_title.get(title.strip().casefold())
        if sheet is None and title.strip().casefold() not in {README_TITLE.casefold(), LISTS_TITLE.casefold()}:
            unknown.append(
                Problem(message=f"there is no sheet {title[:80]!r} in an inventory; the sheets are {expected}")
            )
        elif sheet is not None and sheet in found.values():
            unknown.append(Problem(message="this sheet stands here more than once; keep one", sheet=sheet.label))
        elif sheet is not None:
            found[title] = sheet
    if not found:
        raise refuse(f"no sheet of this workbook belongs to an inventory; the sheets are {expected}")
    if unknown:
        raise ImportRefusedError(tuple(unknown[:MAX_PROBLEMS]))
    return found


def _refuse_merged_cells(content: bytes, sheets: dict[str, Sheet]) -> None:
    """Refuse merged cells: all but the first of them would silently be empty."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for title, part in _parts_by_title(archive).items():
            if title in sheets and _MERGED.search(archive.read(part)):
                raise refuse("this sheet holds merged cells; unmerge them", sheets[title].label)


def _parts_by_title(archive: zipfile.ZipFile) -> dict[str, str]:
    """Find where in the file each sheet stands."""
    relations = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    targets = {str(relation.get("Id")): str(relation.get("Target")) for relation in relations}
    book = ElementTree.fromstring(archive.read("xl/workbook.xml"))
    parts = {}
    for entry in book.iter():
        if entry.tag.endswith("}sheet") and entry.get(_RELATION) in targets:
            target = targets[str(entry.get(_RELATION))]
            parts[str(entry.get("name"))] = posixpath.normpath(posixpath.join("/xl", target)).lstrip("/")
    return parts


def _read_sheet(sheet: Sheet, worksheet: object, problems: list[Problem]) -> RawRows:
    """Read one sheet; cells that cannot be taken as they are become problems."""
    if not isinstance(worksheet, ReadOnlyWorksheet):
        raise refuse("this is a chart, not a sheet of cells", sheet.label)
    cells_of = cast("_Rows", worksheet)
    worksheet.reset_dimensions()
    first = next(cells_of.iter_rows(max_row=1), ())
    try:
        columns = match_headings(sheet, [getattr(cell, "value", None) for cell in first])
    except ImportRefusedError as error:
        problems += error.problems
        return []
    rows: RawRows = []
    width = len(columns) + _EXTRA_COLUMNS
    for number, cells in enumerate(cells_of.iter_rows(min_row=2, max_col=width), start=2):
        raw: dict[str, object] = {}
        found = list(_row_problems(sheet, number, columns, cells, raw))
        if is_note(sheet, raw):
            continue
        problems += found if len(problems) < MAX_PROBLEMS else []
        if not is_blank(raw):
            rows.append((number, raw))
        if len(rows) > MAX_ROWS or number > _LAST_ROW:
            raise too_many_rows(sheet)
    return rows


def _row_problems(
    sheet: Sheet, row: int, columns: Sequence[Column | None], cells: Sequence[object], raw: dict[str, object]
) -> Iterator[Problem]:
    """Fill `raw` with the cells of a row; yield what is wrong with them."""
    for position, cell in enumerate(cells):
        value = getattr(cell, "value", None)
        if value is None:
            continue
        column = columns[position] if position < len(columns) else None
        if column is None:
            message = f"there is a value in a column without a heading: {str(value)[:40]!r}; give it one or clear it"
            yield Problem(message=message, sheet=sheet.label, row=row)
            continue
        kind = getattr(cell, "data_type", "")
        if kind in {"f", "e"}:
            what = (
                "holds a formula; paste its value" if kind == "f" else f"holds the error {value}; correct or clear it"
            )
            yield Problem(message=f"the cell {what}", sheet=sheet.label, row=row, column=column.header)
        raw[column.name] = _raw_value(column, value, str(getattr(cell, "number_format", "")))


def _raw_value(column: Column, value: object, number_format: str) -> object:
    """Return what the reader of the sheet sees: a cell formatted as percent shows a hundred times what it holds."""
    if isinstance(value, str):
        return unescape(value)
    if isinstance(value, bool) or not isinstance(value, int | float) or "%" not in number_format:
        return value
    percent = round(value * 100.0, 10)
    return percent if column.kind is ValueKind.SHARE else f"{percent:g} %"
