"""Grids, counts, patterns and severities by themselves."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.special import ndtri
from scipy.stats import beta, lognorm

from rori.economics.exact.compound import Grid, compound, discretise, place, spread
from rori.economics.exact.counting import counts, mixed_rate, panjer_class, poisson
from rori.economics.exact.laws import CapacityLaw, DurationLaw, EventLaw
from rori.economics.exact.patterns import MOST_PATTERNS, coin, ladder, patterns_of
from rori.economics.exact.severity import severity_of
from rori.economics.inputs.estimates import LognormalEstimate, PertEstimate
from rori.economics.inputs.portfolio import LossProfile, Portfolio
from rori.economics.inputs.scenario import TODAY
from rori.economics.interruption.outcomes import reach_of
from rori.economics.interruption.routes import find_routes
from rori.errors import InputError
from tests.economics.builders import system


def test_putting_losses_on_a_grid_keeps_probability_and_mean():
    grid = Grid(step_eur=10.0, size=16)
    mass = place(grid, np.array([0.0, 12.5, 99.0]), np.array([0.2, 0.5, 0.3]))
    assert mass.sum() == pytest.approx(1.0)
    assert mass @ grid.points == pytest.approx(0.5 * 12.5 + 0.3 * 99.0)
    assert mass[:3].tolist() == pytest.approx([0.2, 0.375, 0.125])


def test_what_lies_beyond_the_grid_is_left_out():
    grid = Grid(step_eur=1.0, size=8)
    assert place(grid, np.array([3.0, 800.0]), np.array([0.6, 0.4])).sum() == pytest.approx(0.6)
    wide = spread(grid, np.array([4.0]), np.array([12.0]), np.array([1.0]))
    assert 0.4 <= wide.sum() <= 0.5


def test_a_spread_cell_is_even():
    grid = Grid(step_eur=1.0, size=64)
    mass = spread(grid, np.array([10.0]), np.array([30.0]), np.array([1.0]))
    assert mass @ grid.points == pytest.approx(20.0)
    assert mass[12:28] == pytest.approx(np.full(16, 0.05))
    backwards = spread(grid, np.array([30.0]), np.array([10.0]), np.array([1.0]))
    assert backwards == pytest.approx(mass)


def test_local_moment_matching_keeps_the_mean_below_the_end():
    severity = lognorm(1.0, scale=100.0)
    grid = Grid(step_eur=8.0, size=2**13)
    mass = discretise(grid, severity.sf)
    assert mass @ grid.points == pytest.approx(severity.mean(), rel=1e-5)
    assert mass.min() >= 0.0


def test_a_short_grid_gives_the_same_body_as_a_long_one():
    severity = lognorm(1.5, scale=100.0)
    moments = (2 * severity.mean(), 2 * severity.moment(2))
    short, long = (Grid(step_eur=2.0, size=size) for size in (2**11, 2**16))
    left, right = (compound(grid, discretise(grid, severity.sf), poisson(2.0), moments) for grid in (short, long))
    assert left.beyond > 0.005
    assert left.quantile(0.95) == pytest.approx(right.quantile(0.95), rel=2e-5)
    assert left.tail_mean(0.95) == pytest.approx(right.tail_mean(0.95), rel=2e-4)
    with pytest.raises(InputError, match="level"):
        left.quantile(0.9999)


def test_a_level_outside_its_range_is_refused():
    grid = Grid(step_eur=1.0, size=4)
    found = compound(grid, place(grid, np.array([1.0]), np.array([1.0])), counts([0.5, 0.5]), (0.5, 0.25))
    with pytest.raises(InputError, match="level"):
        found.quantile(1.0)
    with pytest.raises(InputError, match="power of two"):
        Grid(step_eur=1.0, size=12)


def test_the_panjer_class_holds_binomial_poisson_and_negative_binomial():
    s = np.array([0.3 + 0.2j])
    assert panjer_class(0.0, 2.0)(s) == pytest.approx(np.exp(2.0 * (s - 1)))
    assert panjer_class(-1.0, 4.0)(s) == pytest.approx(((1 + s) / 2) ** 3)
    assert panjer_class(0.5, 0.5)(s) == pytest.approx((2 - s) ** -2.0)
    for a, b in ((1.5, 0.0), (-0.3, 1.0)):
        with pytest.raises(InputError):
            panjer_class(a, b)
    with pytest.raises(InputError):
        counts([0.5, 0.6])


@pytest.mark.parametrize("estimate", [(0.01, 0.1, None), (0.2, 1.5, 0.3), (2.0, 8.0, None), (20.0, 60.0, 30.0)])
def test_an_uncertain_rate_is_averaged_inside_the_transform(estimate):
    p5, p95, p50 = estimate
    rate = mixed_rate(LognormalEstimate(p5=p5, p95=p95, p50=p50))
    w = np.array([-1.0 + 0.0j, np.exp(0.3j) - 1.0, 0.5 * np.exp(2j) - 1.0])
    z = (np.arange(400_000) + 0.5) / 400_000
    drawn = LognormalEstimate(p5=p5, p95=p95, p50=p50).from_normal(ndtri(z))
    expected = [np.exp(drawn * value).mean() for value in w]
    assert np.exp(rate.log_generating(w, 1.0)) == pytest.approx(np.array(expected), abs=2e-6)
    assert rate.probability_of_none(1.0) == pytest.approx(expected[0].real, abs=2e-6)


def test_patterns_are_enumerated_pruned_or_sampled():
    whole = patterns_of([coin(0.3), coin(0.5), ladder([0.1, 0.2])])
    assert len(whole.weights) == 12
    assert whole.weights.sum() == pytest.approx(1.0)
    hit = whole.uniforms[:, 0] < 0.3
    assert whole.weights[hit].sum() == pytest.approx(0.3)
    between = (whole.uniforms[:, 2] >= 0.1) & (whole.uniforms[:, 2] < 0.2)
    assert whole.weights[between].sum() == pytest.approx(0.1)
    rare = patterns_of([coin(1e-4)] * 30)
    assert not rare.sampled
    assert 0.0 < rare.left_out < 1e-6
    many = patterns_of([coin(0.4)] * 20)
    assert many.sampled
    assert len(many.weights) == MOST_PATTERNS
    assert (many.uniforms < 0.4).mean(axis=0) == pytest.approx(np.full(20, 0.4), abs=2e-3)
    certain = patterns_of([coin(1.0), coin(0.0)])
    assert (certain.uniforms < np.array([1.0, 0.0])).tolist() == [[True, False]]


def severity(capacity, duration, cells=1024):
    portfolio = Portfolio(systems=(system(loss=LossProfile(revenue_eur_per_hour=100.0)),))
    routes = find_routes(portfolio, TODAY, {})
    law = EventLaw(hits=(("a", 1.0),), duration=duration, capacity=CapacityLaw(base=capacity), reach=0)
    return severity_of(law, reach_of(frozenset({"a"}), portfolio.systems, routes), cells)


def share_below(found, loss):
    grid = Grid(step_eur=0.25, size=2**14)
    mass = spread(grid, found.low_eur, found.high_eur, found.weights)
    return mass[: int(loss / grid.step_eur)].sum()


def test_an_uncertain_capacity_of_a_certain_outage_gives_a_pert_loss():
    estimate = PertEstimate(low=0.1, likely=0.4, high=1.0)
    found = severity(estimate, DurationLaw(median_hours=10.0, below=0.0, above=0.0))
    assert found.mean_eur == pytest.approx(1000.0 * estimate.mean, rel=1e-4)
    law = beta(1 + 4 * 0.3 / 0.9, 1 + 4 * 0.6 / 0.9, loc=100.0, scale=900.0)
    for loss in (200.0, 450.0, 800.0):
        assert share_below(found, loss) == pytest.approx(law.cdf(loss), abs=1e-3)


def test_a_lognormal_outage_gives_a_lognormal_loss():
    found = severity(PertEstimate(low=0.5, likely=0.5, high=0.5), DurationLaw(median_hours=4.0, below=0.8, above=0.8))
    assert found.mean_eur == pytest.approx(200.0 * math.exp(0.32), rel=1e-7)
    assert found.square_eur == pytest.approx(200.0**2 * math.exp(2 * 0.64), rel=1e-4)
    for loss in (50.0, 200.0, 900.0):
        assert share_below(found, loss) == pytest.approx(lognorm(0.8, scale=200.0).cdf(loss), abs=5e-4)
    assert found.positive == pytest.approx(1.0)


def test_a_two_piece_outage_keeps_its_mean_with_few_cells():
    estimate = LognormalEstimate(p5=1.0, p50=2.0, p95=30.0)
    below, above = estimate.log_scales
    for cells, within in ((64, 1e-3), (1024, 1e-6)):
        found = severity(
            PertEstimate(low=1.0, likely=1.0, high=1.0), DurationLaw(median_hours=2.0, below=below, above=above), cells
        )
        assert found.mean_eur == pytest.approx(100.0 * estimate.mean, rel=within)
