"""What the page Sensitivity says, in sentences and names; plain text, not yet escaped."""

from __future__ import annotations

from dataclasses import dataclass

from rori.economics.decisions.inputs import InputKind
from rori.economics.decisions.sensitivity import Tornado, TornadoBar
from rori.economics.decisions.shares import SharesOfSet
from rori.economics.decisions.variance_shares import VarianceShare, VarianceShares
from rori.economics.inputs.measures import Effect
from rori.economics.inputs.portfolio import Portfolio
from rori.economics.terms import Quantity
from rori.ui.components.case_words import shortened
from rori.ui.formats import number, percent, short_money
from rori.usecases.sensitivity import effect_at, is_factor

_SIGNIFICANT = 0.01

_KINDS = {
    InputKind.RATE: "events per year",
    InputKind.DURATION: "typical duration",
    InputKind.CAPACITY: "capacity lost",
    InputKind.DISCOUNT_RATE: "discount rate",
    InputKind.HORIZON: "horizon",
}
_QUANTITIES = {
    Quantity.EVENTS_PER_YEAR: "events per year",
    Quantity.DURATION_HOURS: "duration",
    Quantity.CAPACITY_LOST: "capacity lost",
    Quantity.HIT_PROBABILITY: "hit probability",
    Quantity.SHARE_REACHED: "share reached",
    Quantity.BUFFER_HOURS: "buffer",
    Quantity.FAILOVER_HOURS: "failover time",
}
_HOURS = {Quantity.DURATION_HOURS, Quantity.BUFFER_HOURS, Quantity.FAILOVER_HOURS}


@dataclass(frozen=True, slots=True)
class InputName:
    """What an input is, and whose: a failure mode, common cause or measure; nobody's where `whose` is empty."""

    what: str
    whose: str = ""

    def __str__(self) -> str:
        return f"{self.whose}: {self.what}" if self.whose else self.what.capitalize()

    @property
    def in_a_sentence(self) -> str:
        """The name as a part of a sentence."""
        return f"the {self.what} of \u201c{shortened(self.whose, 60)}\u201d" if self.whose else f"the {self.what}"


def input_name(portfolio: Portfolio, one: TornadoBar | VarianceShare) -> InputName:
    """Name an input by what it is and whose."""
    effect = effect_at(portfolio, one.kind, one.key, one.position)
    if effect is not None:
        several = len({str(e.target) for e in _effects(portfolio, one.key) if e.quantity is effect.quantity}) > 1
        where = f" ({effect.target})" if several else ""
        return InputName(f"effect on {_QUANTITIES[effect.quantity]}{where}", one.name)
    if one.kind in (InputKind.DISCOUNT_RATE, InputKind.HORIZON):
        return InputName(_KINDS[one.kind])
    return InputName(_KINDS[one.kind], one.name)


def _effects(portfolio: Portfolio, measure_id: str) -> tuple[Effect, ...]:
    return next(measure for measure in portfolio.measures if measure.id == measure_id).effects


def input_value(portfolio: Portfolio, bar: TornadoBar, value: float) -> str:
    """Write a value of an input with its unit."""
    effect = effect_at(portfolio, bar.kind, bar.key, bar.position)
    if effect is not None and is_factor(effect):
        return f"\u00d7 {number(value, 2)}"
    if effect is not None:
        return f"{number(value, 2)} h" if effect.quantity in _HOURS else _plain(effect.quantity, value)
    match bar.kind:
        case InputKind.RATE:
            return f"{number(value, 3 if value < 0.1 else 2)} per year"
        case InputKind.DURATION:
            return f"{number(value, 2 if value < 10 else 1)} h"
        case InputKind.CAPACITY | InputKind.DISCOUNT_RATE:
            return percent(value)
        case _:
            return f"{number(value, 0)} years"


def _plain(quantity: Quantity, value: float) -> str:
    return f"{number(value, 2)} per year" if quantity is Quantity.EVENTS_PER_YEAR else percent(value)


def figure(value: float | None, euros: float, currency: str) -> str:
    """Write RORI, or the present value of prevented loss where there is no cost."""
    return short_money(euros, currency) if value is None else percent(value, 0)


def what_drives(portfolio: Portfolio, found: Tornado, currency: str) -> str:
    """Say which input drives the figure."""
    moving = [bar for bar in found.bars if bar.swing > 0.0]
    if not moving:
        return "No input is uncertain enough to move this figure."
    first = moving[0]
    ends = [
        (figure(first.rori_low, first.pv_prevented_low_eur, currency), first.low_value),
        (figure(first.rori_high, first.pv_prevented_high_eur, currency), first.high_value),
    ]
    low, high = (f"{shown} at {input_value(portfolio, first, value)}" for shown, value in ends)
    what = "RORI" if found.rori is not None else "The prevented loss"
    said = (
        f"What drives this figure most is {input_name(portfolio, first).in_a_sentence}. {what} is {low} and {high}; that is "
        f"{percent(first.share_of_swing, 0)} of all swings together."
    )
    others = [input_name(portfolio, bar).in_a_sentence for bar in moving[1:3]]
    if others:
        said += f" Next {'come' if len(others) > 1 else 'comes'} {' and '.join(others)}."
    return said


def overlap(found: SharesOfSet, currency: str) -> str:
    """Say what the measures prevent together, and what of it more than one would prevent."""
    count, together = len(found.shares), found.prevented_eur
    if count == 0:
        return "This case holds no measure that prevents loss."
    total = short_money(together, currency)
    if count == 1:
        return f"The one measure prevents {total} of loss (present value), so there is nothing to share."
    alone = sum(share.alone_eur for share in found.shares)
    begin = f"Together the {count} measures prevent {total} of loss (present value)."
    if abs(alone - together) <= _SIGNIFICANT * abs(together):
        return f"{begin} Each would prevent as much alone: they hardly overlap."
    difference = short_money(abs(alone - together), currency)
    if alone > together:
        return (
            f"{begin} Bought one by one, each alone, they would prevent {short_money(alone, currency)} in sum: they overlap by "
            f"{difference} of loss that more than one of them would prevent."
        )
    return (
        f"{begin} Each alone they would prevent only {short_money(alone, currency)} in sum: {difference} is prevented because "
        "they work together."
    )


def variance_sentence(portfolio: Portfolio, found: VarianceShares) -> str:
    """Say how much the first input explains, alone and with the others."""
    first = found.shares[0]
    name = input_name(portfolio, first).in_a_sentence
    alone = min(max(sum(share.index.first for share in found.shares), 0.0), 1.0)
    return (
        f"{name[:1].upper()}{name[1:]} explains {percent(max(first.index.first, 0.0), 0)} of the variance alone and "
        f"{percent(first.index.total, 0)} with its interactions. All inputs alone explain {percent(alone, 0)} together; "
        "the rest comes from inputs that reinforce each other."
    )
