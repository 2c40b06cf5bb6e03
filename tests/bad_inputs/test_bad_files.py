from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from rori.errors import ImportRefusedError
from rori.inventory.build import Inventory
from rori.inventory.sheets import SHEETS
from rori.store import AuditQuery, Store
from rori.usecases.importing import apply_import, preview_csv, preview_workbook
from tests.bad_inputs.bad_files import BAD_FILES
from tests.inventory.rich_inventory import rich_inventory


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    path: Path = tmp_path_factory.mktemp("store") / "rori.db"
    store = Store(f"sqlite:///{path}")
    store.migrate()
    with store.write("tester") as writer:
        for sheet in SHEETS:
            writer.insert_many(sheet.name, rich_inventory()[sheet.name])
        writer.commit()
    yield store
    store.dispose()


def everything(store: Store) -> tuple[Inventory, int]:
    with store.read() as reader:
        return reader.inventory(), reader.audit_count(AuditQuery())


@pytest.mark.parametrize("name", BAD_FILES)
def test_a_bad_file_is_refused_in_clear_words_and_changes_nothing(store: Store, name: str) -> None:
    bad, before = BAD_FILES[name], everything(store)
    content = bad.make()
    plan = preview_csv(store, bad.csv_sheet, content) if bad.csv_sheet else preview_workbook(store, content)
    found = [problem for problem in plan.problems if bad.words in problem.message]
    assert found, plan.problems
    assert not bad.sheet or {problem.sheet for problem in found} == {bad.sheet}
    assert bad.row is None or bad.row in {problem.row for problem in found}
    assert not bad.column or bad.column in {problem.column for problem in found}
    assert not plan.can_be_applied
    with pytest.raises(ImportRefusedError) as refused:
        apply_import(store, "tester", plan)
    assert "Traceback" not in str(refused.value)
    assert everything(store) == before
