"""Which failure mode is to be calibrated, and what was said of it."""

from __future__ import annotations

import math
from collections import Counter

import pandas as pd
import streamlit as st

from rori.economics.history.pictures import EstimatePicture
from rori.economics.inputs.estimates import LognormalEstimate
from rori.ui.charts import Look
from rori.ui.charts.calibration import figure_text
from rori.ui.charts.estimates import estimate_chart
from rori.ui.components.case_plots import draw
from rori.ui.context import escape, generation, kept, link, store
from rori.ui.formats import percent
from rori.ui.theme import palette
from rori.usecases.pictures import SaidOfMode, picture_mode, said_of_modes

SEEN = "calibration.seen"
_CHOICE = "calibration-target"
_CERTAIN = "none: one certain value"


def choose_mode() -> SaidOfMode | None:
    """Ask for the failure mode; its estimates are those of when it was chosen, so that a change by others is noticed."""
    modes = {mode.id: mode for mode in said_of_modes(store())}
    if not modes:
        st.markdown("There is no failure mode to calibrate yet.")
        link("failure-modes", "Add a failure mode", icon=":material/add:")
        link("start", "Load the sample", icon=":material/science:")
        return None
    if st.session_state.get(_CHOICE, next(iter(modes))) not in modes:
        del st.session_state[_CHOICE]
    labels = _labels(list(modes.values()))
    chosen = st.selectbox(
        "Failure mode", list(modes), format_func=lambda key: labels[key], key=_CHOICE, persist_state="session"
    )
    return kept(SEEN, (chosen, generation()), lambda: modes[chosen])


def _labels(modes: list[SaidOfMode]) -> dict[str, str]:
    plain = {mode.id: f"{mode.system_name}: {mode.name}" for mode in modes}
    times = Counter(plain.values())
    return {key: label if times[label] == 1 else f"{label} ({key})" for key, label in plain.items()}


def show_said(said: SaidOfMode, *, is_open: bool) -> None:
    """Draw the three estimates with what follows from them; folded where something was observed since."""
    with st.expander("What was said", expanded=is_open, icon=":material/record_voice_over:"):
        st.caption(
            f"Source: {escape(said.source) or 'none given'}. Solid lines were said, dotted ones follow; the shaded area holds "
            "nine cases in ten. Hover for exact values."
        )
        pictures, look = picture_mode(said), Look(palette=palette())
        for place, (title, axis, picture, write) in zip(
            st.columns(3),
            (
                ("How often", "Events per year", pictures.frequency, figure_text),
                ("How long", "Hours", pictures.duration, figure_text),
                ("How much of the capacity", "Capacity lost", pictures.capacity_lost, _share),
            ),
            strict=True,
        ):
            with place:
                st.markdown(f"**{title}**")
                marks = ", ".join(f"{name} {write(value)}" for name, value, _ in picture.marks)
                draw(
                    estimate_chart(picture, axis, look, write), f"{title}: {marks}", f"said-{axis}", "Nothing was said."
                )
        _table(said, pictures.capacity_lost)


def _share(value: float) -> str:
    return percent(value, 0 if math.isclose(100.0 * value, round(100.0 * value)) else 1)


def _table(said: SaidOfMode, capacity: EstimatePicture) -> None:
    levels = {name: value for name, value, _ in capacity.marks}
    rows = [
        _interval_row("Frequency (events/year)", said.events_per_year),
        _interval_row("Duration (hours)", said.duration_hours),
        {
            "What": "Capacity lost (share)",
            "Curve": _CERTAIN if said.capacity_lost.is_certain else "PERT",
            **{name: _share(levels.get(name, said.capacity_lost.low)) for name in ("P5", "P50", "P95")},
            "Mean": _share(said.capacity_lost.mean),
        },
    ]
    st.dataframe(pd.DataFrame(rows), hide_index=True, alt="The estimates as curves: P5, P50, P95 and mean")


def _interval_row(name: str, estimate: LognormalEstimate) -> dict[str, str]:
    below, above = estimate.log_scales
    curve = "lognormal" if abs(above - below) < 1e-9 else "lognormal in two pieces, through the median"
    return {
        "What": name,
        "Curve": _CERTAIN if estimate.p5 == estimate.p95 else curve,
        "P5": figure_text(estimate.p5),
        "P50": figure_text(estimate.median),
        "P95": figure_text(estimate.p95),
        "Mean": figure_text(estimate.mean),
    }
