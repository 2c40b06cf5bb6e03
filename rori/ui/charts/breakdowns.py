"""Where loss is prevented: bars with standard errors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from rori.economics.results import Simulated
from rori.ui.charts.look import Look, laid_out, money_ticks, one_line, plain

MOST_BARS = 15
CENT = 0.01
"""What is less than this per year is rounding of sums, not loss."""
_BAR_HEIGHT = 38
_REST_OF_CHART = 70


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One bar: its name, and what is prevented per year."""

    name: str
    prevented: Simulated


def prevented_bars(bars: Sequence[Bar], look: Look) -> go.Figure | None:
    """Draw the largest bars, largest on top; None when there is nothing to show."""
    shown = sorted(bars, key=lambda bar: -abs(bar.prevented.value))[:MOST_BARS]
    shown = sorted((bar for bar in shown if abs(bar.prevented.value) >= CENT), key=lambda bar: bar.prevented.value)
    if not shown:
        return None
    amounts = [bar.prevented.value for bar in shown]
    places = list(range(len(shown)))
    figure = go.Figure(_bars(shown, places, look))
    figure.add_trace(_amounts(shown, places, look))
    laid_out(figure, look, _REST_OF_CHART + _BAR_HEIGHT * len(shown))
    span = max([0.0, *amounts]) - min([0.0, *amounts])
    figure.update_layout(showlegend=False, bargap=0.35)
    figure.update_xaxes(
        title_text="Prevented loss per year",
        range=[_edge(min(amounts), span, upper=False), _edge(max(amounts), span, upper=True)],
        **money_ticks(amounts, look, count=3),
    )
    # Categories would merge systems of one name; places do not.
    figure.update_yaxes(
        tickvals=places, ticktext=[plain(bar.name) for bar in shown], showgrid=False, range=[-0.6, len(shown) - 0.4]
    )
    figure.add_vline(x=0.0, line_color=look.palette.neutral, line_width=1)
    return figure


def _bars(shown: Sequence[Bar], places: list[int], look: Look) -> go.Bar:
    palette = look.palette
    return go.Bar(
        orientation="h",
        x=[bar.prevented.value for bar in shown],
        y=places,
        marker={
            "color": [palette.prevented if bar.prevented.value > 0 else palette.without_measures for bar in shown],
            "pattern": {"shape": ["" if bar.prevented.value > 0 else "/" for bar in shown], "fillmode": "replace"},
        },
        error_x={
            "type": "data",
            "array": [bar.prevented.standard_error for bar in shown],
            "color": palette.text,
            "thickness": 1.5,
            "width": 5,
        },
        customdata=[[one_line(bar.name), look.exact(bar.prevented)] for bar in shown],
        hovertemplate="<b>%{customdata[0]}</b><br>%{customdata[1]} per year<extra></extra>",
    )


def _amounts(shown: Sequence[Bar], places: list[int], look: Look) -> go.Scatter:
    """Write each amount past the end of its error bar, where it cannot be covered."""
    ends = [bar.prevented.value + _away(bar) * bar.prevented.standard_error for bar in shown]
    return go.Scatter(
        x=ends,
        y=places,
        mode="text",
        text=[f"\u2002{look.short(bar.prevented.value)}\u2002" for bar in shown],
        textposition=["middle right" if _away(bar) > 0 else "middle left" for bar in shown],
        textfont={"color": look.palette.text},
        hoverinfo="skip",
        cliponaxis=False,
    )


def _edge(amount: float, span: float, *, upper: bool) -> float:
    """Leave room beyond the last bar for its amount, and none on a side without bars."""
    if upper:
        return amount + 0.28 * span if amount > 0.0 else 0.02 * span
    return amount - 0.28 * span if amount < 0.0 else 0.0


def _away(bar: Bar) -> int:
    return 1 if bar.prevented.value > 0 else -1
