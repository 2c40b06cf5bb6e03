"""What a batch of events does: which systems stop, how long, and what that costs."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from rori.economics.arrays import BoolArray, FloatArray, IntArray
from rori.economics.inputs.portfolio import System
from rori.economics.interruption.loss import Interruptions, Stretch, loss_by_component
from rori.economics.interruption.routes import Route
from rori.economics.terms import Component


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Events of one source as one world sees them; shapes (n_events,).

    An event that does not happen in this world has duration 0. `down` says which systems fail directly, `chance` gives
    the uniforms that decide on coincidences of one redundancy group.
    """

    path: IntArray
    start_hour: FloatArray
    duration_hours: FloatArray
    capacity_lost: FloatArray
    loses_data: bool
    down: Mapping[str, BoolArray]
    chance: Callable[[str], FloatArray]


@dataclass(frozen=True, slots=True, kw_only=True)
class Impact:
    """What the events do to one system; shapes (n_events,)."""

    system_id: str
    loss: Mapping[Component, FloatArray]
    capacity_hours: FloatArray
    hours: FloatArray


Reach = Sequence[tuple[System, tuple[Route, ...]]]
"""The systems that one source can stop, each with the routes that matter."""


def reach_of(direct: frozenset[str], systems: Sequence[System], routes: Mapping[str, tuple[Route, ...]]) -> Reach:
    """Pick the systems and routes that failures of the systems in `direct` can use."""
    picked = ((s, tuple(r for r in routes[s.id] if r.sources <= direct)) for s in systems)
    return [(system, usable) for system, usable in picked if usable]


def impacts(batch: Batch, reach: Reach) -> list[Impact]:
    """Compute what a batch of events does to every system in reach."""
    return [_impact(batch, system, routes) for system, routes in reach]


def _impact(batch: Batch, system: System, routes: tuple[Route, ...]) -> Impact:
    own = batch.down.get(system.id)
    data_gone = own if batch.loses_data and own is not None else np.zeros(len(batch.path), dtype=np.bool_)
    interruptions = Interruptions(
        stretches=_stretches(batch, routes), start_hour=batch.start_hour, loses_data=data_gone
    )
    return Impact(
        system_id=system.id,
        loss=loss_by_component(system, interruptions),
        capacity_hours=interruptions.capacity_hours,
        hours=interruptions.hours,
    )


def _stretches(batch: Batch, routes: tuple[Route, ...]) -> tuple[Stretch, ...]:
    spans = [_span(batch, route) for route in routes]
    if len(routes) == 1:
        start, end = spans[0]
        return (Stretch(level=routes[0].gain * batch.capacity_lost, start=start, end=end),)
    return _pointwise_maximum(batch, [route.gain for route in routes], spans)


def _span(batch: Batch, route: Route) -> tuple[FloatArray, FloatArray]:
    """From when to when one route bites in each event; end = start where it does not."""
    start = route.start[batch.path] if len(route.start) > 1 else np.broadcast_to(route.start, batch.path.shape)
    stop = route.stop[batch.path] if len(route.stop) > 1 else route.stop
    active = np.logical_and.reduce([batch.down[source] for source in sorted(route.sources)])
    if route.chance < 1.0:
        active = active & (batch.chance(route.group) < route.chance)
    end = np.where(active, np.minimum(batch.duration_hours, stop), 0.0)
    return start, np.maximum(end, start)


def _pointwise_maximum(
    batch: Batch, gains: Sequence[float], spans: Sequence[tuple[FloatArray, FloatArray]]
) -> tuple[Stretch, ...]:
    """Combine overlapping routes: between any two neighbouring starts or ends the largest gain counts."""
    points = np.sort(np.stack([edge for span in spans for edge in span]), axis=0)
    stretches = []
    for start, end in itertools.pairwise(points):
        level = np.zeros_like(batch.duration_hours)
        for gain, (begins, ends) in zip(gains, spans, strict=True):
            inside = (begins <= start) & (end <= ends) & (start < end)
            np.maximum(level, np.where(inside, gain, 0.0), out=level)
        stretches.append(Stretch(level=level * batch.capacity_lost, start=start, end=end))
    return tuple(stretches)
