"""One row of a sheet as a form, every column with its help."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from rori.inventory.cells import show_cell
from rori.inventory.columns import Column, Sheet, ValueKind
from rori.store import StoredRecord
from rori.ui.components.records import Names, heading, named, names_for
from rori.ui.context import actor, errors_shown, escape, flash, forget_edits, generation, last_change, store
from rori.ui.formats import local_time
from rori.usecases.inventory import delete_record, list_records, save_record

_NEW = ""
_COLUMNS = 3


def row_form(sheet: Sheet, above: DeltaGenerator) -> None:
    """Choose a row, or a new one, and edit it; the version that was seen when it was opened is the one saved over."""
    names = names_for(sheet)
    with above:
        chosen = _choose(sheet, names)
    stored = _seen(sheet, chosen)
    cells: dict[str, object] = {}
    with st.form(f"form-{sheet.name}-{chosen}-{generation()}", border=True):
        for first in range(0, len(sheet.columns), _COLUMNS):
            places = st.columns(_COLUMNS, vertical_alignment="center")
            for place, column in zip(places, sheet.columns[first:], strict=False):
                with place:
                    cells[column.name] = _field(sheet, column, stored, names)
        st.caption("Fields with \\* must be filled in")
        save = st.form_submit_button("Save", type="primary", icon=":material/save:")
    if stored is not None:
        st.caption(f"Last changed by {escape(stored.changed_by)}, {escape(local_time(stored.changed_at))}")
        _delete_button(sheet, stored)
    if save:
        _save(sheet, cells, stored)


def _choose(sheet: Sheet, names: Names) -> str:
    """Return the key of the row to edit, or empty for a new one."""
    labels = {_NEW: f"New {sheet.singular}"}
    for record in list_records(store(), sheet.name):
        key = str(record.values[sheet.key])
        known = names.get(sheet.columns[0].refers_to, {})
        labels[key] = named({key: str(record.values.get("name") or known.get(key, key))}, key)
    place = f"row-{sheet.name}"
    if st.session_state.get(place, _NEW) not in labels:
        del st.session_state[place]
    return st.selectbox(
        f"Which {sheet.singular}", list(labels), format_func=lambda key: labels[key], key=place, persist_state="session"
    )


def _seen(sheet: Sheet, key: str) -> StoredRecord | None:
    """Return the row as it was when it was opened in the form, so that a change by somebody else is noticed."""
    place, identity = f"form.{sheet.name}", (key, generation())
    held: tuple[tuple[str, int], StoredRecord | None] | None = st.session_state.get(place)
    is_open = _widget(sheet, sheet.columns[0], key) in st.session_state
    if held is not None and held[0] == identity and is_open:
        return held[1]
    records = {str(record.values[sheet.key]): record for record in list_records(store(), sheet.name)}
    st.session_state[place] = (identity, records.get(key))
    return records.get(key)


def _widget(sheet: Sheet, column: Column, key: str) -> str:
    return f"field-{sheet.name}-{column.name}-{key}-{generation()}"


def _field(sheet: Sheet, column: Column, stored: StoredRecord | None, names: Names) -> object:
    """Draw the widget that fits a column and return what stands in it."""
    key = "" if stored is None else str(stored.values[sheet.key])
    place = _widget(sheet, column, key)
    shown = show_cell(column, column.default if stored is None else stored.values[column.name])
    label, hint = heading(column), column.help
    fixed = stored is not None and column.name == sheet.key
    if column.kind is ValueKind.YES_NO:
        return st.checkbox(label, value=shown == "yes", help=hint, key=place)
    if column.kind is ValueKind.CHOICE:
        return _select(label, list(column.choices), str(shown or ""), place, hint)
    if column.refers_to:
        known = names[column.refers_to]
        if column.kind is ValueKind.LIST:
            now = [item for item in str(shown or "").split("; ") if item in known]
            return st.multiselect(
                label, list(known), default=now, help=hint, key=place, format_func=lambda item: named(known, item)
            )
        if not fixed:
            return _select(label, list(known), str(shown or ""), place, hint, known)
    text = "" if shown is None else f"{shown:.15g}" if isinstance(shown, float) else str(shown)
    placeholder = f"e.g. {column.example}" if column.example else None
    return st.text_input(label, value=text, help=hint, key=place, disabled=fixed, placeholder=placeholder)


def _select(
    label: str, options: list[str], now: str, place: str, hint: str, known: Mapping[str, str] | None = None
) -> str | None:
    index = options.index(now) if now in options else None
    return st.selectbox(
        label, options, index=index, help=hint, key=place, format_func=lambda item: named(known or {}, item)
    )


def _save(sheet: Sheet, cells: dict[str, object], stored: StoredRecord | None) -> None:
    with errors_shown():
        record = save_record(store(), actor(), sheet.name, cells, None if stored is None else stored.version)
        key = str(record[sheet.key])
        flash(f"Saved: {sheet.singular} {key}", undo=last_change(sheet.name, key))
        forget_edits()
        st.rerun()


def _delete_button(sheet: Sheet, stored: StoredRecord) -> None:
    key = str(stored.values[sheet.key])
    if st.button(f"Delete this {sheet.singular}", icon=":material/delete:", key=f"delete-{sheet.name}-{key}"):
        with errors_shown():
            delete_record(store(), actor(), sheet.name, key, stored.version)
            flash(f"Deleted: {sheet.singular} {key}", undo=last_change(sheet.name, key))
            forget_edits()
            st.rerun()
