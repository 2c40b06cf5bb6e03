"""Taking what was found over into the failure mode."""

from __future__ import annotations

import streamlit as st

from rori.inventory.sheets import FAILURE_MODES
from rori.ui.components.calibration_mode import SEEN
from rori.ui.context import actor, errors_shown, flash, last_change, store
from rori.usecases.calibrating import CalibrationTarget, apply_calibration
from rori.usecases.observing import Observed
from rori.usecases.pictures import SaidOfMode


def apply_form(said: SaidOfMode, observed: Observed) -> None:
    """Choose what to take over, and write it."""
    st.subheader("Take it over")
    found = observed.result.duration
    has_duration = found is not None and found.n_outages > 0
    with st.container(horizontal=True):
        frequency = st.checkbox("Take over the frequency", value=True, key="take-frequency")
        duration = st.checkbox(
            "Take over the duration",
            value=has_duration,
            disabled=not has_duration,
            key=f"take-duration-{has_duration}",
        )
    st.text(f"P5, P50 and P95 of the column After are written, with the source: {observed.description}")
    if st.button("Apply to failure mode", type="primary", icon=":material/save:", key="calibration-apply"):
        target = CalibrationTarget(
            failure_mode_id=said.id, version=said.version, frequency=frequency, duration=duration and has_duration
        )
        _apply(target, observed)


def _apply(target: CalibrationTarget, observed: Observed) -> None:
    with errors_shown():
        apply_calibration(store(), actor(), target, observed.result, observed.description)
        key = target.failure_mode_id
        st.session_state.pop(SEEN, None)
        parts = [name for name, taken in (("frequency", target.frequency), ("duration", target.duration)) if taken]
        flash(f"{' and '.join(parts).capitalize()} taken over into {key}", undo=last_change(FAILURE_MODES.name, key))
        st.rerun()
