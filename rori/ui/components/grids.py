"""A sheet as a grid that can be edited and saved as a whole."""

from __future__ import annotations

from dataclasses import dataclass, replace

import streamlit as st

from rori.errors import ConflictError, NotFoundError
from rori.inventory.columns import Sheet
from rori.ui.components.drafts import Draft
from rori.ui.components.records import column_config, frame, names_for
from rori.ui.context import actor, errors_shown, escape, flash, generation, last_change, store
from rori.usecases.inventory import list_records, save_grid


@dataclass(frozen=True, slots=True, kw_only=True)
class _Open:
    """What a grid was opened with, and what it came to on the last run."""

    base: Draft
    now: Draft
    text: str
    number: int


def grid(sheet: Sheet, text: str = "") -> None:
    """Draw a grid of the rows in which all words of `text` occur; edits stay here until saved or dropped."""
    opened = _opened(sheet, text)
    shown = opened.base.matching(text)
    key = _key(sheet, opened)
    rows = [opened.base.rows[position].cells(sheet) for position in shown]
    if text and not rows:
        st.info("No row holds all these words.", icon=":material/search_off:")
    st.data_editor(
        frame(sheet, rows),
        column_config=column_config(sheet, names_for(sheet)),
        hide_index=True,
        num_rows="dynamic",
        key=key,
        placeholder="",
        alt=f"{sheet.label}, {len(rows)} rows",
    )
    opened = replace(opened, now=opened.base.after(st.session_state[key], shown))
    st.session_state[_place(sheet)] = opened
    _buttons(sheet, opened)


def has_unsaved(sheet: Sheet) -> bool:
    """Whether edits of this sheet wait to be saved."""
    held: _Open | None = st.session_state.get(_place(sheet))
    return held is not None and not held.now.is_untouched


def _opened(sheet: Sheet, text: str) -> _Open:
    """Return what the grid shows: what is stored, or edits that another page, tab or search interrupted."""
    held: _Open | None = st.session_state.get(_place(sheet))
    if held is None or held.now.is_untouched:
        fresh = Draft.of(sheet, list_records(store(), sheet.name))
        if held is None or held.base != fresh or held.text != text:
            return _start(sheet, fresh, text)
    elif held.text != text or _key(sheet, held) not in st.session_state:
        return _start(sheet, held.now, text)
    return held


def _start(sheet: Sheet, draft: Draft, text: str) -> _Open:
    number = int(st.session_state.get(f"{_place(sheet)}.number", 0)) + 1
    st.session_state[f"{_place(sheet)}.number"] = number
    opened = _Open(base=draft, now=draft, text=text, number=number)
    st.session_state[_place(sheet)] = opened
    return opened


def _place(sheet: Sheet) -> str:
    return f"grid.{sheet.name}"


def _key(sheet: Sheet, opened: _Open) -> str:
    return f"editor-{sheet.name}-{generation()}-{opened.number}"


def _buttons(sheet: Sheet, opened: _Open) -> None:
    now = opened.now
    stale: str = st.session_state.get(_conflict(sheet), "")
    if stale:
        st.error(escape(stale), icon=":material/error:")
    with st.container(horizontal=True, vertical_alignment="center", key=f"buttons-{sheet.name}"):
        save = st.button(
            "Save changes", type="primary", icon=":material/save:", disabled=now.is_untouched, key=f"save-{sheet.name}"
        )
        if stale and st.button("Reload, keep my changes", icon=":material/refresh:", key=f"reload-{sheet.name}"):
            _begin_again(sheet, now.rebased(list_records(store(), sheet.name)), opened.text)
        if not now.is_untouched and st.button("Drop my changes", icon=":material/delete:", key=f"drop-{sheet.name}"):
            _begin_again(sheet, Draft.of(sheet, list_records(store(), sheet.name)), opened.text)
        st.text(_summary(now))
    if save:
        _save(sheet, opened)


def _begin_again(sheet: Sheet, draft: Draft, text: str) -> None:
    _start(sheet, draft, text)
    st.session_state.pop(_conflict(sheet), None)
    st.rerun()


def _conflict(sheet: Sheet) -> str:
    return f"{_place(sheet)}.conflict"


def _summary(now: Draft) -> str:
    if now.is_untouched:
        return "No unsaved changes. * must be filled in."
    counts = (("added", len(now.added)), ("changed", len(now.changed)), ("deleted", len(now.deleted)))
    return f"Not saved yet: {', '.join(f'{count} {what}' for what, count in counts if count)}"


def _save(sheet: Sheet, opened: _Open) -> None:
    now = opened.now
    with errors_shown():
        try:
            save_grid(store(), actor(), sheet.name, now.edit())
        except (ConflictError, NotFoundError) as error:
            st.session_state[_conflict(sheet)] = str(error)
            st.rerun()
        keys = now.touched_keys
        undo = last_change(sheet.name, keys[0]) if len(keys) == 1 else None
        what = f"{sheet.singular} {keys[0]}" if len(keys) == 1 else f"{len(keys)} rows of {sheet.label.lower()}"
        flash(f"Saved: {what}", undo=undo)
        _begin_again(sheet, Draft.of(sheet, list_records(store(), sheet.name)), opened.text)
