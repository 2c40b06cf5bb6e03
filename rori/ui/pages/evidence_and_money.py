"""How much of what a case claims rests on evidence."""

from __future__ import annotations

import streamlit as st

from rori.ui.charts import Look
from rori.ui.components.calculator_case import choose
from rori.ui.components.case_words import unbroken
from rori.ui.components.evidenced_figures import both_worlds
from rori.ui.components.evidenced_measures import resting_on_measures, what_to_prove
from rori.ui.components.evidenced_values import evidence_values
from rori.ui.components.evidenced_words import headline
from rori.ui.context import errors_shown, escape, link, store
from rori.ui.formats import today
from rori.ui.theme import palette
from rori.usecases.joining.evidenced import (
    EvidencedCase,
    EvidencedFigures,
    EvidenceQuestion,
    evidence_question,
    evidenced_figures,
)


@st.cache_data(
    max_entries=32,
    show_spinner="Simulating the case as claimed and as evidenced",
    hash_funcs={EvidenceQuestion: lambda asked: asked.key},
)
def _figures(asked: EvidenceQuestion) -> EvidencedFigures:
    return evidenced_figures(asked)


def page() -> None:
    """Draw the page."""
    st.title("Claimed and evidenced")
    st.caption("How much of what a case claims to prevent is backed by controls that are in place and proved today?")
    with errors_shown():
        chosen = choose("evidence-money-case")
        if chosen is None:
            return
        asked = evidence_question(store(), chosen.case.id, today())
        if _says_why_not(asked):
            return
        found = EvidencedCase(question=asked, answer=_figures(asked))
        look = Look(palette=palette(), currency=chosen.case.currency)
        with st.container(border=True, key="answer"):
            st.subheader(unbroken(escape(headline(found))), anchor=False)
        both_worlds(found.answer.figures, chosen.case.currency)
        resting_on_measures(found, look)
        what_to_prove(found, chosen.case.currency)
        evidence_values(asked.values)


def _says_why_not(asked: EvidenceQuestion) -> bool:
    """Say what is missing before there is anything to compare, with the way to it; whether the page ends there."""
    if not asked.measures:
        st.info("This case holds no measure that prevents loss.", icon=":material/info:")
        link("cases", "Choose its measures", icon=":material/work:")
        return True
    if not asked.names_a_control:
        st.info(
            "No measure of this case names a control, so each counts in full and nobody vouches for it. "
            "Name the controls that it implements at the measure.",
            icon=":material/info:",
        )
        link("measures", "Name controls at the measures", icon=":material/shield:")
        return True
    if not asked.has_answers:
        st.info(
            "No control is answered yet, so what evidence backs is nothing so far.",
            icon=":material/info:",
        )
        link("controls", "Answer controls", icon=":material/rule:")
    return False
