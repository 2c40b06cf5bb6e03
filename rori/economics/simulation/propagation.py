"""From events of one source to what they cost everywhere: who is down decides which table holds the answer.

Systems that depend on the same uncertain facts (which exposed systems are hit, whether an alternative happens to be
down) are looked up together, pattern of facts by pattern; patterns under which the same stops share a table. A route
whose hours differ from path to path is the same as a shorter event that begins later, so it has a table too. Only where
several such routes meet in one system, or patterns are too many, events are computed one by one.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from rori.economics.arrays import BoolArray, FloatArray, IntArray
from rori.economics.inputs.portfolio import Portfolio, System
from rori.economics.interruption.outcomes import Batch, impacts
from rori.economics.interruption.routes import Route, uncovered
from rori.economics.interruption.shapes import Shape, shape_of
from rori.economics.interruption.tables import LossTable, Stops, build_table
from rori.economics.simulation.booking import Entry, Seen, book, book_impacts

SYSTEMS_PER_TABLE = 32
"""Figures x segments grow with the square of the systems in one table."""
MOST_PATTERNS = 1024
MOST_FACTS = 40

Fact = tuple[str, float]
"""A system is down (its id, 1) or a redundancy group's alternatives are (group, chance below 1)."""
Down = Mapping[str, BoolArray | bool]
"""Which systems fail directly in each event; one bool where all events agree."""
Chance = Callable[[str], FloatArray]
"""Gives the uniforms of a redundancy group, one per event."""
_NOBODY: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """One system that a source can stop, its row in the portfolio and the routes that lead to it."""

    row: int
    system: System
    routes: tuple[Route, ...]

    @property
    def is_static(self) -> bool:
        """Whether the routes are the same for all paths."""
        return all(len(route.start) == 1 and len(route.stop) == 1 for route in self.routes)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Cluster:
    """Systems that depend on the same facts, each fact one bit of a pattern; either all static or a single one."""

    facts: tuple[Fact, ...]
    systems: tuple[Reached, ...]
    masks: tuple[tuple[int, ...], ...]

    @classmethod
    def of(cls, facts: tuple[Fact, ...], systems: Sequence[Reached]) -> Cluster:
        """Note for every route which bits must be set."""
        bits = {fact: 1 << position for position, fact in enumerate(facts)}
        masks = (tuple(sum(bits.get(f, 0) for f in facts_of(route)) for route in part.routes) for part in systems)
        return cls(facts=facts, systems=tuple(systems), masks=tuple(masks))

    @property
    def own_bit(self) -> int:
        """The bit that says that its only system fails itself: nothing else matters then. 0 where there is none."""
        if len(self.systems) > 1:
            return 0
        own = (self.systems[0].system.id, 1.0)
        return 1 << self.facts.index(own) if own in self.facts else 0

    def active(self, pattern: int) -> tuple[Reached, ...]:
        """Return the systems that stop under a pattern, with the routes that are active."""
        found = []
        for part, masks in zip(self.systems, self.masks, strict=True):
            routes = tuple(r for r, mask in zip(part.routes, masks, strict=True) if mask & pattern == mask)
            if routes:
                left = Reached(row=part.row, system=part.system, routes=routes)
                found.append(left if part.is_static else _simplest(left))
        return tuple(found)


class Tables:
    """Every table that was needed so far, by what stops and whose data is lost."""

    def __init__(self, portfolio: Portfolio) -> None:
        self._portfolio = portfolio
        self._tables: dict[tuple[Stops, bool], LossTable] = {}

    def of(self, stops: Stops, loses_data_row: int | None) -> LossTable:
        """Return the table of some stops."""
        loses = any(row == loses_data_row for row, _ in stops)
        key = (stops, loses)
        if key not in self._tables:
            self._tables[key] = build_table(stops, self._portfolio, loses_data_row if loses else None)
        return self._tables[key]


