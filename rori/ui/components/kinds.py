"""A page of several kinds of records: a tab for each, to search, edit as a table or as a form."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import streamlit as st

from rori.inventory.columns import Sheet
from rori.ui.components.forms import row_form
from rori.ui.components.grids import grid, has_unsaved
from rori.ui.context import errors_shown, link, store
from rori.usecases.inventory import count_records

_TABLE, _FORM = "Table", "Form"


def kind_tabs(name: str, sheets: Sequence[Sheet], below: Mapping[str, Callable[[], None]] | None = None) -> None:
    """Draw a tab per sheet, and below its rows what the page adds to it."""
    tabs = st.tabs([sheet.label for sheet in sheets], key=f"{name}-tab", bind="query-params")
    for sheet, tab in zip(sheets, tabs, strict=True):
        if tab.open:
            with tab, errors_shown():
                _kind(sheet)
                if below and sheet.name in below:
                    below[sheet.name]()
        elif has_unsaved(sheet):
            st.caption(f"{sheet.label} has changes that are not saved yet.")


def _kind(sheet: Sheet) -> None:
    counts = count_records(store())
    st.caption(sheet.help)
    if not counts[sheet.name]:
        _nothing_yet(sheet, is_empty=not any(counts.values()))
    mode, search = st.columns([1, 4], vertical_alignment="top")
    look = mode.segmented_control(
        "Edit as", [_TABLE, _FORM], default=_TABLE, required=True, key=f"{sheet.name}-as", bind="query-params"
    )
    if look == _FORM:
        row_form(sheet, search)
        return
    text = search.text_input(
        f"Search {sheet.label.lower()}",
        type="search",
        key=f"{sheet.name}-search",
        bind="query-params",
        placeholder="Words that a row must hold",
    )
    # Else the tool bar that the grid shows above itself would cover the search.
    st.space("xsmall")
    grid(sheet, text or "")


def _nothing_yet(sheet: Sheet, *, is_empty: bool) -> None:
    with st.container(border=True, key=f"nothing-{sheet.name}"):
        st.markdown(
            f"**No {sheet.label.lower()} yet.** Add one as a form or in the first empty line of the table, "
            "then press Save. Or:"
        )
        with st.container(horizontal=True):
            link("import-export", "Import a workbook or CSV file", icon=":material/upload_file:")
            if is_empty:
                link("start", "Load the sample", icon=":material/science:")
