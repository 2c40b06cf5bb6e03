"""Shares of measures: axioms of the Shapley value, and one set by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rori.economics.decisions.resilience_gain import net_resilience_gain
from rori.economics.decisions.shares import shares_of_measures, simulated_value_of_sets
from rori.economics.figures.evaluate import evaluate_case
from rori.economics.inputs.measures import RiskTransfer
from rori.economics.inputs.portfolio import LossProfile, Portfolio
from rori.economics.terms import Quantity, Tier
from tests.economics.builders import case, effect, measure, mode, needs, system

EARNING = LossProfile(revenue_eur_per_hour=1000.0)
FLAT = {"horizon_years": 1, "discount_rate_per_year": 0.0, "n_paths": 100}


def single(*measures):
    return Portfolio(systems=(system("a", EARNING),), failure_modes=(mode("a", 2.0, 3.0),), measures=measures)


def halving(key, size=0.5, quantity=Quantity.DURATION_HOURS, **more):
    return measure(key, effect(quantity, size), **more)


def test_two_overlapping_measures_by_hand():
    """6000 EUR a year; halved once leaves 3000, twice 1500; a fifth less events on top leaves 1200."""
    portfolio = single(halving("m"), halving("n", 0.8, Quantity.EVENTS_PER_YEAR))
    found = shares_of_measures(portfolio, case("m", "n", **FLAT))
    m, n = found.shares
    assert found.prevented_eur == pytest.approx(6000 - 2400)
    assert (m.alone_eur, m.last_in_eur, m.shapley_eur) == pytest.approx((3000, 2400, 2700))
    assert (n.alone_eur, n.last_in_eur, n.shapley_eur) == pytest.approx((1200, 600, 900))
    assert found.method == "all orders"
    assert m.shapley_share == pytest.approx(0.75)


sizes = st.lists(st.floats(0.0, 1.0), min_size=1, max_size=5)


@settings(deadline=None, max_examples=20)
@given(sizes)
def test_shares_add_up_never_pass_the_loss_and_idle_measures_get_nothing(factors):
    keys = [f"m{i}" for i in range(len(factors))]
    bought = [halving(key, size) for key, size in zip(keys, factors, strict=True)]
    portfolio = single(*bought, halving("twin", factors[0]), halving("idle", 1.0))
    found = shares_of_measures(portfolio, case(*keys, "twin", "idle", **FLAT))
    by_key = {one.measure_id: one for one in found.shares}
    total = sum(one.shapley_eur for one in found.shares)
    assert total == pytest.approx(found.prevented_eur, rel=1e-9, abs=1e-6)
    assert total <= 6000 * (1 + 1e-12)
    assert by_key["idle"].shapley_eur == by_key["idle"].alone_eur == by_key["idle"].last_in_eur == 0.0
    assert by_key["twin"].shapley_eur == pytest.approx(by_key["m0"].shapley_eur, rel=1e-9, abs=1e-6)


def test_more_than_ten_measures_are_shared_by_drawn_orders():
    keys = [f"m{i:02}" for i in range(12)]
    portfolio = single(*(halving(key, 0.9) for key in keys), halving("strong", 0.3))
    found = shares_of_measures(portfolio, case(*keys, "strong", **FLAT))
    assert found.method == "drawn orders"
    assert found.prevented_eur == pytest.approx(6000 * (1 - 0.9**12 * 0.3))
    assert sum(one.shapley_eur for one in found.shares) == pytest.approx(found.prevented_eur, rel=1e-9)
    weak = [one for one in found.shares if one.measure_id != "strong"]
    expected = np.mean([one.shapley_eur for one in weak])
    assert all(abs(one.shapley_eur - expected) <= 4.5 * one.shapley_standard_error for one in weak)
    strong = found.shares[-1]
    assert (strong.alone_eur, strong.last_in_eur) == pytest.approx((4200, 6000 * 0.9**12 * 0.7))
    assert found == shares_of_measures(portfolio, case(*keys, "strong", **FLAT))


def test_drawn_orders_agree_with_all_orders():
    """The glove game: one left glove and eleven right ones; the left is worth 11/12 of the pair."""
    keys = [f"m{i:02}" for i in range(12)]

    def gloves(sets):
        return np.array([1.0 if "m00" in ids and len(ids) > 1 else 0.0 for ids in sets])

    found = shares_of_measures(single(*(halving(key) for key in keys)), case(*keys, **FLAT), gloves)
    left = found.shares[0]
    assert abs(left.shapley_eur - 11 / 12) <= 4.5 * left.shapley_standard_error
    assert left.shapley_standard_error < 0.02


def test_the_simulation_gives_the_same_shares_within_its_error():
    portfolio = single(halving("m"), halving("n", 0.8, Quantity.EVENTS_PER_YEAR))
    question = case("m", "n", **{**FLAT, "n_paths": 4000})
    found = shares_of_measures(portfolio, question, simulated_value_of_sets(portfolio, question))
    assert [one.shapley_eur for one in found.shares] == pytest.approx([2700, 900], rel=0.1)
    assert sum(one.shapley_eur for one in found.shares) == pytest.approx(found.prevented_eur, rel=1e-9)


def test_a_risk_transfer_gets_no_share():
    policy = RiskTransfer(premium_eur_per_year=1, limit_eur_per_event=1e6, limit_eur_per_year=1e6)
    found = shares_of_measures(single(halving("m"), measure("i", transfer=policy)), case("m", "i", **FLAT))
    assert [one.measure_id for one in found.shares] == ["m"]
    nothing = shares_of_measures(single(measure("i", transfer=policy)), case("i", **FLAT))
    assert (nothing.shares, nothing.prevented_eur) == ((), 0.0)


def test_net_resilience_gain_lists_critical_systems_largest_gain_first():
    portfolio = Portfolio(
        systems=(
            system("small", LossProfile(revenue_eur_per_hour=10), tier=Tier.CRITICAL, impact_tolerance_hours=2),
            system("large", EARNING, critical_or_important_function=True),
            system("plain", EARNING),
        ),
        failure_modes=(mode("small", 2.0, 3.0), mode("large", 2.0, 3.0)),
        dependencies=(needs("plain", "large"),),
        measures=(halving("m"),),
    )
    result = evaluate_case(portfolio, case("m", n_paths=500))
    large, small = net_resilience_gain(portfolio, result)
    assert (large.system_id, small.system_id) == ("large", "small")
    assert large.share_of_gain + small.share_of_gain == pytest.approx(1.0)
    assert large.tolerance_exceeded_per_year is None
    assert small.tolerance_exceeded_per_year.with_measures.value == 0.0
    assert small.tolerance_exceeded_per_year.difference.value > 0.8
    gain = large.loss_eur_per_year
    assert gain.difference.value == pytest.approx(gain.without.value - gain.with_measures.value)
