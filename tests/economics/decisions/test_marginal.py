"""Marginal values: by hand, against whole cases, and with rules broken."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rori.economics.decisions.assurance import assured
from rori.economics.decisions.expectation import expected_investment
from rori.economics.decisions.marginal import marginal_values
from rori.economics.decisions.shares import shares_of_measures
from rori.economics.inputs.measures import RiskTransfer
from rori.economics.inputs.portfolio import LossProfile, Portfolio
from rori.economics.terms import Quantity
from rori.errors import NotFoundError
from tests.economics.builders import case, effect, measure, mode, system
from tests.economics.exact.portfolios import portfolios

EARNING = LossProfile(revenue_eur_per_hour=1000.0)
FLAT = {"horizon_years": 1, "discount_rate_per_year": 0.0}


def single(*measures):
    return Portfolio(systems=(system("a", EARNING),), failure_modes=(mode("a", 2.0, 3.0),), measures=measures)


def halving(key, size=0.5, **more):
    return measure(key, effect(Quantity.DURATION_HOURS, size), **more)


def test_a_measure_that_joins_another_adds_what_is_left_by_hand():
    """6000 EUR a year; the case halves it, the candidate halves the rest and costs 500: 3 EUR per EUR."""
    portfolio = single(halving("m"), halving("n", capex_eur=400.0, opex_eur_per_year=100.0, dividend_eur_per_year=70.0))
    (found,) = marginal_values(portfolio, case("m", **FLAT), ["n"])
    assert (found.prevented_eur_per_year, found.pv_prevented_eur) == pytest.approx((1500, 1500))
    assert (found.pv_cost_eur, found.pv_dividend_eur) == pytest.approx((500, 70))
    assert (found.eur_per_eur, found.net_eur) == pytest.approx((3.0, 1000))
    assert not found.in_case


def test_a_measure_of_the_case_is_worth_what_would_be_lost_without_it():
    portfolio, asked = single(halving("m"), halving("n", 0.8)), case("m", "n", **FLAT)
    shares = {one.measure_id: one.last_in_eur for one in shares_of_measures(portfolio, asked).shares}
    for found in marginal_values(portfolio, asked, ["n", "m"]):
        assert found.in_case
        assert found.pv_prevented_eur == pytest.approx(shares[found.measure_id])
        assert found.eur_per_eur is None


def test_an_insurance_prevents_nothing_and_costs_nothing_here():
    policy = RiskTransfer(premium_eur_per_year=1, limit_eur_per_event=1e6, limit_eur_per_year=1e6)
    (found,) = marginal_values(single(halving("m"), measure("i", transfer=policy)), case("m", **FLAT), ["i"])
    assert (found.pv_prevented_eur, found.pv_cost_eur, found.eur_per_eur) == (0.0, 0.0, None)


def test_rules_that_a_candidate_would_break_are_said_and_older_ones_are_not():
    portfolio = single(halving("m", requires=("gone",)), halving("n", requires=("o",), excludes=("m",)), halving("o"))
    joining, harmless = marginal_values(portfolio, case("m", **FLAT), ["n", "o"])
    assert joining.broken_rules == ("N requires o", "N excludes M")
    assert harmless.broken_rules == ()


def test_as_far_as_it_is_assured_a_candidate_is_worth_less():
    portfolio = single(halving("m"), halving("n"))
    (found,) = marginal_values(assured(portfolio, {"n": 0.5}), case("m", **FLAT), ["n"])
    assert found.pv_prevented_eur == pytest.approx(750)


def test_candidates_keep_their_order_and_unknown_ones_are_named():
    portfolio = single(halving("m"), halving("n"))
    assert [one.measure_id for one in marginal_values(portfolio, case(**FLAT), ["n", "m"])] == ["n", "m"]
    with pytest.raises(NotFoundError, match="'ghost'"):
        marginal_values(portfolio, case(**FLAT), ["ghost"])


@settings(deadline=None, max_examples=15)
@given(portfolio=portfolios(), tax=st.sampled_from([0.0, 0.3]), rate=st.sampled_from([0.0, 0.1]))
def test_a_case_with_the_candidate_is_the_case_and_its_marginal_value(portfolio, tax, rate):
    money = {"tax_rate": tax, "discount_rate_per_year": rate, "loss_growth_per_year": 0.02, "n_paths": 100}
    (candidate,) = (one.id for one in portfolio.measures)
    (found,) = marginal_values(portfolio, case(**money), [candidate])
    whole = expected_investment(portfolio, case(candidate, **money))
    assert found.pv_prevented_eur == pytest.approx(whole.pv_prevented_eur.value, rel=1e-9, abs=1e-6)
    assert found.pv_cost_eur == pytest.approx(whole.pv_cost_eur)
