"""Two saved runs side by side."""

from __future__ import annotations

import streamlit as st

from rori.ui.components.case_comparison import curves, figures, inputs
from rori.ui.components.case_runs import all_runs, choose_run, no_runs, opened
from rori.ui.context import errors_shown


def page() -> None:
    """Draw the page."""
    st.title("Compare two runs")
    with errors_shown():
        runs = all_runs()
        if not runs:
            no_runs()
            return
        left, right = st.columns(2)
        with left:
            first = opened(choose_run(runs, "a", "First run (A)"))
        with right:
            second = opened(choose_run(runs, "b", "Second run (B)", position=1))
        if len(runs) == 1:
            st.info(
                "There is only one run so far: run a case again, or another case, to compare.", icon=":material/info:"
            )
            return
        figures(first, second)
        curves(first, second)
        inputs(first, second)
