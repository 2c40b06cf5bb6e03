"""Events of one source in one chunk of paths: drawn once, then seen both without and with the measures.

Common random numbers: an event keeps its own uniforms. Where measures lower the rate, events are thinned; where they
raise it, more events are added from a stream of their own. So the world without measures never depends on them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from rori.economics.arrays import BoolArray, FloatArray, IntArray
from rori.economics.case import Case
from rori.economics.portfolio import CommonCause, FailureMode
from rori.economics.scenario import Phase, Scenario
from rori.economics.streams import stream
from rori.economics.weekly import HOURS_PER_WEEK

Source = FailureMode | CommonCause


@dataclass(frozen=True, slots=True, kw_only=True)
class Events:
    """Events of one source, one element each; shapes (n_events,).

    Attributes
    ----------
    path : ndarray of int
        Path within the chunk.
    at_years : ndarray
        When it happens, years from the start, [0, horizon).
    start_hour : ndarray
        Hour of the week, [0, 168).
    duration_hours, capacity_lost : ndarray
        As they would be without measures.
    thinning : ndarray
        Uniform that decides whether the event happens at a lower rate.
    phase : ndarray of int
        Phase of the horizon in which it falls.
    seen_without : bool
        False for the events that only measures bring about.
    """

    path: IntArray
    at_years: FloatArray
    start_hour: FloatArray
    duration_hours: FloatArray
    capacity_lost: FloatArray
    thinning: FloatArray
    phase: IntArray
    seen_without: bool

    @property
    def count(self) -> int:
        """Number of events."""
        return len(self.path)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """Events per year of one source: without measures, and with them in each phase; shape (n_paths,) each."""

    without: FloatArray
    by_phase: tuple[FloatArray, ...]

    @property
    def added(self) -> FloatArray:
        """How far measures raise the rate at most, over the phases."""
        return np.asarray(np.maximum(np.max(self.by_phase, axis=0) - self.without, 0.0))

    def kept(self, events: Events) -> BoolArray:
        """Which events happen with the measures."""
        with_measures = np.stack(self.by_phase)[events.phase, events.path]
        without = self.without[events.path]
        if events.seen_without:
            return np.asarray(events.thinning * without < with_measures)
        return np.asarray(events.thinning * self.added[events.path] < with_measures - without)


def draw_rates(source: Source, case: Case, chunk: int, n_paths: int, scenarios: Sequence[Scenario]) -> Rates:
    """Draw the rate of a source once per path and apply what measures change."""
    z = stream(case.seed, chunk, "rate", source.id).standard_normal(n_paths)
    without = source.events_per_year.from_normal(z)
    adjustments = (scenario.rates.get(source.id) for scenario in scenarios)
    by_phase = tuple(without if change is None else change.apply(without) for change in adjustments)
    return Rates(without=without, by_phase=by_phase)


def draw_events(
    source: Source, case: Case, chunk: int, rates: FloatArray, cut: Sequence[Phase], *, seen_without: bool
) -> Events:
    """Draw the events of one source over the horizon: Poisson given each path's rate.

    Parameters
    ----------
    rates : ndarray, shape (n_paths,)
        Events per year.
    cut : sequence of Phase
        The phases of the horizon.
    seen_without : bool
        Whether these are the events of today's design, or those that measures add.
    """
    draws = stream(case.seed, chunk, "events" if seen_without else "added events", source.id)
    counts = draws.poisson(rates * case.horizon_years)
    path = np.repeat(np.arange(len(rates)), counts)
    size = len(path)
    at_years = draws.random(size) * case.horizon_years
    starts = np.array([phase.start_years for phase in cut])
    capacity = np.ones(size)
    if isinstance(source, FailureMode):
        capacity = source.capacity_lost.sample(draws, size)
    return Events(
        path=path,
        at_years=at_years,
        start_hour=_start_hours(source, draws, size),
        duration_hours=source.duration_hours.from_normal(draws.standard_normal(size)),
        capacity_lost=capacity,
        thinning=draws.random(size),
        phase=np.searchsorted(starts, at_years, side="right") - 1,
        seen_without=seen_without,
    )


def durations_with(events: Events, source: Source, scenarios: Sequence[Scenario]) -> FloatArray:
    """Durations with the measures of each event's phase, hours, shape (n_events,)."""
    return _adjusted(events, events.duration_hours, source.id, [scenario.durations for scenario in scenarios])


def capacities_with(events: Events, source: Source, scenarios: Sequence[Scenario]) -> FloatArray:
    """Capacity lost with the measures of each event's phase, in [0, 1], shape (n_events,)."""
    changed = _adjusted(events, events.capacity_lost, source.id, [scenario.capacities for scenario in scenarios])
    return np.minimum(changed, 1.0)


def _adjusted(events: Events, base: FloatArray, key: str, by_phase: Sequence[Mapping[str, object]]) -> FloatArray:
    if not any(key in adjustments for adjustments in by_phase):
        return base
    result = base.copy()
    for number, adjustments in enumerate(by_phase):
        if key in adjustments:
            within = events.phase == number
            result[within] = adjustments[key].apply(base[within], events.path[within])  # type: ignore[attr-defined]
    return result


def _start_hours(source: Source, draws: np.random.Generator, size: int) -> FloatArray:
    if isinstance(source, FailureMode) and source.start_hours:
        return np.asarray(source.start_hours)[draws.integers(len(source.start_hours), size=size)] + draws.random(size)
    return draws.random(size) * HOURS_PER_WEEK
