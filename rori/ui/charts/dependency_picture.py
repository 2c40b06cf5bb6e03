"""Who depends on whom, from what fails downwards: a row per system, an arc per dependency.

Rows keep every name readable on a narrow screen, where boxes and arrows would shrink.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import plotly.graph_objects as go

from rori.ui.charts.look import Look, faded, laid_out, one_line

_ROW_HEIGHT = 34
_REST_OF_CHART = 60
_POINTS_OF_ARC = 24
_NAME_LENGTH = 34


class State(StrEnum):
    """What becomes of a system in the event."""

    FAILS = "fails itself"
    STOPS = "stops"
    LOSES = "loses part"
    WORKS = "keeps working"


_SYMBOLS = {State.FAILS: "x", State.STOPS: "circle", State.LOSES: "circle-cross-open", State.WORKS: "circle-open"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One system of the picture: its name, what becomes of it, and that in words."""

    id: str
    name: str
    state: State
    told: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Arc:
    """One dependency: the consumer needs the provider; `carries` when the failure travels along it."""

    provider_id: str
    consumer_id: str
    carries: bool


def dependency_picture(nodes: Sequence[Node], arcs: Sequence[Arc], look: Look) -> go.Figure | None:
    """Draw the systems from top to bottom in the given order, with arcs to their left; None without systems."""
    if not nodes:
        return None
    rows = {node.id: row for row, node in enumerate(nodes)}
    names = {node.id: node.name for node in nodes}
    figure = go.Figure()
    for carries in (False, True):
        drawn = [arc for arc in arcs if arc.carries is carries and {arc.provider_id, arc.consumer_id} <= rows.keys()]
        if drawn:
            for trace in _arcs(drawn, rows, names, look):
                figure.add_trace(trace)
    for state in State:
        these = [node for node in nodes if node.state is state]
        if these:
            figure.add_trace(_marks(these, state, rows, look))
    laid_out(figure, look, _REST_OF_CHART + _ROW_HEIGHT * len(nodes))
    for node in nodes:
        figure.add_annotation(
            x=0.04, y=rows[node.id], text=_label(node, look), showarrow=False, xanchor="left", yanchor="middle"
        )
    figure.update_xaxes(visible=False, range=[-0.62, 1.0])
    figure.update_yaxes(visible=False, range=[len(nodes) - 0.4, -0.7])
    return figure


def _label(node: Node, look: Look) -> str:
    name = " ".join(node.name.split())
    name = one_line(name if len(name) <= _NAME_LENGTH else f"{name[: _NAME_LENGTH - 1]}…")
    if node.state is State.WORKS:
        return f'<span style="color:{look.palette.neutral}">{name}</span>'
    return f"<b>{name}</b>" if node.state is State.FAILS else name


def _arcs(arcs: Sequence[Arc], rows: dict[str, int], names: dict[str, str], look: Look) -> list[go.Scatter]:
    carries = arcs[0].carries
    colour = look.palette.without_measures if carries else faded(look.palette.neutral, 0.8)
    xs: list[float | None] = []
    ys: list[float | None] = []
    longest = max(1, len(rows) - 1)
    turn = np.linspace(0.0, np.pi, _POINTS_OF_ARC)
    heads: list[tuple[float, float, float, str]] = []
    for arc in arcs:
        first, last = rows[arc.provider_id], rows[arc.consumer_id]
        width = 0.08 + 0.5 * abs(last - first) / longest
        xs += [*(-width * np.sin(turn) - 0.02), None]
        ys += [*(first + (last - first) * (1.0 - np.cos(turn)) / 2.0), None]
        told = f"{names[arc.consumer_id]} needs {names[arc.provider_id]}"
        heads.append((-0.02 - width, (first + last) / 2.0, 0.0 if last < first else 180.0, one_line(told)))
    name = "Failure travels" if carries else "Dependency holds"
    lines = go.Scatter(
        name=name,
        x=xs,
        y=ys,
        mode="lines",
        line={"color": colour, "width": 2.5 if carries else 1.2, "dash": "solid" if carries else "dot"},
        hoverinfo="skip",
    )
    # An arrow half-way says which way the failure would travel, clear of the crowd at the ends.
    arrows = go.Scatter(
        x=[x for x, _, _, _ in heads],
        y=[y for _, y, _, _ in heads],
        mode="markers",
        marker={"symbol": "triangle-up", "angle": [a for _, _, a, _ in heads], "size": 9 if carries else 6}
        | {"color": colour},
        customdata=[told for _, _, _, told in heads],
        hovertemplate=f"<b>{name}</b><br>%{{customdata}}<extra></extra>",
        showlegend=False,
    )
    return [lines, arrows]


def _marks(nodes: Sequence[Node], state: State, rows: dict[str, int], look: Look) -> go.Scatter:
    hit = state is not State.WORKS
    return go.Scatter(
        name=state.value.capitalize(),
        x=[0.0] * len(nodes),
        y=[rows[node.id] for node in nodes],
        mode="markers",
        marker={
            "symbol": _SYMBOLS[state],
            "size": 13 if hit else 10,
            "color": look.palette.without_measures if hit else look.palette.neutral,
            "line": {"width": 2, "color": look.palette.without_measures if hit else look.palette.neutral},
        },
        customdata=[[one_line(node.name), one_line(node.told)] for node in nodes],
        hovertemplate="<b>%{customdata[0]}</b><br>%{customdata[1]}<extra></extra>",
    )
