"""Estimates as people give them, turned into distributions."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy.special import betainc, betaincinv, ndtr

from rori.economics.arrays import FloatArray
from rori.economics.checks import require_at_least
from rori.errors import InputError

Z95 = 1.6448536269514722
"""95 % quantile of the standard normal distribution."""
PERT_CELLS = 4096
"""Into how many cells of equal width a tabulated PERT is cut."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LognormalEstimate:
    """A positive quantity given as a 90 % interval, with or without a median.

    With P5 and P95 alone it is the lognormal through both. A median that is not their geometric mean makes it a
    two-piece lognormal: one log-scale below the median, another above, so that all three quantiles are met exactly
    and no value is ever negative. P5 = P95 is a certain value; 0 is allowed only as certain.

    Parameters
    ----------
    p5, p95 : float
        5 % and 95 % quantiles, in the unit of the quantity, >= 0, p5 <= p95.
    p50 : float, optional
        Median, p5 <= p50 <= p95.

    Raises
    ------
    InputError
        When a quantile is negative, not finite, or out of order.

    Notes
    -----
    Lognormal from a 90 % interval: mu = (ln P5 + ln P95) / 2, sigma = (ln P95 - ln P5) / (2 * 1.6449).
    """

    p5: float
    p95: float
    p50: float | None = None

    def __post_init__(self) -> None:
        require_at_least("P5", self.p5, 0.0)
        require_at_least("P95", self.p95, 0.0)
        if self.p95 < self.p5:
            raise InputError("P95", f"at least P5 ({self.p5:g})", self.p95)
        if self.p5 == 0.0 < self.p95:
            raise InputError("P5", "above 0, unless P5 and P95 are both 0 (never)", self.p5)
        if self.p50 is not None and not self.p5 <= self.p50 <= self.p95:
            raise InputError("P50", f"between P5 ({self.p5:g}) and P95 ({self.p95:g})", self.p50)

    @property
    def median(self) -> float:
        """Median, in the unit of the quantity."""
        if self.p50 is not None:
            return self.p50
        return self.p5 if self.p5 == self.p95 else math.sqrt(self.p5) * math.sqrt(self.p95)

    @property
    def log_scales(self) -> tuple[float, float]:
        """Standard deviations of the logarithm below and above the median."""
        if self.p5 == self.p95:
            return 0.0, 0.0
        return math.log(self.median / self.p5) / Z95, math.log(self.p95 / self.median) / Z95

    @property
    def mean(self) -> float:
        """Expected value: median * (exp(s1^2/2) Phi(-s1) + exp(s2^2/2) Phi(s2)) with the scales below and above."""
        below, above = self.log_scales
        lower = math.exp(below * below / 2.0) * float(ndtr(-below))
        upper = math.exp(above * above / 2.0) * float(ndtr(above))
        return self.median * (lower + upper)

    def from_normal(self, z: FloatArray) -> FloatArray:
        """Map standard normal draws to values.

        Parameters
        ----------
        z : ndarray, any shape
            Standard normal draws.

        Returns
        -------
        ndarray, shape of z
            Values in the unit of the quantity.
        """
        below, above = self.log_scales
        return self.median * np.exp(np.where(z < 0.0, below, above) * z)


@dataclass(frozen=True, slots=True, kw_only=True)
class PertEstimate:
    """A bounded quantity given as lowest, most likely and highest value: the beta-PERT of shape 4.

    Parameters
    ----------
    low, likely, high : float
        low <= likely <= high, finite. low = high is a certain value.

    Raises
    ------
    InputError
        When a value is not finite or out of order.

    Notes
    -----
    alpha = 1 + 4 (likely - low) / (high - low), beta = 1 + 4 (high - likely) / (high - low),
    mean = (low + 4 likely + high) / 6; the mode is `likely` (Vose, Risk Analysis, 3rd ed.).
    """

    low: float
    likely: float
    high: float

    def __post_init__(self) -> None:
        for name, value in (("low", self.low), ("likely", self.likely), ("high", self.high)):
            if not math.isfinite(value):
                raise InputError(name, "a finite number", value)
        if not self.low <= self.likely <= self.high:
            raise InputError("likely", f"between low ({self.low:g}) and high ({self.high:g})", self.likely)

    @property
    def mean(self) -> float:
        """Expected value: (low + 4 likely + high) / 6."""
        return (self.low + 4.0 * self.likely + self.high) / 6.0

    @property
    def is_certain(self) -> bool:
        """Whether there is only one possible value."""
        return self.low == self.high

    def from_uniform(self, u: FloatArray) -> FloatArray:
        """Map uniform draws in [0, 1) to values.

        Parameters
        ----------
        u : ndarray, any shape
            Uniform draws.

        Returns
        -------
        ndarray, shape of u
            Values between low and high.
        """
        if self.is_certain:
            return np.full_like(u, self.low)
        width = self.high - self.low
        alpha = 1.0 + 4.0 * (self.likely - self.low) / width
        beta = 1.0 + 4.0 * (self.high - self.likely) / width
        return np.asarray(self.low + width * betaincinv(alpha, beta, u), dtype=np.float64)

    def tabulated(self, u: FloatArray) -> FloatArray:
        """Map many uniform draws to values from a table of the distribution function.

        Parameters
        ----------
        u : ndarray, any shape
            Uniform draws, [0, 1).

        Returns
        -------
        ndarray, shape of u
            As `from_uniform`, but even within a cell of 1/4096 of the range: every cell has its exact probability, no
            value is off by more than a cell, and a larger draw never gives a smaller value.
        """
        if self.is_certain:
            return np.full_like(u, self.low)
        width = self.high - self.low
        cells, below = _standard_pert(1.0 + 4.0 * (self.likely - self.low) / width)
        return np.asarray(self.low + width * np.interp(u, below, cells))

    def sample(self, generator: np.random.Generator, size: int) -> FloatArray:
        """Draw independent values, shape (size,); faster than the quantile function for many events."""
        if self.is_certain:
            return np.full(size, self.low, dtype=np.float64)
        width = self.high - self.low
        alpha = 1.0 + 4.0 * (self.likely - self.low) / width
        return self.low + width * generator.beta(alpha, 6.0 - alpha, size)


@lru_cache(maxsize=64)
def _standard_pert(alpha: float) -> tuple[FloatArray, FloatArray]:
    """Return the edges of all cells of a beta-PERT on [0, 1], and the probability below each."""
    cells = np.linspace(0.0, 1.0, PERT_CELLS + 1)
    return cells, betainc(alpha, 6.0 - alpha, cells)
