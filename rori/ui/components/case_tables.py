"""Tables behind the charts of a run: exact figures with their units."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from rori.economics.results import CaseResult, Comparison, Simulated, YearFlow
from rori.usecases.cases import SavedRun

Config = dict[str, Any]
_MONEY = st.column_config.NumberColumn(format="localized", step=1)
_DECIMAL = st.column_config.NumberColumn(format="localized")


def show_table(name: str, frame: pd.DataFrame, config: Config, note: str = "") -> None:
    """Draw a table behind a chart."""
    with st.expander(f"Table: {name}", icon=":material/table:"):
        if note:
            st.caption(note)
        st.dataframe(frame, hide_index=True, column_config=config, alt=name)


def exceedance_table(result: CaseResult, currency: str) -> tuple[pd.DataFrame, Config]:
    """Return every point of the curves, of the year's total and of its largest event."""
    points = result.exceedance
    columns: dict[str, list[float]] = {
        "Chance of more (%/year)": [round(100.0 * point.probability, 3) for point in points],
        "Return period (years)": [round(point.return_period_years, 1) for point in points],
    }
    for name, figures in (
        ("Total without", [point.annual_without for point in points]),
        ("Total with", [point.annual_with for point in points]),
        ("Largest without", [point.largest_without for point in points]),
        ("Largest with", [point.largest_with for point in points]),
    ):
        columns |= _with_errors(name, figures, currency)
    config = {name: _MONEY for name in columns if currency in name}
    config["Chance of more (%/year)"] = config["Return period (years)"] = _DECIMAL
    return pd.DataFrame(columns), config


def comparison_table(first: str, rows: Sequence[tuple[str, Comparison]], currency: str) -> tuple[pd.DataFrame, Config]:
    """Return loss without, with and prevented by row, the largest prevented loss first."""
    ordered = sorted(rows, key=lambda row: -row[1].difference.value)
    columns: dict[str, list[Any]] = {first: [name for name, _ in ordered]}
    for label, figures in (
        ("Without", [comparison.without for _, comparison in ordered]),
        ("With", [comparison.with_measures for _, comparison in ordered]),
        ("Prevented", [comparison.difference for _, comparison in ordered]),
    ):
        columns |= _with_errors(label, figures, f"{currency}/year")
    return pd.DataFrame(columns), {name: _MONEY for name in columns if name != first}


def cash_flow_table(flows: Sequence[YearFlow], currency: str) -> tuple[pd.DataFrame, Config]:
    """Return the cash flow by year; tax and residual value only where there are any."""
    money: dict[str, list[float]] = {
        "Prevented loss": [flow.prevented_eur.value for flow in flows],
        "Prevented loss ±": [flow.prevented_eur.standard_error for flow in flows],
        "Dividend": [flow.dividend_eur for flow in flows],
        "Capex": [flow.capex_eur for flow in flows],
        "Opex": [flow.opex_eur for flow in flows],
        "Depreciation": [flow.depreciation_eur for flow in flows],
        "Tax": [flow.tax_eur for flow in flows],
        "Net": [flow.net_eur for flow in flows],
        "Residual value": [flow.residual_value_eur for flow in flows],
        "Present value": [flow.present_value_eur for flow in flows],
        "Cumulative": [flow.cumulative_present_value_eur for flow in flows],
    }
    optional = ("Depreciation", "Tax", "Residual value")
    shown = {f"{name} ({currency})": _whole(v) for name, v in money.items() if name not in optional or any(v)}
    frame = pd.DataFrame({"Year": [flow.year for flow in flows], **shown})
    frame.insert(len(frame.columns) - 2, "Discount factor", [round(flow.discount_factor, 4) for flow in flows])
    config: Config = dict.fromkeys(shown, _MONEY)
    config["Discount factor"] = _DECIMAL
    return frame, config


def tolerance_table(saved: SavedRun) -> tuple[pd.DataFrame, Config]:
    """Return how often each system outlasts its tolerance and the hours that it loses, worst first."""
    systems = {system.id: system for system in saved.inputs.portfolio.systems}
    rows = []
    for entry in saved.result.systems:
        exceeded, hours, system = entry.tolerance_exceeded_per_year, entry.hours_lost_per_year, systems[entry.system_id]
        if exceeded is None and hours.without.value == 0.0:
            continue
        rows.append(
            {
                "System": system.name,
                "Tier": system.tier.value,
                "Tolerance (h)": system.impact_tolerance_hours,
                "Without (%/year)": None if exceeded is None else 100.0 * exceeded.without.value,
                "With (%/year)": None if exceeded is None else 100.0 * exceeded.with_measures.value,
                "Change (% points)": None if exceeded is None else -100.0 * exceeded.difference.value,
                "Change ±": None if exceeded is None else 100.0 * exceeded.difference.standard_error,
                "Lost without (h/year)": hours.without.value,
                "Lost with (h/year)": hours.with_measures.value,
            }
        )
    rows.sort(key=lambda row: (-float(row["Without (%/year)"] or -1.0), str(row["System"])))
    frame = pd.DataFrame(rows)
    decimal = [name for name in frame.columns if name not in ("System", "Tier", "Tolerance (h)")]
    # Adding 0 turns a rounded -0 into 0.
    frame[decimal] = frame[decimal].astype(float).round(2) + 0.0
    return frame, dict.fromkeys(decimal, _DECIMAL)


def _with_errors(label: str, figures: Sequence[Simulated], unit: str) -> dict[str, list[float]]:
    return {
        f"{label} ({unit})": _whole([figure.value for figure in figures]),
        f"{label} ± ({unit})": _whole([figure.standard_error for figure in figures]),
    }


def _whole(amounts: Sequence[float]) -> list[float]:
    return [round(amount) + 0.0 for amount in amounts]
