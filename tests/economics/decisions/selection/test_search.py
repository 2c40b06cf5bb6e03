"""The best set: against looking at every set, against published cases, and by its own rules."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rori.economics.decisions.selection import relaxed, search
from rori.economics.decisions.selection.beside import simpler_methods
from rori.economics.decisions.selection.problem import Budget, Objective, Problem, Requirement, Spending, Standing
from rori.economics.decisions.selection.search import best_set, frontier, next_euro
from rori.economics.decisions.selection.set_values import SetValue, asked_of, sum_of_parts
from rori.errors import InputError, NotApplicableError
from tests.economics.decisions.selection.instances import (
    brute_force,
    candidate,
    capex,
    multiplied,
    pv_cost,
    random_problem,
    random_value,
    score_of,
)

N_INSTANCES = 200


@pytest.fixture
def by_programme(monkeypatch):
    """Every problem goes to the mixed-integer programme, however small."""
    monkeypatch.setattr(search, "MOST_ENUMERATED", -1)


def found_or_none(problem):
    try:
        return best_set(problem)
    except InputError:
        return None


def agree(problem):
    expected, found = brute_force(problem), found_or_none(problem)
    if expected is None:
        return found is None
    told = -found.score if problem.objective is Objective.LEAST_COST else found.score
    return found.is_proved and [told, score_of(problem, found.chosen_ids)] == pytest.approx([expected] * 2, rel=1e-9)


def test_the_best_set_is_that_of_full_enumeration_on_random_instances():
    problems = [random_problem(seed) for seed in range(N_INSTANCES)]
    assert {problem.objective for problem in problems} == set(Objective)
    assert sum(brute_force(problem) is not None for problem in problems) > N_INSTANCES / 2
    assert [seed for seed, problem in enumerate(problems) if not agree(problem)] == []


def test_the_programme_finds_the_set_of_full_enumeration_on_random_instances(by_programme):
    assert [seed for seed in range(N_INSTANCES) if not agree(random_problem(seed))] == []


def test_cuts_find_the_set_of_full_enumeration_too(by_programme, monkeypatch):
    monkeypatch.setattr(relaxed, "MOST_MEMBERS_IN_COLUMNS", 2)
    assert [seed for seed in range(0, N_INSTANCES, 5) if not agree(random_problem(seed))] == []
    assert [seed for seed in range(3, N_INSTANCES, 10) if not agree(random_problem(seed))] == []


@pytest.mark.parametrize("seed", [2, 4, 26, 33, 45])
def test_a_budget_is_kept_where_the_solver_would_let_a_little_pass(by_programme, seed):
    """A budget 30 cents below what some set costs: within the tolerance of HiGHS, not within ours."""
    rng = np.random.default_rng(seed)
    n = int(rng.integers(3, 14))
    cost = rng.integers(1, 100, n) * 10_000.0
    worth = cost / 1e4 + rng.random(n)
    keys = [f"m{i}" for i in range(n)]
    problem = Problem(
        candidates=tuple(candidate(key, float(one)) for key, one in zip(keys, cost, strict=True)),
        prevented=sum_of_parts(dict(zip(keys, worth, strict=True))),
        objective=Objective.PREVENTED,
        budgets=(pv_cost(float(cost[rng.random(n) < 0.5].sum()) - 0.3),),
    )
    assert agree(problem)


def test_a_search_that_may_not_go_on_states_a_bound(by_programme, monkeypatch):
    monkeypatch.setattr(relaxed, "MOST_MEMBERS_IN_COLUMNS", 2)
    monkeypatch.setattr(relaxed, "MOST_ROUNDS_BROKEN", 1)
    monkeypatch.setattr(relaxed, "MOST_ROUNDS_WHOLE", 1)
    seeds = [seed for seed in range(1, 100, 5) if brute_force(random_problem(seed)) is not None]
    found = [best_set(random_problem(seed)) for seed in seeds]
    for seed, one in zip(seeds, found, strict=True):
        assert one.score <= brute_force(random_problem(seed)) + 1e-6 <= one.bound + 1e-3
    assert any(not one.is_proved for one in found)


# Cormen, Leiserson, Rivest and Stein, Introduction to Algorithms, section 16.2 (case knapsack-clrs).
CLRS = Problem(
    candidates=tuple(candidate(key, weight) for key, weight in {"one": 10, "two": 20, "three": 30}.items()),
    prevented=sum_of_parts({"one": 60, "two": 100, "three": 120}),
    objective=Objective.PREVENTED,
    budgets=(capex(50),),
)


def test_the_knapsack_of_a_textbook():
    found = best_set(CLRS)
    assert found.score == pytest.approx(220, rel=1e-6)
    assert found.chosen_ids == ("two", "three")
    assert simpler_methods(CLRS, found).greedy_score == pytest.approx(160, rel=1e-6)


# Lorie and Savage, Three problems in rationing capital, Journal of Business 28 (1955), table of nine projects: net present
# value and present value of outlays in two periods. Weingartner (1963): 70 with whole projects, 70.27 with parts.
PRESENT_VALUES = (14, 17, 17, 15, 40, 12, 14, 10, 12)
OUTLAYS = ((12, 54, 6, 6, 30, 6, 48, 36, 18), (3, 7, 6, 2, 35, 6, 4, 3, 3))


def lorie_savage():
    keys = [str(number) for number in range(1, 10)]
    return Problem(
        candidates=tuple(
            candidate(key, 0.0, cost_eur_by_year=tuple(float(part) for part in parts))
            for key, parts in zip(keys, zip(*OUTLAYS, strict=True), strict=True)
        ),
        prevented=sum_of_parts(dict(zip(keys, PRESENT_VALUES, strict=True))),
        objective=Objective.PREVENTED,
        budgets=tuple(
            Budget(spending=Spending.YEAR, limit_eur=limit, year=year) for year, limit in enumerate((50.0, 20.0))
        ),
    )


def test_capital_rationing_with_two_budgets():
    found = best_set(lorie_savage())
    assert found.score == 70
    assert found.chosen_ids == ("1", "3", "4", "6", "9")
    assert found.cost_eur_by_year == (48, 20)


def test_capital_rationing_by_the_programme(by_programme):
    found = best_set(lorie_savage())
    assert (found.score, found.method, found.is_proved) == (70, "MILP", True)


@given(st.lists(st.floats(0.0, 1.0), min_size=2, max_size=8), st.floats(1.0, 1e9))
@settings(deadline=None, max_examples=50)
def test_measures_with_the_same_effect_on_one_failure_mode_never_prevent_more_than_the_loss(left, loss):
    keys = [f"m{i}" for i in range(len(left))]
    table = multiplied(loss, dict(zip(keys, left, strict=True)))
    problem = Problem(
        candidates=tuple(candidate(key) for key in keys),
        prevented=SetValue(tables=(table,)),
        objective=Objective.PREVENTED,
    )
    found = best_set(problem)
    assert found.prevented_eur <= loss * (1 + 1e-12)
    beside = simpler_methods(problem, found)
    assert beside.stand_alone_sum >= beside.together * (1 - 1e-12)


def two_halves(**more):
    """Make two measures that each halve a loss of 1000: alone 500 each, together 750."""
    return Problem(
        candidates=(candidate("a", 100), candidate("b", 300)),
        prevented=SetValue(tables=(multiplied(1000.0, {"a": 0.5, "b": 0.5}),)),
        **more,
    )


def test_overlaps_are_taken_off_and_stand_alone_sums_over_claim():
    problem = two_halves(objective=Objective.PREVENTED)
    found = best_set(problem)
    assert (found.chosen_ids, found.prevented_eur) == (("a", "b"), 750)
    beside = simpler_methods(problem, found)
    assert (beside.stand_alone_sum, beside.together) == (1000, 750)
    assert beside.over_claim == pytest.approx(4 / 3)
    net = best_set(two_halves())
    assert (net.chosen_ids, net.score) == (("a",), 400)
    naive = simpler_methods(two_halves(), net)
    assert (naive.summed_ids, naive.summed_claim, naive.summed_score) == (("a", "b"), 1000, 350)
    assert (naive.greedy_ids, naive.greedy_score) == (("a",), 400)


def test_what_is_bought_already_costs_nothing_and_its_effects_count():
    problem = two_halves()
    there = replace(problem.candidates[1], standing=Standing.ALREADY_BOUGHT)
    found = best_set(replace(problem, candidates=(problem.candidates[0], there)))
    assert (found.chosen_ids, found.bought_ids) == (("a", "b"), ("a",))
    assert (found.pv_cost_eur, found.already_prevented_eur, found.prevented_eur) == (100, 500, 750)


def test_of_equals_the_cheaper_and_smaller_set_is_taken():
    problem = Problem(
        candidates=(candidate("dear", 3), candidate("cheap", 2), candidate("idle", 0)),
        prevented=SetValue(tables=(multiplied(10.0, {"dear": 0.0, "cheap": 0.0}),)),
        objective=Objective.PREVENTED,
    )
    assert best_set(problem).chosen_ids == ("cheap",)


def test_requirements_are_met_at_least_cost():
    ways = (frozenset({"a", "b"}), frozenset({"c"}))
    problem = Problem(
        candidates=(candidate("a", 10), candidate("b", 15), candidate("c", 30), candidate("d", 1)),
        objective=Objective.LEAST_COST,
        requirements=(Requirement(id="r", name="R", ways=ways),),
    )
    found = best_set(problem)
    assert (found.chosen_ids, found.score, found.bound) == (("a", "b"), 25, 25)
    both = (*problem.requirements, Requirement(id="s", name="S", ways=(frozenset({"c"}),)))
    assert best_set(replace(problem, requirements=both)).chosen_ids == ("c",)
    met = (Requirement(id="t", name="T", ways=(frozenset(),)),)
    assert best_set(replace(problem, requirements=met)).score == 0


def test_readiness_is_what_is_maximised_while_prevented_loss_is_told():
    problem = two_halves(
        objective=Objective.READINESS, worth=sum_of_parts({"a": 0.1, "b": 0.3}), budgets=(pv_cost(300),)
    )
    found = best_set(problem)
    assert (found.chosen_ids, found.score, found.prevented_eur) == (("b",), 0.3, 500)


def test_an_engine_is_asked_for_the_tail():
    asked = []

    def engine(sets):
        asked.extend(sets)
        return np.array([{0: 0.0, 1: 4.0, 2: 9.0, 3: 10.0}[len(ids)] + 0.5 * ("c" in ids) for ids in sets])

    candidates = tuple(candidate(key, 10) for key in "abc")
    problem = Problem(
        candidates=candidates, objective=Objective.TAIL, worth=asked_of(engine, "abc"), budgets=(pv_cost(20),)
    )
    found = best_set(problem)
    assert (found.chosen_ids, found.score, found.is_proved) == (("a", "c"), 9.5, True)
    assert len(asked) == len(set(asked)) == 8
    cheap = best_set(replace(problem, budgets=(pv_cost(30),)))
    assert cheap.score == 10.5


def test_upper_bounds_spare_the_engine_most_sets():
    value = random_value(np.random.default_rng(5), list("abcdefghij"))
    asked = []

    def exact(sets):
        asked.extend(sets)
        return value.of(sets)

    candidates = tuple(candidate(key, 1e5) for key in "abcdefghij")
    problem = Problem(candidates=candidates, prevented=SetValue(tables=value.tables, exact=exact))
    expected = best_set(replace(problem, prevented=value))
    found = best_set(problem)
    assert (found.chosen_ids, found.score, found.is_proved) == (expected.chosen_ids, expected.score, True)
    assert len(asked) < 200


def test_where_asking_ends_early_the_rest_is_stated_as_gap(monkeypatch):
    from rori.economics.decisions.selection import every_set

    monkeypatch.setattr(every_set, "MOST_SETS_ASKED", 3)
    keys = "abcd"
    engine = asked_of(lambda sets: np.array([float(len(ids) == 4) * 7 + len(ids) for ids in sets]), keys)
    problem = Problem(
        candidates=tuple(candidate(key, 1) for key in keys),
        objective=Objective.TAIL,
        worth=engine,
        budgets=(pv_cost(3),),
    )
    found = best_set(problem)
    assert found.bound == 11
    assert found.gap_share == pytest.approx(11 / found.score - 1)
    assert not found.is_proved


def test_the_frontier_rises_and_its_ends_are_nothing_and_the_best_of_all():
    rng = np.random.default_rng(3)
    keys = list("abcdefgh")
    problem = Problem(
        candidates=tuple(candidate(key, float(rng.uniform(1e4, 1e5))) for key in keys),
        prevented=random_value(rng, keys),
    )
    points = frontier(problem, [5e4 * step for step in (0, 3, 2, 1, 4, 8, 20)])
    values = [point.value for point in points]
    assert [point.budget_eur for point in points] == sorted(5e4 * step for step in (0, 1, 2, 3, 4, 8, 20))
    assert values == sorted(values)
    assert points[0].selection.chosen_ids == ()
    assert values[-1] == best_set(problem).score
    assert all(point.cost_eur <= point.budget_eur for point in points)
    for point in points:
        alone = best_set(replace(problem, budgets=(pv_cost(point.budget_eur),)))
        assert (alone.score, alone.chosen_ids) == (point.value, point.selection.chosen_ids)


def test_the_frontier_leaves_out_budgets_that_must_haves_exceed():
    must = candidate("m", 70.0, standing=Standing.MUST_HAVE)
    problem = Problem(candidates=(must,), prevented=sum_of_parts({"m": 90.0}))
    assert [point.budget_eur for point in frontier(problem, [50, 70, 90])] == [70, 90]
    with pytest.raises(InputError, match="budget for capex must be at least 70 EUR"):
        frontier(problem, [50], Spending.CAPEX)
    with pytest.raises(InputError, match="budgets of a frontier"):
        frontier(problem, [])


def test_the_next_euros_keep_what_stands_and_say_what_waiting_costs():
    following = next_euro(CLRS, 30, 20, Spending.CAPEX)
    assert following.standing.chosen_ids == ("one", "two")
    assert following.added_ids == ()
    assert following.at_once.chosen_ids == ("two", "three")
    assert following.waiting_costs == 60
    more = next_euro(CLRS, 30, 30, Spending.CAPEX)
    assert (more.added_ids, more.added_cost_eur, more.added_prevented_eur) == (("three",), 30, 120)
    assert (more.added_score, more.waiting_costs) == (120, 0)


def test_a_budget_that_is_too_small_says_what_it_takes():
    must = candidate("m", 70.4, standing=Standing.MUST_HAVE, requires=("n",))
    problem = Problem(candidates=(must, candidate("n", 30)), budgets=(pv_cost(500), capex(60)))
    with pytest.raises(InputError, match=r"budget for capex must be at least 101 EUR.*got '60 EUR'"):
        best_set(problem)


def test_budgets_that_can_only_be_kept_one_at_a_time_are_named():
    a = candidate("a", 0, cost_eur_by_year=(10.0, 1.0))
    b = candidate("b", 0, cost_eur_by_year=(1.0, 10.0))
    years = tuple(Budget(spending=Spending.YEAR, limit_eur=5, year=year) for year in (0, 1))
    either = Requirement(id="r", name="R", ways=(frozenset("a"), frozenset("b")))
    with pytest.raises(InputError, match="5 EUR for spending of year 0, 5 EUR for spending of year 1"):
        best_set(Problem(candidates=(a, b), budgets=years, requirements=(either,)))


def test_must_haves_that_exclude_each_other_are_named():
    a = candidate("a", standing=Standing.MUST_HAVE, requires=("c",))
    b = candidate("b", standing=Standing.ALREADY_BOUGHT)
    with pytest.raises(InputError, match="none excludes another, got 'C and B'"):
        best_set(Problem(candidates=(a, b, candidate("c", excludes=("b",)))))
    with pytest.raises(InputError, match="whose requirements are candidates too, got 'gone'"):
        best_set(Problem(candidates=(candidate("a", standing=Standing.MUST_HAVE, requires=("gone",)),)))


def test_a_requirement_that_nothing_meets_is_named():
    two = Requirement(id="r", name="Exit plan", ways=(frozenset({"a", "gone"}),))
    with pytest.raises(InputError, match="requirement Exit plan must be met by measures among the candidates"):
        best_set(Problem(candidates=(candidate("a"),), requirements=(two,)))
    a, b = candidate("a", excludes=("b",)), candidate("b")
    needs = tuple(Requirement(id=key, name=key.upper(), ways=(frozenset(key),)) for key in "ab")
    with pytest.raises(InputError, match="without exclusions meets them all, got 'A, B'"):
        best_set(Problem(candidates=(a, b), requirements=needs))


def test_measures_that_need_what_cannot_be_had_are_not_bought():
    there = candidate("there", standing=Standing.ALREADY_BOUGHT, excludes=("shut",))
    chain = (candidate("shut"), candidate("far", requires=("shut",)), candidate("gone", requires=("nowhere",)))
    value = sum_of_parts({"shut": 9, "far": 9, "gone": 9, "free": 1})
    found = best_set(Problem(candidates=(there, *chain, candidate("free")), prevented=value))
    assert found.bought_ids == ("free",)


def test_more_than_twenty_measures_are_proved_by_the_programme():
    rng = np.random.default_rng(11)
    keys = [f"m{i:02}" for i in range(24)]
    problem = Problem(
        candidates=tuple(candidate(key, float(rng.uniform(1e4, 2e5))) for key in keys),
        prevented=random_value(rng, keys, 20, 5),
        budgets=(pv_cost(6e5),),
    )
    found = best_set(problem)
    assert found.method == "MILP"
    assert found.gap_share <= 0.01
    beside = simpler_methods(problem, found)
    assert beside.greedy_score <= found.score * (1 + 1e-9)
    assert beside.summed_score <= found.score * (1 + 1e-9)
    assert beside.over_claim > 1
    twenty = replace(problem, candidates=problem.candidates[:20])
    assert best_set(twenty).score <= found.score * (1 + 1e-9)


def test_questions_that_make_no_sense_are_refused():
    with pytest.raises(InputError, match="worth of sets"):
        Problem(candidates=(), objective=Objective.TAIL)
    with pytest.raises(InputError, match="requirements must be at least one"):
        Problem(candidates=(), objective=Objective.LEAST_COST)
    with pytest.raises(InputError, match="ids of candidates must be unique"):
        Problem(candidates=(candidate("a"), candidate("a")))
    with pytest.raises(InputError, match="cost of A"):
        candidate("a", float("nan"))
    with pytest.raises(InputError, match="budget for capex"):
        capex(-1)
    least = Problem(candidates=(candidate("a", 1, standing=Standing.MUST_HAVE),), objective=Objective.LEAST_COST)
    with pytest.raises(NotApplicableError, match="cost is to be least"):
        simpler_methods(least, best_set(least))
