"""From a portfolio to the question of what to buy: tables of worth against expectations, set by set."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rori.economics.decisions.expectation import expected_investment
from rori.economics.decisions.selection import narrowing
from rori.economics.decisions.selection.narrowing import may_raise
from rori.economics.decisions.selection.prevented import candidates_of, prevented_by_sets
from rori.economics.decisions.selection.problem import Budget, Objective, Problem, Spending, Standing
from rori.economics.decisions.selection.search import best_set
from rori.economics.decisions.selection.source_losses import SourceLosses
from rori.economics.decisions.shares import expected_value_of_sets
from rori.economics.inputs.estimates import PertEstimate
from rori.economics.inputs.measures import RiskTransfer
from rori.economics.inputs.portfolio import LossProfile, Portfolio
from rori.economics.terms import Quantity
from rori.errors import NotApplicableError, NotFoundError
from tests.economics.builders import case, effect, measure, mode, system
from tests.economics.decisions.test_expectation import whole_model

EARNING = LossProfile(revenue_eur_per_hour=1000.0)
POLICY = RiskTransfer(premium_eur_per_year=1, limit_eur_per_event=1e6, limit_eur_per_year=1e6)
IDS = ("m", "n", "o", "p", "q")
SETS = [
    frozenset(k for k, taken in zip(IDS, picks, strict=True) if taken) for picks in itertools.product((0, 1), repeat=5)
]
QUESTION = case(inflation_per_year=0.02, tax_rate=0.2, loss_growth_per_year=0.05)


def single(*measures):
    return Portfolio(systems=(system("a", EARNING),), failure_modes=(mode("a", 2.0, 3.0),), measures=measures)


def every_set(portfolio):
    return expected_value_of_sets(portfolio, QUESTION)([tuple(sorted(one)) for one in SETS])


def test_tables_are_worth_what_expectations_say_for_every_set():
    value = prevented_by_sets(whole_model(), QUESTION, IDS)
    assert value.exact is None
    assert value.of(SETS) == pytest.approx(every_set(whole_model()), rel=1e-10, abs=1e-6)


def test_measures_that_only_change_rates_are_tabulated_from_halves():
    likely = PertEstimate(low=0.2, likely=0.4, high=0.9)
    keys = tuple(f"r{i}" for i in range(7))
    rates = [effect(Quantity.EVENTS_PER_YEAR, likely, replace=i in {2, 5}) for i in range(7)]
    portfolio = single(*(measure(key, rate) for key, rate in zip(keys, rates, strict=True)))
    sets = [frozenset(keys[i] for i in range(7) if mask >> i & 1) for mask in range(128)]
    expected = expected_value_of_sets(portfolio, QUESTION)([tuple(sorted(one)) for one in sets])
    assert prevented_by_sets(portfolio, QUESTION, keys).of(sets) == pytest.approx(expected, rel=1e-10, abs=1e-6)


def test_where_too_many_measures_touch_a_source_tables_are_bounds_and_sets_are_worked_out(monkeypatch):
    monkeypatch.setattr(narrowing, "WIDTH_FOR_ENUMERATION", narrowing.Width(events=2, touching=3))
    monkeypatch.setattr(narrowing, "WIDTH_FOR_PROGRAMMES", narrowing.Width(events=2, touching=3))
    keys = tuple(f"m{i}" for i in range(6))
    quantities = (Quantity.DURATION_HOURS, Quantity.EVENTS_PER_YEAR, Quantity.CAPACITY_LOST)
    measures = [
        measure(
            key, effect(quantities[i % 3], 0.3 + 0.1 * i), lead_time_months=4.0 * (i % 2), life_years=3, capex_eur=4000
        )
        for i, key in enumerate(keys)
    ]
    portfolio = single(*measures)
    sets = [frozenset(keys[i] for i in range(6) if mask >> i & 1) for mask in range(64)]
    expected = expected_value_of_sets(portfolio, QUESTION)([tuple(sorted(one)) for one in sets])
    value = prevented_by_sets(portfolio, QUESTION, keys)
    assert value.of(sets) == pytest.approx(expected, rel=1e-10, abs=1e-6)
    bound = value.at_most(sets)
    assert (bound >= expected - 1e-6).all()
    assert bound[-1] == pytest.approx(expected[-1])
    problem = Problem(
        candidates=candidates_of(portfolio, QUESTION),
        prevented=value,
        budgets=(Budget(spending=Spending.CAPEX, limit_eur=12_000),),
    )
    found = best_set(problem)
    monkeypatch.undo()
    proved = best_set(replace(problem, prevented=prevented_by_sets(portfolio, QUESTION, keys)))
    assert (found.chosen_ids, found.is_proved) == (proved.chosen_ids, True)
    assert found.score == pytest.approx(proved.score, rel=1e-10)


def test_a_source_that_too_many_measures_may_make_worse_is_refused(monkeypatch):
    monkeypatch.setattr(narrowing, "WIDTH_FOR_ENUMERATION", narrowing.Width(events=1, touching=2))
    worse = [measure(key, effect(Quantity.DURATION_HOURS, 1.1)) for key in "ab"]
    with pytest.raises(NotApplicableError, match="touched by 2 measures, of which too many may raise its loss"):
        prevented_by_sets(single(*worse), QUESTION, ("a", "b"))


@pytest.mark.parametrize(
    ("quantity", "size", "replacing", "expected"),
    [
        (Quantity.DURATION_HOURS, 0.9, False, False),
        (Quantity.DURATION_HOURS, 1.1, False, True),
        (Quantity.DURATION_HOURS, 0.1, True, True),
        (Quantity.EVENTS_PER_YEAR, 99.0, True, True),
        (Quantity.HIT_PROBABILITY, 0.5, True, False),
        (Quantity.SHARE_REACHED, 0.9, True, True),
        (Quantity.BUFFER_HOURS, 2.0, False, False),
        (Quantity.BUFFER_HOURS, 0.5, True, True),
        (Quantity.FAILOVER_HOURS, 0.4, True, False),
        (Quantity.FAILOVER_HOURS, 1.5, False, True),
    ],
)
def test_a_measure_may_raise_the_loss_when_its_worst_leaves_more_than_there_was(quantity, size, replacing, expected):
    assert may_raise(whole_model(), measure("x", effect(quantity, size, replace=replacing))) is expected


@given(st.floats(0.0, 1.0), st.integers(2, 4), st.sampled_from([Quantity.DURATION_HOURS, Quantity.EVENTS_PER_YEAR]))
@settings(deadline=None, max_examples=20)
def test_measures_with_the_same_effect_on_one_failure_mode_never_prevent_more_than_its_loss(left, count, quantity):
    keys = tuple(f"m{i}" for i in range(count))
    portfolio = single(*(measure(key, effect(quantity, left)) for key in keys))
    question = case(horizon_years=1, discount_rate_per_year=0.0)
    value = prevented_by_sets(portfolio, question, keys)
    problem = Problem(candidates=candidates_of(portfolio, question), prevented=value, objective=Objective.PREVENTED)
    found = best_set(problem)
    assert found.prevented_eur == pytest.approx(6000 * (1 - left**count), abs=1e-6)
    assert value.of([frozenset(keys)])[0] <= 6000 * (1 + 1e-12)


def test_the_best_set_is_priced_as_its_case_would_be():
    portfolio = whole_model()
    found = best_set(
        Problem(candidates=candidates_of(portfolio, QUESTION), prevented=prevented_by_sets(portfolio, QUESTION, IDS))
    )
    whole = expected_investment(portfolio, replace(QUESTION, measure_ids=found.chosen_ids))
    assert found.pv_cost_eur == pytest.approx(whole.pv_cost_eur)
    assert found.prevented_eur == pytest.approx(whole.pv_prevented_eur.value)
    assert found.score == pytest.approx(whole.npv_eur.value)


def test_candidates_are_the_measures_of_a_case_without_risk_transfers():
    bought = measure("m", capex_eur=100, opex_eur_per_year=10, requires=("n",), excludes=("o",), life_years=2)
    portfolio = single(bought, measure("n"), measure("o"), measure("i", transfer=POLICY))
    everything = candidates_of(portfolio, case(), must_have=("n",), already_bought=("o",))
    assert [(one.id, one.standing) for one in everything] == [
        ("m", Standing.OPEN),
        ("n", Standing.MUST_HAVE),
        ("o", Standing.ALREADY_BOUGHT),
    ]
    one, other = candidates_of(portfolio, case("m", horizon_years=3, discount_rate_per_year=0.0), ("n",))
    assert (one.id, other.id) == ("m", "n")
    assert (one.capex_eur, one.pv_cost_eur, one.cost_eur_by_year) == (100, 120, (100, 10, 10, 0))
    assert (one.requires, one.excludes) == (("n",), ("o",))
    with pytest.raises(NotFoundError, match="no measure 'x'"):
        candidates_of(portfolio, case(), must_have=("x",))


def test_source_losses_add_up_to_the_expected_annual_loss():
    engine = SourceLosses(whole_model())
    for live in (frozenset(), frozenset({"m", "o"}), frozenset(IDS)):
        total = sum(engine.loss(source, live) for source in engine.sources)
        assert np.array([total]) == pytest.approx(engine.annual_loss(live), rel=1e-12)
