from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from rori.economics.figures.evaluate import evaluate_case
from rori.economics.terms import Cause, Component, Strategy
from rori.errors import InputError, NotFoundError
from rori.inventory.build import Inventory, build_case, build_portfolio, check_inventory
from rori.inventory.cells import parse_record
from rori.inventory.columns import Record
from rori.inventory.sheets import SHEET_BY_NAME, SHEETS
from rori.store import AuditQuery, Store
from rori.usecases.samples import SampleRemoval, holds_sample, load_sample_into, remove_sample, sample_inventory


@pytest.fixture(scope="module")
def sample() -> Inventory:
    return sample_inventory()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(f"sqlite:///{tmp_path / 'rori.db'}")
    store.migrate()
    yield store
    store.dispose()


def _insert(store: Store, sheet_name: str, **cells: object) -> None:
    with store.write("ann") as writer:
        writer.insert(sheet_name, parse_record(SHEET_BY_NAME[sheet_name], cells))
        writer.commit()


def _change(store: Store, sheet_name: str, key: str, **values: object) -> None:
    with store.write("ann") as writer:
        stored = writer.record(sheet_name, key)
        writer.update(sheet_name, {**stored.values, **values}, version=stored.version)  # type: ignore[dict-item]
        writer.commit()


def _rows(store: Store) -> dict[str, set[str]]:
    with store.read() as reader:
        inventory = reader.inventory()
    return {sheet.name: {str(record[sheet.key]) for record in inventory[sheet.name]} for sheet in SHEETS}


def _total(store: Store) -> int:
    return sum(len(keys) for keys in _rows(store).values())


def test_the_sample_has_the_size_of_a_real_portfolio(sample: Inventory) -> None:
    third_parties = [system for system in sample["systems"] if system["third_party"]]
    assert len(sample["systems"]) - len(third_parties) >= 14
    assert len(third_parties) == 6
    assert all(system["kind"] == "third party" for system in third_parties)
    assert len(sample["dependencies"]) >= 30
    assert len(sample["failure_modes"]) >= 20
    assert len(sample["common_causes"]) == 4
    assert len(sample["measures"]) >= 12
    assert len(sample["cases"]) == 2


def test_the_sample_is_consistent(sample: Inventory) -> None:
    assert check_inventory(sample) == ()


@pytest.mark.parametrize("sheet", [sheet.name for sheet in SHEETS])
def test_every_row_says_where_it_comes_from(sample: Inventory, sheet: str) -> None:
    assert [record for record in sample[sheet] if not str(record["source"]).strip()] == []


def test_every_strategy_has_a_measure(sample: Inventory) -> None:
    assert {str(measure["strategy"]) for measure in sample["measures"]} >= {
        strategy.value for strategy in Strategy if strategy is not Strategy.OTHER
    }


def test_every_cause_has_a_failure_mode(sample: Inventory) -> None:
    assert {str(mode["cause"]) for mode in sample["failure_modes"]} == {
        cause.value for cause in Cause if cause is not Cause.COMMON_CAUSE
    }


def test_every_measure_but_the_insurance_changes_something(sample: Inventory) -> None:
    changing = {str(effect["measure_id"]) for effect in sample["effects"]}
    idle = {str(m["id"]) for m in sample["measures"] if m["id"] not in changing}
    assert idle == {"bi-insurance"}


def test_requirements_and_exclusions_are_used(sample: Inventory) -> None:
    assert any(measure["requires"] for measure in sample["measures"])
    assert any(measure["excludes"] for measure in sample["measures"])
    assert all(measure["control_ids"] for measure in sample["measures"])


def test_every_common_cause_exposes_two_systems_or_more(sample: Inventory) -> None:
    exposed = {
        str(cause["id"]): sum(cause["tag"] in _tags(system) for system in sample["systems"])
        for cause in sample["common_causes"]
    }
    assert min(exposed.values()) >= 2


