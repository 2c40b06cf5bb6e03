from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from rori.economics.history.back_testing import back_test_periods, forecast_count
from rori.economics.history.frequency import OutageSample, fit_frequency
from rori.economics.history.log_durations import log_durations_from_estimate
from rori.economics.inputs.estimates import LognormalEstimate
from rori.economics.inputs.weekly import HOURS_PER_YEAR
from rori.errors import InputError


def even(n: int, years: float, durations: tuple[float, ...] = (), n_cells: int = 1) -> OutageSample:
    starts = tuple((k + 0.5) * years * HOURS_PER_YEAR / n for k in range(n))
    return OutageSample(starts_hours=starts, durations_hours=durations, window_years=years, n_cells=n_cells)


QUARTERS = [HOURS_PER_YEAR / 4 * k for k in range(1, 5)]


def test_a_steady_history_is_foretold_by_the_posterior_predictive():
    earlier, later = even(48, 2.0), even(24, 1.0)
    found = back_test_periods(fit_frequency(earlier), earlier, later, QUARTERS)
    exact = stats.nbinom(48.5, 2.0 / (2.0 + 0.25))
    assert [(p.low, p.median, p.high) for p in found.periods] == [tuple(exact.ppf([0.05, 0.5, 0.95]))] * 4
    assert [p.happened for p in found.periods] == [6, 6, 6, 6]
    assert found.coverage == 1.0
    assert found.whole.happened == 24
    assert (found.whole.low, found.whole.high) == tuple(stats.nbinom(48.5, 2.0 / 3.0).ppf([0.05, 0.95]))
    assert found.earlier_years == 2.0


def test_pooled_cells_are_forecast_all_together():
    one, pooled = even(48, 2.0), even(48, 2.0, n_cells=8)
    assert forecast_count(fit_frequency(pooled), 1.0)[1] == pytest.approx(24, abs=1)
    assert forecast_count(fit_frequency(one), 1.0)[1] == pytest.approx(24, abs=1)


def test_bursts_widen_the_forecast_and_keep_its_middle():
    burst = OutageSample(
        starts_hours=tuple(float(k) for k in range(30)) + tuple(9000.0 + k for k in range(30)),
        durations_hours=(),
        window_years=2.0,
    )
    fit = fit_frequency(burst)
    phi, mean = fit.widened_by, fit.posterior.mean
    assert phi > 10.0
    variance = phi * mean + fit.posterior.shape / fit.posterior.exposure_years**2
    exact = stats.nbinom(mean**2 / (variance - mean), mean / variance)
    assert forecast_count(fit, 1.0) == tuple(exact.ppf([0.05, 0.5, 0.95]))


def test_a_rate_that_stops_is_seen_in_the_coverage():
    earlier = even(48, 2.0)
    later = OutageSample(starts_hours=(100.0, 900.0, 1500.0, 2000.0), durations_hours=(), window_years=1.0)
    found = back_test_periods(fit_frequency(earlier), earlier, later, QUARTERS)
    assert [p.is_inside for p in found.periods] == [True, False, False, False]
    assert found.coverage == 0.25


def test_periods_of_poisson_counts_are_inside_as_often_as_is_said():
    generator = np.random.default_rng(9)
    shares = []
    for _ in range(300):
        counts = generator.poisson((80, 40))
        earlier, later = (
            OutageSample(
                starts_hours=tuple(generator.uniform(0, years * HOURS_PER_YEAR, count)),
                durations_hours=(),
                window_years=years,
            )
            for count, years in zip(counts, (2.0, 1.0), strict=True)
        )
        found = back_test_periods(fit_frequency(earlier, widen=False), earlier, later, QUARTERS)
        shares.append(found.coverage)
    assert np.mean(shares) == pytest.approx(0.93, abs=4 * np.std(shares) / math.sqrt(300) + 0.02)


def test_durations_are_held_against_the_interval_of_the_earlier_part():
    earlier = even(6, 2.0, durations=(1.0, 2.0, 3.0, 4.0, 5.0, 6.0))
    later = even(4, 1.0, durations=(2.0, 3.0, 4.0, 90.0))
    found = back_test_periods(fit_frequency(earlier), earlier, later, QUARTERS).durations
    assert found is not None
    assert (found.n_later, found.share_inside) == (4, 0.75)


def test_without_earlier_durations_only_a_prior_can_foretell_them():
    earlier, later = even(6, 2.0), even(4, 1.0, durations=(2.0, 3.0))
    fit = fit_frequency(earlier)
    assert back_test_periods(fit, earlier, later, QUARTERS).durations is None
    said = log_durations_from_estimate(LognormalEstimate(p5=1.0, p95=2.5))
    found = back_test_periods(fit, earlier, later, QUARTERS, said).durations
    assert found is not None
    assert (found.low_hours, found.high_hours, found.share_inside) == pytest.approx((1.0, 2.5, 0.5))


@pytest.mark.parametrize("ends", [[], [0.0], [800.0, 700.0], [9000.0]], ids=["none", "empty", "falling", "beyond"])
def test_periods_that_do_not_follow_the_split_are_refused(ends):
    earlier = even(6, 2.0)
    with pytest.raises(InputError, match="ends of the periods"):
        back_test_periods(fit_frequency(earlier), earlier, even(4, 1.0), ends)
