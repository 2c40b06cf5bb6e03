"""All controls as a grid: answered in bulk, saved together, and no edit lost on the way."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import pandas as pd
import streamlit as st

from rori.errors import ConflictError
from rori.store import ENTITY_SCOPE
from rori.ui.components.control_drafts import STATE_WORDS, AnswerDraft, read_only_cells
from rori.ui.components.control_filters import ControlFilter
from rori.ui.context import actor, errors_shown, escape, flash, generation, last_change, store
from rori.ui.formats import number, today
from rori.usecases.compliance.answering import ControlLine, audit_key, control_lines, save_control_answers
from rori.usecases.compliance.questionnaire import ANSWER_WORDS

_ROWS_HIGH = {True: 300, False: 520}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Open:
    """What the grid was opened with, what it came to on the last run, and which controls it shows."""

    base: AnswerDraft
    now: AnswerDraft
    asked: ControlFilter
    shown: tuple[str, ...]
    number: int


def control_grid(lines: tuple[ControlLine, ...], scope: str, asked: ControlFilter, *, is_short: bool) -> None:
    """Draw the controls that a filter finds; edits stay here until saved or dropped, whatever is filtered or visited."""
    opened = _opened(lines, scope, asked)
    if not opened.shown:
        st.info("No control answers to these filters.", icon=":material/search_off:")
    else:
        key = _key(scope, opened)
        by_id = {line.control.id: line for line in opened.base.lines}
        st.data_editor(
            _frame(opened.base, [by_id[one] for one in opened.shown]),
            column_config=_columns(scope),
            column_order=_order(scope),
            hide_index=True,
            num_rows="fixed",
            key=key,
            height=min(_ROWS_HIGH[is_short], 38 + 35 * len(opened.shown)),
            placeholder="",
            alt=f"Controls with their answers, {len(opened.shown)} rows",
        )
        opened = replace(opened, now=opened.base.after(st.session_state[key], opened.shown))
        st.session_state[_place(scope)] = opened
    _buttons(scope, opened, len(lines))


def unsaved_elsewhere(scope: str) -> tuple[str, ...]:
    """Return the other scopes in which edits wait to be saved."""
    places = [str(name) for name in st.session_state if str(name).startswith(_place(""))]
    scopes = (name.removeprefix(_place("")) for name in places)
    return tuple(one for one in scopes if one != scope and not st.session_state[_place(one)].now.is_untouched)


def _opened(lines: tuple[ControlLine, ...], scope: str, asked: ControlFilter) -> _Open:
    """Return what the grid shows: what is stored, or edits that another page, scope or filter interrupted."""
    held: _Open | None = st.session_state.get(_place(scope))
    if held is None or held.now.is_untouched:
        fresh = AnswerDraft(scope=scope, lines=lines)
        if held is None or held.base != fresh or held.asked != asked:
            return _start(fresh, asked)
    elif held.asked != asked or _key(scope, held) not in st.session_state:
        return _start(held.now, asked)
    return held


def _start(draft: AnswerDraft, asked: ControlFilter) -> _Open:
    count = int(st.session_state.get("controls.opened", 0)) + 1
    st.session_state["controls.opened"] = count
    shown = tuple(line.control.id for line in draft.lines if asked.finds(line, draft))
    opened = _Open(base=draft, now=draft, asked=asked, shown=shown, number=count)
    st.session_state[_place(draft.scope)] = opened
    return opened


def _place(scope: str) -> str:
    return f"controls.draft.{scope}"


def _key(scope: str, opened: _Open) -> str:
    return f"control-editor-{scope}-{generation()}-{opened.number}"


def _order(scope: str) -> tuple[str, ...]:
    inherited = () if scope == ENTITY_SCOPE else ("counted",)
    return ("name", "answer", *inherited, "evidence", "reason", "owner", "due", "note", "state", "frameworks", "domain")


def _frame(draft: AnswerDraft, lines: list[ControlLine]) -> pd.DataFrame:
    rows = [{**read_only_cells(line), **draft.cells(line)} for line in lines]
    table = pd.DataFrame(rows)
    table["due"] = pd.to_datetime(table["due"])
    return table


def _columns(scope: str) -> dict[str, Any]:
    column = st.column_config
    wide: dict[str, Any] = {
        "name": column.TextColumn("Control", disabled=True, pinned=True, width=230),
        "domain": column.TextColumn("Domain", disabled=True),
        "answer": column.SelectboxColumn(
            "Answer",
            options=list(ANSWER_WORDS.values()),
            required=True,
            width=125,
            help="Yes: in place. Partly: counts half. Not applicable needs a reason.",
        ),
        "counted": column.TextColumn(
            "Counts here", disabled=True, help="The entity's answer where the system has none of its own."
        ),
        "reason": column.TextColumn("Reason", width=150, help="Required when the answer is Not applicable."),
        "owner": column.TextColumn("Owner", width=125),
        "due": column.DateColumn(
            "Due", format="YYYY-MM-DD", width=110, help="The day by which its owner wants it in place."
        ),
        "note": column.TextColumn("Note", width=150),
        "state": column.SelectboxColumn("State", options=list(STATE_WORDS.values()), required=True),
        "evidence": column.TextColumn(
            "Evidence", disabled=True, width=150, help="The best piece that there is, and until when it counts."
        ),
        "frameworks": column.NumberColumn("Frameworks", disabled=True, help="In how many frameworks it counts."),
    }
    return {name: wide[name] for name in _order(scope)}


def _buttons(scope: str, opened: _Open, total: int) -> None:
    now, stale = opened.now, f"controls.overtaken.{scope}"
    if st.session_state.get(stale):
        _show_overtaken(st.session_state[stale])
    with st.container(horizontal=True, vertical_alignment="center", key="control-buttons"):
        save = st.button(
            "Save all", type="primary", icon=":material/save:", disabled=now.is_untouched, key="save-controls"
        )
        fresh = st.session_state.get(stale) and st.button(
            "Reload, keep my edits", icon=":material/refresh:", key="reload-controls"
        )
        drop = not now.is_untouched and st.button("Drop edits", icon=":material/delete:", key="drop-controls")
        st.text(_summary(now, len(opened.shown), total))
    if fresh or drop:
        lines = control_lines(store(), today(), scope)
        _start(now.rebased(lines) if fresh else AnswerDraft(scope=scope, lines=lines), opened.asked)
        st.session_state.pop(stale, None)
        st.rerun()
    if save:
        _save(scope, opened, stale)


def _summary(now: AnswerDraft, shown: int, total: int) -> str:
    listed = f"{number(shown, 0)} of {number(total, 0)} controls"
    count = len(now.changed)
    if not count:
        return f"{listed}. No unsaved edits."
    return f"{listed}. Not saved yet: {'1 control' if count == 1 else f'{number(count, 0)} controls'}"


def _save(scope: str, opened: _Open, stale: str) -> None:
    with errors_shown():
        try:
            saved = save_control_answers(store(), actor(), opened.now.edits())
        except ConflictError as error:
            found = opened.now.overtaken(control_lines(store(), today(), scope))
            st.session_state[stale] = found or str(error)
            st.rerun()
        st.session_state.pop(stale, None)
        names = {line.control.id: line.control.name for line in opened.base.lines}
        undo = last_change("control_answers", audit_key(saved[0])) if len(saved) == 1 else None
        what = f"the answer to {names[saved[0].control_id]}" if len(saved) == 1 else f"{len(saved)} answers"
        _start(AnswerDraft(scope=scope, lines=control_lines(store(), today(), scope)), opened.asked)
        flash(f"Saved: {what}", undo=undo)
        st.rerun()


def _show_overtaken(found: object) -> None:
    """Name the controls that somebody else answered meanwhile, with both answers."""
    if not isinstance(found, tuple):
        st.error(escape(found), icon=":material/error:")
        return
    lines = "\n".join(
        f"- **{escape(one.name)}**, by {escape(one.who)}: now {escape(one.theirs)}. Yours: {escape(one.mine)}."
        for one in found
    )
    st.error(
        f"Somebody else answered since you opened this; nothing was saved.\n\n{lines}\n\n"
        "Reload to see their answers under your edits; saving again then replaces theirs.",
        icon=":material/error:",
    )
