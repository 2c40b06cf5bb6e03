"""Two runs side by side: figures, curves, and what differs in their inputs."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import streamlit as st

from rori.economics.results import Simulated
from rori.inventory.columns import ValueKind
from rori.ui.charts import Look, curves_of, exceedance_chart
from rori.ui.components import case_definitions as means
from rori.ui.components.case_differences import FigurePair, InputChange, figure_pairs, input_changes
from rori.ui.components.case_figures import table
from rori.ui.components.case_plots import LARGEST, TOTAL, draw
from rori.ui.context import escape
from rori.ui.formats import NOTHING, number, percent, short_money
from rori.ui.theme import palette
from rori.usecases.cases import SavedRun


def figures(first: SavedRun, second: SavedRun) -> None:
    """Draw the figures of both runs and their difference, and say how far it can be trusted."""
    ours, theirs = first.inputs.case.currency, second.inputs.case.currency
    st.subheader("Figures side by side", anchor=False)
    rows = [
        [
            pair.label,
            _shown(pair, pair.first, ours),
            _shown(pair, pair.second, theirs),
            NOTHING if pair.kind == "money" and ours != theirs else _shown(pair, pair.difference, ours, signed=True),
        ]
        for pair in figure_pairs(first.result, second.result)
    ]
    table(("Figure", "First run (A)", "Second run (B)", "B - A"), rows, right=(1, 2, 3))
    if ours != theirs:
        st.warning(
            escape(f"The runs are in different currencies, {ours} and {theirs}: differences in money mean nothing."),
            icon=":material/warning:",
        )
    st.caption(means.STANDARD_ERROR)
    _how_far(first, second)


def _how_far(first: SavedRun, second: SavedRun) -> None:
    """Say whether chance separates the runs."""
    if first.run.seed != second.run.seed:
        st.info(
            "The seeds differ, so the runs saw different futures: part of each difference is chance. A difference that is "
            "smaller than twice its ± may be nothing else. Run both with one seed to compare them in the same futures.",
            icon=":material/casino:",
        )
        return
    st.markdown(
        "The seed is the same, so both runs see the same events wherever their inputs agree. The ± of a difference is that "
        "of independent runs and therefore mostly too large."
    )


def _shown(pair: FigurePair, figure: Simulated | None, currency: str, *, signed: bool = False) -> str:
    if figure is None:
        return "not reached" if pair.kind == "years" and not signed else NOTHING
    sign = "+" if signed and figure.value > 0.0 else ""

    def write(value: float) -> str:
        match pair.kind:
            case "money":
                return short_money(value, currency)
            case "share":
                return percent(value)
            case "years":
                return f"{number(value)} years"
            case _:
                return number(value, 2)

    error = f" ± {write(figure.standard_error)}" if figure.standard_error else ""
    return f"{sign}{write(figure.value)}{error}"


def curves(first: SavedRun, second: SavedRun) -> None:
    """Draw the loss exceedance curves of both runs on one plot."""
    st.subheader("How likely is a costly year in both?", anchor=False, help=means.EXCEEDANCE)
    kind = st.segmented_control("Which loss", [TOTAL, LARGEST], default=TOTAL, required=True, key="compare-curve")
    colours = palette()
    look = Look(palette=colours, currency=first.inputs.case.currency)
    a_without, a_with = curves_of(first.result, look, largest=kind == LARGEST)
    b_without, b_with = curves_of(second.result, look, largest=kind == LARGEST)
    chosen = [
        replace(a_without, name="A without measures"),
        replace(a_with, name="A with measures"),
        replace(b_with, name="B with measures", colour=colours.prevented, dash="dot"),
    ]
    if b_without.points != a_without.points:
        chosen.insert(2, replace(b_without, name="B without measures", colour=colours.neutral, dash="dashdot"))
    draw(
        exceedance_chart(chosen, look), "Loss exceedance curves of both runs", "compare-chart", "Nothing is ever lost."
    )
    st.caption("Source: both runs. Bands show one standard error. Exact points stand in the tables of each run's page.")


def inputs(first: SavedRun, second: SavedRun) -> None:
    """Say what differs in what the runs were made from."""
    st.subheader("What differs in the inputs", anchor=False)
    changes = input_changes(first, second)
    if not changes:
        st.markdown("Nothing: both runs were made from the same inputs.")
    else:
        rows = [{"Input": c.what, "A": _written(c, c.first), "B": _written(c, c.second)} for c in changes]
        st.dataframe(pd.DataFrame(rows), hide_index=True, alt="Inputs that differ between both runs")
    if first.run.model_version != second.run.model_version:
        st.info(
            escape(
                f"The runs were made with different model versions, {first.run.model_version} and "
                f"{second.run.model_version}."
            ),
            icon=":material/info:",
        )


def _written(change: InputChange, value: object) -> str:
    if value is None:
        return "none"
    if change.kind is ValueKind.SHARE and isinstance(value, float):
        return percent(value, 2)
    if change.kind is ValueKind.MONEY and isinstance(value, float):
        return number(value, 0)
    return str(value)
