"""What the observation makes of the estimates, in words, figures and a table of before and after."""

from __future__ import annotations

from datetime import timedelta

import pandas as pd
import streamlit as st

from rori.economics.history.calibration import CalibrationResult
from rori.economics.inputs.estimates import LognormalEstimate
from rori.ui.charts.calibration import figure_text as figure
from rori.ui.components.case_words import unbroken
from rori.ui.context import escape
from rori.ui.formats import NOTHING, number, percent
from rori.usecases.observing import Observed
from rori.usecases.pictures import SaidOfMode


def show_answer(said: SaidOfMode, observed: Observed) -> None:
    """Show what is known now, beside what was said and what the outages say alone."""
    result = observed.result
    with st.container(border=True, key="calibration-answer"):
        st.subheader(unbroken(escape(_headline(said, result))), anchor=False)
    _figures(result)
    _before_and_after(said, result)
    st.markdown("\n".join(f"- {unbroken(escape(line))}" for line in _lines(observed)))
    if result.warnings:
        st.warning("\n".join(f"- {escape(warning)}" for warning in result.warnings), icon=":material/warning:")


def _headline(said: SaidOfMode, result: CalibrationResult) -> str:
    rate, before = result.events_per_year, said.events_per_year
    one = f" for one of {number(result.sample.n_cells, 0)} pairs" if result.sample.n_cells > 1 else ""
    text = (
        f"{_outages(result)} in {number(result.sample.window_years)} years: expect {figure(rate.median)} a year{one} "
        f"(90 %: {figure(rate.p5)} to {figure(rate.p95)}) where {figure(before.median)} were said"
    )
    hours = _duration_seen(result)
    if hours is None:
        return f"{text}."
    return (
        f"{text}, of {figure(hours.median)} hours (90 %: {figure(hours.p5)} to {figure(hours.p95)}) "
        f"where {figure(said.duration_hours.median)} were said."
    )


def _duration_seen(result: CalibrationResult) -> LognormalEstimate | None:
    """Return the duration where outages say something of it."""
    return result.duration.estimate if result.duration is not None and result.duration.n_outages else None


def _outages(result: CalibrationResult) -> str:
    count = result.n_outages
    return "No outage" if count == 0 else "1 outage" if count == 1 else f"{number(count, 0)} outages"


def _figures(result: CalibrationResult) -> None:
    hours = _duration_seen(result)
    figures = (
        ("Outages", number(result.n_outages, 0)),
        ("Rate, median (events/year)", figure(result.events_per_year.median)),
        ("Duration, median (hours)", figure(hours.median if hours else None)),
        ("Clustering (variance / mean)", figure(result.frequency.overdispersion)),
    )
    known = [(label, value) for label, value in figures if value != NOTHING]
    for place, (label, value) in zip(st.columns(len(known)), known, strict=True):
        place.metric(label, value, border=True)


def _before_and_after(said: SaidOfMode, result: CalibrationResult) -> None:
    duration = result.duration
    rows = _rows(
        "Frequency", "events/year", said.events_per_year, result.frequency.alone.estimate(), result.events_per_year
    )
    if duration is not None and duration.n_outages:
        rows += _rows("Duration", "hours", said.duration_hours, duration.alone, duration.estimate)
    st.dataframe(
        pd.DataFrame(rows), hide_index=True, alt="P5, P50 and P95 as said, by the observation alone, and after both"
    )


def _rows(
    name: str, unit: str, said: LognormalEstimate, alone: LognormalEstimate | None, after: LognormalEstimate
) -> list[dict[str, str]]:
    def levels(estimate: LognormalEstimate | None) -> tuple[float | None, float | None, float | None]:
        return (None, None, None) if estimate is None else (estimate.p5, estimate.median, estimate.p95)

    columns = zip(("P5", "P50", "P95"), levels(said), levels(alone), levels(after), strict=True)
    return [
        {
            "What": f"{name}, {level} ({unit})",
            "Before, as said": figure(before),
            "Observation alone": figure(data),
            "After": figure(now),
        }
        for level, before, data, now in columns
    ]


def _lines(observed: Observed) -> list[str]:
    result = observed.result
    lines = [_observed(observed), _what_counts(result)]
    if result.sample.n_cells > 1:
        lines.append(
            f"All pairs together: {figure(result.frequency.pooled_per_year)} outages per year. One pair has "
            f"{percent(result.frequency.cell_share)} of them."
        )
    if result.n_outages:
        lines.append(_clustering(result.frequency.overdispersion))
    return lines


def _observed(observed: Observed) -> str:
    sample = observed.result.sample
    if observed.window is None:
        return f"Observed for {number(sample.window_years)} years without an outage: that is information too."
    start, end = observed.window
    merged = f", {number(sample.n_merged, 0)} overlapping entries merged." if sample.n_merged else "."
    pairs = "1 pair" if sample.n_cells == 1 else f"{number(sample.n_cells, 0)} pairs"
    return (
        f"Observed from {start:%Y-%m-%d} to {end - timedelta(days=1):%Y-%m-%d}, {number(sample.window_years)} years, "
        f"{pairs} of service and location{merged}"
    )


def _what_counts(result: CalibrationResult) -> str:
    fit, duration = result.frequency, result.duration
    observed = fit.exposure_years / fit.widened_by
    if fit.prior.exposure_years > 0.0:
        text = (
            f"For the frequency, the estimate counts like {number(fit.prior.exposure_years)} years of one service at one location, "
            f"the observation like {number(observed)}."
        )
    else:
        text = (
            f"For the frequency, the observation counts alone, {number(observed)} years of one service at one location."
        )
    if duration is None or not duration.n_outages:
        return text
    if duration.prior is None:
        return f"{text} For the duration, the outages count alone ({duration.n_outages})."
    return (
        f"{text} For the duration, the estimate counts like {number(duration.prior.weight, 0)} outages, "
        f"the observation like {number(duration.n_outages, 0)}."
    )


def _clustering(ratio: float | None) -> str:
    if ratio is None:
        return "Clustering cannot be told from so few outages or months."
    if ratio > 1.2:
        return (
            f"Monthly counts vary {figure(ratio)} times as much as chance alone would make them: outages come in "
            "clusters, so the same number of them says less about the rate."
        )
    return f"Monthly counts vary about as much as chance alone makes them (ratio {figure(ratio)})."
