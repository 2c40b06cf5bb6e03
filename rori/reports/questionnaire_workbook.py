"""The questionnaire of controls as a workbook: one row a control, out to whoever answers, and back as raw rows."""

from __future__ import annotations

import hashlib
import io
import re
import warnings
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol, cast

from openpyxl import load_workbook
from openpyxl.worksheet._read_only import ReadOnlyWorksheet
from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from rori.errors import ImportRefusedError, Problem
from rori.reports.plain_text import cell_text
from rori.reports.raw_rows import HELP_MARK, refuse
from rori.reports.styles import BAND, FONT, INK, PREVENTED, QUIET, RULE
from rori.reports.upload_guard import broken_files_refused, check_workbook

COVER, SHEET = "Cover", "Questionnaire"

ANSWER, REASON, OWNER, DUE, NOTE = "Answer", "Reason", "Owner", "Due", "Note"
ANSWERED = (ANSWER, REASON, OWNER, DUE, NOTE)
"""The columns that are filled in."""

CONTROL, SCOPE, VERSION = "Control id", "Scope id", "Version"
ANSWER_AS_EXPORTED, ROW_AS_EXPORTED = "Answer as exported", "Row as exported"
_FIRST_ROW = 3
_MAX_ROWS = 2_000
_LAST_ROW = 5_000
_MERGED = re.compile(rb"<(?:\w+:)?mergeCell[\s/>]")
_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionnaireRow:
    """One control as it is asked; `answer` is in words, `version` that of the stored answer (0: none)."""

    control_id: str
    name: str
    domain: str
    question: str
    evidence: tuple[str, ...]
    answer: str
    reason: str = ""
    owner: str = ""
    due: date | None = None
    note: str = ""
    version: int = 0

    @property
    def fingerprint(self) -> str:
        """A mark of what was exported, to tell later whether the row was touched."""
        return fingerprint((self.control_id, self.answer, self.reason, self.owner, self.due, self.note))


@dataclass(frozen=True, slots=True, kw_only=True)
class Questionnaire:
    """What goes out: the rows, whom they are about, the answers that may be chosen, and where it comes from."""

    scope: str
    scope_name: str
    rows: tuple[QuestionnaireRow, ...]
    choices: tuple[str, ...]
    made_at: datetime
    origin: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RawAnswer:
    """A row that came back: where it stands, its cells by heading (empty ones are missing), and what cannot be read."""

    row: int
    cells: dict[str, object]
    unreadable: dict[str, str]


@dataclass(frozen=True, slots=True)
class _Column:
    header: str
    width: float
    explanation: str = ""
    hidden: bool = False


_COLUMNS = (
    _Column(CONTROL, 24, f"{HELP_MARK} names the control; leave it as it is"),
    _Column("Domain", 20),
    _Column("Control", 28),
    _Column("Question", 46, "What is asked"),
    _Column("Typical evidence", 44, "What would prove the answer; upload it in the product"),
    _Column(ANSWER, 17),
    _Column(REASON, 32, "Required when the answer is Not applicable"),
    _Column(OWNER, 20, "Who sees to it"),
    _Column(DUE, 13, "A day such as 2027-03-31, by which it is in place"),
    _Column(NOTE, 36, "Anything else worth keeping"),
    _Column(SCOPE, 14, hidden=True),
    _Column(VERSION, 10, hidden=True),
    _Column(ANSWER_AS_EXPORTED, 14, hidden=True),
    _Column(ROW_AS_EXPORTED, 14, hidden=True),
)
_PLACE = {column.header: position for position, column in enumerate(_COLUMNS)}


def write_questionnaire(asked: Questionnaire) -> bytes:
    """Write a questionnaire as a workbook; what users typed stays text, whatever it begins with."""
    output = io.BytesIO()
    with Workbook(output, _OPTIONS) as book:
        book.set_properties({"title": "Control questionnaire", "author": "RORI"})
        looks = _Looks(book)
        _write_cover(book.add_worksheet(COVER), asked, looks)
        _write_rows(book.add_worksheet(SHEET), asked, looks)
    return output.getvalue()


