"""Loss of one event as a table over its duration: exact, since between breakpoints every figure is linear in it.

Given who is down, an event of d hours and capacity c costs B(d) + c A(d), and both are linear in d between the durations
at which something begins, ends or becomes due. At a breakpoint itself "at least" and "more than" differ, so every
breakpoint is a segment of its own. Weekly profiles add c (G C(h + d) + sum of K C(h + x)) with C the integral of the
profile, h the start hour and x the hours at which a piece of the interruption begins.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from rori.economics.arrays import FloatArray, IntArray
from rori.economics.inputs.portfolio import Portfolio, System
from rori.economics.inputs.weekly import HOURS_PER_WEEK, WeeklyProfile, integral_to
from rori.economics.interruption.loss_terms import GROWING_WITH_CAPACITY, LossTerms, Spans, thresholds_of
from rori.economics.interruption.shapes import Shape, stopped
from rori.economics.terms import Component

COMPONENTS = tuple(Component)
GROWING = [COMPONENTS.index(component) for component in GROWING_WITH_CAPACITY]
FIXED = [position for position in range(len(COMPONENTS)) if position not in GROWING]
WEEKS_TABULATED = 26
FAR_HOURS = 4096.0
"""How far beyond the last breakpoint the slope there is taken; the figures are linear all the way."""


Stops = tuple[tuple[int, Shape], ...]
"""Systems that stop together: the row of each in the portfolio and its shape."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Lines:
    """Straight lines `at_zero + slope * hours`, one per figure and segment; shapes (n_figures, n_segments)."""

    at_zero: FloatArray
    slope: FloatArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Curve:
    """Integral of one weekly profile from Monday 00:00, tabulated over half a year."""

    cumulative: FloatArray
    levels: FloatArray
    slopes: FloatArray

    def at(self, hour: FloatArray) -> FloatArray:
        """Integral up to `hour` >= 0, weighted hours, any shape."""
        late = np.flatnonzero(hour >= len(self.levels))
        near = np.minimum(hour, len(self.levels) - 1) if late.size else hour
        slot = near.astype(np.int64)
        found = np.asarray(self.levels.take(slot) + self.slopes.take(slot) * (near - slot))
        found[late] = integral_to(self.cumulative, hour[late])
        return found


