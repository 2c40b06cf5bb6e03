"""Plots of what was said, what was observed and both together, each with its table."""

from __future__ import annotations

from datetime import datetime, timedelta

import pandas as pd
import streamlit as st

from rori.economics.history.calibration import CalibrationResult
from rori.economics.history.durations import share_curves
from rori.economics.history.frequency import FrequencyFit
from rori.economics.history.rates import GammaRate
from rori.ui.charts import Look
from rori.ui.charts.calibration import (
    ALONE,
    AS_SAID,
    TOGETHER,
    Belief,
    belief_chart,
    duration_chart,
    figure_text,
    monthly_chart,
)
from rori.ui.components.case_plots import draw
from rori.ui.components.case_tables import show_table
from rori.ui.formats import NOTHING, number
from rori.ui.theme import palette
from rori.usecases.observing import Observed

_LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)


def show_plots(observed: Observed) -> None:
    """Draw rate and duration before and after, and when the outages came."""
    result, look = observed.result, Look(palette=palette())
    left, right = st.columns(2)
    with left:
        _rate_plot(result.frequency, look)
    with right:
        _duration_plot(result, look)
    if observed.window is not None and result.n_outages:
        _monthly_plot(result, observed.window[0], look)


def _rate_plot(fit: FrequencyFit, look: Look) -> None:
    st.markdown("**How often: events per year**")
    curves = fit.curves
    sides = [
        (AS_SAID, fit.prior, curves.prior),
        (ALONE, fit.alone, curves.alone),
        (TOGETHER if curves.prior is not None else ALONE, fit.posterior, curves.posterior),
    ]
    known = [(name, rate, densities) for name, rate, densities in sides if densities is not None]
    beliefs = [Belief(name=name, densities=densities, interval=_interval(rate)) for name, rate, densities in known]
    figure = belief_chart(curves.values, beliefs, "Events per year", look)
    draw(figure, "; ".join(f"{belief.name}: {belief.interval}" for belief in beliefs), "rate-plot", "")
    table = {"What is known": [name for name, _, _ in known]} | {
        f"P{round(100 * level)}": [figure_text(rate.quantile(level)) for _, rate, _ in known] for level in _LEVELS
    }
    show_table("events per year", pd.DataFrame(table), {})


def _interval(rate: GammaRate) -> str:
    low, middle, high = (figure_text(rate.quantile(level)) for level in (0.05, 0.5, 0.95))
    return f"median {middle}, 90 % between {low} and {high} events/year"


def _duration_plot(result: CalibrationResult, look: Look) -> None:
    fit = result.duration
    st.markdown("**How long: share of outages that are over**")
    if fit is None or not fit.n_outages:
        st.text("No outage, so the duration stays as it was said.")
        return
    curves = share_curves(fit)
    distance = NOTHING if fit.ks_distance is None else number(fit.ks_distance, 3)
    alt = f"Share of {fit.n_outages} outages that are over within each duration; largest gap to a lognormal {distance}"
    draw(duration_chart(fit, curves, look), alt, "duration-plot", "")
    shares = {"Share of outages (%)": fit.plotting_positions, "Share by the fit (%)": fit.fitted_shares}
    table = {"Hours": [round(hours, 4) for hours in fit.sorted_hours]} | {
        name: [round(100.0 * share, 2) for share in values] for name, values in shares.items()
    }
    show_table("durations", pd.DataFrame(table), {})


def _monthly_plot(result: CalibrationResult, start: datetime, look: Look) -> None:
    counts = result.frequency.monthly_counts
    st.markdown("**When: outages in each twelfth of a year, all pairs**")
    length = timedelta(days=365.0 / 12.0)
    months = [start + position * length for position in range(len(counts))]
    alt = f"Number of outages in each of {len(counts)} months, at most {max(counts)}"
    draw(monthly_chart(months, counts, look), alt, "monthly-plot", "")
    table = pd.DataFrame({"Month from": [f"{month:%Y-%m-%d}" for month in months], "Outages": counts})
    show_table("monthly counts", table, {})
