"""One event hour by hour: who is down from when to when, and how the loss grows."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from rori.ui.charts.look import CONFIG, Look
from rori.ui.charts.timeline import MOST_BARS, Course, clock, growth_chart, rate_chart, timeline_chart
from rori.ui.context import escape
from rori.ui.formats import short_money
from rori.usecases.one_event import EventAnswer


def timeline(answer: EventAnswer, look: Look) -> None:
    """Draw a bar per system, and the exact hours in a table."""
    event = answer.shown
    st.subheader("Who loses capacity, from when to when")
    figure = timeline_chart(event, look)
    if figure is None:
        return
    st.plotly_chart(
        figure,
        key="event-timeline",
        theme=None,
        config=CONFIG,
        alt="Hours lost by system; the table holds them exactly",
    )
    more = len(event.systems) - MOST_BARS
    st.caption(
        "The stronger the colour, the more capacity is lost; the figure in the bar says how much."
        + (f" {more} more systems are in the table." if more > 0 else "")
    )
    with st.expander("Table of the hours"):
        _hours_table(answer)


def _hours_table(answer: EventAnswer) -> None:
    event = answer.shown
    names = {system.id: system.name for system in answer.portfolio.systems}
    systems = {system.id: system for system in answer.portfolio.systems}
    rows = [
        {
            "System": one.name,
            "From": clock(event.start_hour, stretch.from_hour),
            "To": clock(event.start_hour, stretch.to_hour),
            "From (hours)": stretch.from_hour,
            "To (hours)": stretch.to_hour,
            "Capacity lost (%)": 100.0 * stretch.capacity_lost,
            "Comes through": " > ".join(names[key] for key in stretch.path)
            if len(stretch.path) > 1
            else "fails itself",
            "RTO (hours)": systems[one.system_id].rto_hours,
            "RTO passed after (hours)": one.rto_passed_hour,
            "Impact tolerance (hours)": systems[one.system_id].impact_tolerance_hours,
            "Tolerance passed after (hours)": one.tolerance_passed_hour,
        }
        for one in event.systems
        for stretch in one.stretches
    ]
    looks: dict[str, Any] = {
        name: st.column_config.NumberColumn(format="%.2f") for name in rows[0] if name.endswith("(hours)")
    }
    looks["Capacity lost (%)"] = st.column_config.NumberColumn(format="%.0f")
    looks["System"] = st.column_config.TextColumn(pinned=True)
    st.dataframe(
        pd.DataFrame(rows),
        hide_index=True,
        column_config=looks,
        placeholder="",
        alt="Hours with capacity lost, by system",
    )


def loss_over_time(answer: EventAnswer, look: Look) -> None:
    """Draw euros per hour and euros so far, today and with measures, and the points in a table."""
    courses = _courses(answer, look)
    start, total = answer.outage.start_hour, answer.shown.loss_eur
    if total == 0.0 and answer.today.loss_eur == 0.0:
        st.subheader("What it costs over time")
        st.markdown("None of these systems has a loss profile, so nothing is lost in money. Add one under Systems.")
        return
    st.subheader(escape(f"The loss grows to {short_money(total, answer.currency)}"))
    left, right = st.columns(2)
    with left:
        st.markdown("**Loss per hour**")
        st.plotly_chart(
            rate_chart(courses, start, look), key="event-rate", theme=None, config=CONFIG, alt="Loss per hour over time"
        )
    with right:
        st.markdown("**Loss so far**")
        st.plotly_chart(
            growth_chart(courses, start, look),
            key="event-growth",
            theme=None,
            config=CONFIG,
            alt="Loss so far over time",
        )
    st.caption(
        "Loss per hour follows the week of each system. A step in the loss so far is a sum that falls due at one moment, "
        "such as the cost of responding, a contractual penalty or a notification."
    )
    with st.expander("Table of the loss over time"):
        _points_table(courses, start, answer.currency)


def _courses(answer: EventAnswer, look: Look) -> list[Course]:
    today = Course(name="Today", colour=look.palette.without_measures, dash="solid", points=answer.today.timeline)
    if answer.with_measures is None:
        return [today]
    live = answer.with_measures.timeline
    return [today, Course(name="With measures", colour=look.palette.with_measures, dash="dash", points=live)]


def _points_table(courses: list[Course], start_hour: float, currency: str) -> None:
    rows = [
        {
            "Case": course.name,
            "Time": clock(start_hour, point.hour),
            "After (hours)": point.hour,
            f"Loss per hour from then on ({currency}/hour)": round(point.eur_per_hour),
            f"Due at this moment ({currency})": round(point.at_once_eur),
            f"Loss so far ({currency})": round(point.cumulative_eur),
        }
        for course in courses
        for point in course.points
    ]
    looks: dict[str, Any] = {
        name: st.column_config.NumberColumn(format="localized", step=1) for name in rows[0] if currency in name
    }
    looks["After (hours)"] = st.column_config.NumberColumn(format="%.2f")
    table = pd.DataFrame(rows)
    shown = table.drop(columns="Case") if len(courses) == 1 else table
    st.dataframe(shown, hide_index=True, column_config=looks, alt="Loss per hour and loss so far")
