"""Which measures can change what an event of a source costs; all others need no second look."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from rori.economics.inputs.measures import Measure
from rori.economics.inputs.portfolio import FailureMode, Portfolio
from rori.economics.inputs.scenario import mean_sizes, resolve
from rori.economics.simulation.events import Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Relevance:
    """For every source id: the systems that it can bring down itself, and the ids of the measures that matter to it.

    `routing` holds the ids of those measures that may change how its failures travel.
    """

    direct: Mapping[str, frozenset[str]]
    measures: Mapping[str, frozenset[str]]
    routing: Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Touched:
    sources: frozenset[str]
    links: frozenset[str]
    unavailable: frozenset[str]


def relevance(portfolio: Portfolio) -> Relevance:
    """Find what matters to each source: effects on itself, on links behind it, on the peers of its redundancy groups."""
    touched = {measure.id: _touched(portfolio, measure) for measure in portfolio.measures}
    direct, matter, routing = {}, {}, {}
    sources: tuple[Source, ...] = (*portfolio.failure_modes, *portfolio.common_causes)
    for source in sources:
        direct[source.id] = directly_down(portfolio, source)
        links, peers = _behind(portfolio, direct[source.id])
        travelling = {key for key, found in touched.items() if found.links & links or found.unavailable & peers}
        routing[source.id] = frozenset(travelling)
        matter[source.id] = routing[source.id].union(
            key for key, found in touched.items() if source.id in found.sources
        )
    return Relevance(direct=direct, measures=matter, routing=routing)


def directly_down(portfolio: Portfolio, source: Source) -> frozenset[str]:
    """Ids of the systems that a source can bring down without any dependency."""
    if isinstance(source, FailureMode):
        return frozenset({source.system_id})
    return frozenset(system.id for system in portfolio.systems if source.tag in system.tags)


def downstream(portfolio: Portfolio, system_ids: Iterable[str]) -> frozenset[str]:
    """Ids of the given systems and of all that need them, directly or not."""
    reached = set(system_ids)
    grew = True
    while grew:
        consumers = {link.consumer_id for link in portfolio.dependencies if link.provider_id in reached} - reached
        reached |= consumers
        grew = bool(consumers)
    return frozenset(reached)


def _touched(portfolio: Portfolio, measure: Measure) -> _Touched:
    scenario = resolve(portfolio, (measure,), mean_sizes((measure,)))
    system_of = {mode.id: mode.system_id for mode in portfolio.failure_modes}
    causes = (cause for cause, _ in (*scenario.hits, *scenario.shares))
    return _Touched(
        sources=frozenset((*scenario.rates, *scenario.durations, *scenario.capacities, *causes)),
        links=frozenset((*scenario.buffers, *scenario.failovers)),
        unavailable=frozenset(system_of[key] for key in (*scenario.rates, *scenario.durations) if key in system_of),
    )


def _behind(portfolio: Portfolio, direct: frozenset[str]) -> tuple[frozenset[str], frozenset[str]]:
    """Links that failures of `direct` may use, and the systems whose coincident failure would let them through."""
    reached = downstream(portfolio, direct)
    used = [link for link in portfolio.dependencies if link.provider_id in reached]
    groups = {(link.consumer_id, link.redundancy_group) for link in used if link.redundancy_group}
    peers = [link for link in portfolio.dependencies if (link.consumer_id, link.redundancy_group) in groups]
    return frozenset(link.id for link in used), frozenset(link.provider_id for link in peers)
