"""What fails, when, for how long: asked with widgets whose state is in the address of the page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import streamlit as st

from rori.economics.decisions.outage import Outage
from rori.economics.decisions.timetable import WEEKDAYS, hour_of_week
from rori.economics.inputs.case import Case
from rori.economics.inputs.portfolio import CommonCause, System
from rori.usecases.one_event import EventChoices

_SYSTEMS, _CAUSE = "Systems", "A common cause"
_TODAY = "None, as it is today"
_LONGEST_HOURS = 720.0
"""Thirty days: curves of more hours would be too slow to answer at once."""
_HOURS = tuple(f"{hour:02d}:00" for hour in range(24))


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked: an outage, and the case whose measures are live."""

    outage: Outage
    case_id: str | None


def ask(choices: EventChoices) -> Question | None:
    """Draw the question; None while nothing is chosen that fails."""
    with st.container(border=True, key="event-question"):
        failed = _what_fails(choices)
        weekday, hour, duration, lost = _when()
        cases, options = st.columns([1, 2], vertical_alignment="bottom")
        with cases:
            case_id = choose_case(choices.cases, "event-measures")
        with options.container(horizontal=True):
            spare_down = st.toggle(
                "Standby systems are down too",
                key="event-standby-down",
                bind="query-params",
                help="Redundant alternatives that would take over happen to be out of order as well.",
            )
            loses_data = st.toggle(
                "Data is lost",
                key="event-data-lost",
                bind="query-params",
                help="The failed systems lose what was written since their last good copy (RPO).",
            )
    if not failed:
        return None
    outage = Outage(
        failed=failed,
        start_hour=hour_of_week(weekday, hour),
        duration_hours=duration,
        capacity_lost=lost / 100.0,
        alternatives_down=spare_down,
        loses_data=loses_data,
    )
    return Question(outage=outage, case_id=case_id)


def _what_fails(choices: EventChoices) -> tuple[str, ...]:
    kind = _SYSTEMS
    if choices.common_causes:
        kind = st.segmented_control(
            "What fails", [_SYSTEMS, _CAUSE], default=_SYSTEMS, required=True, key="event-what", bind="query-params"
        )
    if kind == _CAUSE:
        causes = unique_labels(choices.common_causes)
        cause = st.selectbox("Common cause", list(causes), key="event-cause", bind="query-params")
        return (causes[cause],) if cause in causes else ()
    systems = unique_labels(choices.systems)
    start = [label for label, key in systems.items() if key == choices.most_needed]
    chosen = st.multiselect(
        "Systems that fail together",
        list(systems),
        default=start,
        key="event-systems",
        bind="query-params",
        placeholder="Choose at least one system",
    )
    return tuple(systems[label] for label in chosen)


def _when() -> tuple[str, int, float, float]:
    columns = st.columns(4)
    weekday = columns[0].selectbox("Weekday", WEEKDAYS, key="event-day", bind="query-params")
    hour = columns[1].selectbox("Starts at", _HOURS, index=10, key="event-start", bind="query-params")
    duration = columns[2].number_input(
        "Lasts (hours)", 0.1, _LONGEST_HOURS, 8.0, 1.0, format="%g", key="event-hours", bind="query-params"
    )
    lost = columns[3].number_input(
        "Capacity lost (%)",
        1.0,
        100.0,
        100.0,
        5.0,
        format="%g",
        key="event-lost",
        bind="query-params",
        help="Of what fails itself; what depends on it loses that much of what the dependency takes away.",
    )
    return str(weekday), _HOURS.index(hour), float(duration), float(lost)


def choose_case(cases: tuple[Case, ...], key: str) -> str | None:
    """Ask for the case whose measures are live; None for as it is today."""
    labels = unique_labels(cases)
    chosen = st.selectbox(
        "With the measures of",
        [_TODAY, *labels],
        key=key,
        bind="query-params",
        help="All measures of a case, taken to be live, each effect at its expected size.",
    )
    return labels.get(chosen)


def unique_labels(rows: Iterable[System | CommonCause | Case]) -> dict[str, str]:
    """Return ids by what lists call them: the name, with the id where several share a name."""
    known = list(rows)
    times = Counter(row.name for row in known)
    return {row.name if times[row.name] == 1 else f"{row.name} ({row.id})": row.id for row in known}
