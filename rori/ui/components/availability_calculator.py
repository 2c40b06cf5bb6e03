"""What redundancy is worth: a group of equal parts in series, in parallel or k of n, with a common cause."""

from __future__ import annotations

import math

import pandas as pd
import streamlit as st

from rori.ui.context import errors_shown, escape
from rori.ui.formats import NOTHING, number
from rori.usecases.availability import Available, GroupAvailability, group_availability

_SERIES, _PARALLEL, _SOME = "Series: all are needed", "Parallel: any one is enough", "k of n are needed"
_MOST_PARTS = 50


@st.fragment
def calculator() -> None:
    """Draw the calculator; it answers at once and leaves the rest of the page alone."""
    st.subheader("What would redundancy give?")
    st.caption("Equal parts, repaired independently. Nothing here is saved.")
    with errors_shown():
        form = st.segmented_control(
            "Arrangement",
            [_SERIES, _PARALLEL, _SOME],
            default=_PARALLEL,
            required=True,
            key="parts-as",
            bind="query-params",
        )
        with st.container(key="parts-inputs"):
            mtbf, mttr, beta = _one_part()
            parts, needed = _how_many(form or _PARALLEL)
        found = group_availability(mtbf, mttr, needed=needed, parts=parts, beta=beta)
        _sentence(found, needed, parts, beta)
        _table(found, needed, parts, beta)


def _one_part() -> tuple[float, float, float]:
    columns = st.columns(3)
    mtbf = columns[0].number_input(
        "MTBF of one part (hours)",
        0.01,
        1e9,
        2000.0,
        100.0,
        format="%g",
        key="parts-mtbf",
        bind="query-params",
        help="Mean time up between outages.",
    )
    mttr = columns[1].number_input(
        "MTTR of one part (hours)",
        0.0,
        1e6,
        4.0,
        0.5,
        format="%g",
        key="parts-mttr",
        bind="query-params",
        help="Mean time to restore service.",
    )
    beta = columns[2].number_input(
        "Beta, common cause (%)",
        0.0,
        100.0,
        5.0,
        1.0,
        format="%g",
        key="parts-beta",
        bind="query-params",
        help="Share of the failures of a part that hit all parts at once (Fleming 1975; IEC 61508-6 annex D).",
    )
    return float(mtbf), float(mttr), float(beta) / 100.0


def _how_many(form: str) -> tuple[int, int]:
    columns = st.columns(3)
    parts = int(columns[0].number_input("Parts, n", 1, _MOST_PARTS, 2, 1, key="parts-n", bind="query-params"))
    if form == _SERIES:
        return parts, parts
    if form == _PARALLEL:
        return parts, 1
    needed = columns[1].number_input("Of which needed, k", 1, _MOST_PARTS, 1, 1, key="parts-k", bind="query-params")
    return parts, int(needed)


def _sentence(found: GroupAvailability, needed: int, parts: int, beta: float) -> None:
    group, alone = found.with_common_cause, found.part
    change = (
        f"{_minutes(group.minutes_down_per_year)} down a year instead of {_minutes(alone.minutes_down_per_year)} "
        "of one part"
    )
    common = (
        ""
        if beta == 0.0 or needed == parts
        else f" If parts only failed alone it would be {_minutes(found.independent.minutes_down_per_year)}."
    )
    st.markdown(
        f"With {needed} of {parts} needed: **{escape(_nines(group.nines))} nines**, {escape(f'{change}.{common}')}"
    )


def _minutes(minutes: float) -> str:
    if minutes == 0.0:
        return "no time"
    if minutes >= 1.0:
        return f"{number(minutes, 0 if minutes >= 100 else 1)} minutes"
    seconds = minutes * 60.0
    return f"{number(seconds, max(0, 1 - math.floor(math.log10(seconds))))} seconds"


def _nines(value: float) -> str:
    return number(value, 2) if math.isfinite(value) else "infinitely many"


def _table(found: GroupAvailability, needed: int, parts: int, beta: float) -> None:
    rows = [
        _row("One part", found.part),
        _row(f"{needed} of {parts}, parts fail alone", found.independent),
        _row(f"{needed} of {parts}, with beta {number(100.0 * beta)} %", found.with_common_cause),
    ]
    looks = {
        "Availability (%)": st.column_config.TextColumn(help="Share of the time that enough parts work."),
        "Nines": st.column_config.TextColumn(help="-log10(1 - availability)."),
        "Down (minutes/year)": st.column_config.TextColumn(help="(1 - availability) x 525,600 minutes."),
    }
    st.dataframe(pd.DataFrame(rows), hide_index=True, column_config=looks, alt="Availability of one part and the group")


def _row(name: str, one: Available) -> dict[str, str]:
    digits = 3 if one.nines < 3 else min(10, math.ceil(one.nines)) if math.isfinite(one.nines) else 0
    minutes = one.minutes_down_per_year
    fine = 1 if minutes >= 1.0 else 5
    return {
        "Group": name,
        "Nines": number(one.nines, 2) if math.isfinite(one.nines) else NOTHING,
        "Down (minutes/year)": number(minutes, fine),
        "Availability (%)": number(100.0 * one.share, digits),
    }
