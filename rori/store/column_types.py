"""Column types that give back exactly what was put in, on SQLite and on PostgreSQL."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Context, Decimal

from sqlalchemy import JSON, BigInteger, DateTime, Dialect, Integer
from sqlalchemy.types import TypeDecorator

from rori.errors import InputError

UNITS_PER_EURO = 10_000
MAX_INTEGER = 2**63 - 1
MAX_MONEY = Decimal(MAX_INTEGER).scaleb(-4)
_EXACT = Context(prec=40)

AutoId = BigInteger().with_variant(Integer(), "sqlite")
"""SQLite numbers rows by itself only in a column that is declared INTEGER."""


def money_units(name: str, amount: Decimal) -> int:
    """Return an amount as a whole number of 1/10 000; InputError when that would not be exact."""
    if not amount.is_finite():
        raise InputError(name, "a finite amount", amount)
    if amount.copy_abs() > MAX_MONEY:
        raise InputError(name, f"an amount of at most {MAX_MONEY}", amount)
    units = _EXACT.multiply(amount, Decimal(UNITS_PER_EURO))
    whole = int(units)
    if units != whole or _EXACT.divide(Decimal(whole), Decimal(UNITS_PER_EURO)) != amount:
        raise InputError(name, "an amount with at most 4 decimals", amount)
    return whole


def utc(name: str, moment: datetime) -> datetime:
    """Return a moment in UTC; InputError when it does not say its time zone."""
    if moment.tzinfo is None or moment.utcoffset() is None:
        raise InputError(name, "a time with its time zone", moment.isoformat())
    return moment.astimezone(UTC)


class Money(TypeDecorator[Decimal]):
    """An exact amount: a whole number of 1/10 000, because SQLite's own decimals lose digits."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | None:  # noqa: ARG002
        """Turn an amount into units."""
        return None if value is None else money_units("amount", value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> Decimal | None:  # noqa: ARG002
        """Turn units into an amount."""
        return None if value is None else _EXACT.divide(Decimal(value), Decimal(UNITS_PER_EURO))


class UtcDateTime(TypeDecorator[datetime]):
    """A moment in UTC: SQLite would give it back without its time zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Bring a moment to UTC."""
        return None if value is None else utc("time", value)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Give the moment its time zone back."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class TextList(TypeDecorator[tuple[str, ...]]):
    """A list of texts: a JSON array in the table, a tuple outside, so that nobody changes it in place unnoticed."""

    impl = JSON
    cache_ok = True

    def process_bind_param(self, value: tuple[str, ...] | None, dialect: Dialect) -> list[str] | None:  # noqa: ARG002
        """Turn a tuple into an array."""
        return None if value is None else list(value)

    def process_result_value(self, value: list[str] | None, dialect: Dialect) -> tuple[str, ...] | None:  # noqa: ARG002
        """Turn an array into a tuple."""
        return None if value is None else tuple(value)
