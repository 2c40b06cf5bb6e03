"""Loss exceedance curves: how likely a year is that costs more than an amount."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from rori.economics.results import CaseResult, ExceedancePoint, Simulated
from rori.ui.charts.look import Look, faded, laid_out, log_money_ticks, one_line
from rori.ui.formats import number, percent

_HEIGHT = 420
_TICKS = (0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001, 0.0005, 0.0002, 0.0001, 0.00001)


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """One line of the chart: what it is called, how it looks, and the loss that is exceeded with each probability."""

    name: str
    colour: str
    dash: str
    points: tuple[tuple[float, Simulated], ...]


def curves_of(result: CaseResult, look: Look, *, largest: bool = False) -> tuple[Curve, Curve]:
    """Return the curves without and with the measures, of the year's total or of its largest event."""

    def points(with_measures: bool) -> tuple[tuple[float, Simulated], ...]:
        return tuple(
            (p.probability, loss_of(p, largest=largest, with_measures=with_measures)) for p in result.exceedance
        )

    return (
        Curve(name="Without measures", colour=look.palette.without_measures, dash="solid", points=points(False)),
        Curve(name="With measures", colour=look.palette.with_measures, dash="dash", points=points(True)),
    )


def loss_of(point: ExceedancePoint, *, largest: bool, with_measures: bool) -> Simulated:
    """Return the loss of one point of one curve."""
    if largest:
        return point.largest_with if with_measures else point.largest_without
    return point.annual_with if with_measures else point.annual_without


def exceedance_chart(curves: Sequence[Curve], look: Look) -> go.Figure | None:
    """Draw curves on logarithmic axes, each with a band of one standard error; None when nothing is ever lost."""
    figure = go.Figure()
    losses: list[float] = []
    for curve in curves:
        seen = [(probability, loss) for probability, loss in curve.points if loss.value > 0.0]
        if len(seen) > 1:
            figure.add_trace(_band(curve, seen))
            figure.add_trace(_line(curve, seen, look))
            losses += [loss.value for _, loss in seen]
    if not losses:
        return None
    laid_out(figure, look, _HEIGHT)
    figure.update_layout(hovermode="y unified")
    lowest = min(probability for curve in curves for probability, _ in curve.points)
    figure.update_xaxes(
        type="log",
        title_text="Loss in a year, in prices of year 0",
        range=[math.log10(_left_edge(losses)), math.log10(max(losses) * 1.15)],
        **log_money_ticks(losses, look),
    )
    figure.update_yaxes(
        type="log",
        title_text="Chance that a year costs more",
        unifiedhovertitle={"text": "Chance per year: %{y:.3~%}"},
        range=[math.log10(lowest * 0.85), 0.0],
        tickvals=[tick for tick in _TICKS if tick >= lowest * 0.85],
        ticktext=[chance(tick) for tick in _TICKS if tick >= lowest * 0.85],
    )
    return figure


def chance(probability: float) -> str:
    """Write a probability with its return period: 1 %, 1 in 100."""
    return f"{percent(probability, _digits(probability))}, 1 in {number(1.0 / probability, 0)}"


def _digits(probability: float) -> int:
    return max(0, -math.floor(math.log10(probability * 100.0) + 1e-9))


def _left_edge(losses: list[float]) -> float:
    """Begin the axis where losses matter: small ones fill decades of a logarithmic axis with nothing to see."""
    return max(min(losses) * 0.9, max(losses) / 1e5)


def _line(curve: Curve, seen: list[tuple[float, Simulated]], look: Look) -> go.Scatter:
    return go.Scatter(
        x=[loss.value for _, loss in seen],
        y=[probability for probability, _ in seen],
        mode="lines",
        name=one_line(curve.name),
        line={"color": curve.colour, "dash": curve.dash, "width": 2.5},
        customdata=[[look.exact(loss), chance_in_words(probability)] for probability, loss in seen],
        hovertemplate="<b>%{fullData.name}</b>: more than %{customdata[0]}<br>%{customdata[1]}<extra></extra>",
    )


def chance_in_words(probability: float) -> str:
    """Write a probability per year as a sentence part."""
    years = number(1.0 / probability, 1 if probability > 0.1 else 0)
    return f"in {percent(probability, max(1, _digits(probability)))} of the years, once in {years} years"


def _band(curve: Curve, seen: list[tuple[float, Simulated]]) -> go.Scatter:
    floor = min(loss.value for _, loss in seen) * 0.5
    high = [(probability, loss.value + loss.standard_error) for probability, loss in seen]
    low = [(probability, max(loss.value - loss.standard_error, floor)) for probability, loss in seen]
    around = [*high, *reversed(low)]
    return go.Scatter(
        x=[loss for _, loss in around],
        y=[probability for probability, _ in around],
        mode="lines",
        line={"width": 0},
        fill="toself",
        fillcolor=faded(curve.colour, 0.2),
        hoverinfo="skip",
        showlegend=False,
    )
