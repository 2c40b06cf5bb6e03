"""Requirements: what each framework asks, how it stands, and through what."""

from __future__ import annotations

import streamlit as st

from rori.ui.components.requirement_answer import requirement_answer
from rori.ui.components.requirement_choice import Choice, choose_framework, profile_notice
from rori.ui.components.requirement_detail import requirement_facts, requirement_head, requirement_parts
from rori.ui.components.requirement_list import filtered, headline, lines_of, open_one, requirement_table
from rori.ui.components.requirement_price import requirement_price
from rori.ui.components.requirement_siblings import requirement_siblings
from rori.ui.components.requirement_standing import requirement_standing
from rori.ui.context import errors_shown, kept, store
from rori.ui.formats import today
from rori.usecases.compliance.answering import requirement_detail, standing_of
from rori.usecases.compliance.catalogue import known_crosswalk
from rori.usecases.compliance.evidence_search import newest_change
from rori.usecases.compliance.standing import Standing, load_profile


def page() -> None:
    """Draw the page."""
    st.title("Requirements")
    with errors_shown():
        choice = choose_framework(known_crosswalk(store()).catalogue)
        asked = (today(), choice.framework_id, choice.version, choice.scope)
        identity = (newest_change(store()), *asked)
        standing, said = kept("requirements.standing", identity, lambda: standing_of(store(), *asked))
        if load_profile(store()).version == 0:
            profile_notice()
        headline(standing)
        lines = filtered(lines_of(standing, said), standing.framework.chapters)
        requirement_table(lines, choice.requirement_id, today())
        open_one(lines, choice.requirement_id, choice.requirement_id)
        if choice.requirement_id:
            _detail(choice, standing)


def _detail(choice: Choice, standing: Standing) -> None:
    found = requirement_detail(store(), standing, choice.requirement_id)
    with st.container(border=True, key="requirement-detail"):
        requirement_head(found, choice.scope)
        asks, stands = st.columns([3, 2], gap="large")
        with asks:
            requirement_facts(found)
            requirement_parts(found, choice.scope)
        with stands:
            if found.status is not None:
                requirement_standing(found.status, choice.scope)
        if found.status is not None:
            requirement_price(found.status, choice.scope)
            requirement_answer(found, choice.scope)
        requirement_siblings(found.siblings, known_crosswalk(store()), choice.scope)
