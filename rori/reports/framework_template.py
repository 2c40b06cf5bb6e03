"""Writes a framework as the workbook that can be brought back: the way to begin an own one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from rori.reports.framework_workbook import FRAMEWORK_SHEET, REQUIREMENTS_SHEET
from rori.reports.plain_text import cell_text
from rori.reports.styles import BAND, WITH

_COLUMNS = (
    ("id", 24),
    ("reference", 18),
    ("title", 40),
    ("title_is_official", 16),
    ("kind", 14),
    ("part_of", 20),
    ("chapter", 28),
    ("assessable", 12),
    ("counted_as", 20),
    ("obligation", 70),
    ("applies_to", 40),
    ("when", 24),
    ("due", 24),
    ("evidence", 70),
    ("source", 28),
    ("confidence", 12),
    ("doubt", 40),
    ("nist_controls", 20),
)
_YES_NO = {"validate": "list", "source": ["yes", "no"]}
_DROP_DOWNS: dict[str, dict[str, Any]] = {
    "assessable": _YES_NO,
    "title_is_official": _YES_NO,
    "confidence": {"validate": "list", "source": ["high", "medium", "low"]},
}


def write_framework_workbook(framework: Mapping[str, object], requirements: Sequence[Mapping[str, object]]) -> bytes:
    """Return the workbook of a framework, given as plain values: names and values on one sheet, a requirement a row on another."""
    output = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with Workbook(output, options) as book:
        head = book.add_format({"bold": True, "bg_color": BAND, "bottom": 1})
        text = book.add_format({"text_wrap": True, "valign": "top", "num_format": "@"})
        first, second = book.add_worksheet(FRAMEWORK_SHEET), book.add_worksheet(REQUIREMENTS_SHEET)
        for sheet in (first, second):
            sheet.set_tab_color(WITH)
        _names_and_values(first, framework, head, text)
        _requirements(second, requirements, head, text)
    return output.getvalue()


def _names_and_values(sheet: Worksheet, framework: Mapping[str, object], head: Any, text: Any) -> None:  # noqa: ANN401
    sheet.set_column(0, 0, 22)
    sheet.set_column(1, 1, 110)
    sheet.write_string(0, 0, "name", head)
    sheet.write_string(0, 1, "value", head)
    lines: list[tuple[str, object]] = []
    for name, value in framework.items():
        if isinstance(value, Mapping):
            lines += [(f"{name}.{key}", count) for key, count in value.items()]
        else:
            lines.append((name, value))
    for row, (name, value) in enumerate(lines, start=1):
        sheet.write_string(row, 0, name, text)
        sheet.write_string(row, 1, _shown(value), text)


def _requirements(
    sheet: Worksheet,
    requirements: Sequence[Mapping[str, object]],
    head: Any,  # noqa: ANN401
    text: Any,  # noqa: ANN401
) -> None:
    last = max(len(requirements), 1) + 200
    for column, (name, width) in enumerate(_COLUMNS):
        sheet.set_column(column, column, width, text)
        sheet.write_string(0, column, name, head)
        if name in _DROP_DOWNS:
            sheet.data_validation(1, column, last, column, _DROP_DOWNS[name])
        for row, requirement in enumerate(requirements, start=1):
            if name in requirement:
                sheet.write_string(row, column, _shown(requirement[name]), text)
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, max(len(requirements), 1), len(_COLUMNS) - 1)


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Sequence) and not isinstance(value, str):
        # A line break even behind a single item: what stands on one line is split at its semicolons.
        return cell_text("\n".join(str(item) for item in value) + ("\n" if len(value) == 1 else ""))
    return cell_text(str(value))
