"""What stops if this fails now, and what does that cost: one event, hour by hour (model sections 3 and 7).

The event is given, not drawn: what fails, from which hour of the week, how long. Its loss comes from the functions
that the simulation uses.
"""

from __future__ import annotations

import numpy as np

from rori.economics.decisions.event_timeline import (
    cumulative_losses,
    hour_when_passed,
    loss_points,
    moments,
    stretches_of,
)
from rori.economics.decisions.one_event_results import EdgeState, LossPoint, OneEvent, StoppedSystem, StretchLost
from rori.economics.decisions.outage import Outage, Stage, make_stage
from rori.economics.decisions.paths import Explainer, carrying_links
from rori.economics.inputs.portfolio import Portfolio, System
from rori.economics.interruption.outcomes import Impact
from rori.economics.terms import Tier

_TIERS = tuple(Tier)


def one_event(portfolio: Portfolio, outage: Outage, with_measures: tuple[str, ...] = ()) -> OneEvent:
    """Say what stops in one event, when, along which way, and what that costs.

    Parameters
    ----------
    portfolio : Portfolio
    outage : Outage
        What fails, from which hour of the week, how long, how far.
    with_measures : tuple of str
        Ids of measures taken to be live, see `outage.make_stage`.

    Returns
    -------
    OneEvent

    Raises
    ------
    NotFoundError
        When a system, common cause or measure does not exist.
    """
    stage = make_stage(portfolio, outage, with_measures)
    explainer = Explainer(portfolio, stage.scenario, stage.routes)
    active = {system.id: stage.active_routes(system.id) for system in portfolio.systems}
    stretches = {key: stretches_of(stage, explainer, key, routes) for key, routes in active.items() if routes}
    hit = [system for system in portfolio.systems if stretches.get(system.id)]
    hours = moments(stage, hit, stretches)
    losses = {system.id: cumulative_losses(stage, system, hours) for system in hit}
    found = {impact.system_id: impact for impact in stage.impacts(hit, np.array([stage.duration_hours]))}
    systems = [
        _stopped(stage, system, found[system.id], stretches[system.id], loss_points(hours, losses[system.id]))
        for system in hit
    ]
    systems.sort(key=lambda one: (not one.critical_or_important, _TIERS.index(one.tier), -one.loss_eur, one.system_id))
    timeline = loss_points(hours, sum(losses.values(), start=np.zeros((2, len(hours)))))
    return OneEvent(
        failed=tuple(sorted(stage.down)),
        start_hour=outage.start_hour,
        duration_hours=stage.duration_hours,
        systems=tuple(systems),
        loss_eur=sum(one.loss_eur for one in systems),
        timeline=timeline,
        peak_eur_per_hour=max(point.eur_per_hour for point in timeline),
        edges=_edges(portfolio, carrying_links(explainer, {system.id: active[system.id] for system in hit})),
    )


def _stopped(
    stage: Stage, system: System, impact: Impact, stretches: list[StretchLost], timeline: tuple[LossPoint, ...]
) -> StoppedSystem:
    parts = tuple((component, float(euros[0])) for component, euros in impact.loss.items())
    return StoppedSystem(
        system_id=system.id,
        name=system.name,
        tier=system.tier,
        critical_or_important=system.critical_or_important_function,
        failed_itself=system.id in stage.down,
        stretches=tuple(stretches),
        hours=float(impact.hours[0]),
        capacity_hours=float(impact.capacity_hours[0]),
        loss_by_component=parts,
        loss_eur=sum(euros for _, euros in parts),
        timeline=timeline,
        tolerance_passed_hour=hour_when_passed(stretches, system.impact_tolerance_hours),
        rto_passed_hour=hour_when_passed(stretches, system.rto_hours),
    )


def _edges(portfolio: Portfolio, carrying: frozenset[str]) -> tuple[EdgeState, ...]:
    return tuple(
        EdgeState(
            dependency_id=link.id,
            consumer_id=link.consumer_id,
            provider_id=link.provider_id,
            carries=link.id in carrying,
        )
        for link in portfolio.dependencies
    )
