"""What an event costs in total, on a lattice of start hours and capacities: for the spread of losses, not for means."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy.stats.qmc import Sobol

from rori.economics.arrays import FloatArray, IntArray
from rori.economics.exact.bills import GROWING, REVENUE, BillLines, Bills
from rori.economics.exact.laws import DurationLaw, EventLaw
from rori.economics.exact.severity import _start
from rori.economics.inputs.weekly import WeeklyProfile, integral_to

FURTHER = 10.0
"""A table reaches this factor beyond the durations that it is made for."""
RATIO = 1.35
"""Between neighbouring durations of a table."""
LOWEST_Z, HIGHEST_Z = -4.5, 6.0
MOST_EDGES = 64
"""Durations at which the loss jumps or bends that get an edge of their own, the weightiest first."""
WEIGHT_OF_BEND = 0.1
"""A bend by as much per duration as a jump matters this much less: between edges the loss is a straight line anyway."""
LIGHTEST_EDGE = 1e-9
"""Share of all jumps and bends below which one needs no edge."""
MOST_POINTS = 128
POINTS = 32.0
"""Per root of the probability of a pattern."""
LEAST_POINTS = ((8, 64.0), (32, 32.0), (128, 4.0))
"""At the least, where there are no more than so many patterns."""
POINTS_CERTAIN, FEW_PATTERNS = 128.0, 8
"""Where durations are certain only start hour and capacity spread the losses."""
TURN_HOUR, TURN_CAPACITY, TURN_BLOCK = 0.6180339887498949, 0.41421356237309515, 0.7548776662466927
"""Shift of the lattice from one duration to the next, so that all durations together see every hour."""
FURTHEST_RATIO = 2.0
"""By which the points of one edge are scaled to the mean that is known, at the most."""
NOTHING_EUR = 1e-6
"""A loss below this is round-off."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Lattice:
    """Which start hours and capacities each pattern is looked at with.

    Attributes
    ----------
    pattern, node : ndarray of int, shape (n_points,)
        Pattern of every point, and which of the nodes it has.
    counts : ndarray of int, shape (n_patterns,)
        Points per pattern.
    start_hour, capacity : ndarray, shape (n_nodes, n_cells)
        Of the nodes, in every cell of durations.
    """

    pattern: IntArray
    node: IntArray
    counts: IntArray
    start_hour: FloatArray
    capacity: FloatArray


def points_wanted(law: DurationLaw, weights: FloatArray, density: float) -> IntArray:
    """Return how many points each pattern gets, a power of two: a rare one may be the only one that costs anything."""
    least = next((points for patterns, points in LEAST_POINTS if len(weights) <= patterns), 1.0)
    if law.is_certain and len(weights) <= FEW_PATTERNS:
        least = POINTS_CERTAIN
    wanted = np.clip(density * np.maximum(POINTS * np.sqrt(weights), least), 1.0, MOST_POINTS)
    return np.asarray(2 ** np.round(np.log2(wanted)).astype(np.int64))


def lattice_of(law: EventLaw, counts: IntArray, n_nodes: int, n_cells: int) -> Lattice:
    """Lay the points of all patterns.

    Notes
    -----
    Nodes are a Sobol sequence over start hour and capacity, moved on from cell to cell. A pattern with fewer points takes
    an aligned block of them, which is evenly spread by itself (Niederreiter 1992, ch. 4).
    """
    pattern = np.repeat(np.arange(len(counts)), counts)
    number = np.arange(len(pattern)) - np.repeat(np.cumsum(counts) - counts, counts)
    blocks = n_nodes // counts
    block = (np.mod(np.arange(len(counts)) * TURN_BLOCK, 1.0) * blocks).astype(np.int64)
    at = _nodes(n_nodes)[:, :, None] + np.outer((TURN_HOUR, TURN_CAPACITY), np.arange(n_cells))[None]
    hour, share = np.mod(at, 1.0).transpose(1, 0, 2)
    return Lattice(
        pattern=pattern,
        node=(block * counts)[pattern] + number,
        counts=counts,
        start_hour=_start(law.start_hours, hour),
        capacity=law.capacity.at(share),
    )


