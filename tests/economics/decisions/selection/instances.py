"""Random questions of what to buy, and the best set by looking at every one: an oracle that shares no code."""

from __future__ import annotations

import itertools

import numpy as np

from rori.economics.decisions.selection.problem import (
    Budget,
    Candidate,
    Objective,
    Problem,
    Requirement,
    Spending,
    Standing,
)
from rori.economics.decisions.selection.set_values import LocalTable, SetValue

LETTERS = "abcdefghijkl"


def candidate(key, cost=0.0, **more):
    return Candidate(id=key, name=key.upper(), pv_cost_eur=cost, **{"capex_eur": cost, **more})


def capex(limit):
    return Budget(spending=Spending.CAPEX, limit_eur=limit)


def pv_cost(limit):
    return Budget(spending=Spending.PV_COST, limit_eur=limit)


def multiplied(loss, left):
    """Worth of sets on one failure mode: loss x (1 - product of what each measure leaves)."""
    keys = tuple(left)
    values = [
        loss * (1 - np.prod([left[key] for i, key in enumerate(keys) if mask >> i & 1]))
        for mask in range(2 ** len(keys))
    ]
    return LocalTable(members=keys, values=np.array(values))


def random_value(rng, keys, sources=6, most=6, *, jagged=False):
    """Sum over sources that a few measures touch each; jagged worth reinforces and is neither concave nor rising."""
    tables = []
    for _ in range(sources):
        size = int(rng.integers(1, min(most, len(keys)) + 1))
        members = [str(key) for key in rng.choice(keys, size, replace=False)]
        loss = float(np.exp(rng.uniform(np.log(1e4), np.log(1e6))))
        table = multiplied(loss, {key: float(rng.uniform(0.2, 1.0)) for key in members})
        if jagged:
            bent = table.values + loss * rng.uniform(-0.3, 0.3, table.values.size)
            table = LocalTable(members=table.members, values=bent)
        tables.append(table)
    return SetValue(tables=tuple(tables))


def random_problem(seed):
    """Return up to 12 measures with overlaps, requires, excludes, must-haves, budgets and requirements."""
    rng = np.random.default_rng(seed)
    keys = list(LETTERS[: int(rng.integers(3, 13))])
    objective = list(Objective)[seed % len(Objective)]
    candidates = []
    for i, key in enumerate(keys):
        candidates.append(
            Candidate(
                id=key,
                name=key,
                capex_eur=float(rng.uniform(1e3, 2e5)),
                pv_cost_eur=float(rng.uniform(1e3, 3e5)),
                cost_eur_by_year=tuple(float(x) for x in rng.uniform(0, 1e5, 3)),
                requires=tuple(str(k) for k in keys[:i] if rng.random() < 0.08),
                excludes=tuple(str(k) for k in keys if k != key and rng.random() < 0.05),
                standing=Standing(rng.choice(list(Standing), p=[0.9, 0.05, 0.05])),
            )
        )
    budgets = [capex(float(rng.uniform(2e5, 1e6)))]
    if rng.random() < 0.5:
        budgets.append(pv_cost(float(rng.uniform(3e5, 1.5e6))))
    budgets += [
        Budget(spending=Spending.YEAR, limit_eur=float(rng.uniform(1e5, 5e5)), year=year)
        for year in range(3)
        if rng.random() < 0.3
    ]
    wanted = int(rng.integers(1, 4)) if objective is Objective.LEAST_COST or rng.random() < 0.2 else 0
    value = random_value(rng, keys, jagged=seed % 3 == 0)
    return Problem(
        candidates=tuple(candidates),
        prevented=value,
        worth=random_value(rng, keys, 8) if objective in {Objective.TAIL, Objective.READINESS} else None,
        objective=objective,
        budgets=tuple(budgets),
        requirements=tuple(_requirement(rng, keys, i) for i in range(wanted)),
    )


def _requirement(rng, keys, number):
    ways = tuple(
        frozenset(str(k) for k in rng.choice(keys, int(rng.integers(1, 3)), replace=False))
        for _ in range(int(rng.integers(1, 4)))
    )
    return Requirement(id=f"r{number}", name=f"R{number}", ways=ways)


def brute_force(problem):
    """Return the best score over all sets that keep every rule, None when there is none."""
    ids = [one.id for one in problem.candidates]
    sets = (
        [key for key, taken in zip(ids, picks, strict=True) if taken]
        for picks in itertools.product([False, True], repeat=len(ids))
    )
    return max((score for chosen in sets if (score := score_of(problem, chosen)) is not None), default=None)


def score_of(problem, chosen):
    """Return the score of one set, None when it breaks a rule."""
    there = {one.id: one for one in problem.candidates if one.id in chosen}
    if not _keeps(problem, there):
        return None
    paid = sum(one.pv_cost_eur for one in there.values() if one.standing is not Standing.ALREADY_BOUGHT)
    if problem.objective is Objective.LEAST_COST:
        return -paid
    worth = _worth(problem.worth or problem.prevented, there)
    return worth - paid if problem.objective is Objective.NET_BENEFIT else worth


def _keeps(problem, there):
    for one in problem.candidates:
        if one.standing is not Standing.OPEN and one.id not in there:
            return False
    for one in there.values():
        if one.standing is not Standing.ALREADY_BOUGHT and any(key not in there for key in one.requires):
            return False
        if any(key in there for key in one.excludes):
            return False
    paid = [one for one in there.values() if one.standing is not Standing.ALREADY_BOUGHT]
    for budget in problem.budgets:
        spent = {
            Spending.CAPEX: sum(one.capex_eur for one in paid),
            Spending.PV_COST: sum(one.pv_cost_eur for one in paid),
            Spending.YEAR: sum(one.cost_eur_by_year[budget.year] for one in paid if budget.spending is Spending.YEAR),
        }[budget.spending]
        if spent > budget.limit_eur:
            return False
    return all(any(way <= set(there) for way in requirement.ways) for requirement in problem.requirements)


def _worth(value, there):
    return sum(
        float(table.values[sum(2**i for i, key in enumerate(table.members) if key in there)]) for table in value.tables
    )
