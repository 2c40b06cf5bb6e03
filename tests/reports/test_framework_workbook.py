from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date

import pytest
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from rori.errors import ImportRefusedError
from rori.reports.framework_workbook import read_framework_workbook

HEADINGS = ("id", "reference", "title", "kind", "chapter", "assessable", "obligation", "evidence", "Due", "when")
ROW = (
    "p-1",
    4.1,
    "Passwords",
    "clause",
    "I",
    "yes",
    "Use long ones.",
    "Policy; signed\nScreenshot of settings",
    "yearly",
    "group; essential",
)
ABOUT = (
    ("name", "value"),
    ("id", "policy"),
    ("version", 2025),
    ("applies_from", date(2025, 1, 1)),
    ("counts.clauses", 1),
)


def workbook(change: Callable[[Worksheet, Worksheet], None] | None = None) -> bytes:
    book = Workbook()
    about, rows = book.active, book.create_sheet("Requirements")
    assert about is not None
    about.title = "Framework"
    for line in ABOUT:
        about.append(line)
    rows.append(HEADINGS)
    rows.append(ROW)
    if change:
        change(about, rows)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def refusal(change: Callable[[Worksheet, Worksheet], None]) -> str:
    with pytest.raises(ImportRefusedError) as refused:
        read_framework_workbook(workbook(change))
    return str(refused.value)


def test_a_row_becomes_a_requirement_and_numbers_become_the_text_that_was_typed() -> None:
    found = read_framework_workbook(workbook())
    assert found.rows == (2,)
    assert found.mapping["version"] == "2025"
    assert found.mapping["counts"] == {"clauses": 1}
    assert found.mapping["requirements"] == [
        {
            "id": "p-1",
            "reference": "4.1",
            "title": "Passwords",
            "kind": "clause",
            "chapter": "I",
            "assessable": True,
            "obligation": "Use long ones.",
            "evidence": ["Policy; signed", "Screenshot of settings"],
            "due": "yearly",
            "when": ["group", "essential"],
        }
    ]


def test_empty_rows_are_passed_over_and_rows_keep_their_numbers() -> None:
    def change(_: Worksheet, rows: Worksheet) -> None:
        rows.append(())
        rows.append(("p-2", *ROW[1:]))

    assert read_framework_workbook(workbook(change)).rows == (2, 4)


def test_a_formula_is_refused_with_its_place() -> None:
    def change(_: Worksheet, rows: Worksheet) -> None:
        rows["C2"] = "=1+1"

    assert refusal(change) == "Requirements, row 2, column title: the cell holds a formula; paste its value"


def test_an_error_a_date_and_a_stray_value_are_all_told() -> None:
    def change(_: Worksheet, rows: Worksheet) -> None:
        rows["C2"] = "#REF!"
        rows["I2"] = date(2026, 1, 1)
        rows["M2"] = "stray"

    told = refusal(change)
    assert "row 2, column title: the cell holds the error #REF!" in told
    assert "row 2, column due: this must be text, not a date; format the cell as text" in told
    assert "row 2: there is a value in a column without a heading: 'stray'" in told


def test_headings_must_be_there_and_single() -> None:
    def twice(_: Worksheet, rows: Worksheet) -> None:
        rows["B1"] = "ID"

    def without(_: Worksheet, rows: Worksheet) -> None:
        rows["A1"] = "number"

    for change in (twice, without):
        assert "Requirements, row 1: the first row must name the columns, each once" in refusal(change)


def test_a_missing_sheet_is_named() -> None:
    def change(about: Worksheet, _: Worksheet) -> None:
        about.title = "Sheet1"

    assert "must have the sheets Framework and Requirements; Framework is missing" in refusal(change)


def test_a_fact_that_stands_twice_is_refused() -> None:
    def change(about: Worksheet, _: Worksheet) -> None:
        about.append(("id", "again"))

    assert refusal(change) == "Framework, row 6: id stands here more than once"


def test_merged_cells_are_refused() -> None:
    def change(_: Worksheet, rows: Worksheet) -> None:
        rows.merge_cells("A2:A3")

    assert "merged cells; unmerge them" in refusal(change)


def test_what_is_no_workbook_is_refused() -> None:
    with pytest.raises(ImportRefusedError, match="damaged or is no workbook"):
        read_framework_workbook(b"PKnot")
