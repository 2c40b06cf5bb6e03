"""The uncertain inputs of a case, each with its own P5, P95 and quantile function."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from scipy.special import ndtri

from rori.economics.arrays import FloatArray
from rori.economics.decisions.moved import Moved
from rori.economics.inputs.estimates import LognormalEstimate, PertEstimate
from rori.economics.inputs.portfolio import CommonCause, Portfolio
from rori.economics.simulation.events import Source


class InputKind(StrEnum):
    """What kind of input it is, with its unit."""

    RATE = "events per year"
    DURATION = "typical duration, hours"
    CAPACITY = "capacity lost"
    EFFECT = "size of effect"
    DISCOUNT_RATE = "discount rate per year"
    HORIZON = "horizon, years"


@dataclass(frozen=True, slots=True, kw_only=True)
class UncertainInput:
    """One uncertain input.

    `key` is the id of the failure mode, common cause or measure, `position` that of the effect in its measure. For a
    duration the estimate says how outages differ; moved is its median, and every duration with it.
    """

    kind: InputKind
    key: str
    name: str
    estimate: LognormalEstimate | PertEstimate
    position: int = 0

    def value(self, quantiles: FloatArray) -> FloatArray:
        """Values at quantiles in (0, 1), in the unit of the input, shape of quantiles."""
        if isinstance(self.estimate, PertEstimate):
            return self.estimate.from_uniform(quantiles)
        return self.estimate.from_normal(ndtri(quantiles))


def uncertain_inputs(portfolio: Portfolio, measure_ids: tuple[str, ...]) -> tuple[UncertainInput, ...]:
    """Return the uncertain rates, durations, capacities and effect sizes that the case may depend on."""
    sources: tuple[Source, ...] = (*portfolio.failure_modes, *portfolio.common_causes)
    found: list[UncertainInput] = []
    for source in sources:
        found += _lognormal(InputKind.RATE, source, source.events_per_year)
        found += _lognormal(InputKind.DURATION, source, source.duration_hours)
        if not isinstance(source, CommonCause) and not source.capacity_lost.is_certain:
            found.append(
                UncertainInput(kind=InputKind.CAPACITY, key=source.id, name=source.name, estimate=source.capacity_lost)
            )
    for measure in portfolio.chosen_measures(measure_ids):
        found += (
            UncertainInput(
                kind=InputKind.EFFECT, key=measure.id, name=measure.name, estimate=effect.size, position=position
            )
            for position, effect in enumerate(measure.effects)
            if not effect.size.is_certain
        )
    return tuple(found)


def moved_to(inputs: Sequence[UncertainInput], values: FloatArray) -> Moved:
    """Hold inputs at values of shape (n_inputs, n_points), in their own units."""
    pairs = list(zip(inputs, values, strict=True))
    return Moved(
        n_points=values.shape[1],
        rates=_of_kind(InputKind.RATE, pairs),
        durations={
            one.key: row / one.estimate.median
            for one, row in pairs
            if one.kind is InputKind.DURATION and isinstance(one.estimate, LognormalEstimate)
        },
        capacities=_of_kind(InputKind.CAPACITY, pairs),
        sizes={(one.key, one.position): row for one, row in pairs if one.kind is InputKind.EFFECT},
    )


def _of_kind(kind: InputKind, pairs: Iterable[tuple[UncertainInput, FloatArray]]) -> Mapping[str, FloatArray]:
    return {one.key: np.asarray(row) for one, row in pairs if one.kind is kind}


def _lognormal(kind: InputKind, source: Source, estimate: LognormalEstimate) -> Iterable[UncertainInput]:
    if estimate.p5 < estimate.p95:
        yield UncertainInput(kind=kind, key=source.id, name=source.name, estimate=estimate)
