"""Who stops when something fails, from when, until when, and how far: propagation along dependencies (model section 3).

A route to a system says: when all its `sources` are down from hour 0 on, the system loses `gain` times their capacity
from `start` until they are back, or until `stop` where a working alternative takes over. Several routes combine as the
pointwise maximum, so a route that another one covers can be dropped. A k-of-n group is lost through every choice of
n - k + 1 of its members being down together (minimal cut sets; Barlow & Proschan, Statistical Theory of Reliability).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, product

import numpy as np

from rori.economics.arrays import FloatArray
from rori.economics.inputs.portfolio import Dependency, Portfolio
from rori.economics.inputs.scenario import Scenario
from rori.economics.inputs.weekly import HOURS_PER_YEAR
from rori.errors import InputError

MAX_ROUTES_PER_SYSTEM = 5_000


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Route:
    """One way in which failures reach a system.

    Attributes
    ----------
    sources : frozenset of str
        Ids of the systems that must all be down from hour 0.
    gain : float
        Share of the system's capacity lost per share of the sources' capacity lost, in (0, 1].
    start, stop : ndarray, shape (1,) or (n_paths,)
        Hours; stop may be infinite.
    chance : float
        Probability that the alternatives happen to be down as well, 1 where nothing depends on chance.
    group : str
        Whose chance that is: routes of one group and one event share it.
    """

    sources: frozenset[str]
    gain: float
    start: FloatArray
    stop: FloatArray
    chance: float = 1.0
    group: str = ""

    def covers(self, other: Route) -> bool:
        """Whether the other route never adds anything to this one."""
        return (
            self.sources <= other.sources
            and self.gain >= other.gain
            and (self.chance == 1.0 or (self.group == other.group and self.chance >= other.chance))
            and bool((self.start <= other.start).all())
            and bool((self.stop >= other.stop).all())
        )


Routes = Mapping[str, tuple[Route, ...]]
"""Routes to each system, by system id."""


def find_routes(portfolio: Portfolio, scenario: Scenario, unavailability: Mapping[str, float]) -> Routes:
    """Find every route that adds something, for every system.

    Parameters
    ----------
    portfolio : Portfolio
    scenario : Scenario
        Its buffers and failovers replace those of the dependencies.
    unavailability : mapping of str to float
        Each system's own unavailability in [0, 1], for the coincidence of members of a redundancy group.

    Returns
    -------
    dict
        System id to routes; the first is the system's own failure.

    Raises
    ------
    InputError
        When a system can be reached in more than 5 000 ways.

    Notes
    -----
    Repeats until nothing new is found. A way round a cycle starts later and loses less, so it is always covered.
    """
    together = _exposed_together(portfolio)
    links: dict[str, list[Dependency]] = {}
    for link in portfolio.dependencies:
        links.setdefault(link.consumer_id, []).append(link)
    zero, never = np.zeros(1), np.full(1, math.inf)
    own = {s.id: Route(sources=frozenset({s.id}), gain=1.0, start=zero, stop=never) for s in portfolio.systems}
    routes: dict[str, tuple[Route, ...]] = {system_id: (route,) for system_id, route in own.items()}
    changed = set(routes)
    while changed:
        stale = {c for c, needs in links.items() if any(link.provider_id in changed for link in needs)}
        changed = set()
        for consumer in sorted(stale):
            arriving = list(_arriving(links[consumer], routes, scenario, unavailability))
            usable = [r for r in arriving if len(r.sources) == 1 or any(r.sources <= ids for ids in together)]
            merged = uncovered((own[consumer], *usable))
            if len(merged) > MAX_ROUTES_PER_SYSTEM:
                raise InputError(
                    f"ways in which failures reach {consumer}", f"at most {MAX_ROUTES_PER_SYSTEM}", len(merged)
                )
            if not _same(merged, routes[consumer]):
                routes[consumer] = merged
                changed.add(consumer)
    return routes


def own_unavailability(portfolio: Portfolio, scenario: Scenario) -> dict[str, float]:
    """Return each system's share of time down by its own failure modes: sum of rate x E[duration] / 8760, at most 1.

    Expected rates, durations and effect sizes are used; `scenario` must hold expected sizes (`mean_sizes`).
    """
    result = dict.fromkeys((system.id for system in portfolio.systems), 0.0)
    for mode in portfolio.failure_modes:
        rate, hours = np.array([mode.events_per_year.mean]), np.array([mode.duration_hours.mean])
        if mode.id in scenario.rates:
            rate = scenario.rates[mode.id].apply(rate)
        if mode.id in scenario.durations:
            hours = scenario.durations[mode.id].apply(hours)
        result[mode.system_id] += float(rate[0] * hours[0]) / HOURS_PER_YEAR
    return {system_id: min(share, 1.0) for system_id, share in result.items()}


def probability_at_least(count: int, shares: Sequence[float]) -> float:
    """Probability that at least `count` of independent things, each down with its share of time, are down at once."""
    distribution = np.array([1.0])
    for share in shares:
        distribution = np.convolve(distribution, [1.0 - share, share])
    return float(distribution[count:].sum())


def _exposed_together(portfolio: Portfolio) -> tuple[frozenset[str], ...]:
    return tuple(frozenset(s.id for s in portfolio.systems if cause.tag in s.tags) for cause in portfolio.common_causes)


def _arriving(
    links: Sequence[Dependency], routes: Routes, scenario: Scenario, unavailability: Mapping[str, float]
) -> Iterable[Route]:
    groups: dict[str, list[Dependency]] = {}
    for link in links:
        if link.redundancy_group:
            groups.setdefault(link.redundancy_group, []).append(link)
        else:
            yield from (_along(link, route, scenario) for route in routes[link.provider_id])
    for name, members in groups.items():
        yield from _through_group(name, members, routes, scenario, unavailability)


def _along(link: Dependency, route: Route, scenario: Scenario) -> Route:
    buffer = np.array([link.buffer_hours])
    if link.id in scenario.buffers:
        buffer = scenario.buffers[link.id].apply(buffer)
    return Route(
        sources=route.sources,
        gain=route.gain * link.degradation,
        start=route.start + buffer,
        stop=route.stop,
        chance=route.chance,
        group=route.group,
    )


def _through_group(
    name: str, members: Sequence[Dependency], routes: Routes, scenario: Scenario, unavailability: Mapping[str, float]
) -> Iterable[Route]:
    spare = len(members) - members[0].needed
    for chosen in combinations(members, spare + 1):
        for parts in product(*(tuple(_along(m, r, scenario) for r in routes[m.provider_id]) for m in chosen)):
            yield _jointly(parts)
    for member in members:
        others = [unavailability[other.provider_id] for other in members if other is not member]
        coincidence = probability_at_least(spare, others)
        failover = np.array([member.failover_hours])
        if member.id in scenario.failovers:
            failover = scenario.failovers[member.id].apply(failover)
        for route in (_along(member, r, scenario) for r in routes[member.provider_id]):
            yield Route(
                sources=route.sources,
                gain=route.gain,
                start=route.start,
                stop=np.minimum(route.stop, route.start + failover),
                chance=route.chance,
                group=route.group,
            )
            if spare and route.chance == 1.0 and coincidence > 0.0:
                group = f"{member.consumer_id}/{name}"
                yield Route(
                    sources=route.sources,
                    gain=route.gain,
                    start=route.start,
                    stop=route.stop,
                    chance=coincidence,
                    group=group,
                )


def _jointly(parts: Sequence[Route]) -> Route:
    """All parts at once: the group is lost from the last start to the first stop, as far as the mildest goes."""
    start, stop = parts[0].start, parts[0].stop
    for part in parts[1:]:
        start, stop = np.maximum(start, part.start), np.minimum(stop, part.stop)
    rarest = min(parts, key=lambda part: part.chance)
    return Route(
        sources=frozenset().union(*(part.sources for part in parts)),
        gain=min(part.gain for part in parts),
        start=start,
        stop=stop,
        chance=math.prod(part.chance for part in parts),
        group=rarest.group,
    )


def uncovered(routes: Sequence[Route]) -> tuple[Route, ...]:
    """Drop empty routes and those that another one covers; the order of what stays is kept."""
    kept: list[Route] = []
    for route in routes:
        if route.gain <= 0.0 or bool((route.start >= route.stop).all()):
            continue
        if any(other.covers(route) for other in kept):
            continue
        kept = [other for other in kept if not route.covers(other)]
        kept.append(route)
    return tuple(kept)


def _same(left: Sequence[Route], right: Sequence[Route]) -> bool:
    return len(left) == len(right) and all(a.covers(b) and b.covers(a) for a, b in zip(left, right, strict=True))
