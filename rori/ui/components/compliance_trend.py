"""How readiness moved: day by day, and requirement by requirement since a day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import pandas as pd
import streamlit as st

from compliance.assessment.moved import Direction, Move
from rori.ui.charts import Look
from rori.ui.charts.readiness import DayReady, readiness_trend
from rori.ui.components.case_plots import draw
from rori.ui.components.case_tables import show_table
from rori.ui.components.compliance_seen import moved_now
from rori.ui.context import escape, store
from rori.ui.theme import palette
from rori.usecases.compliance.standing import Standing
from rori.usecases.compliance.trend import readiness_trend as kept_days

_SPANS = {"30 days": 30, "90 days": 90, "A year": 365}
_WORDS = {Direction.UP: "▲ Up", Direction.DOWN: "▼ Down", Direction.SIDEWAYS: "◆ Otherwise"}
_MOST_MOVES = 200


def trend(standings: Sequence[Standing], day: date) -> None:
    """Draw evidenced coverage day by day, and list what moved."""
    st.subheader("How it moved", anchor=False)
    chosen = st.segmented_control(
        "Over", list(_SPANS), default="30 days", required=True, key="span", bind="query-params"
    )
    since = day - timedelta(days=_SPANS[str(chosen)])
    titles = {one.framework.id: one.framework.title for one in standings if one.readiness.whole.applicable}
    days = [
        DayReady(
            framework=titles[one.framework_id],
            day=one.day,
            claimed=one.coverage_claimed,
            evidenced=one.coverage_evidenced,
        )
        for one in kept_days(store(), since)
        if one.framework_id in titles
    ]
    draw(
        readiness_trend(days, Look(palette=palette())),
        "Coverage with evidence day by day, a line per framework",
        "readiness-trend",
        "Readiness is kept once a day, so a line begins to show tomorrow.",
    )
    if days:
        show_table("readiness by day", _days_frame(days), {})
    _moves(since, day)


def _moves(since: date, day: date) -> None:
    found = moved_now(since, day)
    if not found.moves:
        st.caption(escape(f"No requirement moved since {since:%d %b %Y}."))
        return
    up, down = (sum(move.direction is way for move in found.moves) for way in (Direction.UP, Direction.DOWN))
    with st.expander(f"{up} requirements moved up and {down} down since {since:%d %b %Y}", icon=":material/swap_vert:"):
        st.dataframe(_moves_frame(found.moves), hide_index=True, alt="Requirements that moved")
        if len(found.moves) > _MOST_MOVES:
            st.caption(f"The {_MOST_MOVES} largest of {len(found.moves)} moves are listed.")


def _moves_frame(moves: Sequence[Move]) -> pd.DataFrame:
    shown = moves[:_MOST_MOVES]
    return pd.DataFrame(
        {
            "Direction": [_WORDS[move.direction] for move in shown],
            "Framework": [move.framework_id for move in shown],
            "Reference": [_reference(move) for move in shown],
            "Claimed (points)": [round(100.0 * move.claimed_change, 1) for move in shown],
            "Evidenced (points)": [round(100.0 * move.evidenced_change, 1) for move in shown],
            "Why": [move.why for move in shown],
        }
    )


def _reference(move: Move) -> str:
    status = move.after or move.before
    return "" if status is None else f"{status.requirement.reference} {status.requirement.title}"


def _days_frame(days: Sequence[DayReady]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "Day": [one.day for one in days],
            "Framework": [one.framework for one in days],
            "Coverage claimed (%)": [round(100.0 * one.claimed, 1) for one in days],
            "Coverage evidenced (%)": [round(100.0 * one.evidenced, 1) for one in days],
        }
    )