class Propagation:
    """The reach of one source under one set of routes.

    Parameters
    ----------
    reached : sequence of Reached
        Every system that the source can stop, in the order of the portfolio, with all routes.
    loses_data_row : int, optional
        Row of the system that loses data.
    tables : Tables
    beside : Propagation, optional
        Handles other systems that the same source reaches; its cost comes on top.
    """

    def __init__(
        self,
        reached: Sequence[Reached],
        loses_data_row: int | None,
        tables: Tables,
        beside: Propagation | None = None,
    ) -> None:
        self._beside = beside
        self.reached = tuple(reached)
        self._loses_data_row, self._tables = loses_data_row, tables
        self._facts = sorted({fact for part in reached for route in part.routes for fact in facts_of(route)})
        self._clusters: dict[tuple[frozenset[Fact], frozenset[Fact]], tuple[Cluster, ...]] = {}
        self._active: dict[tuple[Cluster, int], tuple[Reached, ...]] = {}
        self._stops: dict[tuple[Cluster, int], Stops] = {}

    def cost(self, seen: Seen, down: Down, chance: Chance, entry: Entry) -> FloatArray:
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
        if (mixed, never) not in self._clusters:
            self._clusters[mixed, never] = tuple(_cluster(self.reached, mixed, never))
        total = None if self._beside is None else self._beside.cost(seen, down, chance, entry)
        patterns: dict[tuple[Fact, ...], IntArray] = {}
        for cluster in self._clusters[mixed, never]:
            if len(cluster.facts) > MOST_FACTS:
                part = self._one_by_one(cluster.systems, seen, down, chance, entry)
            else:
                if cluster.facts not in patterns:
                    patterns[cluster.facts] = _patterns(cluster.facts, bits, seen.count)
                part = self._looked_up(cluster, patterns[cluster.facts], seen, entry, (down, chance))
            total = part if total is None else total + part
        return np.zeros(seen.count) if total is None else total

    def _looked_up(
        self, cluster: Cluster, pattern: IntArray, seen: Seen, entry: Entry, facts: tuple[Down, Chance]
    ) -> FloatArray:
        """Look up the events of each group of patterns that stops the same systems in the same way."""
        if not cluster.facts:
            return self._same_stops(cluster, 0, seen, entry)
        own = cluster.own_bit
        simplest = np.where(pattern & own, own, pattern) if own else pattern
        observed, position = _observed(simplest, len(cluster.facts))
        if len(observed) > MOST_PATTERNS:
            return self._one_by_one(cluster.systems, seen, *facts, entry)
        group_of: dict[object, int] = {}
        leaders: list[int] = []
        groups = np.empty(len(observed), dtype=np.int64)
        for number, code in enumerate(observed):
            key = self._key(cluster, code)
            if key not in group_of:
                group_of[key] = len(leaders)
                leaders.append(code)
            groups[number] = group_of[key]
        group = groups[position]
        total = np.zeros(seen.count)
        for number, code in enumerate(leaders):
            if self._active_in(cluster, code):
                chosen = np.flatnonzero(group == number)
                total[chosen] = self._same_stops(cluster, code, seen.take(chosen), entry)
        return total

    def _key(self, cluster: Cluster, code: int) -> object:
        """Tell patterns apart by what they stop, patterns of routes that differ by path one by one."""
        active = self._active_in(cluster, code)
        if not all(part.is_static for part in active):
            return code
        if (cluster, code) not in self._stops:
            self._stops[cluster, code] = tuple((part.row, shape_of(part.routes)) for part in active)
        return self._stops[cluster, code]

    def _active_in(self, cluster: Cluster, code: int) -> tuple[Reached, ...]:
        if (cluster, code) not in self._active:
            self._active[cluster, code] = cluster.active(code)
        return self._active[cluster, code]

    def _same_stops(self, cluster: Cluster, code: int, seen: Seen, entry: Entry) -> FloatArray:
        active = self._active_in(cluster, code)
        if not active:
            return np.zeros(seen.count)
        if all(part.is_static for part in active):
            stops = self._key(cluster, code)
            return book(self._tables.of(stops, self._loses_data_row), seen, entry)  # type: ignore[arg-type]
        (part,) = active
        if len(part.routes) > 1:
            return self._one_by_one(active, seen, {}, _no_chance, entry)
        (route,) = part.routes
        endless = Shape(starts=(0.0,), ends=(math.inf,), gains=(route.gain,))
        table = self._tables.of(((part.row, endless),), self._loses_data_row)
        return book(table, _begun_later(seen, route), entry)

    def _one_by_one(self, parts: Sequence[Reached], seen: Seen, down: Down, chance: Chance, entry: Entry) -> FloatArray:
        weekly = any(part.system.loss is not None and not part.system.loss.weekly_profile.is_flat for part in parts)
        loses_data = {part.system.id: True for part in parts if part.row == self._loses_data_row}
        batch = Batch(
            path=seen.path,
            start_hour=seen.start_hour() if weekly else np.zeros(seen.count),
            duration_hours=seen.duration_hours,
            capacity_lost=np.broadcast_to(seen.capacity_lost, seen.path.shape),
            loses_data=self._loses_data_row is not None,
            down={key: np.broadcast_to(hit, seen.path.shape) for key, hit in {**loses_data, **down}.items()},
            chance=chance,
        )
        found = impacts(batch, [(part.system, part.routes) for part in parts])
        for impact, part in zip(found, parts, strict=True):
            tolerance = part.system.impact_tolerance_hours
            if tolerance is not None and entry.wanted:
                entry.exceeded.append((part.row, seen.year[impact.hours > tolerance]))
        return book_impacts(found, [part.row for part in parts], seen, entry)


