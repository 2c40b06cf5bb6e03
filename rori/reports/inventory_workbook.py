"""The inventory as a workbook: template, export and import."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from rori import __version__
from rori.inventory.cells import Shown, parse_cell, show_cell
from rori.inventory.columns import Column, Record, Sheet, ValueKind
from rori.inventory.sheets import SHEET_BY_NAME, SHEETS
from rori.reports.raw_rows import EXAMPLE_MARK, HELP_MARK, MAX_ROWS
from rori.reports.styles import BAND, FONT, INK, PREVENTED, QUIET, RULE
from rori.reports.workbook_reading import LISTS_TITLE, README_TITLE, read_inventory_workbook

__all__ = ["allowed_in", "read_inventory_workbook", "write_inventory_workbook"]

FIRST_ROW = 4
ROWS_WITH_LISTS = 1_000

_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_NUMBER_FORMATS = {
    ValueKind.WHOLE: "0",
    ValueKind.NUMBER: "General",
    ValueKind.SHARE: "General",
    ValueKind.MONEY: "#,##0.00##",
}
_WIDTHS = {ValueKind.KEY: 26, ValueKind.REFERENCE: 24, ValueKind.TEXT: 30, ValueKind.LIST: 32, ValueKind.CHOICE: 22}

_HEADER_FONT = Font(name=FONT, bold=True, color="FFFFFF")
_HEADER_FILL = PatternFill("solid", fgColor=PREVENTED.lstrip("#"))
_HELP_FONT = Font(name=FONT, size=9, color=QUIET.lstrip("#"))
_HELP_FILL = PatternFill("solid", fgColor=BAND.lstrip("#"))
_EXAMPLE_FONT = Font(name=FONT, italic=True, color="8A939A")
_CELL_FONT = Font(name=FONT, color=INK.lstrip("#"))
_LINE = Border(bottom=Side(style="thin", color=RULE.lstrip("#")))
_WRAPPED = Alignment(wrap_text=True, vertical="top", horizontal="left", indent=1)
_TEXT = Alignment(vertical="top", horizontal="left", indent=1)
_FIGURE = Alignment(vertical="top", horizontal="right")
_NARROW = 18


def write_inventory_workbook(inventory: Mapping[str, Sequence[Record]], *, made_at: datetime | None = None) -> bytes:
    """Write an inventory as a workbook that can be filled in and imported; an empty one gives the template."""
    workbook = Workbook()
    readme = workbook.active
    if not isinstance(readme, Worksheet):
        raise TypeError("a new workbook has one worksheet")
    _write_readme(readme, made_at or datetime.now(UTC))
    choices = _write_lists(workbook)
    for sheet in SHEETS:
        worksheet = workbook.create_sheet(sheet.label, index=len(workbook.sheetnames) - 1)
        _write_headings(worksheet, sheet)
        _write_rows(worksheet, sheet, inventory.get(sheet.name, ()))
        _add_lists(worksheet, sheet, choices)
    workbook.properties.creator = f"RORI {__version__}"
    buffer = io.BytesIO()
    workbook.save(buffer)
    return buffer.getvalue()


def allowed_in(column: Column) -> str:
    """Say in one sentence what a column accepts and what an empty cell means."""
    kinds = {
        ValueKind.YES_NO: "Yes or no",
        ValueKind.CHOICE: f"One of: {', '.join(column.choices)}",
        ValueKind.LIST: "Entries joined by ;",
        ValueKind.WHOLE: "A whole number" + _range(column),
        ValueKind.NUMBER: "A number" + _range(column),
        ValueKind.SHARE: "Percent" + _range(column),
        ValueKind.MONEY: "An amount" + _range(column),
    }
    parts = [kinds[column.kind]] if column.kind in kinds and "joined by ;" not in column.help else []
    if column.refers_to:
        parts.append(f"Must stand on the sheet {SHEET_BY_NAME[column.refers_to].label}")
    default = show_cell(column, column.default)
    if column.required:
        parts.append("Required")
    elif default not in {None, ""}:
        parts.append(f"Empty means {_plain(default)}")
    return ". ".join(parts)


def _range(column: Column) -> str:
    scale = 100.0 if column.kind is ValueKind.SHARE else 1.0
    low, high = (None if bound is None else f"{bound * scale:.15g}" for bound in (column.low, column.high))
    if low is not None and high is not None:
        return f" from {low} to {high}"
    return f" of at least {low}" if low is not None else ""


def _plain(shown: Shown) -> str:
    return f"{shown:.15g}" if isinstance(shown, int | float) else str(shown)


def _put(worksheet: Worksheet, row: int, column: int, value: Shown) -> Cell:
    """Write one cell; text stays text, whatever it begins with."""
    cell = worksheet.cell(row=row, column=column)
    if not isinstance(cell, Cell):
        raise TypeError("a merged cell cannot be written")
    if isinstance(value, str):
        # Spreadsheets read _x0041_ as the character with that number; the first underscore is written as one.
        cell.value = _ESCAPED.sub("_x005F_", value)
        cell.data_type = "s"
        # Keeps text that looks like a formula text when somebody edits the cell.
        cell.quotePrefix = value.startswith(("=", "+", "-", "@"))
    else:
        cell.value = value
    return cell


def _write_headings(worksheet: Worksheet, sheet: Sheet) -> None:
    """Write heading, explanation and example above the rows."""
    for position, column in enumerate(sheet.columns, start=1):
        mark = position == 1
        heading = _put(worksheet, 1, position, column.header)
        heading.font, heading.fill, heading.alignment = _HEADER_FONT, _HEADER_FILL, _WRAPPED
        explained = ". ".join(part for part in (column.help, allowed_in(column)) if part)
        explanation = _put(worksheet, 2, position, f"{HELP_MARK} {explained}" if mark else explained)
        explanation.font, explanation.fill, explanation.alignment = _HELP_FONT, _HELP_FILL, _WRAPPED
        shown = show_cell(column, parse_cell(column, column.example)) if column.example else None
        example = _put(worksheet, 3, position, f"{EXAMPLE_MARK} {column.example}" if mark else shown)
        example.font, example.border, example.alignment = _EXAMPLE_FONT, _LINE, _alignment(example.value)
        letter = get_column_letter(position)
        worksheet.column_dimensions[letter].width = _WIDTHS.get(column.kind, _NARROW)
        worksheet.column_dimensions[letter].number_format = _number_format(column)
        example.number_format = _number_format(column)
    worksheet.row_dimensions[1].height = 48
    worksheet.row_dimensions[2].height = _help_height(sheet)
    worksheet.freeze_panes = f"B{FIRST_ROW}"
    worksheet.sheet_properties.tabColor = PREVENTED.lstrip("#")
    worksheet.page_setup.orientation = "landscape"
    worksheet.page_setup.fitToHeight = 0
    worksheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    worksheet.print_title_rows = "1:1"


def _help_height(sheet: Sheet) -> float:
    """Points that the longest explanation takes at its column's width."""
    lines = [
        (len(column.help) + len(allowed_in(column)) + 12) / (_WIDTHS.get(column.kind, _NARROW) * 1.05)
        for column in sheet.columns
    ]
    return min(12.5 * (max(lines) + 1.0), 400.0)


