"""Saved runs: opened once, chosen from a list, named in the address."""

from __future__ import annotations

import streamlit as st

from rori.inventory.sheets import CASES
from rori.store import RunHeader
from rori.ui.components.records import names_of
from rori.ui.context import link, store
from rori.ui.formats import local_time
from rori.usecases.cases import SavedRun, open_run, runs_of
from rori.usecases.settings import database_url


def opened(run_id: str) -> SavedRun:
    """Open a run; a run never changes, so it is opened once per process."""
    return _opened(database_url(), run_id)


@st.cache_resource(max_entries=50, show_spinner="Opening the run")
def _opened(url: str, run_id: str) -> SavedRun:  # noqa: ARG001 - the database is part of the key
    return open_run(store(), run_id)


def all_runs() -> dict[str, RunHeader]:
    """Return all saved runs by id, newest first."""
    return {run.id: run for run in runs_of(store())}


def no_runs() -> None:
    """Say how to get a first run."""
    with st.container(border=True, key="no-runs"):
        st.markdown("**No run yet.** Open a case and press Run: its figures are kept and shown here.")
        link("cases", "Open the cases", icon=":material/work:")


def choose_run(runs: dict[str, RunHeader], parameter: str, label: str, position: int = 0) -> str:
    """Let the user choose a run and return its id; the address says which, `position` is taken when it does not."""
    asked = st.query_params.get(parameter, "")
    if asked and asked not in runs:
        st.warning("The run in the address does not exist any more. Another one is shown.", icon=":material/warning:")
    ids = list(runs)
    default = asked if asked in runs else ids[min(position, len(ids) - 1)]
    names = names_of(CASES)
    chosen = st.selectbox(
        label,
        ids,
        index=ids.index(default),
        format_func=lambda run_id: run_label(runs[run_id], names),
        key=f"choose-{parameter}-{default}",
    )
    if chosen != asked:
        st.query_params[parameter] = chosen
    return chosen


def run_label(run: RunHeader, names: dict[str, str]) -> str:
    """Return how lists show a run: its case, when and by whom."""
    return f"{names.get(run.case_id, run.case_id)} · {local_time(run.created_at)} · {run.created_by} · {run.id[:6]}"
