"""Outage history split by a day: what the time before foretold, and what came."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from rori.economics.history.back_testing import PeriodBackTest, back_test_periods
from rori.economics.history.frequency import fit_frequency
from rori.errors import InputError
from rori.inventory.outages import Outage
from rori.usecases.calibrating import CalibrationChoice, duration_prior, observed_window, rate_prior, sample_outages

MONTHS_IN_PERIOD = (1, 3, 6, 12)


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitBackTest:
    """A back-test and the days (UTC) where its periods start and the last one ends: one more than periods."""

    split: datetime
    days: tuple[datetime, ...]
    result: PeriodBackTest


def split_at_first(window: tuple[datetime, datetime]) -> datetime:
    """Return the start of a month after about two thirds of the observed time, or just that day where it is short."""
    start, end = window
    day = (start + 2 * (end - start) / 3 + timedelta(days=15)).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    if start < day and _months_after(day, 1) <= end:
        return day
    return (start + 2 * (end - start) / 3).replace(hour=0, minute=0, second=0, microsecond=0)


def months_at_first(window: tuple[datetime, datetime], split: datetime) -> int:
    """Return the months in a period: a quarter of a year where four of them fit after the split, else one month."""
    return 3 if _months_after(split, 12) <= window[1] else 1


def back_test_from(
    outages: Sequence[Outage], choice: CalibrationChoice, split: datetime, months: int = 3
) -> SplitBackTest:
    """Learn from the outages before `split`, forecast whole periods of so many calendar months after it.

    Raises
    ------
    InputError
        When `split` lies outside the observed time, has no time zone, or no whole period follows it.
    """
    if months not in MONTHS_IN_PERIOD:
        raise InputError("months in a period", f"one of {', '.join(map(str, MONTHS_IN_PERIOD))}", months)
    if split.tzinfo is None:
        raise InputError("day that splits the history", "given with a time zone", split)
    start, end = observed_window(outages, choice)
    day = split.astimezone(UTC)
    if not start < day < end:
        raise InputError(
            "day that splits the history", f"between {start:%Y-%m-%d} and {end:%Y-%m-%d}", f"{day:%Y-%m-%d}"
        )
    days = [day]
    while (after := _months_after(day, months * len(days))) <= end:
        days.append(after)
    if len(days) == 1:
        raise InputError(
            "day that splits the history", f"at least {months} months before {end:%Y-%m-%d}", f"{day:%Y-%m-%d}"
        )
    earlier = sample_outages(outages, replace(choice, window=(start, day)))
    later = sample_outages(outages, replace(choice, window=(day, days[-1])))
    fit = fit_frequency(earlier, prior=rate_prior(choice), cell_share=choice.cell_share, widen=choice.widen)
    ends = [(each - day) / timedelta(hours=1) for each in days[1:]]
    return SplitBackTest(
        split=day, days=tuple(days), result=back_test_periods(fit, earlier, later, ends, duration_prior(choice))
    )


def _months_after(day: datetime, months: int) -> datetime:
    """Return the same day so many months later; where that month is too short, the first of the next."""
    years, month = divmod(day.month - 1 + months, 12)
    first = day.replace(year=day.year + years, month=month + 1, day=1)
    then = first + timedelta(days=day.day - 1)
    return then if then.month == first.month else then.replace(day=1)
