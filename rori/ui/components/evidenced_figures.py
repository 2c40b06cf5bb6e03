"""The figures of a case in both worlds, side by side, each with its standard error."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from rori.economics.decisions.assurance import ClaimedAndEvidenced, Pair
from rori.economics.results import Simulated
from rori.ui.components import case_definitions as means
from rori.ui.components.case_figures import table
from rori.ui.components.case_words import share
from rori.ui.formats import NOTHING, percent, percent_with_error, short_money, with_error

_DIFFERENCE = "Difference"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Figure:
    """One figure of both worlds; None where there is no cost to divide by."""

    name: str
    pair: Pair | None
    meaning: str
    kind: str = "money"

    def written(self, figure: Simulated | None, currency: str) -> str:
        if self.kind == "money":
            return with_error(figure, currency)
        return share(figure) if self.kind == "share" else percent_with_error(figure)


def both_worlds(found: ClaimedAndEvidenced, currency: str) -> None:
    """Show five figures as claimed, and right below as evidenced."""
    figures = _figures(found)
    for name, meaning in (
        ("Claimed", "Every measure of the case works as entered."),
        ("Evidenced", "Every measure works as far as its controls are answered and proved today."),
    ):
        st.markdown(f"**{name}**", help=meaning)
        places = st.columns(len(figures))
        for place, figure in zip(places, figures, strict=True):
            pair = figure.pair
            side = None if pair is None else (pair.claimed if name == "Claimed" else pair.evidenced)
            value, _, error = figure.written(side, currency).partition(" ± ")
            place.metric(
                figure.name,
                value,
                f"± {error}" if error else "No cost",
                delta_color="off",
                delta_arrow="off",
                help=figure.meaning,
                border=True,
            )
    st.caption(f"Both on the same simulated events. {means.STANDARD_ERROR}")
    _differences(found, figures, currency)


def _figures(found: ClaimedAndEvidenced) -> tuple[_Figure, ...]:
    return (
        _Figure(name="Loss per year (ALE)", pair=found.loss_eur_per_year, meaning=means.ALE),
        _Figure(name="Prevented per year", pair=found.prevented_eur_per_year, meaning=means.PREVENTED),
        _Figure(name="RORI", pair=found.rori, meaning=means.RORI, kind="share"),
        _Figure(name="Net present value", pair=found.npv_eur, meaning=means.NPV),
        _Figure(name="Chance that it pays", pair=found.probability_rori_positive, meaning=means.PAYS, kind="chance"),
    )


def _differences(found: ClaimedAndEvidenced, figures: tuple[_Figure, ...], currency: str) -> None:
    shown = list(figures)
    for tail in found.tails:
        level = percent(tail.level, 0)
        shown.append(_Figure(name=f"VaR {level}", pair=tail.var, meaning=means.VAR))
        shown.append(_Figure(name=f"TVaR {level}", pair=tail.tvar, meaning=means.TVAR))
    shown.append(_Figure(name="PV prevented loss", pair=found.pv_prevented_eur, meaning=means.PREVENTED))
    rows = []
    for figure in shown:
        pair = figure.pair
        sides = (None, None, None) if pair is None else (pair.claimed, pair.evidenced, pair.difference)
        rows.append([figure.name, *(NOTHING if one is None else figure.written(one, currency) for one in sides)])
    with st.expander("Table: claimed, evidenced and their difference", icon=":material/table:"):
        table(("Figure", "Claimed", "Evidenced", _DIFFERENCE), rows, right=(1, 2, 3))
        st.caption(
            "Claimed less evidenced, future by future, so its standard error is its own. Losses and tails are lower as "
            f"claimed, so their difference is below 0. PV cost is {short_money(_cost(found), currency)} in both."
        )


def _cost(found: ClaimedAndEvidenced) -> float:
    return found.claimed.investment.pv_cost_eur
