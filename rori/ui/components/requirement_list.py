"""The requirements of a framework as a list: filtered by chapter, status, owner and words; a row opens one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from compliance.assessment.status import RequirementStatus, Status
from rori.store import StoredRequirementAnswer
from rori.ui.components.compliance_words import STATUS_WORDS
from rori.ui.components.control_address import choose, put
from rori.ui.context import escape
from rori.ui.formats import number
from rori.usecases.compliance.standing import Standing

_EVIDENCED = "evidenced"
_STATUSES = {
    "": "All that apply",
    Status.MET.value: "Met, claimed",
    _EVIDENCED: "Met, evidenced",
    Status.PARTLY.value: "Partly met",
    Status.NOT_MET.value: "Not met",
    Status.NOT_ASSESSED.value: "Not assessed",
    Status.NOT_APPLICABLE.value: "Does not apply",
}
_SHORT, _LONG = 215, 460
_TABLE = "requirements.table"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A requirement as the list shows it: how it stands, who sees to it and by when."""

    status: RequirementStatus
    owner: str
    due: date | None

    def is_wanted(self, status: str) -> bool:
        """Whether the list shows it when this status is asked for."""
        if status == _EVIDENCED:
            return self.status.is_evidenced
        return self.status.applies if not status else self.status.status.value == status


def lines_of(standing: Standing, said: Mapping[str, StoredRequirementAnswer]) -> tuple[Line, ...]:
    """Return the requirements of a standing; owner and due day of a requirement come before those of its controls."""
    return tuple(_line(one, said.get(one.requirement.id)) for one in standing.statuses)


def _line(status: RequirementStatus, said: StoredRequirementAnswer | None) -> Line:
    override = status.override
    owners = ("" if said is None else said.owner, override.owner if override else "", *(c.owner for c in status.linked))
    days = (None if said is None else said.due, override.due if override else None, *(c.due for c in status.linked))
    return Line(
        status=status, owner=next((one for one in owners if one), ""), due=next((one for one in days if one), None)
    )


def headline(standing: Standing) -> None:
    """Say how many requirements apply and are met, and what a reader of the framework must be warned of."""
    whole, count = standing.readiness.whole, len(standing.statuses)
    st.markdown(
        f"**{number(whole.applicable, 0)} of {number(count, 0)} requirements apply**: "
        f"{number(whole.met_claimed, 0)} met as claimed, {number(whole.met_evidenced, 0)} with evidence in force."
    )
    if standing.framework.notice:
        st.caption(f":material/menu_book: {escape(standing.framework.notice)}")


def filtered(lines: Sequence[Line], chapters: Sequence[str]) -> list[Line]:
    """Ask which requirements to list, and return them."""
    first, second, third, fourth = st.columns([2, 1.4, 2, 1.3], vertical_alignment="bottom")
    chapter = choose("Chapter", "chapter", {"": "All chapters", **{one: one for one in chapters}}, first)
    counts = {key: sum(line.is_wanted(key) for line in lines) for key in _STATUSES}
    labels = {key: f"{words} ({number(counts[key], 0)})" for key, words in _STATUSES.items()}
    status = choose("Status", "status", labels, second)
    text = third.text_input(
        "Search requirements",
        type="search",
        key="requirements-search",
        bind="query-params",
        placeholder="Reference, title, obligation",
    )
    owners = sorted({line.owner for line in lines if line.owner}, key=str.casefold)
    owner = choose("Owner", "owner", {"": "Anybody", **{one: one for one in owners}}, fourth)
    words = (text or "").casefold().split()
    return [
        line
        for line in lines
        if line.is_wanted(status)
        and chapter in ("", line.status.requirement.chapter)
        and owner in ("", line.owner)
        and all(word in _words(line) for word in words)
    ]


def _words(line: Line) -> str:
    one = line.status.requirement
    return f"{one.id} {one.reference} {one.title} {one.obligation}".casefold()


