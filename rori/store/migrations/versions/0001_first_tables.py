"""The inventory, runs, settings, legal entities and the audit log."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from rori.store.migrations.triggers import create_triggers, drop_functions

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables, what is referred to first."""
    _legal_entities()
    _systems()
    _loss_profiles()
    _failure_modes()
    _common_causes()
    _dependencies()
    _measures()
    _effects()
    _cases()
    _settings()
    _runs()
    _audit_log()


def downgrade() -> None:
    """Take them away, what refers first."""
    for table in (
        "audit_log",
        "runs",
        "settings",
        "cases",
        "effects",
        "measures",
        "dependencies",
        "common_causes",
        "failure_modes",
        "loss_profiles",
        "systems",
        "legal_entities",
    ):
        op.drop_table(table)
    drop_functions("runs")
    drop_functions("audit_log")


def _text(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.String(), nullable=nullable)


def _whole(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    """Declare a whole number, or an amount in 1/10 000."""
    return sa.Column(name, sa.BigInteger(), nullable=nullable)


def _number(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.Float(), nullable=nullable)


def _yes_no(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Boolean(), nullable=False)


def _json(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.JSON(), nullable=nullable)


def _time(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=False)


def _table(name: str, *items: sa.Column[Any] | sa.Constraint) -> None:
    op.create_table(name, *items)


def _edited_table(name: str, *items: sa.Column[Any] | sa.Constraint) -> None:
    """Make a table whose rows people edit."""
    op.create_table(name, *items, _whole("version"), _text("changed_by"), _time("changed_at"))


def _key(table: str, column: str = "id") -> sa.Constraint:
    return sa.PrimaryKeyConstraint(column, name=op.f(f"pk_{table}"))


def _refers(table: str, column: str, target: str) -> sa.Constraint:
    name = op.f(f"fk_{table}_{column}_{target}")
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=name, ondelete="RESTRICT")


def _index(table: str, *columns: str) -> None:
    op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, list(columns))


def _legal_entities() -> None:
    _table(
        "legal_entities",
        _text("id"),
        _text("name"),
        _text("country"),
        _text("lei", nullable=True),
        _key("legal_entities"),
    )
    entities = sa.table("legal_entities", *(sa.column(name, sa.String()) for name in ("id", "name", "country")))
    op.bulk_insert(entities, [{"id": "main", "name": "Main entity", "country": ""}])


def _systems() -> None:
    _edited_table(
        "systems",
        _text("id"),
        _text("name"),
        _text("owner"),
        _text("tier"),
        _text("kind"),
        _yes_no("third_party"),
        _yes_no("critical_or_important"),
        _number("rto_hours", nullable=True),
        _number("rpo_hours", nullable=True),
        _number("impact_tolerance_hours", nullable=True),
        _json("tags"),
        _text("source"),
        sa.Column("entity_id", sa.String(), nullable=False, server_default="main"),
        _refers("systems", "entity_id", "legal_entities"),
        _key("systems"),
    )
    _index("systems", "entity_id")


def _loss_profiles() -> None:
    _edited_table(
        "loss_profiles",
        _text("system_id"),
        _whole("revenue_eur_per_hour"),
        _number("recovered_share"),
        _text("weekly_profile"),
        _number("idle_people"),
        _whole("loaded_cost_eur_per_person_hour"),
        _whole("response_eur_per_incident"),
        _whole("response_eur_per_hour"),
        _text("penalty_steps"),
        _number("clients"),
        _number("defection_probability"),
        _number("defection_onset_hours"),
        _number("defection_full_hours"),
        _whole("margin_eur_per_client_year"),
        _number("remaining_years"),
        _number("reportable_after_hours", nullable=True),
        _whole("notification_eur"),
        _whole("expected_penalty_eur"),
        _whole("penalty_ceiling_eur", nullable=True),
        _number("reputation_dip"),
        _number("reputation_half_life_months"),
        _whole("data_recreation_eur_per_hour"),
        _text("source"),
        _refers("loss_profiles", "system_id", "systems"),
        _key("loss_profiles", "system_id"),
    )


