"""Losses of one kind of event on fixed points: what it costs, whatever the probabilities."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
import numpy.typing as npt

from rori.economics.arrays import BoolArray, FloatArray, IntArray
from rori.economics.exact.patterns import Choice, coin, ladder
from rori.economics.exact.severity import (
    STRIDE_CAPACITY,
    STRIDE_HOUR,
    DurationLaw,
    EventLaw,
    _breaks,
    _coincidences,
    _is_weekly,
    _start,
)
from rori.economics.interruption.outcomes import Batch, Reach, impacts
from rori.economics.simulation.ledger import COMPONENTS

FURTHER = 10.0
"""A table reaches this factor beyond the durations that it is made for."""
RATIO = 1.35
"""Between neighbouring durations of a table."""
LOWEST_Z, HIGHEST_Z = -4.5, 6.0
MOST_PATTERNS = 256
LEFT_OUT = 1e-8
LEAST_COVERED = 0.995
"""Patterns that a table leaves out may become so likely before another one is made."""
LATTICE_SIZES = np.array((1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144))
"""Of Fibonacci lattices over start hour and capacity; each size is the next one's generator."""
POINTS, POINTS_CERTAIN = 34.0, 144.0
"""Per root of the weight of a pattern; where durations are certain."""
LEAST_POINTS = ((8, 89.0), (32, 34.0), (128, 5.0))
"""At the least, where there are no more than so many patterns."""
FEW_PATTERNS = 8
LIKELY, FEWEST = 0.02, 2.0
"""A pattern that becomes likelier than the first with fewer points than wanted by the second needs another table."""
TURN_HOUR, TURN_CAPACITY = 0.6180339887498949, 0.41421356237309515
"""Shift of the lattice from one duration to the next, so that all durations together see every hour."""
N_SUMS = 2 + len(COMPONENTS)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LossTable:
    """Losses of one kind of event.

    Attributes
    ----------
    combinations : ndarray of int, shape (n_patterns, n_choices)
        Which outcome each choice has in each pattern.
    pattern : ndarray of int, shape (n_points,)
        Pattern of every point over patterns, start hours and capacities.
    durations : ndarray, shape (n_durations,)
        Hours, rising: the edges of the cells of duration.
    values : ndarray, shape (10 + 3 n_systems, n_points, 2, n_durations - 1)
        At the lower and the upper edge of every cell: the total in euros, whether it is above 0, the eight components;
        per system loss, capacity hours and whether the impact tolerance is passed.
    density : float
        Share of the usual number of points, over patterns and along durations.
    """

    combinations: IntArray
    pattern: IntArray
    durations: FloatArray
    values: npt.NDArray[np.float32]
    density: float

    def weights(self, choices: Sequence[Choice]) -> FloatArray:
        """Return the probability of every pattern, shape (n_patterns,); their sum falls short by what is left out."""
        return probability(self.combinations, choices)

    def covers(self, law: DurationLaw, weights: FloatArray) -> bool:
        """Whether the durations and nearly all patterns are there, likely patterns with points enough."""
        low, high = reach_of_durations(law)
        if not (self.durations[0] <= low and high <= self.durations[-1]) or weights.sum() < LEAST_COVERED:
            return False
        counts = np.bincount(self.pattern, minlength=len(weights))
        sparse = (weights > LIKELY) & (LATTICE_SIZES[_sizes(law, weights, self.density)] > FEWEST * counts)
        return bool(counts.max() == 1 or not sparse.any())


def choices_of(law: EventLaw, reach: Reach) -> list[Choice]:
    """Return what chance decides in an event: who is hit, which alternatives are down too."""
    return [*(coin(p) for _, p in law.hits), *(ladder(levels) for levels in _coincidences(reach).values())]


def kind_of(law: EventLaw, reach: Reach) -> object:
    """Return what a table depends on: of chances and probabilities only their order and whether they are 0 or 1."""
    levels = {group: sorted(set(chances)) for group, chances in _coincidences(reach).items()}
    routes = tuple(
        (
            system.id,
            tuple(
                (
                    tuple(sorted(route.sources)),
                    route.gain,
                    float(route.start[0]),
                    float(route.stop[0]),
                    route.group,
                    levels[route.group].index(route.chance) if route.chance < 1.0 else -1,
                    route.chance > 0.0,
                )
                for route in ways
            ),
        )
        for system, ways in reach
    )
    hits = tuple((system, p > 0.0, p < 1.0) for system, p in law.hits)
    return (hits, law.capacity, law.loses_data, law.start_hours, law.duration.is_certain, routes)


def make_table(law: EventLaw, reach: Reach, choices: Sequence[Choice], density: float = 1.0) -> LossTable:
    """Work out the losses, with points for what is likely now."""
    combinations = _likeliest(choices)
    durations = _durations(law.duration, reach, RATIO ** (1.0 / density))
    counts = LATTICE_SIZES[_sizes_where_it_varies(law, reach, probability(combinations, choices), density)]
    belongs, start, capacity = _points(law, counts, len(durations) - 1)
    ends = np.stack((durations[:-1], durations[1:]))
    shape = (len(belongs), *ends.shape)
    pattern = np.broadcast_to(belongs[:, None, None], shape).ravel()
    uniforms = np.empty(combinations.shape)
    for column, choice in enumerate(choices):
        uniforms[:, column] = np.array(choice.uniforms)[combinations[:, column]]
    down: dict[str, BoolArray] = {
        system: (uniforms[:, column] < p)[pattern] for column, (system, p) in enumerate(law.hits)
    }
    column_of = {group: len(law.hits) + i for i, group in enumerate(_coincidences(reach))}
    batch = Batch(
        path=np.zeros(len(pattern), dtype=np.int64),
        start_hour=np.broadcast_to(start[:, None, :], shape).ravel(),
        duration_hours=np.broadcast_to(ends, shape).ravel(),
        capacity_lost=np.broadcast_to(capacity[:, None, :], shape).ravel(),
        loses_data=law.loses_data,
        down=down,
        chance=lambda group: uniforms[pattern, column_of[group]],
    )
    values = _values(batch, reach).reshape(-1, *shape).astype(np.float32)
    return LossTable(combinations=combinations, pattern=belongs, durations=durations, values=values, density=density)


