"""How much each measure of a case adds: alone, last in, and its Shapley share."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from rori.economics.decisions.shares import SharesOfSet
from rori.ui.charts import Look
from rori.ui.charts.waterfall import waterfall_chart
from rori.ui.components.case_plots import draw
from rori.ui.components.case_tables import Config
from rori.ui.components.case_words import unbroken
from rori.ui.components.sensitivity_words import overlap
from rori.ui.context import escape
from rori.usecases.what_if import Question

ALONE = "Prevented if it is the only measure."
LAST_IN = "What is lost if it is left out while all others are bought (marginal)."
SHAPLEY = (
    "Mean of what it adds over all orders in which the measures could be bought (Shapley 1953). The shares add up to what "
    "the whole set prevents."
)


def measures(asked: Question, found: SharesOfSet, look: Look) -> None:
    """Draw what each measure adds up to the whole, and the table with all three values."""
    names = {measure.id: measure.name for measure in asked.inputs.portfolio.measures}
    st.subheader("What is each measure worth?", anchor=False, help=SHAPLEY)
    st.markdown(unbroken(escape(overlap(found, asked.case.currency))))
    if not found.shares:
        return
    ordered = sorted(found.shares, key=lambda share: -share.shapley_eur)
    parts = [(names[share.measure_id], share.shapley_eur) for share in ordered]
    drawn = waterfall_chart(parts, "All together", look)
    draw(drawn, "Waterfall of prevented loss by Shapley share", "waterfall", "These measures prevent no loss.")
    orders = "over all orders" if found.n_orders is None else f"over {found.n_orders} orders drawn at random"
    st.caption(
        escape(
            f"Present value of prevented loss, expected, by Shapley share: the mean of what a measure adds {orders}. What "
            "measures require or exclude of one another is not looked at here."
        )
    )
    frame, config = _frame(names, found, asked.case.currency)
    st.dataframe(frame, hide_index=True, column_config=config, alt="Measures: alone, last in, Shapley share")


def _frame(names: dict[str, str], found: SharesOfSet, currency: str) -> tuple[pd.DataFrame, Config]:
    ordered = sorted(found.shares, key=lambda share: -share.shapley_eur)
    money: dict[str, tuple[list[float], str]] = {
        f"Stand-alone ({currency})": ([share.alone_eur for share in ordered], ALONE),
        f"Last in ({currency})": ([share.last_in_eur for share in ordered], LAST_IN),
        f"Shapley share ({currency})": ([share.shapley_eur for share in ordered], SHAPLEY),
    }
    if found.n_orders is not None:
        errors = [share.shapley_standard_error for share in ordered]
        money[f"Shapley ± ({currency})"] = (errors, "Standard error from the orders that were drawn.")
    columns: dict[str, list[object]] = {"Measure": [names[share.measure_id] for share in ordered]}
    columns |= {name: [round(value) + 0 for value in values] for name, (values, _) in money.items()}
    columns["Share of the whole (%)"] = [
        None if share.shapley_share is None else round(100.0 * share.shapley_share, 1) for share in ordered
    ]
    config: Config = {
        name: st.column_config.NumberColumn(format="localized", help=meaning) for name, (_, meaning) in money.items()
    }
    config["Measure"] = st.column_config.TextColumn(width="medium")
    config["Share of the whole (%)"] = st.column_config.NumberColumn(format="localized")
    return pd.DataFrame(columns), config
