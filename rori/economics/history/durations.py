"""How long outages last: durations alone, or a prior updated with them, beside the data."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr, ndtri

from rori.economics.arrays import FloatArray
from rori.economics.checks import require_above
from rori.economics.history.log_durations import LogDurations
from rori.economics.history.pictures import N_POINTS, BeliefCurves, duration_curves
from rori.economics.inputs.estimates import Z95, LognormalEstimate
from rori.errors import InputError


@dataclass(frozen=True, slots=True, kw_only=True)
class DurationFit:
    """What is known about durations in hours, with what a plot of it against the data needs.

    Without a prior it is the lognormal of maximum likelihood. With one, `estimate` holds P5, P50 and P95 of the next
    outage after the data (a Student t in logs), and `prior`, `posterior` and `curves` show how it came about.
    `log_mean` and `log_sd` are those of the data (None without data).
    All tuples have length `n_outages` and belong together: `sorted_hours`, the share of outages up to each
    (`plotting_positions`, (i - 0.5) / n), the share that the fit gives (`fitted_shares`) and the hours that the fit
    gives for the plotting positions (`fitted_hours`).
    `ks_distance` is the largest gap between data and their lognormal of maximum likelihood, in [0, 1]; above `ks_critical` a
    true lognormal would come out in 1 sample of 20. Both are None when all durations are equal or there are none.
    """

    n_outages: int
    log_mean: float | None
    log_sd: float | None
    estimate: LognormalEstimate
    prior: LogDurations | None
    posterior: LogDurations | None
    curves: BeliefCurves | None
    ks_distance: float | None
    ks_critical: float | None
    sorted_hours: tuple[float, ...]
    plotting_positions: tuple[float, ...]
    fitted_shares: tuple[float, ...]
    fitted_hours: tuple[float, ...]

    @property
    def alone(self) -> LognormalEstimate | None:
        """Lognormal of maximum likelihood through the data, hours; None without data."""
        if self.log_mean is None or self.log_sd is None:
            return None
        return _lognormal(self.log_mean, self.log_sd)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareCurves:
    """Probability that an outage is over within so many hours, before (None without a prior) and after the data."""

    hours: tuple[float, ...]
    before: tuple[float, ...] | None
    after: tuple[float, ...]


def share_curves(fit: DurationFit) -> ShareCurves:
    """Return what prior and fit say of every duration from the shortest to the longest that either of them or the data has.

    Parameters
    ----------
    fit : DurationFit

    Returns
    -------
    ShareCurves
        Hours, rising in equal ratios, and shares in [0, 1]; one certain value gives a step.
    """
    ends = [fit.estimate.p5, fit.estimate.p95, *fit.sorted_hours[:1], *fit.sorted_hours[-1:]]
    if fit.prior is not None:
        ends += [fit.prior.quantile(0.01), fit.prior.quantile(0.99)]
    hours = np.geomspace(min(ends), max(ends), N_POINTS)
    if fit.posterior is not None:
        after = fit.posterior.shares(hours)
    elif fit.log_sd:
        after = ndtr((np.log(hours) - fit.log_mean) / fit.log_sd)
    else:
        after = np.ones_like(hours)
    return ShareCurves(
        hours=_floats(hours),
        before=None if fit.prior is None else _floats(fit.prior.shares(hours)),
        after=_floats(after),
    )


def fit_duration(durations_hours: Sequence[float], prior: LogDurations | None = None) -> DurationFit:
    """Fit durations: a lognormal by maximum likelihood, or a prior updated with them.

    Parameters
    ----------
    durations_hours : sequence of float, length >= 1, or >= 0 with a prior
        Hours, > 0.
    prior : LogDurations, optional
        What is known before; None lets the data speak alone.

    Returns
    -------
    DurationFit
        P5, P50 and P95 of durations in hours, and the fit beside the data.

    Raises
    ------
    InputError
        When there is neither a duration nor a prior, or one is not above 0.

    Notes
    -----
    Without prior: mean and standard deviation (divided by n) of the logarithms; P5, P95 = exp(mean -+ 1.6449 sd). With
    one: the posterior predictive (see LogDurations). Critical Kolmogorov-Smirnov distance at 5 % with both parameters
    fitted: 0.895 / (sqrt(n) - 0.01 + 0.85 / sqrt(n)) (Stephens, JASA 69, 1974, table 1A). Plotting positions
    (i - 0.5) / n: Hazen, 1914.
    """
    require_durations(durations_hours)
    hours = np.sort(np.asarray(durations_hours, dtype=np.float64))
    if prior is not None:
        return _updated(hours, prior)
    if hours.size == 0:
        raise InputError("durations", "at least one outage", "none")
    mean, sd = _log_moments(hours)
    positions = _positions(hours.size)
    standard = (np.log(hours) - mean) / sd if sd > 0.0 else None
    return DurationFit(
        n_outages=hours.size,
        log_mean=mean,
        log_sd=sd,
        estimate=_lognormal(mean, sd),
        prior=None,
        posterior=None,
        curves=None,
        ks_distance=_ks_distance(hours),
        ks_critical=_ks_critical(hours),
        sorted_hours=_floats(hours),
        plotting_positions=_floats(positions),
        fitted_shares=(1.0,) * hours.size if standard is None else _floats(ndtr(standard)),
        fitted_hours=_floats(math.exp(mean) * np.exp(sd * ndtri(positions))),
    )


def _updated(hours: FloatArray, prior: LogDurations) -> DurationFit:
    """Return what is known after durations of increasing length."""
    posterior = prior.updated(hours.tolist())
    mean, sd = _log_moments(hours) if hours.size else (None, None)
    positions = _positions(hours.size)
    return DurationFit(
        n_outages=hours.size,
        log_mean=mean,
        log_sd=sd,
        estimate=posterior.estimate(),
        prior=prior,
        posterior=posterior,
        curves=duration_curves(prior, posterior),
        ks_distance=_ks_distance(hours),
        ks_critical=_ks_critical(hours),
        sorted_hours=_floats(hours),
        plotting_positions=_floats(positions),
        fitted_shares=_floats(posterior.shares(hours)),
        fitted_hours=tuple(posterior.quantile(float(position)) for position in positions),
    )


def _lognormal(mean: float, sd: float) -> LognormalEstimate:
    """Return P5, P50 and P95 of a lognormal, given mean and standard deviation of the logarithm of hours."""
    median = math.exp(mean)
    return LognormalEstimate(p5=median * math.exp(-Z95 * sd), p50=median, p95=median * math.exp(Z95 * sd))


def _log_moments(hours: FloatArray) -> tuple[float, float]:
    """Return mean and standard deviation (divided by n) of the logarithms of increasing durations."""
    logs = np.log(hours)
    return float(logs.mean()), 0.0 if logs[0] == logs[-1] else float(logs.std())


def _positions(n_outages: int) -> FloatArray:
    return np.asarray((np.arange(1, n_outages + 1) - 0.5) / max(n_outages, 1), dtype=np.float64)


def _differ(hours: FloatArray) -> bool:
    """Whether there are two lengths whose logarithms can be told apart, of increasing durations."""
    return hours.size > 0 and bool(np.log(hours[0]) != np.log(hours[-1]))


def _ks_distance(hours: FloatArray) -> float | None:
    if not _differ(hours):
        return None
    mean, sd = _log_moments(hours)
    return _largest_gap(ndtr((np.log(hours) - mean) / sd))


def _ks_critical(hours: FloatArray) -> float | None:
    if not _differ(hours):
        return None
    root = math.sqrt(hours.size)
    return 0.895 / (root - 0.01 + 0.85 / root)


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
