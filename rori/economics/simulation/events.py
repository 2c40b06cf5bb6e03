"""Events of one source in one chunk of paths: drawn once, then seen both without and with any set of measures.

Common random numbers: an event keeps its own uniforms. Where measures lower the rate, events are thinned; where they
raise it, more events are added from streams of their own. Every kind of draw has a stream of its own name and is drawn
only when something asks for it, so no case disturbs the numbers of another.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from rori.economics.arrays import BoolArray, FloatArray, IntArray
from rori.economics.inputs.case import Case
from rori.economics.inputs.estimates import Z95, LognormalEstimate
from rori.economics.inputs.portfolio import CommonCause, FailureMode
from rori.economics.inputs.scenario import Adjustment, Phase, Scenario
from rori.economics.inputs.weekly import HOURS_PER_WEEK
from rori.economics.interruption.curves import Curve
from rori.economics.streams import stream

Source = FailureMode | CommonCause


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """Events per year of one source: without measures, and with them in each phase.

    Shapes (n_paths,), or (1,) where all paths have the same rate.
    """

    without: FloatArray
    by_phase: tuple[FloatArray, ...]

    @property
    def added(self) -> FloatArray:
        """How far measures raise the rate at most, over the phases."""
        highest = self.without
        for rates in self.by_phase:
            highest = np.maximum(highest, rates)
        return highest - self.without

    def kept(self, events: Events, phase: IntArray | None) -> BoolArray | None:
        """Which events happen with the measures, None when all do; `phase` is that of each event, None when there is one."""
        if events.seen_without and all(bool((rates >= self.without).all()) for rates in self.by_phase):
            return None
        with_measures = _at(self.by_phase[0], events.path)
        if phase is not None:
            with_measures = np.empty(events.count)
            for number, rates in enumerate(self.by_phase):
                within = phase == number
                with_measures[within] = _at(rates, events.path[within])
        without = _at(self.without, events.path)
        if events.seen_without:
            return np.asarray(events.uniform("thinning") * without < with_measures)
        return np.asarray(events.uniform("thinning") * _at(self.added, events.path) < with_measures - without)


def draw_rates(source: Source, case: Case, chunk: int, n_paths: int) -> FloatArray:
    """Draw the rate of a source once per path: events per year without measures, (n_paths,), or (1,) when it is certain."""
    estimate = source.events_per_year
    if estimate.p5 == estimate.p95:
        return np.array([estimate.p5])
    return estimate.from_normal(stream(case.seed, chunk, "rate", source.id).standard_normal(n_paths))


def rates_with(without: FloatArray, source: Source, scenarios: Sequence[Scenario]) -> Rates:
    """Apply what measures change about the rate of a source, phase by phase."""
    changes = (scenario.rates.get(source.id) for scenario in scenarios)
    return Rates(without=without, by_phase=tuple(without if c is None else c.apply(without) for c in changes))


class Events:
    """Events of one source in one chunk: Poisson given each path's rate, at times that are uniform over the horizon.

    Parameters
    ----------
    source : FailureMode or CommonCause
    case : Case
    chunk, n_paths : int
        The chunk and its number of paths.
    rates : ndarray, shape (n_paths,) or (1,)
        Events per year.
    seen_without : bool
        False for the events that only measures bring about.

    Attributes
    ----------
    path, year : ndarray of int, shape (n_events,)
        Path within the chunk, and path x horizon + year within.
    duration_hours : ndarray, shape (n_events,)
        As it would be without measures.
    integrals : dict
        Integrals of weekly profiles at hours after the start of each event, once they were needed.

    Notes
    -----
    The number of events of the whole chunk is one Poisson draw with the summed rate; given it, events fall on paths in
    proportion to their rates (Kingman, Poisson Processes, 1993, section 2.1).
    """

    def __init__(
        self, source: Source, case: Case, chunk: int, *, n_paths: int, rates: FloatArray, seen_without: bool
    ) -> None:
        self.source, self.seen_without = source, seen_without
        self._case, self._chunk = case, chunk
        self._drawn: dict[tuple[str, ...], FloatArray] = {}
        self.integrals: dict[tuple[Curve, float], FloatArray] = {}
        draws = self._stream("events")
        if len(rates) == 1:
            n_years = n_paths * case.horizon_years
            self.year = draws.integers(n_years, size=draws.poisson(float(rates[0]) * n_years))
            self.path = self.year // case.horizon_years if case.horizon_years > 1 else self.year
        else:
            self.path, self.year = _spread(draws, rates, case.horizon_years)
        self.duration_hours = _durations(source.duration_hours, draws, len(self.path))

    @property
    def count(self) -> int:
        """Number of events."""
        return len(self.path)

    @property
    def capacity_lost(self) -> float | FloatArray:
        """Capacity lost as it would be without measures, in [0, 1]; one number where it is certain."""
        if isinstance(self.source, CommonCause):
            return 1.0
        estimate = self.source.capacity_lost
        if estimate.is_certain:
            return float(estimate.low)
        return self._once(("capacity",), lambda draws: estimate.sample(draws, self.count))

    @property
    def at_years(self) -> FloatArray:
        """When each event happens, years from the start, [0, horizon)."""
        return self.year % self._case.horizon_years + self.uniform("time within the year")

    def start_hour(self) -> FloatArray:
        """Hour of the week at which each event begins, [0, 168)."""
        return self._once(("start hour",), self._start_hours)

    def uniform(self, *name: str) -> FloatArray:
        """Uniforms of one kind, one per event, [0, 1)."""
        return self._once(name, lambda draws: draws.random(self.count))

    def phases(self, cut: Sequence[Phase]) -> IntArray | None:
        """Phase of the horizon in which each event falls, None when there is only one."""
        if len(cut) == 1:
            return None
        starts = np.array([phase.start_years for phase in cut])
        whole = all(start.is_integer() for start in starts.tolist())
        at_years = self.year % self._case.horizon_years if whole else self.at_years
        return np.searchsorted(starts, at_years, side="right") - 1

    def _start_hours(self, draws: np.random.Generator) -> FloatArray:
        source = self.source
        if isinstance(source, FailureMode) and source.start_hours:
            chosen = draws.integers(len(source.start_hours), size=self.count)
            return np.asarray(source.start_hours)[chosen] + draws.random(self.count)
        return draws.random(self.count) * HOURS_PER_WEEK

    def _once(self, name: tuple[str, ...], draw: Callable[[np.random.Generator], FloatArray]) -> FloatArray:
        if name not in self._drawn:
            self._drawn[name] = draw(self._stream(*name))
        return self._drawn[name]

    def _stream(self, kind: str, *name: str) -> np.random.Generator:
        kind = kind if self.seen_without else f"added {kind}"
        return stream(self._case.seed, self._chunk, kind, self.source.id, *name)


def adjusted(
    base: float | FloatArray, events: Events, phase: IntArray | None, changes: Sequence[Adjustment | None]
) -> float | FloatArray:
    """Apply what the measures of each event's phase change about a quantity; `changes` has one element per phase."""
    if all(change is None for change in changes):
        return base
    values = np.full(events.count, base) if isinstance(base, float) else base
    if phase is None:
        return values if changes[0] is None else changes[0].apply(values, events.path)  # type: ignore[arg-type]
    result = values.copy()
    for number, change in enumerate(changes):
        if change is not None:
            within = phase == number
            result[within] = change.apply(values[within], events.path[within])
    return result


