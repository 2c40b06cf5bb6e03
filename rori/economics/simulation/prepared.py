"""What chunks of one plan share: routes, reach, tables and what each measure touches; found when first needed.

Nothing here depends on a draw, so it may be kept, dropped or rebuilt in another process without changing a figure.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from rori.economics.inputs.measures import Measure
from rori.economics.inputs.portfolio import FailureMode, Portfolio
from rori.economics.inputs.scenario import TODAY, Scenario, Sizes, mean_sizes, resolve
from rori.economics.interruption.routes import Route, Routes, find_routes, own_unavailability
from rori.economics.simulation.clusters import Reached
from rori.economics.simulation.events import Source
from rori.economics.simulation.propagation import Propagation, Tables
from rori.economics.terms import Quantity

_ON_ROUTES = frozenset({Quantity.BUFFER_HOURS, Quantity.FAILOVER_HOURS})
_ON_CHANCE = frozenset({Quantity.EVENTS_PER_YEAR, Quantity.DURATION_HOURS})

Live = tuple[str, ...]
"""Ids of the measures that are live, in the order of the portfolio."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RoutesByReach:
    """Routes, arranged by the systems that must fail together."""

    routes: Routes
    by_source: dict[str, list[tuple[int, Route]]]
    joint: tuple[tuple[int, Route], ...]

    @classmethod
    def of(cls, routes: Routes, portfolio: Portfolio) -> RoutesByReach:
        """Arrange routes."""
        by_source: dict[str, list[tuple[int, Route]]] = {}
        joint = []
        for row, system in enumerate(portfolio.systems):
            for route in routes[system.id]:
                if len(route.sources) == 1:
                    by_source.setdefault(next(iter(route.sources)), []).append((row, route))
                else:
                    joint.append((row, route))
        return cls(routes=routes, by_source=by_source, joint=tuple(joint))

    def reached(self, direct: frozenset[str], portfolio: Portfolio) -> tuple[Reached, ...]:
        """Return the systems that failures of the systems in `direct` stop, in the order of the portfolio."""
        found: dict[int, list[Route]] = {}
        for source in sorted(direct):
            for row, route in self.by_source.get(source, ()):
                found.setdefault(row, []).append(route)
        if len(direct) > 1:
            for row, route in self.joint:
                if route.sources <= direct:
                    found.setdefault(row, []).append(route)
        return tuple(Reached(row=row, system=portfolio.systems[row], routes=tuple(found[row])) for row in sorted(found))


