from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rori.economics.inputs.penalties import CeilingRule, statutory_ceiling
from rori.errors import InputError

ESSENTIAL = CeilingRule(fixed_eur=10e6, turnover_share=0.02)


@pytest.mark.parametrize(
    ("turnover", "ceiling"), [(0.0, 10e6), (499e6, 10e6), (500e6, 10e6), (501e6, 10.02e6), (2e9, 40e6)]
)
def test_the_higher_of_amount_and_share_counts(turnover, ceiling):
    assert statutory_ceiling(ESSENTIAL, turnover) == pytest.approx(ceiling)


def test_a_fixed_amount_needs_no_turnover():
    assert statutory_ceiling(CeilingRule(fixed_eur=5e6)) == 5e6
    assert statutory_ceiling(CeilingRule(fixed_eur=5e6), 1e12) == 5e6


def test_a_share_without_turnover_is_not_guessed():
    assert statutory_ceiling(ESSENTIAL) is None
    assert ESSENTIAL.needs_turnover


def test_a_daily_share_adds_up_over_the_days():
    rule = CeilingRule(daily_turnover_share=0.01, days_at_most=184)
    assert statutory_ceiling(rule, 365e6) == pytest.approx(0.01 * 1e6 * 184)


@given(st.floats(0, 1e12), st.floats(0, 1e12))
def test_more_turnover_never_lowers_the_ceiling(one, other):
    low, high = sorted((one, other))
    assert statutory_ceiling(ESSENTIAL, low) <= statutory_ceiling(ESSENTIAL, high)


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({}, "ceiling"),
        ({"fixed_eur": 0.0}, "fixed_eur"),
        ({"turnover_share": 1.5}, "turnover_share"),
        ({"daily_turnover_share": 0.01}, "daily share"),
        ({"fixed_eur": 1.0, "days_at_most": 3.0}, "daily share"),
        ({"daily_turnover_share": 0.01, "days_at_most": 0.0}, "days_at_most"),
    ],
)
def test_a_rule_that_says_nothing_or_too_little_is_refused(fields, name):
    with pytest.raises(InputError, match=name):
        CeilingRule(**fields)


def test_a_negative_turnover_is_refused():
    with pytest.raises(InputError, match="turnover must be a number of at least 0"):
        statutory_ceiling(ESSENTIAL, -1.0)