@lru_cache(maxsize=16)
def _nodes(count: int) -> FloatArray:
    return np.asarray(Sobol(2, scramble=False).random(count) + 0.5 / count)


def reach_of_durations(law: DurationLaw) -> tuple[float, float]:
    """Return durations in hours below and above which hardly any lies."""
    low, high = np.exp((LOWEST_Z * law.below, HIGHEST_Z * law.above)) * law.median_hours
    return float(low), float(high)


def base_durations(law: DurationLaw, density: float) -> FloatArray:
    """Return hours, even in their logarithm, the median among them."""
    if law.median_hours == 0.0:
        return np.array([0.0, 1.0])
    low, high = reach_of_durations(law)
    first, middle, last = low / FURTHER, law.median_hours, high * FURTHER
    step = np.log(RATIO) / density
    below, above = (
        np.geomspace(start, stop, 2 + int(np.log(stop / start) / step))
        for start, stop in ((first, middle), (middle, last))
    )
    return np.concatenate((below, above[1:]))


def with_edges(base: FloatArray, lines: BillLines, probabilities: FloatArray) -> FloatArray:
    """Add both sides of the jumps of the total loss, and its bends, as far as they carry weight."""
    bends, jumps = lines.jumps
    hours, inverse = np.unique(lines.points, return_inverse=True)
    jump, bend = (
        np.bincount(inverse.ravel(), weights=(change * probabilities[:, None]).ravel(), minlength=len(hours))
        for change in (jumps, bends)
    )
    weight = jump + WEIGHT_OF_BEND * hours * np.abs(bend)
    inside = (hours > base[0]) & (hours < base[-1]) & (weight > LIGHTEST_EDGE * weight.sum())
    kept = np.flatnonzero(inside)
    kept = kept[np.argsort(-weight[kept], kind="stable")[:MOST_EDGES]]
    is_sudden = jump[kept] > LIGHTEST_EDGE * weight.sum()
    sudden, gentle = hours[kept[is_sudden]], hours[kept[~is_sudden]]
    return np.unique(np.concatenate((base, gentle, sudden * (1.0 - 1e-9), sudden * (1.0 + 1e-9))))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Scene:
    """An event's patterns, with what stops in each: shapes (n_patterns,) and (n_patterns, n_ways)."""

    law: EventLaw
    bills: Bills
    weights: FloatArray
    incidence: FloatArray

    @property
    def varies(self) -> bool:
        """Whether start hour or capacity change what an event costs."""
        return not self.law.capacity.is_certain or any(
            (self.bills.terms.revenue_eur_per_hour[members] > 0.0).any() for _, members in self.bills.weekly
        )

    @property
    def n_hours(self) -> int:
        """The most hours at which a piece of the interruption begins or ends for systems that follow the same week."""
        return max((len(self.hours(members)) for _, members in self.bills.weekly), default=0)

    def hours(self, members: IntArray) -> FloatArray:
        """Return the hours after its start at which a piece of the interruption begins or ends for some systems."""
        edges = self.bills.pieces[:2, :, members]
        return np.unique(edges[np.isfinite(edges)])


