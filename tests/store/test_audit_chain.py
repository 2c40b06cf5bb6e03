from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine

from rori.errors import StoreError
from rori.store import AuditEntry, AuditQuery, Break, LogFinding, LogHead, LogReport, Store
from rori.store.audit_chain import rows as chain_rows
from rori.store.audit_chain.hashing import entry_hash
from rori.store.migrating import config
from rori.store.migrations import HEAD
from rori.store.migrations.triggers import _ONLY_WHEN, _REFUSED
from tests.store.builders import record

Log = Callable[..., tuple[AuditEntry, ...]]
ZEROS = "0" * 64
WRITERS, EDITS_EACH = 20, 10
COLUMNS = "at, who, action, subject, subject_key, row_version, before, after, note"
COLUMNS_AND_HASHES = f"{COLUMNS}, previous_hash, entry_hash"


def outsiders_hash(row: sqlite3.Row) -> str:
    """Compute a hash from the table and the published rule alone."""
    entry = {name: row[name] for name in row.keys() if name != "entry_hash"}  # noqa: SIM118 - a Row iterates over values
    entry["at"] = f"{row['at'].replace(' ', 'T')}+00:00"
    for name in ("before", "after"):
        entry[name] = None if row[name] is None else json.loads(row[name])
    written = json.dumps(entry, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(written.encode()).hexdigest()


def rows_of(database: Path) -> list[sqlite3.Row]:
    with closing(sqlite3.connect(database)) as connection:
        connection.row_factory = sqlite3.Row
        return connection.execute("SELECT * FROM audit_log ORDER BY id").fetchall()


def verified(store: Store, anchor: LogHead | None = None) -> LogReport:
    with store.read() as reader:
        return reader.verify_audit(anchor=anchor)


def only_finding(report: LogReport) -> LogFinding:
    [finding] = report.findings
    return finding


def head(store: Store) -> LogHead:
    with store.read() as reader:
        found = reader.audit_head()
    assert found is not None
    return found


def edit(store: Store, who: str = "ann", key: str = "card-auth", owner: str | None = None) -> None:
    with store.write(who) as writer:
        stored = writer.record("systems", key)
        writer.update("systems", {**stored.values, "owner": owner or f"v{stored.version}"}, version=stored.version)
        writer.commit()


def rehash(raw: sqlite3.Connection, row_id: int) -> str:
    """Give an entry the hash that fits what it holds now, as somebody who knows the rule would."""
    raw.row_factory = sqlite3.Row
    own = outsiders_hash(raw.execute("SELECT * FROM audit_log WHERE id = ?", (row_id,)).fetchone())
    raw.execute("UPDATE audit_log SET entry_hash = ? WHERE id = ?", (own, row_id))
    return own


def chain_again(raw: sqlite3.Connection, first_id: int) -> None:
    """Write all hashes from an entry on again, and the head, so that the log fits itself."""
    raw.row_factory = sqlite3.Row
    found = raw.execute(
        "SELECT entry_hash FROM audit_log WHERE id < ? ORDER BY id DESC LIMIT 1", (first_id,)
    ).fetchone()
    previous = ZEROS if found is None else found["entry_hash"]
    ids = [row["id"] for row in raw.execute("SELECT id FROM audit_log WHERE id >= ? ORDER BY id", (first_id,))]
    for row_id in ids:
        raw.execute("UPDATE audit_log SET previous_hash = ? WHERE id = ?", (previous, row_id))
        previous = rehash(raw, row_id)
    raw.execute("UPDATE audit_head SET last_hash = ?, last_id = (SELECT max(id) FROM audit_log)", (previous,))
    raw.execute("UPDATE audit_head SET entries = (SELECT count(*) FROM audit_log)")


@pytest.fixture
def chained(filled: Store) -> Store:
    """Return a store with fourteen entries, nine of them from one transaction."""
    for _ in range(5):
        edit(filled)
    return filled


@pytest.fixture
def tamper(raw: sqlite3.Connection) -> sqlite3.Connection:
    """Return a connection of somebody who dropped the triggers first."""
    for (name,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        raw.execute(f"DROP TRIGGER {name}")
    return raw


def test_an_empty_log_is_intact(store: Store) -> None:
    assert head(store) == LogHead(entries=0, last_id=0, last_hash=ZEROS)
    report = verified(store, head(store))
    assert (report.is_intact, report.checked, report.entries) == (True, 0, 0)


def test_each_entry_carries_the_hash_of_the_one_before_and_of_all_it_says(chained: Store, database: Path) -> None:
    with chained.write("Zoë 支付", note='quote " and \\ and \t') as writer:
        writer.remember("numbers", {"b": [1, 1.0, -0.0, 1e-300, 2**63], "a": None, "é": "\u2028", "A": True})
        writer.commit()
    rows = rows_of(database)
    assert [row["id"] for row in rows] == list(range(1, 16))
    assert [row["previous_hash"] for row in rows] == [ZEROS, *(row["entry_hash"] for row in rows[:-1])]
    assert [row["entry_hash"] for row in rows] == [outsiders_hash(row) for row in rows]
    assert head(chained) == LogHead(entries=15, last_id=15, last_hash=rows[-1]["entry_hash"])
    assert verified(chained).is_intact


def test_the_hash_is_the_one_that_was_published() -> None:
    entry = {
        "id": 7,
        "at": datetime(2026, 11, 24, 3, 2, 56, 120, tzinfo=UTC),
        "who": "zoë",
        "action": "update",
        "subject": "systems",
        "subject_key": "ledger",
        "row_version": 2,
        "before": None,
        "after": {"name": "Ledger", "hours": 1.0},
        "note": "",
        "previous_hash": ZEROS,
    }
    written = (
        '{"action":"update","after":{"hours":1.0,"name":"Ledger"},"at":"2026-11-24T03:02:56.000120+00:00","before":null,'
        f'"id":7,"note":"","previous_hash":"{ZEROS}","row_version":2,"subject":"systems","subject_key":"ledger",'
        '"who":"zoë"}'
    )
    assert entry_hash(entry) == hashlib.sha256(written.encode()).hexdigest()


def test_what_is_rolled_back_leaves_no_gap_in_the_chain(chained: Store) -> None:
    before = head(chained)
    with chained.write("ann") as writer:
        writer.insert("systems", record("systems", id="never"))
    assert head(chained) == before
    edit(chained)
    assert head(chained).last_id == before.last_id + 1
    assert verified(chained).is_intact


def test_progress_is_told_in_pieces(chained: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    small = chain_rows._FIRST_PIECE.limit(None).limit(4)
    monkeypatch.setattr(chain_rows, "_FIRST_PIECE", small)
    monkeypatch.setattr(chain_rows, "_PIECE", chain_rows._PIECE.limit(None).limit(4))
    told: list[tuple[int, int]] = []
    with chained.read() as reader:
        report = reader.verify_audit(lambda done, of: told.append((done, of)))
    assert told == [(4, 14), (8, 14), (12, 14), (14, 14)]
    assert (report.is_intact, report.checked) == (True, 14)


@pytest.mark.parametrize(
    "change",
    [
        "who = 'nobody'",
        "at = '2020-01-01 00:00:00.000000'",
        "after = replace(after, 'Card', 'Kard')",
        "before = '{}'",
        "after = NULL",
        "note = 'innocent'",
        "row_version = 12",
        "row_version = 'two'",
        "at = 'yesterday'",
        "after = 'no json'",
        "who = x'00ff'",
        f"entry_hash = '{ZEROS}'",
    ],
)
def test_a_changed_entry_is_named(chained: Store, tamper: sqlite3.Connection, change: str) -> None:
    tamper.execute(f"UPDATE audit_log SET {change} WHERE id = 11")
    report = verified(chained)
    finding = only_finding(report)
    assert (finding.how, finding.entry.id, report.checked) == (Break.CHANGED, 11, 11)
    assert (finding.entry.action, finding.entry.subject, finding.entry.subject_key) == (
        "update",
        "systems",
        "card-auth",
    )
    assert (finding.entry.at is None) is ("yesterday" in change)


def test_a_changed_last_entry_is_named(chained: Store, tamper: sqlite3.Connection) -> None:
    tamper.execute("UPDATE audit_log SET note = 'innocent' WHERE id = 14")
    finding = only_finding(verified(chained))
    assert (finding.how, finding.entry.id) == (Break.CHANGED, 14)


def test_an_entry_that_was_changed_and_hashed_again_is_named(chained: Store, tamper: sqlite3.Connection) -> None:
    tamper.execute("UPDATE audit_log SET who = 'nobody' WHERE id = 5")
    rehash(tamper, 5)
    finding = only_finding(verified(chained))
    assert (finding.how, finding.entry.id, finding.entry.who) == (Break.REWRITTEN, 5, "nobody")


def test_a_last_entry_that_was_changed_and_hashed_again_does_not_fit_the_head(
    chained: Store, tamper: sqlite3.Connection
) -> None:
    tamper.execute("UPDATE audit_log SET who = 'nobody' WHERE id = 14")
    rehash(tamper, 14)
    finding = only_finding(verified(chained))
    assert (finding.how, finding.entry.id) == (Break.HEAD, 14)


@pytest.mark.parametrize(("gone", "first", "last"), [((7,), 7, 7), ((4, 5, 6), 4, 6), ((1,), 1, 1), ((1, 2), 1, 2)])
def test_deleted_entries_are_named(
    chained: Store, tamper: sqlite3.Connection, gone: tuple[int, ...], first: int, last: int
) -> None:
    tamper.executemany("DELETE FROM audit_log WHERE id = ?", [(row_id,) for row_id in gone])
    finding = only_finding(verified(chained))
    assert (finding.how, finding.first_id, finding.last_id) == (Break.MISSING, first, last)
    assert finding.entry.id == last + 1


def test_a_cut_tail_is_found_without_an_anchor(chained: Store, tamper: sqlite3.Connection) -> None:
    tamper.execute("DELETE FROM audit_log WHERE id > 11")
    report = verified(chained)
    finding = only_finding(report)
    assert (finding.how, finding.entry.id, finding.n_missing, report.checked) == (Break.CUT, 11, 3, 11)


def test_a_log_that_was_emptied_is_found(chained: Store, tamper: sqlite3.Connection) -> None:
    tamper.execute("DELETE FROM audit_log")
    finding = only_finding(verified(chained))
    assert (finding.how, finding.entry, finding.n_missing) == (Break.CUT, None, 14)


def test_a_cut_tail_stays_visible_when_work_goes_on(chained: Store, tamper: sqlite3.Connection) -> None:
    tamper.execute("DELETE FROM audit_log WHERE id > 11")
    edit(chained)
    finding = only_finding(verified(chained))
    assert (finding.how, finding.first_id, finding.last_id, finding.entry.id) == (Break.MISSING, 12, 14, 15)


@pytest.mark.parametrize("columns", [COLUMNS, COLUMNS_AND_HASHES])
@pytest.mark.parametrize(("one", "other"), [(3, 12), (10, 11)])
def test_swapped_entries_are_named(
    chained: Store, tamper: sqlite3.Connection, columns: str, one: int, other: int
) -> None:
    held = {i: tamper.execute(f"SELECT {columns} FROM audit_log WHERE id = ?", (i,)).fetchone() for i in (one, other)}
    settings = ", ".join(f"{name} = ?" for name in columns.split(", "))
    for place, content in ((one, held[other]), (other, held[one])):
        tamper.execute(f"UPDATE audit_log SET {settings} WHERE id = ?", (*content, place))
    finding = only_finding(verified(chained))
    assert (finding.how, finding.entry.id, finding.first_id) == (Break.SWAPPED, one, other)


@pytest.mark.parametrize("hashed", [True, False])
@pytest.mark.parametrize("place", ["before the first", "in the middle", "after the last"])
def test_a_forged_entry_is_named(chained: Store, tamper: sqlite3.Connection, place: str, *, hashed: bool) -> None:
    like, row_id = {"before the first": (1, 0), "in the middle": (5, 6), "after the last": (14, 15)}[place]
    if place == "in the middle":
        tamper.execute("DELETE FROM audit_log WHERE id = 6")
    previous = tamper.execute("SELECT entry_hash FROM audit_log WHERE id = ?", (row_id - 1,)).fetchone()
    tamper.execute(
        f"INSERT INTO audit_log (id, {COLUMNS_AND_HASHES}) "
        f"SELECT ?, at, 'forger', action, subject, subject_key, row_version, before, after, note, ?, ? "
        "FROM audit_log WHERE id = ?",
        (row_id, ZEROS if previous is None else previous[0], ZEROS, like),
    )
    if hashed:
        rehash(tamper, row_id)
    finding = only_finding(verified(chained))
    assert (finding.entry.id, finding.entry.who) == (row_id, "forger")
    in_the_middle = Break.REWRITTEN if hashed else Break.CHANGED
    assert finding.how is (in_the_middle if place == "in the middle" else Break.INSERTED)


def test_a_forged_last_entry_does_not_stop_the_work_and_is_still_named(
    chained: Store, tamper: sqlite3.Connection
) -> None:
    last = tamper.execute("SELECT entry_hash FROM audit_log WHERE id = 14").fetchone()[0]
    forged = (
        f"INSERT INTO audit_log (id, {COLUMNS_AND_HASHES}) SELECT 15, {COLUMNS}, ?, '' FROM audit_log WHERE id = 14"
    )
    tamper.execute(forged, (last,))
    rehash(tamper, 15)
    edit(chained)
    finding = only_finding(verified(chained))
    assert (finding.how, finding.entry.id) == (Break.INSERTED, 15)


@pytest.mark.parametrize(
    "change",
    [f"UPDATE audit_head SET last_hash = '{ZEROS}'", "UPDATE audit_head SET last_id = 3", "DELETE FROM audit_head"],
)
def test_a_changed_head_is_found(chained: Store, tamper: sqlite3.Connection, change: str) -> None:
    tamper.execute(change)
    finding = only_finding(verified(chained))
    assert (finding.how, finding.entry.id) == (Break.HEAD, 14)


def test_nothing_is_written_without_a_head(chained: Store, tamper: sqlite3.Connection) -> None:
    tamper.execute("DELETE FROM audit_head")
    with pytest.raises(StoreError, match="the head of the audit log is missing, nothing was saved"):
        edit(chained)
    with chained.read() as reader:
        assert reader.record("systems", "card-auth").version == 6


def test_an_anchor_that_fits_finds_nothing_however_the_log_grew(chained: Store) -> None:
    anchor = head(chained)
    edit(chained)
    report = verified(chained, anchor)
    assert (report.is_intact, report.anchored, report.checked) == (True, True, 15)


def test_a_log_that_was_cut_together_with_its_head_is_shorter_than_its_anchor(
    chained: Store, tamper: sqlite3.Connection
) -> None:
    anchor = head(chained)
    tamper.execute("DELETE FROM audit_log WHERE id > 11")
    chain_again(tamper, 12)
    assert verified(chained).is_intact
    finding = only_finding(verified(chained, anchor))
    assert (finding.how, finding.first_id) == (Break.ANCHOR_SHORTER, 14)


@pytest.mark.parametrize(
    "change", ["UPDATE audit_log SET who = 'nobody' WHERE id = 5", "DELETE FROM audit_log WHERE id = 5"]
)
def test_a_log_that_was_rewritten_throughout_does_not_fit_its_anchor(
    chained: Store, tamper: sqlite3.Connection, change: str
) -> None:
    anchor = head(chained)
    tamper.execute(change)
    chain_again(tamper, 5)
    edit(chained)
    assert verified(chained).is_intact
    finding = only_finding(verified(chained, anchor))
    assert (finding.how, finding.entry.id) == (Break.ANCHOR_CHANGED, 14)


def test_a_log_that_was_cut_and_grew_again_does_not_fit_its_anchor(chained: Store, tamper: sqlite3.Connection) -> None:
    anchor = head(chained)
    tamper.execute("DELETE FROM audit_log WHERE id > 11")
    chain_again(tamper, 12)
    for _ in range(4):
        edit(chained, key="hsm")
    assert verified(chained).is_intact
    assert only_finding(verified(chained, anchor)).how is Break.ANCHOR_CHANGED


def test_an_anchor_and_the_chain_are_both_held_against_a_broken_log(chained: Store, tamper: sqlite3.Connection) -> None:
    anchor = head(chained)
    tamper.execute("DELETE FROM audit_log WHERE id > 11")
    tamper.execute("UPDATE audit_log SET who = 'nobody' WHERE id = 3")
    assert [finding.how for finding in verified(chained, anchor).findings] == [Break.CHANGED, Break.ANCHOR_SHORTER]


def test_twenty_writers_at_once_leave_one_unbroken_chain(filled: Store, url: str) -> None:
    with filled.write("ann") as writer:
        writer.insert_many("systems", [record("systems", id=f"own-{i}") for i in range(WRITERS)])
        writer.commit()
    before = head(filled).entries

    def work(i: int) -> None:
        own = Store(url)
        for n in range(EDITS_EACH):
            edit(own, f"writer {i}", f"own-{i}", f"{i}-{n}")
        own.dispose()

    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(work, range(WRITERS)))
    report = verified(filled)
    assert report.is_intact
    assert report.checked == report.head.entries == report.head.last_id == before + WRITERS * EDITS_EACH
    with filled.read() as reader:
        for i in range(WRITERS):
            lines = reader.audit(AuditQuery(who=f"writer {i}"))
            assert [line.after["owner"] for line in reversed(lines)] == [f"{i}-{n}" for n in range(EDITS_EACH)]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_head SET entries = entries - 1",
        "UPDATE audit_head SET last_hash = ''",
        "DELETE FROM audit_head",
        "REPLACE INTO audit_head SELECT * FROM audit_head",
    ],
)
def test_the_head_only_moves_on(filled: Store, raw: sqlite3.Connection, statement: str) -> None:
    with pytest.raises(sqlite3.IntegrityError, match="the head of the audit log only moves on"):
        raw.execute(statement)


