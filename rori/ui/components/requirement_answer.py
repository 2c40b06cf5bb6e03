"""A requirement answered directly, or followed up: reason, owner, due day, state; and the way back to its controls."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import streamlit as st

from rori.errors import ConflictError, NotFoundError
from rori.store import RequirementAnswer, StoredRequirementAnswer
from rori.ui.components.control_drafts import STATE_WORDS
from rori.ui.context import actor, errors_shown, escape, flash, forget_edits, generation, last_change, store
from rori.ui.formats import local_time
from rori.usecases.compliance.answering import (
    RequirementDetail,
    audit_key,
    clear_requirement_answer,
    save_requirement_answer,
)
from rori.usecases.compliance.questionnaire import ANSWER_WORDS

_FOLLOW = "Follow the controls"
_ANSWERS: dict[str | None, str] = {
    None: _FOLLOW,
    **{code: words for code, words in ANSWER_WORDS.items() if code != "not_assessed"},
}
_SEEN = "requirement.seen"


def requirement_answer(found: RequirementDetail, scope: str) -> None:
    """Draw the form; the version that was seen when it was opened is the one saved over."""
    key = f"{found.framework.id}-{found.requirement.id}-{scope}-{generation()}"
    said = _seen(key, found.said)
    with st.expander("Answer directly, or say who sees to it", icon=":material/edit:", expanded=said is not None):
        st.markdown(
            "An answer given here takes the place of what the controls say at this requirement alone, and needs a reason. "
            "Owner, due day and state say who closes the gap; they need no answer."
        )
        if not found.applies:
            st.info("It does not apply to the entity, so an answer would not count.", icon=":material/info:")
        with st.form(f"answer-{key}", border=False):
            typed = _fields(said, key)
            save = st.form_submit_button("Save", type="primary", icon=":material/save:")
        if said is not None:
            st.caption(f"Last changed by {escape(said.changed_by)}, {escape(local_time(said.changed_at))}")
            if st.button("Clear: follow the controls again", icon=":material/undo:", key=f"clear-{key}"):
                _clear(found, said)
        if save:
            _save(found, scope, typed, said)


def _seen(key: str, stored: StoredRequirementAnswer | None) -> StoredRequirementAnswer | None:
    """Return what was said as it was when the form was opened, so that a change by somebody else is noticed."""
    held: tuple[str, StoredRequirementAnswer | None] | None = st.session_state.get(_SEEN)
    if held is not None and held[0] == key and f"answer-field-{key}" in st.session_state:
        return held[1]
    st.session_state[_SEEN] = (key, stored)
    return stored


def _fields(said: StoredRequirementAnswer | None, key: str) -> dict[str, Any]:
    first, second, third, fourth = st.columns([1.4, 1.2, 1.2, 1.2])
    codes = list(_ANSWERS)
    answer = first.selectbox(
        "Answer",
        codes,
        index=codes.index(None if said is None or said.answer not in _ANSWERS else said.answer),
        format_func=lambda code: _ANSWERS[code],
        key=f"answer-field-{key}",
    )
    owner = second.text_input("Owner", value="" if said is None else said.owner, key=f"owner-field-{key}")
    due = third.date_input("Due", value=None if said is None else said.due, key=f"due-field-{key}", format="YYYY-MM-DD")
    states = list(STATE_WORDS)
    state = fourth.selectbox(
        "State",
        states,
        index=0 if said is None else states.index(said.state),
        format_func=lambda code: STATE_WORDS[code],
        key=f"state-field-{key}",
    )
    reason = st.text_area(
        "Reason",
        value="" if said is None else said.reason,
        key=f"reason-field-{key}",
        placeholder="Why the requirement stands otherwise than its controls say",
        height=80,
    )
    note = st.text_input("Note", value="" if said is None else said.note, key=f"note-field-{key}")
    return {"answer": answer, "reason": reason, "owner": owner, "due": due, "note": note, "state": state}


def _save(found: RequirementDetail, scope: str, typed: dict[str, Any], said: StoredRequirementAnswer | None) -> None:
    with errors_shown(), _way_back():
        answer = RequirementAnswer(
            framework_id=found.framework.id, requirement_id=found.requirement.id, scope=scope, **typed
        )
        saved = save_requirement_answer(store(), actor(), answer, 0 if said is None else said.version)
        _say(f"Saved: {found.requirement.reference}", saved)


def _clear(found: RequirementDetail, said: StoredRequirementAnswer) -> None:
    with errors_shown(), _way_back():
        clear_requirement_answer(store(), actor(), said)
        _say(f"Cleared: {found.requirement.reference} follows its controls again", said)


@contextmanager
def _way_back() -> Iterator[None]:
    """Offer to load what is stored when somebody else was faster."""
    try:
        yield
    except (ConflictError, NotFoundError):
        st.button("Load what is stored now", icon=":material/refresh:", on_click=forget_edits, key="answer-load-again")
        raise


def _say(message: str, answer: StoredRequirementAnswer) -> None:
    flash(message, undo=last_change("requirement_answers", audit_key(answer)))
    forget_edits()
    st.rerun()
