"""Which laws hold in which year: a case turned into compound Poisson terms, source by source (model section 5).

Given the parameters, the loss of a year is a sum of independent compound Poisson variables, one per source. A year is
cut into the phases during which the same measures are live; the events of its parts add up. Uncertain effect sizes are
shared by all sources and all years of a path, so they become a few nodes: in each the sources are independent.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from scipy.stats.qmc import Sobol

from rori.economics.arrays import FloatArray
from rori.economics.exact.laws import CapacityLaw, DurationLaw, EventLaw
from rori.economics.exact.realised import require_whole_replacements
from rori.economics.inputs.case import Case
from rori.economics.inputs.estimates import LognormalEstimate, PertEstimate
from rori.economics.inputs.measures import Measure
from rori.economics.inputs.portfolio import CommonCause, FailureMode, Portfolio, System
from rori.economics.inputs.scenario import TODAY, Adjustment, Phase, Scenario, mean_sizes, phases, resolve
from rori.economics.interruption.outcomes import Reach, reach_of
from rori.economics.interruption.routes import Route, Routes, find_routes, own_unavailability
from rori.economics.simulation.events import Source

COARSER_NODES = 4
CERTAIN_CAPACITY = PertEstimate(low=1.0, likely=1.0, high=1.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """Events of one kind: `scaled` times the source's uncertain rate plus `fixed` events per year."""

    event: EventLaw
    scaled: float
    fixed: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceLaw:
    """The events of one source in one year, given the effect sizes."""

    rate: LognormalEstimate
    terms: tuple[Term, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """One kind of year at one node of the effect sizes: its probability, its years (from 1) and the law of every source."""

    weight: float
    years: tuple[int, ...]
    laws: tuple[SourceLaw, ...]


class ReachBook:
    """Numbers every distinct reach, so that equal ones have equal severities whatever brought them about."""

    def __init__(self) -> None:
        self.reaches: list[Reach] = []
        self._routes: dict[tuple[object, ...], Routes] = {}
        self._numbers: dict[tuple[object, ...], int] = {}
        self._found: dict[tuple[int, frozenset[str], int], int] = {}
        self._kept: list[Routes] = []

    def routes(self, portfolio: Portfolio, live: tuple[Measure, ...], scenario: Scenario) -> Routes:
        """Return the routes of a phase, from memory where nothing that they depend on has changed."""
        shares: dict[str, float] = {}
        if any(link.redundancy_group for link in portfolio.dependencies):
            shares = own_unavailability(portfolio, resolve(portfolio, live, mean_sizes(live)))
        edges = tuple(
            (
                key,
                *(
                    None if part is None else tuple(part)
                    for part in (change.factor, change.replacement, change.reached)
                ),
            )
            for changes in (scenario.buffers, scenario.failovers)
            for key, change in changes.items()
        )
        key = (edges, tuple(shares.values()))
        if key not in self._routes:
            self._routes[key] = find_routes(portfolio, scenario, shares)
        return self._routes[key]

    def number(self, systems: tuple[System, ...], routes: Routes, direct: frozenset[str], node: int) -> int:
        """Return the number of what failures of `direct` reach at one node of the effect sizes."""
        key = (id(routes), direct, node)
        if key not in self._found:
            if not any(routes is kept for kept in self._kept):
                self._kept.append(routes)
            reach = [(s, tuple(_at(r, node) for r in usable)) for s, usable in reach_of(direct, systems, routes)]
            content = tuple((s.id, tuple(_content(r) for r in usable)) for s, usable in reach)
            if content not in self._numbers:
                self._numbers[content] = len(self.reaches)
                self.reaches.append(reach)
            self._found[key] = self._numbers[content]
        return self._found[key]


def sources_of(portfolio: Portfolio) -> tuple[Source, ...]:
    """Return failure modes and common causes in the order that every law follows."""
    return (*portfolio.failure_modes, *portfolio.common_causes)


def today(portfolio: Portfolio, book: ReachBook) -> tuple[SourceLaw, ...]:
    """Return the law of every source without measures."""
    routes = book.routes(portfolio, (), TODAY)
    return tuple(
        _merged(source, [(1.0, _term(_View(portfolio, source, TODAY, routes, 0), book))])
        for source in sources_of(portfolio)
    )


def states_with(
    portfolio: Portfolio, case: Case, n_nodes: int, book: ReachBook, without: tuple[SourceLaw, ...]
) -> tuple[State, ...]:
    """Return the kinds of year with the measures of the case: year pattern x node of the effect sizes."""
    measures = portfolio.chosen_measures(case.measure_ids)
    require_whole_replacements(measures)
    cut = phases(measures, case.horizon_years)
    sizes, count = size_nodes(measures, n_nodes)
    scenarios = [resolve(portfolio, phase.live, sizes) for phase in cut]
    routes = [book.routes(portfolio, phase.live, scenario) for phase, scenario in zip(cut, scenarios, strict=True)]
    sources = sources_of(portfolio)
    states = []
    for node in range(count):
        by_phase = [
            _phase_terms(_Phase(portfolio, scenario, found, node, count > 1), book, without)
            for scenario, found in zip(scenarios, routes, strict=True)
        ]
        for shares, years in _year_patterns(cut, case.horizon_years).items():
            laws = tuple(
                _year_law(source, [(share, terms[i]) for share, terms in zip(shares, by_phase, strict=True)], plain)
                for i, (source, plain) in enumerate(zip(sources, without, strict=True))
            )
            states.append(State(weight=len(years) / case.horizon_years / count, years=years, laws=laws))
    return tuple(states)


def size_nodes(measures: tuple[Measure, ...], n_nodes: int) -> tuple[Mapping[tuple[str, int], FloatArray], int]:
    """Return nodes of equal weight for all uncertain effect sizes, by measure and position, and how many there are.

    Notes
    -----
    Centred points of an unscrambled Sobol sequence, mapped by the quantile function of each PERT and scaled so that
    every size keeps its mean exactly. One node when all sizes are certain.
    """
    effects = {(m.id, i): effect.size for m in measures for i, effect in enumerate(m.effects)}
    uncertain = [key for key, size in effects.items() if not size.is_certain]
    count = n_nodes if uncertain else 1
    sizes = {key: np.full(count, size.low) for key, size in effects.items()}
    if uncertain:
        points = Sobol(len(uncertain), scramble=False).random(count) + 0.5 / count
        for column, key in enumerate(uncertain):
            drawn = effects[key].from_uniform(points[:, column])
            size = effects[key]
            sizes[key] = np.clip(drawn * (size.mean / drawn.mean()), size.low, size.high)
    return sizes, count


@dataclass(frozen=True, slots=True)
class _Phase:
    portfolio: Portfolio
    scenario: Scenario
    routes: Routes
    node: int
    is_one_of_many: bool


def _phase_terms(phase: _Phase, book: ReachBook, without: tuple[SourceLaw, ...]) -> list[Term]:
    """Return one term per source; the very object of today's law where nothing changes."""
    portfolio, scenario = phase.portfolio, phase.scenario
    touched = {*scenario.rates, *scenario.durations, *scenario.capacities}
    touched |= {cause for cause, _ in (*scenario.hits, *scenario.shares)}
    same_routes = phase.routes is book.routes(portfolio, (), TODAY)
    terms = []
    for source, plain in zip(sources_of(portfolio), without, strict=True):
        term = plain.terms[0]
        direct = _direct(portfolio, source)
        moved = not same_routes and book.number(portfolio.systems, phase.routes, direct, phase.node) != term.event.reach
        if moved or source.id in touched:
            term = _term(_View(portfolio, source, scenario, phase.routes, phase.node), book)
            if phase.is_one_of_many and term.event != plain.terms[0].event:
                term = replace(term, event=replace(term.event, coarser=COARSER_NODES))
        terms.append(term)
    return terms


def _year_law(source: Source, parts: list[tuple[float, Term]], plain: SourceLaw) -> SourceLaw:
    if all(term is plain.terms[0] for share, term in parts if share):
        return plain
    return _merged(source, [part for part in parts if part[0]])


@dataclass(frozen=True, slots=True)
class _View:
    portfolio: Portfolio
    source: Source
    scenario: Scenario
    routes: Routes
    node: int


def _term(view: _View, book: ReachBook) -> Term:
    source, node = view.source, view.node
    scaled, fixed = _changed(1.0, view.scenario.rates.get(source.id), node)
    direct = _direct(view.portfolio, source)
    event = EventLaw(
        hits=_hits(view),
        duration=_duration(source.duration_hours, view.scenario.durations.get(source.id), node),
        capacity=_capacity(source, view.scenario.capacities.get(source.id), node),
        reach=book.number(view.portfolio.systems, view.routes, direct, node),
        loses_data=isinstance(source, FailureMode) and source.loses_data,
        start_hours=source.start_hours if isinstance(source, FailureMode) else (),
    )
    return Term(event=event, scaled=scaled, fixed=fixed)


def _changed(base: float, change: Adjustment | None, node: int) -> tuple[float, float]:
    """Return what multiplies the quantity and what replaces it (one of them 0, but where it is replaced in part)."""
    if change is None:
        return base, 0.0
    factor = float(change.factor[node])
    if change.replacement is None:
        return base * factor, 0.0
    way = 1.0 if change.reached is None else float(change.reached[node])
    return (1.0 - way) * base * factor, way * float(change.replacement[node]) * factor


def _duration(estimate: LognormalEstimate, change: Adjustment | None, node: int) -> DurationLaw:
    factor, replacement = _changed(1.0, change, node)
    if replacement > 0.0:
        return DurationLaw(median_hours=replacement, below=0.0, above=0.0)
    below, above = estimate.log_scales if factor > 0.0 else (0.0, 0.0)
    return DurationLaw(median_hours=estimate.median * factor, below=below, above=above)


def _capacity(source: Source, change: Adjustment | None, node: int) -> CapacityLaw:
    base = source.capacity_lost if isinstance(source, FailureMode) else CERTAIN_CAPACITY
    if change is None:
        return CapacityLaw(base=base)
    factor, replacement = _changed(1.0, change, node)
    if change.replacement is not None:
        share = min(replacement, 1.0)
        return CapacityLaw(base=PertEstimate(low=share, likely=share, high=share))
    return CapacityLaw(base=base, factor=factor)


def _hits(view: _View) -> tuple[tuple[str, float], ...]:
    source, scenario, node = view.source, view.scenario, view.node
    if isinstance(source, FailureMode):
        return ((source.system_id, 1.0),)
    found = []
    for system in _exposed(view.portfolio, source):
        hit = _bounded(source.hit_probability, scenario.hits.get((source.id, system.id)), node)
        share = _bounded(source.share_reached, scenario.shares.get((source.id, system.id)), node)
        found.append((system.id, hit * share))
    return tuple(found)


def _bounded(base: float, change: Adjustment | None, node: int) -> float:
    return min(sum(_changed(base, change, node)), 1.0)


def _exposed(portfolio: Portfolio, cause: CommonCause) -> tuple[System, ...]:
    return tuple(system for system in portfolio.systems if cause.tag in system.tags)


def _direct(portfolio: Portfolio, source: Source) -> frozenset[str]:
    if isinstance(source, FailureMode):
        return frozenset({source.system_id})
    return frozenset(system.id for system in _exposed(portfolio, source))


def _merged(source: Source, parts: list[tuple[float, Term]]) -> SourceLaw:
    """Add up the parts of a year; parts with the same kind of event become one term."""
    found: dict[EventLaw, tuple[float, float]] = {}
    for share, term in parts:
        scaled, fixed = found.get(term.event, (0.0, 0.0))
        found[term.event] = (scaled + share * term.scaled, fixed + share * term.fixed)
    terms = tuple(Term(event=event, scaled=scaled, fixed=fixed) for event, (scaled, fixed) in found.items())
    return SourceLaw(rate=source.events_per_year, terms=terms)


def _year_patterns(cut: tuple[Phase, ...], horizon_years: int) -> dict[tuple[float, ...], tuple[int, ...]]:
    """Group the years 1..horizon by the share of each that falls into every phase."""
    found: dict[tuple[float, ...], tuple[int, ...]] = {}
    for year in range(horizon_years):
        shares = tuple(
            round(max(min(phase.end_years, year + 1.0) - max(phase.start_years, float(year)), 0.0), 12) for phase in cut
        )
        found[shares] = (*found.get(shares, ()), year + 1)
    return found


def _at(route: Route, node: int) -> Route:
    """Pick one node's start and stop of a route."""
    if len(route.start) == len(route.stop) == 1:
        return route
    start, stop = (edge[min(node, len(edge) - 1)].reshape(1) for edge in (route.start, route.stop))
    return Route(sources=route.sources, gain=route.gain, start=start, stop=stop, chance=route.chance, group=route.group)


def _content(route: Route) -> tuple[object, ...]:
    edges = (float(route.start[0]), float(route.stop[0]))
    return (tuple(sorted(route.sources)), route.gain, *edges, route.chance, route.group)
