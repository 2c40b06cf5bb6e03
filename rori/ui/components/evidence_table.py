"""Evidence as a table, a page at a time; choosing a row opens the piece."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from rori.ui.components.evidence_filters import clear_filters, filter_words, is_filtered
from rori.ui.components.evidence_words import STATE_NAMES, count_of_pieces, version_name
from rori.ui.context import escape, kept, store
from rori.ui.formats import local_time, number, today
from rori.usecases.compliance.evidence_search import (
    EvidenceFilter,
    EvidencePage,
    ListedEvidence,
    Names,
    named_targets,
    newest_change,
    search_evidence,
)

_TABLE = "evidence-table"


def table(asked: EvidenceFilter, names: Names) -> None:
    """Show the pieces that the filters find."""
    day, wanted = today(), _wanted_page()
    identity = (newest_change(store()), day, asked, wanted)
    page = kept("evidence.page", identity, lambda: search_evidence(store(), asked, day, wanted))
    if not page.count:
        _nothing(asked)
        return
    open_ids = tuple(line.item.id for line in page.lines)

    def opened() -> None:
        rows = st.session_state[_TABLE].selection.rows
        if rows:
            st.query_params["item"] = open_ids[rows[0]]

    st.caption(f"{count_of_pieces(page.count)}. Choose a row to open it; with the keyboard, Shift and Space.")
    st.dataframe(
        pd.DataFrame([_row(line, names, day) for line in page.lines]),
        hide_index=True,
        key=_TABLE,
        on_select=opened,
        selection_mode="single-row",
        placeholder="",
        column_config=_columns(),
        alt=f"Evidence, {len(page.lines)} of {number(page.count, 0)} pieces",
    )
    _turn(page)


def _wanted_page() -> int:
    said = st.query_params.get("page", "1")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 7 else 1


def _nothing(asked: EvidenceFilter) -> None:
    if not is_filtered(asked):
        st.markdown(
            "No evidence yet. Evidence is a file or a link that shows that a control works: a test report, minutes, "
            "a signed policy. It counts once somebody has approved it, from its first day to its last."
        )
        return
    with st.container(horizontal=True, vertical_alignment="center", key="evidence-nothing"):
        st.markdown(f"No evidence fits: {filter_words(asked)}.", width="stretch")
        st.button("Show all evidence", icon=":material/filter_alt_off:", on_click=clear_filters)


def _row(line: ListedEvidence, names: Names, day: date) -> dict[str, object]:
    item = line.item
    ends = line.state != "withdrawn" and item.expires_on is not None
    return {
        "state": STATE_NAMES[line.state],
        "title": item.title,
        "expires": item.expires_on,
        "left": (item.expires_on - day).days if ends and item.expires_on else None,
        "about": ", ".join(named_targets(line.links, names)) or "nothing yet",
        "owner": item.owner or "nobody",
        "from": item.effective_from,
        "newest": f"{item.newest.number}: {version_name(item.newest)}" if item.newest else "no file or link yet",
        "changed": f"{local_time(item.changed_at)} by {item.changed_by}",
    }


def _columns() -> dict[str, Any]:
    text = st.column_config.TextColumn
    days = st.column_config.DateColumn
    return {
        "state": text("State", width=115),
        "title": text("Title", width=250),
        "expires": days("Expires", format="localized", width=100),
        "left": st.column_config.NumberColumn("Days left", width=75, help="Below zero: days since it expired"),
        "about": text("About", width=200),
        "owner": text("Owner", width=110),
        "from": days("Effective from", format="localized", width=100),
        "newest": text("Newest version", width=200),
        "changed": text("Changed", width=230),
    }


def _turn(page: EvidencePage) -> None:
    if page.pages == 1:
        return
    with st.container(horizontal=True, vertical_alignment="center", key="evidence-turn"):
        st.button(
            "Previous", icon=":material/chevron_left:", disabled=page.number == 1, on_click=_go, args=(page.number - 1,)
        )
        st.markdown(escape(f"Page {number(page.number, 0)} of {number(page.pages, 0)}"))
        st.button(
            "Next",
            icon=":material/chevron_right:",
            disabled=page.number == page.pages,
            on_click=_go,
            args=(page.number + 1,),
        )


def _go(number_of_page: int) -> None:
    st.query_params["page"] = str(number_of_page)
