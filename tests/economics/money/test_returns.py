from __future__ import annotations

import itertools
import math

import numpy as np
import numpy_financial as npf
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.integrate import quad

from rori.economics.money.discounting import (
    continuous_factor,
    discount_factors,
    expected_event_factor,
    final_factor,
    spread_over_a_year,
)
from rori.economics.money.returns import (
    Flows,
    internal_rates,
    modified_internal_rate,
    net_benefit_ratio,
    net_present_value,
    payback_years,
    savings_to_investment_ratio,
)
from rori.economics.results import IrrKind
from rori.economics.terms import Discounting
from rori.errors import InputError

RATES = st.floats(-0.5, 1.0)


def flows(*amounts: float, **more: object) -> Flows:
    return Flows(net_eur=np.array(amounts, dtype=np.float64), **more)


@given(RATES)
def test_money_at_the_end_of_years_is_worth_what_the_spreadsheet_says(rate):
    assume(abs(rate) > 1e-6)
    assert discount_factors(rate, 6) == pytest.approx([npf.pv(rate, year, 0, -1) for year in range(7)])


@given(RATES)
def test_money_of_the_middle_of_a_year_is_worth_the_root_of_a_year_more(rate):
    middle = discount_factors(rate, 6, Discounting.MID_YEAR)
    assert middle[0] == 1.0
    assert middle[1:] == pytest.approx(discount_factors(rate, 6)[1:] * math.sqrt(1.0 + rate))


@pytest.mark.parametrize("rate", [-0.3, 0.0, 1e-9, 0.08, 0.9])
def test_money_that_flows_all_year_is_the_integral_of_its_worth(rate):
    spread = discount_factors(rate, 5, Discounting.CONTINUOUS)
    assert spread[0] == 1.0
    for year in range(1, 6):
        assert spread[year] == pytest.approx(quad(lambda t: (1.0 + rate) ** -t, year - 1, year)[0], rel=1e-9)


@given(st.floats(0.001, 1.0))
def test_the_earlier_money_falls_the_more_it_is_worth_and_spread_is_close_to_the_middle(rate):
    end, middle, spread = (discount_factors(rate, 4, when)[1:] for when in Discounting)
    assert np.all(end < middle)
    assert np.all(middle < spread)
    assert spread == pytest.approx(middle, rel=0.025 * math.log1p(rate) ** 2 * 2.0)


def test_without_discounting_a_euro_stays_a_euro():
    for when in Discounting:
        assert discount_factors(0.0, 7, when).tolist() == [1.0] * 8
    assert final_factor(0.0, 9) == 1.0
    assert spread_over_a_year(0.0) == 1.0
    assert expected_event_factor(0.0, 50, 25) == 2.0


def test_continuous_compounding_at_k_is_the_effective_rate_of_e_to_the_k():
    assert continuous_factor(0.05, 3) == pytest.approx(discount_factors(math.expm1(0.05), 3)[3])


def test_a_rate_of_minus_100_percent_is_refused():
    with pytest.raises(InputError, match="discount_rate_per_year must be a number above -1"):
        discount_factors(-1.0, 3)
    with pytest.raises(InputError, match="return_period_years"):
        expected_event_factor(0.05, 50, 0.0)


@given(st.lists(st.floats(1.0, 1e6), min_size=1, max_size=15), st.floats(1.0, 1e6))
def test_flows_that_turn_once_have_the_rate_of_numpy_financial(later, capex):
    found = internal_rates(flows(-capex, *later))
    expected = npf.irr([-capex, *later])
    assume(-0.99 < expected < 9.9)
    assert found.kind is IrrKind.ONE
    assert found.rate == pytest.approx(expected, rel=1e-8, abs=1e-10)


def test_two_rates_are_both_found():
    """Lorie & Savage 1955: -1600, 10000, -10000 has the rates 25 % and 400 %."""
    found = internal_rates(flows(-1600, 10_000, -10_000))
    assert found.kind is IrrKind.SEVERAL
    assert found.roots == pytest.approx((0.25, 4.0))
    assert found.rate is None


@given(st.lists(st.floats(-0.6, 6.0), min_size=1, max_size=4))
def test_rates_that_flows_were_made_from_are_all_found(rates):
    growths = sorted(1.0 + rate for rate in rates)
    assume(all(later / earlier > 1.01 for earlier, later in itertools.pairwise(growths)))
    found = internal_rates(Flows(net_eur=1000.0 * np.poly(growths)))
    assert found.roots == pytest.approx([growth - 1.0 for growth in growths], abs=1e-6)


@pytest.mark.parametrize("step", range(8))
def test_rates_closer_together_than_the_grid_are_both_found(step):
    """The grid is 0.4 % wide, so of eight pairs 0.05 % apart most fall between two of its points."""
    growth = 1.1 + 0.0007 * step
    found = internal_rates(Flows(net_eur=np.poly([growth, growth + 0.0005])))
    assert found.roots == pytest.approx((growth - 1.0, growth - 0.9995), abs=1e-7)


