"""Systems that one source can stop, gathered by the uncertain facts on which that depends.

A fact is that an exposed system is hit, or that the alternatives of a redundancy group happen to be down. A pattern says
which facts hold, one bit each. Patterns that leave the same routes to a system are one case: the same stops.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from rori.economics.arrays import BoolArray, FloatArray, IntArray
from rori.economics.inputs.portfolio import System
from rori.economics.interruption.routes import Route

SYSTEMS_PER_TABLE = 32
"""Figures x segments grow with the square of the systems in one table."""

Fact = tuple[str, float]
"""A system is down (its id, 1) or a redundancy group's alternatives are (group, chance below 1)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known about some events: which systems fail directly, and the chances of redundancy groups.

    Attributes
    ----------
    down : mapping of str to ndarray of bool, shape (n_events,), or bool
        Every system that the source hits directly; one bool where all events agree.
    chance : callable
        Gives the uniforms of a redundancy group, shape (n_events,).
    """

    down: Mapping[str, BoolArray | bool]
    chance: Callable[[str], FloatArray]

    def take(self, chosen: IntArray | slice) -> Facts:
        """Pick some of the events."""
        down = {key: hit if isinstance(hit, bool) else hit[chosen] for key, hit in self.down.items()}
        return Facts(down=down, chance=lambda group: self.chance(group)[chosen])

    def bit(self, fact: Fact) -> BoolArray | bool:
        """Say whether a fact holds in each event; one bool where all events agree."""
        name, probability = fact
        found = self.down[name] if probability == 1.0 else self.chance(name) < probability
        if isinstance(found, bool) or not found.any():
            return found is True
        return True if found.all() else found


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """One system that a source can stop, its row in the portfolio and the routes that lead to it."""

    row: int
    system: System
    routes: tuple[Route, ...]

    @property
    def is_static(self) -> bool:
        """Whether the routes are the same for all paths."""
        return all(map(_is_static, self.routes))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Cluster:
    """Systems that depend on the same facts; either all static or a single one.

    Attributes
    ----------
    facts : tuple of Fact
        Each is one bit of a pattern.
    systems : tuple of Reached
    needed : ndarray of int, shape (n_routes,)
        The bits that must be set for each route, system by system.
    varies : ndarray of bool, shape (n_routes,)
        Whether the hours of a route differ from path to path.
    coverers : tuple of ndarray of int
        For each route those that leave nothing to it while they are active.
    """

    facts: tuple[Fact, ...]
    systems: tuple[Reached, ...]
    needed: IntArray
    varies: BoolArray
    coverers: tuple[IntArray, ...]

    @classmethod
    def of(cls, facts: tuple[Fact, ...], systems: Sequence[Reached]) -> Cluster:
        """Note for every route what must hold, and which others make it pointless."""
        bits = {fact: 1 << position for position, fact in enumerate(facts)}
        routes = [route for part in systems for route in part.routes]
        coverers: list[IntArray] = []
        for part in systems:
            before = len(coverers)
            coverers += (found + before for found in _coverers(part.routes))
        return cls(
            facts=facts,
            systems=tuple(systems),
            needed=np.array([sum(bits.get(fact, 0) for fact in facts_of(route)) if facts else 0 for route in routes]),
            varies=np.array([not _is_static(route) for route in routes]),
            coverers=tuple(coverers),
        )

    def cases(self, pattern: IntArray | None) -> tuple[list[BoolArray], IntArray | None]:
        """Tell events apart by the routes that count: active, and not covered by another active one.

        Parameters
        ----------
        pattern : ndarray of int, shape (n_events,), or None
            None where there are no facts.

        Returns
        -------
        list of ndarray of bool, shape (n_routes,)
            The routes that count in each case.
        ndarray of int, shape (n_events,), or None
            The case of each event, None when there is only one.
        """
        if pattern is None:
            observed, position = np.zeros(1, dtype=np.int64), np.zeros(1, dtype=np.int64)
        else:
            observed, position = _observed(pattern, len(self.facts))
        active = (observed[:, None] & self.needed) == self.needed
        left = active.copy()
        for route, coverers in enumerate(self.coverers):
            if coverers.size:
                left[:, route] &= ~active[:, coverers].any(axis=1)
        numbers: dict[bytes, int] = {}
        case = np.array([numbers.setdefault(row.tobytes(), len(numbers)) for row in left])
        found = [np.frombuffer(row, dtype=np.bool_) for row in numbers]
        return found, case[position] if len(found) > 1 else None

    def counting(self, left: BoolArray) -> list[tuple[Reached, tuple[Route, ...]]]:
        """Return every system with those of its routes that count."""
        counts = iter(left.tolist())
        return [(part, tuple(route for route in part.routes if next(counts))) for part in self.systems]


def facts_of(route: Route) -> tuple[Fact, ...]:
    """Return what must hold for a route to be active."""
    hits = tuple((system_id, 1.0) for system_id in sorted(route.sources))
    return hits if route.chance >= 1.0 else (*hits, (route.group, route.chance))


def clusters_of(parts: Iterable[Reached], mixed: frozenset[Fact], never: frozenset[Fact]) -> Iterable[Cluster]:
    """Gather systems; events differ on the facts in `mixed`, none has those in `never`, all others always hold."""
    grouped: dict[tuple[tuple[Fact, ...], int], list[Reached]] = {}
    for part in parts:
        needed = {route: found for route in part.routes if never.isdisjoint(found := facts_of(route))}
        if needed:
            facts = tuple(sorted(mixed.intersection(itertools.chain.from_iterable(needed.values()))))
            left = Reached(row=part.row, system=part.system, routes=tuple(needed))
            grouped.setdefault((facts, -1 if left.is_static else part.row), []).append(left)
    for (facts, _), members in grouped.items():
        for start in range(0, len(members), SYSTEMS_PER_TABLE):
            yield Cluster.of(facts, members[start : start + SYSTEMS_PER_TABLE])


def patterns(facts: Sequence[Fact], bits: Mapping[Fact, BoolArray | bool], count: int) -> IntArray:
    """Return which facts hold in each event, one bit each; shape (n_events,)."""
    pattern = np.zeros(count, dtype=np.int64)
    for bit, fact in enumerate(facts):
        pattern |= np.asarray(bits[fact], dtype=np.int64) << bit
    return pattern


def _is_static(route: Route) -> bool:
    return len(route.start) == 1 and len(route.stop) == 1


def _coverers(routes: Sequence[Route]) -> list[IntArray]:
    """Return for each route the others that lose as much from as early until as late; of equal ones the first stays."""
    if len(routes) == 1:
        return [np.zeros(0, dtype=np.int64)]
    gains = np.array([route.gain for route in routes])
    starts, stops = _by_path([route.start for route in routes]), _by_path([route.stop for route in routes])
    covers = gains[:, None] >= gains
    for route in range(len(routes)):
        covers[route] &= ((starts[route] <= starts) & (stops[route] >= stops)).all(axis=1)
    counts = covers & ~(covers.T & np.tri(len(routes), dtype=np.bool_))
    return [np.flatnonzero(column) for column in counts.T]


def _by_path(hours: Sequence[FloatArray]) -> FloatArray:
    """Stack hours, shape (n_routes, n_paths) or (n_routes, 1)."""
    widest = max(map(len, hours))
    return np.array([np.broadcast_to(part, widest) if len(part) < widest else part for part in hours])


def _observed(pattern: IntArray, n_facts: int) -> tuple[IntArray, IntArray]:
    """Return the patterns that occur, and the position of each event's among them."""
    if n_facts > 12:
        return np.unique(pattern, return_inverse=True)
    occurs = np.bincount(pattern) > 0
    return np.flatnonzero(occurs), (np.cumsum(occurs) - 1)[pattern]
