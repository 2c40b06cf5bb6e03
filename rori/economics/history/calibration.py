"""Outage history turned into frequency and duration of a failure mode (model section 8)."""

from __future__ import annotations

from dataclasses import dataclass, replace

from rori.economics.history.back_testing import forecast_count
from rori.economics.history.durations import DurationFit, fit_duration
from rori.economics.history.frequency import (
    FEW_OUTAGES,
    FrequencyFit,
    OutageSample,
    fit_frequency,
    frequency_warnings,
)
from rori.economics.history.log_durations import LogDurations
from rori.economics.history.rates import JEFFREYS, GammaRate
from rori.economics.inputs.estimates import LognormalEstimate
from rori.economics.inputs.weekly import HOURS_PER_YEAR


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

    `duration` is None without outages and without a prior of it, `back_test` when less than a year was observed.
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
        """Hours until the service was back; None without outages and prior."""
        return None if self.duration is None else self.duration.estimate


def calibrate_sample(
    sample: OutageSample,
    *,
    prior: GammaRate = JEFFREYS,
    duration_prior: LogDurations | None = None,
    cell_share: float | None = None,
    widen: bool = True,
) -> CalibrationResult:
    """Fit frequency and duration, and say in words what to be careful about.

    Parameters
    ----------
    sample : OutageSample
        The outages chosen.
    prior : GammaRate
        What is known about the rate of one cell before looking at the sample.
    duration_prior : LogDurations, optional
        What is known about durations before; None takes those of the sample alone, by maximum likelihood.
    cell_share : float, optional
        Share of all outages that falls on the cell in question, in (0, 1]; 1 / n_cells when left out.
    widen : bool
        Whether overdispersion widens the posterior.

    Returns
    -------
    CalibrationResult
        With `duration` None when there are no outages and no prior of durations.

    Raises
    ------
    InputError
        When `cell_share` is outside its range.
    """
    frequency = fit_frequency(sample, prior=prior, cell_share=cell_share, widen=widen)
    known = bool(sample.durations_hours) or duration_prior is not None
    duration = fit_duration(sample.durations_hours, duration_prior) if known else None
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
    As `forecast_count`, with the posterior of the earlier part and phi of the whole.
    """
    later = sample.window_years / 3.0
    earlier = sample.window_years - later
    seen = sum(start < earlier * HOURS_PER_YEAR for start in sample.starts_hours)
    phi = fit.widened_by
    cell = fit.prior.updated(seen / phi, earlier / fit.cell_share / phi)
    low, _, high = forecast_count(replace(fit, posterior=cell), later)
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
    if fit.prior is not None:
        return _prior_warnings(fit, fit.prior)
    found = []
    if fit.n_outages < FEW_OUTAGES:
        found.append(f"Few outages ({fit.n_outages}): P5 and P95 of the duration are hardly known.")
    if fit.ks_distance is None:
        found.append("All durations are equal: the fit is one certain value.")
    return (*found, *_shape_warnings(fit))


def _prior_warnings(fit: DurationFit, prior: LogDurations) -> tuple[str, ...]:
    """Say how much of the duration is still what was said before, and when the outages contradict it."""
    if not fit.n_outages:
        return ("No outage: the duration is what was said before.",)
    found = []
    if fit.n_outages < prior.weight:
        weight = f"{prior.weight:g} outages"
        found.append(f"Few outages ({fit.n_outages}): the duration rests more on what was said before ({weight}).")
    outside = sum(not prior.quantile(0.05) <= hours <= prior.quantile(0.95) for hours in fit.sorted_hours)
    if outside > 0.3 * fit.n_outages and fit.n_outages >= 3:
        found.append(
            f"{outside} of {fit.n_outages} outages lie outside the P5 to P95 that was said before: "
            "look at the plot, and say less surely what you know."
        )
    return (*found, *_shape_warnings(fit))


def _shape_warnings(fit: DurationFit) -> tuple[str, ...]:
    """Say when the durations do not look lognormal."""
    if fit.ks_distance is None or fit.ks_critical is None or fit.ks_distance <= fit.ks_critical:
        return ()
    text = (
        f"A lognormal fits the durations poorly (Kolmogorov-Smirnov distance {fit.ks_distance:.3f}, "
        f"up to {fit.ks_critical:.3f} is chance in 19 of 20 samples): look at the plot before using the tail."
    )
    return (text,)
