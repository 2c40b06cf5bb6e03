"""What was said of a failure mode, what was observed, and what both make of its frequency and duration."""

from __future__ import annotations

import streamlit as st

from rori.ui.components.calibration_answer import show_answer
from rori.ui.components.calibration_apply import apply_form
from rori.ui.components.calibration_back_test import show_back_test
from rori.ui.components.calibration_mode import choose_mode, show_said
from rori.ui.components.calibration_observed import gather
from rori.ui.components.calibration_plots import show_plots
from rori.ui.context import errors_shown


def page() -> None:
    """Draw the page."""
    st.title("Calibration")
    st.caption("What was said of a failure mode, what happened since, and what to expect from both.")
    with errors_shown():
        said = choose_mode()
        if said is None:
            return
        place, observed = st.container(), None
        with errors_shown():
            observed = gather(said)
        with place:
            show_said(said, is_open=observed is None)
        if observed is None:
            return
        show_answer(said, observed)
        show_plots(observed)
        show_back_test(observed)
        apply_form(said, observed)