@lru_cache(maxsize=64)
def curve_of(profile: WeeklyProfile) -> Curve:
    """Tabulate a profile."""
    cumulative = profile.cumulative()
    weeks = np.arange(WEEKS_TABULATED) * float(HOURS_PER_WEEK)
    return Curve(
        cumulative=cumulative,
        levels=(weeks[:, None] + cumulative[:-1]).ravel(),
        slopes=np.tile(np.diff(cumulative), WEEKS_TABULATED),
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class WeeklyTerms:
    """Revenue of the systems that share a weekly profile.

    Attributes
    ----------
    curve : Curve
    running : ndarray, shape (n_systems, n_segments)
        Euros per weighted hour that are being lost at the event's end.
    begun : tuple of (float, ndarray of shape (n_systems, n_segments))
        Hours after the start at which the level changed, and by how much it fell then, euros per weighted hour.
    """

    curve: Curve
    running: FloatArray
    begun: tuple[tuple[float, FloatArray], ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LossTable:
    """What events do to n systems that are reached together.

    Attributes
    ----------
    systems : tuple of int
        Rows in the portfolio.
    points : ndarray, shape (2 n_breakpoints,)
        Each breakpoint and the next larger number, hours.
    fixed : Lines
        Loss per system, then per fixed component, euros.
    growing : Lines
        The same for what grows with capacity lost, then capacity hours per system; per unit of capacity.
    weekly : tuple of WeeklyTerms
    limits : tuple of (int, float)
        Row in the portfolio and the duration beyond which its tolerance is exceeded, hours.
    """

    systems: tuple[int, ...]
    points: FloatArray
    fixed: Lines
    growing: Lines
    weekly: tuple[WeeklyTerms, ...]
    limits: tuple[tuple[int, float], ...]
    fixed_total: Lines
    growing_total: Lines

    def segment(self, duration_hours: FloatArray) -> IntArray | None:
        """Return the segment of each event, None when all lie in the last."""
        if float(duration_hours.min()) >= self.points[-1]:
            return None
        return np.searchsorted(self.points, duration_hours, side="right")


def build_table(stops: Stops, portfolio: Portfolio, loses_data_row: int | None) -> LossTable:
    """Tabulate the loss of systems that stop together.

    Parameters
    ----------
    stops : tuple of (int, Shape)
        Not empty.
    portfolio : Portfolio
        Holds the systems.
    loses_data_row : int, optional
        Row of the system that loses data since its last good copy.
    """
    systems = [portfolio.systems[row] for row, _ in stops]
    shapes = [shape for _, shape in stops]
    own = [shape.breakpoints(thresholds_of(system)) for shape, system in zip(shapes, systems, strict=True)]
    points = sorted({0.0}.union(*own))
    low, high = _samples(points)
    loses_data = np.array([[row == loses_data_row] for row, _ in stops])
    weekly_rows = [_is_weekly(system) for system in systems]
    terms = LossTerms.of(systems)
    flat_revenue = np.where(np.array(weekly_rows)[:, None], 0.0, terms.revenue_eur_per_hour)
    ends = stopped(shapes, np.concatenate([low, high]))
    spans = Spans(
        hours=ends.hours,
        capacity_hours=ends.capacity_hours,
        earning_hours=np.where(flat_revenue > 0.0, ends.capacity_hours, 0.0),
        peak=ends.peak,
        loses_data=loses_data,
    )
    by_component = np.zeros((len(COMPONENTS), len(systems), 2 * len(low)))
    for component, euros in terms.losses(spans).items():
        by_component[COMPONENTS.index(component)] = euros
    line = _liner(low, high)
    fixed = line(np.concatenate([by_component[FIXED].sum(axis=0), by_component[FIXED].sum(axis=1)]))
    growing = line(
        np.concatenate([by_component[GROWING].sum(axis=0), by_component[GROWING].sum(axis=1), ends.capacity_hours])
    )
    count = len(systems)
    limits = [
        (row, shape.durations_for(system.impact_tolerance_hours))
        for (row, shape), system in zip(stops, systems, strict=True)
        if system.impact_tolerance_hours is not None
    ]
    return LossTable(
        systems=tuple(row for row, _ in stops),
        points=np.array([edge for point in points for edge in (point, np.nextafter(point, math.inf))]),
        fixed=fixed,
        growing=growing,
        weekly=_weekly_terms(systems, shapes, terms, low),
        limits=tuple((row, limit) for row, limit in limits if math.isfinite(limit)),
        fixed_total=_total(fixed, count),
        growing_total=_total(growing, count),
    )


def _samples(points: Sequence[float]) -> tuple[FloatArray, FloatArray]:
    """Two durations inside every segment: before 0 (never used), then each breakpoint and what follows it."""
    low, high = [0.0], [0.0]
    for start, end in zip(points, (*points[1:], math.inf), strict=True):
        width = end - start
        inside = (start + width / 4, start + 3 * width / 4) if end < math.inf else (start + 1.0, start + FAR_HOURS)
        low += [start, inside[0]]
        high += [start, inside[1]]
    return np.array(low), np.array(high)


def _liner(low: FloatArray, high: FloatArray) -> Callable[[FloatArray], Lines]:
    """Return what turns figures at both samples, shape (n_figures, 2 n_segments), into lines."""
    width = high - low

    def line(figures: FloatArray) -> Lines:
        first, second = figures[:, : len(low)], figures[:, len(low) :]
        slope = np.where(width > 0.0, (second - first) / np.where(width > 0.0, width, 1.0), 0.0)
        return Lines(at_zero=first - slope * low, slope=slope)

    return line


def _total(lines: Lines, count: int) -> Lines:
    return Lines(
        at_zero=lines.at_zero[:count].sum(axis=0, keepdims=True), slope=lines.slope[:count].sum(axis=0, keepdims=True)
    )


def _is_weekly(system: System) -> bool:
    return system.loss is not None and not system.loss.weekly_profile.is_flat


def _weekly_terms(
    systems: Sequence[System], shapes: Sequence[Shape], terms: LossTerms, durations: FloatArray
) -> tuple[WeeklyTerms, ...]:
    """Collect lost revenue that follows the week, profile by profile; `durations` lies inside each segment, hours."""
    by_profile: dict[WeeklyProfile, list[int]] = {}
    for number, system in enumerate(systems):
        if system.loss is not None and _is_weekly(system) and terms.revenue_eur_per_hour[number, 0] > 0.0:
            by_profile.setdefault(system.loss.weekly_profile, []).append(number)
    found = []
    for profile, members in by_profile.items():
        running = np.zeros((len(systems), len(durations)))
        begun: dict[float, FloatArray] = {}
        for number in members:
            revenue, shape = float(terms.revenue_eur_per_hour[number, 0]), shapes[number]
            for start, end, gain in zip(shape.starts, shape.ends, shape.gains, strict=True):
                lost = revenue * gain
                running[number] += lost * ((start < durations) & (durations <= end))
                begun.setdefault(start, np.zeros_like(running))[number] -= lost * (start < durations)
                if math.isfinite(end):
                    begun.setdefault(end, np.zeros_like(running))[number] += lost * (end < durations)
        found.append(WeeklyTerms(curve=curve_of(profile), running=running, begun=tuple(sorted(begun.items()))))
    return tuple(found)