def test_two_redundancy_groups_or_more_have_members_that_one_common_cause_hits_together(sample: Inventory) -> None:
    groups: dict[tuple[object, object], set[str]] = {}
    for link in sample["dependencies"]:
        if link["redundancy_group"]:
            groups.setdefault((link["consumer_id"], link["redundancy_group"]), set()).add(str(link["provider_id"]))
    tags = {str(system["id"]): frozenset(_tags(system)) for system in sample["systems"]}
    causes = {str(cause["tag"]) for cause in sample["common_causes"]}
    defeated = [name for name, members in groups.items() if causes.intersection(*(tags[m] for m in members))]
    assert len({name for _, name in groups}) >= 2
    assert len(defeated) >= 2


def test_revenue_of_the_hours_adds_up_to_what_the_assumptions_say(sample: Inventory) -> None:
    hourly = sum((Decimal(str(p["revenue_eur_per_hour"])) for p in sample["loss_profiles"]), Decimal(0))
    assert hourly == Decimal(19_735)
    assert 170e6 < float(hourly) * 8760 < 180e6


def test_the_main_case_loses_millions_a_year_through_every_component_and_pays(sample: Inventory) -> None:
    portfolio = build_portfolio(sample)
    case = build_case(next(record for record in sample["cases"] if record["id"] == "continuity-programme"))
    result = evaluate_case(portfolio, replace(case, n_paths=1000))
    assert 2.5e6 < result.loss_eur_per_year.without.value < 8e6
    assert result.investment.rori is not None
    assert 0.2 < result.investment.rori.value < 2.0
    lost = {figures.component for figures in result.components if figures.loss_eur_per_year.without.value > 0.0}
    assert lost == set(Component)


def test_loading_adds_every_row(store: Store, sample: Inventory) -> None:
    assert not holds_sample(store)
    added = load_sample_into(store, "ann")
    assert added == _total(store) == sum(len(records) for records in sample.values())
    assert holds_sample(store)
    with store.read() as reader:
        assert reader.record("systems", "card-auth").changed_by == "ann"


def test_removing_brings_the_store_back_to_empty(store: Store) -> None:
    added = load_sample_into(store, "ann")
    assert remove_sample(store, "bob") == SampleRemoval(removed=added, changed_by_you=0, needed_by_yours=0)
    assert _total(store) == 0
    assert not holds_sample(store)
    with store.read() as reader:
        assert reader.audit_count(AuditQuery(who="bob", action="delete")) == added


def test_the_sample_can_be_loaded_again_after_it_was_removed(store: Store) -> None:
    added = load_sample_into(store, "ann")
    remove_sample(store, "ann")
    assert load_sample_into(store, "ann") == added
    assert remove_sample(store, "ann").removed == added


def test_loading_twice_is_refused_with_a_sentence(store: Store) -> None:
    added = load_sample_into(store, "ann")
    with pytest.raises(InputError, match=r"inventory must be empty, or without the ids of the sample.* and .* more"):
        load_sample_into(store, "ann")
    assert _total(store) == added


def test_the_sample_goes_beside_your_own_rows_when_no_id_is_taken(store: Store) -> None:
    _insert(store, "systems", id="mine", name="My system")
    added = load_sample_into(store, "ann")
    assert _total(store) == added + 1
    assert remove_sample(store, "ann").removed == added
    assert _rows(store)["systems"] == {"mine"}


def test_one_taken_id_refuses_the_whole_sample(store: Store) -> None:
    _insert(store, "systems", id="ledger", name="My ledger")
    with pytest.raises(InputError, match="got 'system ledger'"):
        load_sample_into(store, "ann")
    assert _total(store) == 1


def test_removing_what_was_never_loaded_is_refused(store: Store) -> None:
    _insert(store, "systems", id="mine", name="My system")
    with pytest.raises(NotFoundError, match="nothing to remove"):
        remove_sample(store, "ann")
    assert _total(store) == 1


def test_what_your_own_rows_refer_to_stays(store: Store) -> None:
    added = load_sample_into(store, "ann")
    _insert(store, "systems", id="mine", name="My system")
    _insert(store, "dependencies", id="mine-ledger", consumer_id="mine", provider_id="ledger")
    assert remove_sample(store, "ann") == SampleRemoval(removed=added - 1, changed_by_you=0, needed_by_yours=1)
    assert _rows(store)["systems"] == {"mine", "ledger"}
    assert holds_sample(store)


