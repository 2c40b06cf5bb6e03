"""What if, break-evens and the cross-check, asked of the store."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path

import pytest

from rori.economics.exact.sliders import Settings
from rori.errors import NotFoundError
from rori.store import Store
from rori.usecases.what_if import (
    break_evens_of,
    open_calculator,
    pays_for_itself_with,
    question,
    run_with_same_inputs,
    turn,
)
from tests.store.builders import record
from tests.ui.small_case import CASE, fill, run


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(f"sqlite:///{tmp_path / 'rori.db'}")
    opened.migrate()
    yield opened
    opened.dispose()


@pytest.fixture
def small(store: Store) -> Store:
    fill(store)
    return store


def test_twice_as_many_failures_double_the_expected_loss(small: Store) -> None:
    calculator = open_calculator(question(small, CASE))
    found = turn(calculator, Settings(frequency=2.0))
    base = calculator.base.loss_eur_per_year
    assert found.loss_eur_per_year.without.value == pytest.approx(2.0 * base.without.value, rel=1e-6)
    assert turn(calculator, Settings()) is calculator.base


def test_a_calculator_may_be_used_by_many_at_once(small: Store) -> None:
    calculator = open_calculator(question(small, CASE))
    asked = [Settings(frequency=0.5 + i / 8, duration=0.5 + i / 4) for i in range(12)]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda one: turn(calculator, one), asked))
    alone = open_calculator(question(small, CASE))
    for one, found in zip(asked, together, strict=True):
        wanted = turn(alone, one).tails[1].tvar.without.value
        assert found.tails[1].tvar.without.value == pytest.approx(wanted, rel=1e-9)


def test_a_question_changes_its_hash_when_an_input_changes(small: Store) -> None:
    before = question(small, CASE).input_hash
    with small.write("mia") as writer:
        stored = writer.record("loss_profiles", "card-auth")
        writer.update("loss_profiles", {**stored.values, "revenue_eur_per_hour": Decimal(1)}, version=stored.version)
        writer.commit()
    assert question(small, CASE).input_hash != before


def test_a_case_that_does_not_exist_is_not_found(store: Store) -> None:
    with pytest.raises(NotFoundError, match="case 'nothing'"):
        question(store, "nothing")


def test_broken_rules_of_the_case_are_told(small: Store) -> None:
    with small.write("mia") as writer:
        writer.insert("cases", record("cases", id="broken", name="Broken", measure_ids=("extra",)))
        writer.commit()
    assert question(small, CASE).broken_rules == ()
    assert question(small, "broken").broken_rules == ("Extra cells requires failover",)


def test_at_the_break_even_frequency_rori_is_zero(small: Store) -> None:
    asked = question(small, CASE)
    factor = break_evens_of(asked).frequency.factor
    assert factor is not None
    found = turn(open_calculator(asked), Settings(frequency=factor)).investment.rori
    assert found is not None
    assert found.value == pytest.approx(0.0, abs=0.02)


def test_one_outage_that_costs_twice_the_yearly_cost_pays_every_two_years(small: Store) -> None:
    found = pays_for_itself_with(question(small, CASE), "card-auth", 4.0)
    assert found.every_years == pytest.approx(found.loss_per_outage_eur / found.cost_eur_per_year)
    assert found.loss_per_outage_eur == pytest.approx(4 * 50_000)


def test_only_a_run_of_the_very_same_inputs_is_compared(small: Store) -> None:
    assert run_with_same_inputs(small, question(small, CASE)) is None
    saved = run(small)
    assert run_with_same_inputs(small, question(small, CASE)) == saved.run.id
    with small.write("mia") as writer:
        stored = writer.record("cases", CASE)
        writer.update("cases", {**stored.values, "horizon_years": 4}, version=stored.version)
        writer.commit()
    assert run_with_same_inputs(small, question(small, CASE)) is None
