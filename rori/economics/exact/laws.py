"""What an event's duration and capacity follow, and all else that its loss depends on."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy.special import ndtr

from rori.economics.arrays import FloatArray
from rori.economics.inputs.estimates import PertEstimate

PERT_TABLE = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class DurationLaw:
    """Lognormal in two pieces (see LognormalEstimate): median in hours, log-scales below and above it; 0 is certain."""

    median_hours: float
    below: float
    above: float

    @property
    def is_certain(self) -> bool:
        """Whether there is only one duration."""
        return self.below == self.above == 0.0

    @property
    def mean_hours(self) -> float:
        """Expected duration."""
        below = math.exp(self.below**2 / 2.0) * ndtr(-self.below)
        return float(self.median_hours * (below + math.exp(self.above**2 / 2.0) * ndtr(self.above)))


@dataclass(frozen=True, slots=True, kw_only=True)
class CapacityLaw:
    """Share of capacity lost: a PERT times a factor, at most 1."""

    base: PertEstimate
    factor: float = 1.0

    @property
    def is_certain(self) -> bool:
        """Whether there is only one share."""
        return self.base.is_certain or self.factor == 0.0

    def at(self, u: FloatArray) -> FloatArray:
        """Return the shares at uniform positions u in [0, 1)."""
        if self.is_certain:
            return np.full_like(u, min(self.base.low * self.factor, 1.0))
        table = _pert_table(self.base)
        return np.minimum(np.interp(u * PERT_TABLE - 0.5, np.arange(PERT_TABLE), table) * self.factor, 1.0)

    @property
    def mean(self) -> float:
        """Expected share."""
        if self.is_certain:
            return min(self.base.low * self.factor, 1.0)
        return float(np.minimum(_pert_table(self.base) * self.factor, 1.0).mean())


@dataclass(frozen=True, slots=True, kw_only=True)
class EventLaw:
    """Everything that the loss of one event depends on; equal laws have equal severities.

    Attributes
    ----------
    hits : tuple of (system id, probability)
        Systems that go down directly.
    reach : int
        Number of the reach (systems and routes) that the engine uses.
    start_hours : tuple of int
        Hours of the week in which events start, empty for any.
    coarser : int
        Divides the number of cells: one of many nodes of an uncertain effect may be rougher than the whole.
    """

    hits: tuple[tuple[str, float], ...]
    duration: DurationLaw
    capacity: CapacityLaw
    reach: int
    loses_data: bool = False
    start_hours: tuple[int, ...] = ()
    coarser: int = 1


def partial_means(law: DurationLaw, hours: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return P(D < h) and E[D; D < h] of an uncertain duration D, hours > 0 of any shape."""
    scale_below, scale_above = max(law.below, 1e-9), max(law.above, 1e-9)
    logs = np.log(hours / law.median_hours)
    z = np.where(logs < 0.0, logs / scale_below, logs / scale_above)
    shifted_below = np.exp(scale_below**2 / 2.0) * ndtr(np.minimum(z, 0.0) - scale_below)
    shifted_above = np.exp(scale_above**2 / 2.0) * (ndtr(np.maximum(z, 0.0) - scale_above) - ndtr(-scale_above))
    return np.asarray(ndtr(z)), np.asarray(law.median_hours * (shifted_below + shifted_above))


@lru_cache(maxsize=256)
def _pert_table(estimate: PertEstimate) -> FloatArray:
    values = estimate.from_uniform((np.arange(PERT_TABLE) + 0.5) / PERT_TABLE)
    return np.asarray(np.clip(values * (estimate.mean / values.mean()), estimate.low, estimate.high))
