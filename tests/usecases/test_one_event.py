"""One event asked of the store, and availability beside it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from rori.economics.decisions.outage import Outage
from rori.errors import InputError, NotFoundError
from rori.store import Store
from rori.usecases.availability import availability_of_systems, cases_by_name, group_availability
from rori.usecases.one_event import ask_one_event, event_choices
from rori.usecases.samples import load_sample_into

LEDGER = Outage(failed=("ledger",), start_hour=10.0, duration_hours=8.0)
UPDATE = Outage(failed=("agent-update",), start_hour=10.0, duration_hours=8.0)


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Store]:
    store = Store(f"sqlite:///{tmp_path / 'rori.db'}")
    store.migrate()
    yield store
    store.dispose()


@pytest.fixture
def sample(empty: Store) -> Store:
    load_sample_into(empty, "mia")
    return empty


def test_an_empty_store_offers_no_choice(empty: Store) -> None:
    choices = event_choices(empty)
    assert (choices.systems, choices.common_causes, choices.cases, choices.most_needed) == ((), (), (), None)


def test_choices_are_in_the_order_of_names_and_begin_with_what_most_others_need(sample: Store) -> None:
    choices = event_choices(sample)
    names = [system.name.lower() for system in choices.systems]
    assert names == sorted(names)
    with sample.read() as reader:
        needed = [link.provider_id for link in reader.portfolio().dependencies]
    assert choices.most_needed is not None
    assert needed.count(choices.most_needed) == max(needed.count(key) for key in needed)


def test_an_answer_names_what_failed_and_adds_up(sample: Store) -> None:
    answer = ask_one_event(sample, LEDGER)
    assert answer.failed_names == ("Core ledger",)
    assert answer.with_measures is None
    assert answer.shown is answer.today
    assert answer.currency == "EUR"
    assert answer.today.loss_eur == pytest.approx(sum(one.loss_eur for one in answer.today.systems))
    assert len(answer.today.systems) > 1


def test_a_common_cause_is_named_and_fails_all_that_carry_its_tag(sample: Store) -> None:
    answer = ask_one_event(sample, UPDATE)
    carrying = {s.id for s in answer.portfolio.systems if "endpoint_agent=agent-x" in s.tags}
    assert answer.failed_names == ("Faulty update of the endpoint agent",)
    assert set(answer.today.failed) == carrying


def test_measures_of_a_case_spare_part_of_the_loss(sample: Store) -> None:
    answer = ask_one_event(sample, UPDATE, "continuity-programme")
    assert answer.case is not None
    assert answer.with_measures is not None
    assert answer.shown is answer.with_measures
    assert answer.shown.loss_eur < answer.today.loss_eur == ask_one_event(sample, UPDATE).today.loss_eur


def test_what_does_not_exist_is_named(sample: Store) -> None:
    with pytest.raises(NotFoundError, match="nowhere"):
        ask_one_event(sample, Outage(failed=("nowhere",), start_hour=0.0, duration_hours=1.0))
    with pytest.raises(NotFoundError, match="no-case"):
        ask_one_event(sample, LEDGER, "no-case")


def test_dependencies_only_ever_take_availability_away(sample: Store) -> None:
    rows = availability_of_systems(sample).rows
    assert len(rows) == 23
    for row in rows:
        assert row.found.minutes_down_per_year >= row.found.own_minutes_down_per_year * 0.98
        assert row.full_minutes_per_year <= row.found.minutes_down_per_year * (1 + 1e-9)
        assert row.minutes_with_measures is None
    down = [row.found.minutes_down_per_year for row in rows]
    assert down == sorted(down, reverse=True)


def test_measures_shorten_the_time_down(sample: Store) -> None:
    answer = availability_of_systems(sample, cases_by_name(sample)[0].id)
    assert answer.case == cases_by_name(sample)[0]
    assert sum(row.minutes_with_measures or 0.0 for row in answer.rows) < sum(
        row.found.minutes_down_per_year for row in answer.rows
    )


def test_an_empty_store_has_no_availability(empty: Store) -> None:
    assert availability_of_systems(empty).rows == ()


def test_two_in_parallel_with_a_beta_factor_by_hand() -> None:
    found = group_availability(999.0, 1.0, needed=1, parts=2, beta=0.1)
    assert found.part.share == pytest.approx(0.999)
    assert found.part.nines == pytest.approx(3.0)
    assert found.part.minutes_down_per_year == pytest.approx(525.6)
    assert found.independent.nines == pytest.approx(6.0)
    assert 1.0 - found.with_common_cause.share == pytest.approx((0.9e-3) ** 2 + 0.1e-3)
    assert found.with_common_cause.minutes_down_per_year == pytest.approx(525_600 * (0.81e-6 + 1e-4))


def test_a_series_is_down_whenever_a_part_is() -> None:
    found = group_availability(90.0, 10.0, needed=3, parts=3, beta=0.0)
    assert found.independent.share == pytest.approx(0.9**3)


def test_parts_that_need_no_repair_are_always_there() -> None:
    found = group_availability(100.0, 0.0, needed=1, parts=2, beta=0.5)
    assert found.with_common_cause.share == 1.0
    assert found.with_common_cause.nines == float("inf")
    assert found.with_common_cause.minutes_down_per_year == 0.0


def test_more_needed_than_there_are_is_refused() -> None:
    with pytest.raises(InputError, match="needed parts"):
        group_availability(100.0, 1.0, needed=3, parts=2, beta=0.0)
