"""One cell between the outside (spreadsheets, CSV, grids, forms) and the inside."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date, time, timedelta
from decimal import Decimal

import numpy as np

from rori.errors import ImportRefusedError, InputError, Problem
from rori.inventory.columns import Column, Record, Sheet, Value, ValueKind

Shown = str | int | float | None
"""A cell as the outside sees it: shares in percent, lists joined, yes or no in words."""

MAX_TEXT = 2_000
MAX_ITEMS = 100
MAX_ITEM = 200
MAX_NUMBER = 1e12
MAX_MONEY = Decimal(10) ** 11

_KEY = re.compile(r"[a-z0-9][a-z0-9.-]{0,63}")
_KEY_ALLOWED = "1 to 64 of a-z, 0-9, dot and dash, starting with a letter or digit"
_NUMBER = re.compile(r"[+-]?(?:[0-9]{1,40}(?:\.[0-9]{0,40})?|\.[0-9]{1,40})(?:[eE][+-]?[0-9]{1,3})?")
_NUMBER_ALLOWED = "a number such as 1234.56, without thousands separators"
_YES_NO = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}
_SHARE_DECIMALS = 12


def parse_cell(column: Column, raw: object) -> Value:
    """Turn what a spreadsheet, a CSV file or a grid gives into a value; InputError says what would be accepted."""
    plain = _plain(raw)
    if plain is None or (isinstance(plain, str) and not plain.strip()):
        if column.required:
            raise InputError(column.header, "filled in", "")
        return column.default
    return _PARSERS[column.kind](column, plain)


def show_cell(column: Column, value: Value) -> Shown:
    """Turn a value into what a spreadsheet, a CSV file or a grid shows; `parse_cell` gives the value back."""
    if value is None:
        return None
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return "; ".join(value)
    if isinstance(value, Decimal):
        return float(value)
    if column.kind is ValueKind.SHARE and isinstance(value, float):
        return round(value * 100.0, _SHARE_DECIMALS - 2)
    return value


def parse_record(sheet: Sheet, raw: Mapping[str, object]) -> Record:
    """Turn a row of raw cells into a record; ImportRefusedError names every cell that is not accepted."""
    record, problems = parse_row(sheet, raw)
    if problems:
        raise ImportRefusedError(problems)
    return record


def parse_row(sheet: Sheet, raw: Mapping[str, object], row: int | None = None) -> tuple[Record, tuple[Problem, ...]]:
    """Turn a row of raw cells into a record and the problems of its cells; a bad cell holds its default."""
    known = {column.name for column in sheet.columns}
    problems = [
        Problem(message=f"there is no such column; the columns are {', '.join(c.name for c in sheet.columns)}",
                sheet=sheet.label, row=row, column=name)
        for name in raw if name not in known
    ]  # fmt: skip
    record: dict[str, Value] = {}
    for column in sheet.columns:
        try:
            record[column.name] = parse_cell(column, raw.get(column.name))
        except InputError as error:
            record[column.name] = column.default
            problems.append(Problem(message=str(error), sheet=sheet.label, row=row, column=column.header))
    return record, tuple(problems)


def _plain(raw: object) -> object:
    """Return the Python value behind a NumPy scalar, as grids give them."""
    return raw.item() if isinstance(raw, np.generic) else raw


def _decimal(column: Column, raw: object) -> Decimal:
    """Read a number exactly as it is written."""
    number: Decimal | None = None
    if isinstance(raw, bool):
        number = None
    elif isinstance(raw, Decimal | int):
        number = Decimal(raw)
    elif isinstance(raw, float):
        number = Decimal(repr(raw))
    elif isinstance(raw, str) and _NUMBER.fullmatch(raw.strip()):
        number = Decimal(raw.strip())
    if number is None or not number.is_finite():
        raise InputError(column.header, _NUMBER_ALLOWED, _came(raw))
    return abs(number) if number == 0 else number


def _whole(column: Column, raw: object) -> int:
    number = _decimal(column, raw)
    _check_bounds(column, number, raw)
    if number != number.to_integral_value():
        raise InputError(column.header, "a whole number", _came(raw))
    return int(number)


def _number(column: Column, raw: object) -> float:
    number = _decimal(column, raw)
    _check_bounds(column, number, raw)
    return float(number)


def _share(column: Column, raw: object) -> float:
    percent = _decimal(column, raw)
    fraction = round(percent / 100, _SHARE_DECIMALS) if abs(percent) < 10**6 else percent
    _check_bounds(column, fraction, raw)
    return float(fraction)


def _money(column: Column, raw: object) -> Decimal:
    # A spreadsheet shows 15 digits; what a float carries beyond them is rounding, not money.
    if isinstance(raw, float) and not isinstance(raw, bool) and math.isfinite(raw):
        raw = Decimal(f"{raw:.15g}")
    amount = _decimal(column, raw)
    _check_bounds(column, amount, raw)
    cents = amount.quantize(Decimal("0.0001"))
    if cents != amount:
        raise InputError(column.header, "an amount with at most 4 decimals", _came(raw))
    return amount if amount == amount.to_integral_value() and amount.as_tuple().exponent == 0 else _short(cents)


def _short(amount: Decimal) -> Decimal:
    """Drop trailing zeros, without an exponent."""
    return Decimal(f"{amount:f}".rstrip("0").rstrip(".")) if amount else Decimal(0)


def _check_bounds(column: Column, inside: Decimal, raw: object) -> None:
    """Hold the value inside against the column's bounds; say them in the unit outside."""
    widest = float(MAX_MONEY) if column.kind is ValueKind.MONEY else MAX_NUMBER
    scale = 100.0 if column.kind is ValueKind.SHARE else 1.0
    low = -widest if column.low is None else column.low
    high = widest if column.high is None else column.high
    if low <= inside <= high:
        return
    unit = f" {column.unit}" if column.unit and not column.unit.startswith("of ") else ""
    unit = " %" if column.kind is ValueKind.SHARE else unit
    if column.high is None and low > inside:
        raise InputError(column.header, f"at least {_figure(low * scale)}{unit}", _came(raw))
    raise InputError(column.header, f"from {_figure(low * scale)} to {_figure(high * scale)}{unit}", _came(raw))


