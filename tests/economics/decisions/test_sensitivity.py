"""Tornado and Sobol indices: against functions whose answers are known."""

from __future__ import annotations

import math

import numpy as np
import pytest

from rori.economics.decisions.inputs import InputKind
from rori.economics.decisions.sensitivity import tornado
from rori.economics.decisions.variance_shares import sobol_indices, variance_shares
from rori.economics.inputs.estimates import LognormalEstimate, PertEstimate
from rori.economics.inputs.portfolio import LossProfile, Portfolio
from rori.economics.terms import Quantity
from rori.errors import InputError
from tests.economics.builders import case, effect, measure, mode, system

EARNING = LossProfile(revenue_eur_per_hour=1000.0)
SIZE = PertEstimate(low=0.2, likely=0.5, high=0.8)
FLAT = {"horizon_years": 4, "discount_rate_per_year": 0.0, "n_paths": 100}


WIDE, NARROW = LognormalEstimate(p5=1, p95=4), LognormalEstimate(p5=1.9, p95=2.1)


def two_systems(*, rate_a=WIDE, rate_b=NARROW, size=SIZE):
    return Portfolio(
        systems=(system("a", EARNING), system("b", EARNING)),
        failure_modes=(mode("a", rate_a, 3.0), mode("b", rate_b, 3.0)),
        measures=(measure("m", effect(Quantity.DURATION_HOURS, size), capex_eur=6000.0),),
    )


def bar(found, kind, key):
    return next(one for one in found.bars if (one.kind, one.key) == (kind, key))


def test_a_bar_is_the_figure_at_both_ends_of_an_input():
    found = tornado(two_systems(), case("m", **FLAT))
    rates = bar(found, InputKind.RATE, "a-fails")
    mean_b = NARROW.mean
    assert (rates.low_value, rates.high_value) == pytest.approx((1, 4))
    assert rates.pv_prevented_low_eur == pytest.approx(4 * 3000 * 0.5 * (1 + mean_b))
    assert rates.rori_high == pytest.approx((4 * 3000 * 0.5 * (4 + mean_b) - 6000) / 6000)
    sizes = bar(found, InputKind.EFFECT, "m")
    quantiles = SIZE.from_uniform(np.array([0.05, 0.95]))
    assert (sizes.low_value, sizes.high_value) == pytest.approx(tuple(quantiles))
    assert sizes.rori_low > found.rori > sizes.rori_high


def test_bars_are_sorted_and_the_first_drives_the_figure():
    found = tornado(two_systems(), case("m", **FLAT))
    assert [one.swing for one in found.bars] == sorted((one.swing for one in found.bars), reverse=True)
    assert sum(one.share_of_swing for one in found.bars) == pytest.approx(1.0)
    assert found.bars[0].swing == pytest.approx(abs(found.bars[0].rori_high - found.bars[0].rori_low))
    assert found.bars[-1].key == "b-fails"


def test_discount_rate_and_horizon_move_too():
    found = tornado(two_systems(), case("m", **{**FLAT, "discount_rate_per_year": 0.05}))
    rate, years = bar(found, InputKind.DISCOUNT_RATE, ""), bar(found, InputKind.HORIZON, "")
    assert (rate.low_value, rate.high_value) == pytest.approx((0.03, 0.07))
    assert rate.rori_low > rate.rori_high
    assert (years.low_value, years.high_value) == (2.0, 6.0)
    assert years.rori_high > years.rori_low
    short = tornado(two_systems(), case("m", **{**FLAT, "horizon_years": 1}))
    assert bar(short, InputKind.HORIZON, "").low_value == 1.0
    assert bar(short, InputKind.DISCOUNT_RATE, "").low_value == 0.0


def test_durations_and_capacities_move_to_their_quantiles():
    portfolio = Portfolio(
        systems=(system("a", EARNING),),
        failure_modes=(mode("a", 2.0, LognormalEstimate(p5=1, p95=9), PertEstimate(low=0.2, likely=0.5, high=0.8)),),
        measures=(measure("m", effect(Quantity.EVENTS_PER_YEAR, 0.5), capex_eur=6000.0),),
    )
    found = tornado(portfolio, case("m", **FLAT))
    hours, capacity = (bar(found, kind, "a-fails") for kind in (InputKind.DURATION, InputKind.CAPACITY))
    assert hours.pv_prevented_high_eur / hours.pv_prevented_low_eur == pytest.approx(9.0)
    assert hours.pv_prevented_high_eur == pytest.approx(found.pv_prevented_eur * 3.0)
    assert capacity.pv_prevented_low_eur == pytest.approx(found.pv_prevented_eur * capacity.low_value / 0.5, rel=1e-4)