def test_there_is_one_head(filled: Store, raw: sqlite3.Connection) -> None:
    with pytest.raises(sqlite3.IntegrityError, match="CHECK constraint failed"):
        raw.execute("INSERT INTO audit_head SELECT 2, entries, last_id, last_hash FROM audit_head")


@pytest.mark.parametrize("table", sorted(_REFUSED))
def test_after_all_migrations_the_triggers_of_each_guarded_table_stand(
    store: Store, raw: sqlite3.Connection, table: str
) -> None:
    """Batch migrations drop triggers on SQLite: a migration that forgets them fails here."""
    found = raw.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = ?", (table,))
    triggers = dict(found.fetchall())
    sentence, refused = _REFUSED[table]
    assert set(triggers) == {f"{table}_refuses_{what.lower()}" for what in (*refused, "INSERT")}
    assert all(sentence in sql for sql in triggers.values())
    conditions = {what for what in refused if "WHEN" in triggers[f"{table}_refuses_{what.lower()}"]}
    assert conditions == {what for where, what in _ONLY_WHEN if where == table}


def run(url: str, step: Callable[[Config], None]) -> None:
    engine = create_engine(url)
    with engine.begin() as connection:
        step(config(connection))
    engine.dispose()


@pytest.fixture
def unchained(url: str, database: Path) -> Iterator[sqlite3.Connection]:
    """Return a database of the version before the chain, with three entries; the second is missing."""
    database.parent.mkdir()
    run(url, lambda made: command.upgrade(made, "0001"))
    rows = [
        (1, "2026-01-31 23:59:59.999999", "zoë", "insert", "systems", "a", 1, None, '{"b": 1.0, "a": "支"}', "first"),
        (3, "2026-02-01 00:00:00.000000", "bob", "update", "systems", "a", 2, '{"b": 1.0}', '{"b": 2}', ""),
        (4, "2026-02-01 00:00:01.000001", "bob", "import", "inventory", "", None, None, None, "a.xlsx"),
    ]
    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        connection.executemany(f"INSERT INTO audit_log VALUES ({', '.join('?' * 10)})", rows)
        yield connection


