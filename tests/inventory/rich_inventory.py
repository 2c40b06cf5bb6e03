"""A small consistent inventory in which every kind of cell occurs, hostile texts among them."""

from __future__ import annotations

from collections.abc import Mapping

from rori.inventory.build import Inventory
from rori.inventory.cells import parse_record
from rori.inventory.sheets import SHEETS

HOSTILE_TEXTS = (
    "=1+1",
    "@x",
    "-3",
    "+49 30 1234",
    "'quoted",
    "'=already escaped",
    "''=twice",
    '=HYPERLINK("http://example.org","x")',
    "emoji 😀 👩‍💻",
    "مرحبا שלום",
    "two\nlines",
    "tab\tinside",
    'comma, "quotes"; semicolon',
    "_x0041_ _x000D_",
    "<b>bold</b> & [link](x)",
    "'; DROP TABLE systems; --",
    "../../etc/passwd",
    "NaN",
    "TRUE",
    "1e5",
    "2026-01-31",
    "007",
    "nbsp\u00a0inside",
    "#N/A",
    "example: text",
)

_MODE = {
    "name": "Faulty release",
    "cause": "software change",
    "events_per_year_p5": 0.5,
    "events_per_year_p95": 3,
    "duration_hours_p5": 0.5,
    "duration_hours_p50": 1.5,
    "duration_hours_p95": 6,
    "capacity_lost_low": 30,
    "capacity_lost_likely": 70,
    "capacity_lost_high": 100,
    "start_window": "any",
}
_EFFECT = {"measure_id": "active-active", "size_low": 0.1, "size_likely": 0.2, "size_high": 0.5}

RAW: dict[str, list[Mapping[str, object]]] = {
    "systems": [
        {"id": "card-auth", "name": "Card authorisation", "tier": "critical", "rto_hours": 2, "rpo_hours": 0.25},
        {"id": "hsm", "name": "HSM", "tags": "cloud=aws; region=eu-central-1", "third_party": "yes"},
        {"id": "hsm-2", "name": "HSM 2", "kind": "platform", "critical_or_important": True},
        *({"id": f"hostile-{n}", "name": text, "source": text, "owner": text} for n, text in enumerate(HOSTILE_TEXTS)),
    ],
    "loss_profiles": [
        {
            "system_id": "card-auth",
            "revenue_eur_per_hour": "18000.1234",
            "recovered_share": 7,
            "weekly_profile": "payments",
            "penalty_steps": "1:5000; 4:25000",
            "defection_onset_hours": 4,
            "defection_full_hours": 48,
            "reportable_after_hours": 2,
        }
    ],
    "failure_modes": [{"id": "card-auth-release", "system_id": "card-auth", **_MODE}],
    "common_causes": [
        {
            "id": "agent-update",
            "name": "Agent update",
            "tag": "endpoint_agent=falcon",
            "events_per_year_p5": 0.02,
            "events_per_year_p95": 0.3,
            "duration_hours_p5": 4,
            "duration_hours_p95": 72,
            "hit_probability": 85,
        }
    ],
    "dependencies": [
        {"id": "a-1", "consumer_id": "card-auth", "provider_id": "hsm", "redundancy_group": "hsm", "failover_hours": 1},
        {"id": "a-2", "consumer_id": "card-auth", "provider_id": "hsm-2", "redundancy_group": "hsm"},
        {"id": "b", "consumer_id": "hsm", "provider_id": "hsm-2", "degradation": 33.3333, "buffer_hours": 2},
    ],
    "measures": [
        {"id": "active-active", "name": "Active-active", "capex_eur": 900000, "control_ids": "failover-test; backup"},
        {"id": "chaos-days", "name": "Chaos days", "requires": "active-active", "strategy": "chaos engineering"},
        {
            "id": "insurance",
            "name": "Cyber insurance",
            "strategy": "risk transfer",
            "premium_eur_per_year": 50000,
            "limit_eur_per_event": 1000000,
            "limit_eur_per_year": 2000000,
            "excludes": "chaos-days",
        },
    ],
    "effects": [
        {"id": "e-1", **_EFFECT, "quantity": "duration_hours", "operation": "multiply", "target": "system:card-auth"},
        {"id": "e-2", **_EFFECT, "quantity": "buffer_hours", "operation": "replace", "target": "consumer:hsm"},
    ],
    "cases": [
        {
            "id": "failover-2027",
            "name": "Failover 2027",
            "measure_ids": "active-active; chaos-days",
            "loss_growth_per_year": -5,
            "budget_eur": "2000000.5",
            "discounting": "continuous",
            "tax_rate": 25,
            "depreciation_years": 3,
            "count_residual_value": "yes",
        }
    ],
}


def rich_inventory() -> Inventory:
    """Return the inventory, its rows in the order of their keys."""
    return {
        sheet.name: tuple(
            sorted((parse_record(sheet, raw) for raw in RAW[sheet.name]), key=lambda record: str(record[sheet.key]))
        )
        for sheet in SHEETS
    }


def with_row(sheet_name: str, **cells: object) -> Inventory:
    """Return the inventory with cells of the first row of a sheet changed, or with a row added when the id is new."""
    rows = [dict(raw) for raw in RAW[sheet_name]]
    sheet = next(sheet for sheet in SHEETS if sheet.name == sheet_name)
    key = cells.get(sheet.key, rows[0][sheet.key])
    for row in rows:
        if row[sheet.key] == key:
            row.update(cells)
            break
    else:
        rows.append({**rows[0], **cells})
    return {**rich_inventory(), sheet_name: tuple(parse_record(sheet, raw) for raw in rows)}
