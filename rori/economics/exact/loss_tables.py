"""Losses of one kind of event on fixed points: what it costs, whatever the probabilities."""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from rori.economics.arrays import FloatArray, IntArray
from rori.economics.exact.bills import BillLines, Bills, lines_of
from rori.economics.exact.laws import DurationLaw, EventLaw
from rori.economics.exact.patterns import (
    Choice,
    Outcomes,
    coin,
    joined,
    ladder,
    outcomes_of,
    patterns_of,
    probability,
    sample_of,
)
from rori.economics.exact.severity import _coincidences
from rori.economics.exact.stoppages import Stoppages, stoppages_of
from rori.economics.exact.totals import (
    Scene,
    base_durations,
    lattice_of,
    points_wanted,
    reach_of_durations,
    totals_of,
    with_edges,
)
from rori.economics.interruption.outcomes import Reach

LEAST_COVERED = 0.995
"""Patterns that a table leaves out may become so likely before another one is made."""
LIKELY, FEWEST = 0.02, 2.0
"""A pattern that becomes likelier than the first with fewer points than wanted by the second needs another table."""
N_SAMPLED, N_COUNTED = 512, 2048
"""Patterns where there are too many to take all: for the spread of losses, and for how likely systems are to stop."""
FEWEST_SAMPLED = 64
LEAST_EFFECTIVE = 0.8
"""A sample may stand for other probabilities as long as this share of it counts (Kish's effective sample size)."""
NODES_TOGETHER = 64
"""Nodes of the lattice where there are several patterns, which may then have one point each."""
MOST_VALUES = 4_000_000
"""Numbers that the integrals of a weekly profile may take, so that a large estate gets fewer nodes."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LossTable:
    """Losses of one kind of event.

    Attributes
    ----------
    outcomes : ndarray of int, shape (n_counted, n_choices)
        Which outcome each choice has in each pattern.
    sampled_from : ndarray, shape (n_counted,), or None
        How likely each pattern was when it was drawn, where patterns are a sample; the first n_patterns of them are there
        for the spread of losses, the others for how likely systems are to stop.
    stoppages : Stoppages
        Who stops how in each pattern.
    lines : BillLines
        What each of these costs.
    pattern, counts : ndarray of int, shapes (n_points,) and (n_patterns,)
        Pattern of every point over start hours and capacities, and points per pattern.
    durations : ndarray, shape (n_durations,)
        Hours, rising: the edges of the cells of duration.
    totals : ndarray, shape (n_points, 2, n_durations - 1)
        What the event costs at the lower and the upper edge of every cell, euros.
    density : float
        Share of the usual number of points, over patterns and along durations.
    """

    outcomes: Outcomes
    sampled_from: FloatArray | None
    stoppages: Stoppages
    lines: BillLines
    pattern: IntArray
    counts: IntArray
    durations: FloatArray
    totals: npt.NDArray[np.float32]
    density: float

    @property
    def is_sampled(self) -> bool:
        """Whether a sample stands for the patterns."""
        return self.sampled_from is not None

    @property
    def nbytes(self) -> int:
        """Bytes that the table takes, about."""
        lines, which = self.lines, self.stoppages.which
        kept = (self.totals, self.outcomes, self.pattern, which, lines.points, lines.above, lines.slope, lines.there)
        return sum(array.nbytes for array in kept)

    def weights(self, choices: Sequence[Choice]) -> FloatArray:
        """Return the weight of every pattern, shape (n_counted,).

        Of an enumeration these are probabilities, whose sum falls short by what is left out. Of a sample they are ratios of
        probabilities to those that it was drawn with (importance sampling).
        """
        found = probability(self.outcomes, choices)
        return found if self.sampled_from is None else found / self.sampled_from

    def covers(self, law: DurationLaw, weights: FloatArray) -> bool:
        """Whether the durations and nearly all patterns are there, likely patterns with points enough."""
        low, high = reach_of_durations(law)
        if not (self.durations[0] <= low and high <= self.durations[-1]):
            return False
        if self.is_sampled:
            return bool(weights.sum() ** 2 >= LEAST_EFFECTIVE * len(weights) * (weights @ weights))
        if len(weights) == 1 or self.counts.max() == 1:
            return bool(weights.sum() >= LEAST_COVERED)
        sparse = (weights > LIKELY) & (points_wanted(law, weights, self.density) > FEWEST * self.counts)
        return bool(weights.sum() >= LEAST_COVERED and not sparse.any())


def choices_of(law: EventLaw, reach: Reach) -> tuple[Choice, ...]:
    """Return what chance decides in an event: who is hit, which alternatives are down too."""
    return (*(coin(p) for _, p in law.hits), *(ladder(levels) for levels in _coincidences(reach).values()))


def kind_of_reach(reach: Reach) -> Hashable:
    """Return what a table depends on of who can stop: of chances only their order and whether they are 0 or 1."""
    levels = {group: sorted(set(chances)) for group, chances in _coincidences(reach).items()}
    return tuple(
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


def kind_of_law(law: EventLaw) -> Hashable:
    """Return what a table depends on of the law itself: of probabilities only whether they are 0 or 1."""
    hits = tuple((system, p > 0.0, p < 1.0) for system, p in law.hits)
    return (
        hits,
        law.capacity,
        law.loses_data,
        law.start_hours,
        law.duration.is_certain,
        law.duration.median_hours > 0.0,
    )


def make_table(law: EventLaw, reach: Reach, choices: Sequence[Choice], density: float = 1.0) -> LossTable:
    """Work out the losses, with points for what is likely now."""
    found, count = patterns_of(choices), None
    if found.sampled:
        count, many = (_sample_size(most, density) for most in (N_SAMPLED, N_COUNTED))
        found = joined(sample_of(len(choices), count), sample_of(len(choices), many))
    outcomes = outcomes_of(found, choices)
    stoppages = stoppages_of(law, reach, found.uniforms)
    weights = found.weights if count is None else np.full(count, 1.0 / count)
    bills = Bills.of(stoppages.each)
    base = base_durations(law.duration, density)
    lines = lines_of(bills, law.capacity.mean, law.start_hours, base)
    scene = Scene(law=law, bills=bills, weights=weights, incidence=stoppages.incidence(len(weights)))
    durations = with_edges(base, lines, weights @ scene.incidence)
    counts, n_nodes = _counts(scene, density, len(durations), is_sample=found.sampled)
    lattice = lattice_of(law, counts, n_nodes, len(durations) - 1)
    return LossTable(
        outcomes=outcomes,
        sampled_from=probability(outcomes, choices) if found.sampled else None,
        stoppages=stoppages,
        lines=lines,
        pattern=lattice.pattern,
        counts=counts,
        durations=durations,
        totals=totals_of(scene, lattice, durations).astype(np.float32),
        density=density,
    )


def _sample_size(most: int, density: float) -> int:
    """Return a power of two that falls with the square of the density, so that a rougher table shows what a sample hides.

    Half of a Sobol sequence is often about as good as all of it: the difference of the two would say too little.
    """
    return int(max(2 ** round(math.log2(most * density**2)), FEWEST_SAMPLED))


def _counts(scene: Scene, density: float, n_durations: int, *, is_sample: bool) -> tuple[IntArray, int]:
    """Return how many points each pattern gets, and how many nodes the lattice has."""
    ones = np.ones(len(scene.weights), dtype=np.int64)
    if not scene.varies:
        return ones, 1
    counts = ones if is_sample else points_wanted(scene.law.duration, scene.weights, density)
    nodes = max(int(counts.max()), int(NODES_TOGETHER * density) if len(counts) > 1 else 1)
    most = max(MOST_VALUES // (2 * n_durations * max(scene.n_hours, 1)), 1)
    nodes = min(nodes, 2 ** int(np.log2(most)))
    return np.minimum(counts, nodes), nodes
