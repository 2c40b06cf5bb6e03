"""Records of every sheet, complete and consistent, to be varied by the tests."""

from __future__ import annotations

from decimal import Decimal

from rori.inventory.columns import Column, Record, Value, ValueKind
from rori.inventory.sheets import SHEET_BY_NAME

_REQUIRED: dict[str, dict[str, Value]] = {
    "systems": {"id": "card-auth", "name": "Card authorisation"},
    "loss_profiles": {"system_id": "card-auth"},
    "failure_modes": {
        "id": "release",
        "system_id": "card-auth",
        "name": "Faulty release",
        "cause": "software change",
        "events_per_year_p5": 0.5,
        "events_per_year_p95": 3.0,
        "duration_hours_p5": 0.5,
        "duration_hours_p95": 6.0,
        "capacity_lost_low": 0.3,
        "capacity_lost_likely": 0.7,
        "capacity_lost_high": 1.0,
    },
    "common_causes": {
        "id": "agent",
        "name": "Agent update",
        "tag": "agent=falcon",
        "events_per_year_p5": 0.02,
        "events_per_year_p95": 0.3,
        "duration_hours_p5": 4.0,
        "duration_hours_p95": 72.0,
    },
    "dependencies": {"id": "card-auth-hsm", "consumer_id": "card-auth", "provider_id": "hsm"},
    "measures": {"id": "failover", "name": "Automated failover"},
    "effects": {
        "id": "failover-1",
        "measure_id": "failover",
        "size_low": 0.1,
        "size_likely": 0.2,
        "size_high": 0.5,
        "target": "system:card-auth",
    },
    "cases": {"id": "programme", "name": "Failover programme"},
}

FULL: dict[str, dict[str, Value]] = {
    "systems": {"owner": "Zoë Müller — 支付", "third_party": True, "rto_hours": 0.1, "tags": ("cloud=aws", "a=b; c")},
    "loss_profiles": {
        "revenue_eur_per_hour": Decimal("12345678901234.5678"),
        "penalty_ceiling_eur": Decimal("0.0001"),
        "recovered_share": 0.07,
        "idle_people": 1e-300,
    },
    "failure_modes": {"events_per_year_p50": 1.2, "loses_data": True, "start_window": "nights"},
    "common_causes": {"duration_hours_p50": 14.0, "hit_probability": 0.85},
    "dependencies": {"needed": 2, "redundancy_group": "hsms"},
    "measures": {"requires": ("other",), "control_ids": ("failover-test",), "premium_eur_per_year": Decimal("1.10")},
    "effects": {"source": "=1+1"},
    "cases": {
        "measure_ids": ("failover",),
        "seed": 2**53,
        "budget_eur": Decimal(2_000_000),
        "discounting": "mid-year",
        "tax_rate": 0.257,
        "depreciation_years": 7,
        "count_residual_value": True,
    },
}
"""Values of every kind that a sheet has, on top of what is required."""


def record(sheet_name: str, **values: Value) -> Record:
    """Return a record of a sheet: defaults, what is required, and what the test is about."""
    sheet = SHEET_BY_NAME[sheet_name]
    return {**{c.name: _default(c) for c in sheet.columns}, **_REQUIRED[sheet_name], **values}


def _default(column: Column) -> Value:
    return float(column.default) if column.kind is ValueKind.SHARE and column.default is not None else column.default
