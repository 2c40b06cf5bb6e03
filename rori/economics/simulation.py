"""The event-based simulation: paths x years, with and without measures on common random numbers (model section 4).

A path draws once what is not known (rates, how well measures work); its years draw what chance does. Paths come in
chunks, every chunk has random streams of its own, and chunks are merged in order: figures do not depend on who computes
which chunk.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from rori.economics.arrays import BoolArray, FloatArray
from rori.economics.case import Case
from rori.economics.events import (
    Events,
    Rates,
    Source,
    capacities_with,
    draw_events,
    draw_rates,
    durations_with,
)
from rori.economics.ledger import COMPONENTS, Booking, Ledger, Moments
from rori.economics.measures import Measure
from rori.economics.outcomes import Batch, Impact, Reach, impacts, reach_of
from rori.economics.portfolio import FailureMode, Portfolio
from rori.economics.routes import Routes, find_routes, own_unavailability
from rori.economics.scenario import TODAY, Phase, Scenario, draw_sizes, mean_sizes, phases, resolve
from rori.economics.streams import stream
from rori.economics.terms import Cause

YEARS_PER_CHUNK = 20_000
"""Part of the model version: chunks have their own streams, so another size gives other (equally good) figures."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """All that every chunk needs and no chunk changes.

    `routes_by_phase` holds None for a phase whose buffers or failovers a measure changes by an uncertain size: those
    routes are found per chunk, once the size is drawn.
    """

    portfolio: Portfolio
    case: Case
    measures: tuple[Measure, ...]
    cut: tuple[Phase, ...]
    routes_today: Routes
    routes_by_phase: tuple[Routes | None, ...]

    @property
    def transfers(self) -> tuple[Measure, ...]:
        """The risk transfers of the case."""
        return tuple(measure for measure in self.measures if measure.transfer is not None)

    @property
    def paths_per_chunk(self) -> int:
        """Number of paths in every chunk but the last."""
        return max(1, YEARS_PER_CHUNK // self.case.horizon_years)

    @property
    def n_chunks(self) -> int:
        """Number of chunks."""
        return math.ceil(self.case.n_paths / self.paths_per_chunk)

    def paths_in(self, chunk: int) -> int:
        """Return the number of paths of one chunk."""
        return min(self.paths_per_chunk, self.case.n_paths - chunk * self.paths_per_chunk)


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """What the simulation yields, over all paths.

    Attributes
    ----------
    annual, largest : ndarray, shape (2, n_paths, horizon)
        Loss of each year and its largest single event, euros: [0] without, [1] with measures.
    paid : ndarray, shape (n_transfers, n_paths, horizon)
        What risk transfers pay each year, euros.
    systems, hours, exceeded, components, causes : Moments, shape (3, n_things)
        Per year: [0] without, [1] with, [2] without - with.
    n_events : int
        Events simulated in today's design.
    """

    annual: FloatArray
    largest: FloatArray
    paid: FloatArray
    systems: Moments
    hours: Moments
    exceeded: Moments
    components: Moments
    causes: Moments
    n_events: int

    def merged(self, other: Totals) -> Totals:
        """Put the paths of another chunk behind these."""
        return Totals(
            annual=np.concatenate([self.annual, other.annual], axis=1),
            largest=np.concatenate([self.largest, other.largest], axis=1),
            paid=np.concatenate([self.paid, other.paid], axis=1),
            systems=self.systems.merged(other.systems),
            hours=self.hours.merged(other.hours),
            exceeded=self.exceeded.merged(other.exceeded),
            components=self.components.merged(other.components),
            causes=self.causes.merged(other.causes),
            n_events=self.n_events + other.n_events,
        )


def make_plan(portfolio: Portfolio, case: Case) -> Plan:
    """Prepare the simulation of one case.

    Raises
    ------
    NotFoundError
        When the case names a measure that the portfolio does not hold.
    """
    measures = portfolio.chosen_measures(case.measure_ids)
    cut = phases(measures, case.horizon_years)
    today = find_routes(portfolio, TODAY, own_unavailability(portfolio, TODAY))
    return Plan(
        portfolio=portfolio,
        case=case,
        measures=measures,
        cut=cut,
        routes_today=today,
        routes_by_phase=tuple(_routes_of(portfolio, phase, today) for phase in cut),
    )


def _routes_of(portfolio: Portfolio, phase: Phase, today: Routes) -> Routes | None:
    """Find the routes of a phase, None when they wait for drawn sizes."""
    expected = resolve(portfolio, phase.live, mean_sizes(phase.live))
    if expected.buffers or expected.failovers:
        return None
    grouped = any(link.redundancy_group for link in portfolio.dependencies)
    if not grouped or not (expected.rates or expected.durations):
        return today
    return find_routes(portfolio, expected, own_unavailability(portfolio, expected))


def simulate(plan: Plan, progress: Callable[[int, int], None] | None = None) -> Totals:
    """Run all chunks of a plan, in order.

    Parameters
    ----------
    plan : Plan
    progress : callable, optional
        Called with (chunks done, chunks in all) after every chunk; raising from it stops the run.

    Returns
    -------
    Totals
    """
    totals: list[Totals] = []
    for chunk in range(plan.n_chunks):
        totals.append(simulate_chunk(plan, chunk))
        if progress is not None:
            progress(chunk + 1, plan.n_chunks)
    merged = totals[0]
    for other in totals[1:]:
        merged = merged.merged(other)
    return merged


def simulate_chunk(plan: Plan, chunk: int) -> Totals:
    """Simulate one chunk of paths; depends on the plan and the chunk's number alone."""
    world = _World(plan, chunk)
    sources: tuple[Source, ...] = (*plan.portfolio.failure_modes, *plan.portfolio.common_causes)
    return world.totals(sum(world.run(source) for source in sources))


