from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import stats

from rori.economics.history.calibration import back_test, calibrate_sample
from rori.economics.history.durations import fit_duration
from rori.economics.history.frequency import (
    HOURS_PER_YEAR,
    OutageSample,
    fit_frequency,
    merge_overlaps,
    monthly_counts,
    overdispersion,
)
from rori.economics.history.rates import JEFFREYS, GammaRate, gamma_from_estimate
from rori.economics.inputs.estimates import LognormalEstimate
from rori.errors import InputError


def _even_sample(n_outages: int, years: float, n_cells: int = 1) -> OutageSample:
    """Return outages spread evenly over the window, half an hour to a few hours long."""
    starts = (np.arange(n_outages) + 0.5) / max(n_outages, 1) * years * HOURS_PER_YEAR
    durations = tuple(0.5 + 0.25 * k for k in range(n_outages))
    return OutageSample(
        starts_hours=tuple(starts.tolist()), durations_hours=durations, window_years=years, n_cells=n_cells
    )


@pytest.mark.parametrize(
    ("events", "exposure", "shape", "rate", "mean"),
    [(3, 2.0, 6.0, 7.0, 0.86), (30, 20.0, 33.0, 25.0, 1.32)],
)
def test_the_asthma_example_of_bayesian_data_analysis_comes_out(
    events: int, exposure: float, shape: float, rate: float, mean: float
) -> None:
    posterior = fit_frequency(
        _even_sample(events, exposure), prior=GammaRate(shape=3.0, exposure_years=5.0), widen=False
    ).posterior
    assert (posterior.shape, posterior.exposure_years) == (shape, rate)
    assert posterior.mean == pytest.approx(mean, abs=0.005)


def test_the_interval_of_the_frequency_is_that_of_the_gamma_posterior() -> None:
    fit = fit_frequency(_even_sample(7, 3.0), widen=False)
    exact = stats.gamma(7.5, scale=1.0 / 3.0)
    assert (fit.estimate.p5, fit.estimate.p50, fit.estimate.p95) == pytest.approx(tuple(exact.ppf([0.05, 0.5, 0.95])))
    assert fit.exact_mean_per_year == pytest.approx(exact.mean())
    assert fit.estimate.mean == pytest.approx(fit.exact_mean_per_year, rel=0.01)


def test_the_density_is_that_of_a_gamma_also_where_the_rate_is_zero() -> None:
    rates = np.array([0.0, 0.1, 1.0, 4.0])
    found = GammaRate(shape=2.5, exposure_years=1.5).density(rates)
    assert found == pytest.approx(stats.gamma.pdf(rates, 2.5, scale=1.0 / 1.5))


def test_zero_outages_in_three_years_lower_the_prior() -> None:
    prior = gamma_from_estimate(LognormalEstimate(p5=0.5, p95=3.0))
    result = calibrate_sample(
        OutageSample(starts_hours=(), durations_hours=(), window_years=3.0), prior=prior, widen=True
    )
    assert result.frequency.posterior == GammaRate(shape=prior.shape, exposure_years=prior.exposure_years + 3.0)
    assert result.frequency.exact_mean_per_year < prior.mean / 2.0
    assert result.duration is None
    assert result.duration_hours is None
    assert result.frequency.overdispersion is None
    assert any("No outage" in warning for warning in result.warnings)


def test_zero_outages_without_a_prior_still_give_an_upper_bound() -> None:
    fit = fit_frequency(OutageSample(starts_hours=(), durations_hours=(), window_years=3.0))
    assert fit.estimate.p95 == pytest.approx(stats.chi2.ppf(0.95, 1) / 2.0 / 3.0)
    assert fit.estimate.mean == pytest.approx(fit.exact_mean_per_year, rel=0.02)


@given(k=st.integers(1, 40))
def test_pooling_identical_cells_gives_the_same_rate_of_one_cell(k: int) -> None:
    one = _even_sample(6, 3.0)
    pooled = OutageSample(
        starts_hours=one.starts_hours * k, durations_hours=one.durations_hours * k, window_years=3.0, n_cells=k
    )
    alone, together = fit_frequency(one, widen=False), fit_frequency(pooled, widen=False)
    assert together.thinned_per_year == pytest.approx(alone.thinned_per_year)
    assert together.pooled_per_year == pytest.approx(k * alone.pooled_per_year)
    spread = math.log(together.estimate.p95 / together.estimate.p5)
    assert spread <= math.log(alone.estimate.p95 / alone.estimate.p5) * (1.0 + 1e-12)


