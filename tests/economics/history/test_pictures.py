from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from rori.economics.history.durations import fit_duration, share_curves
from rori.economics.history.frequency import OutageSample, fit_frequency
from rori.economics.history.log_durations import log_durations_from_estimate
from rori.economics.history.pictures import duration_curves, picture_lognormal, picture_pert, rate_curves
from rori.economics.history.rates import JEFFREYS, GammaRate
from rori.economics.inputs.estimates import LognormalEstimate, PertEstimate


def area(values, densities):
    return float(np.trapezoid(densities, values))


def test_the_curves_of_a_rate_are_gammas_on_a_log_axis():
    curves = rate_curves(GammaRate(shape=2.0, exposure_years=4.0), GammaRate(shape=9.0, exposure_years=7.0))
    rates = np.array(curves.values)
    assert curves.prior == pytest.approx(stats.gamma.pdf(rates, 2.0, scale=1 / 4) * rates)
    assert curves.posterior == pytest.approx(stats.gamma.pdf(rates, 9.0, scale=1 / 7) * rates)
    assert area(np.log(rates), curves.posterior) == pytest.approx(1.0, abs=0.003)
    assert area(np.log(rates), curves.prior) == pytest.approx(1.0, abs=0.003)


def test_a_prior_that_lets_the_counts_speak_has_no_curve():
    sample = OutageSample(starts_hours=(1.0, 2.0), durations_hours=(1.0,), window_years=3.0)
    curves = fit_frequency(sample).curves
    assert curves.prior is None
    assert len(curves.values) == len(curves.posterior)
    assert rate_curves(JEFFREYS, GammaRate(shape=0.5, exposure_years=3.0)).values[0] > 0.0


def test_the_curves_of_durations_cover_prior_and_posterior():
    prior = log_durations_from_estimate(LognormalEstimate(p5=0.5, p95=4.0))
    posterior = prior.updated([30.0, 40.0])
    curves = duration_curves(prior, posterior)
    logs = np.log(curves.values)
    assert area(logs, curves.prior) == pytest.approx(1.0, abs=0.03)
    assert area(logs, curves.posterior) == pytest.approx(1.0, abs=0.03)
    assert curves.posterior == pytest.approx(posterior.log_density(np.array(curves.values)))


def test_the_counts_alone_are_drawn_beside_a_prior():
    prior, counts = GammaRate(shape=2.0, exposure_years=4.0), (7.0, 3.0)
    alone = JEFFREYS.updated(*counts)
    curves = rate_curves(prior, prior.updated(*counts), alone)
    rates = np.array(curves.values)
    assert curves.alone == pytest.approx(stats.gamma.pdf(rates, 7.5, scale=1 / 3) * rates)
    assert rates[-1] >= alone.quantile(0.95)
    assert rate_curves(JEFFREYS, alone, alone).alone is None


def test_shares_of_durations_meet_the_quantiles_of_prior_and_posterior():
    prior = log_durations_from_estimate(LognormalEstimate(p5=0.5, p95=4.0))
    fit = fit_duration([30.0, 40.0, 55.0], prior)
    curves = share_curves(fit)
    assert curves.hours[0] <= prior.quantile(0.01)
    assert curves.hours[-1] >= 55.0
    assert curves.before is not None
    assert np.interp(np.log([0.5, 4.0]), np.log(curves.hours), curves.before) == pytest.approx([0.05, 0.95], abs=2e-3)
    after = [fit.estimate.p5, fit.estimate.p50, fit.estimate.p95]
    assert np.interp(np.log(after), np.log(curves.hours), curves.after) == pytest.approx([0.05, 0.5, 0.95], abs=2e-3)


def test_shares_without_a_prior_are_those_of_the_fitted_lognormal():
    fit = fit_duration([1.0, 2.0, 8.0])
    curves = share_curves(fit)
    assert curves.before is None
    expected = stats.norm.cdf(np.log(curves.hours), fit.log_mean, fit.log_sd)
    assert curves.after == pytest.approx(expected)


def test_durations_that_are_all_equal_are_a_step():
    assert set(share_curves(fit_duration([3.0, 3.0])).after) == {1.0}


def test_data_alone_are_the_maximum_likelihood_lognormal_whatever_the_prior():
    hours = [1.0, 2.0, 8.0]
    prior = log_durations_from_estimate(LognormalEstimate(p5=0.5, p95=4.0))
    assert fit_duration(hours, prior).alone == fit_duration(hours).estimate
    assert fit_duration([], prior).alone is None


@pytest.mark.parametrize("p50", [None, 4.0])
def test_the_picture_of_an_interval_has_the_quantiles_that_were_said(p50):
    picture = picture_lognormal(LognormalEstimate(p5=1.0, p50=p50, p95=9.0))
    assert picture.is_logarithmic
    assert picture.marks == (("P5", 1.0, True), ("P50", p50 or 3.0, p50 is not None), ("P95", 9.0, True))
    at = np.interp(np.log([value for _, value, _ in picture.marks]), np.log(picture.values), picture.shares)
    assert at == pytest.approx([0.05, 0.5, 0.95], abs=1e-3)
    assert area(np.log(picture.values), picture.densities) == pytest.approx(0.998, abs=0.01)


def test_the_picture_of_a_plain_lognormal_is_its_density():
    picture = picture_lognormal(LognormalEstimate(p5=1.0, p95=9.0))
    sigma = np.log(9.0) / 2 / stats.norm.ppf(0.95)
    values = np.array(picture.values)
    assert picture.densities == pytest.approx(stats.lognorm.pdf(values, sigma, scale=3.0) * values)


@pytest.mark.parametrize(("low", "likely", "high"), [(0.0, 20.0, 100.0), (0.2, 0.2, 0.9), (0.2, 0.9, 0.9)])
def test_the_picture_of_a_pert_is_its_density(low, likely, high):
    picture = picture_pert(PertEstimate(low=low, likely=likely, high=high))
    alpha = 1 + 4 * (likely - low) / (high - low)
    exact = stats.beta(alpha, 6 - alpha, low, high - low)
    values = np.array(picture.values)
    assert picture.densities == pytest.approx(exact.pdf(values), rel=1e-6, abs=1e-9)
    assert picture.shares == pytest.approx(exact.cdf(values), abs=1e-9)
    assert [name for name, _, said in picture.marks if said] == ["lowest", "most likely", "highest"]
    follow = [value for _, value, said in picture.marks if not said]
    assert follow == pytest.approx(exact.ppf([0.05, 0.5, 0.95]))


def test_a_certain_value_is_one_point():
    for picture in (
        picture_lognormal(LognormalEstimate(p5=3.0, p95=3.0)),
        picture_pert(PertEstimate(low=3.0, likely=3.0, high=3.0)),
    ):
        assert (picture.values, picture.densities, picture.shares) == ((3.0,), (0.0,), (1.0,))
        assert {value for _, value, _ in picture.marks} == {3.0}


def test_an_interval_whose_median_is_an_end_has_a_curve_without_infinities():
    picture = picture_lognormal(LognormalEstimate(p5=1.0, p50=1.0, p95=9.0))
    assert np.isfinite(picture.densities).all()
