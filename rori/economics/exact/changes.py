"""What if: one quantity turned up or down, and the figures at once from what is known already."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypeVar

from rori.economics.checks import require_at_least
from rori.economics.exact.engine import result_of
from rori.economics.exact.figures import ExactResult
from rori.economics.exact.levels import Prepared, changed_level, prepare
from rori.economics.inputs.estimates import LognormalEstimate, PertEstimate
from rori.economics.inputs.measures import Effect, Measure
from rori.economics.inputs.portfolio import CommonCause, FailureMode, Portfolio
from rori.economics.simulation.events import Source
from rori.economics.terms import Operation
from rori.errors import InputError, NotApplicableError, NotFoundError

AnySource = TypeVar("AnySource", FailureMode, CommonCause)


MOST_BEYOND = 1e-4
"""More than one year in ten thousand beyond the grid: prepare anew."""


class Knob(StrEnum):
    """What a change turns."""

    EVENTS_PER_YEAR = "events per year of a failure mode or common cause"
    DURATION_HOURS = "duration of the outages of a failure mode or common cause"
    CAPACITY_LOST = "capacity lost through a failure mode"
    EFFECT = "effect of a measure"
    COST = "cost of a measure"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One change: the knob, whose it is (id of a failure mode, common cause or measure), and the factor on it.

    The factor is >= 0, above 0 for a duration. The effect of a measure is what it takes away: with factor f a
    multiplier m becomes 1 - f (1 - m), never below 0, so 0 is a measure that does nothing. Cost is capex and opex.
    """

    knob: Knob
    id: str
    factor: float

    def __post_init__(self) -> None:
        require_at_least("factor", self.factor, 0.0)
        if self.knob is Knob.DURATION_HOURS and self.factor == 0.0:
            raise InputError("factor", "above 0 for a duration", self.factor)


def exact_what_if(prepared: Prepared, changes: tuple[Change, ...]) -> ExactResult:
    """Compute the figures of a prepared case with some quantities changed.

    Parameters
    ----------
    prepared : Prepared
        From `prepare`; it is not changed.
    changes : tuple of Change
        Applied in order.

    Returns
    -------
    ExactResult
        As `exact_case` of the changed portfolio, on the grids of the prepared case; where the changed losses reach far
        beyond these, the changed case is prepared anew, which takes longer.

    Raises
    ------
    NotFoundError
        When there is no failure mode, common cause or measure with an id.
    NotApplicableError
        When a measure replaces a quantity, so that its effect cannot be scaled.
    """
    portfolio = prepared.portfolio
    for change in changes:
        portfolio = changed_portfolio(portfolio, change)
    fine, coarse = (
        changed_level(level, portfolio, prepared.case, prepared.book) for level in (prepared.fine, prepared.coarse)
    )
    found = replace(prepared, portfolio=portfolio, fine=fine, coarse=coarse)
    with suppress(InputError):
        result = result_of(found)
        if result.probability_beyond_grid <= MOST_BEYOND:
            return result
    return result_of(prepare(portfolio, prepared.case, prepared.fine.resolution))


def changed_portfolio(portfolio: Portfolio, change: Change) -> Portfolio:
    """Return the portfolio with one change made."""
    match change.knob:
        case Knob.EFFECT | Knob.COST:
            _require_one(change, [measure.id for measure in portfolio.measures])
            turn = _with_effect if change.knob is Knob.EFFECT else _with_cost
            return replace(
                portfolio,
                measures=tuple(turn(m, change.factor) if m.id == change.id else m for m in portfolio.measures),
            )
        case _:
            sources: tuple[Source, ...] = portfolio.failure_modes
            if change.knob is not Knob.CAPACITY_LOST:
                sources = (*sources, *portfolio.common_causes)
            _require_one(change, [source.id for source in sources])
            return replace(
                portfolio,
                failure_modes=tuple(_turned(mode, change) for mode in portfolio.failure_modes),
                common_causes=tuple(_turned(cause, change) for cause in portfolio.common_causes),
            )


def _require_one(change: Change, known: list[str]) -> None:
    if change.id not in known:
        raise NotFoundError(f"there is nothing with the id {change.id!r} that has this: {change.knob.value}")


def _turned(source: AnySource, change: Change) -> AnySource:
    if source.id != change.id:
        return source
    if change.knob is Knob.EVENTS_PER_YEAR:
        return replace(source, events_per_year=_scaled(source.events_per_year, change.factor))
    if change.knob is Knob.DURATION_HOURS:
        return replace(source, duration_hours=_scaled(source.duration_hours, change.factor))
    if isinstance(source, FailureMode):
        return replace(source, capacity_lost=_capped(source.capacity_lost, change.factor))
    return source


def _with_cost(measure: Measure, factor: float) -> Measure:
    return replace(measure, capex_eur=measure.capex_eur * factor, opex_eur_per_year=measure.opex_eur_per_year * factor)


def _with_effect(measure: Measure, factor: float) -> Measure:
    return replace(measure, effects=tuple(_weighed(effect, measure, factor) for effect in measure.effects))


def _weighed(effect: Effect, measure: Measure, factor: float) -> Effect:
    if effect.operation is Operation.REPLACE:
        raise NotApplicableError(
            f"{measure.name} sets {effect.quantity.value} to a value of its own; such an effect cannot be scaled."
        )
    size = effect.size
    low, likely, high = (max(1.0 - factor * (1.0 - x), 0.0) for x in (size.low, size.likely, size.high))
    return replace(effect, size=PertEstimate(low=low, likely=likely, high=high))


def _scaled(estimate: LognormalEstimate, factor: float) -> LognormalEstimate:
    p50 = None if estimate.p50 is None else estimate.p50 * factor
    return LognormalEstimate(p5=estimate.p5 * factor, p50=p50, p95=estimate.p95 * factor)


def _capped(estimate: PertEstimate, factor: float) -> PertEstimate:
    low, likely, high = (min(x * factor, 1.0) for x in (estimate.low, estimate.likely, estimate.high))
    return PertEstimate(low=low, likely=likely, high=high)
