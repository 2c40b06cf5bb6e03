"""Integral of a weekly profile at many hours, from a table."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from rori.economics.arrays import FloatArray
from rori.economics.inputs.weekly import HOURS_PER_WEEK, WeeklyProfile, integral_to

WEEKS_TABULATED = 26


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Curve:
    """Integral of one weekly profile from Monday 00:00, one straight line per hour of half a year; shapes (n_hours,)."""

    cumulative: FloatArray
    at_zero: FloatArray
    slope: FloatArray

    def at(self, hour: FloatArray) -> FloatArray:
        """Integral up to `hour` >= 0, weighted hours, shape (n_events,)."""
        slot = hour.astype(np.int64)
        found = np.asarray(self.slope.take(slot, mode="clip") * hour + self.at_zero.take(slot, mode="clip"))
        if hour.size and float(hour.max()) >= len(self.slope):
            late = np.flatnonzero(hour >= len(self.slope))
            found[late] = integral_to(self.cumulative, hour[late])
        return found


@lru_cache(maxsize=64)
def curve_of(profile: WeeklyProfile) -> Curve:
    """Tabulate a profile."""
    cumulative = profile.cumulative()
    hours = np.arange(WEEKS_TABULATED * HOURS_PER_WEEK)
    slope = np.tile(np.diff(cumulative), WEEKS_TABULATED)
    return Curve(
        cumulative=cumulative, at_zero=integral_to(cumulative, hours.astype(np.float64)) - slope * hours, slope=slope
    )