def read_questionnaire(content: bytes) -> tuple[RawAnswer, ...]:
    """Read a filled questionnaire as raw rows; ImportRefusedError says why a file is refused, with row and column."""
    check_workbook(content)
    with broken_files_refused(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        workbook = load_workbook(io.BytesIO(content), read_only=True, data_only=False, keep_links=False)
        try:
            titles = {title.strip().casefold(): title for title in workbook.sheetnames}
            if SHEET.casefold() not in titles:
                raise refuse(f"there is no sheet {SHEET!r}; upload a questionnaire that was downloaded here")
            worksheet = workbook[titles[SHEET.casefold()]]
            if not isinstance(worksheet, ReadOnlyWorksheet):
                raise refuse("this is a chart, not a sheet of cells", SHEET)
            _refuse_merged_cells(content)
            return _read_rows(worksheet)
        finally:
            workbook.close()


def fingerprint(values: Sequence[object]) -> str:
    """Return a short mark of cells, the same for what a spreadsheet shows the same."""
    texts = [same_text(value.isoformat() if isinstance(value, date) else str(value or "")) for value in values]
    return hashlib.sha256("\x1f".join(texts).encode("utf-8", errors="replace")).hexdigest()[:16]


def same_text(text: str) -> str:
    """Return a text as it survives a workbook: line ends as one sign, nothing around it, no more than a cell holds."""
    return cell_text(text.replace("\r\n", "\n").replace("\r", "\n")).strip()


class _Looks:
    """The formats of one workbook."""

    def __init__(self, book: Workbook) -> None:
        base = {"font_name": FONT, "font_size": 11, "font_color": INK, "valign": "top", "text_wrap": True}
        # Keeps text that looks like a formula text when somebody edits the cell.
        body = {**base, "bottom": 1, "bottom_color": RULE, "quote_prefix": True, "num_format": "@"}
        filled = {**body, "bg_color": "#FFF6D6"}
        self.title = book.add_format({**base, "bold": True, "font_size": 18, "text_wrap": False})
        self.section = book.add_format({**base, "bold": True, "font_color": PREVENTED})
        self.line = book.add_format({**base, "quote_prefix": True})
        self.heading = book.add_format({**base, "bold": True, "bg_color": BAND, "bottom": 1, "bottom_color": QUIET})
        self.help = book.add_format({**base, "font_size": 9, "font_color": QUIET, "bg_color": BAND})
        self.asked = book.add_format(body)
        self.filled = book.add_format(filled)
        self.day = book.add_format({**filled, "quote_prefix": False, "num_format": "yyyy-mm-dd", "align": "left"})


def _write_cover(sheet: Worksheet, asked: Questionnaire, looks: _Looks) -> None:
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, 92)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.write_string(0, 0, "Control questionnaire", looks.title)
    facts = (("About", asked.scope_name), ("Controls", str(len(asked.rows))), *asked.origin)
    row = 2
    for label, value in facts:
        sheet.write_string(row, 0, label, looks.section)
        sheet.write_string(row, 1, cell_text(value), looks.line)
        row += 1
    sheet.write_string(row + 1, 0, "How to fill it in", looks.section)
    for offset, sentence in enumerate(_HOW_TO):
        sheet.write_string(row + 1 + offset, 1, sentence, looks.line)


_HOW_TO = (
    f"Fill in the coloured columns of the sheet {SHEET}: one row is one control.",
    "Choose the answer from the list: Yes, Partly, No, Not applicable (with a reason), or Not assessed.",
    "Leave a row alone to leave it as it is. Rows may be sorted, filtered and deleted; a deleted row changes nothing.",
    "Write values, not formulas, and leave the headings and the hidden columns as they are.",
    "Upload the file where it was downloaded. You see every change, and whoever was faster, before anything is saved.",
)


def _write_rows(sheet: Worksheet, asked: Questionnaire, looks: _Looks) -> None:
    last = _FIRST_ROW + len(asked.rows) - 2
    for position, column in enumerate(_COLUMNS):
        sheet.set_column(position, position, column.width, None, {"hidden": column.hidden})
        sheet.write_string(0, position, column.header, looks.heading)
        sheet.write_string(1, position, _explanation(column, asked.choices), looks.help)
    sheet.set_row(1, 48)
    sheet.freeze_panes(_FIRST_ROW - 1, 3)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    for number, row in enumerate(asked.rows, start=_FIRST_ROW - 1):
        _write_row(sheet, number, row, asked.scope, looks)
    if asked.rows:
        # Hidden columns too: a sort that left them where they are would give each row the version of another.
        sheet.autofilter(1, 0, last, len(_COLUMNS) - 1)
        sheet.data_validation(_FIRST_ROW - 1, _PLACE[ANSWER], last, _PLACE[ANSWER], _choice(asked.choices))


def _explanation(column: _Column, choices: Sequence[str]) -> str:
    return f"One of: {', '.join(choices)}" if column.header == ANSWER else column.explanation


