"""What estimates mean on average: events and hours per year, read only."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from rori.inventory.rows import common_cause_of, failure_mode_of
from rori.inventory.sheets import COMMON_CAUSES, FAILURE_MODES, SYSTEMS
from rori.ui.components.records import names_of
from rori.ui.context import store
from rori.usecases.inventory import list_records

_EVENTS = "Mean events per year"
_HOURS = "Mean duration (hours)"
_LOST = "Expected hours lost per year"


def expected_failure_modes() -> None:
    """Show the averages of each failure mode, the largest first."""
    records = list_records(store(), FAILURE_MODES.name)
    if not records:
        return
    systems = names_of(SYSTEMS)
    rows = []
    for record in records:
        mode = failure_mode_of(record.values)
        events, hours, capacity = mode.events_per_year.mean, mode.duration_hours.mean, mode.capacity_lost.mean
        rows.append(
            {
                "Failure mode": mode.name,
                "System": systems.get(mode.system_id, mode.system_id),
                _LOST: events * hours * capacity,
                _EVENTS: events,
                _HOURS: hours,
                "Mean capacity lost (%)": 100.0 * capacity,
            }
        )
    st.subheader("What this means on average")
    st.caption(
        "Means of the saved estimates, which lie above the medians because long outages weigh more. "
        "Hours lost are hours of the full capacity of the system itself, before dependencies."
    )
    _table(rows, "Failure modes")


def expected_common_causes() -> None:
    """Show the averages of each common cause, the largest first."""
    records = list_records(store(), COMMON_CAUSES.name)
    if not records:
        return
    exposed = [str(tag) for r in list_records(store(), SYSTEMS.name) for tag in r.values["tags"] or ()]  # type: ignore[union-attr]
    rows = []
    for record in records:
        cause = common_cause_of(record.values)
        events, hours = cause.events_per_year.mean, cause.duration_hours.mean
        hit = exposed.count(cause.tag) * cause.share_reached * cause.hit_probability
        rows.append(
            {
                "Common cause": cause.name,
                _LOST: events * hours * hit,
                "Exposed systems": exposed.count(cause.tag),
                "Mean systems hit": hit,
                _EVENTS: events,
                _HOURS: hours,
            }
        )
    st.subheader("What this means on average")
    st.caption("Means of the saved estimates. Hours lost are added up over the systems that are hit.")
    _table(rows, "Common causes")


def _table(rows: list[dict[str, object]], what: str) -> None:
    table = pd.DataFrame(rows).sort_values(_LOST, ascending=False, ignore_index=True)
    looks = {
        _EVENTS: st.column_config.NumberColumn(format="%.3f"),
        _HOURS: st.column_config.NumberColumn(format="%.2f"),
        _LOST: st.column_config.NumberColumn(format="%.2f"),
        "Mean capacity lost (%)": st.column_config.NumberColumn(format="%.0f"),
        "Mean systems hit": st.column_config.NumberColumn(format="%.2f"),
    }
    st.dataframe(table, hide_index=True, column_config=looks, alt=f"{what} with expected hours lost per year")
