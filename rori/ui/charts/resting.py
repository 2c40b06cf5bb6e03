"""From claimed to evidenced: a bar for each, and between them what rests on each measure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from rori.ui.charts.look import Look, faded, laid_out, money_ticks, one_line, plain

_ROW_HEIGHT = 46
_REST_OF_CHART = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Rests:
    """What of the claimed prevented loss per year rests on one measure, and why."""

    name: str
    eur_per_year: float
    why: str


def resting_chart(claimed: float, rests: Sequence[Rests], look: Look) -> go.Figure | None:
    """Draw claimed (hatched) on top, each part that falls away, evidenced (solid) at the bottom; None without loss."""
    if not claimed:
        return None
    left = [claimed]
    for one in rests:
        left.append(left[-1] - one.eur_per_year)
    # What the parts leave may be a rounding error below or above nothing.
    evidenced = left[-1] if abs(left[-1]) > 1e-9 * abs(claimed) else 0.0
    count = len(rests) + 2
    figure = go.Figure(
        [
            _whole("Claimed", claimed, count - 1, look),
            _parts(rests, left, look),
            _whole("Evidenced", evidenced, 0, look),
            _amounts([claimed, *(-one.eur_per_year for one in rests), evidenced], left, look),
        ]
    )
    laid_out(figure, look, _REST_OF_CHART + _ROW_HEIGHT * count)
    low, high = min(0.0, *left), max(0.0, *left)
    figure.update_layout(showlegend=False, bargap=0.3)
    figure.update_xaxes(
        title_text="Prevented loss per year",
        range=[low - (0.3 * (high - low) if low < 0.0 else 0.0), high + 0.3 * (high - low)],
        **money_ticks(left, look, count=3),
    )
    names = ["Evidenced", *(one.name for one in rests[::-1]), "Claimed"]
    figure.update_yaxes(
        tickvals=list(range(count)),
        ticktext=[plain(name, 26) for name in names],
        showgrid=False,
        range=[-0.6, count - 0.4],
    )
    return figure


def _whole(name: str, amount: float, place: int, look: Look) -> go.Bar:
    colour = look.palette.with_measures
    hatched = {"shape": "/", "bgcolor": faded(colour, 0.2), "fgcolor": colour, "size": 6}
    return go.Bar(
        orientation="h",
        x=[amount],
        y=[place],
        marker={
            "color": colour,
            "line": {"color": colour, "width": 1},
            "pattern": hatched if name == "Claimed" else None,
        },
        customdata=[look.amount(amount)],
        hovertemplate=f"<b>{name}</b><br>%{{customdata}} prevented per year<extra></extra>",
    )


def _parts(rests: Sequence[Rests], left: Sequence[float], look: Look) -> go.Bar:
    colour = look.palette.without_measures
    return go.Bar(
        orientation="h",
        base=[left[i + 1] for i in range(len(rests))],
        x=[one.eur_per_year for one in rests],
        y=[len(rests) - i for i in range(len(rests))],
        marker={
            "color": colour,
            "line": {"color": colour, "width": 1},
            "pattern": {"shape": "/", "bgcolor": faded(colour, 0.2), "fgcolor": colour, "size": 6},
        },
        customdata=[[one_line(one.name), look.amount(one.eur_per_year), one_line(one.why)] for one in rests],
        hovertemplate=(
            "<b>%{customdata[0]}</b><br>%{customdata[1]} per year rest on it<br>%{customdata[2]}<extra></extra>"
        ),
    )


def _amounts(amounts: Sequence[float], left: Sequence[float], look: Look) -> go.Scatter:
    """Write each amount right of its bar."""
    ends = [left[0], *left[:-1], left[-1]]
    return go.Scatter(
        x=[max(end, 0.0) for end in ends],
        y=list(range(len(amounts)))[::-1],
        mode="text",
        text=[f"\u2002{look.short(amount)}" for amount in amounts],
        textposition="middle right",
        textfont={"color": look.palette.text},
        hoverinfo="skip",
        cliponaxis=False,
    )
