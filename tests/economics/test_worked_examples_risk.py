"""Published cases of loss distributions. Each test names the case, its source and the tolerance as published."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.stats import expon, lognorm, norm, uniform

from rori.economics.exact.compound import Grid, compound, discretise, masses, place, transform
from rori.economics.exact.counting import counts, negative_binomial, panjer_class, poisson
from rori.economics.exact.engine import Resolution, exact_case
from rori.economics.history.rates import GammaRate
from rori.economics.inputs.estimates import LognormalEstimate, PertEstimate
from rori.economics.inputs.portfolio import LossProfile, Portfolio
from tests.economics.builders import case, mode, system

ONE_EURO_PER_HOUR = LossProfile(revenue_eur_per_hour=1.0)


def losses(rate, p5, p95):
    """Return a portfolio whose events cost a lognormal amount: hours that cost one euro each."""
    return Portfolio(
        systems=(system(loss=ONE_EURO_PER_HOUR),),
        failure_modes=(mode(rate=rate, hours=LognormalEstimate(p5=p5, p95=p95)),),
    )


def moments_of(mass):
    points = np.arange(len(mass))
    mean = float(mass @ points)
    return mean, float(mass @ points**2) - mean**2


def test_riskquant_readme_alice():
    """riskquant-readme-alice. Netflix riskquant README, SimpleLoss ALICE (0.10, 100k, 1m); tolerance 1e-6 relative."""
    estimate = LognormalEstimate(p5=100_000, p95=1_000_000)
    assert 0.1 * estimate.mean == pytest.approx(40400.128269457266, rel=1e-6)
    found = exact_case(losses(0.1, 100_000, 1_000_000), case()).loss_eur_per_year.without
    assert found.value == pytest.approx(40400.128269457266, rel=1e-6)


def test_lognormal_from_a_ninety_percent_interval():
    """lognormal-ci90. Closed form as in CISO Assistant and riskquant, P5 = 50k, P95 = 2m; tolerance 1e-6 relative."""
    estimate = LognormalEstimate(p5=50_000, p95=2_000_000)
    below, above = estimate.log_scales
    assert math.log(estimate.median) == pytest.approx(12.664218011467252, rel=1e-6)
    assert below == pytest.approx(1.1213397331137624, rel=1e-6)
    assert above == pytest.approx(below)
    assert estimate.mean == pytest.approx(592982.0513578424, rel=1e-6)
    assert estimate.median == pytest.approx(316227.766016838, rel=1e-6)


def test_beta_pert():
    """beta-pert. Vose / mc2d beta-PERT of shape 4, (50k, 300k, 2m); tolerance 0.1."""
    estimate = PertEstimate(low=50_000, likely=300_000, high=2_000_000)
    values = estimate.from_uniform((np.arange(400_000) + 0.5) / 400_000)
    mean, sd = values.mean(), values.std()
    assert estimate.mean == pytest.approx(541666.6666666666, abs=0.1)
    assert mean == pytest.approx(541666.6666666666, abs=0.1)
    assert sd == pytest.approx(320047.739, abs=0.1)
    share = (mean - 50_000) / 1_950_000
    common = share * (1 - share) / (sd / 1_950_000) ** 2 - 1
    assert share * common == pytest.approx(1.5128205128205128, abs=1e-4)
    assert (1 - share) * common == pytest.approx(4.487179487179487, abs=1e-4)


def test_compound_poisson_variance():
    """lda-5.3.1. Loss Data Analytics, Example 5.3.1: Poisson 12, losses 1, 2, 3; variance 40, tolerance 1e-9."""
    grid = Grid(step_eur=1.0, size=256)
    mass = place(grid, np.array([1.0, 2.0, 3.0]), np.array([1 / 2, 1 / 3, 1 / 6]))
    _, variance = moments_of(masses(poisson(12.0)(transform(mass, 0.0)), grid.size, 0.0))
    assert variance == pytest.approx(40.0, abs=1e-9)


def test_a_budget_of_mean_plus_one_deviation():
    """lda-5.3.2. Loss Data Analytics, Example 5.3.2; mean 204, variance 98 344, budget 517.6, tolerance 0.005."""
    grid = Grid(step_eur=100.0, size=64)
    mass = place(grid, np.array([0.0, 100.0, 1000.0]), np.array([0.2, 0.7, 0.1]))
    mean, variance = moments_of(masses(counts([0.0, 0.8, 0.2])(transform(mass)), grid.size))
    assert 100.0 * mean == pytest.approx(204.0, abs=0.005)
    assert 100.0**2 * variance == pytest.approx(98344.0, abs=0.005)
    assert 100.0 * (mean + math.sqrt(variance)) == pytest.approx(517.6, abs=0.005)


@pytest.mark.parametrize("generating", [negative_binomial(1.0, 4.0), panjer_class(0.8, 0.0)])
def test_a_geometric_count_of_uniform_losses(generating):
    """lda-5.3.3-5.4.1. Loss Data Analytics, Examples 5.3.3 and 5.4.1 (Panjer); tolerance 1e-12."""
    grid = Grid(step_eur=1.0, size=512)
    mass = place(grid, np.arange(1.0, 5.0), np.full(4, 0.25))
    found = compound(grid, mass, generating, (10.0, 4 * 1.25 + 20 * 6.25))
    assert found.mass[:4] == pytest.approx([0.2, 0.04, 0.048, 0.0576], abs=1e-12)
    assert found.below[3] == pytest.approx(0.3456, abs=1e-12)


def test_the_normal_approximation_understates_the_tail():
    """lda-5.3.5. Loss Data Analytics, Example 5.3.5: Poisson 25 of U(5, 95); 1e-9, 1e-6, 2e-6. The exact tail is larger."""
    mean, variance = 25 * 50.0, 25 * (50.0**2 + 90.0**2 / 12)
    assert mean == pytest.approx(1250.0, abs=1e-9)
    assert variance == pytest.approx(79375.0, abs=1e-6)
    normal = float(norm.sf(2000.0, mean, math.sqrt(variance)))
    assert normal == pytest.approx(0.003884, abs=2e-6)
    grid = Grid(step_eur=4096.0 / 2**15, size=2**15)
    found = compound(grid, discretise(grid, uniform(5, 90).sf), poisson(25.0), (mean, variance))
    assert moments_of(found.mass)[0] * grid.step_eur == pytest.approx(1250.0, rel=1e-6)
    assert moments_of(found.mass)[1] * grid.step_eur**2 == pytest.approx(79375.0, rel=1e-4)
    assert found.probability_above(2000.0) > 1.4 * normal


def test_a_geometric_count_of_exponential_losses_has_a_closed_form():
    """lda-5.3.8. Loss Data Analytics, Example 5.3.8: beta 2, theta 10; P(0) to 1e-12, the tail to the grid's 1e-7."""
    beta, theta, loss = 2.0, 10.0, 30.0
    closed = beta / (1 + beta) * math.exp(-loss / (theta * (1 + beta)))
    assert 1 / (1 + beta) == pytest.approx(0.3333333333333333, abs=1e-12)
    assert closed == pytest.approx(0.24525296078096154, abs=1e-12)
    grid = Grid(step_eur=600.0 / 2**16, size=2**16)
    found = compound(grid, discretise(grid, expon(scale=theta).sf), negative_binomial(1.0, beta), (20.0, 800.0))
    assert found.probability_above(loss) == pytest.approx(closed, abs=1e-7)
    assert found.probability_of_no_loss == pytest.approx(1 / 3, abs=2e-4)


