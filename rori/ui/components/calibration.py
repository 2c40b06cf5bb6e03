"""What an outage history says of frequency and duration, and taking it over into a failure mode."""

from __future__ import annotations

from datetime import datetime, timedelta

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from rori.economics.history.calibration import CalibrationResult
from rori.economics.inputs.estimates import LognormalEstimate
from rori.inventory.columns import Record
from rori.inventory.sheets import FAILURE_MODES, SYSTEMS
from rori.store import StoredRecord
from rori.ui.components.records import named, names_of
from rori.ui.context import actor, errors_shown, escape, flash, generation, kept, last_change, link, store
from rori.ui.formats import NOTHING, number, percent
from rori.ui.theme import palette
from rori.usecases.calibrating import CalibrationTarget, apply_calibration
from rori.usecases.inventory import list_records

Window = tuple[datetime, datetime]

_PARTS = {"events_per_year": "Frequency", "duration_hours": "Duration"}
_UNITS = {"events_per_year": "events/year", "duration_hours": "hours"}
_POINTS = 2_000
_SEEN = "calibration.seen"


def figure(value: float | None) -> str:
    """Show a rate or a time with about three significant digits."""
    if value is None:
        return NOTHING
    digits = 0 if value >= 100 else 1 if value >= 10 else 2 if value >= 1 else 3 if value >= 0.1 else 5
    return number(value, digits)


def show_result(result: CalibrationResult, window: Window) -> None:
    """Show what the outages say, in figures and words."""
    start, end = window
    rate, hours = result.events_per_year, result.duration_hours
    figures = (
        ("Outages", number(result.n_outages, 0)),
        ("Rate of one pair (events/year)", figure(rate.median)),
        ("Duration, median (hours)", figure(hours.median if hours else None)),
        ("Clustering (variance / mean)", figure(result.frequency.overdispersion)),
    )
    for place, (label, value) in zip(st.columns(len(figures)), figures, strict=True):
        place.metric(label, value, border=True)
    pairs = result.sample.n_cells
    merged = result.sample.n_merged
    lines = [
        f"Observed from {start:%Y-%m-%d} to {end - timedelta(days=1):%Y-%m-%d}, "
        f"{number(result.sample.window_years)} years, {number(pairs, 0)} pairs of service and location"
        + (f", {number(merged, 0)} overlapping entries merged." if merged else "."),
        (
            f"All pairs together: {figure(result.frequency.pooled_per_year)} outages per year. One pair has "
            f"{percent(result.frequency.cell_share)} of them: {_interval(rate, 'events/year')}."
        ),
        _clustering(result.frequency.overdispersion),
    ]
    if hours:
        lines.insert(2, f"Duration: {_interval(hours, 'hours')}.")
    st.markdown("\n".join(f"- {escape(line)}" for line in lines))
    if result.warnings:
        st.warning("\n".join(f"- {escape(warning)}" for warning in result.warnings), icon=":material/warning:")


