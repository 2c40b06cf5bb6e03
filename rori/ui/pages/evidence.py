"""What proves that controls work: files and links, reviewed, approved, kept."""

from __future__ import annotations

import streamlit as st

from rori.ui.components.evidence_detail import detail, forget_opened
from rori.ui.components.evidence_filters import ask, soon_notice
from rori.ui.components.evidence_form import add_form, is_adding, start_adding
from rori.ui.components.evidence_table import table
from rori.ui.components.evidence_verify import check_of_files
from rori.ui.context import errors_shown, store
from rori.usecases.compliance.evidence_search import target_names


def page() -> None:
    """Draw the page."""
    st.title("Evidence")
    with errors_shown():
        names = target_names(store())
        item_id = st.query_params.get("item")
        if item_id:
            detail(item_id, names)
            return
        forget_opened()
        if is_adding():
            add_form(names)
            return
        st.button("Add evidence", type="primary", icon=":material/add:", on_click=start_adding)
        soon_notice()
        table(ask(names), names)
        check_of_files()
