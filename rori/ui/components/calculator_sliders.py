"""The sliders of the calculator: by keyboard too, their places in the address of the page."""

from __future__ import annotations

import streamlit as st

from rori.economics.exact.sliders import Settings
from rori.ui.components import calculator_definitions as means
from rori.ui.formats import number
from rori.usecases.what_if import Question

FACTORS = (0.25, 0.33, 0.5, 0.67, 0.75, 0.8, 0.9, 1.0, 1.1, 1.25, 1.5, 1.75, 2.0, 2.5, 3.0, 4.0)
COST_FACTORS = (0.0, *FACTORS)
ALL = "All failure modes and common causes"
_MOST_PERCENT, _MOST_YEARS = 20.0, 20


def ask(asked: Question) -> Settings:
    """Draw the sliders and return where they stand."""
    case = asked.case
    with st.container(border=True, key="what-if"):
        sources = _labels(asked)
        source = st.selectbox(
            "Frequency and duration of", [ALL, *sources], key="what-source", bind="query-params", help=means.SOURCE
        )
        first, second = st.columns(3), st.columns(3)
        with first[0]:
            frequency = _factor("Frequency factor", "what-frequency", FACTORS, means.FREQUENCY)
        with first[1]:
            duration = _factor("Duration factor", "what-duration", FACTORS, means.DURATION)
        strength = first[2].slider(
            "Effect strength (%)", 0, 100, 100, 5, key="what-strength", bind="query-params", help=means.STRENGTH
        )
        with second[0]:
            cost = _factor("Cost factor", "what-cost", COST_FACTORS, means.COST)
        rate = second[1].slider(
            "Discount rate (% per year)",
            min(0.0, _percent(asked)),
            max(_MOST_PERCENT, _percent(asked)),
            _percent(asked),
            0.25,
            key=f"what-rate-{case.id}",
            help=means.RATE,
        )
        horizon = second[2].slider(
            "Horizon (years)",
            1,
            max(_MOST_YEARS, case.horizon_years),
            case.horizon_years,
            key=f"what-horizon-{case.id}",
            help=means.HORIZON,
        )
        st.button(
            "Back to the case's own inputs",
            icon=":material/restart_alt:",
            key="what-reset",
            on_click=_reset,
            args=(asked,),
        )
    return Settings(
        frequency=frequency,
        duration=duration,
        source_id=sources.get(str(source)),
        strength=strength / 100.0,
        cost=cost,
        discount_rate_per_year=None if rate == _percent(asked) else rate / 100.0,
        horizon_years=None if horizon == case.horizon_years else int(horizon),
    )


def is_moved(settings: Settings) -> bool:
    """Whether anything is turned; a chosen source alone turns nothing."""
    return (settings.frequency, settings.duration) != (1.0, 1.0) or settings != Settings(source_id=settings.source_id)


def _factor(label: str, key: str, options: tuple[float, ...], meaning: str) -> float:
    chosen = st.select_slider(label, options, value=1.0, format_func=_times, key=key, bind="query-params", help=meaning)
    return float(chosen)


def _times(factor: float) -> str:
    return f"\u00d7 {number(factor, 0 if factor == int(factor) else 2)}"


def _labels(asked: Question) -> dict[str, str]:
    """Return ids by label: the name, with the id where several share a name."""
    names = [source.name for source in asked.sources]
    return {
        source.name if names.count(source.name) == 1 else f"{source.name} ({source.id})": source.id
        for source in asked.sources
    }


def _percent(asked: Question) -> float:
    return round(100.0 * asked.case.discount_rate_per_year, 4)


def _reset(asked: Question) -> None:
    places = {"what-frequency": 1.0, "what-duration": 1.0, "what-cost": 1.0, "what-strength": 100, "what-source": ALL}
    places |= {f"what-rate-{asked.case.id}": _percent(asked), f"what-horizon-{asked.case.id}": asked.case.horizon_years}
    for key, value in places.items():
        st.session_state[key] = value
