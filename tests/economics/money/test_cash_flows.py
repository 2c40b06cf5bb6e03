from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rori.economics.figures.investment import assess
from rori.economics.inputs.case import Case
from rori.economics.money.cash_flows import depreciation, residual_value
from rori.economics.terms import Discounting
from rori.errors import InputError
from tests.economics.builders import case, measure

BOUGHT = (measure("m", capex_eur=900.0, opex_eur_per_year=50.0, dividend_eur_per_year=20.0, life_years=10),)
PREVENTED = np.tile([400.0, 500.0, 600.0], (100, 1))


def found(**settings: object):
    defaults = {"horizon_years": 3, "n_paths": 100, "discount_rate_per_year": 0.1}
    return assess(case("m", **{**defaults, **settings}), BOUGHT, PREVENTED)


@pytest.mark.parametrize(
    ("lead", "life", "horizon", "expected"),
    [(0, 10, 5, 500.0), (0, 5, 5, 0.0), (0, 3, 5, 0.0), (12, 8, 5, 500.0), (72, 4, 5, 1000.0)],
    ids=["half used", "used up at the end", "used up before", "later live", "not yet live"],
)
def test_what_is_left_of_capex_falls_in_a_straight_line_from_going_live(lead, life, horizon, expected):
    bought = measure("m", capex_eur=1000.0, lead_time_months=lead, life_years=life)
    assert residual_value(bought, horizon) == pytest.approx(expected)


def test_depreciation_is_level_and_ends_with_its_years_or_the_horizon():
    assert depreciation(900.0, 3, 5).tolist() == [0.0, 300.0, 300.0, 300.0, 0.0, 0.0]
    assert depreciation(900.0, 10, 2).tolist() == [0.0, 90.0, 90.0]
    assert depreciation(900.0, 0, 2).tolist() == [0.0, 0.0, 0.0]


def test_tax_by_hand():
    """30 % of prevented + dividend - opex - capex / 3, at the end of each year."""
    result = found(tax_rate=0.3, depreciation_years=3)
    tax = [0.3 * (prevented + 20 - 50 - 300) for prevented in (400, 500, 600)]
    assert [flow.tax_eur for flow in result.cash_flows] == pytest.approx([0.0, *tax])
    assert [flow.depreciation_eur for flow in result.cash_flows] == pytest.approx([0.0, 300.0, 300.0, 300.0])
    net = [-900.0, *(prevented + 20 - 50 - due for prevented, due in zip((400, 500, 600), tax, strict=True))]
    assert [flow.net_eur for flow in result.cash_flows] == pytest.approx(net)
    worth = [1.1**-year for year in range(4)]
    assert result.npv_eur.value == pytest.approx(sum(a * w for a, w in zip(net, worth, strict=True)))
    cost = 900 + sum((0.7 * 50 - 0.3 * 300) * w for w in worth[1:])
    assert result.pv_cost_eur == pytest.approx(cost)
    assert result.rori.value == pytest.approx(0.7 * (400 / 1.1 + 500 / 1.21 + 600 / 1.331) / cost - 1)


def test_a_tax_on_a_loss_is_a_relief():
    result = assess(case("m", horizon_years=1, n_paths=100, tax_rate=0.3), BOUGHT, np.zeros((100, 1)))
    assert result.cash_flows[1].tax_eur == pytest.approx(0.3 * (20 - 50))


def test_depreciation_without_tax_changes_no_figure():
    plain, depreciated = found(), found(depreciation_years=3)
    assert depreciated.npv_eur == plain.npv_eur
    assert depreciated.rori == plain.rori
    assert [flow.net_eur for flow in depreciated.cash_flows] == [flow.net_eur for flow in plain.cash_flows]


def test_the_residual_value_lowers_cost_raises_npv_and_stays_out_of_paybacks():
    plain, left = found(), found(count_residual_value=True)
    worth = 900.0 * 0.7 / 1.331
    assert left.pv_residual_eur == pytest.approx(worth)
    assert left.pv_cost_eur == pytest.approx(plain.pv_cost_eur - worth)
    assert left.npv_eur.value == pytest.approx(plain.npv_eur.value + worth)
    assert left.discounted_payback_years == plain.discounted_payback_years
    assert left.irr.rate > plain.irr.rate
    assert left.cash_flows[-1].residual_value_eur == pytest.approx(630.0)
    assert left.cash_flows[-1].cumulative_present_value_eur == pytest.approx(plain.npv_eur.value)
    assert plain.pv_residual_eur == 0.0


@pytest.mark.parametrize("when", Discounting)
def test_the_residual_value_is_discounted_from_the_end_whatever_the_convention(when):
    assert found(count_residual_value=True, discounting=when).pv_residual_eur == pytest.approx(630.0 / 1.331)


def test_earlier_money_is_worth_more():
    values = [found(discounting=when).pv_prevented_eur.value for when in Discounting]
    assert values == sorted(values)
    assert found(discounting=Discounting.MID_YEAR).pv_prevented_eur.value == pytest.approx(values[0] * 1.1**0.5)


def test_where_relief_and_residual_value_exceed_the_cost_there_is_no_ratio():
    bought = (measure("m", capex_eur=900.0, life_years=100),)
    question = case(
        "m", horizon_years=1, n_paths=100, tax_rate=0.5, depreciation_years=1, count_residual_value=True,
        discount_rate_per_year=0.0,
    )  # fmt: skip
    result = assess(question, bought, np.full((100, 1), 50.0))
    assert result.pv_cost_eur < 0.0
    assert result.rori is None
    assert result.npv_eur.value == pytest.approx(25.0 + 450.0 + 891.0 - 900.0)


@given(st.floats(0.0, 0.9), st.integers(0, 6), st.sampled_from(list(Discounting)), st.booleans())
def test_present_values_by_kind_and_by_year_add_up_to_the_same(tax, years, when, residual):
    result = found(tax_rate=tax, depreciation_years=years, discounting=when, count_residual_value=residual)
    by_kind = result.pv_prevented_eur.value + result.pv_dividend_eur - result.pv_cost_eur
    by_year = result.cash_flows[-1].cumulative_present_value_eur + result.pv_residual_eur
    assert by_kind == pytest.approx(by_year)
    assert result.npv_eur.value == pytest.approx(by_year)
    assert result.savings_to_investment.value == pytest.approx(1.0 + by_year / 900.0)
    assert result.net_benefit_to_investment.value == pytest.approx(by_year / 900.0)


def test_without_capex_there_is_nothing_to_relate_savings_to():
    result = assess(case("m", n_paths=100), (measure("m", opex_eur_per_year=5.0),), np.ones((100, 5)))
    assert result.savings_to_investment is None
    assert result.net_benefit_to_investment is None


@pytest.mark.parametrize(
    ("field", "value"), [("tax_rate", 1.01), ("tax_rate", -0.1), ("depreciation_years", -1), ("depreciation_years", 51)]
)
def test_a_case_with_a_tax_or_depreciation_out_of_range_is_refused(field, value):
    with pytest.raises(InputError, match=field):
        Case(id="x", name="x", **{field: value})