def _interval(estimate: LognormalEstimate, unit: str) -> str:
    return (
        f"median {figure(estimate.median)} {unit}, with 90 % probability between "
        f"{figure(estimate.p5)} and {figure(estimate.p95)} {unit}"
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


def show_plots(result: CalibrationResult, window: Window) -> None:
    """Draw the fit of the durations and the monthly counts, each with its table."""
    left, right = st.columns(2)
    with left:
        _duration_plot(result)
    with right:
        _monthly_plot(result, window[0])


def _duration_plot(result: CalibrationResult) -> None:
    fit = result.duration
    st.markdown("**How long outages last**")
    if fit is None:
        st.text("No outage, so no duration.")
        return
    step = max(1, len(fit.sorted_hours) // _POINTS)
    hours, shares = fit.sorted_hours[::step], [100.0 * share for share in fit.plotting_positions[::step]]
    fitted = [100.0 * share for share in fit.fitted_shares[::step]]
    colours = palette()
    drawn = go.Figure()
    drawn.add_scatter(
        x=hours, y=shares, mode="markers", name="outages", marker={"color": colours.without_measures, "size": 6}
    )
    drawn.add_scatter(
        x=hours, y=fitted, mode="lines", name="fitted lognormal", line={"color": colours.with_measures, "width": 2}
    )
    drawn.update_xaxes(type="log", title="Duration (hours, log scale)")
    drawn.update_yaxes(title="Share of outages up to it (%)", range=[0, 100])
    distance = NOTHING if fit.ks_distance is None else number(fit.ks_distance, 3)
    alt = f"Share of {fit.n_outages} outages up to each duration, beside the fitted lognormal; largest gap {distance}"
    _draw(drawn, alt, "duration-plot")
    with st.expander("Table of durations"):
        table = pd.DataFrame({"Hours": hours, "Share of outages (%)": shares, "Share by the fit (%)": fitted})
        st.dataframe(table, hide_index=True, alt="Durations and their shares")


def _monthly_plot(result: CalibrationResult, start: datetime) -> None:
    counts = result.frequency.monthly_counts
    st.markdown("**Outages in each twelfth of a year, all pairs**")
    if not counts:
        st.text("The observed time is too short for monthly counts.")
        return
    length = timedelta(days=365.0 / 12.0)
    months = [start + position * length for position in range(len(counts))]
    drawn = go.Figure()
    drawn.add_bar(x=months, y=counts, marker={"color": palette().neutral}, name="outages")
    drawn.update_xaxes(title="Start of the month (of 30.4 days)")
    drawn.update_yaxes(title="Outages", rangemode="tozero")
    _draw(drawn, f"Number of outages in each of {len(counts)} months, at most {max(counts)}", "monthly-plot")
    with st.expander("Table of monthly counts"):
        table = pd.DataFrame({"Month from": [f"{month:%Y-%m-%d}" for month in months], "Outages": counts})
        st.dataframe(table, hide_index=True, alt="Outages in each month")


def _draw(drawn: go.Figure, alt: str, key: str) -> None:
    colours = palette()
    for axis in (drawn.update_xaxes, drawn.update_yaxes):
        axis(title_font_color=colours.text, tickfont_color=colours.text, gridcolor=colours.grid)
    drawn.update_layout(
        height=340, margin={"l": 10, "r": 10, "t": 10, "b": 10}, legend={"orientation": "h", "y": 1.12, "x": 0}
    )
    st.plotly_chart(drawn, key=key, alt=alt, config={"displayModeBar": False})


def apply_form(result: CalibrationResult, description: str) -> None:
    """Choose a failure mode and what to take over, see old and new values, and write them."""
    st.subheader("Take it over")
    records = {str(r.values[FAILURE_MODES.key]): r for r in list_records(store(), FAILURE_MODES.name)}
    if not records:
        st.markdown("There is no failure mode to take it over into yet.")
        link("failure-modes", "Add a failure mode", icon=":material/add:")
        return
    systems = names_of(SYSTEMS)
    chosen = st.selectbox(
        "Failure mode",
        list(records),
        format_func=lambda key: _label(records[key].values, systems),
        key="calibration-target",
    )
    seen = kept(_SEEN, (chosen, generation()), lambda: records[chosen])
    with st.container(horizontal=True):
        frequency = st.checkbox("Take over the frequency", value=True, key="take-frequency")
        has_duration = result.duration_hours is not None
        duration = st.checkbox(
            "Take over the duration", value=has_duration, disabled=not has_duration, key="take-duration"
        )
    _old_and_new(seen, result, {"events_per_year": frequency, "duration_hours": duration and has_duration})
    st.text(f"Source: {description}")
    if st.button("Apply to failure mode", type="primary", icon=":material/save:", key="calibration-apply"):
        target = CalibrationTarget(
            failure_mode_id=chosen, version=seen.version, frequency=frequency, duration=duration and has_duration
        )
        _apply(target, result, description)


def _label(record: Record, systems: dict[str, str]) -> str:
    system = systems.get(str(record["system_id"]), str(record["system_id"]))
    return f"{system}: {named({str(record['id']): str(record['name'])}, str(record['id']))}"


def _old_and_new(seen: StoredRecord, result: CalibrationResult, taken: dict[str, bool]) -> None:
    estimates = {"events_per_year": result.events_per_year, "duration_hours": result.duration_hours}
    rows = []
    for name, estimate in estimates.items():
        if estimate is None or not taken[name]:
            continue
        for level, new in (("p5", estimate.p5), ("p50", estimate.median), ("p95", estimate.p95)):
            old = seen.values[f"{name}_{level}"]
            rows.append(
                {
                    "What": f"{_PARTS[name]}, {level.upper()} ({_UNITS[name]})",
                    "Now": figure(old) if isinstance(old, int | float) else "(empty)",
                    "Becomes": figure(new),
                }
            )
    if rows:
        st.dataframe(pd.DataFrame(rows), hide_index=True, width=520, alt="Values now and after taking it over")


def _apply(target: CalibrationTarget, result: CalibrationResult, description: str) -> None:
    with errors_shown():
        apply_calibration(store(), actor(), target, result, description)
        key = target.failure_mode_id
        st.session_state.pop(_SEEN, None)
        parts = [name for name, taken in (("frequency", target.frequency), ("duration", target.duration)) if taken]
        flash(f"{' and '.join(parts).capitalize()} taken over into {key}", undo=last_change(FAILURE_MODES.name, key))
        st.rerun()
