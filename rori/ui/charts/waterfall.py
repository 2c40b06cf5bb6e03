"""Waterfall: parts that add up to a whole, each beginning where the one before ended."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from rori.ui.charts.look import Look, laid_out, money_ticks, one_line, plain

_ROW_HEIGHT = 44
_REST_OF_CHART = 80


def waterfall_chart(parts: Sequence[tuple[str, float]], total_name: str, look: Look) -> go.Figure | None:
    """Draw a row per part, first on top, and the total at the bottom; None when there is nothing to add up."""
    total = sum(amount for _, amount in parts)
    if not any(amount for _, amount in parts):
        return None
    rows = [*parts, (total_name, total)]
    starts = [0.0]
    for _, amount in parts:
        starts.append(starts[-1] + amount)
    starts[-1] = 0.0
    places = list(range(len(rows)))[::-1]
    figure = go.Figure(_bars(rows, starts, places, look))
    figure.add_trace(_amounts(rows, starts, places, look))
    ends = [start + amount for start, (_, amount) in zip(starts, rows, strict=True)]
    span = max([0.0, *ends]) - min([0.0, *ends])
    laid_out(figure, look, _REST_OF_CHART + _ROW_HEIGHT * len(rows))
    figure.update_layout(showlegend=False, bargap=0.3)
    figure.update_xaxes(
        title_text="PV prevented loss",
        range=[min([0.0, *ends]) - (0.02 * span if min(ends) >= 0.0 else 0.2 * span), max([0.0, *ends]) + 0.3 * span],
        **money_ticks(ends, look, count=3),
    )
    figure.update_yaxes(
        tickvals=places,
        ticktext=[plain(name, 26) for name, _ in rows],
        showgrid=False,
        range=[-0.6, len(rows) - 0.4],
    )
    return figure


def _bars(rows: Sequence[tuple[str, float]], starts: Sequence[float], places: list[int], look: Look) -> go.Bar:
    palette = look.palette
    last = len(rows) - 1
    colours = [
        palette.with_measures if i == last else palette.prevented if amount >= 0.0 else palette.without_measures
        for i, (_, amount) in enumerate(rows)
    ]
    shapes = ["" if amount >= 0.0 else "/" for _, amount in rows]
    return go.Bar(
        orientation="h",
        base=list(starts),
        x=[amount for _, amount in rows],
        y=places,
        marker={"color": colours, "pattern": {"shape": shapes, "fillmode": "replace"}},
        customdata=[[one_line(name), look.amount(amount)] for name, amount in rows],
        hovertemplate="<b>%{customdata[0]}</b><br>%{customdata[1]}<extra></extra>",
    )


def _amounts(rows: Sequence[tuple[str, float]], starts: Sequence[float], places: list[int], look: Look) -> go.Scatter:
    return go.Scatter(
        x=[max(start, start + amount) for start, (_, amount) in zip(starts, rows, strict=True)],
        y=places,
        mode="text",
        text=[f"\u2002{look.short(amount)}" for _, amount in rows],
        textposition="middle right",
        textfont={"color": look.palette.text},
        hoverinfo="skip",
        cliponaxis=False,
    )
