"""Triggers that keep what must not change.

For whoever writes the next migration: `op.batch_alter_table` rebuilds a table on SQLite and silently drops its
triggers. Around a change of a table that is named below, call `drop_triggers` first and `create_triggers` last, on both
databases (as 0002 does); tests/store/test_audit_chain.py holds that all of them stand and refuse after the last one.
"""

from __future__ import annotations

from alembic import op

_REFUSED = {
    "audit_head": ("the head of the audit log only moves on", ("UPDATE", "DELETE")),
    "audit_log": ("the audit log is only ever added to", ("UPDATE", "DELETE")),
    "runs": ("a saved run is never changed", ("UPDATE",)),
    "evidence_versions": ("a version of evidence is only ever added", ("UPDATE", "DELETE")),
    "evidence_purges": ("what was removed after retention stays on record", ("UPDATE", "DELETE")),
    "own_catalogues": ("a version of an own framework is only ever added", ("UPDATE", "DELETE")),
}

_ONLY_WHEN = {("audit_head", "UPDATE"): "NEW.entries <= OLD.entries"}
"""What is refused only under a condition."""


def create_triggers(table: str) -> None:
    """Create the triggers of one table."""
    sentence, refused = _REFUSED[table]
    if op.get_context().dialect.name == "sqlite":
        for what in refused:
            op.execute(_sqlite_trigger(table, what, _condition(table, what), sentence))
        known = f"WHEN EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id)"  # noqa: S608
        op.execute(_sqlite_trigger(table, "INSERT", known, sentence))
    else:
        op.execute(
            f"CREATE FUNCTION {table}_refuse() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{sentence}'; END $$"
        )
        always = [what for what in refused if (table, what) not in _ONLY_WHEN]
        events = f"BEFORE {' OR '.join(always)} ON {table} FOR EACH ROW"
        op.execute(f"CREATE TRIGGER {table}_kept {events} EXECUTE FUNCTION {table}_refuse()")
        for what in refused:
            if what not in always:
                events = f"BEFORE {what} ON {table} FOR EACH ROW {_condition(table, what)}"
                op.execute(f"CREATE TRIGGER {table}_kept_{what.lower()} {events} EXECUTE FUNCTION {table}_refuse()")
        events = f"BEFORE TRUNCATE ON {table} FOR EACH STATEMENT"
        op.execute(f"CREATE TRIGGER {table}_not_emptied {events} EXECUTE FUNCTION {table}_refuse()")


def drop_triggers(table: str) -> None:
    """Drop the triggers of one table, so that a migration can change its rows or rebuild it."""
    _, refused = _REFUSED[table]
    if op.get_context().dialect.name == "sqlite":
        for what in (*refused, "INSERT"):
            op.execute(f"DROP TRIGGER IF EXISTS {table}_refuses_{what.lower()}")
    else:
        op.execute(f"DROP FUNCTION IF EXISTS {table}_refuse() CASCADE")


def drop_functions(table: str) -> None:
    """Drop what a dropped table leaves behind."""
    if op.get_context().dialect.name != "sqlite":
        op.execute(f"DROP FUNCTION {table}_refuse()")


def _condition(table: str, what: str) -> str:
    condition = _ONLY_WHEN.get((table, what))
    return f"WHEN ({condition})" if condition else ""


def _sqlite_trigger(table: str, what: str, condition: str, sentence: str) -> str:
    """INSERT is watched as well: INSERT OR REPLACE removes the old row without asking the delete trigger."""
    return (
        f"CREATE TRIGGER {table}_refuses_{what.lower()} BEFORE {what} ON {table} {condition} "
        f"BEGIN SELECT RAISE(ABORT, '{sentence}'); END"
    )
