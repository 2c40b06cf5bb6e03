"""What is missing, in the order in which to close it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import pandas as pd
import streamlit as st

from rori.ui.components.compliance_prices import (
    MARGINAL,
    AskedPrice,
    ask_price,
    price_config,
    price_notes,
    priced_frame,
)
from rori.ui.components.compliance_seen import gaps_now, prices_now
from rori.ui.components.compliance_words import STATUS_WORDS, in_words
from rori.ui.components.control_address import scoped
from rori.ui.context import escape, go_to
from rori.usecases.compliance.gaps import GapLine
from rori.usecases.compliance.standing import Standing
from rori.usecases.joining.prices import PriceOrder, Prices, ranked

_STATES = ("open", "in_progress", "accepted", "closed")
_PER_PAGE = 50
_WIDTHS = {
    "Framework": st.column_config.TextColumn(width="small"),
    "Requirement": st.column_config.TextColumn(width="medium"),
    "What closes it": st.column_config.TextColumn(width="large"),
}


def gap_list(standings: Sequence[Standing], scope: str, day: date) -> None:
    """List gaps with owner, due day, state and the action that closes each; a row leads to its requirement."""
    titles = {one.framework.id: one.framework.title for one in standings if one.readiness.whole.applicable}
    if not titles:
        return
    heading = st.container()
    first, second, third = st.columns([2, 1, 2])
    wanted = first.multiselect(
        "Frameworks",
        list(titles),
        format_func=lambda key: titles.get(key, key),
        placeholder="All that apply",
        key="gaps-of",
        bind="query-params",
    )
    state = second.selectbox("State", ["any", *_STATES], format_func=in_words, key="gap-state", bind="query-params")
    text = third.text_input(
        "Search", key="gap-text", bind="query-params", placeholder="Words of title, action or owner"
    )
    framework_ids = tuple(key for key in wanted if key in titles) or tuple(titles)
    lines = gaps_now(day, scope, framework_ids)
    asked = ask_price()
    order = PriceOrder.CLOSING if asked is None else asked.order
    heading.subheader(_HEADINGS[order], anchor=False, help=_RANKING if order is PriceOrder.CLOSING else MARGINAL)
    prices = None if asked is None else prices_now(day, scope, framework_ids, asked.case.id)
    if asked is not None and prices is not None:
        lines = ranked(lines, prices, asked.order)
    shown = [line for line in lines if _is_wanted(line, str(state), text)]
    if not shown:
        st.success("No gap." if not lines else "No gap answers to these filters.", icon=":material/check:")
        return
    priced = None if asked is None or prices is None else (asked, prices)
    _table(shown, titles, _Place(scope=scope, day=day), priced)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """Where and when gaps are looked at."""

    scope: str
    day: date


def _table(
    shown: Sequence[GapLine], titles: dict[str, str], place: _Place, priced: tuple[AskedPrice, Prices] | None
) -> None:
    """Draw one page of the list; a row leads to its requirement."""
    pages = -(-len(shown) // _PER_PAGE)
    page = st.pagination(pages, key="gap-page") if pages > 1 else 1
    part = shown[(page - 1) * _PER_PAGE : page * _PER_PAGE]
    frame, config = _frame(part, titles, place.day), dict(_WIDTHS)
    if priced is not None:
        asked, prices = priced
        price_notes(asked, prices, shown)
        frame, config = priced_frame(frame, part, prices, asked), {**config, **price_config(asked)}
    event = st.dataframe(
        frame,
        hide_index=True,
        column_config=config,
        on_select="rerun",
        selection_mode="single-row",
        key=f"gap-rows-{page}",
        alt=f"{len(shown)} gaps",
    )
    st.caption(escape(f"{len(shown)} gaps. Choose a row to open its requirement."))
    for row in event["selection"]["rows"]:
        status = part[row].gap.status
        address = {"framework": status.framework_id, "requirement": status.requirement.id}
        go_to("requirements", **address, **scoped(place.scope))


_HEADINGS = {
    PriceOrder.CLOSING: "Gaps, in the order in which to close them",
    PriceOrder.EUROS: "Gaps, by the loss that a measure would prevent",
    PriceOrder.EUROS_PER_EURO: "Gaps, by the loss that a measure would prevent for its cost",
}
_RANKING = (
    "Lowest claimed coverage first, then lowest evidenced coverage, then the earliest due day, then the control that counts "
    "in most frameworks."
)


def _is_wanted(line: GapLine, state: str, text: str) -> bool:
    if state not in ("any", line.state):
        return False
    gap = line.gap
    place = (
        f"{gap.status.requirement.reference} {gap.status.requirement.title} {gap.action.sentence} {gap.owner}".lower()
    )
    return all(word in place for word in text.lower().split())


def _frame(lines: Sequence[GapLine], titles: dict[str, str], day: date) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "Rank": [line.rank for line in lines],
            "Framework": [titles[line.gap.status.framework_id] for line in lines],
            "Reference": [line.gap.status.requirement.reference for line in lines],
            "Requirement": [line.gap.status.requirement.title for line in lines],
            "What closes it": [line.gap.action.sentence for line in lines],
            "Status": [STATUS_WORDS[line.gap.status.status] for line in lines],
            "Claimed (%)": [round(100.0 * line.gap.status.claimed) for line in lines],
            "Evidenced (%)": [round(100.0 * line.gap.status.evidenced) for line in lines],
            "Counts in": [len(line.gap.frameworks) for line in lines],
            "Owner": [line.gap.owner for line in lines],
            "Due": [_due(line.gap.due, day) for line in lines],
            "State": [in_words(line.state) for line in lines],
        }
    )


def _due(due: date | None, day: date) -> str:
    if due is None:
        return ""
    return f"{due.isoformat()} (overdue)" if due < day else due.isoformat()
