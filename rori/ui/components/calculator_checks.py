"""Below the sliders: what would have to be true for RORI = 0, and a saved run beside the exact engine."""

from __future__ import annotations

import streamlit as st

from rori.economics.decisions.break_even import BreakEvens
from rori.ui.components import calculator_definitions as means
from rori.ui.components.calculator_case import BY_INPUTS
from rori.ui.components.calculator_words import break_even_rows, pays_for_itself_sentence
from rori.ui.components.case_figures import table
from rori.ui.components.case_words import unbroken
from rori.ui.components.cross_check import TITLE, agreement
from rori.ui.components.one_event_question import unique_labels
from rori.ui.context import errors_shown, escape, link, store
from rori.usecases.what_if import Question, break_evens_of, pays_for_itself_with, run_with_same_inputs

_MOST_KEPT = 32


@st.cache_data(max_entries=_MOST_KEPT, show_spinner="Solving for the break-evens", hash_funcs=BY_INPUTS)
def _break_evens(asked: Question) -> BreakEvens:
    return break_evens_of(asked)


def break_evens(asked: Question) -> None:
    """Say what would have to be true for the measures just to pay for themselves."""
    st.subheader("What would have to be true for RORI = 0?", anchor=False, help=means.BREAK_EVEN)
    found = _break_evens(asked)
    table(("Quantity", "Break-even"), break_even_rows(found))
    st.caption(escape(f"At the case's own inputs, whatever the sliders say. {means.BREAK_EVEN}"))
    _one_outage(asked, _largest(asked))


@st.fragment
def _one_outage(asked: Question, first: str) -> None:
    with errors_shown():
        labels = unique_labels(asked.systems)
        names = list(labels)
        places = st.columns([2, 1])
        index = next((i for i, name in enumerate(names) if labels[name] == first), 0)
        name = places[0].selectbox("System", names, index=index, key="pays-system", help=means.PAYS_FOR_ITSELF)
        hours = places[1].number_input("Outage (hours)", 0.25, 8760.0, 4.0, 1.0, format="%g", key="pays-hours")
        if name not in labels:
            return
        found = pays_for_itself_with(asked, labels[name], float(hours))
        st.markdown(unbroken(escape(pays_for_itself_sentence(found, str(name), asked.case.currency))))


def _largest(asked: Question) -> str:
    """Return the system whose outage of four hours costs most: the one that a sentence should begin with."""
    earning = [system for system in asked.systems if system.loss is not None]
    losses = {one.id: pays_for_itself_with(asked, one.id, 4.0).loss_per_outage_eur for one in earning or asked.systems}
    return max(losses, key=lambda key: losses[key])


def checks(asked: Question) -> None:
    """Show the latest saved run of the very same inputs beside the exact engine."""
    st.subheader(TITLE, anchor=False)
    run_id = run_with_same_inputs(store(), asked)
    if run_id is None:
        st.markdown("No saved run has the very same inputs as the case has now, so there is nothing to compare with.")
        link("cases", "Run the case", icon=":material/play_arrow:")
        return
    agreement(run_id)
    link("run", "Open the run", icon=":material/monitoring:", run=run_id)