class _World:
    """One chunk while it is being simulated: drawn sizes, scenarios, routes and the two ledgers."""

    def __init__(self, plan: Plan, chunk: int) -> None:
        self.plan, self.chunk = plan, chunk
        self.n_paths = plan.paths_in(chunk)
        sizes = draw_sizes(plan.measures, plan.case, chunk, self.n_paths)
        self.scenarios = [resolve(plan.portfolio, phase.live, sizes) for phase in plan.cut]
        self.routes = [self._routes(number) for number in range(len(plan.cut))]
        systems, horizon = plan.portfolio.systems, plan.case.horizon_years
        self.without = Ledger(systems, (), self.n_paths, horizon)
        self.with_measures = Ledger(systems, plan.transfers, self.n_paths, horizon)

    def _routes(self, number: int) -> Routes:
        found = self.plan.routes_by_phase[number]
        if found is not None:
            return found
        expected = resolve(self.plan.portfolio, self.plan.cut[number].live, mean_sizes(self.plan.cut[number].live))
        shares = own_unavailability(self.plan.portfolio, expected)
        return find_routes(self.plan.portfolio, self.scenarios[number], shares)

    def run(self, source: Source) -> int:
        """Simulate one source in both worlds; return how many events today's design sees."""
        rates = draw_rates(source, self.plan.case, self.chunk, self.n_paths, self.scenarios)
        events = draw_events(source, self.plan.case, self.chunk, rates.without, self.plan.cut, seen_without=True)
        before = self._impacts(source, events, self.plan.routes_today, events.duration_hours, None)
        self._book(self.without, source, events, events.duration_hours, before)
        if self._untouched(source):
            self._book(self.with_measures, source, events, events.duration_hours, before)
            return events.count
        self._run_with(source, events, rates)
        if rates.added.any():
            added = draw_events(source, self.plan.case, self.chunk, rates.added, self.plan.cut, seen_without=False)
            self._run_with(source, added, rates)
        return events.count

    def _run_with(self, source: Source, events: Events, rates: Rates) -> None:
        hours = np.where(rates.kept(events), durations_with(events, source, self.scenarios), 0.0)
        seen = replace(events, duration_hours=hours, capacity_lost=capacities_with(events, source, self.scenarios))
        if all(routes is self.routes[0] for routes in self.routes):
            found = self._impacts(source, seen, self.routes[0], hours, self.scenarios)
        else:
            found = self._impacts_by_phase(source, seen)
        self._book(self.with_measures, source, seen, hours, found)

    def _impacts_by_phase(self, source: Source, events: Events) -> list[Impact]:
        """Use each phase's own routes for its events: an event of another phase has duration 0 in the meantime."""
        combined: dict[str, Impact] = {}
        for number, routes in enumerate(self.routes):
            hours = np.where(events.phase == number, events.duration_hours, 0.0)
            for impact in self._impacts(source, events, routes, hours, self.scenarios):
                seen = combined.get(impact.system_id)
                combined[impact.system_id] = impact if seen is None else _added(seen, impact)
        return [combined[system.id] for system in self.plan.portfolio.systems if system.id in combined]

    def _impacts(
        self, source: Source, events: Events, routes: Routes, hours: FloatArray, scenarios: Sequence[Scenario] | None
    ) -> list[Impact]:
        down = self._down(source, events, scenarios)
        kind = "chance" if events.seen_without else "added chance"
        batch = Batch(
            path=events.path,
            start_hour=events.start_hour,
            duration_hours=hours,
            capacity_lost=events.capacity_lost,
            loses_data=isinstance(source, FailureMode) and source.loses_data,
            down=down,
            chance=lambda group: self._stream(kind, source.id, group).random(events.count),
        )
        reach: Reach = reach_of(frozenset(down), self.plan.portfolio.systems, routes)
        return impacts(batch, reach)

    def _down(self, source: Source, events: Events, scenarios: Sequence[Scenario] | None) -> dict[str, BoolArray]:
        """Which systems fail directly in each event: one for a failure mode, every exposed one by chance for a common cause."""
        if isinstance(source, FailureMode):
            return {source.system_id: np.ones(events.count, dtype=np.bool_)}
        kind = "hit" if events.seen_without else "added hit"
        down = {}
        for system in self.plan.portfolio.systems:
            if source.tag in system.tags:
                likely = np.full(events.count, source.hit_probability)
                reached = np.full(events.count, source.share_reached)
                for number, scenario in enumerate(scenarios or ()):
                    within = events.phase == number
                    for values, found in ((likely, scenario.hits), (reached, scenario.shares)):
                        change = found.get((source.id, system.id))
                        if change is not None:
                            values[within] = np.minimum(change.apply(values[within], events.path[within]), 1.0)
                uniforms = self._stream(kind, source.id, system.id).random(events.count)
                down[system.id] = uniforms < likely * reached
        return down

    def _untouched(self, source: Source) -> bool:
        changed = any(
            source.id in scenario.rates
            or source.id in scenario.durations
            or source.id in scenario.capacities
            or any(cause == source.id for cause, _ in (*scenario.hits, *scenario.shares))
            for scenario in self.scenarios
        )
        return not changed and all(routes is self.plan.routes_today for routes in self.routes)

    def _book(self, ledger: Ledger, source: Source, events: Events, hours: FloatArray, found: list[Impact]) -> None:
        cause = source.cause if isinstance(source, FailureMode) else Cause.COMMON_CAUSE
        ledger.book(
            Booking(path=events.path, at_years=events.at_years, duration_hours=hours, cause=cause, impacts=found)
        )

    def _stream(self, *name: str) -> np.random.Generator:
        return stream(self.plan.case.seed, self.chunk, *name)

    def totals(self, n_events: int) -> Totals:
        """Close the ledgers."""
        shape = (self.n_paths, self.plan.case.horizon_years)
        worlds = (self.without, self.with_measures)
        limits = [m.transfer.limit_eur_per_year for m in self.plan.transfers if m.transfer is not None]
        paid = np.minimum(self.with_measures.paid, np.array(limits).reshape(-1, 1))
        return Totals(
            annual=np.stack([world.annual.reshape(shape) for world in worlds]),
            largest=np.stack([world.largest.reshape(shape) for world in worlds]),
            paid=paid.reshape(-1, *shape),
            systems=self._paired([world.by_system for world in worlds]),
            hours=self._paired([world.hours for world in worlds]),
            exceeded=self._paired([world.exceeded.reshape(-1, *shape).sum(axis=2) for world in worlds]),
            components=self._paired([world.by_component for world in worlds]),
            causes=self._paired([world.by_cause for world in worlds]),
            n_events=n_events,
        )

    def _paired(self, totals: list[FloatArray]) -> Moments:
        without, with_measures = (values / self.plan.case.horizon_years for values in totals)
        return Moments.over_paths(np.stack([without, with_measures, without - with_measures]))


def _added(left: Impact, right: Impact) -> Impact:
    """Put the events of two phases together: where one phase has an event, the other holds zeros."""
    components = [c for c in COMPONENTS if c in left.loss or c in right.loss]
    return Impact(
        system_id=left.system_id,
        loss={c: left.loss.get(c, 0.0) + right.loss.get(c, 0.0) for c in components},  # type: ignore[misc]
        capacity_hours=left.capacity_hours + right.capacity_hours,
        hours=left.hours + right.hours,
    )
