from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

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
