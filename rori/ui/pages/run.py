"""One saved run: the answer, its figures and charts, where they come from."""

from __future__ import annotations

import streamlit as st

from rori.ui.components.case_actions import actions, provenance
from rori.ui.components.case_figures import headline, key_figures, risk_transfer, yearly_losses
from rori.ui.components.case_plots import cash_flow, exceedance, prevented_loss, tolerance
from rori.ui.components.case_runs import all_runs, choose_run, no_runs, opened
from rori.ui.components.cross_check import on_demand
from rori.ui.context import errors_shown, escape


def page() -> None:
    """Draw the page."""
    title = st.empty()
    title.title("Run")
    with errors_shown():
        runs = all_runs()
        if not runs:
            no_runs()
            return
        saved = opened(choose_run(runs, "run", "Run"))
        title.title(escape(saved.inputs.case.name))
        headline(saved)
        actions(saved)
        key_figures(saved)
        exceedance(saved)
        yearly_losses(saved)
        prevented_loss(saved)
        cash_flow(saved)
        tolerance(saved)
        risk_transfer(saved)
        on_demand(saved.run.id)
        provenance(saved)
