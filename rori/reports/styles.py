"""The house style of workbooks: colours, number formats, cell styles by name."""

from __future__ import annotations

from functools import reduce
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.format import Format

WITHOUT = "#B4532A"
"""Everything that happens without the measures."""
WITH = "#1F6F78"
"""Everything that happens with them."""
PREVENTED = "#3D4F6B"
"""The difference."""
INK = "#1E2A33"
QUIET = "#5B6770"
RULE = "#C9D0D5"
BAND = "#EEF2F4"

FONT = "Calibri"

_STYLES: dict[str, dict[str, Any]] = {
    "title": {"bold": True, "font_size": 18},
    "subtitle": {"font_color": QUIET},
    "answer": {"font_size": 13, "text_wrap": True, "valign": "top", "bg_color": BAND},
    "warning": {"bold": True, "font_color": WITHOUT},
    "section": {"bold": True, "font_size": 13, "font_color": PREVENTED},
    "line": {"font_color": QUIET},
    "header": {
        "bold": True,
        "text_wrap": True,
        "valign": "bottom",
        "bg_color": BAND,
        "bottom": 1,
        "bottom_color": QUIET,
    },
    "right": {"align": "right"},
    "pad": {"indent": 1, "align": "left"},
    "cell": {"valign": "top", "bottom": 1, "bottom_color": RULE},
    "text": {"text_wrap": True},
    "note": {"text_wrap": True, "font_color": QUIET},
    "money": {"num_format": "#,##0"},
    "share": {"num_format": "0.0 %"},
    "fine share": {"num_format": "0.00 %"},
    "number": {"num_format": "#,##0.00"},
    "precise": {"num_format": "#,##0.####"},
    "factor": {"num_format": "0.0000"},
    "whole": {"num_format": "#,##0"},
    "year": {"num_format": "0", "align": "left"},
    "time": {"num_format": 'yyyy-mm-dd hh:mm "UTC"', "align": "left"},
    "strong": {"bold": True},
    "without": {"font_color": WITHOUT},
    "with": {"font_color": WITH},
    "prevented": {"font_color": PREVENTED},
    "input": {"bg_color": "#FFF6D6", "font_color": "#1F3FA8", "border": 1, "border_color": "#B9A14B"},
    "total": {"bold": True, "top": 1, "top_color": INK, "bottom": 1, "bottom_color": INK},
}


class Styles:
    """The cell styles of one workbook; each combination is made once."""

    def __init__(self, book: Workbook) -> None:
        self._book = book
        self._made: dict[str, Format] = {}

    def __getitem__(self, names: str) -> Format:
        """Return the format of one or several styles joined by '+', the later ones winning."""
        if names not in self._made:
            base: dict[str, Any] = {"font_name": FONT, "font_size": 11, "font_color": INK}
            properties = reduce(lambda have, name: {**have, **_STYLES[name]}, names.split("+"), base)
            self._made[names] = self._book.add_format(properties)
        return self._made[names]
