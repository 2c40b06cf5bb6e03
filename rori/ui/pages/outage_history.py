"""Frequency and duration of a failure mode from a history of outages."""

from __future__ import annotations

import streamlit as st

from rori.ui.components.calibration import apply_form, show_plots, show_result
from rori.ui.components.outages import choose_outages, outage_file
from rori.ui.context import errors_shown
from rori.usecases.calibrating import calibrate, describe_source, observed_window


def page() -> None:
    """Draw the page."""
    st.title("Outage history")
    st.caption("How often one service at one location failed, and for how long, as an estimate for a failure mode.")
    with errors_shown():
        read = outage_file()
        if read is None:
            return
        st.subheader("Which outages")
        choice = choose_outages(read)
        window = observed_window(read.outages, choice)
        with st.spinner("Fitting"):
            result = calibrate(read.outages, choice)
        st.subheader("What they say")
        show_result(result, window)
        show_plots(result, window)
        apply_form(result, describe_source(result, choice, window, read.sha256))