def _alignment(value: object) -> Alignment:
    if isinstance(value, str):
        return _WRAPPED if "\n" in value else _TEXT
    return _FIGURE


def _number_format(column: Column) -> str:
    return _NUMBER_FORMATS.get(column.kind, "@")


def _write_rows(worksheet: Worksheet, sheet: Sheet, records: Sequence[Record]) -> None:
    for row, record in enumerate(records, start=FIRST_ROW):
        tallest = 1
        for position, column in enumerate(sheet.columns, start=1):
            shown = show_cell(column, record[column.name])
            if shown in {None, ""}:
                continue
            cell = _put(worksheet, row, position, shown)
            cell.number_format = _number_format(column)
            cell.font, cell.alignment = _CELL_FONT, _alignment(shown)
            tallest = max(tallest, str(shown).count("\n") + 1)
        if tallest > 1:
            worksheet.row_dimensions[row].height = 15.0 * min(tallest, 20)


def _write_lists(workbook: Workbook) -> dict[tuple[str, ...], str]:
    """Write the closed lists to a hidden sheet, since a list inside a rule may have only 255 characters."""
    worksheet = workbook.create_sheet(LISTS_TITLE)
    worksheet.sheet_state = "hidden"
    ranges: dict[tuple[str, ...], str] = {("yes", "no"): ""}
    ranges |= {column.choices: "" for sheet in SHEETS for column in sheet.columns if column.choices}
    for position, options in enumerate(ranges, start=1):
        for row, option in enumerate(options, start=1):
            _put(worksheet, row, position, str(option))
        letter = get_column_letter(position)
        ranges[options] = f"{LISTS_TITLE}!${letter}$1:${letter}${len(options)}"
    return ranges


