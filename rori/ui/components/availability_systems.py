"""How available every system is, alone and with what it depends on, and against its targets."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from rori.ui.charts.timeline import span
from rori.ui.context import escape
from rori.ui.formats import number, percent
from rori.usecases.availability import AvailabilityAnswer, SystemRow

_MOST_ROWS = 40
_SYSTEM = st.column_config.TextColumn("System", pinned=True)


def answer_sentence(answer: AvailabilityAnswer) -> None:
    """Say which system is the least available, and which misses its targets most."""
    worst = answer.rows[0]
    if worst.found.minutes_down_per_year == 0.0:
        st.markdown("No system is ever down: there is no failure mode and no common cause yet.")
        return
    first = (
        f"**{escape(worst.system.name)}** is the least available: "
        f"**{_hours_a_year(worst.found.minutes_down_per_year)}** a year with less than its full capacity, "
        f"{escape(percent(worst.found.availability, 2))} available with all it depends on."
    )
    parts = [first]
    late = [row for row in answer.rows if row.found.restored_within_tolerance is not None]
    if late:
        row = min(late, key=lambda one: one.found.restored_within_tolerance or 0.0)
        parts.append(
            f"**{escape(row.system.name)}** keeps its impact tolerance least often: "
            f"{escape(percent(row.found.restored_within_tolerance, 0))} of its own outages are restored within "
            f"{escape(span(row.system.impact_tolerance_hours or 0.0))}."
        )
    st.markdown(" ".join(parts))


def _hours_a_year(minutes: float) -> str:
    return escape(f"{number(minutes / 60.0)} hours" if minutes >= 120 else f"{number(minutes, 0)} minutes")


def systems_table(answer: AvailabilityAnswer) -> None:
    """Draw availability alone and with dependencies, the least available first."""
    st.subheader("Availability, the lowest first")
    rows = [_availability_row(row) for row in answer.rows]
    table = pd.DataFrame(rows)
    if answer.case is None:
        table = table.drop(columns="live")
    looks: dict[str, Any] = {
        "System": _SYSTEM,
        "together": _number(
            "Down (min/year)",
            "localized",
            "Minutes a year in which any part of the capacity is lost, through its own outages, what it depends on and "
            "common causes; expected values.",
        ),
        "live": _number(
            "With measures (min/year)", "localized", "The same while all measures of the chosen case are live."
        ),
        "share": _number("Available (%)", "%.3f", "Share of the year with full capacity, dependencies included."),
        "nines": _number("Nines", "%.2f", "-log10(1 - availability): 3 nines are 99.9 %, 526 minutes down a year."),
        "own": _number("Own (min/year)", "localized", "The same from its own outages alone."),
        "own_share": _number("Own available (%)", "%.3f", "MTBF / (MTBF + MTTR), from its own failure modes alone."),
        "own_nines": _number("Own nines", "%.2f", "Nines from its own failure modes alone."),
        "full": _number(
            "Full-capacity loss (min/year)",
            "localized",
            "Minutes of full capacity lost a year, dependencies included: an hour at half capacity counts 30 minutes.",
        ),
    }
    st.dataframe(
        table, hide_index=True, column_config=looks, alt="Availability by system, the lowest first", **_fit(table)
    )


def _availability_row(row: SystemRow) -> dict[str, object]:
    found = row.found
    return {
        "System": row.system.name,
        "together": round(found.minutes_down_per_year),
        "live": None if row.minutes_with_measures is None else round(row.minutes_with_measures),
        "share": 100.0 * found.availability,
        "nines": _finite(found.nines),
        "own": round(found.own_minutes_down_per_year),
        "own_share": 100.0 * found.own_availability,
        "own_nines": _finite(found.own_nines),
        "full": round(row.full_minutes_per_year),
    }


def targets_table(rows: Sequence[SystemRow]) -> None:
    """Draw how often and how long each system fails on its own, against RTO and impact tolerance."""
    failing = [row for row in rows if row.found.mttr_hours is not None]
    st.subheader("Own outages against RTO and impact tolerance")
    if not failing:
        st.markdown("No system has a failure mode of its own yet.")
        return
    failing.sort(key=_worst_share)
    looks: dict[str, Any] = {
        "System": _SYSTEM,
        "rto_share": _share("Within RTO", "Share of its own outages that are restored within the RTO."),
        "rto": _number("RTO (h)", "%.1f", "Recovery time objective, hours."),
        "tolerance_share": _share("Within tolerance", "Share of its own outages that end within the impact tolerance."),
        "tolerance": _number("Tolerance (h)", "%.1f", "Impact tolerance in hours: PRA SS1/21; DORA Art. 6(8)(b)."),
        "outages": _number("Outages/year", "%.2f", "Expected own outages, all failure modes together."),
        "mtbf": _number("MTBF (h)", "localized", "Mean time up between its own outages, hours."),
        "mttr": _number("MTTR (h)", "%.2f", "Mean time to restore service after its own outages, hours."),
    }
    table = pd.DataFrame([_target_row(row) for row in failing])
    st.dataframe(
        table,
        hide_index=True,
        column_config=looks,
        alt="Own outages by system, against RTO and tolerance",
        **_fit(table),
    )
    st.caption("Sorted by the lower of the two shares. An empty cell means that no such target is set.")


def _worst_share(row: SystemRow) -> tuple[float, str]:
    shares = (row.found.restored_within_rto, row.found.restored_within_tolerance)
    return min((share for share in shares if share is not None), default=math.inf), row.system.name.lower()


def _target_row(row: SystemRow) -> dict[str, object]:
    found = row.found
    return {
        "System": row.system.name,
        "rto_share": _percent(found.restored_within_rto),
        "rto": row.system.rto_hours,
        "tolerance_share": _percent(found.restored_within_tolerance),
        "tolerance": row.system.impact_tolerance_hours,
        "outages": found.outages_per_year,
        "mtbf": None if found.mtbf_hours is None else round(found.mtbf_hours),
        "mttr": found.mttr_hours,
    }


def _fit(table: pd.DataFrame) -> dict[str, Any]:
    """Show every row of a table that is not too long, and empty cells as empty."""
    return {"height": "content" if len(table) <= _MOST_ROWS else "auto", "placeholder": ""}


def _percent(share: float | None) -> float | None:
    return None if share is None else 100.0 * share


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _number(label: str, form: str, meaning: str) -> object:
    return st.column_config.NumberColumn(label, format=form, help=meaning)


def _share(label: str, meaning: str) -> object:
    return st.column_config.ProgressColumn(f"{label} (%)", format="%.0f %%", min_value=0, max_value=100, help=meaning)
