"""The event-based simulation: paths x years, with and without measures on common random numbers (model section 4).

A path draws once what is not known (rates, how well measures work); its years draw what chance does. Paths come in
chunks, every chunk has random streams of its own, and chunks are merged in order: figures do not depend on who computes
which chunk. Any number of sets of measures can be seen by the same events.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from rori.economics.arrays import FloatArray
from rori.economics.inputs.case import Case
from rori.economics.inputs.measures import Measure
from rori.economics.inputs.portfolio import Portfolio
from rori.economics.inputs.scenario import TODAY
from rori.economics.interruption.routes import Routes, find_routes, own_unavailability
from rori.economics.simulation.events import Source
from rori.economics.simulation.ledger import BatchSums, Ledger
from rori.economics.simulation.prepared import Prepared
from rori.economics.simulation.worlds import Chunk

YEARS_PER_CHUNK = 50_000
EVENTS_PER_CHUNK = 1_000_000
"""Both are part of the model version: chunks have their own streams, so another size gives other (equally good) figures.

The second bounds memory where one source has very many events.
"""

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """All that every chunk needs and no chunk changes.

    Attributes
    ----------
    portfolio : Portfolio
    case : Case
    sets : tuple of tuple of Measure
        The sets of measures to compare with today's design: one for a case, any number for decisions.
    routes_today : mapping
        Routes in today's design.
    detailed : bool
        Whether systems, components, causes and tolerances are wanted.
    """

    portfolio: Portfolio
    case: Case
    sets: tuple[tuple[Measure, ...], ...]
    routes_today: Routes
    detailed: bool = True

    @property
    def measures(self) -> tuple[Measure, ...]:
        """The measures of the first set: those of the case."""
        return self.sets[0]

    @property
    def transfers(self) -> tuple[Measure, ...]:
        """The risk transfers of the first set."""
        return tuple(measure for measure in self.measures if measure.transfer is not None)

    @property
    def sources(self) -> tuple[Source, ...]:
        """Everything that can happen."""
        return (*self.portfolio.failure_modes, *self.portfolio.common_causes)

    @property
    def paths_per_chunk(self) -> int:
        """Number of paths in every chunk but the last."""
        highest = max((source.events_per_year.mean for source in self.sources), default=0.0)
        years = min(float(YEARS_PER_CHUNK), EVENTS_PER_CHUNK / max(highest, 1.0))
        return max(1, int(years) // self.case.horizon_years)

    @property
    def n_chunks(self) -> int:
        """Number of chunks."""
        return math.ceil(self.case.n_paths / self.paths_per_chunk)

    def paths_in(self, chunk: int) -> int:
        """Return the number of paths of one chunk."""
        return min(self.paths_per_chunk, self.case.n_paths - chunk * self.paths_per_chunk)

    def prepared(self) -> Prepared:
        """Return an empty memory of what chunks share; hand it to every chunk that one process computes."""
        return Prepared(self.portfolio, self.routes_today)


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """What the simulation yields, over all paths; worlds are today's design [0], then one per set.

    Attributes
    ----------
    annual, largest : ndarray, shape (n_worlds, n_paths, horizon)
        Loss of each year and its largest single event, euros.
    paid : ndarray, shape (n_transfers, n_paths, horizon)
        What risk transfers of the first set pay each year, euros.
    systems, hours, exceeded, components, causes : BatchSums, shape (3, n_things)
        Per year: [0] without, [1] with the first set, [2] without - with; of nothing where no details are wanted.
    n_events : int
        Events simulated in today's design.
    """

    annual: FloatArray
    largest: FloatArray
    paid: FloatArray
    systems: BatchSums
    hours: BatchSums
    exceeded: BatchSums
    components: BatchSums
    causes: BatchSums
    n_events: int

    def merged(self, other: Totals) -> Totals:
        """Put the paths of another chunk behind these."""
        return merge((self, other))


Runner = Callable[[Plan, Progress | None], Totals]
"""What runs all chunks of a plan: `simulate`, or a pool of processes that gives the same bits."""


def merge(parts: Sequence[Totals]) -> Totals:
    """Put chunks together, in order."""
    return Totals(
        annual=np.concatenate([part.annual for part in parts], axis=1),
        largest=np.concatenate([part.largest for part in parts], axis=1),
        paid=np.concatenate([part.paid for part in parts], axis=1),
        systems=_joined(part.systems for part in parts),
        hours=_joined(part.hours for part in parts),
        exceeded=_joined(part.exceeded for part in parts),
        components=_joined(part.components for part in parts),
        causes=_joined(part.causes for part in parts),
        n_events=sum(part.n_events for part in parts),
    )


def make_plan(portfolio: Portfolio, case: Case) -> Plan:
    """Prepare the simulation of one case.

    Raises
    ------
    NotFoundError
        When the case names a measure that the portfolio does not hold.
    """
    return plan_sets(portfolio, case, (case.measure_ids,), detailed=True)


def plan_sets(portfolio: Portfolio, case: Case, sets: Iterable[tuple[str, ...]], *, detailed: bool) -> Plan:
    """Prepare the simulation of several sets of measures on the same events.

    Parameters
    ----------
    portfolio : Portfolio
    case : Case
        Seed, horizon and number of paths; its own measures do not matter.
    sets : iterable of tuple of str
        Ids of measures, at least one set; a set may be empty.
    detailed : bool
        Whether systems, components, causes and tolerances are wanted (of the first set).

    Raises
    ------
    NotFoundError
        When a set names a measure that the portfolio does not hold.
    """
    return Plan(
        portfolio=portfolio,
        case=case,
        sets=tuple(portfolio.chosen_measures(chosen) for chosen in sets),
        routes_today=find_routes(portfolio, TODAY, own_unavailability(portfolio, TODAY)),
        detailed=detailed,
    )


def simulate(plan: Plan, progress: Progress | None = None) -> Totals:
    """Run all chunks of a plan in this process, in order.

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
    prepared = plan.prepared()
    for chunk in range(plan.n_chunks):
        totals.append(simulate_chunk(plan, chunk, prepared))
        if progress is not None:
            progress(chunk + 1, plan.n_chunks)
    return merge(totals)


