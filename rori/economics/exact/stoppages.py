"""Who stops, and how, in each pattern of an event: few different ways per system, however many patterns there are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from rori.economics.arrays import BoolArray, FloatArray, IntArray
from rori.economics.exact.laws import EventLaw
from rori.economics.exact.severity import _coincidences
from rori.economics.inputs.portfolio import System
from rori.economics.interruption.outcomes import Reach
from rori.economics.interruption.routes import Route
from rori.economics.interruption.shapes import Shape, shape_of

MOST_BITS = 16
"""Sets of so many routes are numbered by their bits."""
Edges = tuple[float, float, float]
"""Start, stop (hours) and gain of a route: all that a loss depends on once the route is active."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Stoppage:
    """One way in which one system stops: its position in the reach, its capacity over time, and if data are lost."""

    row: int
    system: System
    shape: Shape
    loses_data: bool


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Stoppages:
    """Every way in which an event stops a system.

    Attributes
    ----------
    each : tuple of Stoppage
    which : ndarray of int, shape (n_patterns, n_systems)
        Position in `each`; len(each) where the system goes on working.
    """

    each: tuple[Stoppage, ...]
    which: IntArray

    def probabilities(self, weights: FloatArray) -> FloatArray:
        """Return how likely each way is when patterns have these probabilities, shape (n_ways,)."""
        repeated = np.repeat(weights, self.which.shape[1])
        found = np.bincount(self.which.ravel(), weights=repeated, minlength=len(self.each) + 1)
        return found[:-1].astype(np.float64)

    def incidence(self, count: int) -> FloatArray:
        """Return 1 where a way is part of one of the first `count` patterns, shape (count, n_ways)."""
        matrix = np.zeros((count, len(self.each) + 1))
        matrix[np.arange(count)[:, None], self.which[:count]] = 1.0
        return matrix[:, :-1]


def stoppages_of(law: EventLaw, reach: Reach, uniforms: FloatArray) -> Stoppages:
    """Find the ways in which systems stop.

    Parameters
    ----------
    law : EventLaw
    reach : sequence of (System, routes)
    uniforms : ndarray, shape (n_patterns, n_choices)
        Decides who is hit and which alternatives are down, in the order of `choices_of`.

    Notes
    -----
    At any time the largest gain of the active routes counts. So routes with the same edges are one, and one that starts
    no sooner, stops no later and gains no more than another active one is dropped.
    """
    down = {system: uniforms[:, column] < p for column, (system, p) in enumerate(law.hits)}
    chance = {group: uniforms[:, len(law.hits) + i] for i, group in enumerate(_coincidences(reach))}
    each: list[Stoppage] = []
    columns = []
    for row, (system, routes) in enumerate(reach):
        edges, active = _active(routes, down, chance, len(uniforms))
        own = down.get(system.id) if law.loses_data else None
        sets, chosen = _distinct(active if own is None else np.column_stack((active, own)))
        number = np.empty(len(sets), dtype=np.int64)
        for position, picked in enumerate(sets):
            used = [edge for edge, there in zip(edges, picked, strict=False) if there]
            number[position] = len(each) if used else -1
            if used:
                loses_data = own is not None and bool(picked[-1])
                each.append(Stoppage(row=row, system=system, shape=shape_of(_routes(used)), loses_data=loses_data))
        columns.append(number[chosen])
    which = np.column_stack(columns) if columns else np.empty((len(uniforms), 0), dtype=np.int64)
    which = np.where(which < 0, len(each), which).astype(np.min_scalar_type(len(each)))
    return Stoppages(each=tuple(each), which=which)


def _active(
    routes: tuple[Route, ...], down: Mapping[str, BoolArray], chance: Mapping[str, FloatArray], count: int
) -> tuple[list[Edges], BoolArray]:
    """Return the different edges of some routes, and where each counts, shape (n_patterns, n_edges)."""
    found: dict[Edges, BoolArray] = {}
    for route in routes:
        edges = (float(route.start[0]), float(route.stop[0]), route.gain)
        if edges[0] >= edges[1]:
            continue
        active = np.logical_and.reduce([down[source] for source in route.sources])
        if route.chance < 1.0:
            active = active & (chance[route.group] < route.chance)
        found[edges] = found[edges] | active if edges in found else active
    active = np.column_stack([*found.values()]) if found else np.zeros((count, 0), dtype=np.bool_)
    if len(found) < 2:
        return list(found), active
    start, stop, gain = (column[:, None] for column in np.array(list(found)).T)
    beats = (start <= start.T) & (stop >= stop.T) & (gain >= gain.T)
    np.fill_diagonal(beats, val=False)
    beaten = active.astype(np.float32) @ beats.astype(np.float32) > 0.0
    return list(found), active & ~beaten


def _distinct(rows: BoolArray) -> tuple[BoolArray, IntArray]:
    """Return the different rows of a matrix, and which of them each row is."""
    count = rows.shape[1]
    if count > MOST_BITS:
        found, chosen = np.unique(rows, axis=0, return_inverse=True)
        return found, chosen.ravel()
    bits = 2.0 ** np.arange(count)
    keys = (rows @ bits).astype(np.int64)
    present = np.flatnonzero(np.bincount(keys))
    chosen = np.zeros(present[-1] + 1, dtype=np.int64)
    chosen[present] = np.arange(len(present))
    return (present[:, None] >> np.arange(count)) & 1 == 1, chosen[keys]


def _routes(edges: list[Edges]) -> list[Route]:
    return [
        Route(sources=frozenset(), gain=gain, start=np.array([start]), stop=np.array([stop]))
        for start, stop, gain in edges
    ]
