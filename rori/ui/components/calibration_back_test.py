"""Whether the earlier outages would have foretold the later ones."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import pandas as pd
import streamlit as st

from rori.economics.history.back_testing import PeriodBackTest
from rori.ui.charts import Look
from rori.ui.charts.back_tests import back_test_chart
from rori.ui.charts.calibration import figure_text
from rori.ui.components.case_plots import draw
from rori.ui.components.case_tables import show_table
from rori.ui.components.case_words import unbroken
from rori.ui.context import errors_shown, escape
from rori.ui.formats import number, percent
from rori.ui.theme import palette
from rori.usecases.back_testing import (
    MONTHS_IN_PERIOD,
    SplitBackTest,
    back_test_from,
    months_at_first,
    split_at_first,
)
from rori.usecases.observing import Observed


def show_back_test(observed: Observed) -> None:
    """Ask for the day that splits the history, and show what the time before it foretold and what came."""
    window = observed.window
    if window is None or not observed.result.n_outages:
        return
    st.subheader("Would the time before have foretold what came?")
    with errors_shown():
        split, months = _ask(window)
        found = back_test_from(observed.outages, observed.choice, split, months)
        st.markdown(unbroken(escape(_sentence(found))))
        chart = back_test_chart(found.days, found.result.periods, Look(palette=palette()))
        draw(chart, f"Forecast range and outages of each period. {_sentence(found)}", "back-test", "")
        estimate = "" if observed.choice.prior is None else "the estimate as it counts above, and "
        st.caption(
            escape(
                f"The forecast knows {estimate}the outages before the split, nothing later. "
                "Periods share one rate that is not known: where it is off, several periods are off together."
            )
        )
        _table(found)


def _ask(window: tuple[datetime, datetime]) -> tuple[datetime, int]:
    start, end = window
    first, second, _ = st.columns([1, 1, 2])
    place = f"{start:%Y%m%d}-{end:%Y%m%d}"
    usual = split_at_first(window)
    day = first.date_input(
        "Learn from the time before",
        usual.date(),
        min_value=start.date() + timedelta(days=1),
        max_value=max(end.date() - timedelta(days=1), start.date() + timedelta(days=1)),
        key=f"back-test-split-{place}",
        help="At first the first two thirds of the observed time",
    )
    chosen = day if isinstance(day, date) else usual.date()
    split = datetime.combine(chosen, time(), tzinfo=UTC)
    months = second.selectbox(
        "Count outages by",
        MONTHS_IN_PERIOD,
        index=MONTHS_IN_PERIOD.index(months_at_first(window, usual)),
        format_func=lambda length: "1 month" if length == 1 else f"{length} months",
        key=f"back-test-months-{place}",
    )
    return split, months


def _sentence(found: SplitBackTest) -> str:
    result, whole = found.result, found.result.whole
    inside = sum(period.is_inside for period in result.periods)
    verdict = "inside" if whole.is_inside else "above" if whole.happened > whole.high else "below"
    return (
        f"{inside} of {len(result.periods)} periods ({percent(result.coverage, 0)}) lie inside their 90 % range. "
        f"From {found.days[0]:%Y-%m-%d} to {found.days[-1] - timedelta(days=1):%Y-%m-%d}, {number(whole.happened, 0)} "
        f"outages came where {number(whole.low, 0)} to {number(whole.high, 0)} were forecast: {verdict} the range."
        f"{_durations(result)}"
    )


def _durations(result: PeriodBackTest) -> str:
    found = result.durations
    if found is None:
        return ""
    return (
        f" Nine in ten outages were forecast to last {figure_text(found.low_hours)} to {figure_text(found.high_hours)} "
        f"hours; {percent(found.share_inside, 0)} of the {number(found.n_later, 0)} that came did."
    )


def _table(found: SplitBackTest) -> None:
    rows = [
        {
            "From": f"{start:%Y-%m-%d}",
            "Until": f"{end - timedelta(days=1):%Y-%m-%d}",
            "Forecast P5": period.low,
            "Forecast P50": period.median,
            "Forecast P95": period.high,
            "Came": period.happened,
            "Inside": "yes" if period.is_inside else "no",
        }
        for (start, end), period in zip(pairwise(found.days), found.result.periods, strict=True)
    ]
    show_table("forecast and what came (outages of all chosen pairs)", pd.DataFrame(rows), {})