def test_thinning_of_a_zero_modified_poisson():
    """lda-5.5.4-correct. Correct thinning of Loss Data Analytics 5.5.4 (lambda 3, p0 0.5); tolerance 1e-10."""
    rate, none, kept = 3.0, 0.5, 0.244140625
    share = (1 - none) / (1 - math.exp(-rate))
    claims = [none, *(share * math.exp(-rate) * rate**k / math.factorial(k) for k in range(1, 60))]
    grid = Grid(step_eur=1.0, size=64)
    one = place(grid, np.array([0.0, 1.0]), np.array([1 - kept, kept]))
    mass = masses(counts(claims)(transform(one, 0.0)), grid.size, 0.0)
    assert moments_of(mass)[0] == pytest.approx(0.38539881463302833, abs=1e-10)
    assert mass[0] == pytest.approx(0.7267682306848207, abs=1e-10)


def test_variance_of_what_a_deductible_leaves():
    """lda-3.4.1. Loss Data Analytics, Example 3.4.1: exponential of mean 1000 above 100; variance 990 944, tolerance 0.5."""
    grid = Grid(step_eur=2.0, size=2**14)
    mass = discretise(grid, lambda x: expon(scale=1000.0).sf(x + 100.0))
    _, variance = moments_of(mass)
    assert variance * grid.step_eur**2 == pytest.approx(990944.0, abs=2.0)
    exact = discretise(Grid(step_eur=0.5, size=2**16), lambda x: expon(scale=1000.0).sf(x + 100.0))
    assert moments_of(exact)[1] * 0.25 == pytest.approx(990944.0, abs=0.5)


