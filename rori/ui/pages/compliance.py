"""Where the entity stands against every framework, what moved, and what to do next."""

from __future__ import annotations

import streamlit as st

from rori.inventory.sheets import SYSTEMS
from rori.store import ENTITY_SCOPE
from rori.ui.components.compliance_gaps import gap_list
from rori.ui.components.compliance_profile import profile_form
from rori.ui.components.compliance_readiness import chapters_of_one, frameworks_at_a_glance
from rori.ui.components.compliance_seen import standings_now
from rori.ui.components.compliance_trend import trend
from rori.ui.components.compliance_words import scope_name
from rori.ui.components.records import names_of
from rori.ui.context import actor, errors_shown, link, store
from rori.ui.formats import today
from rori.usecases.compliance.standing import load_profile
from rori.usecases.compliance.trend import keep_readiness


def page() -> None:
    """Draw the page."""
    st.title("Compliance")
    st.caption("Answer a control once, prove it once, and see it count in every framework.")
    with errors_shown():
        known = load_profile(store())
        profile_form(known)
        if known.version == 0:
            return
        day = today()
        systems = names_of(SYSTEMS)
        scope = st.selectbox(
            "Scope",
            [ENTITY_SCOPE, *systems],
            format_func=lambda key: scope_name(key, systems),
            key="scope",
            bind="query-params",
            help="A system takes the entity's answer where it has none of its own.",
        )
        found = standings_now(day, str(scope))
        if scope == ENTITY_SCOPE:
            keep_readiness(store(), actor(), found)
        frameworks_at_a_glance(found)
        with st.container(horizontal=True):
            link("controls", "Answer controls", icon=":material/rule:")
            link("evidence", "Add evidence", icon=":material/folder_open:")
            link("frameworks", "Frameworks and their sources", icon=":material/menu_book:")
        chapters_of_one(found)
        gap_list(found, str(scope), day)
        trend(found, day)
