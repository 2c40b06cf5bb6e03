from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from io import StringIO
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, event
from sqlalchemy.pool import Pool

from rori.errors import StoreError
from rori.inventory.columns import ValueKind
from rori.inventory.sheets import SHEETS
from rori.store import Store
from rori.store.migrating import config
from rori.store.migrations import HEAD, VERSIONS
from rori.store.tables import ROW_BY_SHEET, Base, table
from tests.store.builders import record

TRIGGERS = {
    "audit_head_refuses_update",
    "audit_head_refuses_delete",
    "audit_head_refuses_insert",
    "audit_log_refuses_update",
    "audit_log_refuses_delete",
    "audit_log_refuses_insert",
    "runs_refuses_update",
    "runs_refuses_insert",
    "evidence_versions_refuses_update",
    "evidence_versions_refuses_delete",
    "evidence_versions_refuses_insert",
    "evidence_purges_refuses_update",
    "evidence_purges_refuses_delete",
    "evidence_purges_refuses_insert",
    "own_catalogues_refuses_update",
    "own_catalogues_refuses_delete",
    "own_catalogues_refuses_insert",
}


def names(database: Path, kind: str) -> set[str]:
    with closing(sqlite3.connect(database)) as connection:
        rows = connection.execute("SELECT name FROM sqlite_master WHERE type = ? AND name NOT LIKE 'sqlite%'", (kind,))
        return {name for (name,) in rows}


def run(url: str, step: Callable[[Config], None]) -> None:
    """Run a command of Alembic as a developer does."""
    engine = create_engine(url)
    with engine.begin() as connection:
        step(config(connection))
    engine.dispose()


def test_tables_have_the_columns_of_their_sheets_and_housekeeping() -> None:
    assert set(ROW_BY_SHEET) == {sheet.name for sheet in SHEETS}
    for sheet in SHEETS:
        housekeeping = {"version", "changed_by", "changed_at"}
        if sheet.name in {"systems", "cases"}:
            housekeeping.add("entity_id")
        assert {c.name for c in table(sheet.name).columns} == {c.name for c in sheet.columns} | housekeeping
        assert [c.name for c in table(sheet.name).primary_key] == [sheet.key]


def test_a_column_may_be_empty_exactly_when_its_sheet_allows_it() -> None:
    for sheet in SHEETS:
        for column in sheet.columns:
            may_be_empty = not column.required and column.default is None
            assert table(sheet.name).c[column.name].nullable is may_be_empty, f"{sheet.name}.{column.name}"


def test_each_reference_of_a_sheet_is_a_foreign_key_that_restricts() -> None:
    for sheet in SHEETS:
        wanted = {(c.name, f"{c.refers_to}.id") for c in sheet.columns if c.refers_to and c.kind is not ValueKind.LIST}
        keys = [key for key in table(sheet.name).foreign_keys if key.parent.name != "entity_id"]
        assert {(key.parent.name, key.target_fullname) for key in keys} == wanted
        assert {key.ondelete for key in table(sheet.name).foreign_keys} <= {"RESTRICT"}


def test_the_migrations_make_exactly_the_tables(store: Store, url: str) -> None:
    engine = create_engine(url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, Base.metadata) == []
    engine.dispose()
    run(url, command.check)


def test_the_list_of_versions_is_that_of_the_migrations() -> None:
    scripts = ScriptDirectory.from_config(config())
    assert [script.revision for script in reversed(list(scripts.walk_revisions()))] == list(VERSIONS)
    assert scripts.get_heads() == [HEAD]


def test_triggers_and_the_main_entity_stand_after_the_upgrade(store: Store, database: Path) -> None:
    assert names(database, "trigger") == TRIGGERS
    with closing(sqlite3.connect(database)) as connection:
        assert connection.execute("SELECT id, lei FROM legal_entities").fetchall() == [("main", None)]


def test_systems_and_cases_belong_to_the_main_entity(filled: Store, raw: sqlite3.Connection) -> None:
    rows = raw.execute("SELECT entity_id FROM systems UNION ALL SELECT entity_id FROM cases").fetchall()
    assert rows == [("main",)] * 3


def test_going_back_to_nothing_and_up_again_works(filled: Store, url: str, database: Path) -> None:
    filled.dispose()
    run(url, lambda made: command.downgrade(made, "base"))
    assert names(database, "table") == {"alembic_version"}
    assert names(database, "trigger") == set()
    again = Store(url)
    assert not again.is_current()
    again.migrate()
    assert again.is_current()
    assert names(database, "trigger") == TRIGGERS
    with again.write("ann") as writer:
        writer.insert("systems", record("systems"))
        writer.commit()
    again.dispose()


