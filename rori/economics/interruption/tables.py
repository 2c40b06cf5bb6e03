"""Loss of one event as a table over its duration: exact, since between breakpoints every figure is linear in it.

Given who is down, an event of d hours and capacity c costs B(d) + c A(d), and both are linear in d between the durations
at which something begins, ends or becomes due. At a breakpoint itself "at least" and "more than" differ, so every
breakpoint is a segment of its own. Weekly profiles add c (G C(h + d) + sum of K C(h + x)) with C the integral of the
profile, h the start hour and x the hours at which a piece of the interruption begins.
"""

from __future__ import annotations

from dataclasses import dataclass

from rori.economics.arrays import FloatArray, IntArray
from rori.economics.interruption.curves import Curve
from rori.economics.interruption.loss_terms import GROWING_WITH_CAPACITY
from rori.economics.interruption.steps import Steps
from rori.economics.terms import Component

COMPONENTS = tuple(Component)
GROWING = [COMPONENTS.index(component) for component in GROWING_WITH_CAPACITY]
FIXED = [position for position in range(len(COMPONENTS)) if position not in GROWING]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Lines:
    """Straight lines `at_zero + slope * hours`, one per figure and column; shapes (n_figures, n_columns)."""

    at_zero: FloatArray
    slope: FloatArray

    def total(self, count: int) -> Lines:
        """Add up the first figures."""
        return Lines(
            at_zero=self.at_zero[:count].sum(axis=0, keepdims=True), slope=self.slope[:count].sum(axis=0, keepdims=True)
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class WeeklyTerm:
    """Revenue of the systems that share a weekly profile, lost in proportion to the integral of the profile up to one hour.

    Attributes
    ----------
    curve : Curve
    after_hours : float, optional
        The hour at which the level changes, counted from the start of the event; None is the end of the event.
    change : ndarray, shape (n_systems, n_columns)
        Euros per weighted hour.
    total : ndarray, shape (n_columns,)
        The same over all systems.
    """

    curve: Curve
    after_hours: float | None
    change: FloatArray
    total: FloatArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LossTable:
    """What events do to n systems that are reached together, in each of some cases of who is down.

    Attributes
    ----------
    systems : tuple of int
        Rows in the portfolio.
    steps : Steps
        Finds the segment of a duration between points: each breakpoint of any case and the next larger number, hours.
    columns : ndarray of int, shape (n_cases, n_points + 1)
        The column that holds for a case and a segment.
    fixed : Lines
        Loss per system, then per fixed component, euros.
    growing : Lines
        The same for what grows with capacity lost, then capacity hours per system; per unit of capacity.
    weekly : tuple of WeeklyTerm
    limits : tuple of (int, ndarray of shape (n_cases,))
        Row in the portfolio and the duration beyond which its tolerance is exceeded, hours.
    fixed_total, growing_total : Lines
        Loss over all systems.
    """

    systems: tuple[int, ...]
    steps: Steps
    columns: IntArray
    fixed: Lines
    growing: Lines
    weekly: tuple[WeeklyTerm, ...]
    limits: tuple[tuple[int, FloatArray], ...]
    fixed_total: Lines
    growing_total: Lines

    def column(self, duration_hours: FloatArray, case: IntArray | None) -> IntArray | None:
        """Return the column of each event, None when all have the last; `case` is None where there is only one."""
        if case is None:
            late = float(duration_hours.min()) >= self.steps.last
            return None if late else self.steps.of(duration_hours)
        found: IntArray = self.columns.take(self.steps.of(duration_hours) + case * self.columns.shape[1])
        return found
