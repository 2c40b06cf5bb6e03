"""Which case a page is about: chosen from a list, kept in the address."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from rori.ui.components.one_event_question import unique_labels
from rori.ui.context import escape, link, store
from rori.usecases.availability import cases_by_name
from rori.usecases.what_if import Question, question

BY_INPUTS: dict[str | type[Any], Callable[[Any], Any]] = {Question: lambda asked: asked.input_hash}
"""How caches tell questions apart: by all that their figures depend on."""


def choose(key: str) -> Question | None:
    """Ask for the case; None, with a way on, while there is none."""
    cases = cases_by_name(store())
    if not cases:
        st.markdown("There is no case yet.")
        link("cases", "Add a case", icon=":material/add:")
        link("start", "Load the sample", icon=":material/science:")
        return None
    labels = unique_labels(cases)
    name = st.selectbox("Case", list(labels), key=key, bind="query-params")
    asked = question(store(), labels.get(name, cases[0].id))
    if asked.broken_rules:
        st.warning(escape("; ".join(asked.broken_rules)), icon=":material/warning:")
    return asked
