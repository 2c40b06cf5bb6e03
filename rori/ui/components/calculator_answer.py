"""The part of the calculator that a slider redraws, and the case that is kept ready for it."""

from __future__ import annotations

import streamlit as st

from rori.ui.components.calculator_case import BY_INPUTS
from rori.ui.components.calculator_curves import curves
from rori.ui.components.calculator_figures import Seen, key_figures, yearly
from rori.ui.components.calculator_sliders import ask, is_moved
from rori.ui.components.calculator_words import answer
from rori.ui.components.case_words import unbroken
from rori.ui.context import errors_shown, escape, store
from rori.usecases.what_if import Calculator, Question, open_calculator, question, turn

MOST_KEPT = 4
"""Cases that are kept ready at once, at some 50 MB each."""


@st.cache_resource(max_entries=MOST_KEPT, show_spinner="Preparing the exact engine for this case", hash_funcs=BY_INPUTS)
def _ready(asked: Question) -> Calculator:
    return open_calculator(asked)


@st.fragment
def what_if(case_id: str) -> None:
    """Draw sliders and figures; a slider redraws these and leaves the rest of the page alone."""
    with errors_shown():
        asked = question(store(), case_id)
        settings = ask(asked)
        ready = _ready(asked)
        seen = Seen(turn(ready, settings), ready.base, asked.case.currency, is_moved(settings))
        with st.container(border=True, key="what-answer"):
            said = answer(seen.now, seen.base, seen.currency, moved=seen.moved)
            st.subheader(unbroken(escape(said)), anchor=False)
        key_figures(seen)
        for note in seen.now.notes:
            st.caption(escape(note))
        yearly(seen)
        curves(seen)
