"""Charts of a calibration: how plausible a rate is before and after the outages, how long they last, when they came."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import plotly.graph_objects as go

from rori.economics.history.durations import DurationFit, ShareCurves
from rori.ui.charts.look import Look, faded, laid_out
from rori.ui.formats import NOTHING, number

AS_SAID, ALONE, TOGETHER = "as said (prior)", "observation alone", "both together (posterior)"
_HEIGHT = 340
_MOST_POINTS = 2_000
_MANY = 200
_DECADES = range(-9, 10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Belief:
    """What is known about a quantity from one side: its curve, and its 90 % interval in words."""

    name: str
    densities: Sequence[float]
    interval: str


def figure_text(value: float | None) -> str:
    """Write a rate or a time with about three significant digits."""
    if value is None:
        return NOTHING
    digits = 0 if value >= 100 else 1 if value >= 10 else 2 if value >= 1 else 3 if value >= 0.1 else 5
    return number(value, digits)


def belief_chart(values: Sequence[float], beliefs: Sequence[Belief], title: str, look: Look) -> go.Figure:
    """Draw how plausible every value is: dashed as said, dotted by the observation alone, solid both; `title` holds the unit."""
    colours = look.palette
    looks = {AS_SAID: (colours.without_measures, "dash"), ALONE: (colours.neutral, "dot")}
    figure = go.Figure()
    for belief in beliefs:
        colour, dash = looks.get(belief.name, (colours.with_measures, "solid"))
        figure.add_scatter(
            x=values,
            y=belief.densities,
            mode="lines",
            name=belief.name,
            line={"color": colour, "dash": dash, "width": 2.5},
            fill="tozeroy",
            fillcolor=faded(colour, 0.12),
            hovertemplate=f"%{{x:.3~g}}<br>{belief.name}: {belief.interval}<extra></extra>",
        )
    laid_out(figure, look, _HEIGHT)
    figure.update_layout(showlegend=True)
    _log_axis(figure, f"{title}, logarithmic", values)
    figure.update_yaxes(title_text="How plausible", rangemode="tozero", showticklabels=False)
    return figure


def duration_chart(fit: DurationFit, curves: ShareCurves, look: Look) -> go.Figure:
    """Draw the share of outages that are over within a time: as they were, as was said, and by the fit."""
    colours = look.palette
    figure = go.Figure()
    step = max(1, len(fit.sorted_hours) // _MOST_POINTS)
    after = TOGETHER if curves.before is not None else "fitted lognormal"
    for name, hours, shares, mode, colour, dash in (
        (AS_SAID, curves.hours, curves.before, "lines", colours.without_measures, "dash"),
        (
            "the outages",
            fit.sorted_hours[::step],
            fit.plotting_positions[::step],
            "markers",
            colours.neutral,
            "solid",
        ),
        (after, curves.hours, curves.after, "lines", colours.with_measures, "solid"),
    ):
        if shares:
            figure.add_scatter(
                x=hours,
                y=shares,
                mode=mode,
                name=name,
                line={"color": colour, "width": 2.5, "dash": dash} if mode == "lines" else None,
                marker={"color": colour, "size": 7 if len(hours) < _MANY else 4} if mode == "markers" else None,
                hovertemplate=f"{name}: %{{y:.1%}} over within %{{x:.3~g}} hours<extra></extra>",
            )
    laid_out(figure, look, _HEIGHT)
    figure.update_layout(showlegend=True)
    _log_axis(figure, "Duration (hours), logarithmic", curves.hours)
    figure.update_yaxes(title_text="Over within this time", range=[0, 1.02], tickformat=".0%")
    return figure


def monthly_chart(months: Sequence[datetime], counts: Sequence[int], look: Look) -> go.Figure:
    """Draw the number of outages in each month."""
    figure = go.Figure()
    figure.add_bar(
        x=list(months),
        y=list(counts),
        marker={"color": look.palette.neutral},
        hovertemplate="from %{x|%Y-%m-%d}: %{y} outages<extra></extra>",
    )
    laid_out(figure, look, 260)
    figure.update_layout(showlegend=False)
    figure.update_xaxes(title_text="Start of the month (of 30.4 days)")
    figure.update_yaxes(title_text="Outages", rangemode="tozero")
    return figure


def log_ticks(values: Sequence[float]) -> dict[str, object]:
    """Return ticks of a logarithmic axis: powers of ten, more where there are few decades; values are above 0."""
    low, high = min(values), max(values)
    between: tuple[float, ...] = (1.0, 3.0) if high / low < 3_000.0 else (1.0,)
    if high / low < 30.0:
        between = (1.0, 2.0, 5.0)
    ticks = [factor * 10.0**power for power in _DECADES for factor in between]
    seen = [tick for tick in ticks if low / 3.0 <= tick <= high * 3.0]
    every = 2 if len(seen) > 9 else 1
    return {"tickvals": seen[::every], "ticktext": [f"{tick:g}" for tick in seen[::every]]}


def _log_axis(figure: go.Figure, title: str, values: Sequence[float]) -> None:
    figure.update_xaxes(type="log", title_text=title, **log_ticks(values))
