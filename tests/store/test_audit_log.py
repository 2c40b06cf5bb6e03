from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from rori.errors import ConflictError, InputError, NotFoundError, RoriError
from rori.inventory.sheets import SHEETS
from rori.store import AuditEntry, AuditQuery, Store
from tests.store.builders import FULL, record

Log = Callable[..., tuple[AuditEntry, ...]]
SHEET_NAMES = [sheet.name for sheet in SHEETS]


def edited(store: Store, sheet: str = "systems", **values: object) -> int:
    """Change the row that the filled store has on a sheet, and return its new version."""
    with store.write("ann") as writer:
        stored = writer.records(sheet)[0]
        version = writer.update(sheet, {**stored.values, **values}, version=stored.version).version
        writer.commit()
    return version


def undone(store: Store, audit_id: int) -> AuditEntry:
    with store.write("ulla") as writer:
        entry = writer.undo(audit_id)
        writer.commit()
    return entry


def test_every_change_leaves_who_what_when_before_and_after(store: Store, log: Log) -> None:
    began = datetime.now(UTC)
    with store.write("ann", note="first draft") as writer:
        writer.insert("systems", record("systems"))
        writer.commit()
    with store.write("bob") as writer:
        writer.update("systems", record("systems", owner="Bob"), version=1)
        writer.commit()
    with store.write("cleo") as writer:
        writer.delete("systems", "card-auth", version=2)
        writer.commit()
    deleted, updated, inserted = log()
    assert [(e.who, e.action, e.row_version, e.note) for e in (inserted, updated, deleted)] == [
        ("ann", "insert", 1, "first draft"),
        ("bob", "update", 2, ""),
        ("cleo", "delete", 2, ""),
    ]
    assert (inserted.before, inserted.after) == (None, record("systems"))
    assert (updated.before, updated.after) == (record("systems"), record("systems", owner="Bob"))
    assert (deleted.before, deleted.after) == (record("systems", owner="Bob"), None)
    assert {(e.subject, e.subject_key) for e in log()} == {("systems", "card-auth")}
    assert began <= inserted.at <= updated.at <= deleted.at <= datetime.now(UTC)
    assert inserted.at.utcoffset() == timedelta(0)


@pytest.mark.parametrize("name", SHEET_NAMES)
def test_values_of_every_kind_come_out_of_the_log_exactly_as_they_were(filled: Store, log: Log, name: str) -> None:
    edited(filled, name, **FULL[name])
    edited(filled, name, source="later")
    before = log()[0].before
    with filled.read() as reader:
        wanted = {**reader.records(name)[0].values, **FULL[name]}
    wanted["source"] = FULL[name].get("source", "")
    assert before == wanted
    assert {key: type(value) for key, value in before.items()} == {key: type(value) for key, value in wanted.items()}


def test_the_log_is_asked_by_subject_key_person_action_and_text(filled: Store, log: Log) -> None:
    edited(filled, owner="Zoë Müller")
    assert [e.subject_key for e in log(subject="systems", who="importer")] == ["hsm", "card-auth"]
    assert [e.action for e in log(subject="systems", subject_key="card-auth")] == ["update", "insert"]
    assert [e.who for e in log(action="update")] == ["ann"]
    assert [e.action for e in log(text="MüLLER")] == ["update"]
    assert log(text="100%") == ()
    assert log(text="card_auth") == ()
    assert {e.subject for e in log(text="FAILOVER-1")} == {"effects"}


def test_the_log_is_shown_in_pages_newest_first(filled: Store, log: Log) -> None:
    entries = log()
    assert [e.id for e in entries] == sorted((e.id for e in entries), reverse=True)
    assert log(limit=2, offset=3) == entries[3:5]
    with filled.read() as reader:
        assert reader.audit_count(AuditQuery(limit=1)) == len(entries) == 9
        assert reader.audit_count(AuditQuery(subject="systems")) == 2


@pytest.mark.parametrize("page", [{"limit": 0}, {"limit": 10_001}, {"offset": -1}])
def test_a_page_that_cannot_be_is_refused(page: dict[str, int]) -> None:
    with pytest.raises(InputError, match="must be a whole number"):
        AuditQuery(**page)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_log SET who = 'nobody'",
        "UPDATE audit_log SET note = '' WHERE id = 1",
        "DELETE FROM audit_log",
        "DELETE FROM audit_log WHERE id = 1",
        "REPLACE INTO audit_log SELECT * FROM audit_log WHERE id = 1",
        "INSERT OR REPLACE INTO audit_log SELECT * FROM audit_log",
    ],
)
def test_the_log_is_only_ever_added_to_even_past_the_store(
    filled: Store, raw: sqlite3.Connection, log: Log, statement: str
) -> None:
    before = log()
    with pytest.raises(sqlite3.IntegrityError, match="only ever added to"):
        raw.execute(statement)
    assert log() == before


