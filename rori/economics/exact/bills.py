"""What stoppages cost, as functions of the outage's duration; capacity and start hour at their means."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from rori.economics.arrays import FloatArray, IntArray
from rori.economics.exact.laws import DurationLaw, partial_means
from rori.economics.exact.severity import _is_weekly
from rori.economics.exact.stoppages import Stoppage
from rori.economics.inputs.weekly import HOURS_PER_WEEK, WeeklyProfile
from rori.economics.interruption.loss_terms import GROWING_WITH_CAPACITY, LossTerms, Spans, thresholds_of
from rori.economics.simulation.ledger import COMPONENTS
from rori.economics.terms import Component

GROWING = np.array([component in GROWING_WITH_CAPACITY for component in COMPONENTS])
REVENUE = COMPONENTS.index(Component.REVENUE)
FAR_HOURS = 4096.0
"""How far beyond the last breakpoint the slope there is taken; the figures are linear all the way."""
LEAST_HOURS = 1e-300


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Bills:
    """What n stoppages cost.

    Attributes
    ----------
    each : tuple of Stoppage
    terms : LossTerms
    pieces : ndarray, shape (3, n_pieces, n, 1)
        Starts, ends (hours) and gains of every stoppage, padded with zeros.
    weekly : tuple of (WeeklyProfile, ndarray of int)
        Stoppages whose revenue follows the same week.
    """

    each: tuple[Stoppage, ...]
    terms: LossTerms
    pieces: FloatArray
    weekly: tuple[tuple[WeeklyProfile, IntArray], ...]

    @classmethod
    def of(cls, each: tuple[Stoppage, ...]) -> Bills:
        """Collect what stoppages depend on."""
        longest = max((len(one.shape.starts) for one in each), default=0)
        pieces = np.zeros((3, longest, len(each), 1))
        for number, one in enumerate(each):
            pieces[:, : len(one.shape.starts), number, 0] = one.shape.starts, one.shape.ends, one.shape.gains
        numbers = {one.row: one.system for one in each}
        systems, at = list(numbers.values()), {row: number for number, row in enumerate(numbers)}
        which = np.array([at[one.row] for one in each], dtype=np.int64)
        by_profile: dict[WeeklyProfile, list[int]] = {}
        for number, system in enumerate(systems):
            if system.loss is not None and _is_weekly(system):
                by_profile.setdefault(system.loss.weekly_profile, []).append(number)
        terms = LossTerms.of(systems)
        return cls(
            each=each,
            terms=LossTerms(**{name: getattr(terms, name)[which] for name in LossTerms.__slots__}),
            pieces=pieces,
            weekly=tuple((profile, np.flatnonzero(np.isin(which, members))) for profile, members in by_profile.items()),
        )

    def at(self, hours: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return euros by component and capacity hours at capacity 1, where every hour of the week earns the same.

        Parameters
        ----------
        hours : ndarray, shape (m,) or (n, m)
            Durations.

        Returns
        -------
        tuple of ndarray
            Shapes (8, n, m) and (n, m).
        """
        shape = (len(self.each), np.shape(hours)[-1])
        lost, capacity_hours, peak = np.zeros((3, *shape))
        for start, end, gain in zip(*self.pieces, strict=True):
            span = np.maximum(np.minimum(hours, end) - start, 0.0)
            lost += span
            capacity_hours += gain * span
            np.maximum(peak, np.where(span > 0.0, gain, 0.0), out=peak)
        loses_data = np.array([[one.loses_data] for one in self.each], dtype=np.bool_).reshape(-1, 1)
        spans = Spans(
            hours=lost, capacity_hours=capacity_hours, earning_hours=capacity_hours, peak=peak, loses_data=loses_data
        )
        euros = np.zeros((len(COMPONENTS), *shape))
        for component, values in self.terms.losses(spans).items():
            euros[COMPONENTS.index(component)] = values
        return euros, capacity_hours

    def earning(self, hours: FloatArray, start_hours: tuple[int, ...]) -> list[tuple[IntArray, FloatArray]]:
        """Return expected revenue lost, euros at capacity 1, of those that follow a week, profile by profile."""
        found = []
        for profile, members in self.weekly:
            at = hours if hours.ndim == 1 else hours[members]
            total = np.zeros((len(members), at.shape[-1]))
            for start, end, gain in zip(*self.pieces[:, :, members], strict=True):
                until = np.minimum(at, end)
                value = mean_strength(profile, start_hours, np.maximum(until, start))
                total += gain * (value - mean_strength(profile, start_hours, start))
            found.append((members, self.terms.revenue_eur_per_hour[members] * total))
        return found


@lru_cache(maxsize=256)
def _strengths(profile: WeeklyProfile, start_hours: tuple[int, ...]) -> tuple[FloatArray, FloatArray]:
    """Return the mean strength after n whole hours, shape (169,), and its integral over them, shape (169,)."""
    allowed = np.bincount(start_hours, minlength=HOURS_PER_WEEK) / len(start_hours)
    strength = np.diff(profile.cumulative())
    after = np.array([float(allowed @ np.roll(strength, -n)) for n in range(HOURS_PER_WEEK + 1)])
    return after, np.concatenate(([0.0], np.cumsum((after[1:] + after[:-1]) / 2.0)))


