"""What a set of measures changes: every effect turned into adjustments of the quantities that its selector names."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np

from rori.economics.arrays import FloatArray
from rori.economics.inputs.case import Case
from rori.economics.inputs.estimates import LognormalEstimate, PertEstimate
from rori.economics.inputs.measures import Effect, Measure
from rori.economics.inputs.portfolio import CommonCause, Dependency, FailureMode, Portfolio, System
from rori.economics.streams import stream
from rori.economics.terms import Operation, Quantity

MONTHS_PER_YEAR = 12.0

Sizes = Mapping[tuple[str, int], FloatArray]
"""Drawn size of each effect, by measure id and position of the effect; shape (n_paths,)."""


_Change = tuple[Effect, FloatArray]
"""An effect and its drawn size, shape (n_paths,)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Adjustment:
    """Change of one quantity per path: replace it (where given), then multiply. Shapes (n_paths,).

    `reached` is the share of the way from the quantity to its replacement that is gone, in [0, 1]; None means all of it.
    """

    factor: FloatArray
    replacement: FloatArray | None = None
    reached: FloatArray | None = None

    def apply(self, base: FloatArray, path: FloatArray | slice = slice(None)) -> FloatArray:
        """Return the changed quantity; `path` picks the path of each element of `base`."""
        value = base if self.replacement is None else self.replacement[path]
        if self.reached is not None:
            value = (1.0 - self.reached[path]) * base + self.reached[path] * value
        return np.asarray(value * self.factor[path])


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """All adjustments that hold while a set of measures is live; empty means today's design.

    Keyed by failure mode or common cause id (rates, durations, capacities), by (common cause id, system id) (hits,
    shares) or by dependency id (buffers, failovers).
    """

    rates: Mapping[str, Adjustment] = field(default_factory=dict)
    durations: Mapping[str, Adjustment] = field(default_factory=dict)
    capacities: Mapping[str, Adjustment] = field(default_factory=dict)
    hits: Mapping[tuple[str, str], Adjustment] = field(default_factory=dict)
    shares: Mapping[tuple[str, str], Adjustment] = field(default_factory=dict)
    buffers: Mapping[str, Adjustment] = field(default_factory=dict)
    failovers: Mapping[str, Adjustment] = field(default_factory=dict)


TODAY = Scenario()


@dataclass(frozen=True, slots=True, kw_only=True)
class Phase:
    """A stretch of the horizon, in years from the start, during which the same measures are live."""

    start_years: float
    end_years: float
    live: tuple[Measure, ...]


def live_years(measure: Measure, horizon_years: float) -> tuple[float, float]:
    """Return when a measure goes live and when its life ends, in years from the start, within the horizon."""
    start = measure.lead_time_months / MONTHS_PER_YEAR
    return min(start, horizon_years), min(start + measure.life_years, horizon_years)


def phases(measures: tuple[Measure, ...], horizon_years: float) -> tuple[Phase, ...]:
    """Cut the horizon wherever a preventing measure goes live or reaches the end of its life.

    Parameters
    ----------
    measures : tuple of Measure
        Those of the case; risk transfers prevent nothing and are left out.
    horizon_years : float
        Years, > 0.

    Returns
    -------
    tuple of Phase
        Without gaps from 0 to the horizon.
    """
    preventing = tuple(measure for measure in measures if measure.transfer is None)
    spans = {measure.id: live_years(measure, horizon_years) for measure in preventing}
    cuts = sorted({0.0, float(horizon_years)}.union(*spans.values()))
    return tuple(
        Phase(
            start_years=start,
            end_years=end,
            live=tuple(m for m in preventing if spans[m.id][0] <= start and end <= spans[m.id][1]),
        )
        for start, end in itertools.pairwise(cuts)
    )


def draw_sizes(measures: tuple[Measure, ...], case: Case, chunk: int, n_paths: int) -> Sizes:
    """Draw the size of every effect once per path: how well a measure works is not known, but it does not change.

    Returns
    -------
    dict
        (measure id, position) to ndarray of shape (n_paths,).
    """
    return {
        (measure.id, position): effect.size.tabulated(
            stream(case.seed, chunk, "effect", measure.drawn_as, str(position)).random(n_paths)
        )
        for measure in measures
        for position, effect in enumerate(measure.effects)
    }


def mean_sizes(measures: tuple[Measure, ...]) -> Sizes:
    """Return the expected size of every effect, shape (1,) each."""
    return {(m.id, i): np.array([effect.size.mean]) for m in measures for i, effect in enumerate(m.effects)}


