from __future__ import annotations

import sqlite3
import sys
from contextlib import closing
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import text

from rori.errors import ConflictError, InputError, StoreError
from rori.store import Store
from rori.store.engine import _run_patiently
from rori.store.tables import table
from tests.store.builders import record


def test_a_file_that_is_no_database_is_refused(url: str, database: Path) -> None:
    database.parent.mkdir()
    database.write_text("Dear diary, this is certainly not a database. " * 20, encoding="utf-8")
    store = Store(url)
    for use in (store.migrate, store.is_current):
        with pytest.raises(StoreError, match=r"rori\.db is not a database; choose another file"):
            use()
    with pytest.raises(StoreError, match="is not a database"), store.read() as reader:
        reader.count("systems")
    with pytest.raises(StoreError, match="is not a database"), store.write("ann") as writer:
        writer.count("systems")
    store.dispose()
    assert database.read_text(encoding="utf-8").startswith("Dear diary")


def test_a_folder_in_the_place_of_the_file_is_refused(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path}")
    with pytest.raises(StoreError, match="cannot be opened; check that its folder exists"):
        store.migrate()
    store.dispose()


def test_a_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(StoreError, match=r"the folder of the database .*/file/rori\.db cannot be made"):
        Store(f"sqlite:///{tmp_path}/file/rori.db")


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("", "must look like sqlite:///"),
        ("data/rori.db", "must look like sqlite:///"),
        ("mysql://secret@host/db", "must be sqlite or postgresql.psycopg, got mysql"),
        ("sqlite://", "must be a file such as sqlite:///folder/rori.db"),
        ("sqlite:///:memory:", "must be a file such as"),
        ("sqlite:///file:rori.db?uri=true", "must be a file such as"),
    ],
)
def test_a_url_that_cannot_be_used_is_refused(url: str, sentence: str) -> None:
    with pytest.raises(StoreError, match=sentence) as refused:
        Store(url)
    assert "secret" not in str(refused.value)


def test_a_database_that_somebody_else_holds_is_refused_after_the_wait(filled: Store, url: str) -> None:
    impatient = Store(url, busy_timeout_ms=50)
    with filled.write("ann") as holder:
        holder.insert("systems", record("systems", id="new"))
        with (
            pytest.raises(StoreError, match="is locked by another program; nothing was saved"),
            impatient.write("bob") as writer,
        ):
            writer.insert("systems", record("systems", id="other"))
        with impatient.read() as reader:
            assert reader.count("systems") == 2
        holder.commit()
    with impatient.read() as reader:
        assert reader.count("systems") == 3
    impatient.dispose()


def test_what_reads_cannot_write(filled: Store) -> None:
    with (
        pytest.raises(StoreError, match="cannot be written; check the rights on the file and its folder"),
        filled.read() as reader,
    ):
        reader._session.execute(table("effects").delete())
    with filled.read() as reader:
        assert reader.count("effects") == 1


def test_a_damaged_file_is_named_as_such(filled: Store, url: str, database: Path) -> None:
    filled.dispose()
    content = bytearray(database.read_bytes())
    content[4096 : len(content)] = b"\xff" * (len(content) - 4096)
    database.write_bytes(content)
    store = Store(url)
    with pytest.raises(StoreError, match="is damaged; restore a backup"), store.read() as reader:
        reader.records("systems")
    store.dispose()


def test_a_row_that_goes_behind_the_back_of_an_edit_is_a_conflict(filled: Store) -> None:
    row = {**record("effects", id="new", measure_id="gone"), "version": 1, "changed_by": "x"}
    with pytest.raises(ConflictError, match="nothing was saved, reload and try again"), filled.write("ann") as writer:
        writer._session.execute(table("effects").insert().values({**row, "changed_at": datetime.now(UTC)}))


def test_a_time_without_its_zone_is_refused_by_the_column_itself(filled: Store) -> None:
    row = {**record("effects", id="new"), "version": 1, "changed_by": "x"}
    naive = datetime(2026, 1, 1)  # noqa: DTZ001
    with pytest.raises(InputError, match="time must be a time with its time zone"), filled.write("ann") as writer:
        writer._session.execute(table("effects").insert().values({**row, "changed_at": naive}))


def test_a_time_in_another_zone_is_kept_in_utc(filled: Store) -> None:
    moment = datetime(2026, 1, 1, 12, tzinfo=timezone(timedelta(hours=2)))
    row = {**record("effects", id="new"), "version": 1, "changed_by": "x", "changed_at": moment}
    with filled.write("ann") as writer:
        writer._session.execute(table("effects").insert().values(row))
        writer.commit()
    with filled.read() as reader:
        found = reader.record("effects", "new").changed_at
    assert (found, found.hour, found.tzinfo) == (moment, 10, UTC)


def test_connections_are_set_up_for_safety(filled: Store, database: Path) -> None:
    wanted = {"foreign_keys": 1, "journal_mode": "wal", "busy_timeout": 30_000, "synchronous": 1}
    with filled.read() as reader, filled.write("ann") as writer:
        for unit in (reader, writer):
            found = {name: unit._session.execute(text(f"PRAGMA {name}")).scalar_one() for name in wanted}
            assert found == wanted


def test_a_missing_driver_is_named_and_the_password_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(StoreError, match="needs the package psycopg") as refused:
        Store("postgresql+psycopg://ann:secret@127.0.0.1:1/rori")
    assert "secret" not in str(refused.value)


def test_a_writer_takes_the_lock_when_it_begins(filled: Store, database: Path) -> None:
    with filled.write("ann") as writer:
        assert writer.count("systems") == 2
        with closing(sqlite3.connect(database, timeout=0.01)) as other, pytest.raises(sqlite3.OperationalError):
            other.execute("DELETE FROM effects")


class LockedForAWhile:
    """A connection whose file another process is turning to WAL at this moment: SQLite then refuses without waiting."""

    def __init__(self, refusals: int) -> None:
        self.refusals = refusals
        self.done: list[str] = []

    def execute(self, statement: str) -> None:
        if self.refusals:
            self.refusals -= 1
            raise sqlite3.OperationalError("database is locked")
        self.done.append(statement)


def test_opening_waits_while_another_program_opens_the_same_new_file() -> None:
    connection = LockedForAWhile(refusals=3)
    _run_patiently(connection, "PRAGMA journal_mode=WAL")
    assert connection.done == ["PRAGMA journal_mode=WAL"]


def test_opening_gives_up_when_the_file_stays_locked() -> None:
    with pytest.raises(sqlite3.OperationalError, match="locked"):
        _run_patiently(LockedForAWhile(refusals=99), "PRAGMA journal_mode=WAL")
