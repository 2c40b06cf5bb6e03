"""The page Audit trail."""

from __future__ import annotations

import csv
import io
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from streamlit.testing.v1 import AppTest

from rori.store import AuditQuery, ControlAnswer, Store
from rori.ui.components.history import entries_as_csv
from rori.usecases.auditing import anchor_file, log_head, take_anchor
from rori.usecases.inventory import audit_trail, delete_record, list_records, save_record
from tests.ui.test_start import button

Open = Callable[..., AppTest]


def renamed(store: Store) -> None:
    save_record(store, "mia", "systems", {"id": "ledger", "name": "Old"}, None)
    save_record(store, "otto", "systems", {"id": "ledger", "name": "New *name*", "rto_hours": 2}, 1)


def text(at: AppTest) -> str:
    return "\n".join(found.value for found in at.markdown).replace("\\", "")


def test_a_change_shows_before_and_after(store: Store, open_page: Open) -> None:
    renamed(store)
    shown = text(open_page("audit-trail"))
    assert "Name: Old → New *name*" in shown
    assert "RTO (hours): *empty* → 2" in shown


def test_only_the_last_change_of_a_row_offers_undo(store: Store, open_page: Open) -> None:
    renamed(store)
    at = open_page("audit-trail")
    assert [found.label for found in at.button].count("Undo") == 1
    button(at, "Undo").click().run()
    assert list_records(store, "systems")[0].values["name"] == "Old"


def test_a_deleted_row_can_be_brought_back(store: Store, open_page: Open) -> None:
    save_record(store, "mia", "systems", {"id": "ledger", "name": "Old"}, None)
    delete_record(store, "mia", "systems", "ledger", 1)
    button(open_page("audit-trail"), "Undo").click().run()
    assert list_records(store, "systems")[0].values["name"] == "Old"


def test_people_and_kinds_can_be_looked_for(store: Store, open_page: Open) -> None:
    renamed(store)
    at = open_page("audit-trail")
    at = next(found for found in at.selectbox if found.label == "Who").set_value("mia").run()
    assert "1 entry" in [found.value for found in at.text]
    at = next(found for found in at.selectbox if found.label == "What").set_value("cases").run()
    assert any("No entry fits" in found.value for found in at.info)


def test_long_trails_are_turned_page_by_page(sample: Store, open_page: Open) -> None:
    at = open_page("audit-trail")
    first = text(at)
    at = button(at, "Older").click().run()
    assert text(at) != first
    assert text(button(at, "Newer").click().run()) == first


def test_what_is_no_row_of_a_sheet_shows_what_changed_too(store: Store, open_page: Open) -> None:
    with store.write("mia") as writer:
        writer.remember("colours", {"first": "*red*"})
        writer.commit()
    with store.write("mia") as writer:
        writer.remember("colours", "x" * 1_000)
        writer.commit()
    shown = text(open_page("audit-trail"))
    assert 'Value: {"first": "*red*"} → xxx' in shown
    assert "x" * 299 + "…" in shown
    assert "x" * 300 not in shown


def test_an_answer_to_a_control_shows_and_can_be_taken_back(store: Store, open_page: Open) -> None:
    with store.write("mia") as writer:
        writer.save_control_answer(ControlAnswer(control_id="backup-restore", answer="partly"), version=0)
        writer.commit()
    at = open_page("audit-trail")
    assert "Added answer to control backup-restore | entity" in text(at).replace("*", "")
    button(at, "Undo").click().run()
    with store.read() as reader:
        assert not reader.control_answers()


def test_the_file_holds_a_line_per_changed_cell_and_no_formula(store: Store) -> None:
    save_record(store, "mia", "systems", {"id": "ledger", "name": "=1+1"}, None)
    content = entries_as_csv(audit_trail(store, AuditQuery())).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(content)))
    assert [row["After"] for row in rows if row["Column"] == "Name"] == ["'=1+1"]
    assert {row["Who"] for row in rows} == {"mia"}


def tampered(folder: Path, *statements: str) -> None:
    """Change the log past the product, as somebody with a database tool can."""
    with closing(sqlite3.connect(folder / "rori.db", isolation_level=None)) as connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            connection.execute(statement)


def test_an_intact_log_is_verified_and_its_end_is_shown(store: Store, open_page: Open) -> None:
    renamed(store)
    at = open_page("audit-trail")
    assert [found.value for found in at.code] == [log_head(store).last_hash]
    assert not at.success
    at = button(at, "Verify the log").click().run()
    [said] = [found.value.replace("\\", "") for found in at.success]
    assert said == "The log is intact: 2 of 2 entries were checked, none was changed, removed, moved or put in."
    assert not at.error


def test_a_tampered_log_names_the_first_broken_entry(store: Store, tmp_path: Path, open_page: Open) -> None:
    renamed(store)
    at = open_page("audit-trail")
    tampered(tmp_path, "UPDATE audit_log SET who = 'ev*i*l' WHERE id = 2")
    at = button(at, "Verify the log").click().run()
    [said] = [found.value.replace("\\", "") for found in at.error]
    assert said.startswith("Entry 2 (")
    assert ", ev*i*l, update systems ledger) was changed: its content is not what was written." in said
    assert not at.success


def test_an_anchor_from_earlier_finds_a_log_that_was_cut_with_its_head(
    store: Store, tmp_path: Path, open_page: Open
) -> None:
    renamed(store)
    anchor = anchor_file(take_anchor(store))
    tampered(
        tmp_path,
        "DELETE FROM audit_log WHERE id = 2",
        "UPDATE audit_head SET entries = 1, last_id = 1, last_hash = (SELECT entry_hash FROM audit_log)",
    )
    at = button(open_page("audit-trail"), "Verify the log").click().run()
    assert at.success
    at = at.file_uploader[0].set_value(("anchor.json", anchor, "application/json")).run()
    assert "2 entries" in text(at)
    at = button(at, "Verify the log").click().run()
    assert any("ends before the anchored entry 2" in found.value for found in at.error)


def test_a_file_that_is_no_anchor_is_refused_with_a_sentence(store: Store, open_page: Open) -> None:
    at = open_page("audit-trail")
    at = at.file_uploader[0].set_value(("anchor.json", b"{}", "application/json")).run()
    assert any("must be an anchor" in found.value for found in at.error)
    assert not at.exception


def test_an_empty_log_says_so_and_can_be_verified(store: Store, open_page: Open) -> None:
    at = open_page("audit-trail")
    assert "The log is empty." in [found.value for found in at.text]
    assert button(at, "Verify the log").click().run().success


def test_a_head_that_somebody_removed_is_reported_before_any_check(
    store: Store, tmp_path: Path, open_page: Open
) -> None:
    tampered(tmp_path, "DELETE FROM audit_head")
    at = open_page("audit-trail")
    assert any("The note of where the log ends is missing" in found.value for found in at.error)
    assert button(at, "Verify the log").click().run().error
