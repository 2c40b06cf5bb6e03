"""What was observed: a file of outages, or a time in which nothing happened."""

from __future__ import annotations

import streamlit as st

from rori.ui.components.calibration_weights import ask_weights
from rori.ui.components.outages import choose_outages, outage_file
from rori.usecases.calibrating import CalibrationChoice
from rori.usecases.observing import (
    Observed,
    mark_of,
    observed_in_history,
    observed_quiet,
    quiet_mark,
    weigh,
)
from rori.usecases.pictures import SaidOfMode

_FILE, _QUIET = "An outage history", "No outage at all"


def gather(said: SaidOfMode) -> Observed | None:
    """Ask what was observed and how much the estimate counts; None until there is something."""
    st.subheader("What was observed")
    kind = st.segmented_control(
        "What was observed",
        [_FILE, _QUIET],
        default=_FILE,
        required=True,
        key="observed",
        bind="query-params",
        label_visibility="collapsed",
    )
    return _quiet(said) if kind == _QUIET else _history(said)


def _history(said: SaidOfMode) -> Observed | None:
    read = outage_file()
    if read is None:
        return None
    choice = choose_outages(read)
    weights = ask_weights(said, mark_of(read))
    with st.spinner("Fitting"):
        return observed_in_history(read, weigh(choice, said, weights))


def _quiet(said: SaidOfMode) -> Observed | None:
    years = st.number_input(
        "Years watched without an outage",
        min_value=0.1,
        max_value=1000.0,
        value=None,
        step=0.5,
        format="%g",
        key="quiet-years",
        placeholder="e.g. 3",
        width=320,
        help="Zero incidents in so many years is information too: the rate becomes lower, the duration stays as it is. "
        "Count only years that the estimate does not know of yet.",
    )
    if years is None:
        st.caption("Nothing is saved until you apply a result to the failure mode.")
        return None
    weights = ask_weights(said, quiet_mark(years), with_duration=False)
    return observed_quiet(years, weigh(CalibrationChoice(), said, weights))
