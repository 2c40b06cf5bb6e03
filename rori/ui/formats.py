"""How numbers, money and dates look: one way everywhere, in the reader's locale."""

from __future__ import annotations

import math
from datetime import date, datetime
from zoneinfo import ZoneInfo

import streamlit as st
from babel import Locale, UnknownLocaleError
from babel.dates import format_datetime
from babel.numbers import format_compact_currency, format_currency, format_decimal, format_percent, get_currency_symbol

from rori.economics.results import Simulated

NOTHING = "\u2013"


def locale() -> str:
    """Return the browser's locale where Babel knows it, else British English."""
    asked = (st.context.locale or "en-GB").replace("-", "_")
    try:
        return str(Locale.parse(asked))
    except (ValueError, UnknownLocaleError):
        return "en_GB"


def money(amount: float | None, currency: str = "EUR") -> str:
    """Show whole units: € 1,284,000."""
    if amount is None or not math.isfinite(amount):
        return NOTHING
    return str(format_currency(amount, currency, format=_whole_pattern(), locale=locale(), currency_digits=False))


def _whole_pattern() -> str:
    pattern = Locale.parse(locale()).currency_formats["standard"].pattern
    return str(pattern).replace("0.00", "0")


def short_money(amount: float | None, currency: str = "EUR") -> str:
    """Show three significant figures: € 1.28M."""
    if amount is None or not math.isfinite(amount):
        return NOTHING
    rounded = float(f"{amount:.3g}")
    if abs(rounded) < 1000:
        return money(amount, currency)
    digits = 2 - math.floor(math.log10(abs(rounded))) % 3
    shown = str(format_compact_currency(rounded, currency, locale=locale(), fraction_digits=digits))
    symbol = get_currency_symbol(currency, locale=locale())
    # Some languages have no short word for a thousand; Babel then leaves the digits ungrouped.
    return shown if any(letter.isalpha() for letter in shown.replace(symbol, "")) else money(rounded, currency)


def number(value: float | None, digits: int = 1) -> str:
    """Show a plain number with this many decimals."""
    if value is None or not math.isfinite(value):
        return NOTHING
    return str(
        format_decimal(round(value, digits), format=f"#,##0.{'0' * digits}" if digits else "#,##0", locale=locale())
    )


def percent(fraction: float | None, digits: int = 1) -> str:
    """Show a fraction as percent: 0.123 becomes 12.3 %."""
    if fraction is None or not math.isfinite(fraction):
        return NOTHING
    return str(format_percent(fraction, format=f"#,##0.{'0' * digits} %" if digits else "#,##0 %", locale=locale()))


def with_error(figure: Simulated | None, currency: str = "EUR") -> str:
    """Show money with its standard error."""
    if figure is None:
        return NOTHING
    return f"{short_money(figure.value, currency)} ± {short_money(figure.standard_error, currency)}"


def percent_with_error(figure: Simulated | None, digits: int = 1) -> str:
    """Show a fraction with its standard error, in percent."""
    if figure is None:
        return NOTHING
    return f"{percent(figure.value, digits)} ± {percent(figure.standard_error, digits)}"


def years(value: float | None) -> str:
    """Show a span of years, or that it is not reached."""
    return "not within the horizon" if value is None else f"{number(value)} years"


def today() -> date:
    """Return the day it is where the reader is."""
    return datetime.now(ZoneInfo(st.context.timezone or "UTC")).date()


def local_time(moment: datetime) -> str:
    """Show a stored UTC time in the reader's time zone."""
    zone = ZoneInfo(st.context.timezone or "UTC")
    return str(format_datetime(moment.astimezone(zone), "d MMM y, HH:mm", locale=locale()))
