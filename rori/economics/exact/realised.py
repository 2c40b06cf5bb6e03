"""Measures whose effects are realised in part: what a share of each effect leaves, as estimates of their own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from rori.economics.inputs.estimates import PertEstimate
from rori.economics.inputs.measures import Effect, Measure, Selector
from rori.economics.inputs.portfolio import Portfolio
from rori.economics.inputs.scenario import _targets
from rori.economics.terms import Operation, Quantity
from rori.errors import NotApplicableError

OF_LINKS = frozenset({Quantity.BUFFER_HOURS, Quantity.FAILOVER_HOURS})
OF_EXPOSED = frozenset({Quantity.HIT_PROBABILITY, Quantity.SHARE_REACHED})


def realised(portfolio: Portfolio, strength: float) -> tuple[Measure, ...]:
    """Return the measures with a share of every effect.

    Parameters
    ----------
    portfolio : Portfolio
    strength : float
        Share that is realised, in [0, 1]: 0 nothing, 1 as estimated.

    Returns
    -------
    tuple of Measure

    Raises
    ------
    NotApplicableError
        When an effect sets an uncertain quantity to a value of its own: a part of the way there is no estimate.

    Notes
    -----
    A multiplier m becomes 1 - a (1 - m); a value r that replaces a certain one b becomes b + a (r - b), target by target
    (model section 7, assurance). The sizes that come of one such effect then vary independently.
    """
    if strength == 1.0:
        return portfolio.measures
    return tuple(
        replace(
            measure,
            effects=tuple(part for effect in measure.effects for part in _parts(portfolio, measure, effect, strength)),
        )
        for measure in portfolio.measures
    )


def _parts(portfolio: Portfolio, measure: Measure, effect: Effect, strength: float) -> Iterable[Effect]:
    if strength == 0.0:
        return
    if effect.operation is Operation.MULTIPLY:
        yield replace(effect, size=_towards(effect.size, 1.0, strength))
        return
    if effect.quantity not in OF_LINKS | OF_EXPOSED:
        raise NotApplicableError(
            f"{measure.name} sets {_named(effect.quantity)} to a value of its own. Such an effect is there or it is not: "
            "set the effect strength to 0 % or 100 %."
        )
    for target, base in _bases(portfolio, effect).items():
        yield replace(effect, target=target, size=_towards(effect.size, base, strength))


def _bases(portfolio: Portfolio, effect: Effect) -> dict[Selector, float]:
    """Return what an effect replaces, by a selector of its own for every value."""
    keys = list(_targets(portfolio, effect))
    if effect.quantity in OF_EXPOSED:
        narrower = tuple(term for term in effect.target.terms if term[0] != "common_cause")
        hit = effect.quantity is Quantity.HIT_PROBABILITY
        return {
            Selector(terms=(("common_cause", cause.id), *narrower)): (
                cause.hit_probability if hit else cause.share_reached
            )
            for cause in portfolio.common_causes
            if any(isinstance(key, tuple) and key[0] == cause.id for key in keys)
        }
    return {
        Selector(terms=(("dependency", link.id),)): (
            link.buffer_hours if effect.quantity is Quantity.BUFFER_HOURS else link.failover_hours
        )
        for link in portfolio.dependencies
        if link.id in keys
    }


def _towards(size: PertEstimate, base: float, strength: float) -> PertEstimate:
    low, likely, high = (max(base + strength * (x - base), 0.0) for x in (size.low, size.likely, size.high))
    return PertEstimate(low=low, likely=likely, high=high)


def _named(quantity: Quantity) -> str:
    return quantity.value.replace("_", " ")
