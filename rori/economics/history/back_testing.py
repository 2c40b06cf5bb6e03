"""A forecast made from the earlier part of a history, set beside what came later, period by period."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from rori.economics.history.durations import fit_duration
from rori.economics.history.frequency import FrequencyFit, OutageSample
from rori.economics.history.log_durations import LogDurations
from rori.economics.inputs.weekly import HOURS_PER_YEAR
from rori.errors import InputError

LEVELS = (0.05, 0.5, 0.95)


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodForecast:
    """Outages of all chosen cells in one later period: forecast range (5 % to 95 %), median, and what came.

    `start_hours` and `end_hours` count from the day that splits the history.
    """

    start_hours: float
    end_hours: float
    low: int
    median: int
    high: int
    happened: int

    @property
    def is_inside(self) -> bool:
        """Whether what came lies within the forecast range."""
        return self.low <= self.happened <= self.high


@dataclass(frozen=True, slots=True, kw_only=True)
class DurationForecast:
    """P5 and P95 of durations in hours as the earlier part has them, and the share of later outages between them."""

    low_hours: float
    high_hours: float
    n_later: int
    share_inside: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodBackTest:
    """Every later period and the later time as a whole; `durations` is None where either part has no outage."""

    earlier_years: float
    periods: tuple[PeriodForecast, ...]
    whole: PeriodForecast
    durations: DurationForecast | None

    @property
    def coverage(self) -> float:
        """Share of the periods whose count lies within its range; about 0.9 where the forecast is honest."""
        return sum(period.is_inside for period in self.periods) / len(self.periods)


def back_test_periods(
    fit: FrequencyFit,
    earlier: OutageSample,
    later: OutageSample,
    ends_hours: Sequence[float],
    duration_prior: LogDurations | None = None,
) -> PeriodBackTest:
    """Forecast periods of the later part of a history from the earlier part alone.

    Parameters
    ----------
    fit : FrequencyFit
        Rate fitted to `earlier`.
    earlier, later : OutageSample
        The same cells before and after the day that splits the history.
    ends_hours : sequence of float, length >= 1
        Where periods end, hours since the split, rising; the first period starts at the split.
    duration_prior : LogDurations, optional
        As for the calibration.

    Returns
    -------
    PeriodBackTest

    Raises
    ------
    InputError
        When there is no period, or the ends do not rise within the later part.

    Notes
    -----
    As `forecast_count`. All periods share one rate that is not known, so they are not independent: where the rate is off, many
    periods are off together.
    """
    edges = [0.0, *ends_hours]
    if len(edges) < 2 or any(end <= start for start, end in pairwise(edges)):
        raise InputError("ends of the periods", "at least one, rising from the day that splits", list(ends_hours))
    if edges[-1] > later.window_years * HOURS_PER_YEAR * (1.0 + 1e-9):
        raise InputError("ends of the periods", f"within {later.window_years:g} years", edges[-1] / HOURS_PER_YEAR)
    return PeriodBackTest(
        earlier_years=earlier.window_years,
        periods=tuple(_period(fit, later, start, end) for start, end in pairwise(edges)),
        whole=_period(fit, later, 0.0, edges[-1]),
        durations=_durations(earlier, later, duration_prior),
    )


def forecast_count(fit: FrequencyFit, years: float) -> tuple[int, int, int]:
    """Return P5, P50 and P95 of the outages of all cells in as many further years, given what the fit knows.

    Notes
    -----
    With the pooled rate L ~ posterior, phi what events were divided by, and T the years, the count has mean m = E[L] T and
    variance v = phi m + Var[L] T^2. A negative binomial with this mean and variance gives the quantiles; with phi = 1 it is the
    exact posterior predictive (Gelman et al., BDA3, section 2.6).
    """
    from scipy.stats import nbinom

    mean = fit.posterior.mean / fit.cell_share * years
    variance = fit.widened_by * mean + mean * mean / fit.posterior.shape
    size = mean * mean / (variance - mean)
    low, median, high = (int(nbinom.ppf(level, size, mean / variance)) for level in LEVELS)
    return low, median, high


def _period(fit: FrequencyFit, later: OutageSample, start: float, end: float) -> PeriodForecast:
    low, median, high = forecast_count(fit, (end - start) / HOURS_PER_YEAR)
    return PeriodForecast(
        start_hours=start,
        end_hours=end,
        low=low,
        median=median,
        high=high,
        happened=sum(start <= hours < end for hours in later.starts_hours),
    )


def _durations(earlier: OutageSample, later: OutageSample, prior: LogDurations | None) -> DurationForecast | None:
    if not later.durations_hours or not (earlier.durations_hours or prior):
        return None
    foreseen = fit_duration(earlier.durations_hours, prior).estimate
    inside = sum(foreseen.p5 <= hours <= foreseen.p95 for hours in later.durations_hours)
    return DurationForecast(
        low_hours=foreseen.p5,
        high_hours=foreseen.p95,
        n_later=len(later.durations_hours),
        share_inside=inside / len(later.durations_hours),
    )
