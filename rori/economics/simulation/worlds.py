"""One chunk of paths while it is simulated: every source is drawn once and seen by all worlds, today's and each set's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from rori.economics.arrays import BoolArray, FloatArray, IntArray
from rori.economics.inputs.case import Case
from rori.economics.inputs.measures import Measure
from rori.economics.inputs.portfolio import CommonCause, FailureMode
from rori.economics.inputs.scenario import Adjustment, Phase, Scenario, draw_sizes, live_years, phases
from rori.economics.simulation.booking import Entry, Seen
from rori.economics.simulation.clusters import Facts
from rori.economics.simulation.events import Events, Rates, Source, adjusted, draw_rates, rates_with
from rori.economics.simulation.ledger import Ledger
from rori.economics.simulation.prepared import Live, Prepared, RoutesByReach
from rori.economics.simulation.propagation import Propagation
from rori.economics.terms import Cause

BATCHES_PER_CHUNK = 20


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Outcome:
    """What one source does in one world: losses by year, largest event of each year, sums by batch.

    `happened` holds the events as seen, with the loss of each, where a risk transfer may pay for them.
    """

    annual: FloatArray
    largest: FloatArray
    entries: list[Entry]
    happened: list[tuple[Events, Seen, FloatArray]] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Setting:
    """How one source stands under a set of measures: phases, what changes in each, and the reach in each."""

    cut: tuple[Phase, ...]
    scenarios: tuple[Scenario, ...]
    reaches: tuple[Propagation, ...]


class Chunk:
    """Simulates the sources of one chunk.

    Parameters
    ----------
    prepared : Prepared
    case : Case
        Seed and horizon; its own measures do not matter here.
    sets : sequence of tuple of Measure
        One world each, beside today's; details and risk transfers are kept of the first.
    number, n_paths : int
        The chunk and its number of paths.
    detailed : bool
        Whether systems, components, causes and tolerances are kept.
    """

    def __init__(
        self,
        prepared: Prepared,
        case: Case,
        sets: Sequence[tuple[Measure, ...]],
        *,
        number: int,
        n_paths: int,
        detailed: bool,
    ) -> None:
        self._prepared, self._case, self._sets = prepared, case, sets
        self._number, self.n_paths, self._detailed = number, n_paths, detailed
        everything = {measure.id: measure for chosen in sets for measure in chosen}
        self._sizes = draw_sizes(tuple(everything.values()), case, number, n_paths)
        self.n_batches = min(BATCHES_PER_CHUNK, n_paths)
        self.batch_of_path = np.arange(n_paths) * self.n_batches // n_paths
        self._drawn_routes: dict[Live, RoutesByReach] = {}
        self._drawn_reach: dict[tuple[str, Live], Propagation] = {}
        n_systems, n_years = len(prepared.portfolio.systems), n_paths * case.horizon_years
        today = Ledger(n_systems, n_years, self.n_batches, detailed=detailed)
        self.ledgers = [today]
        for number_of_set, chosen in enumerate(sets):
            prevents = any(measure.transfer is None for measure in chosen)
            kept = detailed and number_of_set == 0
            self.ledgers.append(Ledger(n_systems, n_years, self.n_batches, detailed=kept) if prevents else today)
        self._transfers = tuple(measure for measure in sets[0] if measure.transfer is not None)
        self.paid = np.zeros((len(self._transfers), n_years))

    def run(self, source: Source) -> int:
        """Simulate one source in all worlds; return how many events today's design sees."""
        rates = draw_rates(source, self._case, self._number, self.n_paths)
        events = self._events(source, rates, seen_without=True)
        reach = self._reach(source, ())
        today = self._closed([self._booked(events, self._seen(events), [reach], None, self._down(events, None, ()))])
        cause = source.cause if isinstance(source, FailureMode) else Cause.COMMON_CAUSE
        self.ledgers[0].book(today.annual, today.largest, today.entries, cause)
        found: dict[tuple[Live, bool], Outcome] = {((), False): today}
        for world, chosen in enumerate(self._sets, start=1):
            relevant, moved = self._relevant(source, reach, chosen)
            key = _ids(relevant), moved
            if key not in found:
                found[key] = self._with_measures(events, rates, relevant, None if moved else reach)
            if self.ledgers[world] is not self.ledgers[0]:
                self.ledgers[world].book(found[key].annual, found[key].largest, found[key].entries, cause)
            if world == 1:
                self._pay(found[key])
        return events.count

    def _relevant(
        self, source: Source, today: Propagation, chosen: tuple[Measure, ...]
    ) -> tuple[tuple[Measure, ...], bool]:
        """Pick the measures of a set that change anything about the source, and say whether its reach changes."""
        preventing = tuple(measure for measure in chosen if measure.transfer is None)
        on_routes = self._prepared.on_routes(preventing)
        spans = phases(on_routes, self._case.horizon_years)
        moved = any(self._reach(source, _ids(phase.live)) is not today for phase in spans)
        routing = set(_ids(on_routes)) if moved else set()
        relevant = (m for m in preventing if m.id in routing or self._prepared.touches(m, source))
        return tuple(relevant), moved

    def _with_measures(
        self, events: Events, without: FloatArray, relevant: tuple[Measure, ...], reach: Propagation | None
    ) -> Outcome:
        """See a source with the measures that matter to it; `reach` is today's where they do not change it."""
        source = events.source
        cut = phases(relevant, self._case.horizon_years)
        setting = Setting(
            cut=cut,
            scenarios=tuple(self._prepared.scenario(source, phase.live, self._sizes) for phase in cut),
            reaches=tuple(
                self._reach(source, _ids(self._prepared.on_routes(phase.live))) if reach is None else reach
                for phase in cut
            ),
        )
        rates = rates_with(without, source, setting.scenarios)
        parts = [self._seen_with(events, rates, setting)]
        added = rates.added
        if added.any():
            parts.append(self._seen_with(self._events(source, added, seen_without=False), rates, setting))
        return self._closed(parts)

    def _seen_with(self, events: Events, rates: Rates, setting: Setting) -> tuple[Events, Seen, FloatArray, Entry]:
        phase = events.phases(setting.cut)
        key = events.source.id
        hours = adjusted(events.duration_hours, events, phase, [s.durations.get(key) for s in setting.scenarios])
        capacity = adjusted(events.capacity_lost, events, phase, [s.capacities.get(key) for s in setting.scenarios])
        seen = self._seen(events, np.asarray(hours), capacity)
        kept = rates.kept(events, phase)
        if kept is not None and not kept.all():
            chosen = np.flatnonzero(kept)
            seen, phase = seen.take(chosen), None if phase is None else phase[chosen]
        return self._booked(events, seen, setting.reaches, phase, self._down(events, phase, setting.scenarios, seen))

    def _booked(
        self,
        events: Events,
        seen: Seen,
        reaches: Sequence[Propagation],
        phase: IntArray | None,
        down: dict[str, BoolArray | bool],
    ) -> tuple[Events, Seen, FloatArray, Entry]:
        entry = Entry.empty(self.n_batches, wanted=self._detailed)

        facts = Facts(down=down, chance=lambda group: seen.of_all(events.uniform("chance", group)))
        if phase is None or all(reach is reaches[0] for reach in reaches):
            return events, seen, reaches[0].cost(seen, facts, entry), entry
        total = np.zeros(seen.count)
        for number, reach in enumerate(reaches):
            chosen = np.flatnonzero(phase == number)
            total[chosen] = reach.cost(seen.take(chosen), facts.take(chosen), entry)
        return events, seen, total, entry

    def _closed(self, parts: Sequence[tuple[Events, Seen, FloatArray, Entry]]) -> Outcome:
        n_years = self.n_paths * self._case.horizon_years
        largest = np.zeros(n_years)
        for _, seen, total, _ in parts:
            np.maximum.at(largest, seen.year, total)
        losses = [np.bincount(seen.year, weights=total, minlength=n_years) for _, seen, total, _ in parts]
        annual = np.asarray(losses[0] if len(losses) == 1 else losses[0] + losses[1], dtype=np.float64)
        happened = [(events, seen, total) for events, seen, total, _ in parts] if self._transfers else []
        return Outcome(annual=annual, largest=largest, entries=[part[3] for part in parts], happened=happened)

    def _seen(
        self, events: Events, hours: FloatArray | None = None, capacity: float | FloatArray | None = None
    ) -> Seen:
        return Seen(
            path=events.path,
            year=events.year,
            batch=self.batch_of_path[events.path],
            duration_hours=events.duration_hours if hours is None else hours,
            capacity_lost=_settled(events.capacity_lost if capacity is None else capacity),
            start_hour=events.start_hour,
            n_batches=self.n_batches,
            known=events.integrals,
        )

    def _down(
        self, events: Events, phase: IntArray | None, scenarios: Sequence[Scenario], seen: Seen | None = None
    ) -> dict[str, BoolArray | bool]:
        """Which systems fail directly: one for a failure mode, every exposed one by chance for a common cause."""
        source = events.source
        if not isinstance(source, CommonCause):
            return {source.system_id: True}
        path = events.path if seen is None else seen.path
        down: dict[str, BoolArray | bool] = {}
        for system_id in sorted(self._prepared.direct(source)):
            likely = _changed(
                source.hit_probability, path, phase, [s.hits.get((source.id, system_id)) for s in scenarios]
            )
            reached = _changed(
                source.share_reached, path, phase, [s.shares.get((source.id, system_id)) for s in scenarios]
            )
            probability = likely * reached
            if np.ndim(probability) == 0 and float(probability) >= 1.0:
                down[system_id] = True
            else:
                uniforms = events.uniform("hit", system_id)
                down[system_id] = (uniforms if seen is None else seen.of_all(uniforms)) < probability
        return down

    def _events(self, source: Source, rates: FloatArray, *, seen_without: bool) -> Events:
        return Events(source, self._case, self._number, n_paths=self.n_paths, rates=rates, seen_without=seen_without)

    def _reach(self, source: Source, live: Live) -> Propagation:
        shared = self._prepared.reach(source, live)
        if shared is not None:
            return shared
        key = (source.id, live)
        if key not in self._drawn_reach:
            if live not in self._drawn_routes:
                self._drawn_routes[live] = self._prepared.drawn_routes(live, self._sizes)
            self._drawn_reach[key] = self._prepared.reach_along(source, self._drawn_routes[live])
        return self._drawn_reach[key]

    def _pay(self, outcome: Outcome) -> None:
        """Book what the risk transfers of the first set pay for the events of one source."""
        for events, seen, total in outcome.happened:
            at_years, unpaid = seen.of_all(events.at_years), total
            for row, measure in enumerate(self._transfers):
                terms = measure.transfer
                if terms is None:
                    continue
                live, ends = live_years(measure, self._case.horizon_years)
                covered = (seen.duration_hours > terms.waiting_hours) & (at_years >= live) & (at_years < ends)
                pays = np.clip(unpaid - terms.deductible_eur_per_event, 0.0, terms.limit_eur_per_event) * covered
                unpaid = unpaid - pays
                self.paid[row] += np.bincount(seen.year, weights=pays, minlength=self.paid.shape[1])


def _ids(measures: Sequence[Measure]) -> Live:
    return tuple(measure.id for measure in measures)


def _settled(capacity: float | FloatArray) -> float | FloatArray:
    """Cap capacity at 1; the same for all events is one number, whoever says so."""
    if isinstance(capacity, float):
        return min(capacity, 1.0)
    capped = np.minimum(capacity, 1.0)
    return float(capped[0]) if len(capped) and bool((capped == capped[0]).all()) else capped


def _changed(
    base: float, path: IntArray, phase: IntArray | None, changes: Sequence[Adjustment | None]
) -> float | FloatArray:
    """Apply changes to a probability, at most 1; one number where nothing changes it."""
    if all(change is None for change in changes):
        return base
    values = np.full(len(path), base)
    for number, change in enumerate(changes):
        if change is not None:
            within = slice(None) if phase is None else phase == number
            values[within] = np.minimum(change.apply(values[within], path[within]), 1.0)  # type: ignore[arg-type]
    return values
