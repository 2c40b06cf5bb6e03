"""One worksheet, written from top to bottom."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from xlsxwriter import Workbook
from xlsxwriter.chart import Chart
from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from rori.reports.plain_text import cell_text, cut_text
from rori.reports.styles import Styles

HIGHEST_ROW = 409.0
"""Points; Excel has no higher rows."""

Content = str | float | datetime | None


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in one cell; with a formula, `content` is its value at the time of the run.

    `may_be_empty` marks figures whose absence is explained beside them.
    """

    content: Content
    style: str = "text"
    formula: str = ""
    may_be_empty: bool = False


def money(amount: float | None) -> Cell:
    """Amount without decimals; the currency stands in the header."""
    return Cell(amount, "money")


def share(fraction: float | None) -> Cell:
    """Fraction, shown as percent."""
    return Cell(fraction, "share")


def text(words: str) -> Cell:
    """Words, wrapped."""
    return Cell(words, "text")


def optional(content: float | None, style: str) -> Cell:
    """Figure that may be absent."""
    return Cell(content, style, may_be_empty=True)


class Grid:
    """A worksheet with a place where the next line goes."""

    def __init__(self, book: Workbook, styles: Styles, name: str) -> None:
        self.name = name
        self.sheet: Worksheet = book.add_worksheet(name)
        self.styles = styles
        self.row = 0
        self._gaps: list[str] = []
        self._widths: Sequence[float] = ()

    def set_page(self, widths: Sequence[float], footer: str) -> None:
        """Set column widths and the page: landscape A4, one page wide."""
        self._widths = widths
        for column, width in enumerate(widths):
            self.sheet.set_column(column, column, width)
        self.sheet.hide_gridlines(2)
        self.sheet.set_landscape()
        self.sheet.set_paper(9)
        self.sheet.fit_to_pages(1, 0)
        self.sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
        self.sheet.set_footer(f"&L&8{cut_text(cell_text(footer).replace('&', '&&'), 180)}&R&8&A, page &P of &N")

    def title(self, words: str, subtitle: str = "") -> None:
        """Write the heading of the sheet."""
        self.sheet.set_row(self.row, 28)
        self._write(0, Cell(words, "title"))
        self.row += 1
        if subtitle:
            self.line(subtitle, "subtitle")
        self.row += 1

    def section(self, words: str, line: str = "") -> None:
        """Write a heading, with a gap above when something stands there, and a line of explanation."""
        self._write(0, Cell(words, "section"))
        self.row += 1
        if line:
            self.line(line)

    def line(self, words: str, style: str = "line", formula: str = "") -> None:
        """Write one line that runs over the columns to its right."""
        self._write(0, Cell(words, style, formula))
        self.row += 1

    def paragraph(self, words: str, *, style: str, last_column: int) -> None:
        """Write a text that is wrapped over several columns; stands outside of tables."""
        self.sheet.merge_range(self.row, 0, self.row, last_column, "", self.styles[style])
        self._write(0, Cell(words, style))
        width = 0.85 * sum(self._widths[: last_column + 1])
        self.sheet.set_row(self.row, 6.0 + 18.0 * _lines(words, width))
        self.row += 1

    def header(self, labels: Sequence[str], *, words: Collection[int] = (0,)) -> None:
        """Write column headings; those of columns that hold no words are set to the right, like their figures."""
        for column, label in enumerate(labels):
            side = "header" if column in words else "header+right"
            self._write(column, Cell(label, f"{side}+pad" if column in words and column else side))
        self._set_height(labels, words_per_width=0.9)
        self.row += 1

    def cells(self, cells: Sequence[Cell | None], extra: str = "") -> int:
        """Write one row of a table; None leaves the cell alone. Returns its row."""
        wrapped = []
        for column, cell in enumerate(cells):
            if cell is not None:
                is_text = isinstance(cell.content, str) and "right" not in cell.style
                parts = ("cell", cell.style, "pad" if is_text and column else "", extra)
                style = "+".join(part for part in parts if part)
                self._write(column, Cell(cell.content, style, cell.formula, cell.may_be_empty))
            may_wrap = cell is not None and cell.style.split("+")[0] in {"text", "note"}
            wrapped.append(str(cell.content) if cell is not None and may_wrap else "")
        self._set_height(wrapped, words_per_width=1.1)
        self.row += 1
        return self.row - 1

    def _set_height(self, texts: Sequence[str], *, words_per_width: float) -> None:
        """Make the row as high as its wrapped texts need; not every program does that when it opens a workbook."""
        needed = (_lines(words, words_per_width * self._widths[column]) for column, words in enumerate(texts))
        lines = max(needed, default=1)
        if lines > 1:
            self.sheet.set_row(self.row, min(15.0 * lines, HIGHEST_ROW))

    def chart(self, chart: Chart, *, width: int, rows: int, alt: str) -> None:
        """Place a chart over the next rows, in pixels wide and rows high."""
        chart.set_size({"width": width, "height": rows * 20})
        self.sheet.insert_chart(
            self.row, 0, chart, {"description": cut_text(cell_text(alt), 250), "object_position": 2}
        )
        self.row += rows + 1

    def gap(self) -> None:
        """Leave a row free."""
        self.row += 1

    def finish(self) -> None:
        """Say which cells had to stay empty."""
        if self._gaps:
            self.gap()
            self.line(f"Left empty, because the figure is not a finite number: {', '.join(self._gaps)}.", "warning")

    def at(self, row: int, column: int) -> str:
        """Absolute address of a cell for formulas on other sheets."""
        return f"'{self.name}'!{xl_rowcol_to_cell(row, column, row_abs=True, col_abs=True)}"

    def _write(self, column: int, cell: Cell) -> None:
        style = self.styles[cell.style]
        content = cell.content
        finite = not isinstance(content, float | int) or math.isfinite(content)
        if content is None or not finite:
            if not cell.may_be_empty or not finite:
                self._gaps.append(xl_rowcol_to_cell(self.row, column))
            content = None
        if cell.formula:
            self.sheet.write_formula(self.row, column, cell.formula, style, "" if content is None else content)
        elif content is None:
            self.sheet.write_blank(self.row, column, None, style)
        elif isinstance(content, str):
            self.sheet.write_string(self.row, column, cell_text(content), style)
        elif isinstance(content, datetime):
            self.sheet.write_datetime(self.row, column, content.replace(tzinfo=None), style)
        else:
            self.sheet.write_number(self.row, column, content, style)


def _lines(words: str, characters: float) -> int:
    """Return the number of lines that a text takes when so many characters fit into one."""
    if len(words) <= characters:
        return 1
    return sum(max(len(textwrap.wrap(line, max(int(characters), 4))), 1) for line in words.splitlines())
