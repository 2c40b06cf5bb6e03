"""From events of one source to what they cost everywhere: who is down decides which case of a table holds the answer.

Systems that depend on the same uncertain facts are looked up together, all events at once. A route whose hours differ
from path to path is the same as a shorter event that begins later, so it has a table too. Only where several such routes
meet in one system, or cases are too many, events are computed one by one.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np

from rori.economics.arrays import BoolArray, FloatArray, IntArray
from rori.economics.inputs.portfolio import Portfolio
from rori.economics.interruption.outcomes import Batch, impacts
from rori.economics.interruption.routes import Route
from rori.economics.interruption.shapes import Shape, Stops, shape_of
from rori.economics.interruption.tables import LossTable
from rori.economics.interruption.tabulating import Tabulator
from rori.economics.simulation.booking import Entry, Seen, book, book_impacts
from rori.economics.simulation.clusters import Cluster, Fact, Facts, Reached, clusters_of, facts_of, patterns

MOST_CASES = 1024
MOST_FACTS = 40

Look = Callable[[Seen, IntArray | None, IntArray | slice], FloatArray]
"""Says what some events cost, given the case of each and which of all events they are."""
_UNTOUCHED = Shape(starts=(), ends=(), gains=())


class Tables:
    """Every table that was needed so far, by what stops and whose data is lost."""

    def __init__(self, portfolio: Portfolio) -> None:
        self._tabulator = Tabulator(portfolio.systems)
        self._tables: dict[tuple[tuple[Stops, ...], bool], LossTable] = {}

    def of(self, cases: tuple[Stops, ...], loses_data_row: int | None) -> LossTable:
        """Return the table of some cases, each with the same systems."""
        loses = any(row == loses_data_row for row, _ in cases[0])
        if (cases, loses) not in self._tables:
            self._tables[cases, loses] = self._tabulator.table(cases, loses_data_row if loses else None)
        return self._tables[cases, loses]


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
        self._stops: dict[tuple[Cluster, bytes], Stops | None] = {}

    def cost(self, seen: Seen, facts: Facts, entry: Entry) -> FloatArray:
        """Compute what events cost.

        Parameters
        ----------
        seen : Seen
        facts : Facts
            About the same events.
        entry : Entry
            Takes the sums.

        Returns
        -------
        ndarray, shape (n_events,)
            Euros.
        """
        if not seen.count:
            return np.zeros(0)
        total = self._own(seen, facts, entry)
        return total if self._beside is None else total + self._beside.cost(seen, facts, entry)

    def _own(self, seen: Seen, facts: Facts, entry: Entry) -> FloatArray:
        bits = {fact: facts.bit(fact) for fact in self._facts}
        mixed = {fact: bit for fact, bit in bits.items() if not isinstance(bit, bool)}
        if len(mixed) < 2 or any(fact[1] == 1.0 for fact in mixed):
            return self._sum(bits, seen, facts, entry)
        # without a coincidence all systems share a table, and that is what nearly all events are like
        unlucky = np.logical_or.reduce(list(mixed.values()))
        total = np.empty(seen.count)
        for chosen in (np.flatnonzero(~unlucky), np.flatnonzero(unlucky)):
            if chosen.size:
                usual = not unlucky[chosen[0]]
                known = bits | {fact: False if usual else bit[chosen] for fact, bit in mixed.items()}
                total[chosen] = self._sum(known, seen.take(chosen), facts.take(chosen), entry)
        return total

    def _sum(self, bits: Mapping[Fact, BoolArray | bool], seen: Seen, facts: Facts, entry: Entry) -> FloatArray:
        """Add up what the clusters cost."""
        mixed = frozenset(fact for fact, bit in bits.items() if not isinstance(bit, bool))
        never = frozenset(fact for fact, bit in bits.items() if bit is False)
        if (mixed, never) not in self._clusters:
            self._clusters[mixed, never] = tuple(clusters_of(self.reached, mixed, never))
        total: FloatArray | None = None
        known: dict[tuple[Fact, ...], IntArray | None] = {(): None}
        for cluster in self._clusters[mixed, never]:
            if len(cluster.facts) > MOST_FACTS:
                part = self._one_by_one(cluster.systems, seen, facts, entry)
            else:
                if cluster.facts not in known:
                    known[cluster.facts] = patterns(cluster.facts, bits, seen.count)
                part = self._looked_up(cluster, known[cluster.facts], seen, facts, entry)
            total = part if total is None else total + part
        return np.zeros(seen.count) if total is None else total

    def _looked_up(
        self, cluster: Cluster, pattern: IntArray | None, seen: Seen, facts: Facts, entry: Entry
    ) -> FloatArray:
        lefts, case = cluster.cases(pattern)
        if len(lefts) > MOST_CASES:
            return self._one_by_one(cluster.systems, seen, facts, entry)
        total = np.zeros(seen.count)
        for numbers, look in self._looks(cluster, lefts, facts, entry):
            if len(numbers) == len(lefts):
                return look(seen, case, slice(None))
            slot = np.full(len(lefts), -1)
            slot[numbers] = np.arange(len(numbers))
            own = slot[case]
            chosen = np.flatnonzero(own >= 0)
            total[chosen] = look(seen.take(chosen), own[chosen] if len(numbers) > 1 else None, chosen)
        return total

    def _looks(
        self, cluster: Cluster, lefts: Sequence[BoolArray], facts: Facts, entry: Entry
    ) -> Iterator[tuple[list[int], Look]]:
        """Return how to find the cost of which cases: all that have a table at once, then those that vary by path."""
        stops = [self._stops_in(cluster, left) for left in lefts]
        tabled = [number for number, found in enumerate(stops) if found]
        if tabled:
            table = self._tables.of(tuple(found for found in stops if found), self._loses_data_row)
            yield tabled, lambda seen, case, _: book(table, seen, entry, case)
        together = np.zeros(len(cluster.needed), dtype=np.bool_)
        several = []
        for number in (number for number, found in enumerate(stops) if found is None):
            ((part, routes),) = cluster.counting(lefts[number])
            if len(routes) > 1:
                several.append(number)
                together |= lefts[number]
            else:
                yield [number], self._later(part, routes[0], entry)
        if several:
            parts = [Reached(row=p.row, system=p.system, routes=routes) for p, routes in cluster.counting(together)]
            yield several, lambda seen, _, chosen: self._one_by_one(parts, seen, facts.take(chosen), entry)

    def _stops_in(self, cluster: Cluster, left: BoolArray) -> Stops | None:
        """Return what stops in one case: nothing where no route counts, None where it differs from path to path."""
        key = cluster, left.tobytes()
        if key not in self._stops:
            if (left & cluster.varies).any():
                self._stops[key] = None
            elif left.any():
                counting = cluster.counting(left)
                self._stops[key] = tuple((p.row, shape_of(routes) if routes else _UNTOUCHED) for p, routes in counting)
            else:
                self._stops[key] = ()
        return self._stops[key]

    def _later(self, part: Reached, route: Route, entry: Entry) -> Look:
        """Look up what one route does whose hours differ from path to path: events begin later and end earlier."""
        endless = Shape(starts=(0.0,), ends=(math.inf,), gains=(route.gain,))
        table = self._tables.of((((part.row, endless),),), self._loses_data_row)
        return lambda seen, _case, _chosen: book(table, _begun_later(seen, route), entry)

    def _one_by_one(self, parts: Sequence[Reached], seen: Seen, facts: Facts, entry: Entry) -> FloatArray:
        weekly = any(part.system.loss is not None and not part.system.loss.weekly_profile.is_flat for part in parts)
        loses_data = {part.system.id: True for part in parts if part.row == self._loses_data_row}
        batch = Batch(
            path=seen.path,
            start_hour=seen.starts() if weekly else np.zeros(seen.count),
            duration_hours=seen.duration_hours,
            capacity_lost=np.broadcast_to(seen.capacity_lost, seen.path.shape),
            loses_data=self._loses_data_row is not None,
            down={key: np.broadcast_to(hit, seen.path.shape) for key, hit in {**loses_data, **facts.down}.items()},
            chance=facts.chance,
        )
        found = impacts(batch, [(part.system, part.routes) for part in parts])
        for impact, part in zip(found, parts, strict=True):
            tolerance = part.system.impact_tolerance_hours
            if tolerance is not None and entry.wanted:
                entry.exceeded.append((part.row, seen.year[impact.hours > tolerance]))
        return book_impacts(found, [part.row for part in parts], seen, entry)


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
        start_hour=lambda: seen.starts() + start,
        n_batches=seen.n_batches,
    )
