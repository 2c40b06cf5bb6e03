"""Measures whose effects are realised in part, and which parts the exact engine cannot answer."""

from __future__ import annotations

from collections.abc import Iterable

from rori.economics.inputs.measures import Measure
from rori.economics.inputs.parts import in_part
from rori.economics.inputs.portfolio import Portfolio
from rori.economics.terms import Quantity
from rori.errors import NotApplicableError

OF_EVENTS = frozenset({Quantity.DURATION_HOURS, Quantity.CAPACITY_LOST})
"""Quantities that differ from event to event."""


def realised(portfolio: Portfolio, strength: float) -> tuple[Measure, ...]:
    """Return the measures of a portfolio with the same share of every effect, >= 0; see `in_part`."""
    return tuple(in_part(measure, strength) for measure in portfolio.measures)


def require_whole_replacements(measures: Iterable[Measure]) -> None:
    """Raise NotApplicableError where a duration or a capacity is replaced in part: its law is then none that is known."""
    for measure in measures:
        for effect in measure.effects:
            if effect.part < 1.0 and effect.quantity in OF_EVENTS:
                raise NotApplicableError(
                    f"{measure.name} sets {effect.quantity.value.replace('_', ' ')} to a value of its own. The exact engine "
                    "takes such an effect in full or not at all: set the effect strength to 0 % or 100 %, or simulate."
                )
