from __future__ import annotations

import sqlite3
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from rori.economics.inputs.case import Case
from rori.errors import ConflictError, InputError, NotFoundError
from rori.inventory.sheets import SHEETS
from rori.store import Store
from tests.store.builders import FULL, record

SHEET_NAMES = [sheet.name for sheet in SHEETS]


@pytest.mark.parametrize("name", SHEET_NAMES)
def test_every_value_of_a_sheet_comes_back_equal_and_of_the_same_type(filled: Store, name: str) -> None:
    sheet = next(sheet for sheet in SHEETS if sheet.name == name)
    with filled.read() as reader:
        stored = reader.records(name)[0]
    wanted = {**stored.values, **FULL[name]}
    with filled.write("ann") as writer:
        writer.update(name, wanted, version=stored.version)
        writer.commit()
    with filled.read() as reader:
        found = reader.record(name, str(wanted[sheet.key])).values
    assert found == wanted
    assert list(found) == [column.name for column in sheet.columns]
    assert {key: type(value) for key, value in found.items()} == {key: type(value) for key, value in wanted.items()}


def test_a_whole_number_in_a_number_column_comes_back_as_a_number_with_fraction(store: Store) -> None:
    with store.write("ann") as writer:
        writer.insert("systems", record("systems", rto_hours=2))
        writer.commit()
    with store.read() as reader:
        found = reader.record("systems", "card-auth").values["rto_hours"]
    assert (found, type(found)) == (2.0, float)


def test_rows_come_in_the_order_of_their_keys(store: Store) -> None:
    with store.write("ann") as writer:
        writer.insert_many("systems", [record("systems", id=key) for key in ("b", "a", "B", "é")])
        writer.commit()
    with store.read() as reader:
        assert [stored.values["id"] for stored in reader.records("systems")] == ["B", "a", "b", "é"]
        assert reader.count("systems") == 4


@pytest.mark.parametrize("amount", ["0", "0.0001", "12345678901234.5678", "922337203685477.5807", "1E+3", "1.50"])
def test_amounts_are_exact_to_the_last_of_four_decimals(store: Store, amount: str) -> None:
    with store.write("ann") as writer:
        writer.insert("measures", record("measures", capex_eur=Decimal(amount)))
        writer.commit()
    with store.read() as reader:
        assert reader.record("measures", "failover").values["capex_eur"] == Decimal(amount)


def test_an_amount_is_kept_as_a_whole_number_of_ten_thousandths(store: Store, raw: sqlite3.Connection) -> None:
    with store.write("ann") as writer:
        writer.insert("measures", record("measures", capex_eur=Decimal("0.1")))
        writer.commit()
    assert raw.execute("SELECT capex_eur, typeof(capex_eur) FROM measures").fetchall() == [(1000, "integer")]


@pytest.mark.parametrize(
    ("amount", "rule"),
    [
        (Decimal("0.00001"), "at most 4 decimals"),
        (Decimal("1." + "0" * 50 + "1"), "at most 4 decimals"),
        (Decimal("1E-999999"), "at most 4 decimals"),
        (Decimal("922337203685477.5808"), "at most 922337203685477.5807"),
        (Decimal("NaN"), "a finite amount"),
        (Decimal("Infinity"), "a finite amount"),
        (1.5, "an exact amount"),
    ],
)
def test_an_amount_that_cannot_be_kept_exactly_is_refused(store: Store, amount: Decimal | float, rule: str) -> None:
    with store.write("ann") as writer, pytest.raises(InputError, match=f"Capex must be .*{rule}"):
        writer.insert("measures", record("measures", capex_eur=amount))


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("id", ""),
        ("id", None),
        ("name", None),
        ("name", 7),
        ("name", "null \0 character"),
        ("name", "half \ud800 character"),
        ("third_party", 1),
        ("rto_hours", "2"),
        ("rto_hours", True),
        ("rto_hours", float("nan")),
        ("rto_hours", float("inf")),
        ("tags", ["a=b"]),
        ("tags", (1,)),
    ],
)
def test_a_value_of_another_kind_than_its_column_is_refused(store: Store, column: str, value: object) -> None:
    with store.write("ann") as writer:
        with pytest.raises(InputError):
            writer.insert("systems", {**record("systems"), column: value})
        assert writer.count("systems") == 0


@pytest.mark.parametrize("needed", [1.0, 2**63, -(2**63)])
def test_a_whole_number_must_be_whole_and_fit(filled: Store, needed: float) -> None:
    with filled.write("ann") as writer, pytest.raises(InputError, match="Needed must be a whole number"):
        writer.update("dependencies", record("dependencies", needed=needed), version=1)


def test_a_record_must_have_the_columns_of_its_sheet_and_no_other(store: Store) -> None:
    complete = record("systems")
    with store.write("ann") as writer:
        with pytest.raises(InputError, match="given with the columns id, name"):
            writer.insert("systems", {**complete, "entity_id": "main"})
        with pytest.raises(InputError, match="given with the columns id, name"):
            writer.insert("systems", {name: value for name, value in complete.items() if name != "tags"})


