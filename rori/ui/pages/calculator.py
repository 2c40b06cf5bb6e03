"""What if: sliders on a case that redraw its figures at once."""

from __future__ import annotations

import streamlit as st

from rori.ui.components.calculator_answer import what_if
from rori.ui.components.calculator_case import choose
from rori.ui.components.calculator_checks import break_evens, checks
from rori.ui.context import errors_shown


def page() -> None:
    """Draw the page; where one part cannot be answered, the others still are."""
    st.title("Calculator")
    st.caption("What if failures were rarer, outages longer, the measures weaker or dearer? Nothing here is saved.")
    with errors_shown():
        asked = choose("what-case")
        if asked is None:
            return
        what_if(asked.case.id)
        for part in (break_evens, checks):
            with errors_shown():
                part(asked)