def _spread(draws: np.random.Generator, rates: FloatArray, horizon: int) -> tuple[IntArray, IntArray]:
    """Draw events on paths of different rates: uniform on a line on which every path is as long as its rate."""
    edges = np.concatenate(([0.0], np.cumsum(rates)))
    # sums of exponentials are uniform order statistics: sorted without sorting (Devroye 1986, section V.2.2)
    sums = np.cumsum(draws.standard_exponential(int(draws.poisson(edges[-1] * horizon)) + 1))
    position = sums[:-1] * (edges[-1] / sums[-1])
    path = np.minimum(np.searchsorted(edges, position, side="right") - 1, len(rates) - 1)
    if horizon == 1:
        return path, path
    share = (position - edges[path]) / rates[path]
    return path, path * horizon + np.clip((share * horizon).astype(np.int64), 0, horizon - 1)


def _durations(estimate: LognormalEstimate, draws: np.random.Generator, size: int) -> FloatArray:
    """Draw durations, hours; certain ones need no draws."""
    if estimate.p5 == estimate.p95:
        return np.full(size, estimate.p5)
    z = draws.standard_normal(size)
    if estimate.p50 is not None:
        return estimate.from_normal(z)
    z *= math.log(estimate.p95 / estimate.p5) / (2.0 * Z95)
    np.exp(z, out=z)
    z *= estimate.median
    return z


def _at(values: FloatArray, path: IntArray) -> FloatArray:
    return values if len(values) == 1 else values[path]
