"""What can be done with a run, and where its figures come from."""

from __future__ import annotations

import streamlit as st

from rori.errors import NotFoundError
from rori.ui.context import actor, errors_shown, escape, flash, last_change, link, store
from rori.ui.formats import local_time, number
from rori.usecases.cases import Progress, SavedRun, case_workbook, changed_since, delete_run, verify_run

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def actions(saved: SavedRun) -> None:
    """Offer the workbook, the comparison, the check and the way out."""
    run_id = saved.run.id
    with st.container(horizontal=True, vertical_alignment="center", key="run-actions"):
        st.download_button(
            "Download workbook (.xlsx)",
            data=lambda: case_workbook(store(), run_id),
            file_name=f"{saved.run.case_id}-{saved.run.created_at:%Y-%m-%d}.xlsx",
            mime=XLSX,
            icon=":material/download:",
            type="primary",
            on_click="ignore",
        )
        check = st.button("Check: compute again", icon=":material/verified:", key="verify-run")
        link("compare", "Compare with another run", icon=":material/compare:", a=run_id)
        link("cases", "All cases", icon=":material/work:")
    if check:
        _check(run_id)
    _say_what_changed(saved)


def progress_bar(what: str) -> tuple[st.delta_generator.DeltaGenerator, Progress]:
    """Return a bar and what moves it, from parts done of parts in all."""
    bar = st.progress(0.0, text=what)

    def move(done: int, of: int) -> None:
        bar.progress(done / of, text=f"{what}: part {done} of {of}, {round(100 * done / of)} %")

    return bar, move


def _check(run_id: str) -> None:
    bar, move = progress_bar("Computing again")
    with errors_shown():
        verify_run(store(), run_id, move)
        st.success("Computed again from the saved inputs: identical to the last digit.", icon=":material/verified:")
    bar.empty()


def _say_what_changed(saved: SavedRun) -> None:
    """Say when the run no longer shows what a run would show now."""
    note = ""
    with errors_shown():
        try:
            if changed_since(store(), saved):
                note = (
                    "The inventory or the case has changed since this run. Its figures stay as they were saved; run the case "
                    "again for new ones."
                )
        except NotFoundError:
            note = (
                "The case of this run, or a measure of it, has been deleted since. The figures stay as they were saved."
            )
    if note:
        st.info(note, icon=":material/update:")


def provenance(saved: SavedRun) -> None:
    """Say how these figures came to be, so that anybody can get them again; and offer to delete them."""
    run = saved.run
    st.subheader("Where these figures come from", anchor=False)
    st.markdown(
        escape(
            f"Run {run.id[:12]} of {local_time(run.created_at)} by {run.created_by}. Seed {run.seed}, "
            f"{number(saved.result.n_paths, 0)} futures of {saved.result.horizon_years} years = {number(run.n_years, 0)} "
            f"simulated years with {number(saved.result.n_events, 0)} events. Input hash {run.input_hash[:12]}, "
            f"model version {run.model_version}."
        )
    )
    with st.container(horizontal=True, vertical_alignment="center", key="run-end"):
        link("method", "How these figures are computed", icon=":material/menu_book:")
        if st.button("Delete this run", icon=":material/delete:", key="delete-run"):
            _delete(run.id)


def _delete(run_id: str) -> None:
    with errors_shown():
        delete_run(store(), actor(), run_id)
        flash("Deleted: one run", undo=last_change("runs", run_id))
        del st.query_params["run"]
        st.rerun()
