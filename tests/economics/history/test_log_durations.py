from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from scipy.integrate import quad

from rori.economics.history.calibration import calibrate_sample
from rori.economics.history.durations import fit_duration
from rori.economics.history.frequency import OutageSample
from rori.economics.history.log_durations import LogDurations, log_durations_from_estimate
from rori.economics.inputs.estimates import LognormalEstimate
from rori.errors import InputError

SAID = LognormalEstimate(p5=0.5, p50=1.2, p95=8.0)
HOURS = st.lists(st.floats(0.05, 200.0), min_size=1, max_size=20)


def prior(weight: float = 3.0) -> LogDurations:
    return log_durations_from_estimate(SAID, weight)


def test_the_update_is_that_of_the_textbook():
    """Gelman et al., BDA3, section 3.3, with mu0 = 1, kappa0 = 2, nu0 = 4, sigma0 = 0.5 and logs 1, 2, 3."""
    found = LogDurations(location=1.0, weight=2.0, degrees=4.0, log_sd=0.5).updated([math.e, math.e**2, math.e**3])
    assert found.weight == 5.0
    assert found.degrees == 7.0
    assert found.location == pytest.approx((2 * 1 + 3 * 2) / 5)
    assert 7 * found.log_sd**2 == pytest.approx(4 * 0.25 + 2.0 + 2 * 3 / 5 * (2 - 1) ** 2)


@given(HOURS, HOURS)
def test_outages_one_after_another_say_the_same_as_all_at_once(first, then):
    apart, together = prior().updated(first).updated(then), prior().updated([*first, *then])
    assert (apart.location, apart.log_sd) == pytest.approx((together.location, together.log_sd))
    assert (apart.weight, apart.degrees) == (together.weight, together.degrees)


def test_the_posterior_is_that_of_a_grid_over_mean_and_variance():
    """Posterior mean of the mean, and of the variance, by brute force over prior x likelihood."""
    start, logs = LogDurations(location=0.3, weight=3.0, degrees=5.0, log_sd=0.8), np.array([0.1, 1.4, 0.9, -0.4])
    means, variances = np.linspace(-6, 7, 801)[:, None], np.geomspace(0.01, 200, 1601)[None, :]
    weight = stats.norm.logpdf(means, start.location, np.sqrt(variances / start.weight))
    weight = weight + stats.invgamma.logpdf(variances, start.degrees / 2, scale=start.degrees * start.log_sd**2 / 2)
    weight = weight + sum(stats.norm.logpdf(each, means, np.sqrt(variances)) for each in logs) + np.log(variances)
    weight = np.exp(weight - weight.max())
    weight /= weight.sum()
    found = start.updated(np.exp(logs).tolist())
    assert (weight * means).sum() == pytest.approx(found.location, abs=1e-4)
    assert (weight * variances).sum() == pytest.approx(found.degrees * found.log_sd**2 / (found.degrees - 2), rel=1e-3)


def test_the_next_duration_is_student_t_in_logs():
    found = prior().updated([1.0, 3.0, 5.0])
    exact = stats.t(found.degrees, found.location, found.log_sd * math.sqrt(1 + 1 / found.weight))
    levels = [0.01, 0.05, 0.5, 0.95, 0.99]
    assert [math.log(found.quantile(level)) for level in levels] == pytest.approx(exact.ppf(levels))
    hours = np.array([0.1, 1.0, 30.0])
    assert found.shares(hours) == pytest.approx(exact.cdf(np.log(hours)))
    assert found.log_density(hours) == pytest.approx(exact.pdf(np.log(hours)))


@given(st.floats(0.01, 10.0), st.floats(1.05, 1e4), st.floats(0.5, 100.0))
def test_without_outages_the_estimate_is_what_was_said(p5, ratio, weight):
    found = log_durations_from_estimate(LognormalEstimate(p5=p5, p95=p5 * ratio), weight).updated([]).estimate()
    assert (found.p5, found.p95) == pytest.approx((p5, p5 * ratio))
    assert found.median == pytest.approx(p5 * math.sqrt(ratio))


def test_with_many_outages_the_estimate_is_that_of_maximum_likelihood():
    hours = np.random.default_rng(4).lognormal(1.5, 0.9, 20_000).tolist()
    alone, updated = fit_duration(hours).estimate, fit_duration(hours, prior()).estimate
    for level in ("p5", "p50", "p95"):
        assert getattr(updated, level) == pytest.approx(getattr(alone, level), rel=2e-3)


