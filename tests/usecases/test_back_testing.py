from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from rori.economics.inputs.estimates import LognormalEstimate
from rori.errors import InputError
from rori.inventory.outages import Outage
from rori.usecases.back_testing import back_test_from, months_at_first, split_at_first
from rori.usecases.calibrating import CalibrationChoice

START = datetime(2022, 1, 1, tzinfo=UTC)
THREE_YEARS = CalibrationChoice(window=(START, datetime(2025, 1, 1, tzinfo=UTC)))
SPLIT = datetime(2024, 1, 1, tzinfo=UTC)


def weekly(start: datetime, weeks: int, hours: float = 2.0) -> list[Outage]:
    starts = [start + timedelta(days=7 * week) for week in range(weeks)]
    return [
        Outage(start=s, end=s + timedelta(hours=hours + 0.01 * n), service="s", location="l", provider="p")
        for n, s in enumerate(starts)
    ]


def test_a_history_that_goes_on_as_before_lies_within_its_forecast() -> None:
    found = back_test_from(weekly(START, 156), THREE_YEARS, SPLIT)
    assert [day.month for day in found.days] == [1, 4, 7, 10, 1]
    assert found.result.coverage == 1.0
    assert sum(period.happened for period in found.result.periods) == found.result.whole.happened == 51
    assert found.result.earlier_years == pytest.approx(730 / 365)


def test_outages_after_the_split_do_not_touch_the_forecast() -> None:
    quiet = back_test_from(weekly(START, 104), THREE_YEARS, SPLIT).result
    busy = back_test_from([*weekly(START, 104), *weekly(SPLIT, 52, 40.0)], THREE_YEARS, SPLIT).result
    assert [(p.low, p.high) for p in quiet.periods] == [(p.low, p.high) for p in busy.periods]
    assert quiet.coverage == 0.0
    assert quiet.durations is None
    assert busy.durations is not None
    assert busy.durations.share_inside < 0.2


def test_periods_are_calendar_months_and_a_rest_is_left_out() -> None:
    window = (START, datetime(2024, 3, 20, tzinfo=UTC))
    found = back_test_from(weekly(START, 120), CalibrationChoice(window=window), SPLIT, months=1)
    assert [f"{day:%m-%d}" for day in found.days] == ["01-01", "02-01", "03-01"]


def test_a_split_on_a_day_that_some_months_lack_moves_to_the_first() -> None:
    found = back_test_from(weekly(START, 156), THREE_YEARS, datetime(2024, 8, 31, tzinfo=UTC), months=1)
    assert [f"{day:%m-%d}" for day in found.days] == ["08-31", "10-01", "10-31", "12-01", "12-31"]


def test_a_split_in_another_time_zone_is_the_same_moment() -> None:
    east = datetime(2024, 1, 1, 2, tzinfo=timezone(timedelta(hours=2)))
    assert back_test_from(weekly(START, 156), THREE_YEARS, east).split == SPLIT


@pytest.mark.parametrize(
    ("split", "months", "message"),
    [
        (datetime(2024, 1, 1), 3, "time zone"),  # noqa: DTZ001
        (START, 3, "between 2022-01-01 and 2025-01-01"),
        (datetime(2024, 12, 1, tzinfo=UTC), 3, "at least 3 months before 2025-01-01"),
        (SPLIT, 5, "one of 1, 3, 6, 12"),
    ],
)
def test_a_split_that_leaves_nothing_to_forecast_is_refused(split: datetime, months: int, message: str) -> None:
    with pytest.raises(InputError, match=message):
        back_test_from(weekly(START, 156), THREE_YEARS, split, months)


@pytest.mark.parametrize(
    ("end", "split", "months"),
    [
        (datetime(2025, 1, 1, tzinfo=UTC), SPLIT, 3),
        (datetime(2023, 12, 1, tzinfo=UTC), datetime(2023, 4, 1, tzinfo=UTC), 1),
        (datetime(2022, 2, 1, tzinfo=UTC), datetime(2022, 1, 21, tzinfo=UTC), 1),
    ],
)
def test_at_first_two_thirds_are_learnt_from(end: datetime, split: datetime, months: int) -> None:
    assert split_at_first((START, end)) == split
    assert months_at_first((START, end), split) == months


def test_an_estimate_that_counts_less_moves_the_forecast_less() -> None:
    outages = weekly(START, 104)
    alone, half, full = (
        back_test_from(outages, replace(THREE_YEARS, prior=prior, prior_weight=weight), SPLIT).result.whole.median
        for prior, weight in (
            (None, 1.0),
            (LognormalEstimate(p5=1.0, p95=3.0), 0.5),
            (LognormalEstimate(p5=1.0, p95=3.0), 1.0),
        )
    )
    assert full < half < alone
