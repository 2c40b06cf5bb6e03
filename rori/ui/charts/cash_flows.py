"""Money over time: what is paid and what is gained in each year, and what has come back so far."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from rori.economics.results import YearFlow
from rori.ui.charts.look import Look, faded, laid_out, money_ticks

_HEIGHT = 430


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """One kind of flow: its amount in each year, gains above 0, and how its bars look."""

    name: str
    amounts: tuple[float, ...]
    colour: str
    shape: str


def cash_flow_chart(flows: Sequence[YearFlow], look: Look) -> go.Figure:
    """Draw bars per year, gains up and payments down, with the cumulative present value as a line."""
    years = [flow.year for flow in flows]
    figure = go.Figure([_bars(part, flows, look) for part in _parts(flows, look) if any(part.amounts)])
    figure.add_trace(_cumulative(flows, look))
    laid_out(figure, look, _HEIGHT)
    heights = [sum(a for part in _parts(flows, look) if (a := part.amounts[i]) > 0.0) for i in range(len(flows))]
    depths = [sum(a for part in _parts(flows, look) if (a := part.amounts[i]) < 0.0) for i in range(len(flows))]
    totals = [flow.cumulative_present_value_eur for flow in flows]
    figure.update_layout(barmode="relative", bargap=0.3)
    figure.update_xaxes(title_text="Year of the case, 0 is the start", tickvals=_year_ticks(years), showgrid=False)
    figure.update_yaxes(title_text="Money of that year", **money_ticks([*heights, *depths, *totals], look, count=5))
    figure.add_hline(y=0.0, line_color=look.palette.neutral, line_width=1)
    return figure


def _parts(flows: Sequence[YearFlow], look: Look) -> tuple[_Part, ...]:
    palette = look.palette

    def part(name: str, amounts: Sequence[float], colour: str, shape: str) -> _Part:
        return _Part(name=name, amounts=tuple(amounts), colour=colour, shape=shape)

    return (
        part("Prevented loss", [flow.prevented_eur.value for flow in flows], palette.prevented, ""),
        part("Dividend", [flow.dividend_eur for flow in flows], palette.with_measures, "."),
        part("Capex", [-flow.capex_eur for flow in flows], palette.without_measures, ""),
        part("Opex", [-flow.opex_eur for flow in flows], palette.without_measures, "/"),
        part("Tax", [-flow.tax_eur for flow in flows], palette.neutral, "x"),
    )


def _bars(part: _Part, flows: Sequence[YearFlow], look: Look) -> go.Bar:
    exact = [
        look.exact(flow.prevented_eur) if part.name == "Prevented loss" else look.amount(amount)
        for flow, amount in zip(flows, part.amounts, strict=True)
    ]
    return go.Bar(
        name=part.name,
        x=[flow.year for flow in flows],
        y=[amount or None for amount in part.amounts],
        marker={
            "color": part.colour,
            "line": {"color": part.colour, "width": 1},
            "pattern": {"shape": part.shape, "bgcolor": faded(part.colour, 0.25), "fgcolor": part.colour, "size": 6}
            if part.shape
            else None,
        },
        customdata=exact,
        hovertemplate="<b>%{fullData.name}, year %{x}</b><br>%{customdata}<extra></extra>",
    )


def _cumulative(flows: Sequence[YearFlow], look: Look) -> go.Scatter:
    return go.Scatter(
        name="Cumulative present value",
        x=[flow.year for flow in flows],
        y=[flow.cumulative_present_value_eur for flow in flows],
        mode="lines+markers",
        line={"color": look.palette.text, "width": 2.5},
        marker={"size": 8, "symbol": "diamond"},
        customdata=[look.amount(flow.cumulative_present_value_eur) for flow in flows],
        hovertemplate="<b>%{fullData.name}, up to year %{x}</b><br>%{customdata}<extra></extra>",
    )


def _year_ticks(years: list[int]) -> list[int]:
    step = max(1, len(years) // 10)
    return years[::step]
