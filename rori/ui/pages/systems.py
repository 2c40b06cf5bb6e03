"""Systems, what their interruption costs, and who needs whom."""

from __future__ import annotations

import streamlit as st

from rori.inventory.sheets import DEPENDENCIES, LOSS_PROFILES, SYSTEMS
from rori.ui.components.ceilings import statutory_ceilings
from rori.ui.components.kinds import kind_tabs


def page() -> None:
    """Draw the page."""
    st.title("Systems")
    kind_tabs("systems", (SYSTEMS, LOSS_PROFILES, DEPENDENCIES), {LOSS_PROFILES.name: statutory_ceilings})
