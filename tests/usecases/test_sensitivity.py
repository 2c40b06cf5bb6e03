"""Sensitivity asked of the store."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from rori.economics.decisions.inputs import InputKind
from rori.store import Store
from rori.usecases.sensitivity import effect_at, is_factor, sensitivity_of, variance_of
from rori.usecases.what_if import question
from tests.ui.small_case import CASE, fill


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(f"sqlite:///{tmp_path / 'rori.db'}")
    opened.migrate()
    fill(opened)
    yield opened
    opened.dispose()


def test_every_uncertain_input_of_the_case_has_a_bar(store: Store) -> None:
    found = sensitivity_of(question(store, CASE)).tornado
    assert {bar.kind for bar in found.bars} == set(InputKind)
    assert [bar.swing for bar in found.bars] == sorted((bar.swing for bar in found.bars), reverse=True)
    assert sum(bar.share_of_swing for bar in found.bars) == pytest.approx(1.0)


def test_the_only_measure_of_a_case_has_the_whole_share(store: Store) -> None:
    (share,) = sensitivity_of(question(store, CASE)).shares.shares
    assert share.alone_eur == share.last_in_eur == share.shapley_eur > 0.0
    assert share.shapley_share == 1.0


def test_an_input_with_the_widest_swing_explains_most_of_the_variance(store: Store) -> None:
    asked = question(store, CASE)
    bars = sensitivity_of(asked).tornado
    found = variance_of(asked, bars)
    first = next(bar for bar in bars.bars if bar.kind not in (InputKind.DISCOUNT_RATE, InputKind.HORIZON))
    assert (found.shares[0].kind, found.shares[0].key) == (first.kind, first.key)
    assert found.shares[0].index.total > 0.3


def test_an_input_about_an_effect_leads_to_it(store: Store) -> None:
    portfolio = question(store, CASE).inputs.portfolio
    effect = effect_at(portfolio, InputKind.EFFECT, "failover", 0)
    assert effect is portfolio.measures[1].effects[0]
    assert is_factor(effect)
    assert effect_at(portfolio, InputKind.RATE, "release", 0) is None
    assert not is_factor(None)
