"""Why a route exists: the shortest chain of systems along which a failure travels, for people to read."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping

import numpy as np

from rori.economics.inputs.portfolio import Dependency, Portfolio
from rori.economics.inputs.scenario import Scenario
from rori.economics.interruption.routes import Route, Routes


class Explainer:
    """Finds the links behind the routes of one portfolio under one scenario of expected sizes."""

    def __init__(self, portfolio: Portfolio, scenario: Scenario, routes: Routes) -> None:
        self._routes = routes
        self._links: dict[str, list[Dependency]] = {}
        self._buffers: dict[str, float] = {}
        for link in portfolio.dependencies:
            self._links.setdefault(link.consumer_id, []).append(link)
            change, buffer = scenario.buffers.get(link.id), np.array([link.buffer_hours])
            self._buffers[link.id] = float((buffer if change is None else change.apply(buffer))[0])

    def path(self, system_id: str, route: Route) -> tuple[str, ...]:
        """Return system ids from one of the route's sources to the system: the fewest links that explain the route.

        A route that needs several systems down together is explained by one of its parts; where no chain of links is
        found the path is the source and the system.
        """
        queue: deque[tuple[str, Route, tuple[str, ...]]] = deque([(system_id, route, (system_id,))])
        seen: set[tuple[str, int]] = {(system_id, id(route))}
        while queue:
            here, current, path = queue.popleft()
            if current.sources == {here} and float(current.start[0]) == 0.0 and current.gain == 1.0:
                return path
            for link, before in self.steps(here, current):
                state = (link.provider_id, id(before))
                if state not in seen:
                    seen.add(state)
                    queue.append((link.provider_id, before, (link.provider_id, *path)))
        source = min(route.sources)
        return (source,) if source == system_id else (source, system_id)

    def steps(self, system_id: str, route: Route) -> Iterable[tuple[Dependency, Route]]:
        """Yield every link into a system, with the provider's route, that leads to a route of the system."""
        for link in self._links.get(system_id, ()):
            for before in self._routes[link.provider_id]:
                if self._leads(link, before, route):
                    yield link, before

    def _leads(self, link: Dependency, before: Route, route: Route) -> bool:
        """Whether `before` becomes `route` along a link, or is the part of a joint route that sets its gain."""
        start = float(before.start[0]) + self._buffers[link.id]
        gain = before.gain * link.degradation
        if link.redundancy_group and len(route.sources) > len(before.sources):
            within = start <= float(route.start[0]) + 1e-9 and gain >= route.gain - 1e-12
        else:
            within = abs(start - float(route.start[0])) <= 1e-9 and abs(gain - route.gain) <= 1e-12
        return within and before.sources <= route.sources


def carrying_links(explainer: Explainer, active: Mapping[str, Iterable[Route]]) -> frozenset[str]:
    """Ids of the links along which a route that bites in an event may have come; `active` is by system id."""
    return frozenset(
        link.id
        for system_id, routes in active.items()
        for route in routes
        if route.sources != {system_id}
        for link, _ in explainer.steps(system_id, route)
    )
