"""One event over time: who loses how much capacity from when to when, and what that costs."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from rori.economics.decisions.one_event_results import LossPoint, OneEvent, StoppedSystem, StretchLost
from rori.economics.decisions.timetable import weekday_and_hour
from rori.ui.charts.look import Look, faded, laid_out, money_ticks, one_line
from rori.ui.formats import number, percent

MOST_BARS = 25
_ROW_HEIGHT = 56
_REST_OF_CHART = 140
_COURSE_HEIGHT = 320
_STEPS = (0.25, 0.5, 1, 2, 3, 4, 6, 8, 12, 24, 48, 72, 168, 336, 672, 1344, 2190)
_ON_STRONG = {"light": "#FFFFFF", "dark": "#0B1215"}
_NAME_LENGTH = 42
_ROOM_FOR_TEXT = 0.15


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """How the loss of one event goes: its name, how its line looks, and its points."""

    name: str
    colour: str
    dash: str
    points: tuple[LossPoint, ...]


def clock(start_hour: float, hours: float) -> str:
    """Say when that is, `hours` after an hour of the week: Mon 10:30."""
    minutes = round((start_hour + hours) * 60)
    day, hour = weekday_and_hour(minutes / 60)
    left = round(hour * 60)
    return f"{day[:3]} {left // 60:02d}:{left % 60:02d}"


def span(hours: float) -> str:
    """Write hours as briefly as they allow: 8 h, 1.5 h, 0.25 h."""
    rounded = round(hours, 2)
    digits = next((digits for digits in (0, 1) if math.isclose(round(rounded, digits), rounded, abs_tol=1e-6)), 2)
    return f"{number(hours, digits)} h"


def timeline_chart(event: OneEvent, look: Look) -> go.Figure | None:
    """Draw a row per system with the hours in which it loses capacity; None when nothing stops."""
    shown = event.systems[:MOST_BARS]
    if not shown:
        return None
    figure = go.Figure(_bars(shown, event, look))
    for name, symbol, passed in (
        ("RTO passed", "triangle-up-open", [one.rto_passed_hour for one in shown]),
        ("Impact tolerance passed", "diamond", [one.tolerance_passed_hour for one in shown]),
    ):
        figure.add_trace(_marks(name, symbol, passed, event, look))
    laid_out(figure, look, _REST_OF_CHART + _ROW_HEIGHT * len(shown))
    for row, one in enumerate(shown):
        figure.add_annotation(
            x=0, xref="paper", y=row - 0.24, text=_label(one), showarrow=False, xanchor="left", yanchor="bottom"
        )
    figure.update_layout(barmode="overlay", bargap=0)
    figure.update_layout(margin={"l": 34, "r": 38})
    figure.update_xaxes(range=[0, event.duration_hours], **hour_ticks(event.start_hour, event.duration_hours))
    figure.update_yaxes(visible=False, range=[len(shown) - 0.35, -0.75])
    return figure


def _label(one: StoppedSystem) -> str:
    name = " ".join(one.name.split())
    name = name if len(name) <= _NAME_LENGTH else f"{name[: _NAME_LENGTH - 1]}…"
    return f"<b>{one_line(name)}</b>" + (" fails" if one.failed_itself else "")


def _bars(shown: Sequence[StoppedSystem], event: OneEvent, look: Look) -> go.Bar:
    bars = [(row, one, stretch) for row, one in enumerate(shown) for stretch in one.stretches]
    names = {one.system_id: one.name for one in event.systems}
    colour = look.palette.without_measures
    strong = _ON_STRONG["light" if look.palette.text.startswith("#0") else "dark"]
    lost = [stretch.capacity_lost for _, _, stretch in bars]
    return go.Bar(
        name="Capacity lost",
        showlegend=False,
        orientation="h",
        y=[row for row, _, _ in bars],
        base=[stretch.from_hour for _, _, stretch in bars],
        x=[stretch.to_hour - stretch.from_hour for _, _, stretch in bars],
        width=0.4,
        marker={
            "color": [faded(colour, _strength(level)) for level in lost],
            "line": {"color": colour, "width": 1},
        },
        text=[percent(s.capacity_lost, 0) if _is_wide(s, event) else "" for _, _, s in bars],
        textposition="inside",
        insidetextanchor="start",
        constraintext="none",
        textangle=0,
        insidetextfont={
            "size": 12,
            "color": [strong if _strength(level) == 1.0 else look.palette.text for level in lost],
        },
        customdata=[[one_line(one.name), one_line(_told(stretch, event, names))] for _, one, stretch in bars],
        hovertemplate="<b>%{customdata[0]}</b><br>%{customdata[1]}<extra></extra>",
    )


def _strength(capacity_lost: float) -> float:
    """Return how strong the colour is: a full stop stands out, and text can be read on every bar."""
    return 1.0 if capacity_lost >= 1.0 - 1e-9 else 0.15 + 0.4 * capacity_lost


def _is_wide(stretch: StretchLost, event: OneEvent) -> bool:
    return stretch.to_hour - stretch.from_hour >= _ROOM_FOR_TEXT * event.duration_hours


def _told(stretch: StretchLost, event: OneEvent, names: dict[str, str]) -> str:
    begins, ends = (f"{clock(event.start_hour, hour)} ({span(hour)})" for hour in (stretch.from_hour, stretch.to_hour))
    way = " > ".join(names.get(key, key) for key in stretch.path)
    return f"{percent(stretch.capacity_lost, 0)} lost from {begins} to {ends}; {way}"


def _marks(name: str, symbol: str, passed: Sequence[float | None], event: OneEvent, look: Look) -> go.Scatter:
    seen = [(row, hour) for row, hour in enumerate(passed) if hour is not None]
    hours: list[float | None] = [hour for _, hour in seen]
    places: list[float | None] = [row + 0.29 for row, _ in seen]
    return go.Scatter(
        name=name,
        mode="markers",
        # Without any point the legend would not say what the sign means.
        x=hours or [None],
        y=places or [None],
        marker={"symbol": symbol, "size": 11, "color": look.palette.text, "line": {"width": 2}},
        cliponaxis=False,
        customdata=[f"{span(hour)}, {clock(event.start_hour, hour)}" for _, hour in seen],
        hovertemplate=f"<b>{name}</b><br>after %{{customdata}}<extra></extra>",
    )


def hour_ticks(start_hour: float, duration_hours: float) -> dict[str, object]:
    """Return about four ticks of an axis of hours, each with the time of the week under it."""
    step = next((step for step in _STEPS if duration_hours / step <= 4), _STEPS[-1])
    ticks = [step * count for count in range(math.floor(duration_hours / step + 1e-9) + 1)]
    return {"tickvals": ticks, "ticktext": [f"{span(tick)}<br>{clock(start_hour, tick)}" for tick in ticks]}


def rate_chart(courses: Sequence[Course], start_hour: float, look: Look) -> go.Figure:
    """Draw euros per hour from moment to moment."""
    figure = go.Figure()
    for course in courses:
        hours = [point.hour for point in course.points]
        told = [
            f"{clock(start_hour, point.hour)} ({span(point.hour)}): {look.amount(point.eur_per_hour)} per hour"
            for point in course.points
        ]
        figure.add_trace(_line(course, hours, [point.eur_per_hour for point in course.points], told, "hv"))
    return _course_figure(figure, courses, start_hour, look, f"{look.currency} per hour")


def growth_chart(courses: Sequence[Course], start_hour: float, look: Look) -> go.Figure:
    """Draw the loss so far; what falls due at a moment is a step."""
    figure = go.Figure()
    for course in courses:
        hours, amounts, told = [], [], []
        for point in course.points:
            when = f"{clock(start_hour, point.hour)} ({span(point.hour)})"
            hours += [point.hour, point.hour]
            amounts += [point.before_eur, point.cumulative_eur]
            told += [
                f"{when}: {look.amount(point.before_eur)} so far",
                f"{when}: {look.amount(point.cumulative_eur)} so far" + _step_told(point, look),
            ]
        figure.add_trace(_line(course, hours, amounts, told, "linear"))
    return _course_figure(figure, courses, start_hour, look, look.currency)


def _step_told(point: LossPoint, look: Look) -> str:
    return f", {look.amount(point.at_once_eur)} of it due at this moment" if point.at_once_eur >= 0.5 else ""


def _line(course: Course, hours: list[float], amounts: list[float], told: list[str], shape: str) -> go.Scatter:
    return go.Scatter(
        name=one_line(course.name),
        x=hours,
        y=amounts,
        mode="lines",
        line={"color": course.colour, "dash": course.dash, "width": 2.5, "shape": shape},
        customdata=told,
        hovertemplate="<b>%{fullData.name}</b><br>%{customdata}<extra></extra>",
    )


def _course_figure(
    figure: go.Figure, courses: Sequence[Course], start_hour: float, look: Look, title: str
) -> go.Figure:
    laid_out(figure, look, _COURSE_HEIGHT)
    duration = max(course.points[-1].hour for course in courses)
    amounts = [amount for trace in figure.data for amount in trace.y]
    figure.update_layout(showlegend=len(courses) > 1, margin={"r": 38})
    figure.update_xaxes(range=[0, duration * 1.01], **hour_ticks(start_hour, duration))
    figure.update_yaxes(title=title, rangemode="tozero", **money_ticks(amounts, look))
    return figure
