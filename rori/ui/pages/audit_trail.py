"""Who changed what, when, and the way back."""

from __future__ import annotations

import streamlit as st

from rori.ui.components.history import show_trail
from rori.ui.components.log_check import log_check


def page() -> None:
    """Draw the page."""
    st.title("Audit trail")
    st.caption("Every change is kept. A change can be undone while its row has not been changed again since.")
    log_check()
    show_trail()
