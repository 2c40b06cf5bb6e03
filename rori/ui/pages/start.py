"""Where to begin, and how far one is."""

from __future__ import annotations

import streamlit as st

from rori.ui.components.welcome import (
    expiring_evidence,
    guided_list,
    has_sample,
    latest_runs,
    sample_line,
    saved_runs,
    three_doors,
)
from rori.ui.context import store
from rori.usecases.inventory import count_records


def page() -> None:
    """Draw the page."""
    st.title("Resilient Return on Investment")
    counts = count_records(store())
    runs = saved_runs()
    if not any(counts.values()) and not runs:
        three_doors()
        return
    sample_line(is_sample=has_sample())
    steps, latest = st.columns([3, 2], gap="large")
    with steps:
        guided_list({**counts, "runs": len(runs)})
    with latest:
        expiring_evidence()
        latest_runs(runs)
