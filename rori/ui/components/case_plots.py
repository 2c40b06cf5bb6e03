"""The charts of a run: a title that answers, a caption with the source, the table behind it."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go
import streamlit as st

from rori.economics.results import Comparison
from rori.ui.charts import Bar, Look, cash_flow_chart, curves_of, exceedance_chart, prevented_bars
from rori.ui.charts.breakdowns import CENT, MOST_BARS
from rori.ui.charts.look import CONFIG
from rori.ui.components import case_definitions as means
from rori.ui.components.case_tables import (
    cash_flow_table,
    comparison_table,
    exceedance_table,
    show_table,
    tolerance_table,
)
from rori.ui.components.case_words import bad_year, basis, money_over_time, where
from rori.ui.context import escape
from rori.ui.theme import palette
from rori.usecases.cases import SavedRun

TOTAL, LARGEST = "Total of a year (AEP)", "Largest event of a year (OEP)"


def draw(figure: go.Figure | None, alt: str, key: str, empty: str) -> None:
    """Put a figure on the page, or say why there is none."""
    if figure is None:
        st.info(empty, icon=":material/info:")
        return
    st.plotly_chart(figure, theme=None, key=key, alt=alt, config=CONFIG)


def look_of(saved: SavedRun) -> Look:
    """Return the look of the charts of a run."""
    return Look(palette=palette(), currency=saved.inputs.case.currency)


def exceedance(saved: SavedRun) -> None:
    """Draw how likely a year is that costs more than an amount, without and with the measures."""
    title = bad_year(saved)
    st.subheader(escape(title), anchor=False, help=means.EXCEEDANCE)
    kind = st.segmented_control(
        "Which loss", [TOTAL, LARGEST], default=TOTAL, required=True, key="curve", bind="query-params"
    )
    look = look_of(saved)
    figure = exceedance_chart(curves_of(saved.result, look, largest=kind == LARGEST), look)
    draw(figure, f"Loss exceedance curves. {title}.", "exceedance-chart", "Nothing is ever lost in this run.")
    st.caption(
        escape(
            f"{basis(saved)} Both axes are logarithmic; the curves end where fewer than 20 simulated years lie beyond. "
            "Bands show one standard error, from 20 batches of futures."
        )
    )
    frame, config = exceedance_table(saved.result, saved.inputs.case.currency)
    show_table("loss exceedance", frame, config)


def prevented_loss(saved: SavedRun) -> None:
    """Draw where the prevented loss comes from: systems, components, causes."""
    result, currency = saved.result, saved.inputs.case.currency
    names = {system.id: system.name for system in saved.inputs.portfolio.systems}
    systems = [(names[entry.system_id], entry.loss_eur_per_year) for entry in result.systems]
    kinds = {
        "System": systems,
        "Loss component": [(entry.component.value, entry.loss_eur_per_year) for entry in result.components],
        "Cause": [(entry.cause.value, entry.loss_eur_per_year) for entry in result.causes],
    }
    st.subheader(escape(where(systems, result.loss_eur_per_year.difference.value, currency)), anchor=False)
    by = st.segmented_control(
        "Prevented loss by", list(kinds), default="System", required=True, key="by", bind="query-params"
    )
    _breakdown(saved, str(by), kinds[str(by)])


def _breakdown(saved: SavedRun, by: str, rows: Sequence[tuple[str, Comparison]]) -> None:
    currency = saved.inputs.case.currency
    seen = [(name, loss) for name, loss in rows if loss.without.value or loss.with_measures.value]
    figure = prevented_bars([Bar(name=name, prevented=loss.difference) for name, loss in seen], look_of(saved))
    draw(figure, f"Prevented loss per year by {by.lower()}, largest on top", f"prevented-{by}", "No loss is prevented.")
    more = f" The {MOST_BARS} largest of {len(seen)} are drawn." if len(seen) > MOST_BARS else ""
    lesser = (
        " Hatched bars go up instead: the measures add loss there."
        if any(loss.difference.value <= -CENT for _, loss in seen)
        else ""
    )
    st.caption(
        escape(f"{basis(saved)} Mean per year in prices of year 0; whiskers show one standard error.{more}{lesser}")
    )
    if seen:
        frame, config = comparison_table(by, seen, currency)
        show_table(f"loss by {by.lower()}", frame, config)


def cash_flow(saved: SavedRun) -> None:
    """Draw what is paid and gained in each year, and when the money is back."""
    flows, case = saved.result.investment.cash_flows, saved.inputs.case
    title = money_over_time(saved)
    st.subheader(escape(title), anchor=False, help=means.CASH_FLOW)
    draw(cash_flow_chart(flows, look_of(saved)), f"Cash flow by year. {title}.", "cash-flow-chart", "")
    st.caption(
        escape(
            f"{basis(saved)} Expected flows in money of each year, nominal; capex falls at the start, the rest "
            f"{_FALLS[case.discounting.value]}. The line is discounted. Standard errors of the prevented loss are in the table."
        )
    )
    frame, config = cash_flow_table(flows, case.currency)
    show_table("cash flow by year", frame, config)


_FALLS = {
    "end-year": "at the end of its year",
    "mid-year": "in the middle of its year",
    "continuous": "evenly over its year",
}


def tolerance(saved: SavedRun) -> None:
    """Show how often systems outlast their impact tolerance, and the hours that they lose."""
    frame, config = tolerance_table(saved)
    if frame.empty:
        return
    st.subheader("How often is the impact tolerance exceeded?", anchor=False, help=f"{means.TOLERANCE} {means.HOURS}")
    st.dataframe(frame, hide_index=True, column_config=config, alt="Tolerance exceeded and hours lost, by system")
    st.caption(escape(f"{basis(saved)} {means.TOLERANCE} {means.HOURS}"))
