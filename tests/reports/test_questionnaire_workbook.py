"""The questionnaire as a workbook: what goes out comes back, and what users typed stays text."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from rori.errors import ImportRefusedError
from rori.reports.questionnaire_workbook import (
    ANSWER,
    ANSWER_AS_EXPORTED,
    ANSWERED,
    CONTROL,
    COVER,
    DUE,
    NOTE,
    OWNER,
    REASON,
    ROW_AS_EXPORTED,
    SCOPE,
    SHEET,
    VERSION,
    Questionnaire,
    QuestionnaireRow,
    fingerprint,
    read_questionnaire,
    write_questionnaire,
)

CHOICES = ("Not assessed", "No", "Partly", "Yes", "Not applicable")
ROW = QuestionnaireRow(
    control_id="backup-restore",
    name="Backup and restore",
    domain="Continuity",
    question="Are backups restored in tests?",
    evidence=("Report of the restore test", "Backup policy"),
    answer="Partly",
    reason="Two of three sites",
    owner="Ann",
    due=date(2027, 3, 31),
    note="Ask Bo",
    version=7,
)
EMPTY = QuestionnaireRow(
    control_id="logging", name="Logging", domain="Detection", question="Logged?", evidence=("a", "b"), answer=CHOICES[0]
)


def written(*rows: QuestionnaireRow, scope: str = "entity") -> bytes:
    return write_questionnaire(
        Questionnaire(
            scope=scope,
            scope_name="Whole entity",
            rows=rows or (ROW, EMPTY),
            choices=CHOICES,
            made_at=datetime(2026, 11, 24, 9, 0, tzinfo=UTC),
            origin=(("Made", "2026-11-24 by a test"),),
        )
    )


def edited(content: bytes, change: Callable[[Worksheet], None]) -> bytes:
    """Change a workbook the way somebody with a spreadsheet program does."""
    book = load_workbook(io.BytesIO(content))
    change(book[SHEET])
    output = io.BytesIO()
    book.save(output)
    return output.getvalue()


def column(sheet: Worksheet, header: str) -> int:
    return next(cell.column for cell in sheet[1] if cell.value == header)


def put(header: str, value: object, row: int = 3) -> Callable[[Worksheet], None]:
    def change(sheet: Worksheet) -> None:
        sheet.cell(row=row, column=column(sheet, header)).value = value

    return change


def test_what_goes_out_comes_back():
    first, second = read_questionnaire(written())
    assert first.row == 3
    assert {name: first.cells[name] for name in (CONTROL, ANSWER, REASON, OWNER, NOTE, VERSION, SCOPE)} == {
        CONTROL: "backup-restore",
        ANSWER: "Partly",
        REASON: "Two of three sites",
        OWNER: "Ann",
        NOTE: "Ask Bo",
        VERSION: 7,
        SCOPE: "entity",
    }
    assert first.cells[DUE] == datetime(2027, 3, 31)  # noqa: DTZ001 - a spreadsheet knows no time zones
    assert first.cells[ANSWER_AS_EXPORTED] == "Partly"
    assert first.cells[ROW_AS_EXPORTED] == ROW.fingerprint
    assert not set(second.cells) & {REASON, OWNER, DUE, NOTE}


@pytest.mark.parametrize(
    "nasty",
    ["=1+1", "+49 30 1", "-5", "@here", '=HYPERLINK("http://x","y")', "_x0041_", "  <b>&amp;\t", "a\r\nb", "007"],
)
def test_text_that_users_typed_is_never_a_formula_and_comes_back_as_it_was(nasty: str):
    row = QuestionnaireRow(
        control_id="a", name="A", domain="D", question="Q", evidence=("x", "y"), answer="No", reason=nasty, note=nasty
    )
    content = written(row)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert not any(b"<f>" in archive.read(name) for name in archive.namelist() if "worksheets" in name)
    cells = read_questionnaire(content)[0].cells
    assert cells[NOTE] == nasty.replace("\r\n", "\n").strip()
    assert fingerprint([cells.get(name) for name in (CONTROL, *ANSWERED)]) == cells[ROW_AS_EXPORTED] == row.fingerprint


def test_cells_that_users_typed_stay_text_when_they_are_edited():
    content = written(
        QuestionnaireRow(
            control_id="a", name="A", domain="D", question="Q", evidence=("x", "y"), answer="No", note="=1+1"
        )
    )
    sheet = load_workbook(io.BytesIO(content))[SHEET]
    cell = sheet.cell(row=3, column=column(sheet, NOTE))
    assert cell.data_type == "s"
    assert cell.quotePrefix


def test_the_sheet_helps_to_fill_it_in():
    book = load_workbook(io.BytesIO(written()))
    sheet = book[SHEET]
    assert sheet.freeze_panes == "D3"
    assert sheet.auto_filter.ref == "A2:N4"
    assert "Required when the answer is Not applicable" in [cell.value for cell in sheet[2]]
    (rule,) = sheet.data_validations.dataValidation
    assert rule.formula1 == f'"{",".join(CHOICES)}"'
    assert str(rule.sqref) == "F3:F4"
    dimensions = [one for one in sheet.column_dimensions.values() if one.hidden]
    hidden = {sheet.cell(row=1, column=at).value for one in dimensions for at in range(one.min, one.max + 1)}
    assert hidden == {SCOPE, VERSION, ANSWER_AS_EXPORTED, ROW_AS_EXPORTED}
    assert sheet["E3"].value == "\u2022 Report of the restore test\n\u2022 Backup policy"
    said = " ".join(str(cell.value) for row in book[COVER].iter_rows() for cell in row if cell.value)
    assert "Whole entity" in said
    assert "2026-11-24 by a test" in said


def test_rows_may_be_deleted_and_columns_moved():
    content = edited(written(), lambda sheet: sheet.delete_rows(3))
    (row,) = read_questionnaire(content)
    assert row.cells[CONTROL] == "logging"
    assert row.row == 3


def test_rows_that_are_empty_or_explain_are_left_out():
    content = edited(written(), lambda sheet: sheet.append([None, None, "only a name"]))
    assert len(read_questionnaire(content)) == 2


def test_a_formula_and_an_error_are_named_and_not_read():
    row = read_questionnaire(edited(written(), put(ANSWER, '=IF(1,"Yes","No")')))[0]
    assert row.unreadable == {ANSWER: "a formula"}
    assert ANSWER not in row.cells
    row = read_questionnaire(edited(written(), put(NOTE, "#REF!")))[0]
    assert row.unreadable == {NOTE: "the error #REF!"}


@pytest.mark.parametrize("header", [CONTROL, ANSWER, VERSION, SCOPE])
def test_a_column_that_is_missing_is_named(header: str):
    content = edited(written(), lambda sheet: sheet.delete_cols(column(sheet, header)))
    with pytest.raises(ImportRefusedError, match=f"row 1, column {header}: the column is missing"):
        read_questionnaire(content)


def test_a_column_that_stands_twice_is_named():
    content = edited(written(), lambda sheet: sheet.cell(row=1, column=20, value="Owner") and None)
    with pytest.raises(ImportRefusedError, match="column Owner: the column stands here more than once"):
        read_questionnaire(content)


def test_merged_cells_are_refused():
    content = edited(written(), lambda sheet: sheet.merge_cells("I3:I4"))
    with pytest.raises(ImportRefusedError, match="merged cells"):
        read_questionnaire(content)


def other_workbook() -> bytes:
    output = io.BytesIO()
    Workbook().save(output)
    return output.getvalue()


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "the file is empty"),
        (b"Answer;Yes", "not a workbook"),
        (other_workbook(), "there is no sheet 'Questionnaire'"),
    ],
)
def test_what_is_no_questionnaire_is_refused_with_a_sentence(content: bytes, why: str):
    with pytest.raises(ImportRefusedError, match=why):
        read_questionnaire(content)


def test_a_questionnaire_of_nothing_can_be_written_and_read():
    content = write_questionnaire(
        Questionnaire(scope="x", scope_name="X", rows=(), choices=CHOICES, made_at=datetime(2026, 1, 1, tzinfo=UTC))
    )
    assert read_questionnaire(content) == ()
