"""Which inputs drive the figure of a case, and what each of its measures is worth."""

from __future__ import annotations

import streamlit as st

from rori.ui.charts import Look
from rori.ui.components.calculator_case import BY_INPUTS, choose
from rori.ui.components.sensitivity_measures import measures
from rori.ui.components.sensitivity_tornado import tornado
from rori.ui.components.sensitivity_variance import variance
from rori.ui.context import errors_shown
from rori.ui.theme import palette
from rori.usecases.sensitivity import Sensitivity, sensitivity_of
from rori.usecases.what_if import Question


@st.cache_data(max_entries=32, show_spinner="Moving every input to its P5 and P95", hash_funcs=BY_INPUTS)
def _sensitivity(asked: Question) -> Sensitivity:
    return sensitivity_of(asked)


def page() -> None:
    """Draw the page."""
    st.title("Sensitivity")
    st.caption("What drives the figure of a case, and what is each of its measures worth?")
    with errors_shown():
        asked = choose("sensitivity-case")
        if asked is None:
            return
        found = _sensitivity(asked)
        look = Look(palette=palette(), currency=asked.case.currency)
        tornado(asked, found.tornado, look)
        measures(asked, found.shares, look)
        variance(asked, found.tornado, look)
