"""Compliance: profile, answers, evidence, readiness by day, own frameworks."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from rori.store.migrations.triggers import create_triggers, drop_functions

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_ONLY_ADDED = ("evidence_versions", "evidence_purges", "own_catalogues")
_ANSWERS = "answer IN ('not_assessed', 'no', 'partly', 'yes', 'not_applicable')"
_GAP_STATES = "state IN ('open', 'in_progress', 'accepted', 'closed')"


def upgrade() -> None:
    """Make the tables, what is referred to first."""
    _entity_profile()
    _control_answers()
    _requirement_answers()
    _evidence_items()
    _evidence_versions()
    _evidence_purges()
    _evidence_links()
    _readiness_snapshots()
    _own_catalogues()
    for table in _ONLY_ADDED:
        create_triggers(table)


def downgrade() -> None:
    """Take them away, what refers first."""
    for table in (
        "own_catalogues",
        "readiness_snapshots",
        "evidence_links",
        "evidence_purges",
        "evidence_versions",
        "evidence_items",
        "requirement_answers",
        "control_answers",
        "entity_profile",
    ):
        op.drop_table(table)
    for table in _ONLY_ADDED:
        drop_functions(table)


def _text(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.String(), nullable=nullable)


def _whole(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.BigInteger(), nullable=nullable)


def _number(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Float(), nullable=False)


def _day(name: str, *, nullable: bool = True) -> sa.Column[Any]:
    return sa.Column(name, sa.Date(), nullable=nullable)


def _time(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _edited_table(name: str, *items: sa.Column[Any] | sa.Constraint) -> None:
    """Make a table whose rows people edit."""
    op.create_table(name, *items, _whole("version"), _text("changed_by"), _time("changed_at"))


def _key(table: str, *columns: str) -> sa.Constraint:
    return sa.PrimaryKeyConstraint(*columns, name=op.f(f"pk_{table}"))


def _refers(table: str, column: str, target: str) -> sa.Constraint:
    name = op.f(f"fk_{table}_{column}_{target}")
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=name, ondelete="RESTRICT")


def _holds(table: str, name: str, condition: str) -> sa.Constraint:
    return sa.CheckConstraint(condition, name=op.f(f"ck_{table}_{name}"))


def _index(table: str, *columns: str) -> None:
    op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, list(columns))


def _entity_profile() -> None:
    _edited_table(
        "entity_profile",
        _text("entity_id"),
        sa.Column("facts", sa.JSON(), nullable=False),
        _refers("entity_profile", "entity_id", "legal_entities"),
        _key("entity_profile", "entity_id"),
    )


def _control_answers() -> None:
    _edited_table(
        "control_answers",
        _text("control_id"),
        _text("scope"),
        _text("answer"),
        _text("reason"),
        _text("owner"),
        _day("due"),
        _text("note"),
        _text("state"),
        _holds("control_answers", "answer", _ANSWERS),
        _holds("control_answers", "state", _GAP_STATES),
        _holds("control_answers", "reason", "answer <> 'not_applicable' OR reason <> ''"),
        _key("control_answers", "control_id", "scope"),
    )
    _index("control_answers", "scope")


def _requirement_answers() -> None:
    _edited_table(
        "requirement_answers",
        _text("framework_id"),
        _text("requirement_id"),
        _text("scope"),
        _text("answer", nullable=True),
        _text("reason"),
        _text("owner"),
        _day("due"),
        _text("note"),
        _text("state"),
        _holds("requirement_answers", "answer", f"answer IS NULL OR {_ANSWERS}"),
        _holds("requirement_answers", "state", _GAP_STATES),
        _holds("requirement_answers", "reason", "answer IS NULL OR reason <> ''"),
        _key("requirement_answers", "framework_id", "requirement_id", "scope"),
    )
    _index("requirement_answers", "framework_id", "scope")


def _evidence_items() -> None:
    dates = "effective_from IS NULL OR expires_on IS NULL OR effective_from <= expires_on"
    _edited_table(
        "evidence_items",
        _text("id"),
        _text("title"),
        _text("description"),
        _text("owner"),
        _day("effective_from"),
        _day("expires_on"),
        _day("retention_until"),
        _text("state"),
        _whole("newest_number"),
        _whole("approved_number", nullable=True),
        _text("approved_by", nullable=True),
        _time("approved_at", nullable=True),
        _text("created_by"),
        _time("created_at"),
        _holds("evidence_items", "state", "state IN ('draft', 'in_review', 'approved', 'withdrawn')"),
        _holds("evidence_items", "dates", dates),
        _holds("evidence_items", "approved", "state <> 'approved' OR approved_by IS NOT NULL"),
        _key("evidence_items", "id"),
    )
    _index("evidence_items", "state", "expires_on")
    _index("evidence_items", "title", "id")
    _index("evidence_items", "expires_on")
    _index("evidence_items", "owner")


def _evidence_versions() -> None:
    op.create_table(
        "evidence_versions",
        _text("id"),
        _text("item_id"),
        _whole("number"),
        _text("kind"),
        _text("sha256"),
        _whole("size_bytes"),
        _text("media_type"),
        _text("file_name"),
        _text("url"),
        _text("uploaded_by"),
        _time("uploaded_at"),
        _holds("evidence_versions", "kind", "kind IN ('file', 'link')"),
        _holds("evidence_versions", "sha256", "kind = 'link' OR length(sha256) = 64"),
        _holds("evidence_versions", "url", "kind = 'file' OR url <> ''"),
        _refers("evidence_versions", "item_id", "evidence_items"),
        _key("evidence_versions", "id"),
    )
    _index("evidence_versions", "item_id", "number")
    _index("evidence_versions", "sha256")


def _evidence_purges() -> None:
    op.create_table(
        "evidence_purges",
        _text("id"),
        _text("purged_by"),
        _time("purged_at"),
        _refers("evidence_purges", "id", "evidence_versions"),
        _key("evidence_purges", "id"),
    )


def _evidence_links() -> None:
    op.create_table(
        "evidence_links",
        _text("item_id"),
        _text("kind"),
        _text("target_id"),
        _text("linked_by"),
        _time("linked_at"),
        _holds("evidence_links", "kind", "kind IN ('control', 'requirement', 'system')"),
        _refers("evidence_links", "item_id", "evidence_items"),
        _key("evidence_links", "item_id", "kind", "target_id"),
    )
    _index("evidence_links", "kind", "target_id")


def _readiness_snapshots() -> None:
    _edited_table(
        "readiness_snapshots",
        _day("day", nullable=False),
        _text("framework_id"),
        _text("scope"),
        _text("framework_version"),
        _whole("applicable"),
        _number("met_claimed"),
        _number("met_evidenced"),
        _number("coverage_claimed"),
        _number("coverage_evidenced"),
        _key("readiness_snapshots", "day", "framework_id", "scope"),
    )
    _index("readiness_snapshots", "framework_id", "scope", "day")


def _own_catalogues() -> None:
    op.create_table(
        "own_catalogues",
        _text("id"),
        _text("framework_id"),
        _text("version"),
        _text("title"),
        sa.Column("content_json", sa.Text(), nullable=False),
        _text("sha256"),
        _text("added_by"),
        _time("added_at"),
        _key("own_catalogues", "id"),
    )
    _index("own_catalogues", "framework_id")
