"""The audit log becomes a chain: each entry carries the hash of the one before, and a head says where it ends.

Entries that are there already are chained as they stand. The hash is defined in rori/store/audit_chain/hashing.py;
what stands here is how it was when this migration was released.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from alembic import context, op

from rori.store.migrations.triggers import create_triggers, drop_functions, drop_triggers

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_HASHES = ("previous_hash", "entry_hash")
_BEFORE_THE_FIRST = "0" * 64
_AT_ONCE = 5_000
_MUST_BE_EMPTY = (
    "DO $$ BEGIN IF EXISTS (SELECT 1 FROM audit_log) THEN "
    "RAISE EXCEPTION 'the audit log has entries that must be chained; run python -m rori migrate instead'; "
    "END IF; END $$"
)


def upgrade() -> None:
    """Chain what there is; the triggers of the log stand aside meanwhile."""
    drop_triggers("audit_log")
    for name in _HASHES:
        op.add_column("audit_log", sa.Column(name, sa.String(), nullable=True))
    if context.is_offline_mode():
        op.execute(_MUST_BE_EMPTY)
        head: dict[str, Any] = {"entries": 0, "last_id": 0, "last_hash": _BEFORE_THE_FIRST}
    else:
        head = _chain(op.get_bind())
    _require_hashes()
    create_triggers("audit_log")
    _audit_head(head)


def downgrade() -> None:
    """Go back to entries without hashes."""
    op.drop_table("audit_head")
    drop_functions("audit_head")
    drop_triggers("audit_log")
    with op.batch_alter_table("audit_log") as log:
        for name in _HASHES:
            log.drop_column(name)
    create_triggers("audit_log")


def _require_hashes() -> None:
    with op.batch_alter_table("audit_log") as log:
        for name in _HASHES:
            log.alter_column(name, existing_type=sa.String(), nullable=False)


def _audit_head(head: dict[str, Any]) -> None:
    made = op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("entries", sa.BigInteger(), nullable=False),
        sa.Column("last_id", sa.BigInteger(), nullable=False),
        sa.Column("last_hash", sa.String(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_audit_head_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_head")),
    )
    op.bulk_insert(made, [{"id": 1, **head}])
    create_triggers("audit_head")


def _chain(connection: sa.Connection) -> dict[str, Any]:
    """Write the hashes of all entries in the order of their ids; return the head."""
    log = _log()
    row = log.c.id == sa.bindparam("row_id")
    update = log.update().where(row).values({name: sa.bindparam(f"new_{name}") for name in _HASHES})
    head: dict[str, Any] = {"entries": 0, "last_id": 0, "last_hash": _BEFORE_THE_FIRST}
    for piece in _pieces(connection, log):
        hashes = []
        for entry in piece:
            previous = head["last_hash"]
            own = _entry_hash({**entry, "previous_hash": previous})
            hashes.append({"row_id": entry["id"], "new_previous_hash": previous, "new_entry_hash": own})
            head = {"entries": head["entries"] + 1, "last_id": entry["id"], "last_hash": own}
        connection.execute(update, hashes)
    return head


def _log() -> sa.TableClause:
    texts = ("who", "action", "subject", "subject_key", "note", *_HASHES)
    return sa.table(
        "audit_log",
        sa.column("id", sa.BigInteger()),
        sa.column("at", sa.DateTime(timezone=True)),
        sa.column("row_version", sa.BigInteger()),
        sa.column("before", sa.JSON()),
        sa.column("after", sa.JSON()),
        *(sa.column(name, sa.String()) for name in texts),
    )


def _pieces(connection: sa.Connection, log: sa.TableClause) -> Iterator[list[dict[str, Any]]]:
    columns = [column for column in log.c if column.name not in _HASHES]
    statement = sa.select(*columns).order_by(log.c.id).limit(_AT_ONCE)
    piece = [dict(row) for row in connection.execute(statement).mappings()]
    while piece:
        yield piece
        rest = statement.where(log.c.id > piece[-1]["id"])
        piece = [dict(row) for row in connection.execute(rest).mappings()]


def _entry_hash(entry: dict[str, Any]) -> str:
    said = {**entry, "at": _moment(entry["at"])}
    text = json.dumps(said, sort_keys=True, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def _moment(at: datetime) -> str:
    """SQLite gives moments back without their time zone, which is UTC."""
    in_utc = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    return in_utc.isoformat(timespec="microseconds")
