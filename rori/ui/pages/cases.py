"""Investment cases: which measures, over how many years, and the button that runs them."""

from __future__ import annotations

import streamlit as st

from rori.ui.components.case_cards import case_cards, no_cases
from rori.ui.components.case_editor import NEW, case_editor
from rori.ui.context import errors_shown, store
from rori.usecases.cases import list_cases
from rori.usecases.inventory import count_records


def page() -> None:
    """Draw the page: the list, or the form of the case that the address names."""
    st.title("Cases")
    with errors_shown():
        asked = st.query_params.get("edit", "")
        if asked:
            case_editor(asked)
            return
        st.caption("A case asks what a set of measures prevents and returns. Every run of it is kept.")
        overviews = list_cases(store())
        if not overviews:
            no_cases(has_measures=count_records(store())["measures"] > 0)
        if st.button("New case", icon=":material/add:", key="new-case", type="secondary" if overviews else "primary"):
            st.query_params["edit"] = NEW
            st.rerun()
        case_cards(overviews)
