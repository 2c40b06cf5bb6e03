"""The page Import and export."""

from __future__ import annotations

from collections.abc import Callable

from streamlit.testing.v1 import AppTest

from rori.store import Store
from rori.ui.components.imports import XLSX
from rori.usecases.importing import export_csv, export_workbook
from rori.usecases.inventory import list_records, save_record
from tests.ui.test_start import button
from tests.ui.test_systems import errors

Open = Callable[..., AppTest]


def one_system(store: Store, tier: str) -> bytes:
    """Return a file with the system ledger of this tier."""
    headings = export_csv(store, "systems").splitlines()[0].decode().count(",")
    return export_csv(store, "systems") + f"ledger,Ledger,Otto,{tier},application{',' * (headings - 4)}\r\n".encode()


def uploaded(open_page: Open, name: str, content: bytes, mime: str = "text/csv") -> AppTest:
    at = open_page("import-export")
    return at.file_uploader[0].set_value((name, content, mime)).run()


def counts(at: AppTest) -> dict[str, str]:
    return {found.label: found.value for found in at.metric}


def test_a_csv_file_is_shown_before_it_is_imported(store: Store, open_page: Open) -> None:
    at = uploaded(open_page, "systems.csv", one_system(store, "critical"))
    assert counts(at) == {"Rows added": "1", "Rows changed": "0", "Rows unchanged": "0", "Problems": "0"}
    assert not list_records(store, "systems")
    at = button(at, "Import 1 row").click().run()
    assert not at.error
    assert [record.values["name"] for record in list_records(store, "systems")] == ["Ledger"]


def test_a_changed_cell_is_shown_with_its_old_value(store: Store, open_page: Open) -> None:
    save_record(store, "mia", "systems", {"id": "ledger", "name": "Old"}, None)
    content = export_csv(store, "systems").replace(b"Old", b"New")
    at = uploaded(open_page, "systems.csv", content)
    (row,) = at.dataframe[0].value.to_dict("records")
    assert (row["Column"], row["Now"], row["Becomes"]) == ("Name", "Old", "New")


def test_a_problem_is_named_by_row_and_column_and_nothing_can_be_imported(store: Store, open_page: Open) -> None:
    at = uploaded(open_page, "systems.csv", one_system(store, "huge"))
    (row,) = at.dataframe[0].value.to_dict("records")
    assert (row["Sheet"], row["Row"], row["Column"]) == ("Systems", 2, "Tier")
    assert "got 'huge'" in row["What is wrong"]
    assert not any(found.label.startswith("Import ") for found in at.button)


def test_what_was_exported_changes_nothing(sample: Store, open_page: Open) -> None:
    at = uploaded(open_page, "all.xlsx", export_workbook(sample), XLSX)
    assert counts(at)["Problems"] == "0"
    assert any("Nothing to import" in found.value for found in at.info)


def test_a_file_that_is_no_workbook_is_refused_in_words(open_page: Open) -> None:
    at = uploaded(open_page, "all.xlsx", b"hello", XLSX)
    assert counts(at)["Problems"] == "1"
    assert not at.exception


def test_an_import_that_would_no_longer_do_what_was_shown_is_refused(store: Store, open_page: Open) -> None:
    at = uploaded(open_page, "systems.csv", one_system(store, "critical"))
    save_record(store, "otto", "systems", {"id": "ledger", "name": "Mine"}, None)
    at = button(at, "Import 1 row").click().run()
    assert "the inventory changed since the preview" in errors(at).replace("The", "the")
    at = at.run()
    assert counts(at)["Rows changed"] == "1"