def resolve(portfolio: Portfolio, measures: tuple[Measure, ...], sizes: Sizes) -> Scenario:
    """Turn the effects of live measures into adjustments; effects on one quantity multiply.

    Of several replacements of one quantity the one that leaves less risk counts (the smallest; for a buffer the
    largest), so that the order of measures does not matter. Where some are realised in part, the one is chosen that does
    so at the expected value of the quantity.
    """
    found: dict[Quantity, dict[object, list[_Change]]] = {quantity: {} for quantity in Quantity}
    for measure in measures:
        for position, effect in enumerate(measure.effects):
            for key in _targets(portfolio, effect):
                change = (effect, sizes[measure.id, position])
                found[effect.quantity].setdefault(key, []).append(change)

    def combined(quantity: Quantity) -> dict[object, Adjustment]:
        return {key: _combine(portfolio, key, changes) for key, changes in found[quantity].items()}

    return Scenario(
        rates=combined(Quantity.EVENTS_PER_YEAR),  # type: ignore[arg-type]
        durations=combined(Quantity.DURATION_HOURS),  # type: ignore[arg-type]
        capacities=combined(Quantity.CAPACITY_LOST),  # type: ignore[arg-type]
        hits=combined(Quantity.HIT_PROBABILITY),  # type: ignore[arg-type]
        shares=combined(Quantity.SHARE_REACHED),  # type: ignore[arg-type]
        buffers=combined(Quantity.BUFFER_HOURS),  # type: ignore[arg-type]
        failovers=combined(Quantity.FAILOVER_HOURS),  # type: ignore[arg-type]
    )


def _combine(portfolio: Portfolio, key: object, changes: list[_Change]) -> Adjustment:
    factor = np.ones_like(changes[0][1])
    for effect, size in changes:
        if effect.operation is Operation.MULTIPLY:
            factor = factor * size
    replacing = [change for change in changes if change[0].operation is Operation.REPLACE]
    if not replacing:
        return Adjustment(factor=factor)
    sizes = np.stack([size for _, size in replacing])
    quantity = replacing[0][0].quantity
    if all(effect.part == 1.0 for effect, _ in replacing):
        best = np.maximum if quantity is Quantity.BUFFER_HOURS else np.minimum
        return Adjustment(factor=factor, replacement=best.reduce(sizes))
    parts = np.array([effect.part for effect, _ in replacing])
    left = parts[:, np.newaxis] * (sizes - _expected(portfolio, quantity, key))
    chosen = left.argmax(axis=0) if quantity is Quantity.BUFFER_HOURS else left.argmin(axis=0)
    return Adjustment(
        factor=factor, replacement=np.take_along_axis(sizes, chosen[np.newaxis], axis=0)[0], reached=parts[chosen]
    )


def _expected(portfolio: Portfolio, quantity: Quantity, key: object) -> float:
    """Return the expected value of a quantity in today's design."""
    owner = key[0] if isinstance(key, tuple) else key
    holders: tuple[FailureMode | CommonCause | Dependency, ...] = (
        *portfolio.failure_modes,
        *portfolio.common_causes,
        *portfolio.dependencies,
    )
    value = next(getattr(one, quantity) for one in holders if one.id == owner and hasattr(one, quantity))
    return float(value.mean if isinstance(value, LognormalEstimate | PertEstimate) else value)


def _targets(portfolio: Portfolio, effect: Effect) -> Iterable[object]:
    systems = {system.id: system for system in portfolio.systems}
    match effect.quantity:
        case Quantity.EVENTS_PER_YEAR | Quantity.DURATION_HOURS:
            yield from (m.id for m in portfolio.failure_modes if _hits_mode(effect, m, systems[m.system_id]))
            yield from (cause.id for cause in portfolio.common_causes if _hits_cause(effect, cause))
        case Quantity.CAPACITY_LOST:
            yield from (m.id for m in portfolio.failure_modes if _hits_mode(effect, m, systems[m.system_id]))
        case Quantity.HIT_PROBABILITY | Quantity.SHARE_REACHED:
            for cause in portfolio.common_causes:
                exposed = (system for system in portfolio.systems if cause.tag in system.tags)
                yield from ((cause.id, system.id) for system in exposed if _hits_exposed(effect, cause, system))
        case _:
            yield from (link.id for link in portfolio.dependencies if _hits_link(effect, link))


def _hits_mode(effect: Effect, mode: FailureMode, system: System) -> bool:
    target = effect.target
    return "common_cause" not in target.fields and (
        target.allows("mode", mode.id)
        and target.allows("system", mode.system_id)
        and target.allows("cause", mode.cause.value)
        and target.allows("tag", *system.tags)
    )


def _hits_cause(effect: Effect, cause: CommonCause) -> bool:
    fields = effect.target.fields
    return fields <= {"common_cause"} and effect.target.allows("common_cause", cause.id)


def _hits_exposed(effect: Effect, cause: CommonCause, system: System) -> bool:
    target = effect.target
    return (
        target.allows("common_cause", cause.id)
        and target.allows("system", system.id)
        and target.allows("tag", *system.tags)
    )


def _hits_link(effect: Effect, link: Dependency) -> bool:
    target = effect.target
    return (
        target.allows("dependency", link.id)
        and target.allows("consumer", link.consumer_id)
        and target.allows("provider", link.provider_id)
    )
