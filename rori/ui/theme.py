"""Colours of charts, for the light and the dark theme; never the only sign of a meaning."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st


@dataclass(frozen=True, slots=True, kw_only=True)
class Palette:
    """The colours of one theme."""

    without_measures: str
    with_measures: str
    prevented: str
    neutral: str
    text: str
    grid: str


LIGHT = Palette(
    without_measures="#B4532A",
    with_measures="#1F6F78",
    prevented="#2E7D4F",
    neutral="#6B7280",
    text="#0E161D",
    grid="#E3E7EA",
)
DARK = Palette(
    without_measures="#E08A5B",
    with_measures="#5FB7C1",
    prevented="#7CC49A",
    neutral="#9CA3AF",
    text="#E6EAED",
    grid="#323C44",
)


_DARK_BUTTONS = """<style>
[data-testid^="stBaseButton-primary"]:not(:disabled), [data-testid^="stBaseButton-primary"]:not(:disabled) *
{ color: #0B1215 !important; }
</style>"""

FAVICON = (
    '<svg viewBox="0 0 32 32"><rect width="32" height="32" rx="6" fill="#1F6F78"/>'
    '<path d="M16 5l9 3.5v7c0 6-4 9.800-9 11.500-5-1.700-9-5.500-9-11.500v-7z" fill="#fff"/></svg>'
)
"""A shield, as SVG."""


def palette() -> Palette:
    """Return the colours of the theme that the reader sees."""
    return DARK if st.context.theme.type == "dark" else LIGHT


def darken_button_text() -> None:
    """Write dark on the light primary buttons of the dark theme: Streamlit writes white on any colour."""
    if st.context.theme.type == "dark":
        st.html(_DARK_BUTTONS)
