"""The frameworks that requirements come from, and own ones."""

from __future__ import annotations

import streamlit as st

from rori.ui.components.frameworks_list import acts_below_dora, all_frameworks, one_framework
from rori.ui.components.frameworks_own import bring_one
from rori.ui.context import errors_shown, store
from rori.usecases.compliance.catalogue import known_crosswalk


def page() -> None:
    """Draw the page."""
    st.title("Frameworks")
    st.caption("Facts and references of each framework, obligations and typical evidence in our own words.")
    with errors_shown():
        crosswalk = known_crosswalk(store())
        all_frameworks(crosswalk)
        one_framework(crosswalk)
        acts_below_dora()
        bring_one()
