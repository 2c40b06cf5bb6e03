"""How long outages last: a lognormal fitted to durations, beside the data."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr, ndtri

from rori.economics.arrays import FloatArray
from rori.economics.checks import require_above
from rori.economics.estimates import Z95, LognormalEstimate
from rori.errors import InputError


@dataclass(frozen=True, slots=True, kw_only=True)
class DurationFit:
    """Lognormal fitted to durations in hours, with what a plot of the fit against the data needs.

    All tuples have length `n_outages` and belong together: `sorted_hours`, the share of outages up to each
    (`plotting_positions`, (i - 0.5) / n), the share that the fit gives (`fitted_shares`) and the hours that the fit
    gives for the plotting positions (`fitted_hours`).
    `ks_distance` is the largest gap between data and fit, in [0, 1]; above `ks_critical` a true lognormal would come
    out in 1 sample of 20. Both are None when all durations are equal.
    """

    n_outages: int
    log_mean: float
    log_sd: float
    estimate: LognormalEstimate
    ks_distance: float | None
    ks_critical: float | None
    sorted_hours: tuple[float, ...]
    plotting_positions: tuple[float, ...]
    fitted_shares: tuple[float, ...]
    fitted_hours: tuple[float, ...]


def fit_duration(durations_hours: Sequence[float]) -> DurationFit:
    """Fit a lognormal by maximum likelihood.

    Parameters
    ----------
    durations_hours : sequence of float, length >= 1
        Hours, > 0.

    Returns
    -------
    DurationFit
        P5, P50 and P95 of the fitted lognormal in hours, and the fit beside the data.

    Raises
    ------
    InputError
        When there is no duration, or one is not above 0.

    Notes
    -----
    Mean and standard deviation (divided by n) of the logarithms; P5, P95 = exp(mean -+ 1.6449 sd). Critical
    Kolmogorov-Smirnov distance at 5 % with both parameters fitted: 0.895 / (sqrt(n) - 0.01 + 0.85 / sqrt(n))
    (Stephens, JASA 69, 1974, table 1A). Plotting positions (i - 0.5) / n: Hazen, 1914.
    """
    if not durations_hours:
        raise InputError("durations", "at least one outage", "none")
    require_durations(durations_hours)
    hours = np.sort(np.asarray(durations_hours, dtype=np.float64))
    logs = np.log(hours)
    mean, sd = float(logs.mean()), 0.0 if hours[0] == hours[-1] else float(logs.std())
    positions = (np.arange(1, hours.size + 1) - 0.5) / hours.size
    root = math.sqrt(hours.size)
    standard = (logs - mean) / sd if sd > 0.0 else np.zeros_like(logs)
    median = math.exp(mean)
    return DurationFit(
        n_outages=hours.size,
        log_mean=mean,
        log_sd=sd,
        estimate=LognormalEstimate(p5=median * math.exp(-Z95 * sd), p50=median, p95=median * math.exp(Z95 * sd)),
        ks_distance=_largest_gap(ndtr(standard)) if sd > 0.0 else None,
        ks_critical=0.895 / (root - 0.01 + 0.85 / root) if sd > 0.0 else None,
        sorted_hours=_floats(hours),
        plotting_positions=_floats(positions),
        fitted_shares=_floats(ndtr(standard)) if sd > 0.0 else (1.0,) * hours.size,
        fitted_hours=_floats(median * np.exp(sd * ndtri(positions))),
    )


def require_durations(durations_hours: Sequence[float]) -> None:
    """Raise InputError unless every duration is finite and above 0."""
    for hours in durations_hours:
        require_above("duration in hours", hours, 0.0)


def _largest_gap(shares: FloatArray) -> float:
    """Return the Kolmogorov-Smirnov distance of increasing fitted shares from the steps of their sample."""
    steps = np.arange(shares.size + 1) / shares.size
    return float(np.maximum(steps[1:] - shares, shares - steps[:-1]).max())


def _floats(values: FloatArray) -> tuple[float, ...]:
    """Return plain numbers, so that results compare and travel as values."""
    return tuple(float(value) for value in values)