@pytest.mark.parametrize("growth", [0.7, 0.95, 1.03, 1.07, 1.2, 1.31, 2.6])
def test_a_curve_that_only_touches_zero_has_a_rate_there(growth):
    found = internal_rates(flows(100.0, -200.0 * growth, 100.0 * growth * growth))
    assert found.roots
    assert found.roots == pytest.approx([growth - 1.0] * len(found.roots), abs=1e-5)


@pytest.mark.parametrize("amounts", [(-5.0, -1.0), (0.0, 0.0), (3.0, 4.0), (100.0, -150.0, 100.0), (-1.0, 100.0)])
def test_where_there_is_no_rate_none_is_made_up(amounts):
    found = internal_rates(flows(*amounts))
    assert found.kind is IrrKind.NONE
    assert found.rate is None


@given(st.sampled_from(list(Discounting)), st.floats(0.0, 500.0), st.lists(st.floats(10, 500), min_size=1, max_size=30))
def test_at_the_internal_rate_the_present_value_is_zero(when, residual, later):
    made = flows(-1000.0, *later, residual_eur=residual, discounting=when)
    found = internal_rates(made)
    for rate in found.roots:
        present = made.present_values(rate)
        assert abs(present.sum()) <= 1e-7 * np.abs(present).sum()
    assert len(found.roots) <= 1


def test_the_internal_rate_of_a_residual_value_alone_ignores_the_convention():
    for when in Discounting:
        found = internal_rates(flows(-100.0, 0.0, 0.0, residual_eur=121.0, discounting=when))
        assert found.rate == pytest.approx(0.1)


@given(st.lists(st.floats(-1e5, 1e5), min_size=2, max_size=12), st.floats(-0.2, 0.5), st.floats(-0.2, 0.5))
def test_the_modified_rate_is_that_of_the_spreadsheet(amounts, finance, reinvest):
    assume(any(a > 1.0 for a in amounts))
    assume(any(a < -1.0 for a in amounts))
    found = modified_internal_rate(flows(*amounts), finance, reinvest)
    assert found == pytest.approx(float(npf.mirr(amounts, finance, reinvest)), rel=1e-9, abs=1e-12)


def test_the_modified_rate_of_the_published_spreadsheet_example():
    """Microsoft's function reference, MIRR: 12.61 % after five years at 10 % and 12 %."""
    amounts = flows(-120_000, 39_000, 30_000, 21_000, 37_000, 46_000)
    assert modified_internal_rate(amounts, 0.10, 0.12) == pytest.approx(0.1261, abs=5e-5)


@given(st.sampled_from(list(Discounting)), st.floats(0.01, 0.3), st.floats(0, 100))
def test_income_at_the_modified_rate_pays_for_what_was_put_in(when, rate, residual):
    made = flows(-300.0, 40.0, 150.0, 200.0, residual_eur=residual, discounting=when)
    found = modified_internal_rate(made, rate)
    assert found is not None
    end_value = (made.present_values(rate)[1:].sum()) * (1.0 + rate) ** 3
    assert 300.0 * (1.0 + found) ** 3 == pytest.approx(end_value)


@pytest.mark.parametrize("amounts", [(1.0, 2.0), (-1.0, -2.0), (-5.0,)])
def test_without_both_signs_and_a_year_there_is_no_modified_rate(amounts):
    assert modified_internal_rate(flows(*amounts), 0.1) is None


def test_the_two_readings_of_sir_differ_by_one():
    assert savings_to_investment_ratio(50.0, 200.0) == pytest.approx(1.25)
    assert net_benefit_ratio(50.0, 200.0) == pytest.approx(0.25)
    assert savings_to_investment_ratio(50.0, 0.0) is None
    assert net_benefit_ratio(50.0, 0.0) is None


def test_level_money_all_year_pays_back_after_the_closed_form_of_a_continuous_annuity():
    paid = np.array([-1000.0] + [300.0] * 8)
    k = math.log(1.1)
    assert payback_years(paid, 0.1, Discounting.CONTINUOUS) == pytest.approx(-math.log(1 - 1000 * k / 300) / k)
    assert payback_years(paid, 0.0, Discounting.CONTINUOUS) == pytest.approx(10 / 3)


@given(st.lists(st.floats(-1e4, 1e4), min_size=1, max_size=20), RATES)
def test_present_values_add_up_to_the_net_present_value(amounts, rate):
    total = flows(*amounts, residual_eur=7.0).present_values(rate).sum()
    expected = net_present_value(rate, np.array(amounts)) + 7.0 * (1.0 + rate) ** -(len(amounts) - 1)
    assert total == pytest.approx(expected, rel=1e-9, abs=1e-6)
