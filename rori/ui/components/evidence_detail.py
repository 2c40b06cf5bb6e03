"""One piece of evidence whole: what it is, what can be done with it, what happened to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Literal

import streamlit as st

from rori.errors import NotFoundError
from rori.store import AuditEntry, EvidenceDetail
from rori.ui.components.evidence_actions import about, changes, next_steps
from rori.ui.components.evidence_versions import versions
from rori.ui.components.evidence_words import STATE_ICONS, STATE_NAMES, shown_day, shown_end
from rori.ui.context import escape, forget_edits, generation, kept, store
from rori.ui.formats import local_time, today
from rori.usecases.compliance.evidence_search import Names, evidence_detail, evidence_history, state_of

_COLOURS: dict[str, Literal["gray", "blue", "green", "red"]] = {
    "draft": "gray",
    "in_review": "blue",
    "approved": "green",
    "not_yet_effective": "blue",
    "expired": "red",
    "withdrawn": "gray",
}
_OPENED = "evidence.opened"
_FIELDS = {
    "title": "title",
    "description": "description",
    "owner": "owner",
    "effective_from": "effective from",
    "expires_on": "expires on",
    "retention_until": "keep until",
}


def detail(item_id: str, names: Names) -> None:
    """Show one piece; say so when there is none."""
    st.button("All evidence", type="tertiary", icon=":material/arrow_back:", on_click=_close, key="evidence-back")
    try:
        found = evidence_detail(store(), item_id)
    except NotFoundError:
        st.info("There is no such piece of evidence. Look for it in the list.", icon=":material/search_off:")
        return
    found = _as_opened(found)
    _heading(found)
    next_steps(found.item)
    left, right = st.columns([3, 2], gap="large")
    with left:
        versions(found)
        changes(found.item)
    with right:
        about(found, names)
        _history(evidence_history(store(), item_id))


def _as_opened(now: EvidenceDetail) -> EvidenceDetail:
    """Return the piece as it was when it was opened: nobody approves or overwrites what they have not seen."""
    item = now.item
    opened = kept(_OPENED, (item.id, generation()), lambda: now)
    if opened.item.version != item.version:
        with st.container(border=True, horizontal=True, vertical_alignment="center", key="evidence-overtaken"):
            who = escape(f"{item.changed_by} changed this at {local_time(item.changed_at)}.")
            st.markdown(f":material/sync_problem: {who} You see it as it was before.", width="stretch")
            st.button("Show it as it is now", icon=":material/refresh:", on_click=forget_edits)
    return replace(opened, links=now.links)


def forget_opened() -> None:
    """Let the next piece be shown as it is when it is opened."""
    st.session_state.pop(_OPENED, None)


def _close() -> None:
    st.query_params.pop("item", None)


def _heading(found: EvidenceDetail) -> None:
    item, day = found.item, today()
    state = state_of(item, day)
    with st.container(horizontal=True, vertical_alignment="center", key="evidence-heading"):
        st.header(escape(item.title), width="content", anchor=False)
        st.badge(STATE_NAMES[state], icon=STATE_ICONS[state], color=_COLOURS[state])
    if item.description:
        st.text(item.description)
    approved = f"{item.approved_by}, {local_time(item.approved_at)}" if item.approved_at else "nobody yet"
    facts = (
        ("Owner", item.owner or "nobody"),
        ("Effective from", shown_day(item.effective_from, "the approval on")),
        ("Expires on", shown_end(item.expires_on, day)),
        ("Keep until", shown_day(item.retention_until, "no day set")),
        ("Approved by", approved),
        ("Added by", f"{item.created_by}, {local_time(item.created_at)}"),
    )
    with st.container(border=True, key="evidence-facts"):
        places = [*st.columns(3), *st.columns(3)]
        for place, (label, value) in zip(places, facts, strict=True):
            place.markdown(f":small[{label}]  \n{escape(value)}")


def _history(entries: tuple[AuditEntry, ...]) -> None:
    st.subheader("What happened")
    lines = [
        f"- {escape(local_time(entry.at))}, {escape(entry.who)}: {escape(happened(entry))}"
        + (f" ({escape(entry.note)})" if entry.note else "")
        for entry in entries
    ]
    st.markdown("\n".join(lines))


def happened(entry: AuditEntry) -> str:
    """Say in words what an entry of the audit log did to a piece of evidence."""
    before, after = entry.before or {}, entry.after or {}
    if entry.action == "insert":
        return "added as a draft"
    if entry.action == "add version":
        return f"version {after.get('newest_number')} added"
    if entry.action == "purge":
        return f"the file {before.get('file_name')} removed after its retention"
    said = [label for name, label in _FIELDS.items() if before.get(name) != after.get(name)]
    parts = [f"{', '.join(said)} changed"] if said else []
    parts += _step(before, after)
    return "; ".join(parts) or entry.action


def _step(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    state = str(after.get("state"))
    if before.get("state") == state:
        return []
    words = {"in_review": "submitted for review", "approved": "approved", "withdrawn": "withdrawn"}
    back = before.get("state") == "approved" and state == "in_review"
    return ["back to review"] if back else [words.get(state, state)]
