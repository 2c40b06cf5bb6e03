"""One event over time: when which system loses how much capacity, and how the loss grows from moment to moment."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Mapping

import numpy as np

from rori.economics.arrays import FloatArray
from rori.economics.decisions.one_event_results import LossPoint, StretchLost
from rori.economics.decisions.outage import Stage
from rori.economics.decisions.paths import Explainer
from rori.economics.inputs.portfolio import System
from rori.economics.interruption.routes import Route

MOMENT_HOURS = 1e-9
"""What falls due at a moment shows as the difference of the loss this long before and after it."""


def stretches_of(stage: Stage, explainer: Explainer, system_id: str, routes: tuple[Route, ...]) -> list[StretchLost]:
    """Cut an interruption where its level changes: the pointwise maximum over the routes that bite."""
    spans = [(float(r.start[0]), min(float(r.stop[0]), stage.duration_hours), r) for r in routes]
    edges = sorted({edge for start, end, _ in spans for edge in (start, end)})
    found: list[StretchLost] = []
    for start, end in itertools.pairwise(edges):
        within = [route for begins, ends, route in spans if begins <= start and end <= ends]
        if not within:
            continue
        strongest = max(within, key=lambda route: route.gain)
        level, path = strongest.gain * stage.outage.capacity_lost, explainer.path(system_id, strongest)
        if found and (found[-1].to_hour, found[-1].capacity_lost, found[-1].path) == (start, level, path):
            start = found.pop().from_hour  # noqa: PLW2901
        found.append(StretchLost(from_hour=start, to_hour=end, capacity_lost=level, path=path))
    return [stretch for stretch in found if stretch.capacity_lost > 0.0]


def hour_when_passed(stretches: Iterable[StretchLost], affected_hours: float | None) -> float | None:
    """Return when a system has been affected for so many hours and goes on to be; None when never, hours."""
    if affected_hours is None:
        return None
    left = affected_hours
    for stretch in stretches:
        length = stretch.to_hour - stretch.from_hour
        if left < length:
            return stretch.from_hour + left
        left -= length
    return None


def moments(stage: Stage, systems: Iterable[System], stretches: Mapping[str, list[StretchLost]]) -> FloatArray:
    """Return all moments at which the rate of loss may change or something falls due, hours, rising from 0 to the end."""
    found = {0.0, stage.duration_hours}
    for system in systems:
        own = stretches[system.id]
        found.update(edge for stretch in own for edge in (stretch.from_hour, stretch.to_hour))
        due = (hour_when_passed(own, threshold) for threshold in _thresholds(system))
        found.update(hour for hour in due if hour is not None)
        if system.loss is not None and not system.loss.weekly_profile.is_flat:
            start = stage.outage.start_hour
            first = math.floor(start) + 1
            found.update(hour - start for hour in range(first, math.ceil(start + stage.duration_hours)))
    rising = np.array(sorted(hour for hour in found if 0.0 <= hour <= stage.duration_hours))
    apart = np.concatenate([[True], np.diff(rising) > 4 * MOMENT_HOURS])
    apart[-1] = True
    return np.asarray(rising[apart])


def cumulative_losses(stage: Stage, system: System, hours: FloatArray) -> FloatArray:
    """Return the loss of one system just before and just after every moment, euros, shape (2, n_moments).

    Notes
    -----
    The loss up to an hour is the loss of the same event broken off then: no component falls due in advance.
    """
    before = np.maximum(hours - MOMENT_HOURS, 0.0)
    after = np.minimum(hours + MOMENT_HOURS, stage.duration_hours)
    found = stage.impacts((system,), np.concatenate([before, after]))
    total = np.zeros(2 * len(hours))
    for euros in (euros for impact in found for euros in impact.loss.values()):
        total += euros
    return total.reshape(2, -1)


def loss_points(hours: FloatArray, losses: FloatArray) -> tuple[LossPoint, ...]:
    """Turn cumulative losses, shape (2, n_moments), into points with the rate up to the next one."""
    before, after = losses
    rates = np.append(
        np.maximum(before[1:] - after[:-1], 0.0) / np.maximum(np.diff(hours) - 2 * MOMENT_HOURS, MOMENT_HOURS), 0.0
    )
    return tuple(
        LossPoint(hour=float(h), before_eur=float(b), cumulative_eur=float(a), eur_per_hour=float(r))
        for h, b, a, r in zip(hours, before, after, rates, strict=True)
    )


def _thresholds(system: System) -> tuple[float | None, ...]:
    profile = system.loss
    if profile is None:
        return ()
    steps = (step.from_hours for step in profile.penalty_steps)
    ramp = (profile.defection_onset_hours, profile.defection_full_hours)
    return (*steps, profile.reportable_after_hours, system.impact_tolerance_hours, *ramp)