def test_what_stayed_goes_once_your_rows_no_longer_need_it(store: Store) -> None:
    load_sample_into(store, "ann")
    _insert(store, "failure_modes", **_mode("ledger"))
    remove_sample(store, "ann")
    with store.write("ann") as writer:
        writer.delete("failure_modes", "mine", version=1)
        writer.commit()
    assert remove_sample(store, "ann").removed == 1
    assert _total(store) == 0


def test_a_measure_in_your_own_case_stays_with_its_effects_and_what_it_requires(store: Store) -> None:
    load_sample_into(store, "ann")
    _insert(store, "cases", id="mine", name="My case", measure_ids="store-forward")
    remove_sample(store, "ann")
    rows = _rows(store)
    assert rows["measures"] == {"store-forward", "retry-jitter"}
    assert rows["effects"] == {f"store-forward-{n}" for n in (1, 2, 3)} | {f"retry-jitter-{n}" for n in (1, 2)}
    assert {"instant-aml", "instant-ledger"} <= rows["dependencies"]
    assert rows["cases"] == {"mine"}


def test_a_row_that_you_changed_is_yours_and_stays_with_its_redundancy_group(store: Store) -> None:
    load_sample_into(store, "ann")
    _change(store, "dependencies", "login-otp-sms", failover_hours=1.0)
    removal = remove_sample(store, "ann")
    assert removal.changed_by_you == 1
    rows = _rows(store)
    assert rows["dependencies"] == {"login-otp-sms", "login-otp-push"}
    assert rows["systems"] == {"login", "otp-sms", "push-approval"}


def test_a_row_that_was_changed_and_changed_back_goes(store: Store) -> None:
    load_sample_into(store, "ann")
    _change(store, "systems", "ledger", name="My ledger")
    _change(store, "systems", "ledger", name="Core ledger")
    assert remove_sample(store, "ann").changed_by_you == 0
    assert _total(store) == 0


def test_a_row_of_the_sample_that_you_deleted_is_not_missed(store: Store) -> None:
    added = load_sample_into(store, "ann")
    with store.write("ann") as writer:
        writer.delete("cases", "cellular-core", version=1)
        writer.commit()
    assert remove_sample(store, "ann") == SampleRemoval(removed=added - 1, changed_by_you=0, needed_by_yours=0)


def test_a_row_of_your_own_under_an_id_that_the_sample_had_stays(store: Store) -> None:
    load_sample_into(store, "ann")
    with store.write("ann") as writer:
        writer.delete("cases", "cellular-core", version=1)
        writer.commit()
    _insert(store, "cases", id="cellular-core", name="My case")
    assert remove_sample(store, "ann").changed_by_you == 1
    assert _rows(store)["cases"] == {"cellular-core"}


def test_tidying_the_sample_leaves_a_consistent_inventory(store: Store) -> None:
    load_sample_into(store, "ann")
    _insert(
        store,
        "effects",
        id="mine",
        measure_id="chaos-days",
        quantity="duration_hours",
        size_low=1,
        size_likely=1,
        size_high=1,
        target="system:hsm-a; mode:hsm-a-failure",
    )
    remove_sample(store, "ann")
    with store.read() as reader:
        assert check_inventory(reader.inventory()) == ()
    assert _rows(store)["failure_modes"] == {"hsm-a-failure"}


def _mode(system_id: str) -> dict[str, object]:
    return {
        "id": "mine",
        "system_id": system_id,
        "name": "Mine",
        "cause": "hardware",
        "events_per_year_p5": 1,
        "events_per_year_p95": 2,
        "duration_hours_p5": 1,
        "duration_hours_p95": 2,
        "capacity_lost_low": 10,
        "capacity_lost_likely": 50,
        "capacity_lost_high": 100,
    }


def _tags(system: Record) -> tuple[str, ...]:
    tags = system["tags"]
    assert isinstance(tags, tuple)
    return tags