def test_normal_and_lognormal_approximations_of_an_aggregate():
    """kpw-9.3-9.4. Klugman, Panjer & Willmot, Loss Models, Examples 9.3-9.4; tolerances 1, 1, 0.0005, 0.0005."""
    count, count_sd, loss, loss_sd = 6.7, 2.3, 179_247.0, 52_141.0
    mean = count * loss
    sd = math.sqrt(count * loss_sd**2 + count_sd**2 * loss**2)
    assert mean == pytest.approx(1_200_955, abs=1)
    assert sd == pytest.approx(433_797, abs=1)
    limit = 1.4 * mean
    sigma = math.sqrt(math.log1p((sd / mean) ** 2))
    assert float(norm.sf(limit, mean, sd)) == pytest.approx(0.134, abs=0.0005)
    approximated = float(lognorm(sigma, scale=mean * math.exp(-sigma * sigma / 2)).sf(limit))
    assert approximated == pytest.approx(0.128, abs=0.0005)


def golden(size):
    sigma = math.log(40.0) / (2 * 1.6448536269514722)
    severity = lognorm(sigma, scale=math.sqrt(50_000.0 * 2_000_000.0))
    grid = Grid(step_eur=1.2e8 / size, size=size)
    first, second = severity.mean(), severity.moment(2)
    return compound(grid, discretise(grid, severity.sf), poisson(2.0), (2 * first, 2 * second))


def test_compound_poisson_of_lognormal_losses():
    """compound-poisson-lognormal. Closed-form moments and an FFT reference; tolerances as published, 0.1 euro of 7 m."""
    found = golden(2**18)
    assert found.mean_eur == pytest.approx(1185964.1027156848, abs=0.1)
    assert found.sd_eur == pytest.approx(1572526.9391, abs=60)
    assert found.probability_of_no_loss == pytest.approx(0.1353352832366127, abs=1e-9)
    assert found.quantile(0.95) == pytest.approx(3960834.99, abs=0.1)
    assert found.quantile(0.99) == pytest.approx(7161845.84, abs=0.1)
    assert found.quantile(0.999) == pytest.approx(14246501.87, abs=0.1)
    assert found.tail_mean(0.99) == pytest.approx(10190950.2, abs=5)


def test_the_engine_finds_the_golden_case_from_a_portfolio():
    """compound-poisson-lognormal, through systems and failure modes: moments exact, quantiles to 1e-5 at default size."""
    found = exact_case(losses(2.0, 50_000, 2_000_000), case(), Resolution(cells=4096))
    assert found.loss_eur_per_year.without.value == pytest.approx(1185964.1027156848, abs=0.1)
    assert found.sd_eur_per_year.without.value == pytest.approx(1572526.9391, abs=60)
    assert found.probability_of_loss.without.value == pytest.approx(1 - 0.1353352832366127, abs=1e-9)
    assert found.tails[0].var.without.value == pytest.approx(3960834.99, rel=1e-5)
    assert found.tails[1].var.without.value == pytest.approx(7161845.84, rel=1e-5)
    assert found.tails[1].tvar.without.value == pytest.approx(10190950.2, rel=1e-5)
    assert abs(found.tails[1].var.without.value - 7161845.84) <= found.tails[1].var.without.error


def test_gamma_poisson_updating():
    """bda3-gamma-poisson. Gelman et al., Bayesian Data Analysis, 3rd ed., section 2.6; tolerance 0.005."""
    prior = GammaRate(shape=3.0, exposure_years=5.0)
    first, second = prior.updated(3, 2), prior.updated(30, 20)
    assert (first.shape, first.exposure_years) == (6.0, 7.0)
    assert (second.shape, second.exposure_years) == (33.0, 25.0)
    assert first.mean == pytest.approx(0.86, abs=0.005)
    assert second.mean == pytest.approx(1.32, abs=0.005)


def test_a_lognormal_through_two_shares_of_costly_outages():
    """uptime-2025-lognormal. Uptime Institute 2025: 54 % above 100k, 20 % above 1m; 0.001, 100, 5 000."""
    z = norm.isf([0.54, 0.20])
    sigma = float(math.log(10.0) / (z[1] - z[0]))
    median = 100_000.0 * math.exp(-sigma * float(z[0]))
    assert sigma == pytest.approx(2.4444, abs=0.001)
    assert median == pytest.approx(127_829, abs=100)
    reach = 1.6448536269514722 * sigma
    estimate = LognormalEstimate(p5=median * math.exp(-reach), p95=median * math.exp(reach))
    assert estimate.mean == pytest.approx(2_535_400, abs=5_000)
    assert estimate.median == pytest.approx(median)
