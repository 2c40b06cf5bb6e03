"""The page Audit trail."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

from streamlit.testing.v1 import AppTest

from rori.store import AuditQuery, Store
from rori.ui.components.history import entries_as_csv
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


def test_the_file_holds_a_line_per_changed_cell_and_no_formula(store: Store) -> None:
    save_record(store, "mia", "systems", {"id": "ledger", "name": "=1+1"}, None)
    content = entries_as_csv(audit_trail(store, AuditQuery())).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(content)))
    assert [row["After"] for row in rows if row["Column"] == "Name"] == ["'=1+1"]
    assert {row["Who"] for row in rows} == {"mia"}
