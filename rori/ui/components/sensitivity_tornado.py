"""The tornado: which inputs move the figure of a case, and the table behind it."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from rori.economics.decisions.sensitivity import Tornado, TornadoBar
from rori.ui.charts import Look
from rori.ui.charts.tornado import Swing, tornado_chart
from rori.ui.components.case_plots import draw
from rori.ui.components.case_tables import Config, show_table
from rori.ui.components.case_words import unbroken
from rori.ui.components.sensitivity_words import input_name, input_value, what_drives
from rori.ui.context import escape
from rori.usecases.what_if import Question

MOST_BARS = 15


def tornado(asked: Question, found: Tornado, look: Look) -> None:
    """Draw the widest bars, and say what drives the figure."""
    portfolio, currency = asked.inputs.portfolio, asked.case.currency
    with st.container(border=True, key="drives"):
        st.subheader(unbroken(escape(what_drives(portfolio, found, currency))), anchor=False)
    moving = [bar for bar in found.bars if bar.swing > 0.0]
    in_money = found.rori is None
    swings = [_swing(asked, bar, in_money=in_money) for bar in moving[:MOST_BARS]]
    base = found.pv_prevented_eur if found.rori is None else found.rori
    alt = "Tornado of inputs, the widest swing on top"
    draw(tornado_chart(swings, base, look, in_money=in_money), alt, "tornado", "No input moves this figure.")
    more = f" The {MOST_BARS} widest of {len(moving)} are drawn." if len(moving) > MOST_BARS else ""
    st.caption(
        escape(
            "Each input is moved to its own P5 (low) and P95 (high), all others as expected; the line is the case as it is. "
            "Expected values on one fixed set of points, so without random error. A duration's estimate says how outages "
            "differ: its median is moved, and all its outages with it. Discount rate and horizon have no estimate: they are "
            f"moved by 2 percentage points and by 2 years.{more}"
        )
    )
    if moving:
        show_table("inputs and their swings", *_frame(asked, moving))


def _swing(asked: Question, bar: TornadoBar, *, in_money: bool) -> Swing:
    portfolio = asked.inputs.portfolio
    named = input_name(portfolio, bar)
    low = bar.pv_prevented_low_eur if in_money or bar.rori_low is None else bar.rori_low
    high = bar.pv_prevented_high_eur if in_money or bar.rori_high is None else bar.rori_high
    return Swing(
        name=named.whose,
        what=named.what if named.whose else named.what.capitalize(),
        low_value=input_value(portfolio, bar, bar.low_value),
        high_value=input_value(portfolio, bar, bar.high_value),
        low=low,
        high=high,
    )


def _frame(asked: Question, bars: list[TornadoBar]) -> tuple[pd.DataFrame, Config]:
    portfolio, currency = asked.inputs.portfolio, asked.case.currency
    columns: dict[str, list[object]] = {
        "Input": [str(input_name(portfolio, bar)) for bar in bars],
        "Low (P5)": [input_value(portfolio, bar, bar.low_value) for bar in bars],
        "High (P95)": [input_value(portfolio, bar, bar.high_value) for bar in bars],
        "RORI at low (%)": [_percent(bar.rori_low) for bar in bars],
        "RORI at high (%)": [_percent(bar.rori_high) for bar in bars],
        f"PV prevented at low ({currency})": [round(bar.pv_prevented_low_eur) for bar in bars],
        f"PV prevented at high ({currency})": [round(bar.pv_prevented_high_eur) for bar in bars],
        "Share of swings (%)": [_percent(bar.share_of_swing) for bar in bars],
    }
    frame = pd.DataFrame(columns)
    config: Config = {name: st.column_config.NumberColumn(format="localized") for name in list(columns)[3:]}
    return frame, config


def _percent(share: float | None) -> float | None:
    return None if share is None else round(100.0 * share, 1) + 0.0
