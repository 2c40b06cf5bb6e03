"""How every figure is computed: formulas, sources, limits."""

from __future__ import annotations

import streamlit as st

from rori.usecases.settings import PROJECT_ROOT


def page() -> None:
    """Draw the page from docs/method.md, which is part of the program."""
    st.title("Method")
    st.markdown(_text())


@st.cache_data(show_spinner=False)
def _text() -> str:
    return (PROJECT_ROOT / "docs" / "method.md").read_text(encoding="utf-8")
