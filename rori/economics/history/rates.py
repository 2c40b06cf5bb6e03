"""What is known about a rate of events: a Gamma distribution, as a prior or after counting."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq
from scipy.special import gammaincinv, gammaln, xlogy

from rori.economics.arrays import FloatArray
from rori.economics.checks import require_above, require_at_least, require_fraction
from rori.economics.inputs.estimates import LognormalEstimate
from rori.errors import InputError

_SHAPES = (0.05, 1e6)
_JEFFREYS_SHAPE = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class GammaRate:
    """What is known about a rate: a Gamma distribution, read as `shape` events in `exposure_years`.

    Parameters
    ----------
    shape : float
        Events, > 0.
    exposure_years : float
        Years, >= 0; 0 is improper and only good as a prior.

    Raises
    ------
    InputError
        When a value is outside its range.

    Notes
    -----
    Density proportional to rate^(shape - 1) exp(-exposure_years * rate); conjugate to Poisson counts
    (Gelman et al., Bayesian Data Analysis, 3rd ed., section 2.6).
    """

    shape: float
    exposure_years: float

    def __post_init__(self) -> None:
        require_above("shape of the rate", self.shape, 0.0)
        require_at_least("exposure of the rate", self.exposure_years, 0.0)

    @property
    def mean(self) -> float:
        """Expected events per year; infinite without exposure."""
        return self.shape / self.exposure_years if self.exposure_years > 0.0 else math.inf

    def updated(self, events: float, years: float) -> GammaRate:
        """Return the posterior after `events` in `years` of exposure (events may be fractional after widening)."""
        return GammaRate(shape=self.shape + events, exposure_years=self.exposure_years + years)

    def tempered(self, weight: float) -> GammaRate:
        """Return what is left when it counts only in part: 1 is all of it, 0 is Jeffreys' prior.

        Parameters
        ----------
        weight : float
            Fraction in [0, 1].

        Returns
        -------
        GammaRate
            Gamma(1/2 + weight (shape - 1/2), weight exposure).

        Raises
        ------
        InputError
            When `weight` is outside its range.

        Notes
        -----
        Power prior on top of Jeffreys' (Ibrahim & Chen, Statistical Science 15, 2000): what it rests on, shape - 1/2 events
        in `exposure_years`, counts with this power of its likelihood.
        """
        require_fraction("weight of the prior rate", weight)
        return GammaRate(
            shape=_JEFFREYS_SHAPE + weight * (self.shape - _JEFFREYS_SHAPE),
            exposure_years=weight * self.exposure_years,
        )

    def quantile(self, level: float) -> float:
        """Return the quantile at `level` in (0, 1), events per year; needs exposure above 0."""
        require_above("exposure of the rate", self.exposure_years, 0.0)
        return float(gammaincinv(self.shape, level)) / self.exposure_years

    def density(self, rates: FloatArray) -> FloatArray:
        """Return the density, in years, at `rates` (events per year, any shape); needs exposure above 0."""
        require_above("exposure of the rate", self.exposure_years, 0.0)
        scaled = rates * self.exposure_years
        logs = xlogy(self.shape - 1.0, scaled) - scaled - gammaln(self.shape)
        return np.asarray(self.exposure_years * np.exp(logs), dtype=np.float64)

    def estimate(self) -> LognormalEstimate:
        """Return the two-piece lognormal through P5, P50 and P95, events per year."""
        p5, p50, p95 = (self.quantile(level) for level in (0.05, 0.5, 0.95))
        return LognormalEstimate(p5=p5, p50=p50, p95=p95)


JEFFREYS = GammaRate(shape=_JEFFREYS_SHAPE, exposure_years=0.0)
"""Prior that lets the counts speak: Gamma(1/2, 0), Jeffreys' prior of a Poisson rate."""


def gamma_from_estimate(estimate: LognormalEstimate) -> GammaRate:
    """Return the Gamma with the same P5 and P95 as an estimated rate.

    Parameters
    ----------
    estimate : LognormalEstimate
        Events per year, 0 < P5, and P95 / P5 in (1.004, 1e20); the median is not used.

    Returns
    -------
    GammaRate
        Shape found by bisection, since P95 / P5 of a Gamma depends on its shape alone and falls with it.

    Raises
    ------
    InputError
        When no Gamma comes near such an interval.
    """
    require_above("P5 of the prior rate", estimate.p5, 0.0)
    ratio = estimate.p95 / estimate.p5
    if not 1.004 < ratio < 1e20:
        raise InputError("P95 / P5 of the prior rate", "above 1.004 and below 1e20", ratio)

    def gap(log_shape: float) -> float:
        shape = math.exp(log_shape)
        return math.log(gammaincinv(shape, 0.95) / gammaincinv(shape, 0.05) / ratio)

    shape = math.exp(float(brentq(gap, math.log(_SHAPES[0]), math.log(_SHAPES[1]), xtol=1e-13)))
    return GammaRate(shape=shape, exposure_years=float(gammaincinv(shape, 0.95)) / estimate.p95)
