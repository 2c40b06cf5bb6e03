from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from rori.errors import InputError
from rori.store import AuditQuery, NewRun, Store
from tests.store.builders import record


class PowerCutError(Exception):
    """Something unforeseen in the middle of a change."""


def change_and_fail(filled: Store) -> None:
    with filled.write("ann") as writer:
        writer.insert("systems", record("systems", id="new"))
        writer.update("systems", record("systems", owner="Ann"), version=1)
        writer.delete("cases", "programme", version=1)
        writer.remember("currency", "CHF")
        assert writer.audit_count(AuditQuery(who="ann")) == 4
        raise PowerCutError


def commit_and_fail(store: Store) -> None:
    with store.write("ann") as writer:
        writer.insert("systems", record("systems"))
        writer.commit()
        writer.insert("systems", record("systems", id="hsm"))
        raise PowerCutError


def test_what_is_not_committed_is_gone(store: Store) -> None:
    with store.write("ann") as writer:
        writer.insert("systems", record("systems"))
        assert writer.count("systems") == 1
    with store.read() as reader:
        assert reader.count("systems") == 0
        assert reader.audit(AuditQuery()) == ()


def test_a_failure_in_the_middle_takes_the_changes_and_their_log_back(filled: Store) -> None:
    with filled.read() as reader:
        before, lines = reader.inventory(), reader.audit_count(AuditQuery())
    with pytest.raises(PowerCutError):
        change_and_fail(filled)
    with filled.read() as reader:
        assert reader.inventory() == before
        assert reader.audit_count(AuditQuery()) == lines
        assert reader.setting("currency") is None


def test_what_was_committed_stays_when_a_failure_follows(store: Store) -> None:
    with pytest.raises(PowerCutError):
        commit_and_fail(store)
    with store.read() as reader:
        assert [stored.values["id"] for stored in reader.records("systems")] == ["card-auth"]
        assert [entry.subject_key for entry in reader.audit(AuditQuery())] == ["card-auth"]


def test_a_reader_sees_one_state_and_never_waits_for_a_writer(filled: Store) -> None:
    with filled.read() as reader, filled.write("ann") as writer:
        assert reader.count("systems") == 2
        writer.insert("systems", record("systems", id="new"))
        assert reader.count("systems") == 2
        writer.commit()
        assert reader.count("systems") == 2
    with filled.read() as reader:
        assert reader.count("systems") == 3


@pytest.mark.parametrize("actor", ["", "  ", "\0", None])
def test_nobody_changes_nothing(store: Store, actor: str) -> None:
    with pytest.raises(InputError, match="the person who changes something"), store.write(actor):
        pass


def test_a_store_that_was_let_go_can_be_used_again(filled: Store, database: Path) -> None:
    filled.dispose()
    assert not database.with_name("rori.db-wal").exists()
    with filled.read() as reader:
        assert reader.count("systems") == 2


def test_two_stores_on_one_file_see_each_other(filled: Store, url: str) -> None:
    other = Store(url)
    with other.write("bob") as writer:
        writer.insert("systems", record("systems", id="new"))
        writer.commit()
    other.dispose()
    with filled.read() as reader:
        assert reader.record("systems", "new").changed_by == "bob"


def test_the_tables_can_be_imported_again_as_a_hot_reload_does() -> None:
    program = "import importlib, rori.store.tables as tables; importlib.reload(tables)"
    ended = subprocess.run(
        [sys.executable, "-W", "error", "-c", program], capture_output=True, text=True, check=False, timeout=60
    )
    assert (ended.returncode, ended.stderr) == (0, "")


def test_what_people_type_is_never_sql(store: Store) -> None:
    typed = "x'); DROP TABLE systems; --"
    with store.write(typed) as writer:
        writer.insert("systems", record("systems", id=typed, name=typed, tags=(typed,)))
        writer.add_run(
            NewRun(
                case_id=typed, seed=1, n_years=1, input_hash="", model_version="", inputs_json="{}", result_json="{}"
            )
        )
        writer.remember(typed, typed)
        writer.commit()
    with store.read() as reader:
        assert reader.record("systems", typed).values["tags"] == (typed,)
        assert reader.runs(typed)[0].created_by == typed
        assert reader.setting(typed) == typed
        assert len(reader.audit(AuditQuery(subject_key=typed, who=typed, text=typed))) == 2