def _choice(choices: Sequence[str]) -> dict[str, Any]:
    return {
        "validate": "list",
        "source": list(choices),
        "error_title": "Answer",
        "error_message": f"Choose one of: {', '.join(choices)}",
    }


def _write_row(sheet: Worksheet, number: int, row: QuestionnaireRow, scope: str, looks: _Looks) -> None:
    evidence = "\n".join(f"\u2022 {item}" for item in row.evidence)
    for header, words in {
        CONTROL: row.control_id,
        "Domain": row.domain,
        "Control": row.name,
        "Question": row.question,
        "Typical evidence": evidence,
        SCOPE: scope,
        ANSWER_AS_EXPORTED: row.answer,
        ROW_AS_EXPORTED: row.fingerprint,
    }.items():
        sheet.write_string(number, _PLACE[header], cell_text(words), looks.asked)
    for header, words in {ANSWER: row.answer, REASON: row.reason, OWNER: row.owner, NOTE: row.note}.items():
        if same_text(words):
            sheet.write_string(number, _PLACE[header], same_text(words), looks.filled)
        else:
            sheet.write_blank(number, _PLACE[header], None, looks.filled)
    if row.due is None:
        sheet.write_blank(number, _PLACE[DUE], None, looks.day)
    else:
        sheet.write_datetime(number, _PLACE[DUE], row.due, looks.day)
    sheet.write_number(number, _PLACE[VERSION], row.version, looks.asked)
    wrapped = (sum(1 + len(item) // 42 for item in row.evidence), 1 + len(row.question) // 42, 1 + len(row.note) // 34)
    sheet.set_row(number, min(15.0 * max(wrapped), 240.0))


class _Rows(Protocol):
    """What of a sheet that is read row by row is needed here."""

    def iter_rows(
        self, *, min_row: int | None = None, max_row: int | None = None, max_col: int | None = None
    ) -> Iterator[tuple[object, ...]]:
        """Yield the cells of each row."""


def _refuse_merged_cells(content: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            if name.startswith("xl/worksheets/sheet") and _MERGED.search(archive.read(name)):
                raise refuse("the workbook holds merged cells; unmerge them")


def _read_rows(worksheet: ReadOnlyWorksheet) -> tuple[RawAnswer, ...]:
    worksheet.reset_dimensions()
    cells_of = cast("_Rows", worksheet)
    headings = _headings(next(cells_of.iter_rows(max_row=1, max_col=4 * len(_COLUMNS)), ()))
    rows: list[RawAnswer] = []
    for number, cells in enumerate(cells_of.iter_rows(min_row=2, max_col=len(headings)), start=2):
        raw = _read_row(number, headings, cells)
        is_help = str(raw.cells.get(CONTROL, "")).strip().lower().startswith(HELP_MARK)
        if is_help or not {*raw.cells, *raw.unreadable} & {CONTROL, *ANSWERED}:
            continue
        rows.append(raw)
        if len(rows) > _MAX_ROWS or number > _LAST_ROW:
            raise refuse(f"a questionnaire may have at most {_MAX_ROWS} rows, this one has more", SHEET)
    return tuple(rows)


def _headings(cells: Sequence[object]) -> tuple[str, ...]:
    known = {column.header.casefold(): column.header for column in _COLUMNS}
    found = [known.get(" ".join(str(getattr(cell, "value", None) or "").split()).casefold(), "") for cell in cells]
    problems = []
    for column in _COLUMNS:
        if found.count(column.header) != 1 and column.header in {CONTROL, SCOPE, VERSION, ROW_AS_EXPORTED, *ANSWERED}:
            what = "is missing" if column.header not in found else "stands here more than once"
            message = f"the column {what}; upload a questionnaire that was downloaded here"
            problems.append(Problem(message=message, sheet=SHEET, row=1, column=column.header))
    if problems:
        raise ImportRefusedError(tuple(problems))
    return tuple(found)


def _read_row(number: int, headings: Sequence[str], cells: Sequence[object]) -> RawAnswer:
    found: dict[str, object] = {}
    unreadable: dict[str, str] = {}
    for header, cell in zip(headings, cells, strict=False):
        value, kind = getattr(cell, "value", None), getattr(cell, "data_type", "")
        if not header or value is None or (isinstance(value, str) and not value.strip()):
            continue
        if kind in {"f", "e"}:
            unreadable[header] = "a formula" if kind == "f" else f"the error {value}"
        else:
            # openpyxl has undone the escapes of literal texts; what is left is the carriage return that a paste brought.
            found[header] = same_text(value.replace("_x000D_", "\r")) if isinstance(value, str) else value
    return RawAnswer(row=number, cells=found, unreadable=unreadable)
