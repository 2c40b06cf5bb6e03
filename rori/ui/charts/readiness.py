"""Readiness: claimed and evidenced side by side, by framework or chapter, and over time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import plotly.graph_objects as go

from rori.ui.charts.look import Look, faded, laid_out, one_line
from rori.ui.formats import percent

_BAR_HEIGHT = 46
_REST_OF_CHART = 90
_LABEL = 34
_DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """One row: coverage as fractions, and how many requirements apply and are met."""

    name: str
    claimed: float
    evidenced: float
    applicable: int
    met_claimed: int
    met_evidenced: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DayReady:
    """Readiness of one framework on one day, as fractions."""

    framework: str
    day: date
    claimed: float
    evidenced: float


def readiness_bars(rows: Sequence[Ready], look: Look) -> go.Figure | None:
    """Draw two bars per row, claimed hatched and evidenced solid; None when nothing applies."""
    shown = [row for row in rows if row.applicable][::-1]
    if not shown:
        return None
    colour = look.palette.with_measures
    figure = go.Figure(
        [_bars("Evidenced", shown, colour, claimed=False), _bars("Claimed", shown, colour, claimed=True)]
    )
    laid_out(figure, look, _REST_OF_CHART + _BAR_HEIGHT * len(shown))
    figure.update_layout(barmode="group", bargap=0.25, bargroupgap=0.05, legend_traceorder="reversed")
    figure.update_xaxes(
        title_text="Coverage of what applies",
        range=[0.0, 1.12],
        tickformat=",.0%",
        tickvals=[0.0, 0.25, 0.5, 0.75, 1.0],
    )
    figure.update_yaxes(tickvals=list(range(len(shown))), ticktext=[_cut(row.name) for row in shown], showgrid=False)
    return figure


def readiness_map(rows: Sequence[Ready], look: Look) -> go.Figure | None:
    """Draw a heat map of chapters, each cell with its figure: colour is never the only sign; None when nothing applies."""
    shown = [row for row in rows if row.applicable][::-1]
    if not shown:
        return None
    values = [[row.claimed, row.evidenced] for row in shown]
    base = look.palette.with_measures
    figure = go.Figure(
        go.Heatmap(
            z=values,
            x=["Claimed", "Evidenced"],
            y=list(range(len(shown))),
            zmin=0.0,
            zmax=1.0,
            colorscale=[[0.0, faded(base, 0.06)], [1.0, faded(base, 0.75)]],
            showscale=False,
            xgap=3,
            ygap=3,
            text=[[percent(value, 0) for value in row] for row in values],
            texttemplate="%{text}",
            textfont={"color": look.palette.text},
            customdata=[
                [
                    [one_line(row.name), f"{row.met_claimed} of {row.applicable} met as claimed"],
                    [one_line(row.name), f"{row.met_evidenced} of {row.applicable} met with evidence"],
                ]
                for row in shown
            ],
            hovertemplate="<b>%{customdata[0]}</b><br>%{x}: %{text}<br>%{customdata[1]}<extra></extra>",
        )
    )
    laid_out(figure, look, 70 + 36 * len(shown))
    figure.update_xaxes(side="top", showgrid=False)
    figure.update_yaxes(tickvals=list(range(len(shown))), ticktext=[_cut(row.name) for row in shown], showgrid=False)
    return figure


def readiness_trend(days: Sequence[DayReady], look: Look) -> go.Figure | None:
    """Draw evidenced coverage day by day, a line per framework with a dash of its own; None for less than two days."""
    if len({one.day for one in days}) < 2:
        return None
    figure = go.Figure()
    for position, name in enumerate(dict.fromkeys(one.framework for one in days)):
        own = [one for one in days if one.framework == name]
        colours = (look.palette.with_measures, look.palette.without_measures, look.palette.neutral)
        figure.add_trace(
            go.Scatter(
                name=_cut(name),
                x=[one.day for one in own],
                y=[one.evidenced for one in own],
                mode="lines+markers",
                line={
                    "color": colours[position % len(colours)],
                    "dash": _DASHES[position % len(_DASHES)],
                    "width": 2,
                    "shape": "hv",
                },
                customdata=[[one_line(name), percent(one.claimed), percent(one.evidenced)] for one in own],
                hovertemplate=(
                    "<b>%{customdata[0]}</b><br>%{x|%Y-%m-%d}<br>evidenced %{customdata[2]}"
                    "<br>claimed %{customdata[1]}<extra></extra>"
                ),
            )
        )
    laid_out(figure, look, 360)
    figure.update_yaxes(title_text="Coverage with evidence", range=[0.0, 1.0], tickformat=",.0%", nticks=6)
    figure.update_xaxes(tickformat="%e %b %Y", nticks=6)
    return figure


def _bars(name: str, rows: Sequence[Ready], colour: str, *, claimed: bool) -> go.Bar:
    values = [row.claimed if claimed else row.evidenced for row in rows]
    met = [row.met_claimed if claimed else row.met_evidenced for row in rows]
    return go.Bar(
        name=name,
        orientation="h",
        x=values,
        y=list(range(len(rows))),
        text=[percent(value, 0) for value in values],
        textposition="outside",
        cliponaxis=False,
        marker={
            "color": colour,
            "line": {"color": colour, "width": 1},
            "pattern": {"shape": "/", "bgcolor": faded(colour, 0.2), "fgcolor": colour, "size": 6} if claimed else None,
        },
        customdata=[
            [one_line(row.name), percent(value), count, row.applicable]
            for row, value, count in zip(rows, values, met, strict=True)
        ],
        hovertemplate=(
            f"<b>%{{customdata[0]}}</b><br>{name.lower()} %{{customdata[1]}}"
            "<br>%{customdata[2]} of %{customdata[3]} requirements fully met<extra></extra>"
        ),
    )


def _cut(name: str) -> str:
    return one_line(name if len(name) <= _LABEL else f"{name[: _LABEL - 1]}\u2026")
