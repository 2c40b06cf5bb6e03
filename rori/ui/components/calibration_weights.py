"""How much the estimates count against what was observed."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from rori.usecases.observing import PriorWeights, can_be_weighed, weights_at_first
from rori.usecases.pictures import SaidOfMode

_MOST_OUTAGES = 50


def ask_weights(said: SaidOfMode, mark: str, *, with_duration: bool = True) -> PriorWeights:
    """Ask for both weights; `mark` names what was observed, which must not count twice."""
    st.subheader("How much should the estimate count?")
    at_first = weights_at_first(said, mark)
    if at_first != PriorWeights():
        st.warning(
            "The source of this failure mode names what you see here: its estimate holds these observations already. "
            "It counts for nothing now, so that they do not count twice.",
            icon=":material/warning:",
        )
    frequency, duration = st.columns(2)
    place = f"{said.id}-{said.version}-{mark}"
    share = _frequency(frequency, said, at_first.frequency, f"weight-frequency-{place}")
    outages = _duration(duration, said, at_first.duration_outages, f"weight-duration-{place}") if with_duration else 0.0
    return PriorWeights(frequency=share, duration_outages=outages)


def _frequency(place: DeltaGenerator, said: SaidOfMode, at_first: float, key: str) -> float:
    if not can_be_weighed(said.events_per_year):
        place.text(_not_weighed("frequency"))
        return 0.0
    share = place.slider(
        "The estimated frequency counts (%)",
        0,
        100,
        round(100.0 * at_first),
        5,
        key=key,
        help="100 %: in full, as surely as its P5 and P95 say. 50 %: half as many years of experience. "
        "0 %: not at all, the outages speak alone.",
    )
    return share / 100.0


def _duration(place: DeltaGenerator, said: SaidOfMode, at_first: float, key: str) -> float:
    if not can_be_weighed(said.duration_hours):
        place.text(_not_weighed("duration"))
        return 0.0
    worth = place.slider(
        "The estimated duration is worth (outages)",
        0,
        _MOST_OUTAGES,
        round(at_first),
        key=key,
        help="As many real outages as you would trade the estimate for; 3 unless you know better. "
        "0: not at all, the outages speak alone.",
    )
    return float(worth)


def _not_weighed(what: str) -> str:
    return f"The {what} is said to be certain, or never: there is no doubt to weigh, so only the outages count."
