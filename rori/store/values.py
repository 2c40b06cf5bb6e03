"""Records on their way into tables and into the audit log, and back: every value exactly as its column says."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import RowMapping

from rori.errors import InputError
from rori.inventory.columns import Column, Record, Sheet, Value, ValueKind
from rori.store.column_types import MAX_INTEGER, money_units

_TEXT_KINDS = frozenset({ValueKind.KEY, ValueKind.REFERENCE, ValueKind.TEXT, ValueKind.CHOICE})


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredRecord:
    """A record as it stands in the store: what an edit must name is its version."""

    values: Record
    version: int
    changed_by: str
    changed_at: datetime


def checked_record(sheet: Sheet, record: Record) -> dict[str, Value]:
    """Return the record in the sheet's column order; InputError names the value that cannot be stored exactly."""
    names = [column.name for column in sheet.columns]
    missing, unknown = [n for n in names if n not in record], [n for n in record if n not in names]
    if missing or unknown:
        raise InputError(f"a {sheet.singular}", f"given with the columns {', '.join(names)}", ", ".join(record))
    return {column.name: _checked(column, record[column.name]) for column in sheet.columns}


def checked_text(name: str, text: object) -> str:
    """Return a text that both databases can hold."""
    if not isinstance(text, str):
        raise InputError(name, "a text", text)
    if "\0" in text or any("\ud800" <= char <= "\udfff" for char in text):
        raise InputError(name, "a text without null characters and half characters", ascii(text))
    return str(text)


def _checked(column: Column, value: Value) -> Value:
    if value is None:
        if column.required or column.default is not None:
            raise InputError(column.label, "given", "nothing")
        return None
    if column.kind in _TEXT_KINDS:
        return _checked_term(column, value)
    if column.kind is ValueKind.LIST:
        return _checked_list(column, value)
    if column.kind is ValueKind.MONEY:
        return _checked_money(column, value)
    if column.kind is ValueKind.YES_NO:
        if not isinstance(value, bool):
            raise InputError(column.label, "yes or no", value)
        return value
    return _checked_number(column, value)


def _checked_term(column: Column, value: Value) -> str:
    text = checked_text(column.label, value)
    if column.kind in {ValueKind.KEY, ValueKind.REFERENCE} and not text:
        raise InputError(column.label, "an id", value)
    return text


def _checked_list(column: Column, value: Value) -> tuple[str, ...]:
    if not isinstance(value, tuple):
        raise InputError(column.label, "a list", value)
    return tuple(checked_text(column.label, item) for item in value)


def _checked_money(column: Column, value: Value) -> Decimal:
    if not isinstance(value, Decimal):
        raise InputError(column.label, "an exact amount (Decimal)", value)
    money_units(column.label, value)
    return value


def _checked_number(column: Column, value: Value) -> int | float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise InputError(column.label, "a number", value)
    if column.kind is ValueKind.WHOLE:
        if not isinstance(value, int) or abs(value) > MAX_INTEGER:
            raise InputError(column.label, "a whole number of at most 19 digits", value)
        return int(value)
    if not math.isfinite(value):
        raise InputError(column.label, "a finite number", value)
    return float(value)


def record_from_row(sheet: Sheet, row: Mapping[str, Any] | RowMapping) -> Record:
    """Pick the sheet's columns out of a row."""
    return {column.name: row[column.name] for column in sheet.columns}


def record_to_json(record: Record) -> dict[str, Any]:
    """Return a record as JSON holds it: amounts as text, lists as arrays."""
    return {name: _to_json(value) for name, value in record.items()}


def record_from_json(sheet: Sheet, values: Mapping[str, Any]) -> Record:
    """Read a record back; a column that is younger than the entry has its default."""
    return {column.name: _from_json(column, values.get(column.name, column.default)) for column in sheet.columns}


def _to_json(value: Value) -> object:
    if isinstance(value, Decimal):
        return str(value)
    return list(value) if isinstance(value, tuple) else value


def _from_json(column: Column, value: Any) -> Value:  # noqa: ANN401
    if value is None:
        return None
    if column.kind is ValueKind.MONEY:
        return Decimal(value)
    if column.kind is ValueKind.LIST:
        return tuple(value)
    if column.kind in {ValueKind.NUMBER, ValueKind.SHARE}:
        return float(value)
    return value  # type: ignore[no-any-return]


def label(sheet: Sheet, record: Mapping[str, Any]) -> str:
    """Return what people call a record: its name, or its kind and key."""
    name = record.get("name")
    return str(name) if name else f"{sheet.singular.capitalize()} {record[sheet.key]}"
