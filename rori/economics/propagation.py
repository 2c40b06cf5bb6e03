"""From events of one source to what they cost everywhere: who is down decides which table holds the answer.

Systems that depend on the same uncertain facts (which exposed systems are hit, whether an alternative happens to be
down) are looked up together, pattern of facts by pattern. Routes whose hours differ from path to path have no table:
their systems are computed event by event.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from rori.economics.arrays import BoolArray, FloatArray
from rori.economics.booking import Entry, Seen, book, book_impacts
from rori.economics.outcomes import Batch, impacts
from rori.economics.routes import Route
from rori.economics.tables import LossTable, Reached, build_table

SYSTEMS_PER_TABLE = 32
"""Figures x segments grow with the square of the systems in one table."""
MOST_PATTERNS = 64
MOST_FACTS = 40

Fact = tuple[str, float]
"""A system is down (its id, 1) or a redundancy group's alternatives are (group, chance below 1)."""
Down = Mapping[str, BoolArray | bool]
"""Which systems fail directly in each event; one bool where all events agree."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Cluster:
    """Systems that depend on the same facts, each fact one bit of a pattern."""

    facts: tuple[Fact, ...]
    systems: tuple[Reached, ...]

    def active(self, pattern: int) -> tuple[Reached, ...]:
        """Return the systems that stop under a pattern, with the routes that are active."""
        true = {fact for bit, fact in enumerate(self.facts) if pattern >> bit & 1}
        open_facts = set(self.facts) - true
        found = []
        for part in self.systems:
            routes = tuple(route for route in part.routes if open_facts.isdisjoint(facts_of(route)))
            if routes:
                found.append(Reached(row=part.row, system=part.system, routes=routes))
        return tuple(found)


def facts_of(route: Route) -> tuple[Fact, ...]:
    """Return what must hold for a route to be active."""
    hits = tuple((system_id, 1.0) for system_id in sorted(route.sources))
    return hits if route.chance >= 1.0 else (*hits, (route.group, route.chance))


class Propagation:
    """The reach of one source under one set of routes, with the tables that were needed so far.

    Parameters
    ----------
    reached : sequence of Reached
        Every system that the source can stop, in the order of the portfolio, with all routes.
    loses_data_row : int, optional
        Row of the system that loses data.
    """

    def __init__(self, reached: Sequence[Reached], loses_data_row: int | None) -> None:
        self.reached = tuple(reached)
        self._loses_data_row = loses_data_row
        self._static = tuple(part for part in reached if all(_is_static(route) for route in part.routes))
        self._varying = tuple(part for part in reached if not all(_is_static(route) for route in part.routes))
        self._facts = sorted({fact for part in self._static for route in part.routes for fact in facts_of(route)})
        self._clusters: dict[tuple[frozenset[Fact], frozenset[Fact]], tuple[Cluster, ...]] = {}
        self._tables: dict[tuple[Cluster, int], LossTable | None] = {}

    @property
    def is_static(self) -> bool:
        """Whether the routes are the same for all paths."""
        return not self._varying

    def cost(self, seen: Seen, down: Down, chance: Callable[[str], FloatArray], entry: Entry) -> FloatArray:
        """Compute what events cost.

        Parameters
        ----------
        seen : Seen
        down : mapping
            Every system that the source hits directly.
        chance : callable
            Gives the uniforms of a redundancy group, one per event of `seen`.
        entry : Entry
            Takes the sums.

        Returns
        -------
        ndarray, shape (n_events,)
            Euros.
        """
        if not seen.count:
            return np.zeros(0)
        bits = {fact: _agreed(down[fact[0]] if fact[1] == 1.0 else chance(fact[0]) < fact[1]) for fact in self._facts}
        mixed = frozenset(fact for fact, bit in bits.items() if not isinstance(bit, bool))
        never = frozenset(fact for fact, bit in bits.items() if bit is False)
        parts = [self._cost_of(c, seen, bits, entry, (down, chance)) for c in self._clusters_for(mixed, never)]
        if self._varying:
            parts.append(self._one_by_one(self._varying, seen, down, chance, entry))
        total = parts[0] if parts else np.zeros(seen.count)
        for part in parts[1:]:
            total += part
        return total

    def _cost_of(
        self,
        cluster: Cluster,
        seen: Seen,
        bits: Mapping[Fact, BoolArray | bool],
        entry: Entry,
        facts: tuple[Down, Callable[[str], FloatArray]],
    ) -> FloatArray:
        if not cluster.facts:
            table = self._table(cluster, 0)
            return np.zeros(seen.count) if table is None else book(table, seen, entry)
        if len(cluster.facts) > MOST_FACTS:
            return self._one_by_one(cluster.systems, seen, *facts, entry)
        pattern = np.zeros(seen.count, dtype=np.int64)
        for bit, fact in enumerate(cluster.facts):
            pattern |= np.asarray(bits[fact], dtype=np.int64) << bit
        observed = np.flatnonzero(np.bincount(pattern)) if len(cluster.facts) <= 12 else np.unique(pattern)
        if len(observed) > MOST_PATTERNS:
            return self._one_by_one(cluster.systems, seen, *facts, entry)
        total = np.zeros(seen.count)
        for code in observed.tolist():
            table = self._table(cluster, code)
            if table is not None:
                chosen = np.flatnonzero(pattern == code)
                total[chosen] = book(table, seen.take(chosen), entry)
        return total

    def _table(self, cluster: Cluster, pattern: int) -> LossTable | None:
        key = (cluster, pattern)
        if key not in self._tables:
            active = cluster.active(pattern)
            self._tables[key] = build_table(active, self._loses_data_row) if active else None
        return self._tables[key]

    def _clusters_for(self, mixed: frozenset[Fact], never: frozenset[Fact]) -> tuple[Cluster, ...]:
        key = (mixed, never)
        if key not in self._clusters:
            self._clusters[key] = tuple(_cluster(self._static, mixed, never))
        return self._clusters[key]

    def _one_by_one(
        self,
        parts: Sequence[Reached],
        seen: Seen,
        down: Down,
        chance: Callable[[str], FloatArray],
        entry: Entry,
    ) -> FloatArray:
        weekly = any(part.system.loss is not None and not part.system.loss.weekly_profile.is_flat for part in parts)
        batch = Batch(
            path=seen.path,
            start_hour=seen.start_hour() if weekly else np.zeros(seen.count),
            duration_hours=seen.duration_hours,
            capacity_lost=np.broadcast_to(seen.capacity_lost, seen.path.shape),
            loses_data=self._loses_data_row is not None,
            down={key: np.broadcast_to(hit, seen.path.shape) for key, hit in down.items()},
            chance=chance,
        )
        found = impacts(batch, [(part.system, part.routes) for part in parts])
        for impact, part in zip(found, parts, strict=True):
            tolerance = part.system.impact_tolerance_hours
            if tolerance is not None and entry.wanted:
                entry.exceeded.append((part.row, seen.year[impact.hours > tolerance]))
        return book_impacts(found, [part.row for part in parts], seen, entry)


def _cluster(parts: Iterable[Reached], mixed: frozenset[Fact], never: frozenset[Fact]) -> Iterable[Cluster]:
    grouped: dict[tuple[Fact, ...], list[Reached]] = {}
    for part in parts:
        routes = tuple(route for route in part.routes if never.isdisjoint(facts_of(route)))
        if routes:
            facts = tuple(sorted(mixed.intersection(fact for route in routes for fact in facts_of(route))))
            grouped.setdefault(facts, []).append(Reached(row=part.row, system=part.system, routes=routes))
    for facts, members in grouped.items():
        for start in range(0, len(members), SYSTEMS_PER_TABLE):
            yield Cluster(facts=facts, systems=tuple(members[start : start + SYSTEMS_PER_TABLE]))


def _agreed(bits: BoolArray | bool) -> BoolArray | bool:
    if isinstance(bits, bool):
        return bits
    if bits.all():
        return True
    return bits if bits.any() else False


def _is_static(route: Route) -> bool:
    return len(route.start) == 1 and len(route.stop) == 1
