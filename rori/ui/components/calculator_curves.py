"""The exact loss exceedance curves of the calculator, and the table behind them."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from rori.economics.exact.figures import ExactResult
from rori.economics.results import Simulated
from rori.ui.charts import Curve, Look, exceedance_chart
from rori.ui.components import calculator_definitions as defined
from rori.ui.components import case_definitions as means
from rori.ui.components.calculator_figures import Seen
from rori.ui.components.case_plots import LARGEST, TOTAL, draw
from rori.ui.components.case_tables import Config, show_table
from rori.ui.context import escape
from rori.ui.theme import palette

RAREST = 1e-4
_TABLE_STEP = 3


class CertainLook(Look):
    """A look for figures without random error."""

    __slots__ = ()

    def exact(self, figure: Simulated) -> str:
        """Write an amount, for a hover text."""
        return self.amount(figure.value)


def curves(seen: Seen) -> None:
    """Draw how likely a costly year is; where sliders are turned the case's own curves stand beside."""
    st.subheader("How likely is a costly year?", anchor=False, help=means.EXCEEDANCE)
    kind = st.segmented_control("Which loss", [TOTAL, LARGEST], default=TOTAL, required=True, key="what-curve")
    figure = "largest" if kind == LARGEST else "annual"
    colours = palette()
    drawn = [
        _curve("Without measures", colours.without_measures, "solid", seen.now, f"{figure}_without"),
        _curve("With measures", colours.with_measures, "dash", seen.now, f"{figure}_with"),
    ]
    if seen.moved:
        drawn += [
            _curve("Without, in the case", colours.neutral, "dot", seen.base, f"{figure}_without"),
            _curve("With, in the case", colours.neutral, "dashdot", seen.base, f"{figure}_with"),
        ]
    look = CertainLook(palette=colours, currency=seen.currency)
    alt = "Loss exceedance curves, exact, without and with the measures"
    draw(exceedance_chart(drawn, look), alt, "what-chart", "Nothing is ever lost.")
    st.caption(escape(f"Both axes are logarithmic. {defined.METHOD}"))
    show_table("loss exceedance where the sliders stand", *_frame(seen.now, seen.currency))


def _curve(name: str, colour: str, dash: str, result: ExactResult, figure: str) -> Curve:
    points = tuple(
        (point.probability, Simulated(value=float(getattr(point, figure)), standard_error=0.0))
        for point in result.exceedance
        if point.probability >= RAREST
    )
    return Curve(name=name, colour=colour, dash=dash, points=points)


def _frame(result: ExactResult, currency: str) -> tuple[pd.DataFrame, Config]:
    points = [point for point in result.exceedance if point.probability >= RAREST][::_TABLE_STEP]
    amounts = {
        f"Total without ({currency})": [round(point.annual_without) for point in points],
        f"Total with ({currency})": [round(point.annual_with) for point in points],
        f"Largest without ({currency})": [round(point.largest_without) for point in points],
        f"Largest with ({currency})": [round(point.largest_with) for point in points],
    }
    frame = pd.DataFrame(
        {
            "Chance of more (%/year)": [round(100.0 * point.probability, 3) for point in points],
            "Return period (years)": [round(1.0 / point.probability, 1) for point in points],
            **amounts,
        }
    )
    return frame, {name: st.column_config.NumberColumn(format="localized") for name in frame.columns}