class Prepared:
    """Everything about a portfolio that does not depend on a draw, remembered once it was needed.

    Parameters
    ----------
    portfolio : Portfolio
    routes_today : Routes
        Those of today's design.
    """

    def __init__(self, portfolio: Portfolio, routes_today: Routes) -> None:
        self.portfolio = portfolio
        self._tables = Tables(portfolio)
        self._measures = {measure.id: measure for measure in portfolio.measures}
        self._routes: dict[Live, RoutesByReach | None] = {(): RoutesByReach.of(routes_today, portfolio)}
        self._reach: dict[tuple[str, Live], Propagation] = {}
        self._beside: dict[str, Propagation] = {}
        self._around: dict[str, Portfolio] = {}
        self._touches: dict[tuple[str, str], bool] = {}
        self._moves_routes = {measure.id: self._changes_routes(measure) for measure in portfolio.measures}

    def direct(self, source: Source) -> frozenset[str]:
        """Ids of the systems that a source can hit directly."""
        if isinstance(source, FailureMode):
            return frozenset({source.system_id})
        return frozenset(system.id for system in self.portfolio.systems if source.tag in system.tags)

    def touches(self, measure: Measure, source: Source) -> bool:
        """Whether an effect of a measure names the source itself."""
        key = (measure.id, source.id)
        if key not in self._touches:
            self._touches[key] = self.scenario(source, (measure,), mean_sizes((measure,))) != TODAY
        return self._touches[key]

    def scenario(self, source: Source, live: tuple[Measure, ...], sizes: Sizes) -> Scenario:
        """Return what live measures change about one source."""
        if source.id not in self._around:
            self._around[source.id] = self._alone(source)
        return resolve(self._around[source.id], live, sizes)

    def on_routes(self, measures: Iterable[Measure]) -> tuple[Measure, ...]:
        """Pick the measures that change routes or the chance of a coincidence."""
        return tuple(measure for measure in measures if self._moves_routes[measure.id])

    def reach(self, source: Source, live: Live) -> Propagation | None:
        """Reach of a source while measures (of those on routes) are live; None when the routes wait for drawn sizes.

        Where they change nothing for this source it is today's, the very same object.
        """
        key = (source.id, live)
        if key not in self._reach:
            routes = self._routes_of(live)
            if routes is None:
                return None
            self._reach[key] = self.reach_along(source, routes)
        return self._reach[key]

    def reach_along(self, source: Source, routes: RoutesByReach) -> Propagation:
        """Reach of a source along routes, today's own where they do not differ for it."""
        reached = routes.reached(self.direct(source), self.portfolio)
        today = self._reach.get((source.id, ()))
        if today is not None and _same_reach(today.reached, reached):
            return today
        row = self._data_row(source)
        varying = tuple(part for part in reached if not part.is_static)
        if not varying:
            return Propagation(reached, row, self._tables)
        static = tuple(part for part in reached if part.is_static)
        beside = self._beside.get(source.id)
        if beside is None or not _same_reach(beside.reached, static):
            beside = self._beside[source.id] = Propagation(static, row, self._tables)
        return Propagation(varying, row, self._tables, beside)

    def drawn_routes(self, live: Live, sizes: Sizes) -> RoutesByReach:
        """Find routes with drawn sizes; those that turn out equal on all paths count as one."""
        measures = self._by_id(live)
        expected = resolve(self.portfolio, measures, mean_sizes(measures))
        shares = own_unavailability(self.portfolio, expected)
        routes = find_routes(self.portfolio, resolve(self.portfolio, measures, sizes), shares)
        return RoutesByReach.of({key: tuple(map(_narrowed, found)) for key, found in routes.items()}, self.portfolio)

    def _routes_of(self, live: Live) -> RoutesByReach | None:
        if live not in self._routes:
            measures = self._by_id(live)
            effects = [e for m in measures for e in m.effects if e.quantity in _ON_ROUTES]
            if all(effect.size.is_certain for effect in effects):
                expected = resolve(self.portfolio, measures, mean_sizes(measures))
                routes = find_routes(self.portfolio, expected, own_unavailability(self.portfolio, expected))
                self._routes[live] = RoutesByReach.of(routes, self.portfolio)
            else:
                self._routes[live] = None
        return self._routes[live]

    def _by_id(self, live: Live) -> tuple[Measure, ...]:
        return tuple(self._measures[key] for key in live)

    def _changes_routes(self, measure: Measure) -> bool:
        grouped = any(link.redundancy_group for link in self.portfolio.dependencies)
        wanted = _ON_ROUTES | _ON_CHANCE if grouped else _ON_ROUTES
        return any(effect.quantity in wanted for effect in measure.effects)

    def _alone(self, source: Source) -> Portfolio:
        direct = self.direct(source)
        systems = tuple(system for system in self.portfolio.systems if system.id in direct)
        if isinstance(source, FailureMode):
            return Portfolio(systems=systems, failure_modes=(source,))
        return Portfolio(systems=systems, common_causes=(source,))

    def _data_row(self, source: Source) -> int | None:
        if not isinstance(source, FailureMode) or not source.loses_data:
            return None
        return next(row for row, system in enumerate(self.portfolio.systems) if system.id == source.system_id)


def _narrowed(route: Route) -> Route:
    start, stop = (hours[:1] if bool((hours == hours[0]).all()) else hours for hours in (route.start, route.stop))
    if start is route.start and stop is route.stop:
        return route
    return Route(sources=route.sources, gain=route.gain, start=start, stop=stop, chance=route.chance, group=route.group)


def _same_reach(left: Sequence[Reached], right: Sequence[Reached]) -> bool:
    return len(left) == len(right) and all(
        a.row == b.row
        and len(a.routes) == len(b.routes)
        and all(_same_route(r, s) for r, s in zip(a.routes, b.routes, strict=True))
        for a, b in zip(left, right, strict=True)
    )


def _same_route(left: Route, right: Route) -> bool:
    return left is right or (
        (left.sources, left.gain, left.chance, left.group) == (right.sources, right.gain, right.chance, right.group)
        and np.array_equal(left.start, right.start)
        and np.array_equal(left.stop, right.stop)
    )