def _add_lists(worksheet: Worksheet, sheet: Sheet, choices: Mapping[tuple[str, ...], str]) -> None:
    """Offer what a cell may hold: closed lists bind, ids of other sheets are a help."""
    for position, column in enumerate(sheet.columns, start=1):
        options = ("yes", "no") if column.kind is ValueKind.YES_NO else column.choices
        if options:
            rule = DataValidation(type="list", formula1=choices[options], allow_blank=True)
            rule.error = f"Choose one of the list: {', '.join(options)}"[:220]
            rule.errorTitle, rule.showErrorMessage = column.label[:30], True
        elif column.refers_to and column.kind is not ValueKind.LIST:
            title = SHEET_BY_NAME[column.refers_to].label
            rule = DataValidation(
                type="list", formula1=f"'{title}'!$A${FIRST_ROW}:$A${ROWS_WITH_LISTS}", allow_blank=True
            )
            rule.showErrorMessage = False
        else:
            continue
        letter = get_column_letter(position)
        rule.add(f"{letter}{FIRST_ROW}:{letter}{FIRST_ROW + ROWS_WITH_LISTS - 1}")
        worksheet.add_data_validation(rule)


def _write_readme(worksheet: Worksheet, made_at: datetime) -> None:
    """Say on the first sheet what this is and how to fill it in."""
    worksheet.title = README_TITLE
    lines = [
        ("RORI inventory", Font(name=FONT, bold=True, size=18, color=PREVENTED.lstrip("#"))),
        ("What your systems are, what their interruption costs, how they fail, and what can be done.", _CELL_FONT),
        (f"Made by RORI {__version__} on {made_at.astimezone(UTC):%Y-%m-%d %H:%M} UTC", _HELP_FONT),
        ("How to fill it in", Font(name=FONT, bold=True, size=13, color=PREVENTED.lstrip("#"))),
        *((line, _CELL_FONT) for line in _HOW_TO),
        (
            "The sheets, in the order in which they are best filled in",
            Font(name=FONT, bold=True, size=13, color=PREVENTED.lstrip("#")),
        ),
        *((f"{sheet.label}: {sheet.help}", _CELL_FONT) for sheet in SHEETS),
    ]
    for row, (text, font) in enumerate(lines, start=1):
        cell = _put(worksheet, row, 1, text)
        cell.font, cell.alignment = font, _WRAPPED
        worksheet.row_dimensions[row].height = 1.6 * float(font.size or 11)
    worksheet.column_dimensions["A"].width = 125
    worksheet.sheet_view.showGridLines = False
    worksheet.page_setup.orientation = "landscape"


_HOW_TO = (
    "One row is one system, failure mode, measure and so on. Headings are in row 1, explanations in row 2, an example in row 3.",
    f"Write from row 4 on. Rows whose first cell begins with '{HELP_MARK}' or '{EXAMPLE_MARK}' are not imported.",
    "The first cell of a row is its id: a-z, 0-9, dot and dash. Other sheets refer to it, so it should never change.",
    "The unit stands in the heading. Shares are in percent: write 7 for 7 %. Money has at most 4 decimals.",
    "Numbers look like 1234.56: a point before the decimals, no thousands separators typed in.",
    "Estimates are 90 % intervals: only 1 in 20 is below P5, only 1 in 20 above P95. P50 may stay empty.",
    "Lists are joined by a semicolon. Headings must stay as they are; columns may change places.",
    "Write values, not formulas, and do not merge cells: such a file is refused as a whole and nothing is changed.",
    "An import adds rows and changes rows with the same id. It never deletes. You see every change before you confirm it.",
    f"A sheet may have up to {MAX_ROWS:,} rows. Sheets that are missing stay as they are.",
)
