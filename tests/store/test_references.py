from __future__ import annotations

import sqlite3

import pytest

from rori.errors import InputError, RoriError
from rori.store import Store
from tests.store.builders import record


def refusal(store: Store, sheet: str, key: str) -> str:
    with store.write("ann") as writer:
        version = writer.record(sheet, key).version
        with pytest.raises(RoriError) as refused:
            writer.delete(sheet, key, version=version)
        writer.commit()
    with store.read() as reader:
        assert reader.record(sheet, key).version == version
    return str(refused.value)


def test_a_system_cannot_go_while_other_rows_refer_to_it(filled: Store) -> None:
    with filled.write("ann") as writer:
        writer.insert_many("failure_modes", [record("failure_modes", id=key) for key in "cab"])
        writer.commit()
    assert refusal(filled, "systems", "card-auth") == (
        "Card authorisation is still used by 1 loss profile (card-auth) and 4 failure modes (a, b, c, release) "
        "and 1 dependency (card-auth-hsm); delete them first"
    )
    assert refusal(filled, "systems", "hsm") == "HSM is still used by 1 dependency (card-auth-hsm); delete it first"


def test_a_refusal_names_five_rows_and_counts_the_rest(filled: Store) -> None:
    with filled.write("ann") as writer:
        writer.insert("systems", record("systems", id="db", name="Ledger"))
        writer.insert_many("failure_modes", [record("failure_modes", id=key, system_id="db") for key in "gfedcba"])
        writer.commit()
    assert refusal(filled, "systems", "db") == (
        "Ledger is still used by 7 failure modes (a, b, c, d, e and 2 more); delete them first"
    )


def test_a_measure_cannot_go_while_a_case_or_another_measure_lists_it(filled: Store) -> None:
    with filled.write("ann") as writer:
        writer.delete("effects", "failover-1", version=1)
        writer.insert("measures", record("measures", id="chaos", name="Chaos days", requires=("failover",)))
        writer.insert("measures", record("measures", id="cold", name="Cold site", excludes=("failover",)))
        writer.commit()
    assert refusal(filled, "measures", "failover") == (
        "Automated failover is still used by 2 measures (chaos, cold) and 1 case (programme); "
        "change or delete them first"
    )


def test_a_row_without_a_name_is_called_by_its_kind_and_id(filled: Store) -> None:
    with (
        filled.write("ann") as writer,
        pytest.raises(RoriError, match=r"^Loss profile card-auth was changed by importer"),
    ):
        writer.delete("loss_profiles", "card-auth", version=7)


def test_an_id_that_is_part_of_a_listed_id_is_no_reference(filled: Store) -> None:
    with filled.write("ann") as writer:
        writer.insert("measures", record("measures", id="fail", name="Half a failover"))
        writer.delete("measures", "fail", version=1)
        writer.commit()
        assert writer.count("measures") == 1


def test_measures_that_name_one_another_can_go_together(filled: Store) -> None:
    with filled.write("ann") as writer:
        writer.insert("measures", record("measures", id="a", requires=("b",)))
        writer.insert("measures", record("measures", id="b", requires=("a",)))
        writer.delete_many("measures", {"a": 1, "b": 1})
        writer.commit()
        assert [stored.values["id"] for stored in writer.records("measures")] == ["failover"]


@pytest.mark.parametrize(
    ("sheet", "column", "sentence"),
    [
        ("failure_modes", "system_id", "System must be the id of an existing system, got 'nowhere'"),
        ("loss_profiles", "system_id", "System must be the id of an existing system, got 'nowhere'"),
        ("dependencies", "consumer_id", "Consumer must be the id of an existing system, got 'nowhere'"),
        ("dependencies", "provider_id", "Provider must be the id of an existing system, got 'nowhere'"),
        ("effects", "measure_id", "Measure must be the id of an existing measure, got 'nowhere'"),
    ],
)
def test_a_row_cannot_refer_to_what_is_not_there(filled: Store, sheet: str, column: str, sentence: str) -> None:
    new = {"id": "new"} if sheet != "loss_profiles" else {}
    with filled.write("ann") as writer:
        with pytest.raises(InputError, match=sentence):
            writer.insert(sheet, record(sheet, **new, **{column: "nowhere"}))
        if new:
            with pytest.raises(InputError, match=sentence):
                writer.update(sheet, record(sheet, **{column: "nowhere"}), version=1)


def test_the_database_itself_refuses_to_break_a_reference(filled: Store, raw: sqlite3.Connection) -> None:
    raw.execute("PRAGMA foreign_keys=ON")
    for statement in (
        "DELETE FROM systems WHERE id = 'hsm'",
        "DELETE FROM measures",
        "DELETE FROM legal_entities",
        "UPDATE effects SET measure_id = 'nowhere'",
    ):
        with pytest.raises(sqlite3.IntegrityError, match="FOREIGN KEY"):
            raw.execute(statement)
