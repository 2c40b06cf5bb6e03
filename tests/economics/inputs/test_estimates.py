from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from rori.economics.inputs.estimates import PERT_CELLS, LognormalEstimate, PertEstimate
from rori.errors import InputError

POSITIVE = st.floats(1e-3, 1e6)


def test_a_90_percent_interval_becomes_the_published_lognormal():
    estimate = LognormalEstimate(p5=50_000, p95=2_000_000)
    below, above = estimate.log_scales
    assert below == pytest.approx(1.1213397331137624, abs=1e-9)
    assert above == pytest.approx(below, abs=1e-12)
    assert estimate.median == pytest.approx(316_227.766016838)
    assert estimate.mean == pytest.approx(592_982.0513578424, rel=1e-9)


@given(POSITIVE, st.floats(0.01, 0.99), st.floats(1.001, 1e4))
def test_three_quantiles_are_all_met(p5, where, ratio):
    estimate = LognormalEstimate(p5=p5, p50=p5 * ratio**where, p95=p5 * ratio)
    values = estimate.from_normal(stats.norm.ppf([0.05, 0.5, 0.95]))
    assert values == pytest.approx([estimate.p5, estimate.p50, estimate.p95], rel=1e-9)


@given(POSITIVE, st.floats(0.05, 0.95), st.floats(1.1, 100))
def test_the_mean_of_a_two_piece_lognormal_is_the_integral_of_its_quantiles(p5, where, ratio):
    estimate = LognormalEstimate(p5=p5, p50=p5 * ratio**where, p95=p5 * ratio)
    z = np.linspace(-12, 12, 400_001)
    integral = np.trapezoid(estimate.from_normal(z) * stats.norm.pdf(z), z)
    assert estimate.mean == pytest.approx(integral, rel=1e-4)


def test_a_certain_value_stays_what_it_is():
    assert LognormalEstimate(p5=3.0, p95=3.0).from_normal(np.array([-2.0, 0.0, 5.0])).tolist() == [3.0, 3.0, 3.0]
    assert LognormalEstimate(p5=0.0, p95=0.0).mean == 0.0


@pytest.mark.parametrize(
    ("quantiles", "says"),
    [
        ({"p5": 2.0, "p95": 1.0}, "P95 must be at least P5"),
        ({"p5": 0.0, "p95": 1.0}, "P5 must be above 0"),
        ({"p5": -1.0, "p95": 1.0}, "P5 must be a number of at least 0"),
        ({"p5": 1.0, "p95": math.inf}, "P95 must be a number"),
        ({"p5": 1.0, "p50": 9.0, "p95": 2.0}, "P50 must be between"),
    ],
)
def test_quantiles_out_of_order_are_refused_by_name(quantiles, says):
    with pytest.raises(InputError, match=says):
        LognormalEstimate(**quantiles)


def test_pert_matches_the_published_beta_pert():
    estimate = PertEstimate(low=50_000, likely=300_000, high=2_000_000)
    values = estimate.from_uniform((np.arange(200_000) + 0.5) / 200_000)
    assert estimate.mean == pytest.approx(541_666.6667, abs=0.1)
    assert values.mean() == pytest.approx(541_666.6667, rel=1e-5)
    assert values.std() == pytest.approx(320_047.739, rel=1e-4)


def test_pert_keeps_its_mode_when_skewed():
    values = PertEstimate(low=0, likely=20, high=100).from_uniform((np.arange(400_000) + 0.5) / 400_000)
    heights, edges = np.histogram(values, bins=100, range=(0, 100))
    top = int(np.argmax(heights))
    assert abs((edges[top] + edges[top + 1]) / 2 - 20) <= 1.5


def test_sampling_a_pert_follows_its_quantiles():
    estimate = PertEstimate(low=0.2, likely=0.3, high=0.9)
    sample = estimate.sample(np.random.default_rng(3), 50_000)
    expected = estimate.from_uniform(np.array([0.1, 0.5, 0.9]))
    assert np.quantile(sample, [0.1, 0.5, 0.9]) == pytest.approx(expected, abs=0.01)
    assert PertEstimate(low=0.4, likely=0.4, high=0.4).sample(np.random.default_rng(3), 3).tolist() == [0.4] * 3


@pytest.mark.parametrize("likely", [0.0, 0.001, 0.3, 0.5, 0.95, 1.0])
def test_a_tabulated_pert_is_nowhere_off_by_more_than_a_cell_and_keeps_its_order(likely):
    estimate = PertEstimate(low=0.0, likely=likely, high=1.0)
    uniforms = (np.arange(20_000) + 0.5) / 20_000
    exact, found = estimate.from_uniform(uniforms), estimate.tabulated(uniforms)
    assert np.abs(found - exact).max() <= 1.0 / PERT_CELLS
    assert np.median(np.abs(found - exact)) < 1e-7
    assert found.mean() == pytest.approx(exact.mean(), abs=1e-6)
    assert (np.diff(found) >= 0.0).all()


def test_a_certain_pert_is_tabulated_as_itself():
    assert PertEstimate(low=0.4, likely=0.4, high=0.4).tabulated(np.array([0.0, 0.7])).tolist() == [0.4, 0.4]


def test_a_mode_outside_its_bounds_is_refused():
    with pytest.raises(InputError, match="likely must be between low"):
        PertEstimate(low=0.5, likely=0.4, high=0.9)


def test_a_whole_number_is_sampled_as_a_number_with_decimals():
    sample = PertEstimate(low=1, likely=1, high=1).sample(np.random.default_rng(3), 3)
    assert sample.dtype == np.float64
    assert (sample * 0.8).tolist() == [0.8] * 3
