"""Shares of variance: first and total order index of each input, with confidence intervals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from rori.economics.decisions.variance_shares import SobolIndex
from rori.ui.charts.look import Look, faded, laid_out, one_line
from rori.ui.charts.tornado import two_lines
from rori.ui.formats import percent

_ROW_HEIGHT = 52
_REST_OF_CHART = 110


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """One input, what it is and whose, and its indices."""

    name: str
    what: str
    index: SobolIndex


def variance_chart(shares: Sequence[Share], look: Look) -> go.Figure | None:
    """Draw two bars per input, the largest total index on top; None when nothing varies."""
    shown = list(shares)[::-1]
    if not any(share.index.total for share in shown):
        return None
    first = [(share.index.first, share.index.first_half_width) for share in shown]
    total = [(share.index.total, share.index.total_half_width) for share in shown]
    palette = look.palette
    figure = go.Figure(
        [
            _bars("With interactions (total order)", shown, total, look, palette.without_measures, "/"),
            _bars("Alone (first order)", shown, first, look, palette.with_measures, ""),
        ]
    )
    laid_out(figure, look, _REST_OF_CHART + _ROW_HEIGHT * len(shown))
    figure.update_layout(barmode="group", bargap=0.3, legend_traceorder="reversed")
    figure.update_xaxes(title_text="Share of the variance", tickformat=".0%", rangemode="tozero", nticks=6)
    figure.update_yaxes(
        tickvals=list(range(len(shown))),
        ticktext=[two_lines(share.name, share.what) for share in shown],
        showgrid=False,
        range=[-0.6, len(shown) - 0.4],
    )
    return figure


def _bars(
    name: str, shown: Sequence[Share], values: Sequence[tuple[float, float]], look: Look, colour: str, shape: str
) -> go.Bar:
    return go.Bar(
        name=name,
        orientation="h",
        x=[value for value, _ in values],
        y=list(range(len(shown))),
        marker={
            "color": colour,
            "line": {"color": colour, "width": 1},
            "pattern": {"shape": shape, "bgcolor": faded(colour, 0.25), "fgcolor": colour, "size": 6}
            if shape
            else None,
        },
        error_x={
            "type": "data",
            "array": [half for _, half in values],
            "color": look.palette.text,
            "thickness": 1.5,
            "width": 4,
        },
        customdata=[
            [one_line(f"{share.name}: {share.what}"), percent(value), percent(half)]
            for share, (value, half) in zip(shown, values, strict=True)
        ],
        hovertemplate="<b>%{customdata[0]}</b><br>%{fullData.name}: %{customdata[1]} ± %{customdata[2]}<extra></extra>",
    )
