"""The answer about one event in a sentence, and its figures."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from rori.economics.decisions.one_event_results import OneEvent, StoppedSystem
from rori.economics.decisions.timetable import weekday_and_hour
from rori.ui.charts.timeline import clock, span
from rori.ui.context import escape
from rori.ui.formats import NOTHING, money, percent, short_money
from rori.usecases.one_event import EventAnswer

_MOST_NAMES = 6
_WHOLE = 1.0 - 1e-9
_WORDS = ("No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten")


def answer_sentence(answer: EventAnswer) -> None:
    """Say what stops, what it costs, and when the first tolerance is passed."""
    event, currency = answer.shown, answer.currency
    opening = _opening(answer)
    if not event.systems:
        st.markdown(f"{opening}, **nothing stops**: no system loses capacity.")
        return
    parts = [
        f"{opening}, **{_counted(event)}**.",
        _critical(event),
        f"It costs **{escape(short_money(event.loss_eur, currency))}** in total"
        + (
            f", at its peak **{escape(short_money(event.peak_eur_per_hour, currency))} per hour** "
            f"(from {escape(clock(event.start_hour, _peak_hour(event)))} on)."
            if event.peak_eur_per_hour > 0.0
            else "."
        ),
        _tolerance(event),
        _difference(answer),
    ]
    st.markdown(" ".join(part for part in parts if part))


def _opening(answer: EventAnswer) -> str:
    weekday, _ = weekday_and_hour(answer.outage.start_hour)
    time = clock(answer.outage.start_hour, 0.0)[4:]
    what = listed([f"**{escape(name)}**" for name in answer.failed_names])
    return f"If {what} {_verb(answer)} on {weekday} {escape(time)} for {_hours(answer.outage.duration_hours)}{_under(answer)}"


def _verb(answer: EventAnswer) -> str:
    share = escape(percent(answer.outage.capacity_lost, 0))
    is_whole, several = answer.outage.capacity_lost >= _WHOLE, len(answer.failed_names) > 1
    if not set(answer.outage.failed) <= {system.id for system in answer.portfolio.systems}:
        return "happens" if is_whole else f"happens and takes {share} of the capacity"
    if is_whole:
        return "fail" if several else "fails"
    return f"lose {share} of their capacity" if several else f"loses {share} of its capacity"


def _under(answer: EventAnswer) -> str:
    if answer.case is None:
        return ""
    live = f" and the measures of {escape(answer.case.name)} are live"
    asked, found = answer.outage.duration_hours, answer.shown.duration_hours
    return live if abs(asked - found) < 0.005 else f"{live}, which make that {_hours(found)}"


def _hours(hours: float) -> str:
    return escape(span(hours)).replace(" h", " hour" if hours == 1.0 else " hours")


def _counted(event: OneEvent) -> str:
    stopped = sum(1 for one in event.systems if stops(one))
    part = len(event.systems) - stopped
    if not part:
        return f"{_systems(stopped)} {'stops' if stopped == 1 else 'stop'}"
    if not stopped:
        return f"no system stops wholly and {_systems(part)} {'loses' if part == 1 else 'lose'} part of the capacity"
    return (
        f"{_systems(stopped)} {'stops' if stopped == 1 else 'stop'} and {part} more "
        f"{'loses' if part == 1 else 'lose'} part of {'its' if part == 1 else 'their'} capacity"
    )


def stops(one: StoppedSystem) -> bool:
    """Whether a system loses its whole capacity at some time in the event."""
    return any(stretch.capacity_lost >= _WHOLE for stretch in one.stretches)


def _systems(count: int) -> str:
    return "1 system" if count == 1 else f"{count} systems"


def _critical(event: OneEvent) -> str:
    names = [escape(one.name) for one in event.systems if one.critical_or_important]
    if not names:
        return "None of them has a critical or important function."
    word = _WORDS[len(names)] if len(names) < len(_WORDS) else str(len(names))
    verb = "has" if len(names) == 1 else "have"
    return f"{word} of them {verb} a critical or important function: {listed(names)}."


def listed(names: Sequence[str]) -> str:
    """Write names as a list in a sentence, the first few of them."""
    shown = list(names[:_MOST_NAMES] if len(names) > _MOST_NAMES + 1 else names)
    if len(names) > len(shown):
        shown.append(f"{len(names) - len(shown)} more")
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"


def _peak_hour(event: OneEvent) -> float:
    return next(point.hour for point in event.timeline if point.eur_per_hour >= event.peak_eur_per_hour * (1 - 1e-6))


def first_tolerance(event: OneEvent) -> tuple[float, list[str]] | None:
    """Return after how many hours the first impact tolerance is passed, and whose; None when none is."""
    passed = [(one.tolerance_passed_hour, one.name) for one in event.systems if one.tolerance_passed_hour is not None]
    if not passed:
        return None
    first = min(hour for hour, _ in passed)
    return first, [name for hour, name in passed if hour - first < 1e-9]


def _tolerance(event: OneEvent) -> str:
    found = first_tolerance(event)
    if found is None:
        return "No impact tolerance is passed."
    hour, names = found
    return (
        f"The first impact tolerance is passed after **{_hours(hour)}**, "
        f"on {escape(clock(event.start_hour, hour))}, by {listed([escape(name) for name in names])}."
    )


def _difference(answer: EventAnswer) -> str:
    if answer.with_measures is None:
        return ""
    spared = answer.today.loss_eur - answer.with_measures.loss_eur
    if abs(spared) < 0.5:
        return "Without these measures it would cost the same."
    less = "less" if spared > 0.0 else "more"
    return (
        f"That is **{escape(short_money(abs(spared), answer.currency))} {less}** than today "
        f"({escape(short_money(answer.today.loss_eur, answer.currency))})."
    )


def figures(answer: EventAnswer) -> None:
    """Draw the four figures, with what they are today where measures are live."""
    event, today, currency = answer.shown, answer.today, answer.currency
    compared = answer.with_measures is not None
    found = first_tolerance(event)
    with st.container(horizontal=True, key="figures-event"):
        _figure(
            "Systems affected",
            str(len(event.systems)),
            str(len(today.systems)) if compared else None,
            "The blast radius: what fails and all that loses capacity with it, directly or through dependencies.",
        )
        _figure(
            "Loss in total",
            short_money(event.loss_eur, currency),
            short_money(today.loss_eur, currency) if compared else None,
            f"All loss components of all systems, in prices of year 0: {escape(money(event.loss_eur, currency))}.",
        )
        _figure(
            "Peak loss per hour",
            short_money(event.peak_eur_per_hour, currency),
            short_money(today.peak_eur_per_hour, currency) if compared else None,
            "The highest rate of loss at any time; sums due at one moment, such as penalties, are not in it.",
        )
        before = first_tolerance(today)
        _figure(
            "First tolerance passed",
            NOTHING if found is None else f"after {span(found[0])}",
            (NOTHING if before is None else f"after {span(before[0])}") if compared else None,
            "When the interruption of a system has first lasted longer than its impact tolerance.",
        )


def _figure(label: str, value: str, today: str | None, meaning: str) -> None:
    note = None if today is None else f"today {today}"
    st.metric(label, value, note, delta_color="off", delta_arrow="off", help=meaning, border=True)