def mean_strength(profile: WeeklyProfile, start_hours: tuple[int, ...], hours: FloatArray) -> FloatArray:
    """Return the integral of a weekly profile over the first hours of an event, averaged over when it starts.

    Parameters
    ----------
    profile : WeeklyProfile
    start_hours : tuple of int
        Hours of the week in which events start, each as likely as the others; empty for any.
    hours : ndarray
        Any shape, >= 0.

    Notes
    -----
    An event starts evenly within an hour, so the mean strength is linear between whole hours and its integral quadratic.
    """
    if not start_hours:
        return hours
    after, total = _strengths(profile, start_hours)
    weeks, within = np.divmod(hours, float(HOURS_PER_WEEK))
    slot = within.astype(np.int64)
    part = within - slot
    curved = part * after[slot] + part * part / 2.0 * (after[slot + 1] - after[slot])
    return np.asarray(weeks * total[-1] + total[slot] + curved)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class BillLines:
    """Bills as straight lines between the durations at which something begins, ends or becomes due.

    Attributes
    ----------
    points : ndarray, shape (n, n_points)
        These durations, rising from 0, hours; the last is repeated where there are fewer.
    above, slope : ndarray, shape (9, n, n_points)
        Just above each point, and per hour from there: the eight components and capacity hours.
    there : ndarray, shape (9, n, n_points)
        At each point itself: "at least" and "more than" differ there.
    limits : ndarray, shape (n,)
        Duration beyond which the impact tolerance is passed, infinite where it never is.
    """

    points: FloatArray
    above: FloatArray
    slope: FloatArray
    there: FloatArray
    limits: FloatArray

    @property
    def jumps(self) -> tuple[FloatArray, FloatArray]:
        """Return by how much the loss of each stoppage jumps and by how much its slope changes at each point."""
        above, slope = self.above[:-1].sum(axis=0), self.slope[:-1].sum(axis=0)
        before = above[:, :-1] + slope[:, :-1] * np.diff(self.points)
        return np.diff(slope, axis=1, prepend=0.0), np.abs(above - np.column_stack((0.0 * above[:, :1], before)))

    def expected(self, law: DurationLaw) -> tuple[FloatArray, FloatArray]:
        """Return the expected figures of every stoppage, shape (9, n), and P(its tolerance is passed), shape (n,)."""
        if law.is_certain:
            return self._at(law.median_hours), (law.median_hours > self.limits).astype(np.float64)
        below, mean_below = partial_means(law, np.maximum(self.points, LEAST_HOURS))
        inside, moment = -below, -mean_below
        inside[:, :-1] += below[:, 1:]
        inside[:, -1] += 1.0
        moment[:, :-1] += mean_below[:, 1:]
        moment[:, -1] += law.mean_hours
        moment -= self.points * inside
        passed = np.zeros(len(self.limits))
        if np.isfinite(self.limits).any():
            passed = 1.0 - partial_means(law, np.maximum(self.limits, LEAST_HOURS))[0]
        return np.einsum("frp,rp->fr", self.above, inside) + np.einsum("frp,rp->fr", self.slope, moment), passed

    def _at(self, hours: float) -> FloatArray:
        rows = np.arange(len(self.points))
        last = np.maximum((self.points <= hours).sum(axis=1) - 1, 0)
        beyond = hours - self.points[rows, last]
        line = self.above[:, rows, last] + self.slope[:, rows, last] * beyond
        return np.asarray(np.where(beyond == 0.0, self.there[:, rows, last], line))


def lines_of(bills: Bills, mean_capacity: float, start_hours: tuple[int, ...], further: FloatArray) -> BillLines:
    """Draw the lines of some bills.

    Parameters
    ----------
    bills : Bills
    mean_capacity : float
        Expected share of capacity lost, [0, 1].
    start_hours : tuple of int
        As in `mean_strength`.
    further : ndarray
        Durations at which revenue that follows a week is looked at too, where its mean is no straight line, hours.
    """
    points = _points(bills, further.tolist() if start_hours else [])
    width = np.diff(points, axis=1, append=np.inf)
    safe = np.where(np.isfinite(width), width, FAR_HOURS)
    first, second = points + safe / 4.0, points + safe * 0.75
    low, high, there = (_figures(bills, hours, mean_capacity, start_hours) for hours in (first, second, points))
    slope = np.where(safe > 0.0, (high - low) / np.where(safe > 0.0, safe / 2.0, 1.0), 0.0)
    limits = [
        math.inf
        if one.system.impact_tolerance_hours is None or mean_capacity == 0.0
        else one.shape.durations_for(one.system.impact_tolerance_hours)
        for one in bills.each
    ]
    return BillLines(points=points, above=low - slope * (safe / 4.0), slope=slope, there=there, limits=np.array(limits))


def _points(bills: Bills, further: Sequence[float]) -> FloatArray:
    weekly = {int(number) for _, members in bills.weekly for number in members}
    each = [
        sorted({0.0, *one.shape.breakpoints(thresholds_of(one.system)), *(further if number in weekly else ())})
        for number, one in enumerate(bills.each)
    ]
    longest = max((len(points) for points in each), default=1)
    return np.array([points + points[-1:] * (longest - len(points)) for points in each]).reshape(-1, longest)


def _figures(bills: Bills, hours: FloatArray, mean_capacity: float, start_hours: tuple[int, ...]) -> FloatArray:
    if mean_capacity == 0.0:
        return np.zeros((len(COMPONENTS) + 1, *hours.shape))
    euros, capacity_hours = bills.at(hours)
    if start_hours:
        for members, revenue in bills.earning(hours, start_hours):
            euros[REVENUE, members] = revenue
    euros[GROWING] *= mean_capacity
    return np.concatenate((euros, mean_capacity * capacity_hours[None]))
