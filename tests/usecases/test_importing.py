from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from openpyxl import load_workbook

from rori.errors import ConflictError, InputError
from rori.inventory.cells import parse_record
from rori.inventory.columns import Sheet
from rori.inventory.sheets import SHEETS, SYSTEMS
from rori.reports.inventory_csv import write_sheet_csv
from rori.reports.inventory_workbook import write_inventory_workbook
from rori.store import AuditQuery, Store
from rori.usecases.importing import (
    apply_import,
    export_csv,
    export_workbook,
    preview_csv,
    preview_workbook,
    template_workbook,
)
from tests.inventory.rich_inventory import rich_inventory


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(f"sqlite:///{tmp_path / 'rori.db'}")
    store.migrate()
    yield store
    store.dispose()


@pytest.fixture
def filled(store: Store) -> Store:
    apply_import(store, "ada", preview_workbook(store, write_inventory_workbook(rich_inventory())), "first load")
    return store


def renamed(name: str) -> bytes:
    record = {**rich_inventory()["systems"][0], "name": name}
    return write_sheet_csv(SYSTEMS, [record])


def test_a_workbook_fills_an_empty_store(filled: Store) -> None:
    with filled.read() as reader:
        assert reader.inventory() == rich_inventory()
        entries = reader.audit(AuditQuery(action="import"))
    assert [entry.who for entry in entries] == ["ada"]
    assert "first load" in entries[0].note


def test_what_was_exported_changes_nothing_when_imported(filled: Store) -> None:
    plan = preview_workbook(filled, export_workbook(filled))
    assert plan.problems == ()
    assert (plan.added, plan.changed) == ((), ())
    assert len(plan.unchanged) == sum(len(records) for records in rich_inventory().values())
    assert not plan.can_be_applied


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_an_exported_csv_file_changes_nothing_when_imported(filled: Store, sheet: Sheet) -> None:
    plan = preview_csv(filled, sheet.name, export_csv(filled, sheet.name))
    assert (plan.added, plan.changed, plan.problems) == ((), (), ())


def test_a_changed_cell_is_shown_before_and_after(filled: Store) -> None:
    plan = preview_csv(filled, "systems", renamed("Card approval"))
    (change,) = plan.changed
    assert (change.sheet, change.key, change.row) == ("systems", "card-auth", 2)
    assert [(cell.header, cell.old, cell.new) for cell in change.cells] == [
        ("Name", "Card authorisation", "Card approval")
    ]
    apply_import(filled, "grace", plan)
    with filled.read() as reader:
        stored = reader.record("systems", "card-auth")
    assert (stored.values["name"], stored.changed_by) == ("Card approval", "grace")


def test_rows_that_the_file_does_not_hold_stay(filled: Store) -> None:
    new = parse_record(SYSTEMS, {"id": "new", "name": "New"})
    plan = preview_csv(filled, "systems", write_sheet_csv(SYSTEMS, [new]))
    apply_import(filled, "ada", plan)
    with filled.read() as reader:
        assert reader.count("systems") == len(rich_inventory()["systems"]) + 1


def test_a_row_may_refer_to_what_only_the_store_holds(filled: Store) -> None:
    workbook = load_workbook(io.BytesIO(template_workbook()))
    workbook["Cases"].cell(4, 1).value = "second"
    workbook["Cases"].cell(4, 2).value = "Second case"
    workbook["Cases"].cell(4, 3).value = "chaos-days"
    buffer = io.BytesIO()
    workbook.save(buffer)
    plan = preview_workbook(filled, buffer.getvalue())
    assert plan.problems == ()
    assert [change.key for change in plan.added] == ["second"]


def test_a_bad_row_does_not_make_the_rows_that_refer_to_it_bad(store: Store) -> None:
    workbook = load_workbook(io.BytesIO(write_inventory_workbook(rich_inventory())))
    workbook["Systems"].cell(4, 8).value = "soon"
    buffer = io.BytesIO()
    workbook.save(buffer)
    (problem,) = preview_workbook(store, buffer.getvalue()).problems
    assert (problem.sheet, problem.row, problem.column) == ("Systems", 4, "RTO (hours)")


def test_an_import_is_refused_when_its_preview_no_longer_holds(filled: Store) -> None:
    plan = preview_csv(filled, "systems", renamed("Card approval"))
    apply_import(filled, "grace", preview_csv(filled, "systems", renamed("Cards")))
    with pytest.raises(ConflictError, match="changed since the preview; look at it again"):
        apply_import(filled, "ada", plan)
    with filled.read() as reader:
        assert reader.record("systems", "card-auth").values["name"] == "Cards"


def test_a_change_elsewhere_does_not_stop_an_import(filled: Store) -> None:
    plan = preview_csv(filled, "systems", renamed("Card approval"))
    other = parse_record(SYSTEMS, {"id": "other", "name": "Other"})
    apply_import(filled, "grace", preview_csv(filled, "systems", write_sheet_csv(SYSTEMS, [other])))
    apply_import(filled, "ada", plan)
    with filled.read() as reader:
        assert reader.record("systems", "card-auth").values["name"] == "Card approval"


def test_an_import_whose_references_went_is_refused(filled: Store) -> None:
    records = rich_inventory()["cases"]
    case = {**records[0], "id": "third", "measure_ids": ("insurance",)}
    plan = preview_csv(filled, "cases", write_sheet_csv(SHEETS[-1], [case]))
    assert plan.can_be_applied
    with filled.write("grace") as writer:
        writer.delete("measures", "insurance", version=writer.record("measures", "insurance").version)
        writer.commit()
    with pytest.raises(ConflictError):
        apply_import(filled, "ada", plan)


def test_a_sheet_that_does_not_exist_is_named(store: Store) -> None:
    with pytest.raises(InputError, match="one of systems, loss_profiles"):
        export_csv(store, "../systems")
