"""One sheet of the inventory as a CSV file: export and import."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence

from rori.errors import ImportRefusedError, Problem
from rori.inventory.cells import Shown, show_cell
from rori.inventory.columns import Record, Sheet
from rori.reports.raw_rows import (
    MAX_PROBLEMS,
    MAX_ROWS,
    RawRows,
    is_blank,
    is_note,
    match_headings,
    refuse,
    refuse_size,
    too_many_rows,
)

_LOOKS_LIKE_FORMULA = re.compile(r"'*[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]")
_ESCAPED = re.compile(r"'+[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]")


def write_sheet_csv(sheet: Sheet, records: Iterable[Record]) -> bytes:
    """Write records as UTF-8 CSV after RFC 4180; text that a spreadsheet would run as a formula gets an apostrophe."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow([column.header for column in sheet.columns])
    for record in records:
        writer.writerow([_written(show_cell(column, record[column.name])) for column in sheet.columns])
    return buffer.getvalue().encode("utf-8")


def read_sheet_csv(sheet: Sheet, content: bytes) -> RawRows:
    """Read a CSV file as rows of raw cells; ImportRefusedError says why a file is refused."""
    refuse_size(content)
    text = _decoded(sheet, content)
    lines = _records(sheet, text, _delimiter(sheet, text))
    headings = next(lines, [])
    columns = match_headings(sheet, headings)
    rows: RawRows = []
    problems: list[Problem] = []
    for number, fields in enumerate(lines, start=2):
        if not any(field.strip() for field in fields):
            continue
        if len(fields) != len(columns):
            message = f"a row must have as many cells as there are headings ({len(columns)}), got {len(fields)}"
            problems.append(Problem(message=message, sheet=sheet.label, row=number))
        cells = {
            column.name: _read(field) for column, field in zip(columns, fields, strict=False) if column is not None
        }
        if not is_note(sheet, cells) and not is_blank(cells):
            rows.append((number, cells))
        if len(rows) > MAX_ROWS:
            raise too_many_rows(sheet)
    if problems:
        raise ImportRefusedError(tuple(problems[:MAX_PROBLEMS]))
    return rows


def _written(shown: Shown) -> str:
    if shown is None:
        return ""
    if isinstance(shown, str):
        return f"'{shown}" if _LOOKS_LIKE_FORMULA.match(shown) else shown
    return repr(shown).removesuffix(".0")


def _read(field: str) -> object:
    return field[1:] if _ESCAPED.match(field) else field


def _decoded(sheet: Sheet, content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise refuse("the file must be in UTF-8, this one is in UTF-16; save it as 'CSV UTF-8'", sheet.label)
    if content.startswith((b"PK\x03\x04", b"%PDF", b"\xd0\xcf\x11\xe0")):
        raise refuse("this is not a CSV file; save the sheet as 'CSV UTF-8'", sheet.label)
    if b"\x00" in content:
        row = content[: content.index(b"\x00")].count(b"\n") + 1
        raise refuse("a CSV file must not hold NUL bytes", sheet.label, row)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = content[: error.start].count(b"\n") + 1
        raise refuse("the file must be in UTF-8; save it as 'CSV UTF-8'", sheet.label, row) from error


def _delimiter(sheet: Sheet, text: str) -> str:
    """Find out whether comma or semicolon parts the cells, by the headings that they give."""
    known = {column.header.casefold() for column in sheet.columns} | {column.name for column in sheet.columns}

    def matched(delimiter: str) -> int:
        headings: Sequence[str] = next(_records(sheet, text, delimiter), [])
        return sum(" ".join(heading.split()).casefold() in known for heading in headings)

    return max(",;", key=matched)


def _records(sheet: Sheet, text: str, delimiter: str) -> Iterator[list[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number = 0
    try:
        for fields in reader:
            number += 1
            yield fields
    except csv.Error as error:
        message = f"this row is not written as CSV after RFC 4180: {error}; look at its quotes"
        raise refuse(message, sheet.label, number + 1) from error
