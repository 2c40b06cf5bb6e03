"""Files in and out: what an import would do, before it does it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pandas as pd
import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from rori.errors import ConflictError, InputError
from rori.inventory.sheets import SHEET_BY_NAME, SHEETS
from rori.ui.context import actor, errors_shown, flash, forget_edits, generation, kept, store
from rori.ui.formats import number
from rori.usecases.importing import (
    ImportPlan,
    RowChange,
    apply_import,
    export_csv,
    export_workbook,
    preview_csv,
    preview_workbook,
    template_workbook,
)

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_MOST_ROWS = 1_000


def downloads() -> None:
    """Offer the template, the whole inventory, and one kind as CSV."""
    opened = store()
    today = f"{datetime.now(UTC):%Y-%m-%d}"
    template, everything, one = st.columns(3)
    with template.container(border=True, height="stretch"):
        st.markdown("**Template**  \nAn empty workbook with headings, explanations, examples and drop-down lists.")
        _download("Download the template", template_workbook, "rori-template.xlsx", XLSX)
    with everything.container(border=True, height="stretch"):
        st.markdown("**Everything**  \nThe whole inventory as a workbook; change it and import it again.")
        _download("Download all as a workbook", lambda: export_workbook(opened), f"rori-inventory-{today}.xlsx", XLSX)
    with one.container(border=True, height="stretch"):
        kind = st.selectbox("One kind as CSV", list(SHEET_BY_NAME), format_func=_label, key="export-kind")
        _download(
            f"Download {_label(kind).lower()}", lambda: export_csv(opened, kind), f"rori-{kind}-{today}.csv", "text/csv"
        )


def _download(label: str, make: Callable[[], bytes], name: str, mime: str) -> None:
    st.download_button(label, make, name, mime, on_click="ignore", icon=":material/download:", width="stretch")


def _label(name: str) -> str:
    return SHEET_BY_NAME[name].label


def upload() -> None:
    """Take a file, show what it would change, and import it when it is wanted."""
    file = st.file_uploader(
        "Workbook (.xlsx) or CSV file, at most 20 MB",
        type=["xlsx", "csv"],
        key=f"import-file-{generation()}",
        help="Rows are matched by their id: new ids are added, known ids are changed, nothing is deleted.",
    )
    if file is None:
        st.caption("Nothing is saved before you have seen what the file would change.")
        return
    kind = ""
    if file.name.lower().endswith(".csv"):
        kind = st.selectbox(
            "What the CSV file holds", list(SHEET_BY_NAME), format_func=_label, index=_guess(file.name), key="csv-kind"
        )
    with errors_shown():
        again = st.session_state.get("import.again", 0)
        with st.spinner("Reading the file"):
            plan = kept("import.plan", (file.file_id, kind, again), lambda: _preview(file, kind))
        show_plan(plan)
        _import_button(file.name, plan)


def _guess(name: str) -> int:
    plain = name.lower().replace("-", "_").replace(" ", "_")
    return next((position for position, sheet in enumerate(SHEETS) if sheet.name in plain), 0)


def _preview(file: UploadedFile, kind: str) -> ImportPlan:
    if kind:
        return preview_csv(store(), kind, file.getvalue())
    if not file.name.lower().endswith(".xlsx"):
        raise InputError("the file", "a workbook (.xlsx) or a CSV file (.csv)", file.name)
    return preview_workbook(store(), file.getvalue())


def show_plan(plan: ImportPlan) -> None:
    """Show how many rows are new, changed or the same, what changes in them, and why a file is refused."""
    counts = (
        ("Rows added", len(plan.added)),
        ("Rows changed", len(plan.changed)),
        ("Rows unchanged", len(plan.unchanged)),
        ("Problems", len(plan.problems)),
    )
    for place, (label, count) in zip(st.columns(len(counts)), counts, strict=True):
        place.metric(label, number(count, 0), border=True)
    if plan.problems:
        st.error(
            "Nothing was imported. Correct the problems below in the file and upload it again.",
            icon=":material/error:",
        )
        _table(
            [{"Sheet": p.sheet, "Row": p.row, "Column": p.column, "What is wrong": p.message} for p in plan.problems],
            "Problems of the file",
        )
        return
    if plan.changed:
        st.markdown("**Changed**")
        _table([line for change in plan.changed for line in _changed(change)], "Cells that would change")
    if plan.added:
        st.markdown("**Added**")
        _table([_added(change) for change in plan.added], "Rows that would be added")


def _changed(change: RowChange) -> list[dict[str, object]]:
    return [
        {
            "Kind": change.sheet_label,
            "Id": change.key,
            "Column": cell.header,
            "Now": _text(cell.old),
            "Becomes": _text(cell.new),
        }
        for cell in change.cells
    ]


def _added(change: RowChange) -> dict[str, object]:
    filled = "; ".join(f"{cell.header}: {_text(cell.new)}" for cell in change.cells if cell.column != "name")
    name = str(change.record.get("name") or "")
    return {"Kind": change.sheet_label, "Id": change.key, "Name": name, "Row in the file": change.row, "Cells": filled}


def _text(value: object) -> str:
    return "(empty)" if value in (None, "") else f"{value:.15g}" if isinstance(value, float) else str(value)


def _table(rows: list[dict[str, object]], what: str) -> None:
    st.dataframe(pd.DataFrame(rows[:_MOST_ROWS]), hide_index=True, alt=f"{what}, {len(rows)} lines")
    if len(rows) > _MOST_ROWS:
        st.caption(f"The first {number(_MOST_ROWS, 0)} of {number(len(rows), 0)} lines")


def _import_button(file_name: str, plan: ImportPlan) -> None:
    count = len(plan.added) + len(plan.changed)
    if plan.problems:
        return
    if not plan.can_be_applied:
        st.info("Nothing to import: every row of the file is as it stands in the inventory.", icon=":material/check:")
        return
    rows = "1 row" if count == 1 else f"{number(count, 0)} rows"
    if not st.button(f"Import {rows}", type="primary", icon=":material/upload:", key="import-apply"):
        return
    try:
        with st.spinner("Importing"):
            apply_import(store(), actor(), plan, file_name)
    except ConflictError:
        # The next preview starts from what is stored now.
        st.session_state["import.again"] = st.session_state.get("import.again", 0) + 1
        st.button("Look at it again", icon=":material/refresh:", key="import-look-again")
        raise
    forget_edits()
    flash(f"Imported: {len(plan.added)} rows added, {len(plan.changed)} changed")
    st.rerun()
