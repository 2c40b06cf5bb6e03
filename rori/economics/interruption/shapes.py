"""The capacity that one system loses over time while a set of routes is active, as a step function without overlaps."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from rori.economics.arrays import FloatArray, IntArray
from rori.economics.interruption.routes import Route


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """What an outage without end does: from `starts[i]` to `ends[i]` hours the share `gains[i]` > 0 is lost.

    An outage of d hours does the part of it before d. Pieces are in order of time; the last may never end.
    """

    starts: tuple[float, ...]
    ends: tuple[float, ...]
    gains: tuple[float, ...]

    def durations_for(self, hours: float) -> float:
        """Return the duration beyond which more hours than this are lost; infinite when they never are."""
        left = hours
        for start, end in zip(self.starts, self.ends, strict=True):
            if left < end - start:
                return start + left
            left -= end - start
        return math.inf

    def breakpoints(self, thresholds_hours: Iterable[float]) -> tuple[float, ...]:
        """Return the durations at which something begins, ends or becomes due, hours."""
        due = (self.durations_for(hours) for hours in thresholds_hours)
        return tuple(hours for hours in (*self.starts, *self.ends, *due) if math.isfinite(hours))


Stops = tuple[tuple[int, Shape], ...]
"""Systems that stop together: the row of each in the portfolio and its shape."""


def shape_of(routes: Sequence[Route]) -> Shape:
    """Combine static routes that are all active: at any time the largest gain counts."""
    spans = [(float(route.start[0]), float(route.stop[0]), route.gain) for route in routes]
    if len(spans) == 1:
        (start, end, gain) = spans[0]
        return Shape(starts=(start,), ends=(end,), gains=(gain,))
    points = sorted({point for start, end, _ in spans for point in (start, end)})
    pieces: list[tuple[float, float, float]] = []
    for start, end in itertools.pairwise(points):
        gain = max((g for begins, ends, g in spans if begins <= start and end <= ends), default=0.0)
        if gain > 0.0 and pieces and pieces[-1][1:] == (start, gain):
            pieces[-1] = (pieces[-1][0], end, gain)
        elif gain > 0.0:
            pieces.append((start, end, gain))
    starts, ends, gains = zip(*pieces, strict=True)
    return Shape(starts=starts, ends=ends, gains=gains)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Stopped:
    """What outages of m durations do to n systems; shapes (n, m): hours, hours weighted by capacity, and the peak."""

    hours: FloatArray
    capacity_hours: FloatArray
    peak: FloatArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Pieces:
    """The shapes of n systems in each of m columns, piece by piece; shapes (n_pieces, n, m), gain 0 where there is none."""

    starts: FloatArray
    ends: FloatArray
    gains: FloatArray

    @classmethod
    def of(cls, cases: Sequence[Sequence[Shape]], case: IntArray) -> Pieces:
        """Spread the shapes of all systems in some cases over columns; `case` is that of each column."""
        count = max(len(shape.starts) for shapes in cases for shape in shapes)
        padded = np.zeros((3, count, len(cases[0]), len(cases)))
        for column, shapes in enumerate(cases):
            for row, shape in enumerate(shapes):
                padded[:, : len(shape.starts), row, column] = shape.starts, shape.ends, shape.gains
        starts, ends, gains = padded[..., case]
        return cls(starts=starts, ends=ends, gains=gains)

    def until(self, duration_hours: FloatArray) -> Stopped:
        """Evaluate outages, one duration per column, hours."""
        hours, capacity_hours, peak = np.zeros((3, *self.starts.shape[1:]))
        for start, end, gain in zip(self.starts, self.ends, self.gains, strict=True):
            span = np.maximum(np.minimum(duration_hours, end) - start, 0.0)
            hours += span
            capacity_hours += gain * span
            np.maximum(peak, np.where(span > 0.0, gain, 0.0), out=peak)
        return Stopped(hours=hours, capacity_hours=capacity_hours, peak=peak)
