"""The week as 168 hours: how strongly each hour earns, and the integral of that over any stretch of time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rori.economics.arrays import FloatArray
from rori.errors import InputError

HOURS_PER_WEEK = 168
HOURS_PER_YEAR = 8760.0
HOURS_PER_MONTH = HOURS_PER_YEAR / 12.0


@dataclass(frozen=True, slots=True, kw_only=True)
class WeeklyProfile:
    """Relative strength of the 168 hours of a week, Monday 00:00 first.

    Parameters
    ----------
    weights : tuple of float, length 168
        Weights >= 0 with a positive sum; they are scaled to mean 1, so that an average hour earns the hourly revenue.

    Raises
    ------
    InputError
        When there are not 168 weights, one is negative, or all are 0.
    """

    weights: tuple[float, ...]

    def __post_init__(self) -> None:
        if len(self.weights) != HOURS_PER_WEEK:
            raise InputError("weekly profile", "168 weights, one per hour", len(self.weights))
        if min(self.weights) < 0.0 or sum(self.weights) <= 0.0:
            raise InputError("weekly profile", "weights of at least 0 that are not all 0", min(self.weights))

    @property
    def is_flat(self) -> bool:
        """Whether every hour earns the same."""
        return len(set(self.weights)) == 1

    def cumulative(self) -> FloatArray:
        """Integral of the scaled weights from Monday 00:00, shape (169,), hours; the last value is 168."""
        weights = np.asarray(self.weights)
        return np.concatenate(([0.0], np.cumsum(weights * (HOURS_PER_WEEK / weights.sum()))))


FLAT = WeeklyProfile(weights=(1.0,) * HOURS_PER_WEEK)


def integral_to(cumulative: FloatArray, hour: FloatArray) -> FloatArray:
    """Integral of a weekly profile from hour 0 to `hour`, closed form (piecewise linear, periodic).

    Parameters
    ----------
    cumulative : ndarray, shape (169,)
        From `WeeklyProfile.cumulative`.
    hour : ndarray, any shape
        Hours since Monday 00:00, >= 0; may run over many weeks.

    Returns
    -------
    ndarray, shape of hour
        Weighted hours.
    """
    weeks, within = np.divmod(hour, float(HOURS_PER_WEEK))
    slot = within.astype(np.int64)
    slope = np.diff(cumulative)
    return weeks * HOURS_PER_WEEK + cumulative[slot] + slope[slot] * (within - slot)