def _failure_modes() -> None:
    _edited_table(
        "failure_modes",
        _text("id"),
        _text("system_id"),
        _text("name"),
        _text("cause"),
        _number("events_per_year_p5"),
        _number("events_per_year_p50", nullable=True),
        _number("events_per_year_p95"),
        _number("duration_hours_p5"),
        _number("duration_hours_p50", nullable=True),
        _number("duration_hours_p95"),
        _number("capacity_lost_low"),
        _number("capacity_lost_likely"),
        _number("capacity_lost_high"),
        _yes_no("loses_data"),
        _text("start_window"),
        _text("source"),
        _refers("failure_modes", "system_id", "systems"),
        _key("failure_modes"),
    )
    _index("failure_modes", "system_id")


def _common_causes() -> None:
    _edited_table(
        "common_causes",
        _text("id"),
        _text("name"),
        _text("tag"),
        _number("events_per_year_p5"),
        _number("events_per_year_p50", nullable=True),
        _number("events_per_year_p95"),
        _number("duration_hours_p5"),
        _number("duration_hours_p50", nullable=True),
        _number("duration_hours_p95"),
        _number("hit_probability"),
        _number("share_reached"),
        _text("source"),
        _key("common_causes"),
    )


def _dependencies() -> None:
    _edited_table(
        "dependencies",
        _text("id"),
        _text("consumer_id"),
        _text("provider_id"),
        _number("degradation"),
        _number("buffer_hours"),
        _text("redundancy_group"),
        _whole("needed"),
        _number("failover_hours"),
        _text("source"),
        _refers("dependencies", "consumer_id", "systems"),
        _refers("dependencies", "provider_id", "systems"),
        _key("dependencies"),
    )
    _index("dependencies", "consumer_id")
    _index("dependencies", "provider_id")


def _measures() -> None:
    _edited_table(
        "measures",
        _text("id"),
        _text("name"),
        _text("strategy"),
        _whole("capex_eur"),
        _whole("opex_eur_per_year"),
        _number("life_years"),
        _number("lead_time_months"),
        _whole("dividend_eur_per_year"),
        _json("control_ids"),
        _json("requires"),
        _json("excludes"),
        _whole("premium_eur_per_year", nullable=True),
        _whole("deductible_eur_per_event"),
        _number("waiting_hours"),
        _whole("limit_eur_per_event", nullable=True),
        _whole("limit_eur_per_year", nullable=True),
        _text("source"),
        _key("measures"),
    )


def _effects() -> None:
    _edited_table(
        "effects",
        _text("id"),
        _text("measure_id"),
        _text("quantity"),
        _text("operation"),
        _number("size_low"),
        _number("size_likely"),
        _number("size_high"),
        _text("target"),
        _text("source"),
        _refers("effects", "measure_id", "measures"),
        _key("effects"),
    )
    _index("effects", "measure_id")


def _cases() -> None:
    _edited_table(
        "cases",
        _text("id"),
        _text("name"),
        _json("measure_ids"),
        _whole("horizon_years"),
        _number("discount_rate_per_year"),
        _number("loss_growth_per_year"),
        _number("inflation_per_year"),
        _text("discounting"),
        _number("tax_rate"),
        _whole("depreciation_years"),
        _yes_no("count_residual_value"),
        _whole("budget_eur", nullable=True),
        _text("currency"),
        _whole("seed"),
        _whole("n_paths"),
        _text("source"),
        sa.Column("entity_id", sa.String(), nullable=False, server_default="main"),
        _refers("cases", "entity_id", "legal_entities"),
        _key("cases"),
    )
    _index("cases", "entity_id")


def _settings() -> None:
    _edited_table("settings", _text("key"), _json("value"), _key("settings", "key"))


def _runs() -> None:
    _table(
        "runs",
        _text("id"),
        _text("case_id"),
        _time("created_at"),
        _text("created_by"),
        _whole("seed"),
        _whole("n_years"),
        _text("input_hash"),
        _text("model_version"),
        sa.Column("inputs_json", sa.Text(), nullable=False),
        sa.Column("result_json", sa.Text(), nullable=False),
        _text("note"),
        _key("runs"),
    )
    _index("runs", "case_id")
    create_triggers("runs")


def _audit_log() -> None:
    _table(
        "audit_log",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        _time("at"),
        _text("who"),
        _text("action"),
        _text("subject"),
        _text("subject_key"),
        _whole("row_version", nullable=True),
        _json("before", nullable=True),
        _json("after", nullable=True),
        _text("note"),
        _key("audit_log"),
    )
    _index("audit_log", "subject", "subject_key")
    create_triggers("audit_log")
