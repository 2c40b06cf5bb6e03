"""The questionnaire: out as a workbook, back with a look at what it would change before anything is saved."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from rori.errors import ConflictError, InputError
from rori.store import ENTITY_SCOPE
from rori.ui.components.imports import XLSX
from rori.ui.context import actor, errors_shown, escape, flash, forget_edits, generation, kept, store
from rori.ui.formats import local_time, number, today
from rori.usecases.compliance.questionnaire import (
    AnswerChange,
    QuestionnairePlan,
    apply_questionnaire,
    export_questionnaire,
    preview_questionnaire,
)

_STORED, _FILE = "What is stored", "What the file says"
_MOST_ROWS = 500


def questionnaire(scope: str) -> None:
    """Offer the questionnaire and take it back."""
    file_key = f"questionnaire-{scope}-{generation()}"
    with st.expander("Ask on paper: questionnaire", icon=":material/assignment:", key="questionnaire", expanded=False):
        st.markdown(
            "A workbook with one row a control: hand it to whoever knows, and upload it filled. Rows that were left alone "
            "change nothing, and an answer that somebody gave here meanwhile is shown before it is replaced."
        )
        _download(scope)
        file = st.file_uploader("Upload a filled questionnaire (.xlsx)", type=["xlsx"], key=file_key)
    if file is not None:
        with errors_shown():
            _preview(file, scope)


def _download(scope: str) -> None:
    opened, day = store(), today()
    about = "entity" if scope == ENTITY_SCOPE else scope
    st.download_button(
        "Download questionnaire (.xlsx)",
        lambda: export_questionnaire(opened, day, scope),
        f"rori-controls-{about}-{day.isoformat()}.xlsx",
        XLSX,
        on_click="ignore",
        icon=":material/download:",
        key="questionnaire-download",
    )


def _preview(file: UploadedFile, scope: str) -> None:
    if not file.name.lower().endswith(".xlsx"):
        raise InputError("the file", "a workbook (.xlsx)", file.name)
    again = st.session_state.get("questionnaire.again", 0)
    identity = (file.file_id, scope, again)
    plan = kept(
        "questionnaire.plan",
        identity,
        lambda: preview_questionnaire(store(), file.getvalue(), file.name, today(), scope),
    )
    with st.container(border=True, key="questionnaire-preview"):
        st.markdown(f"**What {escape(file.name)} would change**")
        _counts(plan)
        _refused(plan)
        if plan.refused:
            return
        _changes(plan.changes)
        file_wins = [one.file.control_id for one in plan.conflicts if _wins(one)]
        _save(plan, file_wins, file.name)


def _counts(plan: QuestionnairePlan) -> None:
    counts = (
        ("Changes", len(plan.changes)),
        ("Unchanged", len(plan.unchanged)),
        ("Refused cells", len(plan.refused)),
        ("Conflicts", len(plan.conflicts)),
    )
    for place, (label, count) in zip(st.columns(len(counts)), counts, strict=True):
        place.metric(label, number(count, 0), border=True)


def _refused(plan: QuestionnairePlan) -> None:
    if not plan.refused:
        return
    st.error("Nothing can be saved. Correct these cells in the file and upload it again.", icon=":material/error:")
    rows: list[dict[str, object]] = [
        {"Row": c.row, "Column": c.column, "Allowed": c.allowed, "Came": c.came} for c in plan.refused
    ]
    _table(rows, "Refused cells of the file")


def _changes(changes: Sequence[AnswerChange]) -> None:
    if not changes:
        return
    rows: list[dict[str, object]] = [
        {"Row": one.row, "Control": one.name, "Column": name, "Now": before or "(empty)", "Becomes": after or "(empty)"}
        for one in changes
        for name, before, after in one.cells
    ]
    _table(rows, "Cells that would change")


def _wins(conflict: AnswerChange) -> bool:
    """Show what is stored beside what the file says, and ask which of the two stands."""
    stored = conflict.stored
    with st.container(border=True):
        when = (
            "was taken away since the download"
            if stored is None
            else f"was changed by {stored.changed_by} on {local_time(stored.changed_at)}, after the download"
        )
        st.markdown(f":material/warning: **{escape(conflict.name)}** (row {conflict.row}) {escape(when)}")
        rows: list[dict[str, object]] = [
            {"Column": name, _STORED: before or "(empty)", _FILE: after or "(empty)"}
            for name, before, after in conflict.cells
        ]
        _table(rows, f"Conflict at {conflict.name}")
        chosen = st.radio(
            f"Which stands for {escape(conflict.name)}?",
            [_STORED, _FILE],
            horizontal=True,
            key=f"wins-{conflict.file.scope}-{conflict.file.control_id}-{generation()}",
        )
    return chosen == _FILE


def _table(rows: list[dict[str, object]], what: str) -> None:
    st.dataframe(pd.DataFrame(rows[:_MOST_ROWS]), hide_index=True, alt=f"{what}, {len(rows)} lines")
    if len(rows) > _MOST_ROWS:
        st.caption(f"The first {number(_MOST_ROWS, 0)} of {number(len(rows), 0)} lines")


def _save(plan: QuestionnairePlan, file_wins: Sequence[str], file_name: str) -> None:
    count = len(plan.changes) + len(file_wins)
    if not count:
        st.info("Nothing to save: every answer stays as it is stored.", icon=":material/check:")
        return
    what = "1 answer" if count == 1 else f"{number(count, 0)} answers"
    if not st.button(f"Save {what}", type="primary", icon=":material/save:", key="questionnaire-save"):
        return
    try:
        apply_questionnaire(store(), actor(), plan, file_wins)
    except ConflictError:
        # The next preview starts from what is stored now.
        st.session_state["questionnaire.again"] = st.session_state.get("questionnaire.again", 0) + 1
        st.button("Look at it again", icon=":material/refresh:", key="questionnaire-look-again")
        raise
    forget_edits()
    flash(f"Saved from {file_name}: {what}")
    st.rerun()