def test_the_share_of_one_cell_replaces_the_even_split() -> None:
    sample = _even_sample(40, 4.0, n_cells=5)
    even, busy = calibrate_sample(sample), calibrate_sample(sample, cell_share=0.5)
    assert even.frequency.thinned_per_year == pytest.approx(40 / 4 / 5)
    assert busy.frequency.thinned_per_year == pytest.approx(40 / 4 / 2)
    assert any("split evenly over 5" in warning for warning in even.warnings)
    assert not any("split evenly" in warning for warning in busy.warnings)


@pytest.mark.parametrize("share", [0.0, -0.1, 1.01, math.nan])
def test_a_share_outside_its_range_is_refused(share: float) -> None:
    with pytest.raises(InputError, match="share of one service and location"):
        fit_frequency(_even_sample(3, 1.0), cell_share=share)


def test_bursts_widen_the_interval_and_keep_the_mean() -> None:
    burst = OutageSample(
        starts_hours=tuple(100.0 + k for k in range(12)) + tuple(9000.0 + k for k in range(12)),
        durations_hours=(1.0, 2.0),
        window_years=2.0,
    )
    plain, widened = fit_frequency(burst, widen=False), fit_frequency(burst)
    counts = [12] + [0] * 11 + [12] + [0] * 11
    phi = np.var(counts, ddof=1) / np.mean(counts)
    assert widened.monthly_counts == tuple(counts)
    assert widened.overdispersion == pytest.approx(phi)
    assert widened.widened_by == pytest.approx(phi)
    assert (widened.posterior.shape, widened.posterior.exposure_years) == pytest.approx((0.5 + 24 / phi, 2.0 / phi))
    assert (widened.posterior.shape - 0.5) / widened.posterior.exposure_years == pytest.approx(12.0)
    assert widened.estimate.p5 < plain.estimate.p5
    assert widened.estimate.p95 > plain.estimate.p95


def test_counts_more_even_than_chance_do_not_narrow_the_interval() -> None:
    fit = fit_frequency(_even_sample(24, 2.0))
    assert fit.overdispersion == 0.0
    assert fit.widened_by == 1.0
    assert fit.posterior == JEFFREYS.updated(24, 2.0)


def test_a_poisson_process_is_not_overdispersed() -> None:
    generator = np.random.default_rng(11)
    n_months = 12 * 400
    starts = generator.uniform(0.0, 400 * HOURS_PER_YEAR, generator.poisson(400 * 20))
    found = overdispersion(monthly_counts(starts.tolist(), 400.0))
    standard_error = math.sqrt(2.0 / (n_months - 1))
    assert found == pytest.approx(1.0, abs=4 * standard_error)


def test_months_are_equal_twelfths_and_the_last_instant_counts() -> None:
    assert monthly_counts((0.0, 729.9, 730.0, HOURS_PER_YEAR), 1.0) == (2, 1, *([0] * 9), 1)
    assert monthly_counts((1.0, 2.0), 0.01) == (2,)


@pytest.mark.parametrize(("p5", "p95"), [(0.5, 3.0), (0.001, 10.0), (9.5, 10.5)])
def test_a_prior_given_as_an_interval_is_matched_at_both_ends(p5: float, p95: float) -> None:
    prior = gamma_from_estimate(LognormalEstimate(p5=p5, p95=p95))
    exact = stats.gamma(prior.shape, scale=1.0 / prior.exposure_years)
    assert tuple(exact.ppf([0.05, 0.95])) == pytest.approx((p5, p95), rel=1e-6)


@pytest.mark.parametrize(("p5", "p95"), [(1.0, 1.0), (0.0, 0.0), (1e-12, 1e12)])
def test_a_prior_that_no_gamma_comes_near_is_refused(p5: float, p95: float) -> None:
    with pytest.raises(InputError, match="prior rate"):
        gamma_from_estimate(LognormalEstimate(p5=p5, p95=p95))


def test_a_prior_of_much_weight_is_hardly_moved() -> None:
    prior = gamma_from_estimate(LognormalEstimate(p5=0.99, p95=1.01))
    fit = fit_frequency(_even_sample(30, 3.0), prior=prior)
    assert fit.exact_mean_per_year == pytest.approx(1.0, abs=0.01)


def test_a_known_lognormal_is_recovered() -> None:
    mu, sigma, n = 0.7, 1.3, 4000
    hours = np.random.default_rng(5).lognormal(mu, sigma, n)
    fit = fit_duration(hours.tolist())
    assert fit.log_mean == pytest.approx(mu, abs=4 * sigma / math.sqrt(n))
    assert fit.log_sd == pytest.approx(sigma, abs=4 * sigma / math.sqrt(2 * n))
    assert fit.ks_distance is not None
    assert fit.ks_critical is not None
    assert fit.ks_distance < fit.ks_critical


