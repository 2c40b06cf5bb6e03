"""A beta-PERT for a bounded quantity that was given as a 90 % interval."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq, least_squares
from scipy.special import betaincinv

from rori.economics.arrays import FloatArray
from rori.economics.inputs.estimates import PertEstimate
from rori.errors import InputError

_LEVELS = np.array([0.05, 0.5, 0.95])
_FAR = 1000.0
"""A bound this many intervals away binds no fit; further off, a tiny interval far from its bounds would overflow."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PertFit:
    """The PERT nearest to three quantiles, the quantiles that it has, and the largest gap, in the unit of the quantity."""

    estimate: PertEstimate
    p5: float
    p50: float
    p95: float
    largest_error: float


def fit_pert(p5: float, p50: float, p95: float, bounds: tuple[float, float] = (-math.inf, math.inf)) -> PertFit:
    """Find the PERT whose P5, P50 and P95 come nearest to those given.

    Parameters
    ----------
    p5, p50, p95 : float
        Quantiles, in rising order, within the bounds.
    bounds : tuple of float
        Where values can lie: (0, 1) for a fraction.

    Returns
    -------
    PertFit
        `largest_error` is 0 but for rounding where some PERT within the bounds has just these quantiles.

    Raises
    ------
    InputError
        When the quantiles are not finite, out of order or outside the bounds.

    Notes
    -----
    (P50 - P5) / (P95 - P5) of a PERT depends only on where its mode stands between low and high, and rises with
    it; so the mode follows by Brent's method, and low and high in a straight line. Where no mode gives the ratio, or low or high
    would lie outside the bounds, the squared gaps of the three quantiles are minimised within the bounds.
    """
    given = np.array([p5, p50, p95])
    if not (np.isfinite(given).all() and p5 <= p50 <= p95):
        raise InputError("P5, P50 and P95", "finite and in rising order", f"{p5:g}, {p50:g}, {p95:g}")
    lowest, highest = bounds
    if p5 < lowest or p95 > highest:
        raise InputError("P5 and P95", f"between {lowest:g} and {highest:g}", f"{p5:g} and {p95:g}")
    if p5 == p95:
        return _fit(p5, 0.0, p5, given)
    place = _place_of_mode((p50 - p5) / (p95 - p5))
    low, high = _ends(place, given)
    if (
        low >= lowest
        and high <= highest
        and math.isclose(_quantiles(low, place, high)[1], p50, abs_tol=1e-9 * (high - low))
    ):
        return _fit(low, place, high, given)
    return _fit(*_nearest(given, bounds, (low, place, high)), given)


def _unit_quantiles(place: float) -> FloatArray:
    """Return P5, P50 and P95 of the PERT on [0, 1] with its mode at `place`."""
    return np.asarray(betaincinv(1.0 + 4.0 * place, 5.0 - 4.0 * place, _LEVELS))


def _quantiles(low: float, place: float, high: float) -> FloatArray:
    return low + (high - low) * _unit_quantiles(place)


def _place_of_mode(ratio: float) -> float:
    def gap(place: float) -> float:
        p5, p50, p95 = _unit_quantiles(place)
        return float((p50 - p5) / (p95 - p5) - ratio)

    if gap(0.0) >= 0.0:
        return 0.0
    return 1.0 if gap(1.0) <= 0.0 else float(brentq(gap, 0.0, 1.0, xtol=1e-15, rtol=1e-14))


def _ends(place: float, given: FloatArray) -> tuple[float, float]:
    """Return low and high that meet P5 and P95 for a place of the mode."""
    p5, _, p95 = _unit_quantiles(place)
    width = float((given[2] - given[0]) / (p95 - p5))
    low = float(given[0] - width * p5)
    return low, low + width


def _nearest(
    given: FloatArray, bounds: tuple[float, float], start: tuple[float, float, float]
) -> tuple[float, float, float]:
    """Minimise the squared gaps over low, place of the mode and high, in units of the interval that was given."""
    shift, unit = float(given[0]), float(given[2] - given[0])
    target = (given - shift) / unit
    lowest = (max(bounds[0], shift - _FAR * unit) - shift) / unit
    highest = (min(bounds[1], shift + _FAR * unit) - shift) / unit
    # Low stays at or below P5 and high at or above P95; the room of a billionth keeps an interval where one is on its bound.
    under = np.array([lowest - 1e-9, 0.0, 1.0 - 1e-9])
    over = np.array([1e-9, 1.0, highest + 1e-9])
    first = np.array([(start[0] - shift) / unit, start[1], (start[2] - shift) / unit])

    def gaps(x: FloatArray) -> FloatArray:
        return np.asarray(_quantiles(float(x[0]), float(x[1]), float(x[2])) - target)

    found = least_squares(gaps, np.clip(first, under, over), bounds=(under, over), xtol=1e-14, ftol=1e-14, gtol=1e-14).x
    low, high = (float(np.clip(shift + unit * end, *bounds)) for end in (found[0], found[2]))
    return low, float(np.clip(found[1], 0.0, 1.0)), high


def _fit(low: float, place: float, high: float, given: FloatArray) -> PertFit:
    likely = min(max(low + place * (high - low), low), high)
    p5, p50, p95 = (float(value) for value in _quantiles(low, place, high))
    gaps = np.abs(np.array([p5, p50, p95]) - given)
    return PertFit(
        estimate=PertEstimate(low=low, likely=likely, high=high),
        p5=p5,
        p50=p50,
        p95=p95,
        largest_error=float(gaps.max()),
    )
