"""Availability: properties of structures, and systems of a portfolio by hand."""

from __future__ import annotations

import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rori.economics.decisions.availability import (
    availability,
    availability_view,
    beta_factor_unavailability,
    in_parallel,
    in_series,
    k_of_n,
    nines,
    share_restored_within,
)
from rori.economics.decisions.expectation import Expectation
from rori.economics.inputs.estimates import LognormalEstimate
from rori.economics.inputs.portfolio import Portfolio
from rori.errors import InputError
from tests.economics.builders import mode, needs, system

shares = st.lists(st.floats(0.0, 1.0), min_size=1, max_size=6)


@given(shares)
def test_series_and_parallel_are_the_ends_of_k_of_n(parts):
    assert k_of_n(len(parts), parts) == pytest.approx(in_series(parts), abs=1e-12)
    assert k_of_n(1, parts) == pytest.approx(in_parallel(parts), abs=1e-12)


@given(shares)
def test_needing_more_parts_never_makes_a_group_more_available(parts):
    found = [k_of_n(needed, parts) for needed in range(1, len(parts) + 1)]
    assert all(more <= less + 1e-12 for less, more in itertools.pairwise(found))


@given(st.floats(0.0, 0.3), st.floats(0.0, 1.0), st.floats(0.0, 1.0))
def test_a_larger_common_share_makes_redundancy_weaker(unavailability, one, other):
    low, high = sorted((one, other))
    weak, strong = (beta_factor_unavailability(unavailability, beta, needed=1, parts=3) for beta in (high, low))
    assert weak >= strong - 1e-12
    assert beta_factor_unavailability(unavailability, 1.0, needed=1, parts=3) == pytest.approx(unavailability)


def test_nines_count_the_nines():
    assert nines(0.999) == pytest.approx(3.0)
    assert nines(1.0) == math.inf
    assert availability(math.inf, 5.0) == 1.0


def test_the_share_restored_within_its_quantiles_is_what_was_said():
    said = LognormalEstimate(p5=1.0, p50=2.0, p95=30.0)
    assert [share_restored_within(said, h) for h in (1.0, 2.0, 30.0)] == pytest.approx([0.05, 0.5, 0.95])
    assert share_restored_within(said, 0.0) == 0.0
    certain = LognormalEstimate(p5=4.0, p95=4.0)
    assert [share_restored_within(certain, h) for h in (3.9, 4.0)] == [0.0, 1.0]


def test_systems_of_a_portfolio_by_hand():
    portfolio = Portfolio(
        systems=(system("a", rto_hours=3.0, impact_tolerance_hours=7.0), system("b")),
        failure_modes=(mode("a", rate=3.0, hours=2.0), mode("a", rate=1.0, hours=6.0, key="rare", capacity=0.5)),
        dependencies=(needs("b", "a", degradation=0.5),),
    )
    hours = {one.system_id: one.capacity_hours_per_year for one in Expectation(portfolio).systems()}
    assert hours == pytest.approx({"a": 9.0, "b": 4.5})
    a, b = availability_view(portfolio, hours)
    assert (a.outages_per_year, a.mttr_hours, a.mtbf_hours) == pytest.approx((4.0, 3.0, 8760 / 4 - 3))
    assert a.own_availability == pytest.approx(1 - 12 / 8760)
    assert availability(a.mtbf_hours, a.mttr_hours) == pytest.approx(a.own_availability)
    assert a.availability == pytest.approx(1 - 9 / 8760)
    assert (a.restored_within_rto, a.restored_within_tolerance) == pytest.approx((0.75, 1.0))
    assert (b.mttr_hours, b.own_availability, b.restored_within_rto) == (None, 1.0, None)
    assert b.minutes_down_per_year == pytest.approx(4.5 * 60)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: availability(0.0, 1.0),
        lambda: availability(1.0, -1.0),
        lambda: in_series([]),
        lambda: in_parallel([1.1]),
        lambda: k_of_n(3, [0.9, 0.9]),
        lambda: beta_factor_unavailability(0.1, 1.5, needed=1, parts=2),
        lambda: nines(-0.1),
    ],
)
def test_what_is_no_availability_is_refused(wrong):
    with pytest.raises(InputError):
        wrong()
