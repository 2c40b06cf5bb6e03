from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rori.economics.figures.risk import (
    batched_comparison,
    exceedance_curve,
    mean_figure,
    tail_figures,
    tail_value_at_risk,
    value_at_risk,
)
from rori.errors import InputError


def test_tvar_of_mostly_loss_free_years_counts_the_whole_tail():
    losses = np.zeros(1000)
    losses[:5] = 1_000_000
    assert tail_value_at_risk(losses, 0.99) == pytest.approx(500_000)


def test_tvar_counts_the_fractional_year_by_its_fraction():
    losses = np.array([10.0, 20.0, 30.0, 40.0])
    assert tail_value_at_risk(losses, 0.625) == pytest.approx((40 + 0.5 * 30) / 1.5)
    assert tail_value_at_risk(losses, 0.0) == pytest.approx(25.0)


def test_var_is_the_smallest_loss_that_enough_years_stay_below():
    losses = np.arange(1.0, 101.0)
    assert value_at_risk(losses, 0.95) == 95.0
    assert value_at_risk(losses, 0.951) == 96.0
    assert value_at_risk(losses, 0.0) == 1.0


@given(st.lists(st.just(0.0) | st.floats(0.01, 1e9), min_size=1, max_size=200), st.floats(0, 0.999))
def test_the_tail_is_never_milder_than_its_threshold(losses, level):
    years = np.array(losses)
    assert tail_value_at_risk(years, level) >= value_at_risk(years, level) * (1 - 1e-12)


@pytest.mark.parametrize("level", [-0.1, 1.0, math.nan])
def test_a_level_outside_its_range_is_refused(level):
    with pytest.raises(InputError, match=r"level must be in \[0, 1\)"):
        value_at_risk(np.ones(3), level)


def test_no_years_are_refused():
    with pytest.raises(InputError, match="at least one year"):
        tail_value_at_risk(np.array([]), 0.5)


def test_the_standard_error_of_a_mean_is_the_textbook_one():
    sample = np.random.default_rng(1).normal(5, 2, 400)
    figure = mean_figure(sample)
    assert figure.value == pytest.approx(sample.mean())
    assert figure.standard_error == pytest.approx(np.sqrt(((sample - sample.mean()) ** 2).sum() / 399 / 400))


def test_batch_errors_of_a_quantile_have_the_right_size():
    """Over many samples the quantile spreads as much as its standard error says."""
    generator = np.random.default_rng(2)
    values, errors = [], []
    for _ in range(200):
        years = generator.exponential(1.0, (400, 5))
        figure = batched_comparison(years, years, lambda losses: value_at_risk(losses, 0.95)).without
        values.append(figure.value)
        errors.append(figure.standard_error)
    assert np.mean(values) == pytest.approx(-math.log(0.05), rel=0.02)
    assert np.mean(errors) == pytest.approx(np.std(values), rel=0.25)


def test_paired_tails_of_equal_worlds_differ_by_exactly_nothing():
    years = np.random.default_rng(3).exponential(1.0, (100, 5))
    tails = tail_figures(years, years, 0.99)
    assert tails.var.difference.value == 0.0
    assert tails.tvar.difference.standard_error == 0.0


def test_the_exceedance_curve_is_the_known_one():
    years = np.random.default_rng(4).exponential(1000.0, (40_000, 5))
    curve = exceedance_curve(np.stack([years, years / 2]), np.stack([years, years / 2]))
    assert curve[0].probability == pytest.approx(0.95)
    assert curve[-1].probability == pytest.approx(20 / 200_000)
    for point in curve:
        expected = -1000.0 * math.log(point.probability)
        assert abs(point.annual_without.value - expected) <= 6 * point.annual_without.standard_error + 1
        assert point.annual_with.value == pytest.approx(point.annual_without.value / 2)
        assert point.return_period_years == pytest.approx(1 / point.probability)
    losses = [point.annual_without.value for point in curve]
    assert losses == sorted(losses)


def test_each_curve_is_of_its_own_losses():
    generator = np.random.default_rng(5)
    annual = np.stack([generator.exponential(size, (2000, 5)) for size in (4000.0, 3000.0)])
    largest = np.stack([generator.exponential(size, (2000, 5)) for size in (2000.0, 1000.0)])
    point = exceedance_curve(annual, largest, n_points=9)[4]
    found = (point.annual_without, point.annual_with, point.largest_without, point.largest_with)
    for figure, size in zip(found, (4000.0, 3000.0, 2000.0, 1000.0), strict=True):
        expected = -size * math.log(point.probability)
        assert abs(figure.value - expected) <= 5 * figure.standard_error
        assert 0.0 < figure.standard_error < 0.1 * expected
    assert len(exceedance_curve(annual, largest, n_points=9)) == 9


def test_the_curve_takes_the_quantile_that_var_takes():
    years = np.arange(1.0, 2001.0).reshape(400, 5)
    for point in exceedance_curve(np.stack([years, years]), np.stack([years, years])):
        assert point.annual_without.value == value_at_risk(years, 1.0 - point.probability)


def test_tails_know_their_level_and_both_worlds():
    generator = np.random.default_rng(6)
    before, after = generator.exponential(2.0, (400, 5)), generator.exponential(1.0, (400, 5))
    tails = tail_figures(before, after, 0.95)
    assert tails.level == 0.95
    assert tails.var.without.value == value_at_risk(before, 0.95)
    assert tails.var.with_measures.value == value_at_risk(after, 0.95)
    assert tails.tvar.with_measures.value == pytest.approx(tail_value_at_risk(after, 0.95))
    assert tails.tvar.difference.value == pytest.approx(
        tail_value_at_risk(before, 0.95) - tail_value_at_risk(after, 0.95)
    )
    assert 0.0 < tails.var.with_measures.standard_error < tails.var.with_measures.value
