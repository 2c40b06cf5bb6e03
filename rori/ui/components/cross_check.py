"""A saved run beside the exact engine, whose figures come from no random number."""

from __future__ import annotations

import streamlit as st

from rori.economics.exact.figures import Computed
from rori.economics.results import Simulated
from rori.ui.components.case_figures import table
from rori.ui.components.case_words import unbroken
from rori.ui.context import errors_shown, escape, store
from rori.ui.formats import NOTHING, number, percent_with_error, with_error
from rori.usecases.cross_checking import Check, CrossCheck, cross_check

TITLE = "Do simulation and exact engine agree?"


@st.cache_data(max_entries=32, show_spinner="Computing the run by the exact engine")
def _check(run_id: str) -> CrossCheck:
    return cross_check(store(), run_id)


def on_demand(run_id: str) -> None:
    """Offer the comparison, which takes some seconds."""
    st.subheader(TITLE, anchor=False)
    asked = f"cross-check-{run_id}"
    if not st.session_state.get(asked):
        st.markdown(
            "A second engine computes the same figures without simulation; it shares no random number with the first."
        )
        if not st.button("Compare with the exact engine", icon=":material/balance:", key="ask-cross-check"):
            return
        st.session_state[asked] = True
    with errors_shown():
        agreement(run_id)


def agreement(run_id: str) -> None:
    """Show what both engines say about a saved run."""
    found = _check(run_id)
    simulated, exact = _amount(found.amounts[0], found.currency)
    st.markdown(unbroken(escape(f"Prevented loss per year: simulated {simulated}, exact {exact}.")))
    rows = [[one.name, *_amount(one, found.currency), _distance(one)] for one in found.amounts]
    if found.rori is not None:
        rows.insert(0, ["RORI", *_share(found.rori), _distance(found.rori)])
    with st.expander("Every figure that both give", icon=":material/table:"):
        table(("Figure", "Simulated", "Exact", "Apart"), rows, right=(1, 2, 3))
    st.caption(
        escape(
            "Simulated ± one standard error; exact ± numerical error, its change when grid, points of the loss tables and "
            "points for uncertain effect sizes are halved. Apart: difference in standard errors of both; beyond about 3 "
            "something is wrong."
        )
    )


def _amount(one: Check, currency: str) -> tuple[str, str]:
    return with_error(one.simulated, currency), with_error(_as_simulated(one.exact), currency)


def _share(one: Check) -> tuple[str, str]:
    return percent_with_error(one.simulated), percent_with_error(_as_simulated(one.exact))


def _as_simulated(exact: Computed) -> Simulated:
    return Simulated(value=exact.value, standard_error=exact.error)


def _distance(one: Check) -> str:
    apart = one.standard_errors_apart
    return NOTHING if apart is None else number(apart)