def test_entries_of_an_older_version_are_chained_as_they_stand(
    unchained: sqlite3.Connection, url: str, database: Path
) -> None:
    before = unchained.execute("SELECT * FROM audit_log").fetchall()
    store = Store(url)
    store.migrate()
    report = verified(store)
    rows = rows_of(database)
    store.dispose()
    assert (report.is_intact, report.checked) == (True, 3)
    assert report.head == LogHead(entries=3, last_id=4, last_hash=rows[-1]["entry_hash"])
    assert [tuple(row)[: len(before[0])] for row in rows] == before
    assert [row["entry_hash"] for row in rows] == [outsiders_hash(row) for row in rows]
    assert [row["previous_hash"] for row in rows] == [ZEROS, *(row["entry_hash"] for row in rows[:-1])]
    for statement in ("DELETE FROM audit_log", "UPDATE audit_log SET who = ''", "DELETE FROM audit_head"):
        with pytest.raises(sqlite3.IntegrityError, match="only"):
            unchained.execute(statement)


def test_work_goes_on_after_the_chaining(unchained: sqlite3.Connection, url: str, log: Log) -> None:
    store = Store(url)
    store.migrate()
    with store.write("ann") as writer:
        writer.insert("systems", record("systems"))
        writer.commit()
    assert head(store).last_id == 5
    assert verified(store).is_intact
    store.dispose()