def _figure(bound: float) -> str:
    """Write a bound without an exponent."""
    return str(int(bound)) if bound == int(bound) else f"{bound:.10g}"


def _came(raw: object) -> object:
    """Show amounts as they were typed, and no number that Python refuses to write."""
    if isinstance(raw, int) and abs(raw) >= 10**40:
        return "a number of more than 40 digits"
    return f"{raw:f}" if isinstance(raw, Decimal) and raw.is_finite() and abs(raw) < 10**20 else raw


def _yes_no(column: Column, raw: object) -> bool:
    word = str(raw).strip().lower() if isinstance(raw, str | int) else _whole_text(raw)
    if word not in _YES_NO:
        raise InputError(column.header, "yes or no", _came(raw))
    return _YES_NO[word]


def _whole_text(raw: object) -> str:
    return str(int(raw)) if isinstance(raw, float) and raw.is_integer() else str(raw)


def _text(column: Column, raw: object) -> str:
    """Read text; what a spreadsheet took for a number or a truth value is text again."""
    if isinstance(raw, date | time | timedelta):
        raise InputError(column.header, "text, not a date; format the cell as text", _came(raw))
    text = raw if isinstance(raw, str) else _whole_text(raw)
    text = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    if len(text) > MAX_TEXT:
        raise InputError(column.header, f"at most {MAX_TEXT} characters long", f"{len(text)} characters")
    for character in text:
        if _is_unreadable(character):
            raise InputError(column.header, "free of control characters", f"U+{ord(character):04X}")
    return text


def _is_unreadable(character: str) -> bool:
    """Whether a character cannot stand in a text, a database and a workbook alike."""
    if character in "\n\t":
        return False
    return unicodedata.category(character) in {"Cc", "Cs"} or ord(character) & 0xFFFE == 0xFFFE


def _key(column: Column, raw: object) -> str:
    text = _text(column, raw)
    if not _KEY.fullmatch(text):
        raise InputError(column.header, _KEY_ALLOWED, text)
    return text


def _choice(column: Column, raw: object) -> str:
    wanted = _text(column, raw).casefold()
    for option in column.choices:
        if option.casefold() == wanted:
            return str(option)
    raise InputError(column.header, f"one of {', '.join(column.choices)}", raw)


def _list(column: Column, raw: object) -> tuple[str, ...]:
    parts = (
        [str(part) for part in raw] if isinstance(raw, list | tuple) else re.split(r"[;\n]", _list_text(column, raw))
    )
    items = tuple(item for item in (_text(column, part) for part in parts) if item)
    if not items and column.required:
        raise InputError(column.header, "filled in", "")
    if len(items) > MAX_ITEMS:
        raise InputError(column.header, f"at most {MAX_ITEMS} entries joined by ;", f"{len(items)} entries")
    for item in items:
        if len(item) > MAX_ITEM or ";" in item or "\n" in item:
            raise InputError(column.header, f"entries of at most {MAX_ITEM} characters joined by ;", item)
        if items.count(item) > 1:
            raise InputError(column.header, "entries that differ from one another", item)
        if column.refers_to and not _KEY.fullmatch(item):
            raise InputError(column.header, f"ids ({_KEY_ALLOWED}) joined by ;", item)
    return items


def _list_text(column: Column, raw: object) -> str:
    if isinstance(raw, date | time | timedelta):
        raise InputError(column.header, "text, not a date; format the cell as text", _came(raw))
    return (raw if isinstance(raw, str) else _whole_text(raw)).replace("\r", "\n")


_PARSERS: dict[ValueKind, Callable[[Column, object], Value]] = {
    ValueKind.KEY: _key,
    ValueKind.REFERENCE: _key,
    ValueKind.TEXT: _text,
    ValueKind.WHOLE: _whole,
    ValueKind.NUMBER: _number,
    ValueKind.SHARE: _share,
    ValueKind.MONEY: _money,
    ValueKind.YES_NO: _yes_no,
    ValueKind.CHOICE: _choice,
    ValueKind.LIST: _list,
}