def test_the_duration_is_the_maximum_likelihood_fit_of_scipy() -> None:
    hours = [0.4, 0.9, 1.1, 2.0, 3.5, 8.0, 20.0]
    fit = fit_duration(hours)
    sd, _, median = stats.lognorm.fit(hours, floc=0)
    exact = stats.lognorm(sd, scale=median)
    assert (fit.estimate.p5, fit.estimate.p50, fit.estimate.p95) == pytest.approx(
        tuple(exact.ppf([0.05, 0.5, 0.95])), rel=1e-4
    )
    assert fit.ks_distance == pytest.approx(stats.kstest(hours, exact.cdf).statistic, abs=1e-4)
    assert fit.fitted_shares == pytest.approx(tuple(exact.cdf(hours)), abs=1e-4)
    assert fit.plotting_positions == pytest.approx((np.arange(7) + 0.5) / 7)
    assert fit.fitted_hours == pytest.approx(tuple(exact.ppf((np.arange(7) + 0.5) / 7)), rel=1e-3)


@given(st.lists(st.floats(0.01, 500.0), min_size=2, max_size=30, unique=True))
def test_the_largest_gap_is_the_kolmogorov_smirnov_distance_of_scipy(hours: list[float]) -> None:
    assume(max(hours) / min(hours) > 1.0 + 1e-9)
    fit = fit_duration(hours)
    exact = stats.lognorm(fit.log_sd, scale=math.exp(fit.log_mean))
    assert fit.ks_distance == pytest.approx(stats.kstest(hours, exact.cdf).statistic, abs=1e-9)


def test_durations_that_differ_by_rounding_alone_are_equal() -> None:
    fit = fit_duration([0.01, math.nextafter(0.01, 1.0)])
    assert fit.ks_distance is None
    assert fit.log_sd == 0.0


def test_the_order_of_the_durations_does_not_matter() -> None:
    assert fit_duration([3.0, 1.0, 2.0]) == fit_duration([1.0, 2.0, 3.0])


@pytest.mark.parametrize("n_outages", [1, 3])
def test_equal_durations_give_a_certain_value_and_say_so(n_outages: int) -> None:
    sample = OutageSample(
        starts_hours=tuple(float(k) for k in range(n_outages)), durations_hours=(0.7,) * n_outages, window_years=1.0
    )
    result = calibrate_sample(sample)
    assert result.duration is not None
    assert result.duration.estimate.p5 == result.duration.estimate.p95 == pytest.approx(0.7)
    assert result.duration.ks_distance is None
    assert any("All durations are equal" in warning for warning in result.warnings)


def test_durations_that_are_not_lognormal_are_pointed_out() -> None:
    sample = OutageSample(
        starts_hours=tuple(float(k) for k in range(60)),
        durations_hours=tuple(1.0 + 0.001 * k for k in range(30)) + tuple(100.0 + 0.1 * k for k in range(30)),
        window_years=1.0,
    )
    assert any("fits the durations poorly" in warning for warning in calibrate_sample(sample).warnings)


@pytest.mark.parametrize(("n_outages", "expected"), [(9, True), (10, False)])
def test_few_outages_are_pointed_out(n_outages: int, expected: bool) -> None:
    warnings = calibrate_sample(_even_sample(n_outages, 3.0)).warnings
    assert any(warning.startswith("Few outages") for warning in warnings) is expected


def test_a_short_window_is_pointed_out() -> None:
    assert any("Only 6 months" in warning for warning in calibrate_sample(_even_sample(12, 0.5)).warnings)


def test_overlapping_and_touching_outages_are_one() -> None:
    starts, ends = merge_overlaps(np.array([5.0, 0.0, 1.0, 7.0, 20.0]), np.array([7.0, 4.0, 2.0, 8.0, 21.0]))
    assert starts.tolist() == [0.0, 5.0, 20.0]
    assert ends.tolist() == [4.0, 8.0, 21.0]
    nothing = np.array([])
    assert merge_overlaps(nothing, nothing)[0].size == 0


