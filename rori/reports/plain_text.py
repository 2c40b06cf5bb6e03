"""Text and amounts as they may stand in an Office file."""

from __future__ import annotations

import math
import re

CELL_LIMIT = 32_767
"""Characters (UTF-16 units) that one cell holds."""

_ILLEGAL_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def cell_text(text: str) -> str:
    """Return text that one cell can hold: characters that XML forbids removed, what is too long cut with a note."""
    return cut_text(_ILLEGAL_IN_XML.sub("", text), CELL_LIMIT)


def cut_text(text: str, limit: int) -> str:
    """Cut text to a number of UTF-16 units, as Office counts, and say how long it was."""
    units = text.encode("utf-16-le")
    length = len(units) // 2
    if length <= limit:
        return text
    note = f" [cut, {length:,} characters]"
    return units[: 2 * (limit - len(note))].decode("utf-16-le", errors="ignore") + note


def chart_text(text: str) -> str:
    """Return one short line for a chart; '!' goes because XlsxWriter takes 'x!A1' for a reference."""
    return cut_text(" ".join(cell_text(text).replace("!", " ").split()), 220)


def short_name(text: str) -> str:
    """Return a name that fits into a sentence or on an axis."""
    line = " ".join(cell_text(text).split())
    return line if len(line) <= 40 else f"{line[:39].rstrip()}…"


def spoken_money(amount: float, currency: str) -> str:
    """Return an amount as it is said: three significant digits, such as 'EUR 4.21 million'."""
    if not math.isfinite(amount):
        return f"an unknown amount of {currency}"
    size = float(f"{abs(amount):.3g}")
    sign = "-" if amount < 0 < size else ""
    for unit, name in ((1e9, " billion"), (1e6, " million")):
        if size >= unit:
            return f"{sign}{currency} {size / unit:.3g}{name}"
    return f"{sign}{currency} {size:,.0f}"


def spoken_share(share: float) -> str:
    """Return a fraction as percent: one decimal below 10 %, none above."""
    if not math.isfinite(share):
        return "an unknown share"
    percent = 100.0 * share
    digits = 0 if abs(percent) >= 10.0 else 1
    return f"{percent:,.{digits}f} %"


def listed(names: list[str], most: int = 3) -> str:
    """Join names as a sentence does; beyond `most` only their number is given."""
    if len(names) > most:
        return f"{', '.join(names[:most])} and {len(names) - most} more"
    return " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else "".join(names)
