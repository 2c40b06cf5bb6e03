"""Tornado: what each input does to a figure at its own P5 and P95, the widest on top."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from rori.ui.charts.look import Look, faded, laid_out, money_ticks, one_line
from rori.ui.formats import percent

_ROW_HEIGHT = 42
_REST_OF_CHART = 110
_LABEL = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Swing:
    """One input: what it is and whose, its low and high value in words, and the figure at both."""

    name: str
    what: str
    low_value: str
    high_value: str
    low: float
    high: float


def tornado_chart(swings: Sequence[Swing], base: float, look: Look, *, in_money: bool = False) -> go.Figure | None:
    """Draw a row per input, from the base to the figure at its low and at its high value; None when nothing moves it."""
    shown = [swing for swing in swings if swing.low != swing.high][::-1]
    if not shown:
        return None
    write = look.amount if in_money else percent
    palette = look.palette
    figure = go.Figure(
        [
            _ends("At its low value (P5)", shown, base, write, colour=palette.without_measures, low=True),
            _ends("At its high value (P95)", shown, base, write, colour=palette.with_measures, low=False),
        ]
    )
    laid_out(figure, look, _REST_OF_CHART + _ROW_HEIGHT * len(shown))
    figures = [value for swing in shown for value in (swing.low, swing.high)]
    figure.update_layout(barmode="overlay", bargap=0.3)
    figure.update_xaxes(
        title_text="PV prevented loss" if in_money else "RORI",
        **(money_ticks([*figures, base], look, count=3) if in_money else {"tickformat": ",.0%", "nticks": 6}),
    )
    figure.update_yaxes(
        tickvals=list(range(len(shown))),
        ticktext=[two_lines(swing.name, swing.what) for swing in shown],
        showgrid=False,
        range=[-0.6, len(shown) - 0.4],
    )
    figure.add_vline(x=base, line_color=palette.text, line_width=1.5)
    if not in_money and min(figures) < 0.0 < max(figures):
        figure.add_vline(x=0.0, line_color=palette.neutral, line_width=1, line_dash="dot")
    return figure


def two_lines(name: str, what: str) -> str:
    """Write whose an input is above what it is, each cut to one line."""
    return "<br>".join(
        one_line(part if len(part) <= _LABEL else f"{part[: _LABEL - 1]}\u2026") for part in (name, what) if part
    )


def _ends(
    name: str, shown: Sequence[Swing], base: float, write: Callable[[float], str], *, colour: str, low: bool
) -> go.Bar:
    ends = [swing.low if low else swing.high for swing in shown]
    told = [swing.low_value if low else swing.high_value for swing in shown]
    return go.Bar(
        name=name,
        orientation="h",
        base=base,
        x=[end - base for end in ends],
        y=list(range(len(shown))),
        marker={
            "color": colour,
            "line": {"color": colour, "width": 1},
            "pattern": {"shape": "/", "bgcolor": faded(colour, 0.25), "fgcolor": colour, "size": 6} if low else None,
        },
        customdata=[
            [one_line(f"{swing.name}: {swing.what}" if swing.name else swing.what), one_line(value), write(end)]
            for swing, value, end in zip(shown, told, ends, strict=True)
        ],
        hovertemplate="<b>%{customdata[0]}</b><br>at %{customdata[1]}: %{customdata[2]}<extra></extra>",
    )
