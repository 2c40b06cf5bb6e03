"""Between which of some points numbers lie, found by the leading bits of a number instead of by bisection."""

from __future__ import annotations

import numpy as np

from rori.economics.arrays import FloatArray, IntArray

FEWEST = 512
"""Below this many numbers bisection is faster than preparing buckets."""
_SHIFT = 46
"""Leaves sign, exponent and six bits: 64 buckets for every doubling."""
_SHORTEST = 2.0**-10
"""Everything below is one bucket."""


class Steps:
    """Counts, for each number, the points that are not above it.

    Floats that are not negative are in the order of their bits, so all numbers of a bucket (those with the same leading
    bits) lie in one segment unless a point is inside it; only numbers in such a bucket are bisected.

    Parameters
    ----------
    points : ndarray, shape (n_points,)
        Ascending, of at least 0.
    """

    def __init__(self, points: FloatArray) -> None:
        self._points, self.last = points, float(points[-1])
        self._first = 0
        self._segments: IntArray | None = None

    def of(self, numbers: FloatArray) -> IntArray:
        """Return the number of points <= each number, shape of `numbers`; numbers are at least 0."""
        if len(numbers) < FEWEST:
            return np.searchsorted(self._points, numbers, side="right")
        if self._segments is None:
            self._segments = self._fill()
        found = self._segments.take((numbers.view(np.int64) >> _SHIFT) - self._first, mode="clip")
        doubtful = np.flatnonzero(found < 0)
        found[doubtful] = np.searchsorted(self._points, numbers[doubtful], side="right")
        return found

    def _fill(self) -> IntArray:
        """Return the segment of each bucket, -1 where a point is inside it; the first and last one are open."""
        bits = np.array([_SHORTEST, max(_SHORTEST, self.last)]).view(np.int64) >> _SHIFT
        self._first = int(bits[0]) - 1
        edges = (np.arange(bits[0], bits[1] + 2) << _SHIFT).view(np.float64)
        at_start = np.concatenate(([0], np.searchsorted(self._points, edges, side="right")))
        before_end = np.concatenate((np.searchsorted(self._points, edges), [len(self._points)]))
        return np.where(at_start == before_end, at_start, -1)