def test_the_weight_is_how_many_outages_it_takes_to_move_halfway():
    sure = log_durations_from_estimate(SAID, 10.0)
    moved = sure.updated([100.0] * 10)
    assert moved.location == pytest.approx((sure.location + math.log(100.0)) / 2)


@given(HOURS)
def test_a_heavier_prior_is_moved_less(hours):
    light, heavy = prior(1.0), prior(30.0)
    assert abs(heavy.updated(hours).location - heavy.location) <= abs(light.updated(hours).location - light.location)


def test_the_fit_shows_prior_data_and_posterior():
    fit = fit_duration([4.0, 2.0, 16.0], prior())
    assert fit.prior == prior()
    assert fit.posterior == prior().updated([2.0, 4.0, 16.0])
    assert fit.sorted_hours == pytest.approx((2.0, 4.0, 16.0))
    assert fit.fitted_hours == pytest.approx([fit.posterior.quantile(p) for p in (1 / 6, 0.5, 5 / 6)])
    assert fit.fitted_shares == pytest.approx(fit.posterior.shares(np.array([2.0, 4.0, 16.0])))
    assert (fit.ks_distance, fit.log_mean) == (
        fit_duration([2.0, 4.0, 16.0]).ks_distance,
        fit_duration([2.0, 4.0, 16.0]).log_mean,
    )
    assert fit.curves is not None
    assert len(fit.curves.values) == len(fit.curves.prior) == len(fit.curves.posterior)


def test_without_prior_there_are_no_curves():
    fit = fit_duration([4.0, 2.0, 16.0])
    assert (fit.prior, fit.posterior, fit.curves) == (None, None, None)


@given(HOURS)
def test_densities_on_a_log_axis_are_probabilities(hours):
    found = prior().updated(hours)
    low, high = math.log(found.quantile(0.05)), math.log(found.quantile(0.95))
    area = quad(lambda log: float(found.log_density(np.array([math.exp(log)]))[0]), low, high)[0]
    assert area == pytest.approx(0.9, abs=1e-6)


def test_equal_outages_leave_an_interval_when_there_is_a_prior():
    fit = fit_duration([2.0, 2.0, 2.0], prior())
    assert fit.estimate.p5 < 2.0 < fit.estimate.p95
    assert fit.ks_distance is None


def test_a_history_without_outages_says_what_was_said_before():
    nothing = OutageSample(starts_hours=(), durations_hours=(), window_years=3.0)
    result = calibrate_sample(nothing, duration_prior=prior())
    assert result.duration is not None
    assert result.duration.n_outages == 0
    assert (result.duration.log_mean, result.duration.log_sd) == (None, None)
    assert result.duration_hours is not None
    assert (result.duration_hours.p5, result.duration_hours.p95) == pytest.approx((0.5, 8.0))
    assert any("the duration is what was said before" in warning for warning in result.warnings)


def test_outages_that_contradict_what_was_said_are_pointed_out():
    sample = OutageSample(starts_hours=(1.0, 2.0, 3.0, 4.0), durations_hours=(90.0, 80.0, 70.0, 3.0), window_years=1.0)
    warnings = calibrate_sample(sample, duration_prior=prior()).warnings
    assert any(warning.startswith("3 of 4 outages lie outside") for warning in warnings)
    few = OutageSample(starts_hours=(1.0, 2.0), durations_hours=(1.0, 2.0), window_years=1.0)
    warnings = calibrate_sample(few, duration_prior=prior()).warnings
    assert any("rests more on what was said before (3 outages)" in warning for warning in warnings)


@pytest.mark.parametrize(
    ("estimate", "weight", "message"),
    [
        (LognormalEstimate(p5=2.0, p95=2.0), 3.0, "P95 of the prior duration"),
        (LognormalEstimate(p5=0.0, p95=0.0), 3.0, "P5 of the prior duration"),
        (SAID, 0.0, "weight of the prior duration"),
    ],
)
def test_a_prior_that_says_nothing_or_all_is_refused(estimate, weight, message):
    with pytest.raises(InputError, match=message):
        log_durations_from_estimate(estimate, weight)


@pytest.mark.parametrize("field", ["location", "weight", "degrees", "log_sd"])
def test_what_is_not_finite_is_refused(field):
    values = {"location": 0.0, "weight": 1.0, "degrees": 1.0, "log_sd": 1.0, field: math.nan}
    with pytest.raises(InputError, match=field):
        LogDurations(**values)
