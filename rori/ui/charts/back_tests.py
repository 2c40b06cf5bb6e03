"""A back-test as a chart: the range that was forecast for each period, and what came."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise

import plotly.graph_objects as go

from rori.economics.history.back_testing import PeriodForecast
from rori.ui.charts.look import Look, faded, laid_out

_HEIGHT = 360
RANGE, MEDIAN, INSIDE, OUTSIDE = "forecast range (P5 to P95)", "forecast median", "came, inside", "came, outside"


def back_test_chart(days: Sequence[datetime], periods: Sequence[PeriodForecast], look: Look) -> go.Figure:
    """Draw a band per period from `days` to `days`, and a marker for what came: round inside, a cross outside."""
    figure = go.Figure()
    spans = list(pairwise(days))
    _band(figure, spans, periods, look)
    middles = [start + (end - start) / 2 for start, end in spans]
    for name, wanted, symbol, colour in (
        (INSIDE, True, "circle", look.palette.with_measures),
        (OUTSIDE, False, "x", look.palette.without_measures),
    ):
        seen = [
            (start, middle, period)
            for (start, _), middle, period in zip(spans, middles, periods, strict=True)
            if period.is_inside is wanted
        ]
        if seen:
            figure.add_scatter(
                x=[middle for _, middle, _ in seen],
                y=[period.happened for _, _, period in seen],
                mode="markers",
                name=name,
                marker={"symbol": symbol, "size": 10, "color": colour},
                customdata=[[f"{start:%Y-%m-%d}", period.low, period.high] for start, _, period in seen],
                hovertemplate="from %{customdata[0]}: %{y} outages came, %{customdata[1]} to %{customdata[2]} "
                "forecast<extra></extra>",
            )
    laid_out(figure, look, _HEIGHT)
    figure.update_layout(showlegend=True, legend_traceorder="normal")
    figure.update_xaxes(title_text="Period after the day that splits", type="date")
    figure.update_yaxes(title_text="Outages of all chosen pairs", rangemode="tozero")
    return figure


def _band(
    figure: go.Figure, spans: Sequence[tuple[datetime, datetime]], periods: Sequence[PeriodForecast], look: Look
) -> None:
    """Draw the band as steps, since the range holds for a whole period."""
    edges = [day for span in spans for day in span]
    colour = look.palette.neutral
    for name, values, fill, dash in (
        ("P5", [p.low for p in periods], None, "solid"),
        (RANGE, [p.high for p in periods], "tonexty", "solid"),
        (MEDIAN, [p.median for p in periods], None, "dash"),
    ):
        figure.add_scatter(
            x=edges,
            y=[value for value in values for _ in range(2)],
            mode="lines",
            name=name,
            line={"color": colour, "width": 1.5 if name == MEDIAN else 1, "dash": dash},
            fill=fill,
            fillcolor=faded(colour, 0.25),
            hoverinfo="skip",
            showlegend=name != "P5",
        )
