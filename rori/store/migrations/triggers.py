"""Triggers that keep what must not change; SQLite drops them with a table that batch mode rebuilds: create them again."""

from __future__ import annotations

from alembic import op

_REFUSED = {
    "audit_log": ("the audit log is only ever added to", ("UPDATE", "DELETE")),
    "runs": ("a saved run is never changed", ("UPDATE",)),
}


def create_triggers(table: str) -> None:
    """Create the triggers of one table."""
    sentence, refused = _REFUSED[table]
    if op.get_context().dialect.name == "sqlite":
        for what in refused:
            op.execute(_sqlite_trigger(table, what, "", sentence))
        known = f"WHEN EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id)"  # noqa: S608
        op.execute(_sqlite_trigger(table, "INSERT", known, sentence))
    else:
        op.execute(
            f"CREATE FUNCTION {table}_refuse() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{sentence}'; END $$"
        )
        events = f"BEFORE {' OR '.join(refused)} ON {table} FOR EACH ROW"
        op.execute(f"CREATE TRIGGER {table}_kept {events} EXECUTE FUNCTION {table}_refuse()")
        events = f"BEFORE TRUNCATE ON {table} FOR EACH STATEMENT"
        op.execute(f"CREATE TRIGGER {table}_not_emptied {events} EXECUTE FUNCTION {table}_refuse()")


def drop_functions(table: str) -> None:
    """Drop what a dropped table leaves behind."""
    if op.get_context().dialect.name != "sqlite":
        op.execute(f"DROP FUNCTION {table}_refuse()")


def _sqlite_trigger(table: str, what: str, condition: str, sentence: str) -> str:
    """INSERT is watched as well: INSERT OR REPLACE removes the old row without asking the delete trigger."""
    return (
        f"CREATE TRIGGER {table}_refuses_{what.lower()} BEFORE {what} ON {table} {condition} "
        f"BEGIN SELECT RAISE(ABORT, '{sentence}'); END"
    )
