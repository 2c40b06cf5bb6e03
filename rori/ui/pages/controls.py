"""Controls: answered once, proved once, counted in every framework."""

from __future__ import annotations

import streamlit as st

from rori.inventory.sheets import SYSTEMS
from rori.ui.components.compliance_words import scope_name
from rori.ui.components.control_address import choose_scope
from rori.ui.components.control_detail import control_detail
from rori.ui.components.control_filters import ask_which
from rori.ui.components.control_grid import control_grid, unsaved_elsewhere
from rori.ui.components.control_questionnaire import questionnaire
from rori.ui.components.records import names_of
from rori.ui.context import errors_shown, escape, kept, store
from rori.ui.formats import today
from rori.usecases.compliance.answering import control_lines
from rori.usecases.compliance.catalogue import known_crosswalk
from rori.usecases.compliance.evidence_search import newest_change


def page() -> None:
    """Draw the page."""
    st.title("Controls")
    st.caption("Answer a control once; it counts at every requirement that it meets, in every framework.")
    with errors_shown():
        scope = choose_scope()
        crosswalk, asked = known_crosswalk(store()), (today(), scope)
        lines = kept("controls.lines", (newest_change(store()), *asked), lambda: control_lines(store(), *asked))
        wanted = ask_which(crosswalk.library.domains)
        is_open = bool(st.query_params.get("control"))
        control_grid(lines, scope, wanted, is_short=is_open)
        for other in unsaved_elsewhere(scope):
            name = scope_name(other, names_of(SYSTEMS))
            st.caption(escape(f"Edits of {name} are not saved yet; choose that scope to save or drop them."))
        questionnaire(scope)
        control_detail(lines, crosswalk, scope)
