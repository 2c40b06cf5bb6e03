from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from rori.errors import ConflictError, InputError, NotFoundError
from rori.store import AuditQuery, NewRun, Store, StoredRun
from tests.store.builders import record

RUN = NewRun(
    case_id="programme",
    seed=2**53,
    n_years=50_000,
    input_hash="ab12",
    model_version="1",
    inputs_json='{"name": "Zoë"}',
    result_json='{"npv": 0.1}',
    note="for the board",
)


def saved(store: Store, run: NewRun = RUN) -> StoredRun:
    with store.write("ann") as writer:
        stored = writer.add_run(run)
        writer.commit()
    return stored


def test_a_run_comes_back_as_it_was_saved(store: Store) -> None:
    before = datetime.now(UTC)
    stored = saved(store)
    with store.read() as reader:
        assert reader.run(stored.id) == stored
    assert before <= stored.created_at <= datetime.now(UTC)
    assert stored.created_by == "ann"
    assert (stored.seed, stored.inputs_json, stored.note) == (2**53, '{"name": "Zoë"}', "for the board")


def test_runs_come_newest_first_for_one_case_or_all(store: Store) -> None:
    first, other, last = saved(store), saved(store, replace(RUN, case_id="other")), saved(store)
    with store.read() as reader:
        assert reader.runs("programme") == (last.header, first.header)
        assert reader.runs() == (last.header, other.header, first.header)
        assert reader.runs("nothing") == ()


def test_a_run_that_is_not_there_is_named(store: Store) -> None:
    with store.read() as reader, pytest.raises(NotFoundError, match="there is no run 'x'"):
        reader.run("x")
    with store.write("ann") as writer, pytest.raises(NotFoundError, match="there is no run 'x'"):
        writer.delete_run("x")


@pytest.mark.parametrize(
    "statement",
    ["UPDATE runs SET result_json = '{}'", "REPLACE INTO runs SELECT * FROM runs", "UPDATE runs SET note = 1"],
)
def test_a_run_is_never_changed_even_past_the_store(store: Store, raw: sqlite3.Connection, statement: str) -> None:
    stored = saved(store)
    with pytest.raises(sqlite3.IntegrityError, match="a saved run is never changed"):
        raw.execute(statement)
    with store.read() as reader:
        assert reader.runs() == (stored.header,)


def test_a_deleted_run_can_be_brought_back_whole_and_taken_away_again(store: Store) -> None:
    stored = saved(store)
    with store.write("bob") as writer:
        writer.delete_run(stored.id)
        assert writer.runs() == ()
        writer.undo(writer.audit(AuditQuery(limit=1))[0].id)
        assert writer.runs() == (stored.header,)
        writer.undo(writer.audit(AuditQuery(limit=1))[0].id)
        assert writer.runs() == ()
        writer.commit()
    with store.read() as reader:
        lines = reader.audit(AuditQuery(subject="runs", subject_key=stored.id))
    assert [(line.who, line.action) for line in lines] == [
        ("bob", "undo"),
        ("bob", "undo"),
        ("bob", "delete"),
        ("ann", "run"),
    ]


def test_saving_a_run_can_be_undone_once(store: Store) -> None:
    stored = saved(store)
    with store.write("ann") as writer:
        [line] = writer.audit(AuditQuery(subject="runs"))
        writer.undo(line.id)
        assert writer.runs() == ()
        with pytest.raises(ConflictError, match=f"Run {stored.id} was changed by ann"):
            writer.undo(line.id)


def test_the_log_keeps_the_key_figures_of_a_new_run_without_its_long_texts(store: Store) -> None:
    saved(store)
    with store.read() as reader:
        [line] = reader.audit(AuditQuery())
    assert line.after is not None
    assert (line.after["input_hash"], line.after["seed"]) == ("ab12", 2**53)
    assert "inputs_json" not in line.after
    assert "result_json" not in line.after


def test_a_run_outlives_its_case(filled: Store) -> None:
    stored = saved(filled)
    with filled.write("ann") as writer:
        writer.delete("cases", "programme", version=1)
        writer.commit()
    with filled.read() as reader:
        assert reader.runs("programme") == (stored.header,)
        assert reader.count("cases") == 0


@pytest.mark.parametrize(("field", "value"), [("seed", -1), ("seed", 2**63), ("note", "\0"), ("inputs_json", b"{}")])
def test_a_run_that_cannot_be_kept_exactly_is_refused(field: str, value: object) -> None:
    with pytest.raises(InputError, match=f"{field} must be"):
        replace(RUN, **{field: value})


def test_the_sheets_know_nothing_of_runs(store: Store) -> None:
    saved(store)
    with store.write("ann") as writer:
        writer.insert("cases", record("cases"))
        assert list(writer.inventory()["cases"]) == [record("cases")]
