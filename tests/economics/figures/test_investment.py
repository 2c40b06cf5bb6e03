from __future__ import annotations

import math

import numpy as np
import numpy_financial as npf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rori.economics.figures.investment import assess
from rori.economics.inputs.measures import RiskTransfer
from rori.economics.money.cash_flows import live_share_by_year
from rori.economics.money.returns import net_present_value, payback_years
from rori.economics.terms import Discounting
from tests.economics.builders import case, measure


def test_npv_reproduces_the_published_spreadsheet_examples():
    """Microsoft's function reference, NPV examples 1 and 2; its NPV discounts the first flow by a year."""
    assert net_present_value(0.1, np.array([0, -10_000, 3000, 4200, 6800.0])) == pytest.approx(1188.44, abs=0.005)
    flows = np.array([-40_000, 8000, 9200, 10_000, 12_000, 14_500.0])
    assert net_present_value(0.08, flows) == pytest.approx(1922.06, abs=0.005)
    assert net_present_value(0.08, np.append(flows, -9000.0)) == pytest.approx(-3749.47, abs=0.005)


@given(st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=20), st.floats(-0.2, 0.5))
def test_npv_agrees_with_numpy_financial(flows, rate):
    assert net_present_value(rate, np.array(flows)) == pytest.approx(float(npf.npv(rate, flows)), rel=1e-9, abs=1e-6)


def test_payback_of_level_flows_is_the_closed_form():
    flows = np.array([-1_000_000.0] + [300_000.0] * 8)
    assert payback_years(flows) == pytest.approx(10 / 3)
    assert payback_years(flows, 0.1) == pytest.approx(-math.log(1 - 1 / 3) / math.log(1.1))
    assert payback_years(flows, 0.1) == pytest.approx(4.2541, abs=1e-4)


def test_payback_counts_only_when_it_lasts():
    assert payback_years(np.array([-10.0, 20.0, -30.0, 40.0])) == pytest.approx(2 + 20 / 40)
    assert payback_years(np.array([-10.0, 5.0, 4.0])) is None
    assert payback_years(np.array([0.0, 5.0])) == 0.0


def test_a_measure_is_live_from_its_lead_time_to_the_end_of_its_life():
    late = measure("m", lead_time_months=18, life_years=2)
    assert live_share_by_year(late, 5) == pytest.approx([0, 0.5, 1, 0.5, 0])


def test_rori_by_hand():
    bought = (measure("m", capex_eur=100_000, opex_eur_per_year=10_000, dividend_eur_per_year=5_000),)
    question = case("m", horizon_years=2, discount_rate_per_year=0.1, n_paths=100)
    prevented = np.tile([80_000.0, 120_000.0], (100, 1))
    found = assess(question, bought, prevented)
    pv_prevented, pv_cost = 80_000 / 1.1 + 120_000 / 1.21, 100_000 + 10_000 / 1.1 + 10_000 / 1.21
    pv_dividend = 5_000 / 1.1 + 5_000 / 1.21
    assert found.rori.value == pytest.approx((pv_prevented - pv_cost) / pv_cost)
    assert found.rori.standard_error == pytest.approx(0.0, abs=1e-12)
    assert found.roi == pytest.approx((pv_dividend - pv_cost) / pv_cost)
    assert found.rori_with_dividend.value == pytest.approx((pv_prevented + pv_dividend - pv_cost) / pv_cost)
    assert found.npv_eur.value == pytest.approx(pv_prevented + pv_dividend - pv_cost)
    assert found.benefit_cost_ratio.value == pytest.approx((pv_prevented + pv_dividend) / pv_cost)
    assert found.probability_rori_positive.value == 1.0
    assert found.cash_flows[-1].cumulative_present_value_eur == pytest.approx(found.npv_eur.value)
    assert [flow.year for flow in found.cash_flows] == [0, 1, 2]


def test_growth_and_inflation_raise_losses_and_inflation_alone_raises_costs():
    bought = (measure("m", capex_eur=100, opex_eur_per_year=10),)
    question = case("m", horizon_years=2, loss_growth_per_year=0.05, inflation_per_year=0.02, n_paths=100)
    flows = assess(question, bought, np.full((100, 2), 100.0)).cash_flows
    assert flows[1].prevented_eur.value == pytest.approx(100 * 1.05 * 1.02)
    assert flows[2].prevented_eur.value == pytest.approx(100 * 1.05**2 * 1.02**2)
    assert flows[2].opex_eur == pytest.approx(10 * 1.02**2)
    assert flows[0].capex_eur == 100


