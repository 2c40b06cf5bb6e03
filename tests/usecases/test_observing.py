from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from rori.economics.history.rates import JEFFREYS, gamma_from_estimate
from rori.economics.inputs.estimates import LognormalEstimate, PertEstimate
from rori.errors import InputError
from rori.inventory.outages import ColumnMapping, OutageFile, read_outages
from rori.usecases.calibrating import CalibrationChoice, calibrate, duration_prior, rate_prior
from rori.usecases.observing import (
    PriorWeights,
    can_be_weighed,
    mark_of,
    observed_in_history,
    observed_quiet,
    quiet_mark,
    weigh,
    weights_at_first,
)
from rori.usecases.pictures import SaidOfMode

RATE = LognormalEstimate(p5=0.5, p95=3.0)
HOURS = LognormalEstimate(p5=1.0, p95=9.0)


def said(rate: LognormalEstimate = RATE, hours: LognormalEstimate = HOURS, source: str = "workshop") -> SaidOfMode:
    return SaidOfMode(
        id="shop-cloud",
        name="Cloud outage",
        system_name="Shop",
        source=source,
        version=1,
        events_per_year=rate,
        duration_hours=hours,
        capacity_lost=PertEstimate(low=0.5, likely=1.0, high=1.0),
    )


def history() -> OutageFile:
    lines = ["start,end"]
    for n in range(24):
        start = datetime(2023, 1, 5, tzinfo=UTC) + timedelta(days=30 * n)
        lines.append(f"{start.isoformat()},{(start + timedelta(hours=2 + n % 3)).isoformat()}")
    return read_outages("\n".join(lines).encode(), ColumnMapping(start="start", end="end"))


def test_years_without_an_outage_are_counted_like_any_others() -> None:
    found = observed_quiet(3.0, weigh(CalibrationChoice(), said(), PriorWeights()))
    prior = gamma_from_estimate(RATE)
    assert found.result.frequency.posterior == prior.updated(0.0, 3.0)
    assert found.result.n_outages == 0
    assert found.result.duration is None
    assert found.description == "no outage in 3 years observed"
    assert found.window is None


def test_years_without_an_outage_speak_without_any_estimate_too() -> None:
    found = observed_quiet(3.0, CalibrationChoice())
    assert found.result.frequency.posterior == JEFFREYS.updated(0.0, 3.0)


@pytest.mark.parametrize("years", [0.0, -1.0])
def test_a_time_that_is_none_says_nothing(years: float) -> None:
    with pytest.raises(InputError, match="observed years"):
        observed_quiet(years, CalibrationChoice())


def test_what_was_observed_in_a_file_says_where_it_comes_from() -> None:
    read = history()
    choice = weigh(CalibrationChoice(), said(), PriorWeights())
    found = observed_in_history(read, choice)
    assert found.result == calibrate(read.outages, choice)
    assert found.description.startswith("24 outages of the whole history, 2023-01 to 2024-11")
    assert mark_of(read) in found.description
    assert found.window == (datetime(2023, 1, 1, tzinfo=UTC), datetime(2024, 12, 1, tzinfo=UTC))


def test_weights_say_how_much_the_estimates_count() -> None:
    choice = weigh(CalibrationChoice(), said(), PriorWeights(frequency=0.5, duration_outages=7.0))
    assert rate_prior(choice) == gamma_from_estimate(RATE).tempered(0.5)
    prior = duration_prior(choice)
    assert prior is not None
    assert prior.weight == 7.0


def test_without_weight_the_observation_speaks_alone() -> None:
    choice = weigh(CalibrationChoice(), said(), PriorWeights(frequency=0.0, duration_outages=0.0))
    assert rate_prior(choice) == JEFFREYS
    assert duration_prior(choice) is None


@pytest.mark.parametrize("value", [0.0, 2.0])
def test_what_is_certain_has_no_weight(value: float) -> None:
    certain = LognormalEstimate(p5=value, p95=value)
    assert not can_be_weighed(certain)
    choice = weigh(CalibrationChoice(), said(rate=certain, hours=certain), PriorWeights())
    assert rate_prior(choice) == JEFFREYS
    assert duration_prior(choice) is None


@pytest.mark.parametrize(("frequency", "outages"), [(1.5, 3.0), (-0.1, 3.0), (1.0, -1.0)])
def test_weights_outside_their_range_are_refused(frequency: float, outages: float) -> None:
    with pytest.raises(InputError, match="estimated"):
        PriorWeights(frequency=frequency, duration_outages=outages)


@pytest.mark.parametrize(
    ("source", "frequency", "outages"),
    [
        ("workshop", 1.0, 3.0),
        ("24 outages, file hash 1234abcd", 0.0, 0.0),
        ("24 outages, file hash ffffffff", 1.0, 3.0),
        ("frequency: 24 outages, file hash 1234abcd; otherwise: workshop", 0.0, 3.0),
        ("duration: 24 outages, file hash 1234abcd; otherwise: frequency: workshop", 1.0, 0.0),
    ],
)
def test_what_an_estimate_holds_already_does_not_count_again(source: str, frequency: float, outages: float) -> None:
    found = weights_at_first(said(source=source), "file hash 1234abcd")
    assert (found.frequency, found.duration_outages) == (frequency, outages)


def test_quiet_years_are_told_by_their_number() -> None:
    applied = said(source=f"frequency: {quiet_mark(3.0)}; otherwise: workshop")
    assert weights_at_first(applied, quiet_mark(3.0)).frequency == 0.0
    assert weights_at_first(applied, quiet_mark(4.0)).frequency == 1.0