def test_more_entries_than_are_read_at_once_are_chained(unchained: sqlite3.Connection, url: str) -> None:
    unchained.execute(
        "INSERT INTO audit_log WITH RECURSIVE n(i) AS (SELECT 5 UNION ALL SELECT i + 1 FROM n WHERE i < 10100) "
        "SELECT i, at, who, action, subject, i, row_version, before, after, note FROM n, audit_log WHERE id = 3"
    )
    store = Store(url)
    store.migrate()
    report = verified(store)
    store.dispose()
    assert (report.is_intact, report.checked) == (True, 10_099)


def test_going_back_takes_the_hashes_and_keeps_entries_and_guard(unchained: sqlite3.Connection, url: str) -> None:
    before = unchained.execute("SELECT * FROM audit_log").fetchall()
    run(url, lambda made: command.upgrade(made, "0002"))
    run(url, lambda made: command.downgrade(made, "0001"))
    assert unchained.execute("SELECT * FROM audit_log").fetchall() == before
    assert unchained.execute("SELECT 1 FROM sqlite_master WHERE name = 'audit_head'").fetchall() == []
    with pytest.raises(sqlite3.IntegrityError, match="only ever added to"):
        unchained.execute("DELETE FROM audit_log")


def test_the_statements_for_postgresql_guard_the_log_again_and_refuse_unchained_entries() -> None:
    written = StringIO()
    made = config()
    made.output_buffer = written
    made.attributes["dialect"] = "postgresql"
    command.upgrade(made, f"0001:{HEAD}", sql=True)
    sql = written.getvalue()
    dropped, created = "DROP FUNCTION IF EXISTS audit_log_refuse() CASCADE", "CREATE TRIGGER audit_log_kept BEFORE"
    assert 0 < sql.index(dropped) < sql.index("ADD COLUMN previous_hash") < sql.index(created)
    assert "IF EXISTS (SELECT 1 FROM audit_log) THEN RAISE EXCEPTION" in sql
    assert "ALTER TABLE audit_log ALTER COLUMN entry_hash SET NOT NULL" in sql
    assert "BEFORE UPDATE ON audit_head FOR EACH ROW WHEN (NEW.entries <= OLD.entries)" in sql
    assert "BEFORE TRUNCATE ON audit_head" in sql
