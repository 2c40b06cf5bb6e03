"""How systems fail: by themselves, and several at once."""

from __future__ import annotations

import streamlit as st

from rori.inventory.sheets import COMMON_CAUSES, FAILURE_MODES
from rori.ui.components.expected import expected_common_causes, expected_failure_modes
from rori.ui.components.kinds import kind_tabs
from rori.ui.context import link


def page() -> None:
    """Draw the page."""
    st.title("Failure modes")
    link(
        "outage-history",
        "Calibrate frequency and duration: what was said, what was observed",
        icon=":material/history:",
    )
    kind_tabs(
        "modes",
        (FAILURE_MODES, COMMON_CAUSES),
        {FAILURE_MODES.name: expected_failure_modes, COMMON_CAUSES.name: expected_common_causes},
    )