def requirement_table(lines: Sequence[Line], chosen: str, day: date) -> None:
    """List requirements; choosing a row opens it, which the address then says."""
    if not lines:
        st.info("No requirement answers to these filters.", icon=":material/search_off:")
        return
    ids = tuple(line.status.requirement.id for line in lines)
    key = _table_key(ids, chosen)
    start: Any = {"selection": {"rows": [ids.index(chosen)]}} if chosen in ids else None
    none_apply = not any(line.status.applies for line in lines)
    st.dataframe(
        _why_frame(lines) if none_apply else _frame(lines, day),
        hide_index=True,
        on_select=lambda: _open(key, ids),
        selection_mode="single-row",
        selection_default=start,
        key=key,
        height=min(_SHORT if chosen else _LONG, 38 + 35 * len(ids)),
        column_config=_columns(),
        placeholder="",
        alt=f"Requirements, {len(ids)} rows",
    )


def open_one(lines: Sequence[Line], chosen: str, chosen_name: str) -> None:
    """Open a requirement by name: the way of the keyboard."""
    names = {line.status.requirement.id: _name(line) for line in lines}
    if chosen:
        names.setdefault(chosen, chosen_name)
    choose("Requirement", "requirement", {"": "Choose a requirement, here or in the list", **names})


def _name(line: Line) -> str:
    return f"{line.status.requirement.reference} {line.status.requirement.title}"


def _table_key(ids: tuple[str, ...], chosen: str) -> str:
    """Return a key that is another one when other rows are listed, or when another row was opened than here."""
    held_ids, held_chosen, count = st.session_state.get(_TABLE, ((), "", 0))
    if held_ids != ids or held_chosen != chosen:
        count += 1
    st.session_state[_TABLE] = (ids, chosen, count)
    return f"requirement-rows-{count}"


def _open(key: str, ids: tuple[str, ...]) -> None:
    rows = st.session_state[key]["selection"]["rows"]
    chosen = ids[rows[0]] if rows and rows[0] < len(ids) else ""
    held = st.session_state[_TABLE]
    st.session_state[_TABLE] = (held[0], chosen, held[2])
    put("requirement", chosen)


def _frame(lines: Sequence[Line], day: date) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "reference": [line.status.requirement.reference for line in lines],
            "title": [line.status.requirement.title for line in lines],
            "status": [STATUS_WORDS[line.status.status] for line in lines],
            "claimed": [_percent(line.status.claimed, line) for line in lines],
            "evidenced": [_percent(line.status.evidenced, line) for line in lines],
            "through": [_through(line.status) for line in lines],
            "owner": [line.owner for line in lines],
            "due": [_due(line.due, day) for line in lines],
        }
    )


def _why_frame(lines: Sequence[Line]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "reference": [line.status.requirement.reference for line in lines],
            "title": [line.status.requirement.title for line in lines],
            "status": [STATUS_WORDS[line.status.status] for line in lines],
            "why": [line.status.why_not for line in lines],
        }
    )


def _columns() -> dict[str, Any]:
    column = st.column_config
    return {
        "reference": column.TextColumn("Reference", pinned=True),
        "title": column.TextColumn("Title", width=195),
        "status": column.TextColumn("Status", width=120),
        "claimed": column.NumberColumn("Claimed (%)", format="%.0f", width=90, help="Coverage from answers."),
        "evidenced": column.NumberColumn(
            "Evidenced (%)", format="%.0f", width=105, help="Coverage from answers with approved evidence in force."
        ),
        "through": column.TextColumn("Met through", width=160, help="The controls that bring something, most first."),
        "owner": column.TextColumn("Owner", width=110),
        "due": column.TextColumn("Due", width=140),
        "why": column.TextColumn("Why it does not apply", width=560),
    }


def _percent(share: float, line: Line) -> float | None:
    return round(100.0 * share) if line.status.applies else None


def _through(status: RequirementStatus) -> str:
    if status.override is not None:
        return "Answered directly"
    return "; ".join(f"{one.control.name} ({one.grade})" for one in status.met_through)


def _due(due: date | None, day: date) -> str:
    if due is None:
        return ""
    return f"Overdue {due.isoformat()}" if due < day else due.isoformat()
