"""Which share of the variance each input explains: computed when asked for, since it takes a while."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from rori.economics.decisions.sensitivity import Tornado
from rori.economics.decisions.variance_shares import VarianceShares
from rori.ui.charts import Look
from rori.ui.charts.variance import Share, variance_chart
from rori.ui.components.calculator_case import BY_INPUTS
from rori.ui.components.case_plots import draw
from rori.ui.components.case_tables import Config, show_table
from rori.ui.components.case_words import unbroken
from rori.ui.components.sensitivity_words import input_name, variance_sentence
from rori.ui.context import errors_shown, escape
from rori.ui.formats import number
from rori.usecases.sensitivity import variance_of
from rori.usecases.what_if import Question

FIRST = "Share of the variance that would go if this input alone were known."
TOTAL = "Share of the variance that would stay if all other inputs were known: alone and with interactions."


@st.cache_data(max_entries=32, show_spinner=False, hash_funcs=BY_INPUTS)
def _shares(asked: Question, _bars: Tornado) -> VarianceShares:
    return variance_of(asked, _bars)


@st.fragment
def variance(asked: Question, bars: Tornado, look: Look) -> None:
    """Draw a button, and once it was used for these inputs the shares."""
    st.subheader("Which uncertainty matters when all inputs vary at once?", anchor=False, help=f"{FIRST} {TOTAL}")
    asked_for = st.session_state.setdefault("variance-asked", set())
    place = st.empty()
    with errors_shown():
        if asked.input_hash not in asked_for:
            with place.container():
                st.markdown(
                    "The tornado moves one input at a time. Sobol indices let all vary and divide the variance."
                )
                if not st.button("Compute variance shares", icon=":material/functions:", key="variance"):
                    return
            with st.spinner("Computing variance shares: some thousand evaluations", show_time=True):
                _shares(asked, bars)
            asked_for.add(asked.input_hash)
            place.empty()
        _shown(asked, _shares(asked, bars), look)


def _shown(asked: Question, found: VarianceShares, look: Look) -> None:
    portfolio = asked.inputs.portfolio
    st.markdown(unbroken(escape(variance_sentence(portfolio, found))))
    names = [input_name(portfolio, one) for one in found.shares]
    shares = [
        Share(name=name.whose, what=name.what, index=one.index) for name, one in zip(names, found.shares, strict=True)
    ]
    draw(variance_chart(shares, look), "Sobol indices by input", "sobol", "The figure does not vary.")
    held = f" {found.n_held} inputs with smaller swings were held at their expected values." if found.n_held else ""
    st.caption(
        escape(
            f"Sobol indices of the expected RORI, {number(found.n_evaluations, 0)} evaluations (Saltelli et al. 2010, Jansen "
            f"1999, by SALib); whiskers and ± are 95 % confidence intervals. Small indices may come out slightly below 0."
            f"{held}"
        )
    )
    rows = [
        {
            "Input": str(name),
            "First order (%)": round(100.0 * one.index.first, 1),
            "First ± (%)": round(100.0 * one.index.first_half_width, 1),
            "Total order (%)": round(100.0 * one.index.total, 1),
            "Total ± (%)": round(100.0 * one.index.total_half_width, 1),
        }
        for name, one in zip(names, found.shares, strict=True)
    ]
    config: Config = {
        name: st.column_config.NumberColumn(format="localized", help=FIRST if "First" in name else TOTAL)
        for name in rows[0]
        if name != "Input"
    }
    show_table("variance shares", pd.DataFrame(rows), config)