def test_migrating_again_changes_nothing(filled: Store) -> None:
    with filled.read() as reader:
        before = reader.inventory()
    filled.migrate()
    with filled.read() as reader:
        assert reader.inventory() == before


def test_a_current_database_costs_one_question(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def note(_connection: Connection, _cursor: object, statement: str, *_rest: object) -> None:
        asked.append(statement)

    event.listen(store._reading, "before_cursor_execute", note)
    event.listen(store._writing, "before_cursor_execute", note)
    store.migrate()
    assert [" ".join(line.split()) for line in asked if line != "BEGIN"] == ["SELECT version_num FROM alembic_version"]


def test_a_new_file_is_not_current_until_it_is_migrated(url: str, database: Path) -> None:
    store = Store(url)
    assert database.parent.is_dir()
    assert not store.is_current()
    sentence = r"rori\.db is not set up for this program yet; run the migration first"
    with pytest.raises(StoreError, match=sentence), store.read() as reader:
        reader.count("systems")
    store.migrate()
    assert store.is_current()
    store.dispose()


def test_a_database_newer_than_the_program_is_left_alone(store: Store, raw: sqlite3.Connection) -> None:
    raw.execute("UPDATE alembic_version SET version_num = '9999'")
    for step in (store.migrate, store.is_current):
        with pytest.raises(
            StoreError, match=r"was made by a newer version of this program \(9999\); update the program"
        ):
            step()


def test_a_database_of_another_program_is_left_alone(url: str, database: Path) -> None:
    database.parent.mkdir()
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("CREATE TABLE recipes (id INTEGER)")
    store = Store(url)
    with pytest.raises(StoreError, match="belongs to another program; choose another file"):
        store.migrate()
    store.dispose()
    assert names(database, "table") == {"recipes"}


def test_a_migration_that_fails_leaves_nothing_behind(
    url: str, database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = "rori.store.migrations.triggers._REFUSED"
    monkeypatch.setattr(broken, {"runs": ("a saved run is never changed", ("UPDATE", "NONSENSE"))})
    store = Store(url)
    with pytest.raises(StoreError, match="syntax error"):
        store.migrate()
    assert names(database, "table") == set()
    monkeypatch.undo()
    store.migrate()
    assert store.is_current()
    store.dispose()


def test_programs_that_start_at_the_same_time_migrate_once(url: str, database: Path) -> None:
    program = f"from rori.store import Store; store = Store({url!r}); store.migrate(); store.migrate(); store.dispose()"
    command_line = [sys.executable, "-W", "error", "-c", program]
    started = [subprocess.Popen(command_line, stderr=subprocess.PIPE, text=True) for _ in range(4)]
    errors = [process.communicate(timeout=60)[1] for process in started]
    assert errors == [""] * 4
    assert [process.returncode for process in started] == [0] * 4
    assert names(database, "trigger") == TRIGGERS
    with closing(sqlite3.connect(database)) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchall() == [(HEAD,)]
        assert connection.execute("PRAGMA journal_mode").fetchall() == [("wal",)]


def test_nothing_is_opened_before_it_is_asked_for(url: str, database: Path) -> None:
    opened: list[object] = []

    def note(connection: object, _record: object) -> None:
        opened.append(connection)

    event.listen(Pool, "connect", note)
    try:
        store = Store(url)
        assert opened == []
        store.migrate()
        assert opened != []
        store.dispose()
    finally:
        event.remove(Pool, "connect", note)


def test_the_migrations_write_postgresql_too() -> None:
    written = StringIO()
    made = config()
    made.output_buffer = written
    made.attributes["dialect"] = "postgresql"
    command.upgrade(made, "head", sql=True)
    sql = written.getvalue()
    assert "CREATE TRIGGER audit_log_kept BEFORE UPDATE OR DELETE ON audit_log" in sql
    assert "CREATE TRIGGER runs_kept BEFORE UPDATE ON runs" in sql
    assert "CREATE TRIGGER evidence_versions_kept BEFORE UPDATE OR DELETE ON evidence_versions" in sql
    assert "CREATE TRIGGER own_catalogues_kept BEFORE UPDATE OR DELETE ON own_catalogues" in sql
    assert "BEFORE TRUNCATE ON audit_log" in sql
    assert "id BIGSERIAL NOT NULL" in sql
    assert "RAISE(ABORT" not in sql