def test_the_spread_of_rori_over_paths_is_told():
    question = case("m", horizon_years=1, discount_rate_per_year=0.0, n_paths=100)
    prevented = np.repeat([0.0, 300.0], 50).reshape(-1, 1)
    found = assess(question, (measure("m", capex_eur=100),), prevented)
    assert found.rori.value == pytest.approx(0.5)
    assert (found.rori_p5, found.rori_p95) == (-1.0, 2.0)
    assert found.probability_rori_positive.value == 0.5


def test_without_cost_there_is_no_ratio():
    found = assess(case(n_paths=100), (), np.zeros((100, 5)))
    assert found.rori is None
    assert found.roi is None
    assert found.payback_years == 0.0


def test_a_risk_transfer_is_no_cost_of_prevention():
    policy = RiskTransfer(premium_eur_per_year=50_000, limit_eur_per_event=1e6, limit_eur_per_year=1e6)
    found = assess(case("i", n_paths=100), (measure("i", transfer=policy),), np.zeros((100, 5)))
    assert found.pv_cost_eur == 0.0


def test_every_year_of_the_cash_flow_adds_up():
    bought = (measure("m", capex_eur=1000, opex_eur_per_year=100, dividend_eur_per_year=40),)
    question = case("m", horizon_years=3, discount_rate_per_year=0.1, n_paths=100)
    prevented = np.random.default_rng(1).exponential(500.0, (100, 3))
    found = assess(question, bought, prevented)
    running = 0.0
    for year, flow in enumerate(found.cash_flows):
        assert flow.dividend_eur == (0.0 if year == 0 else 40.0)
        assert flow.discount_factor == pytest.approx(1.1**-year)
        assert flow.net_eur == pytest.approx(
            flow.prevented_eur.value + flow.dividend_eur - flow.capex_eur - flow.opex_eur
        )
        assert flow.present_value_eur == pytest.approx(flow.net_eur * 1.1**-year)
        running += flow.present_value_eur
        assert flow.cumulative_present_value_eur == pytest.approx(running)
        assert flow.residual_value_eur == 0.0
    assert found.cash_flows[0].prevented_eur.standard_error == 0.0
    assert found.cash_flows[1].prevented_eur.standard_error == pytest.approx(prevented[:, 0].std(ddof=1) / 10)


def test_ratios_carry_the_standard_error_of_the_present_value():
    bought = (measure("m", capex_eur=1000, opex_eur_per_year=100, dividend_eur_per_year=40),)
    question = case("m", horizon_years=3, discount_rate_per_year=0.1, n_paths=100)
    prevented = np.random.default_rng(2).exponential(500.0, (100, 3))
    found = assess(question, bought, prevented)
    per_path = prevented @ (1.1 ** -np.arange(1, 4))
    error = per_path.std(ddof=1) / 10
    assert found.pv_prevented_eur.standard_error == pytest.approx(error)
    assert found.npv_eur.standard_error == pytest.approx(error)
    for ratio in (found.rori, found.rori_with_dividend, found.benefit_cost_ratio):
        assert ratio.standard_error == pytest.approx(error / found.pv_cost_eur)
    assert found.savings_to_investment.standard_error == pytest.approx(error / 1000)
    ratios = (per_path - found.pv_cost_eur) / found.pv_cost_eur
    assert found.rori_p50 == pytest.approx(np.median(ratios))
    flows = [flow.net_eur for flow in found.cash_flows]
    assert found.mirr_per_year == pytest.approx(float(npf.mirr(flows, 0.1, 0.1)))
    assert found.irr.rate == pytest.approx(float(npf.irr(flows)))


def test_the_discounted_payback_follows_the_convention():
    bought = (measure("m", capex_eur=1000),)
    level = np.full((100, 5), 400.0)
    late, middle = (
        assess(
            case("m", discount_rate_per_year=0.1, n_paths=100, discounting=way), bought, level
        ).discounted_payback_years
        for way in (Discounting.END_YEAR, Discounting.MID_YEAR)
    )
    assert late is not None
    assert middle is not None
    assert middle < late


def test_a_small_cost_still_has_ratios():
    found = assess(case("m", n_paths=100), (measure("m", capex_eur=0.5),), np.full((100, 5), 1.0))
    assert found.rori is not None
    assert found.roi == pytest.approx(-1.0)
    even = assess(
        case("m", horizon_years=1, discount_rate_per_year=0.0, n_paths=100),
        (measure("m", capex_eur=1.0),),
        np.ones((100, 1)),
    )
    assert even.probability_rori_positive.value == 0.0