def facts_of(route: Route) -> tuple[Fact, ...]:
    """Return what must hold for a route to be active."""
    hits = tuple((system_id, 1.0) for system_id in sorted(route.sources))
    return hits if route.chance >= 1.0 else (*hits, (route.group, route.chance))


def _cluster(parts: Iterable[Reached], mixed: frozenset[Fact], never: frozenset[Fact]) -> Iterable[Cluster]:
    grouped: dict[tuple[tuple[Fact, ...], int], list[Reached]] = {}
    for part in parts:
        routes = tuple(route for route in part.routes if never.isdisjoint(facts_of(route)))
        if routes:
            facts = tuple(sorted(mixed.intersection(fact for route in routes for fact in facts_of(route))))
            left = Reached(row=part.row, system=part.system, routes=routes)
            grouped.setdefault((facts, -1 if left.is_static else part.row), []).append(left)
    for (facts, _), members in grouped.items():
        for start in range(0, len(members), SYSTEMS_PER_TABLE):
            yield Cluster.of(facts, members[start : start + SYSTEMS_PER_TABLE])


def _simplest(part: Reached) -> Reached:
    """Return the routes without their conditions, which hold, and without those that another one covers."""
    routes = [Route(sources=_NOBODY, gain=r.gain, start=r.start, stop=r.stop) for r in part.routes]
    return Reached(row=part.row, system=part.system, routes=uncovered(routes))


def _patterns(facts: Sequence[Fact], bits: Mapping[Fact, BoolArray | bool], count: int) -> IntArray:
    pattern = np.zeros(count, dtype=np.int64)
    for bit, fact in enumerate(facts):
        pattern |= np.asarray(bits[fact], dtype=np.int64) << bit
    return pattern


def _observed(pattern: IntArray, n_facts: int) -> tuple[list[int], IntArray]:
    """Return the patterns that occur, and the position of each event's among them."""
    if n_facts > 12:
        observed, position = np.unique(pattern, return_inverse=True)
        return observed.tolist(), position
    occurs = np.bincount(pattern) > 0
    return np.flatnonzero(occurs).tolist(), (np.cumsum(occurs) - 1)[pattern]


def _begun_later(seen: Seen, route: Route) -> Seen:
    """Return the events as a system sees them that one route stops: later and shorter by what the route says."""
    start = route.start[seen.path] if len(route.start) > 1 else route.start
    stop = route.stop[seen.path] if len(route.stop) > 1 else route.stop
    return Seen(
        path=seen.path,
        year=seen.year,
        batch=seen.batch,
        duration_hours=np.maximum(np.minimum(seen.duration_hours, stop) - start, 0.0),
        capacity_lost=seen.capacity_lost,
        start_hour=lambda: seen.start_hour() + start,
        n_batches=seen.n_batches,
    )


def _no_chance(group: str) -> FloatArray:
    raise AssertionError(f"an unconditional route asked for the chance of {group}")


def _agreed(bits: BoolArray | bool) -> BoolArray | bool:
    if isinstance(bits, bool):
        return bits
    if bits.all():
        return True
    return bits if bits.any() else False
