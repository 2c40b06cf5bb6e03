"""Readiness of every framework, and of the chapters of one: claimed and evidenced side by side."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from compliance.assessment.readiness import Readiness
from rori.ui.charts import Look
from rori.ui.charts.readiness import Ready, readiness_bars, readiness_map
from rori.ui.components.case_plots import draw
from rori.ui.components.case_tables import show_table
from rori.ui.context import escape, link
from rori.ui.formats import number, percent
from rori.ui.theme import palette
from rori.usecases.compliance.standing import Standing

MEANING = (
    "Coverage is the mean over the requirements that apply: 1 where a requirement is met, 0 where it is not. Claimed counts "
    "answers; evidenced counts an answer only while approved evidence for it is in force."
)


def frameworks_at_a_glance(standings: Sequence[Standing]) -> None:
    """Draw a pair of bars per framework, and say what the picture says."""
    rows = [_row(_title(one), one.readiness.whole) for one in standings]
    st.subheader(escape(_headline(standings)), anchor=False, help=MEANING)
    look = Look(palette=palette())
    draw(
        readiness_bars(rows, look),
        "Coverage by framework, claimed and evidenced",
        "readiness",
        "No requirement applies.",
    )
    st.caption(escape(MEANING))
    show_table("readiness by framework", _frame("Framework", rows), {})
    quiet = [_title(one) for one in standings if not one.readiness.whole.applicable]
    if quiet:
        st.caption(escape(f"Nothing of these applies to the entity: {', '.join(quiet)}."))


def chapters_of_one(standings: Sequence[Standing]) -> None:
    """Draw the heat map of the chapters of one framework."""
    applying = [one for one in standings if one.readiness.whole.applicable]
    if not applying:
        return
    st.subheader("Chapter by chapter", anchor=False)
    ids = [one.framework.id for one in applying]
    titles = {one.framework.id: _title(one) for one in applying}
    chosen = st.selectbox(
        "Framework", ids, format_func=lambda key: titles.get(key, key), key="chapters-of", bind="query-params"
    )
    standing = next((one for one in applying if one.framework.id == chosen), applying[0])
    rows = [_row(chapter.chapter, chapter) for chapter in standing.readiness.chapters]
    alt = f"Coverage by chapter of {_title(standing)}"
    draw(readiness_map(rows, Look(palette=palette())), alt, "readiness-map", "No requirement applies.")
    if standing.framework.notice:
        st.warning(escape(standing.framework.notice), icon=":material/warning:")
    show_table("readiness by chapter", _frame("Chapter", rows), {})
    link("requirements", "Open its requirements", icon=":material/checklist:", framework=standing.framework.id)


def _title(one: Standing) -> str:
    return f"{one.framework.title} {one.framework.version}".strip()


def _row(name: str, found: Readiness) -> Ready:
    return Ready(
        name=name,
        claimed=found.coverage_claimed or 0.0,
        evidenced=found.coverage_evidenced or 0.0,
        applicable=found.applicable,
        met_claimed=found.met_claimed,
        met_evidenced=found.met_evidenced,
    )


def _headline(standings: Sequence[Standing]) -> str:
    applicable = sum(one.readiness.whole.applicable for one in standings)
    claimed = sum(one.readiness.whole.met_claimed for one in standings)
    evidenced = sum(one.readiness.whole.met_evidenced for one in standings)
    if not applicable:
        return "No requirement applies yet"
    return (
        f"{number(claimed, 0)} of {number(applicable, 0)} requirements are met as claimed, "
        f"{number(evidenced, 0)} ({percent(evidenced / applicable, 0)}) with evidence"
    )


def _frame(first: str, rows: Sequence[Ready]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            first: [row.name for row in rows],
            "Applicable": [row.applicable for row in rows],
            "Met, claimed": [row.met_claimed for row in rows],
            "Met, evidenced": [row.met_evidenced for row in rows],
            "Coverage claimed (%)": [round(100.0 * row.claimed, 1) for row in rows],
            "Coverage evidenced (%)": [round(100.0 * row.evidenced, 1) for row in rows],
        }
    )
