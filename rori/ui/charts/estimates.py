"""An estimate as a curve: where P5 and P95 lie, and what lies between them."""

from __future__ import annotations

import math
from collections.abc import Callable

import plotly.graph_objects as go

from rori.economics.history.pictures import EstimatePicture
from rori.ui.charts.calibration import log_ticks
from rori.ui.charts.look import CLEAR, Look, box_colour, faded, laid_out

_HEIGHT = 280
_ROOM = 0.08


def estimate_chart(picture: EstimatePicture, title: str, look: Look, write: Callable[[float], str]) -> go.Figure:
    """Draw the curve, shade the nine tenths between P5 and P95, mark what was said (solid) and what follows (dotted)."""
    figure = go.Figure()
    top = max(picture.densities) or 1.0
    if len(picture.values) > 1:
        _curve(figure, picture, look.palette.with_measures)
    laid_out(figure, look, _HEIGHT)
    said, follow = _marks(picture, said=True), _marks(picture, said=False)
    for name, value in said:
        _stem(figure, value, 1.12 * top, look, f"{name}: {write(value)}, said")
        _label(figure, picture, value, 1.12 * top, f"{name}<br>{write(value)}")
    for position, (name, value) in enumerate(follow):
        # The middle one stands lower: it may lie beside a line that was said.
        height = (0.12 if len(follow) > 1 and position == 1 else 0.45) * top
        _stem(figure, value, height, look, f"{name}: {write(value)}, follows", dash="dot")
        _label(figure, picture, value, height, f"{name}<br>{write(value)}", box_colour(look))
    figure.update_layout(showlegend=False)
    figure.update_yaxes(range=[0, 1.42 * top], showticklabels=False, showgrid=False, showline=False)
    _axis(figure, picture, title, write)
    return figure


def _marks(picture: EstimatePicture, *, said: bool) -> list[tuple[str, float]]:
    """Return the marks by value; names at one value share a label."""
    found: dict[float, list[str]] = {}
    for name, value, was_said in picture.marks:
        if was_said is said:
            found.setdefault(value, []).append(name)
    return [(", ".join(found[value]), value) for value in sorted(found)]


def _curve(figure: go.Figure, picture: EstimatePicture, colour: str) -> None:
    figure.add_scatter(
        x=picture.values,
        y=picture.densities,
        mode="lines",
        line={"color": colour, "width": 2.5},
        customdata=[100.0 * share for share in picture.shares],
        hovertemplate="%{customdata:.1f} % lie below %{x:.3~g}<extra></extra>",
    )
    points = zip(picture.values, picture.densities, picture.shares, strict=True)
    inside = [(value, density) for value, density, share in points if 0.05 <= share <= 0.95]
    figure.add_scatter(
        x=[value for value, _ in inside],
        y=[density for _, density in inside],
        mode="lines",
        line={"width": 0},
        fill="tozeroy",
        fillcolor=faded(colour, 0.25),
        hoverinfo="skip",
    )


def _stem(figure: go.Figure, value: float, height: float, look: Look, hover: str, dash: str = "solid") -> None:
    colours = look.palette
    figure.add_scatter(
        x=[value, value],
        y=[0.0, height],
        mode="lines",
        line={"color": colours.without_measures if dash == "solid" else colours.neutral, "width": 2, "dash": dash},
        hovertemplate=f"{hover}<extra></extra>",
    )


def _label(
    figure: go.Figure, picture: EstimatePicture, value: float, height: float, text: str, behind: str = CLEAR
) -> None:
    # Annotations, unlike axes, take the exponent on a logarithmic axis.
    place = math.log10(value) if picture.is_logarithmic and value > 0.0 else value
    figure.add_annotation(
        x=place, y=height, text=text, showarrow=False, yanchor="bottom", bgcolor=behind, borderpad=1, font_size=13
    )


def _axis(figure: go.Figure, picture: EstimatePicture, title: str, write: Callable[[float], str]) -> None:
    figure.update_xaxes(title_text=title)
    marked = [value for _, value, _ in picture.marks]
    low, high = min(*picture.values, *marked), max(*picture.values, *marked)
    if picture.is_logarithmic and low > 0.0:
        if len(picture.values) == 1:
            low, high = low / 10.0, high * 10.0
        figure.update_xaxes(type="log", **log_ticks((low, high)))
        return
    room = _ROOM * (high - low) or 0.1
    figure.update_xaxes(range=[low - room, high + room])
    ticks = [low + part * (high - low) / 4.0 for part in range(5)] if high > low else [low]
    figure.update_xaxes(tickvals=ticks, ticktext=[write(tick) for tick in ticks])
