"""The figures of the calculator: where the sliders stand, each beside the case's own inputs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from rori.economics.exact.figures import Computed, ComputedComparison, ComputedTail, ExactResult
from rori.ui.components import calculator_definitions as defined
from rori.ui.components import case_definitions as means
from rori.ui.components.case_figures import table
from rori.ui.formats import NOTHING, percent, short_money

LEVEL = 0.99
_PV_COST = "Capex and opex of the horizon, discounted; less tax relief and residual value."

Picked = Callable[[ExactResult], ComputedComparison]


@dataclass(frozen=True, slots=True)
class Seen:
    """The figures where the sliders stand, those at the case's own inputs, and whether anything is turned."""

    now: ExactResult
    base: ExactResult
    currency: str
    moved: bool


def key_figures(seen: Seen) -> None:
    """Show what decides, with the change against the case."""
    places = st.columns(4)
    now, base = seen.now.investment, seen.base.investment
    rori = None if now.rori is None else now.rori.value
    change = None if rori is None or base.rori is None else rori - base.rori.value
    points = None if change is None else f"{_signed(100.0 * change)} points"
    _metric(places[0], "RORI", percent(rori), points, seen.moved, means.RORI.split(" The range")[0])
    prevented = (one.loss_eur_per_year.difference.value for one in (seen.now, seen.base))
    for place, label, (value, before), meaning in (
        (places[1], "Prevented loss per year", prevented, means.PREVENTED),
        (places[2], "Net present value", (now.npv_eur.value, base.npv_eur.value), means.NPV),
        (places[3], "PV cost", (now.pv_cost_eur, base.pv_cost_eur), _PV_COST),
    ):
        sign = "+" if value > before else ""
        shown = f"{sign}{short_money(value - before, seen.currency)}"
        _metric(place, label, short_money(value, seen.currency), shown, seen.moved and value != before, meaning)


def _metric(
    place: st.delta_generator.DeltaGenerator, label: str, value: str, change: str | None, moved: bool, meaning: str
) -> None:
    below = "As in the case"
    if moved:
        below = "No cost to divide by" if change is None else f"{change} against the case"
    place.metric(label, value, below, delta_color="off", delta_arrow="off", help=meaning, border=True)


def _signed(value: float) -> str:
    return f"{round(value, 1) + 0.0:+.1f}".replace("-", "\u2212")


def yearly(seen: Seen) -> None:
    """Show what a year and a bad year cost, without and with the measures."""
    st.subheader("What a year costs, and a bad year", anchor=False)
    level = percent(LEVEL, 0)
    rows = [
        ["Expected annual loss (ALE)", *_amounts(seen, lambda one: one.loss_eur_per_year)],
        [f"VaR {level}", *_amounts(seen, lambda one: tail(one).var)],
        [f"TVaR {level}", *_amounts(seen, lambda one: tail(one).tvar)],
        ["Chance of a year without loss", *_chances(seen)],
    ]
    table(("Annual loss", "Without measures", "With measures"), rows, right=(1, 2))
    if seen.moved:
        st.caption("In brackets, where it differs: at the case's own inputs.")
    told = (("ALE", means.ALE), ("VaR", means.VAR), ("TVaR", means.TVAR), ("Chance", defined.NO_LOSS))
    with st.popover("What these figures mean", icon=":material/help:", type="tertiary"):
        for name, meaning in told:
            st.markdown(f"**{name}**: {meaning}")


def tail(result: ExactResult) -> ComputedTail:
    """Return the tail figures at the level that the page shows."""
    return next(one for one in result.tails if one.level == LEVEL)


def _amounts(seen: Seen, figure: Picked) -> list[str]:
    return _beside(seen, figure, lambda one: short_money(one.value, seen.currency))


def _chances(seen: Seen) -> list[str]:
    return _beside(seen, lambda one: one.probability_of_loss, lambda one: no_loss(1.0 - one.value))


def _beside(seen: Seen, figure: Picked, write: Callable[[Computed], str]) -> list[str]:
    """Write both worlds, each with what it is in the case where sliders are turned."""
    now, base = figure(seen.now), figure(seen.base)
    pairs = ((now.without, base.without), (now.with_measures, base.with_measures))
    told = [(write(one), write(was)) for one, was in pairs]
    return [f"{one} ({was})" if seen.moved and one != was else one for one, was in told]


def no_loss(chance: float) -> str:
    """Write the chance of a year without loss; where it is below 0.1 % it says just that."""
    if not chance >= 0.0:
        return NOTHING
    return percent(chance) if chance >= 0.001 else f"below {percent(0.001)}"
