"""What all charts share: colours of the theme, axes in money, text of users shown as it is."""

from __future__ import annotations

import html
import math
import textwrap
from collections.abc import Iterable
from dataclasses import dataclass

import plotly.graph_objects as go

from rori.economics.results import Simulated
from rori.ui.formats import money, short_money
from rori.ui.theme import DARK, Palette

CONFIG = {"displaylogo": False, "displayModeBar": False, "scrollZoom": False}
"""How charts behave on the page: no tool bar, no zoom that would steal the scroll of the page."""

CLEAR = "rgba(0,0,0,0)"
_LABEL_WIDTH = 20
_LABEL_LINES = 2
_FEW_DECADES = 3
_LIGHT_BOX, _DARK_BOX = "#FFFFFF", "#1D242A"


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """The colours of the reader's theme and the currency of the case."""

    palette: Palette
    currency: str = "EUR"

    def exact(self, figure: Simulated) -> str:
        """Write an amount with its standard error, for a hover text."""
        return html.escape(f"{money(figure.value, self.currency)} ± {money(figure.standard_error, self.currency)}")

    def amount(self, value: float) -> str:
        """Write an exact amount, for a hover text."""
        return html.escape(money(value, self.currency))

    def short(self, value: float) -> str:
        """Write a rounded amount, for an axis or a label."""
        return html.escape(short_money(value, self.currency))


def plain(text: str, width: int = _LABEL_WIDTH) -> str:
    """Return text of a user for a label: no markup, wrapped, cut where it is too long."""
    lines = textwrap.wrap(" ".join(text.split()), width=width, max_lines=_LABEL_LINES, placeholder="…")
    return "<br>".join(html.escape(line) for line in lines) or "\u2013"


def one_line(text: str) -> str:
    """Return text of a user for a hover text: no markup."""
    return html.escape(" ".join(text.split()))


def box_colour(look: Look) -> str:
    """Return what stands behind text that must be read on top of a chart."""
    return _DARK_BOX if look.palette == DARK else _LIGHT_BOX


def faded(colour: str, opacity: float) -> str:
    """Return a colour that lets the background through."""
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},{opacity})"


def laid_out(figure: go.Figure, look: Look, height: int) -> go.Figure:
    """Give a figure the layout of all charts, readable on a light and on a dark page."""
    palette = look.palette
    figure.update_layout(
        template=None,
        height=height,
        paper_bgcolor=CLEAR,
        plot_bgcolor=CLEAR,
        font={"family": "Source Sans, sans-serif", "size": 14, "color": palette.text},
        margin={"l": 8, "r": 8, "t": 8, "b": 8},
        legend={"orientation": "h", "x": 0, "xanchor": "left", "y": 1.02, "yanchor": "bottom", "bgcolor": CLEAR},
        hoverlabel={
            "font": {"family": "Source Sans, sans-serif", "size": 14, "color": palette.text},
            "align": "left",
            "bgcolor": box_colour(look),
            "bordercolor": palette.neutral,
        },
        dragmode=False,
        separators=".,",
    )
    shared = {
        "title_font_size": 14,
        "gridcolor": palette.grid,
        "linecolor": palette.neutral,
        "zerolinecolor": palette.neutral,
    }
    figure.update_xaxes(automargin=True, fixedrange=True, showgrid=True, zeroline=False, **shared)
    figure.update_yaxes(automargin=True, fixedrange=True, showgrid=True, zeroline=False, **shared)
    return figure


def money_ticks(values: Iterable[float], look: Look, count: int = 4) -> dict[str, object]:
    """Return ticks of an axis in money: round amounts from the lowest to the highest value, 0 among them."""
    amounts = [value for value in values if math.isfinite(value)]
    low, high = min([0.0, *amounts]), max([0.0, *amounts])
    if high == low:
        return {"tickvals": [0.0], "ticktext": [look.short(0.0)]}
    step = _round_step((high - low) / count)
    ticks = [step * i for i in range(math.floor(low / step), math.ceil(high / step) + 1)]
    return {"tickvals": ticks, "ticktext": [look.short(tick) for tick in ticks]}


def log_money_ticks(values: Iterable[float], look: Look) -> dict[str, object]:
    """Return ticks of a logarithmic axis in money: powers of ten around the values, more for few decades; values are above 0."""
    amounts = [value for value in values if value > 0.0]
    low, high = math.floor(math.log10(min(amounts))), math.ceil(math.log10(max(amounts)))
    between = (1.0, 2.0, 5.0) if high - low <= _FEW_DECADES else (1.0,)
    ticks = [factor * 10.0**power for power in range(low, high + 1) for factor in between]
    return {"tickvals": ticks, "ticktext": [look.short(tick) for tick in ticks]}


def _round_step(step: float) -> float:
    power = 10.0 ** math.floor(math.log10(step))
    return next(factor * power for factor in (1.0, 2.0, 5.0, 10.0) if factor * power >= step * 0.999)
