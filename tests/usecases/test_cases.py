"""Cases are run, kept, opened again to the same figures, checked and compared with the other engine."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook

from rori.errors import ConflictError, InputError, NotFoundError
from rori.store import Store
from rori.usecases.cases import (
    case_warnings,
    case_workbook,
    changed_since,
    delete_run,
    input_hash,
    list_cases,
    open_run,
    run_case,
    runs_of,
    verify_run,
)
from tests.ui.small_case import CASE, fill, run


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(f"sqlite:///{tmp_path / 'rori.db'}")
    opened.migrate()
    fill(opened)
    yield opened
    opened.dispose()


def change_case(store: Store, **values: object) -> None:
    with store.write("mia") as writer:
        stored = writer.record("cases", CASE)
        writer.update("cases", {**stored.values, **values}, version=stored.version)
        writer.commit()


def test_a_reopened_run_has_the_same_figures_to_the_last_digit(store):
    saved = run(store)
    again = open_run(store, saved.run.id)
    assert again.result == saved.result
    assert again.inputs == saved.inputs
    assert verify_run(store, saved.run.id) == saved.result
    assert [header.id for header in runs_of(store, CASE)] == [saved.run.id]


def test_a_run_says_who_made_it_from_what(store):
    with store.write("mia") as writer:
        stored = writer.record("failure_modes", "release")
        writer.update("failure_modes", {**stored.values, "source": "incident review 2025"}, version=stored.version)
        writer.commit()
    saved = run(store)
    assert ("failure_modes: release", "incident review 2025") in saved.inputs.sources
    assert (saved.run.created_by, saved.run.seed, saved.run.n_years) == ("mia", 1, 600)
    assert saved.run.input_hash == input_hash(saved.inputs)
    assert input_hash(replace(saved.inputs, sources=())) == saved.run.input_hash


def test_a_run_keeps_its_inputs_when_the_inventory_changes(store):
    saved = run(store)
    assert not changed_since(store, saved)
    change_case(store, discount_rate_per_year=0.12)
    assert changed_since(store, saved)
    assert verify_run(store, saved.run.id) == saved.result
    assert run(store).run.input_hash != saved.run.input_hash


def test_tampered_inputs_or_figures_are_found(store, tmp_path):
    saved = run(store)
    base = sqlite3.connect(tmp_path / "rori.db")
    base.execute("DROP TRIGGER IF EXISTS runs_refuse_update")
    for (name,) in base.execute(
        "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'runs'"
    ).fetchall():
        base.execute(f'DROP TRIGGER "{name}"')
    figures = json.loads(saved.run.result_json)
    figures["loss_eur_per_year"]["without"]["value"] += 1.0
    base.execute("UPDATE runs SET result_json = ?", (json.dumps(figures),))
    base.commit()
    with pytest.raises(ConflictError, match="gives other figures now"):
        verify_run(store, saved.run.id)
    inputs = json.loads(saved.run.inputs_json)
    inputs["case"]["seed"] = 2
    base.execute("UPDATE runs SET inputs_json = ?", (json.dumps(inputs),))
    base.commit()
    base.close()
    with pytest.raises(ConflictError, match="do not match the hash"):
        verify_run(store, saved.run.id)


def test_a_set_of_measures_that_may_not_be_bought_together_is_not_run(store):
    change_case(store, measure_ids=("extra",))
    with pytest.raises(InputError, match="Extra cells requires failover"):
        run(store)
    assert list_cases(store)[0].broken_rules == ("Extra cells requires failover",)
    assert runs_of(store) == ()


def test_a_budget_that_is_passed_is_told_and_does_not_prevent_the_run(store):
    change_case(store, budget_eur=Decimal(10))
    assert any("above the budget" in warning for warning in case_warnings(store, CASE))
    assert run(store).result.n_years == 600


def test_stopping_a_run_leaves_nothing_behind(store):
    def stop(done: int, of: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_case(store, "mia", CASE, stop)
    assert runs_of(store) == ()


def test_the_workbook_of_a_run_carries_its_provenance(store):
    saved = run(store)
    workbook = load_workbook(BytesIO(case_workbook(store, saved.run.id)))
    cells = [cell.value for row in workbook["Provenance"].iter_rows() for cell in row]
    assert saved.run.input_hash in cells


def test_a_deleted_run_is_gone_and_named_when_asked_for(store):
    saved = run(store)
    delete_run(store, "mia", saved.run.id)
    with pytest.raises(NotFoundError, match=saved.run.id):
        open_run(store, saved.run.id)
    assert list_cases(store)[0].latest is None
