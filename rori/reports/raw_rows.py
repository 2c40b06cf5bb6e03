"""Rows as a file holds them, before anybody knows whether their cells can be accepted."""

from __future__ import annotations

from collections.abc import Sequence

from rori.errors import ImportRefusedError, Problem
from rori.inventory.columns import Column, Sheet

RawRow = tuple[int, dict[str, object]]
"""Where the row stands in the file (1 is the first row), and its cells by column name."""

RawRows = list[RawRow]

RawInventory = dict[str, RawRows]
"""Rows by sheet name; a sheet that the file does not hold is missing."""

MAX_ROWS = 20_000
MAX_FILE_BYTES = 20 * 1024 * 1024
MAX_PROBLEMS = 200

HELP_MARK = "help:"
EXAMPLE_MARK = "example:"


def refuse(message: str, sheet: str = "", row: int | None = None, column: str = "") -> ImportRefusedError:
    """Return the error that refuses a file for one reason."""
    return ImportRefusedError((Problem(message=message, sheet=sheet, row=row, column=column),))


def refuse_size(content: bytes) -> None:
    """Refuse an empty file and one that is too large."""
    if not content:
        raise refuse("the file is empty; choose a file with a heading row and rows below it")
    if len(content) > MAX_FILE_BYTES:
        allowed = MAX_FILE_BYTES // 1024**2
        raise refuse(f"a file may have at most {allowed} MB, got {len(content) / 1024**2:.1f} MB; split it")


def too_many_rows(sheet: Sheet) -> ImportRefusedError:
    """Return the error that refuses a sheet for its length."""
    return refuse(f"a sheet may have at most {MAX_ROWS} rows, this one has more; split the file", sheet.label)


def match_headings(sheet: Sheet, headings: Sequence[object]) -> tuple[Column | None, ...]:
    """Find the column that each heading names, by heading or by name; ImportRefusedError lists what does not fit."""
    by_name = {column.header.casefold(): column for column in sheet.columns}
    by_name |= {column.name.casefold(): column for column in sheet.columns}
    found: list[Column | None] = []
    problems = []
    for heading in headings:
        text = " ".join(str(heading).split()) if heading is not None else ""
        column = by_name.get(text.casefold())
        if text and column is None:
            known = ", ".join(known.header for known in sheet.columns)
            message = f"there is no column {text[:80]!r} on this sheet; its columns are {known}"
            problems.append(Problem(message=message, sheet=sheet.label, row=1))
        elif column is not None and column in found:
            message = "this column stands here more than once; keep one"
            problems.append(Problem(message=message, sheet=sheet.label, row=1, column=column.header))
        found.append(column)
    for column in sheet.columns:
        if column not in found:
            message = "this column is missing; its cells may stay empty, its heading may not"
            problems.append(Problem(message=message, sheet=sheet.label, row=1, column=column.header))
    if problems:
        raise ImportRefusedError(tuple(problems[:MAX_PROBLEMS]))
    return tuple(found)


def is_note(sheet: Sheet, cells: dict[str, object]) -> bool:
    """Whether a row explains or shows an example; a colon can stand in no id."""
    return str(cells.get(sheet.key) or "").strip().lower().startswith((HELP_MARK, EXAMPLE_MARK))


def is_blank(cells: dict[str, object]) -> bool:
    """Whether a row holds nothing."""
    return all(value is None or (isinstance(value, str) and not value.strip()) for value in cells.values())
