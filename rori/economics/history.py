"""Outage history turned into frequency and duration of a failure mode (model section 8)."""

from __future__ import annotations

from dataclasses import dataclass

from rori.economics.durations import DurationFit, fit_duration
from rori.economics.estimates import LognormalEstimate
from rori.economics.frequency import (
    FEW_OUTAGES,
    FrequencyFit,
    OutageSample,
    fit_frequency,
    frequency_warnings,
)
from rori.economics.rates import JEFFREYS, GammaRate
from rori.economics.weekly import HOURS_PER_YEAR


@dataclass(frozen=True, slots=True, kw_only=True)
class BackTest:
    """Whether the earlier part of the window would have foretold the later part, outages of all chosen cells.

    `forecast_low` and `forecast_high` are the 5 % and 95 % quantiles of the number of outages in `later_years`, as seen
    from the `earlier_years` alone; `happened` is what came.
    """

    earlier_years: float
    later_years: float
    forecast_low: int
    forecast_high: int
    happened: int

    @property
    def is_inside(self) -> bool:
        """Whether what came lies within the forecast range."""
        return self.forecast_low <= self.happened <= self.forecast_high


@dataclass(frozen=True, slots=True, kw_only=True)
class CalibrationResult:
    """Frequency and duration of a failure mode as the outage history has them.

    `duration` is None without outages, `back_test` when less than a year was observed.
    """

    sample: OutageSample
    frequency: FrequencyFit
    duration: DurationFit | None
    back_test: BackTest | None
    warnings: tuple[str, ...]

    @property
    def n_outages(self) -> int:
        """Outages of all chosen cells."""
        return len(self.sample.starts_hours)

    @property
    def events_per_year(self) -> LognormalEstimate:
        """Rate of one cell."""
        return self.frequency.estimate

    @property
    def duration_hours(self) -> LognormalEstimate | None:
        """Hours until the service was back; None without outages."""
        return None if self.duration is None else self.duration.estimate


def calibrate_sample(
    sample: OutageSample, *, prior: GammaRate = JEFFREYS, cell_share: float | None = None, widen: bool = True
) -> CalibrationResult:
    """Fit frequency and duration, and say in words what to be careful about.

    Parameters
    ----------
    sample : OutageSample
        The outages chosen.
    prior : GammaRate
        What is known about the rate of one cell before looking at the sample.
    cell_share : float, optional
        Share of all outages that falls on the cell in question, in (0, 1]; 1 / n_cells when left out.
    widen : bool
        Whether overdispersion widens the posterior.

    Returns
    -------
    CalibrationResult
        With `duration` None when there are no outages.

    Raises
    ------
    InputError
        When `cell_share` is outside its range.
    """
    frequency = fit_frequency(sample, prior=prior, cell_share=cell_share, widen=widen)
    duration = fit_duration(sample.durations_hours) if sample.durations_hours else None
    even = cell_share is None and sample.n_cells > 1
    forecast = back_test(sample, frequency) if sample.window_years >= 1.0 else None
    warnings = (
        *frequency_warnings(sample, frequency, even),
        *_back_test_warnings(forecast),
        *_duration_warnings(duration),
    )
    return CalibrationResult(
        sample=sample, frequency=frequency, duration=duration, back_test=forecast, warnings=warnings
    )


def back_test(sample: OutageSample, fit: FrequencyFit) -> BackTest:
    """Forecast the last third of the window from the rest, and set what happened beside it.

    Parameters
    ----------
    sample : OutageSample
        The outages that `fit` rests on.
    fit : FrequencyFit
        Only its prior, its share of one cell and what it was widened by are used, not its posterior.

    Returns
    -------
    BackTest
        Counts of all chosen cells.

    Notes
    -----
    With the pooled rate L ~ posterior of the earlier part, phi what events were divided by, and T the later years, the
    count has mean m = E[L] T and variance v = phi m + Var[L] T^2. A negative binomial with this mean and variance
    gives the range; with phi = 1 it is the exact posterior predictive (Gelman et al., BDA3, section 2.6).
    """
    from scipy.stats import nbinom

    later = sample.window_years / 3.0
    earlier = sample.window_years - later
    seen = sum(start < earlier * HOURS_PER_YEAR for start in sample.starts_hours)
    phi, share = fit.widened_by, fit.cell_share
    cell = fit.prior.updated(seen / phi, earlier / share / phi)
    mean = cell.mean / share * later
    variance = phi * mean + mean * mean / cell.shape
    size = mean * mean / (variance - mean)
    low, high = (int(nbinom.ppf(level, size, mean / variance)) for level in (0.05, 0.95))
    return BackTest(
        earlier_years=earlier,
        later_years=later,
        forecast_low=low,
        forecast_high=high,
        happened=len(sample.starts_hours) - seen,
    )


def _back_test_warnings(found: BackTest | None) -> tuple[str, ...]:
    """Say when the past would not have foretold what came."""
    if found is None or found.is_inside:
        return ()
    text = (
        f"The last {found.later_years:.1f} years had {found.happened} outages where the time before foretold "
        f"{found.forecast_low} to {found.forecast_high}: the rate may be changing."
    )
    return (text,)


def _duration_warnings(fit: DurationFit | None) -> tuple[str, ...]:
    """Say what the duration rests on."""
    if fit is None:
        return ("No outage: the duration cannot be taken from this history, only the frequency.",)
    found = []
    if fit.n_outages < FEW_OUTAGES:
        found.append(f"Few outages ({fit.n_outages}): P5 and P95 of the duration are hardly known.")
    if fit.ks_distance is None or fit.ks_critical is None:
        found.append("All durations are equal: the fit is one certain value.")
    elif fit.ks_distance > fit.ks_critical:
        found.append(
            f"A lognormal fits the durations poorly (Kolmogorov-Smirnov distance {fit.ks_distance:.3f}, "
            f"up to {fit.ks_critical:.3f} is chance in 19 of 20 samples): look at the plot before using the tail."
        )
    return tuple(found)