def _values(batch: Batch, reach: Reach) -> FloatArray:
    values = np.zeros((N_SUMS + 3 * len(reach), len(batch.path)))
    for row, ((system, _), impact) in enumerate(zip(reach, impacts(batch, reach), strict=True)):
        at = N_SUMS + 3 * row
        for component, euros in impact.loss.items():
            values[2 + COMPONENTS.index(component)] += euros
            values[at] += euros
        values[at + 1] = impact.capacity_hours
        if system.impact_tolerance_hours is not None:
            values[at + 2] = impact.hours > system.impact_tolerance_hours
        values[0] += values[at]
    values[1] = values[0] > 0.0
    return values


def probability(combinations: IntArray, choices: Sequence[Choice]) -> FloatArray:
    """Return the probability of every combination of outcomes."""
    weights = np.ones(len(combinations))
    for column, choice in enumerate(choices):
        weights *= np.array(choice.probabilities)[combinations[:, column]]
    return weights


def reach_of_durations(law: DurationLaw) -> tuple[float, float]:
    """Return durations in hours below and above which hardly any lies."""
    low, high = np.exp((LOWEST_Z * law.below, HIGHEST_Z * law.above)) * law.median_hours
    return float(low), float(high)


def _likeliest(choices: Sequence[Choice]) -> IntArray:
    """Return the likeliest combinations of outcomes, until hardly anything is left out; shape (patterns, choices)."""
    every = np.array(list(product(*(range(len(choice.uniforms)) for choice in choices))), dtype=np.int64)
    every = every.reshape(len(every), len(choices))
    weights = probability(every, choices)
    order = np.argsort(-weights, kind="stable")
    enough = int(np.searchsorted(np.cumsum(weights[order]), 1.0 - LEFT_OUT)) + 1
    return np.asarray(every[np.sort(order[: min(enough, MOST_PATTERNS)])])


def _durations(law: DurationLaw, reach: Reach, ratio: float) -> FloatArray:
    """Return hours: even in their logarithm, the median among them, and both sides of every jump."""
    if law.median_hours == 0.0:
        return np.array([0.0, 1.0])
    low, high = reach_of_durations(law)
    first, middle, last = low / FURTHER, law.median_hours, high * FURTHER
    below, above = (
        np.geomspace(start, stop, 2 + int(np.log(stop / start) / np.log(ratio)))
        for start, stop in ((first, middle), (middle, last))
    )
    jumps = _breaks(reach)
    jumps = jumps[(jumps > first) & (jumps < last)]
    return np.unique(np.concatenate((below, above, jumps * (1.0 - 1e-9), jumps * (1.0 + 1e-9))))


def _points(law: EventLaw, counts: IntArray, n_cells: int) -> tuple[IntArray, FloatArray, FloatArray]:
    """Return the pattern of every point, shape (n_points,), and start hours and capacities, shape (n_points, n_cells).

    Notes
    -----
    A Fibonacci lattice per pattern, with more points for likelier ones (Niederreiter 1992, ch. 5), shifted from pattern to
    pattern and from cell to cell.
    """
    belongs = np.repeat(np.arange(len(counts)), counts)
    number = np.arange(len(belongs)) - np.repeat(np.cumsum(counts) - counts, counts)
    smaller = LATTICE_SIZES[np.maximum(np.searchsorted(LATTICE_SIZES, counts) - 1, 0)]
    count, generator = counts[belongs], smaller[belongs]
    cell = np.arange(n_cells)
    start = ((number + 0.5) / count + belongs * STRIDE_HOUR)[:, None] + cell * TURN_HOUR
    share = ((number * generator % count + 0.5) / count + belongs * STRIDE_CAPACITY)[:, None] + cell * TURN_CAPACITY
    return belongs, _start(law.start_hours, np.mod(start, 1.0)), law.capacity.at(np.mod(share, 1.0))


def _sizes_where_it_varies(law: EventLaw, reach: Reach, weights: FloatArray, density: float) -> IntArray:
    """Return which of the lattices each pattern gets: one point will do where neither hour nor capacity matters."""
    varies = not law.capacity.is_certain or any(_is_weekly(system) for system, _ in reach)
    return _sizes(law.duration, weights, density) if varies else np.zeros(len(weights), dtype=np.int64)


def _sizes(law: DurationLaw, weights: FloatArray, density: float) -> IntArray:
    """Return which of the lattices each pattern gets: a rare pattern may be the only one that costs anything."""
    least = next((points for patterns, points in LEAST_POINTS if len(weights) <= patterns), 1.0)
    if law.is_certain and len(weights) <= FEW_PATTERNS:
        least = POINTS_CERTAIN
    wanted = density * np.maximum(POINTS * np.sqrt(weights), least)
    found = np.searchsorted(LATTICE_SIZES, wanted, side="right") - 1
    return np.asarray(np.clip(found, 0, len(LATTICE_SIZES) - 1))
