"""One given outage, made ready: who is down, for how long, and along which routes that travels."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from rori.economics.arrays import FloatArray
from rori.economics.checks import require_above, require_fraction
from rori.economics.inputs.estimates import LognormalEstimate
from rori.economics.inputs.portfolio import CommonCause, Portfolio, System
from rori.economics.inputs.scenario import Scenario, mean_sizes, resolve
from rori.economics.inputs.weekly import HOURS_PER_WEEK, HOURS_PER_YEAR
from rori.economics.interruption.outcomes import Batch, Impact, impacts, reach_of
from rori.economics.interruption.routes import Route, Routes, find_routes, own_unavailability
from rori.errors import InputError

_TAG = "one-event=down"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outage:
    """One given event.

    Attributes
    ----------
    failed : tuple of str
        Ids of systems that fail together, or the id of one common cause: all that are exposed to it fail.
    start_hour : float
        Hour of the week in [0, 168), 0 is Monday 00:00.
    duration_hours : float
        In (0, 8760].
    capacity_lost : float
        Share of the capacity that the failed systems lose, in [0, 1].
    loses_data : bool
        Whether the failed systems lose the data since their last good copy.
    alternatives_down : bool
        Whether the alternatives in redundancy groups happen to be down as well.

    Raises
    ------
    InputError
        When a value is outside its range.
    """

    failed: tuple[str, ...]
    start_hour: float
    duration_hours: float
    capacity_lost: float = 1.0
    loses_data: bool = False
    alternatives_down: bool = False

    def __post_init__(self) -> None:
        if not self.failed:
            raise InputError("what fails", "at least one system or a common cause", "nothing")
        if not (math.isfinite(self.start_hour) and 0.0 <= self.start_hour < HOURS_PER_WEEK):
            raise InputError("start_hour", "an hour of the week in [0, 168)", self.start_hour)
        require_above("duration_hours", self.duration_hours, 0.0)
        if self.duration_hours > HOURS_PER_YEAR:
            raise InputError("duration_hours", "at most 8760 (one year)", self.duration_hours)
        require_fraction("capacity_lost", self.capacity_lost)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """An outage with the portfolio, scenario (expected sizes) and routes that hold in it."""

    outage: Outage
    portfolio: Portfolio
    down: frozenset[str]
    duration_hours: float
    scenario: Scenario
    routes: Routes

    def impacts(
        self, systems: Iterable[System], durations_hours: FloatArray, start_hours: FloatArray | None = None
    ) -> list[Impact]:
        """Return what the same outage does to some systems for many durations (and start hours), shape (n_events,)."""
        count = len(durations_hours)
        batch = Batch(
            path=np.zeros(count, dtype=np.int64),
            start_hour=np.full(count, float(self.outage.start_hour)) if start_hours is None else start_hours,
            duration_hours=durations_hours,
            capacity_lost=np.full(count, float(self.outage.capacity_lost)),
            loses_data=self.outage.loses_data,
            down={key: np.ones(count, dtype=np.bool_) for key in self.down},
            chance=lambda _group: np.full(count, 0.0 if self.outage.alternatives_down else 1.0),
        )
        return impacts(batch, reach_of(self.down, tuple(systems), self.routes))

    def active_routes(self, system_id: str) -> tuple[Route, ...]:
        """Return the routes that bite in this event."""
        return tuple(
            route
            for route in self.routes[system_id]
            if route.sources <= self.down
            and (route.chance == 1.0 or self.outage.alternatives_down)
            and float(route.start[0]) < min(self.duration_hours, float(route.stop[0]))
        )


def make_stage(portfolio: Portfolio, outage: Outage, with_measures: tuple[str, ...] = ()) -> Stage:
    """Make an outage ready.

    Parameters
    ----------
    portfolio : Portfolio
    outage : Outage
    with_measures : tuple of str
        Ids of measures taken to be live, with the expected size of their effects. They change buffers and failovers;
        where a common cause is named, also its duration and (at a hit probability of 0) whom it hits.

    Raises
    ------
    NotFoundError
        When a system, common cause or measure does not exist.
    """
    measures = portfolio.chosen_measures(with_measures)
    scenario = resolve(portfolio, measures, mean_sizes(measures))
    cause = next((cause for cause in portfolio.common_causes if outage.failed == (cause.id,)), None)
    hours = np.array([float(outage.duration_hours)])
    if cause is None:
        down = frozenset(portfolio.system(key).id for key in outage.failed)
    else:
        down = _exposed(portfolio, cause, scenario)
        if cause.id in scenario.durations:
            hours = scenario.durations[cause.id].apply(hours)
    together = _together(portfolio, down)
    return Stage(
        outage=outage,
        portfolio=portfolio,
        down=down,
        duration_hours=float(hours[0]),
        scenario=scenario,
        routes=find_routes(together, scenario, own_unavailability(together, scenario)),
    )


def mean_loss_of_outage(portfolio: Portfolio, outage: Outage, with_measures: tuple[str, ...] = ()) -> float:
    """Return the loss of an outage averaged over all start times of the week, euros; its own start hour is not used.

    Notes
    -----
    168 starts, one per hour. That is the exact mean: lost revenue summed over starts one hour apart is linear in the
    shift within the hour, and no other component depends on the start.
    """
    stage = make_stage(portfolio, outage, with_measures)
    starts = np.arange(HOURS_PER_WEEK, dtype=np.float64) + 0.5
    found = stage.impacts(portfolio.systems, np.full(HOURS_PER_WEEK, stage.duration_hours), starts)
    return float(sum(euros.mean() for impact in found for euros in impact.loss.values()))


def _exposed(portfolio: Portfolio, cause: CommonCause, scenario: Scenario) -> frozenset[str]:
    """Who carries the tag, but for those whom measures keep from ever being hit."""

    def never_hit(system: System) -> bool:
        found = (scenario.hits.get((cause.id, system.id)), scenario.shares.get((cause.id, system.id)))
        return any(change is not None and float(change.apply(np.ones(1))[0]) == 0.0 for change in found)

    exposed = (system for system in portfolio.systems if cause.tag in system.tags)
    return frozenset(system.id for system in exposed if not never_hit(system))


def _together(portfolio: Portfolio, down: frozenset[str]) -> Portfolio:
    """Tell the search for routes that these systems may be down together: it skips combinations that cannot be."""
    if len(down) < 2:
        return portfolio
    once = LognormalEstimate(p5=1.0, p95=1.0)
    names = {cause.id for cause in portfolio.common_causes}
    event = CommonCause(
        id=_TAG + "_" * len(names), name="this event", tag=_TAG, events_per_year=once, duration_hours=once
    )
    return replace(
        portfolio,
        systems=tuple(replace(s, tags=(*s.tags, _TAG)) if s.id in down else s for s in portfolio.systems),
        common_causes=(event,),
    )