def test_without_cost_swings_are_in_euros():
    free = Portfolio(
        systems=two_systems().systems,
        failure_modes=two_systems().failure_modes,
        measures=(measure("m", effect(Quantity.DURATION_HOURS, SIZE)),),
    )
    found = tornado(free, case("m", **FLAT))
    assert found.rori is None
    assert bar(found, InputKind.RATE, "a-fails").swing == pytest.approx(4 * 3000 * 0.5 * 3, rel=1e-4)


def test_sobol_indices_of_the_ishigami_function():
    """Ishigami & Homma (1990), a = 7, b = 0.1: S1 = 0.3139, 0.4424, 0; ST = 0.5576, 0.4424, 0.2437."""

    def ishigami(points):
        x = (2 * points - 1) * math.pi
        return np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])

    found = sobol_indices(3, ishigami, log2_base=12)
    for index, first, total in zip(found, (0.3139, 0.4424, 0.0), (0.5576, 0.4424, 0.2437), strict=True):
        assert index.first == pytest.approx(first, abs=0.02)
        assert index.total == pytest.approx(total, abs=0.02)
        assert 0.0 < index.total_half_width < 0.1


def test_sobol_indices_of_a_linear_function_are_shares_of_its_variance():
    found = sobol_indices(3, lambda points: points @ np.array([3.0, 4.0, 0.0]), log2_base=10)
    assert [index.first for index in found] == pytest.approx([9 / 25, 16 / 25, 0.0], abs=0.01)
    assert [index.total for index in found] == pytest.approx([9 / 25, 16 / 25, 0.0], abs=0.01)


def test_a_figure_that_never_varies_has_no_drivers():
    assert [index.total for index in sobol_indices(2, lambda points: np.full(len(points), 5.0), log2_base=4)] == [0, 0]


def test_variance_is_divided_among_the_inputs_of_a_case():
    """Two rates and nothing else: RORI is linear in both, so shares are those of their variances."""
    portfolio = two_systems(rate_b=LognormalEstimate(p5=0.5, p95=3), size=PertEstimate(low=0.5, likely=0.5, high=0.5))
    found = variance_shares(portfolio, case("m", **FLAT))

    def variance(p5, p95):
        sigma = math.log(p95 / p5) / (2 * 1.6448536269514722)
        return p5 * p95 * math.exp(sigma**2) * (math.exp(sigma**2) - 1)

    one, other = variance(1, 4), variance(0.5, 3)
    by_key = {share.key: share.index for share in found.shares}
    assert by_key["a-fails"].total == pytest.approx(one / (one + other), abs=0.05)
    assert by_key["b-fails"].first == pytest.approx(other / (one + other), abs=0.05)
    assert found.standard_deviation == pytest.approx(math.sqrt(one + other), rel=0.05)
    assert found.n_evaluations <= 4096
    assert found.n_held == 0


def test_the_inputs_with_the_widest_swings_vary_and_the_rest_are_held():
    rates = [LognormalEstimate(p5=1, p95=2 + i) for i in range(14)]
    keys = [f"s{i:02}" for i in range(14)]
    portfolio = Portfolio(
        systems=tuple(system(key, EARNING) for key in keys),
        failure_modes=tuple(mode(key, rate, 3.0) for key, rate in zip(keys, rates, strict=True)),
        measures=(measure("m", effect(Quantity.DURATION_HOURS, 0.5), capex_eur=6000.0),),
    )
    found = variance_shares(portfolio, case("m", **FLAT), most_evaluations=1000)
    assert found.n_held == 2
    assert {share.key for share in found.shares} == {f"{key}-fails" for key in keys[2:]}
    totals = [share.index.total for share in found.shares]
    assert totals == sorted(totals, reverse=True)


def test_the_number_of_evaluations_is_bounded_and_certain_inputs_are_refused():
    assert variance_shares(two_systems(), case("m", **FLAT), most_evaluations=100).n_evaluations <= 100
    with pytest.raises(InputError, match="most_evaluations"):
        variance_shares(two_systems(), case("m", **FLAT), most_evaluations=50)
    certain = two_systems(rate_a=2.0, rate_b=2.0, size=PertEstimate(low=0.5, likely=0.5, high=0.5))
    with pytest.raises(InputError, match="uncertain"):
        variance_shares(certain, case("m", **FLAT))
