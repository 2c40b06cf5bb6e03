"""Points of curves that show what was said and what it became; plain numbers, nothing drawn."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import betaln, ndtri, xlog1py, xlogy

from rori.economics.arrays import FloatArray
from rori.economics.history.log_durations import LogDurations
from rori.economics.history.rates import GammaRate
from rori.economics.inputs.estimates import LognormalEstimate, PertEstimate

N_POINTS = 201
_OUTER = 1e-3


@dataclass(frozen=True, slots=True, kw_only=True)
class BeliefCurves:
    """Prior and posterior over the same values, for a logarithmic axis.

    Densities are per unit of the natural logarithm, so that areas are probabilities; `prior` is None for one that lets the
    data speak. For a rate they show the rate itself (events per year), for durations the next duration (hours).
    `alone` is what the data would say without the prior; None where that is the posterior, or was not asked for.
    """

    values: tuple[float, ...]
    prior: tuple[float, ...] | None
    posterior: tuple[float, ...]
    alone: tuple[float, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EstimatePicture:
    """An estimate as a curve, with the quantiles that it has and whether they were said or follow.

    `densities` are per unit of the natural logarithm where `is_logarithmic`, else per unit of the value; `shares` are
    probabilities of at most the value. A certain value has one point and density 0. `marks` are (name, value, was said).
    """

    is_logarithmic: bool
    values: tuple[float, ...]
    densities: tuple[float, ...]
    shares: tuple[float, ...]
    marks: tuple[tuple[str, float, bool], ...]


def rate_curves(prior: GammaRate, posterior: GammaRate, alone: GammaRate | None = None) -> BeliefCurves:
    """Show what is known about a rate before and after counting, and from the counts `alone`.

    `posterior` and `alone` need exposure above 0. The values reach over prior and posterior, and over the middle of `alone`.
    """
    known = [belief for belief in (prior, posterior) if belief.exposure_years > 0.0]
    ends = [belief.quantile(level) for belief in known for level in (_OUTER, 1.0 - _OUTER)]
    shows_alone = alone is not None and prior.exposure_years > 0.0
    if alone is not None and shows_alone:
        ends += [alone.quantile(level) for level in (0.25, 0.95)]
    # A Gamma of a small shape reaches down to nothing; below a millionth of its largest value there is nothing to see.
    values = np.geomspace(max(min(ends), 1e-6 * max(ends)), max(ends), N_POINTS)
    return BeliefCurves(
        values=_floats(values),
        prior=_floats(values * prior.density(values)) if prior.exposure_years > 0.0 else None,
        posterior=_floats(values * posterior.density(values)),
        alone=_floats(values * alone.density(values)) if alone is not None and shows_alone else None,
    )


def duration_curves(prior: LogDurations, posterior: LogDurations) -> BeliefCurves:
    """Show the next duration as it was foreseen before and after the outages."""
    ends = [belief.quantile(level) for belief in (prior, posterior) for level in (0.01, 0.99)]
    values = np.geomspace(min(ends), max(ends), N_POINTS)
    return BeliefCurves(
        values=_floats(values),
        prior=_floats(prior.log_density(values)),
        posterior=_floats(posterior.log_density(values)),
    )


def picture_lognormal(estimate: LognormalEstimate) -> EstimatePicture:
    """Show a 90 % interval as the lognormal, or two-piece lognormal, that it becomes.

    Notes
    -----
    Standard normal z is mapped to values, so that the curve has as many points below the median as above; the density per
    unit of ln(value) is phi(z) / s with s the scale of the side, and so jumps at the median of a two-piece lognormal.
    """
    said = estimate.p50 is not None
    marks = (("P5", estimate.p5, True), ("P50", estimate.median, said), ("P95", estimate.p95, True))
    below, above = estimate.log_scales
    if below == 0.0 and above == 0.0:
        return _certain(estimate.p5, marks, is_logarithmic=True)
    z = ndtri(np.linspace(_OUTER, 1.0 - _OUTER, N_POINTS))
    scales = np.where(z < 0.0, below, above)
    bell = np.exp(-z * z / 2.0) / np.sqrt(2.0 * np.pi)
    densities = np.divide(bell, scales, out=np.zeros_like(bell), where=scales > 0.0)
    return EstimatePicture(
        is_logarithmic=True,
        values=_floats(estimate.from_normal(z)),
        densities=_floats(densities),
        shares=_floats(np.linspace(_OUTER, 1.0 - _OUTER, N_POINTS)),
        marks=marks,
    )


def picture_pert(estimate: PertEstimate) -> EstimatePicture:
    """Show lowest, most likely and highest value as the beta-PERT that they become, with its 90 % interval."""
    levels = np.array([0.05, 0.5, 0.95])
    said = (("lowest", estimate.low, True), ("most likely", estimate.likely, True), ("highest", estimate.high, True))
    names = ("P5", "P50", "P95")
    follow = tuple((name, float(v), False) for name, v in zip(names, estimate.from_uniform(levels), strict=True))
    if estimate.is_certain:
        return _certain(estimate.low, said + follow, is_logarithmic=False)
    width = estimate.high - estimate.low
    alpha = 1.0 + 4.0 * (estimate.likely - estimate.low) / width
    shares = np.linspace(0.0, 1.0, N_POINTS)
    values = estimate.from_uniform(shares)
    place = np.clip((values - estimate.low) / width, 0.0, 1.0)
    logs = xlogy(alpha - 1.0, place) + xlog1py(5.0 - alpha, -place) - betaln(alpha, 6.0 - alpha)
    return EstimatePicture(
        is_logarithmic=False,
        values=_floats(values),
        densities=_floats(np.exp(logs) / width),
        shares=_floats(shares),
        marks=said + follow,
    )


def _certain(value: float, marks: tuple[tuple[str, float, bool], ...], *, is_logarithmic: bool) -> EstimatePicture:
    return EstimatePicture(is_logarithmic=is_logarithmic, values=(value,), densities=(0.0,), shares=(1.0,), marks=marks)


def _floats(values: FloatArray) -> tuple[float, ...]:
    return tuple(float(value) for value in values)
