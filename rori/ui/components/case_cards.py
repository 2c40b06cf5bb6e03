"""Cases as cards: what they buy, what their latest run says, and the button that runs them."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from rori.ui.components.case_actions import progress_bar
from rori.ui.components.case_words import payback, share, shortened, span
from rori.ui.context import actor, errors_shown, escape, flash, go_to, link, store
from rori.ui.formats import local_time, number, percent, short_money, with_error
from rori.usecases.cases import CaseOverview, SavedRun, run_case

_PER_PAGE = 10


def no_cases(*, has_measures: bool) -> None:
    """Say how to get a first case."""
    with st.container(border=True, key="no-cases"):
        if has_measures:
            st.markdown("**No case yet.** A case asks what a set of measures prevents and returns.")
        else:
            st.markdown(
                "**No case yet, and no measure to choose.** A case asks what a set of measures prevents and returns. Enter "
                "what can be bought first, or look around with the sample."
            )
        with st.container(horizontal=True):
            if not has_measures:
                link("measures", "Add measures", icon=":material/shield:")
                link("start", "Load the sample", icon=":material/science:")
            link("import-export", "Import a workbook or CSV file", icon=":material/upload_file:")


def case_cards(overviews: Sequence[CaseOverview]) -> None:
    """Draw one card per case, ten at a time."""
    pages = -(-len(overviews) // _PER_PAGE)
    page = st.pagination(pages, key="case-page") if pages > 1 else 1
    for overview in overviews[(page - 1) * _PER_PAGE : page * _PER_PAGE]:
        with st.container(border=True, key=f"case-{overview.case.id}"):
            _card(overview)


def _card(overview: CaseOverview) -> None:
    case, latest = overview.case, overview.latest
    words, figures = st.columns([3, 2], gap="large")
    with words:
        st.markdown(f"#### {escape(case.name)}")
        st.markdown(escape(_bought(overview)))
        facts = (
            f"Capex {short_money(overview.capex_eur, case.currency)}",
            f"{span(case.horizon_years)} at {percent(case.discount_rate_per_year)} discount rate",
            f"{number(case.n_paths, 0)} futures, seed {case.seed}",
        )
        st.caption(escape(" · ".join(facts)))
    with figures:
        _latest(latest)
    for sentence in (*overview.broken_rules, *overview.warnings):
        st.warning(escape(f"{sentence[:1].upper()}{sentence[1:]}."), icon=":material/warning:")
    with st.container(horizontal=True, vertical_alignment="center"):
        start = st.button(
            "Run",
            type="primary",
            icon=":material/play_arrow:",
            key=f"run-{case.id}",
            disabled=bool(overview.broken_rules),
            help=f"Simulate {escape(case.name)}",
        )
        if st.button("Edit", icon=":material/edit:", key=f"edit-{case.id}", help=f"Edit {escape(case.name)}"):
            st.query_params["edit"] = case.id
            st.rerun()
        if latest is not None:
            link("run", "Open the latest run", icon=":material/monitoring:", run=latest.run.id)
    if start:
        run_and_open(case.id)


def _bought(overview: CaseOverview) -> str:
    names = [shortened(name) for name in overview.measure_names]
    if not names:
        return "No measure is chosen: the case shows today's loss."
    return f"{'1 measure' if len(names) == 1 else f'{len(names)} measures'}: {', '.join(names)}"


def _latest(latest: SavedRun | None) -> None:
    if latest is None:
        st.caption("Not run yet")
        return
    found, currency = latest.result.investment, latest.inputs.case.currency
    st.markdown(f"**RORI {escape(share(found.rori))}**")
    st.markdown(
        escape(
            f"Prevents {with_error(latest.result.loss_eur_per_year.difference, currency)} per year · "
            f"discounted payback {payback(found.discounted_payback_years).lower()}"
        )
    )
    st.caption(escape(f"Run of {local_time(latest.run.created_at)} by {latest.run.created_by}"))


def run_and_open(case_id: str) -> None:
    """Simulate a case with a progress bar and a way to stop it, and go to its figures."""
    place = st.empty()
    with place.container():
        _, move = progress_bar("Simulating")
        # A click starts the script anew, which ends this one at its next report of progress: before anything is saved.
        st.button(
            "Cancel", icon=":material/close:", key="cancel-run", on_click=flash, args=("Cancelled: nothing saved",)
        )
    saved = None
    with errors_shown():
        saved = run_case(store(), actor(), case_id, move)
    place.empty()
    if saved is not None:
        flash("The run is saved")
        go_to("run", run=saved.run.id)