def totals_of(scene: Scene, lattice: Lattice, durations: FloatArray) -> FloatArray:
    """Return what events cost at the lower and upper edge of every cell of durations, shape (n_points, 2, n_cells), euros.

    Notes
    -----
    What grows with the capacity lost is scaled, edge by edge, so that its mean over the points is the exact one.
    """
    ends = np.concatenate((durations[:-1], durations[1:]))
    fixed, growing = _flat(scene, ends)
    weeks = [_Week.of(scene, profile, members, lattice, ends) for profile, members in scene.bills.weekly]
    capacity = np.tile(lattice.capacity, 2)
    found = np.empty((len(lattice.pattern), len(ends)))
    for node in range(len(capacity)):
        chosen = np.flatnonzero(lattice.node == node)
        picked = lattice.pattern[chosen]
        found[chosen] = capacity[node] * (growing[picked] + sum(week.at(node, picked) for week in weeks))
    mean = (scene.weights / lattice.counts)[lattice.pattern] @ found
    exact = scene.law.capacity.mean * (scene.weights @ growing + _weekly_means(scene, ends))
    found *= np.clip(exact / np.where(mean > 0.0, mean, 1.0), 1.0 / FURTHEST_RATIO, FURTHEST_RATIO)
    found += fixed[lattice.pattern]
    return np.where(found > NOTHING_EUR, found, 0.0).reshape(-1, 2, len(durations) - 1)


def _flat(scene: Scene, ends: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return what does not follow the week: fixed, and growing with capacity, by pattern; shapes (n_patterns, n_ends)."""
    if scene.law.capacity.mean == 0.0:
        return np.zeros((len(scene.weights), len(ends))), np.zeros((len(scene.weights), len(ends)))
    euros, _ = scene.bills.at(ends)
    for _, members in scene.bills.weekly:
        euros[REVENUE, members] = 0.0
    return scene.incidence @ euros[~GROWING].sum(axis=0), scene.incidence @ euros[GROWING].sum(axis=0)


def _weekly_means(scene: Scene, ends: FloatArray) -> FloatArray:
    total = np.zeros(len(ends))
    probabilities = scene.weights @ scene.incidence
    for members, revenue in scene.bills.earning(ends, scene.law.start_hours):
        total += probabilities[members] @ revenue
    return total


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Week:
    """Revenue that follows one week.

    Attributes
    ----------
    running : ndarray, shape (n_patterns, n_ends)
        Euros per weighted hour that are being lost when the event ends.
    begun : ndarray, shape (n_patterns, n_hours)
        By how much that fell at each of some hours after its start, euros per weighted hour.
    until_end : ndarray, shape (n_nodes, n_ends)
        Integral of the profile up to the end.
    until : ndarray, shape (n_nodes, n_hours, n_ends)
        Integral up to these hours, 0 where the event does not last that long.
    """

    running: FloatArray
    begun: FloatArray
    until_end: FloatArray
    until: FloatArray

    @classmethod
    def of(cls, scene: Scene, profile: WeeklyProfile, members: IntArray, lattice: Lattice, ends: FloatArray) -> _Week:
        revenue = scene.bills.terms.revenue_eur_per_hour[members]
        starts, stops, gains = scene.bills.pieces[:, :, members, 0]
        hours = scene.hours(members)
        running, begun = np.zeros((len(members), len(ends))), np.zeros((len(members), len(hours)))
        rows = np.arange(len(members))
        for start, stop, gain in zip(starts, stops, gains, strict=True):
            running += gain[:, None] * ((start[:, None] < ends) & (ends <= stop[:, None]))
            begun[rows, np.searchsorted(hours, start)] -= gain
            stopping = np.isfinite(stop)
            begun[rows[stopping], np.searchsorted(hours, stop[stopping])] += gain[stopping]
        cumulative = profile.cumulative()
        until = integral_to(cumulative, lattice.start_hour[:, None] + hours[:, None])
        part = scene.incidence[:, members]
        return cls(
            running=part @ (revenue * running),
            begun=part @ (revenue * begun),
            until_end=integral_to(cumulative, np.tile(lattice.start_hour, 2) + ends),
            until=np.tile(until, 2) * (hours[:, None] < ends),
        )

    def at(self, node: int, patterns: IntArray) -> FloatArray:
        """Return revenue lost at one node of the lattice, shape (n_patterns, n_ends), euros at capacity 1."""
        return np.asarray(self.running[patterns] * self.until_end[node] + self.begun[patterns] @ self.until[node])