def simulate_chunk(plan: Plan, chunk: int, prepared: Prepared | None = None) -> Totals:
    """Simulate one chunk of paths; depends on the plan and the chunk's number alone.

    Parameters
    ----------
    plan : Plan
    chunk : int
        In [0, n_chunks).
    prepared : Prepared, optional
        `plan.prepared()`, shared by chunks to save time; it changes no figure.
    """
    n_paths = plan.paths_in(chunk)
    shared = plan.prepared() if prepared is None else prepared
    worlds = Chunk(shared, plan.case, plan.sets, number=chunk, n_paths=n_paths, detailed=plan.detailed)
    n_events = sum(worlds.run(source) for source in plan.sources)
    shape = (n_paths, plan.case.horizon_years)
    limits = [measure.transfer.limit_eur_per_year for measure in plan.transfers if measure.transfer is not None]
    paid = np.minimum(worlds.paid, np.array(limits).reshape(-1, 1))
    pair = worlds.ledgers[:2]
    sizes = np.bincount(worlds.batch_of_path, minlength=worlds.n_batches)
    years = (sizes * plan.case.horizon_years).astype(np.float64)
    return Totals(
        annual=np.stack([ledger.annual.reshape(shape) for ledger in worlds.ledgers]),
        largest=np.stack([ledger.largest.reshape(shape) for ledger in worlds.ledgers]),
        paid=paid.reshape(-1, *shape),
        systems=_paired([ledger.by_system for ledger in pair], years),
        hours=_paired([ledger.hours for ledger in pair], years),
        exceeded=_paired([_years_exceeded(ledger, years) for ledger in pair], years),
        components=_paired([ledger.by_component for ledger in pair], years),
        causes=_paired([ledger.by_cause for ledger in pair], years),
        n_events=n_events,
    )


def _years_exceeded(ledger: Ledger, years: FloatArray) -> FloatArray:
    starts = np.concatenate(([0], np.cumsum(years)[:-1])).astype(np.int64)
    counts = np.zeros((len(ledger.exceeded), len(starts)))
    for row in np.flatnonzero(ledger.exceeded.any(axis=1)):
        counts[row] = np.add.reduceat(ledger.exceeded[row], starts, dtype=np.int64)
    return counts


def _paired(sums: Sequence[FloatArray], years: FloatArray) -> BatchSums:
    without, with_measures = sums
    return BatchSums(sums=np.stack([without, with_measures, without - with_measures]), years=years)


def _joined(parts: Iterable[BatchSums]) -> BatchSums:
    found = tuple(parts)
    return BatchSums(
        sums=np.concatenate([part.sums for part in found], axis=-1),
        years=np.concatenate([part.years for part in found]),
    )