def test_a_line_that_changes_no_row_can_be_left_but_not_undone(store: Store, log: Log) -> None:
    with store.write("ann") as writer:
        writer.log("import", "inventory", note="from inventory.xlsx")
        writer.commit()
    [line] = log()
    assert (line.who, line.action, line.subject, line.note) == ("ann", "import", "inventory", "from inventory.xlsx")
    with store.write("ann") as writer, pytest.raises(RoriError, match="changed no row, so there is nothing to undo"):
        writer.undo(line.id)


def test_an_entry_that_does_not_exist_cannot_be_undone(store: Store) -> None:
    with store.write("ann") as writer, pytest.raises(NotFoundError, match="no entry 12"):
        writer.undo(12)


@pytest.mark.parametrize(
    "name", ["loss_profiles", "failure_modes", "common_causes", "dependencies", "effects", "cases"]
)
def test_a_deleted_row_can_be_brought_back(filled: Store, log: Log, name: str) -> None:
    version = edited(filled, name, **FULL[name])
    with filled.write("ann") as writer:
        stored = writer.records(name)[0]
        writer.delete(name, log()[0].subject_key, version=version)
        writer.commit()
    entry = undone(filled, log()[0].id)
    with filled.read() as reader:
        [back] = reader.records(name)
    assert back.values == stored.values
    assert (back.changed_by, back.version) == ("ulla", version + 1)
    assert (entry.action, entry.who, entry.before, entry.after) == ("undo", "ulla", None, stored.values)
    assert entry == log()[0]


def test_an_inserted_row_can_be_taken_back(filled: Store, log: Log) -> None:
    with filled.write("ann") as writer:
        writer.insert("systems", record("systems", id="new"))
        writer.commit()
    entry = undone(filled, log()[0].id)
    assert (entry.action, entry.after, entry.note) == ("undo", None, f"undid entry {entry.id - 1}")
    with filled.read() as reader:
        assert reader.count("systems") == 2


def test_an_update_can_be_taken_back_and_put_on_again(filled: Store, log: Log) -> None:
    edited(filled, "measures", capex_eur=Decimal("0.0001"))
    undone(filled, log()[0].id)
    with filled.read() as reader:
        assert reader.record("measures", "failover").values["capex_eur"] == 0
    undone(filled, log()[0].id)
    with filled.read() as reader:
        stored = reader.record("measures", "failover")
    assert (stored.values["capex_eur"], stored.version) == (Decimal("0.0001"), 4)


def test_a_change_is_not_undone_when_the_row_has_changed_since(filled: Store, log: Log) -> None:
    edited(filled, owner="first")
    first = log()[0].id
    edited(filled, owner="second")
    with pytest.raises(ConflictError, match=r"Card authorisation was changed by ann at .* after that; nothing was"):
        undone(filled, first)
    with filled.read() as reader:
        assert reader.record("systems", "card-auth").values["owner"] == "second"


def test_changes_are_undone_one_after_the_other_from_the_last(filled: Store, log: Log) -> None:
    edited(filled, owner="first")
    edited(filled, owner="second")
    last, first = log()[:2]
    undone(filled, last.id)
    with pytest.raises(ConflictError, match="changed by ulla"):
        undone(filled, first.id)


def test_an_undo_keeps_the_rules_about_references(filled: Store, log: Log) -> None:
    inserted = next(e for e in log(subject="measures") if e.action == "insert")
    with pytest.raises(RoriError, match="Automated failover is still used by 1 effect"):
        undone(filled, inserted.id)
    with filled.write("ann") as writer:
        writer.delete("effects", "failover-1", version=1)
        writer.update("cases", record("cases"), version=1)
        writer.delete("measures", "failover", version=1)
        writer.commit()
    deleted = log(subject="effects")[0]
    with pytest.raises(InputError, match="Measure must be the id of an existing measure"):
        undone(filled, deleted.id)


def test_a_row_that_came_back_cannot_be_overwritten_by_who_saw_it_before(filled: Store, log: Log) -> None:
    edited(filled, "cases", name="Renamed")
    with filled.write("ann") as writer:
        writer.delete("cases", "programme", version=2)
        again = writer.insert("cases", record("cases", name="New case with the old id"))
        writer.commit()
    assert again.version == 3
    with filled.write("bob") as writer, pytest.raises(ConflictError):
        writer.update("cases", record("cases", name="What Bob saw at first"), version=1)


def test_a_row_can_go_and_come_back_within_one_transaction(filled: Store) -> None:
    with filled.write("ann") as writer:
        writer.delete("cases", "programme", version=1)
        writer.undo(writer.audit(AuditQuery(limit=1))[0].id)
        writer.update("cases", record("cases", name="Back"), version=2)
        writer.commit()
    with filled.read() as reader:
        stored = reader.record("cases", "programme")
    assert (stored.values["name"], stored.version) == ("Back", 3)
