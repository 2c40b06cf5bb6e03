"""The inventory as files: template, export, import with a preview."""

from __future__ import annotations

import streamlit as st

from rori.ui.components.imports import downloads, upload


def page() -> None:
    """Draw the page."""
    st.title("Import and export")
    st.subheader("Download")
    downloads()
    st.subheader("Import")
    upload()
