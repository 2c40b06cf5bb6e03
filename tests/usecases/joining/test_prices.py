"""The price of a gap: marginal values, reasons where there is no number, penalties, and the order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from rori.economics.decisions.marginal import marginal_values
from rori.errors import NotFoundError
from rori.store import Store
from rori.usecases.compliance.gaps import GapLine, gap_lines
from rori.usecases.compliance.standing import save_profile
from rori.usecases.joining.prices import (
    IN_CASE,
    NOT_MODELLED,
    ONLY_EVIDENCE,
    GapPrice,
    PriceOrder,
    Prices,
    gap_prices,
    price_key,
    ranked,
)
from tests.usecases.joining.proved_case import BACKUP, CASE, EXIT, FAILOVER, answer, fill

DAY = date(2026, 6, 1)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(f"sqlite:///{tmp_path / 'rori.db'}")
    opened.migrate()
    fill(opened)
    save_profile(opened, "mia", {"dora_entity": "payment-institution", "uk_firm": "bank"}, 0)
    yield opened
    opened.dispose()


def priced(store: Store) -> tuple[tuple[GapLine, ...], Prices]:
    lines = gap_lines(store, DAY)
    return lines, gap_prices(store, CASE, [line.gap for line in lines])


def through(store: Store, *controls: str) -> list[GapPrice]:
    """Return the prices of the gaps whose open controls are, of those that measures name, exactly these."""
    lines, prices = priced(store)
    named = {FAILOVER, BACKUP, EXIT}
    found = []
    for line in lines:
        open_ids = {one.control.id for one in line.gap.status.linked if one.value < 1.0}
        if open_ids & named == set(controls):
            found.append(prices[price_key(line.gap)])
    assert found
    return found


def test_a_measure_is_priced_on_top_of_the_case_with_overlaps(store: Store) -> None:
    with store.read() as reader:
        portfolio, case = reader.portfolio(), reader.case(CASE)
    [last] = marginal_values(portfolio, case, ["twin"])
    [alone] = marginal_values(portfolio, replace(case, measure_ids=()), ["twin"])
    for price in through(store, BACKUP):
        best = price.best()
        assert best is not None
        assert (best.measure_id, best.value) == ("twin", last)
        assert {one.measure_id for one in price.measures} == {"twin", "late"}
    assert 0.0 < last.prevented_eur_per_year < 0.9 * alone.prevented_eur_per_year


def test_a_measure_that_breaks_a_rule_stands_behind_one_that_does_not(store: Store) -> None:
    price = through(store, BACKUP)[0]
    late = next(one for one in price.measures if one.measure_id == "late")
    assert late.value.broken_rules
    assert {order: getattr(price.best(order), "measure_id", "") for order in PriceOrder} == dict.fromkeys(
        PriceOrder, "twin"
    )


def test_where_no_measure_changes_loss_there_is_no_number(store: Store) -> None:
    nothing = through(store)
    assert all(price.measures == () and price.best() is None for price in nothing)
    assert NOT_MODELLED in {price.why_none for price in nothing}


def test_a_measure_without_effects_gives_no_number(store: Store) -> None:
    with store.write("mia") as writer:
        writer.delete("effects", "late-1", version=writer.record("effects", "late-1").version)
        writer.commit()
    assert {price.why_none for price in through(store, EXIT)} == {NOT_MODELLED}


def test_what_the_case_holds_already_is_named(store: Store) -> None:
    for price in through(store, FAILOVER):
        assert (price.why_none, price.in_case, price.measures) == (IN_CASE, ("Failover",), ())


def test_a_gap_of_evidence_alone_is_no_matter_for_a_measure(store: Store) -> None:
    for control in (FAILOVER, BACKUP):
        answer(store, control, "yes")
    lines, prices = priced(store)
    met = [prices[price_key(line.gap)] for line in lines if line.gap.status.claimed >= 1.0]
    assert met
    assert all(price.measures == () for price in met if not price.control_names)
    assert ONLY_EVIDENCE in {price.why_none for price in met}


def test_penalties_come_with_their_reference_and_without_an_amount_where_the_law_names_none(store: Store) -> None:
    _, prices = priced(store)
    by_framework = {key[0]: price.penalty for key, price in prices.items()}
    dora, uk = by_framework["dora"], by_framework["uk-opres"]
    assert dora is not None
    assert uk is not None
    assert (dora.penalty.reference, dora.ceiling_eur) == ("Regulation (EU) 2022/2554 Art. 50-54", None)
    assert uk.how == "no ceiling in the statute"
    assert by_framework["iso-iec-27031"] is None


def test_under_nis2_the_ceiling_follows_the_class_and_the_article(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'nis2.db'}")
    store.migrate()
    fill(store)
    save_profile(store, "mia", {"nis2_class": "important", "nis2_sector": "energy"}, 0)
    _, prices = priced(store)
    found = {key: price.penalty for key, price in prices.items() if key[0] == "nis2"}
    assert found
    with_penalty = {key for key, penalty in found.items() if penalty is not None}
    assert with_penalty
    assert all(key.startswith(("nis2-21", "nis2-23")) for _, key in with_penalty)
    assert {penalty.penalty.id for penalty in found.values() if penalty is not None} == {"nis2-important"}
    assert any(penalty is not None and "EUR 7,000,000" in penalty.how for penalty in found.values())
    store.dispose()


def test_gaps_are_ranked_by_money_and_what_has_no_number_comes_last(store: Store) -> None:
    lines, prices = priced(store)
    assert ranked(lines, prices, PriceOrder.CLOSING) == lines
    for order in (PriceOrder.EUROS, PriceOrder.EUROS_PER_EURO):
        found = ranked(lines, prices, order)
        best = [prices[price_key(line.gap)].best(order) for line in found]
        count = sum(1 for one in best if one is not None)
        assert 0 < count < len(best)
        assert all(one is None for one in best[count:])
        assert [line.rank for line in found[count:]] == sorted(line.rank for line in found[count:])
        amounts = [
            one.value.pv_prevented_eur if order is PriceOrder.EUROS else one.value.eur_per_eur
            for one in best[:count]
            if one is not None
        ]
        assert amounts == sorted(amounts, reverse=True)


def test_a_case_that_is_not_there_is_said(store: Store) -> None:
    with pytest.raises(NotFoundError, match="ghost"):
        gap_prices(store, "ghost", [line.gap for line in gap_lines(store, DAY)])
