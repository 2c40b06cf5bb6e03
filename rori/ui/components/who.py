"""Who works here: asked once, shown in the sidebar, changed there."""

from __future__ import annotations

import streamlit as st

from rori.ui.context import actor, errors_shown, escape, flash, store
from rori.usecases.people import MOST_CHARACTERS, is_named_by_environment, known_name, remember_name


def ask_who(page_name: str) -> None:
    """Ask for a name on the first page as long as there is none; elsewhere and afterwards offer to change it."""
    if is_named_by_environment():
        return
    if page_name == "" and known_name(store()) is None:
        with st.container(border=True, key="who"):
            st.markdown(
                "**Who works here?** Your name stands in the audit trail beside everything that you change. There is no sign-in yet."
            )
            _form("who-first")
        return
    with st.sidebar.popover(f"Working as {escape(actor())}", icon=":material/person:"):
        _form("who-again")


def _form(key: str) -> None:
    with st.form(key, border=False):
        name = st.text_input("Your name", actor(), max_chars=MOST_CHARACTERS, key=f"{key}-name")
        if st.form_submit_button("Save name", icon=":material/save:"):
            with errors_shown():
                flash(f"You work as {remember_name(store(), name)}")
                st.rerun()