def test_a_sheet_that_does_not_exist_is_refused_with_those_that_do(store: Store) -> None:
    with store.read() as reader, pytest.raises(InputError, match=r"one of systems, loss_profiles.*'audit_log'"):
        reader.records("audit_log")


def test_times_are_kept_in_utc_with_who_changed_it(store: Store, raw: sqlite3.Connection) -> None:
    before = datetime.now(UTC)
    with store.write("ann") as writer:
        inserted = writer.insert("systems", record("systems"))
        writer.commit()
    with store.read() as reader:
        stored = reader.record("systems", "card-auth")
    assert stored == inserted
    assert stored.changed_by == "ann"
    assert stored.changed_at.utcoffset() == timedelta(0)
    assert before <= stored.changed_at <= datetime.now(UTC)
    [(kept,)] = raw.execute("SELECT changed_at FROM systems").fetchall()
    assert datetime.fromisoformat(kept) == stored.changed_at.replace(tzinfo=None)


def test_a_missing_row_is_named(filled: Store) -> None:
    with filled.write("ann") as writer:
        with pytest.raises(NotFoundError, match="there is no system 'nowhere'"):
            writer.update("systems", record("systems", id="nowhere"), version=1)
        with pytest.raises(NotFoundError, match="there is no system 'nowhere'"):
            writer.delete("systems", "nowhere", version=1)
        with pytest.raises(NotFoundError, match="there is no system 'nowhere'"):
            writer.record("systems", "nowhere")


def test_an_edit_of_a_row_that_somebody_changed_is_refused_with_who_and_when(filled: Store) -> None:
    with filled.write("bob") as writer:
        changed = writer.update("systems", record("systems", owner="Bob"), version=1)
        writer.commit()
    when = f"{changed.changed_at:%Y-%m-%d %H:%M:%S} UTC"
    sentence = (
        f"Card authorisation was changed by bob at {when} since you opened it; nothing was saved, reload and try again"
    )
    with filled.write("ann") as writer:
        with pytest.raises(ConflictError) as refused:
            writer.update("systems", record("systems", owner="Ann"), version=1)
        assert str(refused.value) == sentence
        with pytest.raises(ConflictError):
            writer.delete("systems", "card-auth", version=1)
        writer.commit()
    with filled.read() as reader:
        assert reader.record("systems", "card-auth") == changed


def test_an_edit_counts_the_version_up_and_an_edit_that_changes_nothing_does_not(filled: Store) -> None:
    with filled.write("ann") as writer:
        first = writer.update("systems", record("systems", owner="Ann"), version=1)
        second = writer.update("systems", record("systems", owner="Bob"), version=2)
        same = writer.update("systems", record("systems", owner="Bob"), version=3)
        writer.commit()
    assert (first.version, second.version) == (2, 3)
    assert same == second
    with filled.read() as reader:
        assert reader.record("systems", "card-auth") == second


def test_an_id_can_be_taken_once(filled: Store) -> None:
    with filled.write("ann") as writer:
        with pytest.raises(InputError, match="Id must be an id that no other system has, got 'card-auth'"):
            writer.insert("systems", record("systems"))
        with pytest.raises(InputError, match="Id must be given once for each system, got 'x'"):
            writer.insert_many("systems", [record("systems", id="x"), record("systems", id="x")])


def test_five_thousand_rows_can_be_added_changed_and_deleted_at_once(filled: Store) -> None:
    keys = [f"mode-{i}" for i in range(5_000)]
    with filled.write("importer") as writer:
        writer.insert_many("failure_modes", (record("failure_modes", id=key) for key in keys))
        writer.update_many("failure_modes", ((record("failure_modes", id=key, name="Other"), 1) for key in keys))
        assert writer.count("failure_modes") == 5_001
        assert {writer.record("failure_modes", key).values["name"] for key in ("mode-0", "mode-4999")} == {"Other"}
        writer.delete_many("failure_modes", dict.fromkeys(keys, 2))
        assert writer.count("failure_modes") == 1
        writer.commit()
    with filled.read() as reader:
        assert [stored.values["id"] for stored in reader.records("failure_modes")] == ["release"]


def test_one_bad_row_among_many_leaves_all_of_them_out(filled: Store) -> None:
    with filled.write("importer") as writer:
        with pytest.raises(ConflictError):
            writer.update_many("systems", [(record("systems", owner="Ann"), 1), (record("systems", id="hsm"), 9)])
        with pytest.raises(InputError):
            writer.insert_many("systems", [record("systems", id="new"), record("systems", id="hsm")])
        writer.commit()
    with filled.read() as reader:
        assert [stored.values["id"] for stored in reader.records("systems")] == ["card-auth", "hsm"]
        assert reader.record("systems", "card-auth").values["owner"] == ""


def test_the_inventory_becomes_what_the_calculator_takes(filled: Store) -> None:
    with filled.read() as reader:
        inventory, portfolio, case = reader.inventory(), reader.portfolio(), reader.case("programme")
    assert list(inventory) == SHEET_NAMES
    assert [system.id for system in portfolio.systems] == ["card-auth", "hsm"]
    assert portfolio.measures[0].effects[0].size.likely == 0.2
    assert case == Case(id="programme", name="Failover programme", measure_ids=("failover",))