@settings(max_examples=60)
@given(st.lists(st.tuples(st.integers(0, 60), st.integers(1, 9)), min_size=1, max_size=25))
def test_merging_keeps_the_time_that_is_down(pairs: list[tuple[int, int]]) -> None:
    starts = np.array([float(start) for start, _ in pairs])
    ends = starts + np.array([float(length) for _, length in pairs])
    first, until = merge_overlaps(starts, ends)
    down = {hour for start, length in pairs for hour in range(start, start + length)}
    assert float((until - first).sum()) == len(down)
    assert bool(np.all(first[1:] > until[:-1]))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"window_years": 0.0}, "observed years"),
        ({"n_cells": 0}, "number of service and location pairs"),
        ({"starts_hours": (9000.0,)}, "start of an outage"),
        ({"starts_hours": (-1.0,)}, "start of an outage"),
        ({"durations_hours": (0.0,)}, "duration in hours"),
        ({"durations_hours": (math.nan,)}, "duration in hours"),
        ({"n_merged": -1}, "merged"),
    ],
)
def test_a_sample_outside_its_ranges_is_refused(changes: dict[str, object], message: str) -> None:
    values: dict[str, object] = {"starts_hours": (1.0,), "durations_hours": (1.0,), "window_years": 1.0, **changes}
    with pytest.raises(InputError, match=message):
        OutageSample(**values)  # type: ignore[arg-type]


def test_a_duration_needs_an_outage() -> None:
    with pytest.raises(InputError, match="at least one outage"):
        fit_duration(())


def test_a_rate_without_exposure_has_no_quantile() -> None:
    assert JEFFREYS.mean == math.inf
    with pytest.raises(InputError, match="exposure"):
        JEFFREYS.quantile(0.5)


def test_the_back_test_of_a_steady_history_is_the_posterior_predictive_and_holds() -> None:
    sample = _even_sample(30, 3.0)
    found = back_test(sample, fit_frequency(sample))
    exact = stats.nbinom(20.5, 2.0 / 3.0)
    assert (found.earlier_years, found.later_years) == pytest.approx((2.0, 1.0))
    assert (found.forecast_low, found.forecast_high) == (exact.ppf(0.05), exact.ppf(0.95))
    assert found.happened == 10
    assert found.is_inside


def test_the_back_test_of_pooled_cells_forecasts_all_of_them() -> None:
    sample = _even_sample(30, 3.0, n_cells=6)
    found = back_test(sample, fit_frequency(sample))
    assert (found.forecast_low, found.forecast_high) == (4, 17)


def test_the_back_test_of_poisson_counts_holds_as_often_as_it_says() -> None:
    generator = np.random.default_rng(3)
    inside = 0
    for _ in range(400):
        starts = generator.uniform(0.0, 3 * HOURS_PER_YEAR, generator.poisson(90))
        sample = OutageSample(starts_hours=tuple(starts.tolist()), durations_hours=(), window_years=3.0)
        inside += back_test(sample, fit_frequency(sample, widen=False)).is_inside
    assert inside / 400 == pytest.approx(0.915, abs=4 * math.sqrt(0.9 * 0.1 / 400))


def test_a_rate_that_changes_is_pointed_out() -> None:
    last_year = tuple(2.0 * HOURS_PER_YEAR + 60.0 * k for k in range(120))
    early = tuple(730.0 * k for k in range(24))
    sample = OutageSample(starts_hours=early + last_year, durations_hours=(1.0, 2.0), window_years=3.0)
    result = calibrate_sample(sample, widen=False)
    assert result.back_test is not None
    assert result.back_test.happened == 120
    assert any("the rate may be changing" in warning for warning in result.warnings)


def test_less_than_a_year_is_not_back_tested() -> None:
    assert calibrate_sample(_even_sample(12, 0.9)).back_test is None


def test_a_prior_that_counts_in_part_lies_between_jeffreys_and_itself() -> None:
    said = GammaRate(shape=4.5, exposure_years=2.0)
    assert said.tempered(1.0) == said
    assert said.tempered(0.0) == JEFFREYS
    assert said.tempered(0.5) == GammaRate(shape=2.5, exposure_years=1.0)


def test_a_wide_prior_can_count_in_part_too() -> None:
    assert GammaRate(shape=0.1, exposure_years=2.0).tempered(0.25).shape == pytest.approx(0.4)


@pytest.mark.parametrize("weight", [-0.1, 1.1, math.nan])
def test_a_prior_counts_between_nothing_and_all(weight: float) -> None:
    with pytest.raises(InputError, match="weight of the prior rate"):
        JEFFREYS.tempered(weight)


def test_the_counts_alone_do_not_know_the_prior() -> None:
    sample = OutageSample(starts_hours=(1.0, 5_000.0, 9_000.0), durations_hours=(1.0,), window_years=2.0)
    found = fit_frequency(sample, prior=GammaRate(shape=40.0, exposure_years=2.0), widen=False)
    assert found.alone == fit_frequency(sample, widen=False).posterior
