"""How long the search for the best set of measures takes, and how near its bound comes.

`python -m benchmarks.selection` prints a table. Targets: 20 measures under 10 s, 40 measures under 60 s with a gap of at
most 1 %. Beside it stands what simpler methods say: greedy buying, and sums of stand-alone worth.
"""

from __future__ import annotations

import platform
import time
from collections.abc import Iterable

import numpy as np
import scipy

from rori.economics.decisions.selection.beside import simpler_methods
from rori.economics.decisions.selection.prevented import candidates_of, prevented_by_sets
from rori.economics.decisions.selection.problem import Budget, Candidate, Problem, Spending
from rori.economics.decisions.selection.search import best_set, frontier
from rori.economics.decisions.selection.set_values import LocalTable, SetValue
from rori.economics.inputs.case import Case
from rori.economics.inputs.estimates import LognormalEstimate, PertEstimate
from rori.economics.inputs.measures import Effect, Measure, Selector
from rori.economics.inputs.portfolio import Dependency, FailureMode, LossProfile, Portfolio, System
from rori.economics.terms import Cause, Operation, Quantity

INSTANCES = 3
BUDGET_SHARE = 0.3


def main() -> None:
    """Print machine and tables."""
    print(f"Python {platform.python_version()}, NumPy {np.__version__}, SciPy {scipy.__version__}\n")
    print(
        "| question | measures | worth, s | search, s | gap | method | greedy short by | stand-alone sum over-claims |"
    )
    print("|---|---|---|---|---|---|---|---|")
    for row in (*table_rows(), *estate_rows()):
        print(row)
    for row in frontier_rows():
        print(row)


def table_rows() -> Iterable[str]:
    """Search random questions whose worth is known: 40 event sources that up to `most` measures touch."""
    for count, most, rules in ((20, 8, True), (20, 12, False), (40, 8, True), (40, 10, False), (40, 12, True)):
        for seed in range(INSTANCES):
            problem = random_problem(count, most, seed, rules=rules)
            yield _row(f"tables of up to {most}{', rules' if rules else ''}, seed {seed}", problem, 0.0)


def estate_rows() -> Iterable[str]:
    """Build the worth of every set from an estate with dependencies, then search."""
    for systems, count, wide in ((20, 20, 0), (20, 20, 3), (40, 40, 0), (40, 40, 4), (40, 40, 6), (15, 40, 12)):
        portfolio = estate(systems, count, wide)
        case = Case(id="c", name="c")
        candidates = candidates_of(portfolio, case)
        start = time.perf_counter()
        worth = prevented_by_sets(portfolio, case, [one.id for one in candidates])
        taken = time.perf_counter() - start
        limit = BUDGET_SHARE * sum(one.pv_cost_eur for one in candidates)
        budget = Budget(spending=Spending.PV_COST, limit_eur=limit)
        problem = Problem(candidates=candidates, prevented=worth, budgets=(budget,))
        yield _row(f"estate of {systems} systems, {wide} measures on all", problem, taken)


def frontier_rows() -> Iterable[str]:
    """Draw a frontier of ten budgets."""
    for count in (20, 40):
        problem = random_problem(count, 8, 1, rules=True)
        whole = sum(one.pv_cost_eur for one in problem.candidates)
        start = time.perf_counter()
        points = frontier(problem, [whole * share / 10 for share in range(1, 11)])
        taken = time.perf_counter() - start
        worst = max(point.selection.gap_share for point in points)
        yield f"\nfrontier of {len(points)} budgets, {count} measures: {taken:.2f} s, largest gap {worst:.4%}"


def random_problem(count: int, most: int, seed: int, *, rules: bool) -> Problem:
    """Make a question: effects multiply source by source; with rules, some measures require or exclude others."""
    rng = np.random.default_rng([count, most, seed])
    keys = [f"m{number:02}" for number in range(count)]
    tables = []
    for _ in range(40):
        members = tuple(str(key) for key in rng.choice(keys, int(rng.integers(2, most + 1)), replace=False))
        left = np.ones(1)
        for factor in rng.uniform(0.3, 0.95, len(members)):
            left = np.concatenate([left, left * factor])
        tables.append(LocalTable(members=members, values=float(np.exp(rng.uniform(10, 14))) * (1.0 - left)))
    cost = np.exp(rng.uniform(np.log(5e4), np.log(1e6), count))
    candidates = tuple(
        Candidate(
            id=key,
            name=key,
            capex_eur=float(cost[i]),
            pv_cost_eur=float(cost[i]),
            requires=(keys[int(rng.integers(i))],) if rules and i and rng.random() < 0.15 else (),
            excludes=(keys[int(rng.integers(i))],) if rules and i and rng.random() < 0.1 else (),
        )
        for i, key in enumerate(keys)
    )
    budget = Budget(spending=Spending.PV_COST, limit_eur=BUDGET_SHARE * float(cost.sum()))
    return Problem(candidates=candidates, prevented=SetValue(tables=tuple(tables)), budgets=(budget,))


def estate(n_systems: int, n_measures: int, n_wide: int) -> Portfolio:
    """Return systems in three layers and measures that aim at two systems each, the first few at all of them."""
    rng = np.random.default_rng([n_systems, n_measures, n_wide])
    keys = [f"s{number}" for number in range(n_systems)]
    third = n_systems // 3
    links = [
        (keys[i], keys[int(rng.integers(i // third * third - third, i // third * third))])
        for i in range(third, n_systems)
    ]
    size = PertEstimate(low=0.3, likely=0.5, high=0.8)
    mild = PertEstimate(low=0.8, likely=0.9, high=1.0)
    kinds = (Quantity.EVENTS_PER_YEAR, Quantity.DURATION_HOURS, Quantity.CAPACITY_LOST)

    def aims(number: int) -> tuple[Effect, ...]:
        if number < n_wide:
            return (Effect(quantity=kinds[number % 2], operation=Operation.MULTIPLY, size=mild),)
        aimed = rng.choice(keys, 2, replace=False)
        target = Selector.parse("; ".join(f"system:{key}" for key in aimed))
        return (Effect(quantity=kinds[number % 3], operation=Operation.MULTIPLY, size=size, target=target),)

    return Portfolio(
        systems=tuple(
            System(id=key, name=key, loss=LossProfile(revenue_eur_per_hour=float(np.exp(rng.uniform(6, 9)))))
            for key in keys
        ),
        failure_modes=tuple(_failing(key) for key in keys),
        dependencies=tuple(
            Dependency(id=f"{consumer}-{provider}", consumer_id=consumer, provider_id=provider, buffer_hours=0.5)
            for consumer, provider in links
        ),
        measures=tuple(
            Measure(
                id=f"m{number:02}",
                name=f"m{number:02}",
                capex_eur=float(np.exp(rng.uniform(np.log(1e4), np.log(2e5)))),
                opex_eur_per_year=float(np.exp(rng.uniform(np.log(1e3), np.log(2e4)))),
                lead_time_months=float(rng.integers(0, 7)),
                effects=aims(number),
            )
            for number in range(n_measures)
        ),
    )


def _failing(key: str) -> FailureMode:
    return FailureMode(
        id=f"{key}-fails",
        system_id=key,
        name=f"{key} fails",
        cause=Cause.HARDWARE,
        events_per_year=LognormalEstimate(p5=0.2, p95=2.0),
        duration_hours=LognormalEstimate(p5=1.0, p95=24.0),
        capacity_lost=PertEstimate(low=0.3, likely=0.9, high=1.0),
    )


def _row(name: str, problem: Problem, worth_seconds: float) -> str:
    start = time.perf_counter()
    found = best_set(problem)
    taken = time.perf_counter() - start
    beside = simpler_methods(problem, found)
    short = "none" if beside.greedy_score is None else f"{max(0.0, 1.0 - beside.greedy_score / found.score):.2%}"
    claim = "none" if beside.over_claim is None else f"{beside.over_claim:.2f}"
    figures = f"{worth_seconds:.2f} | {taken:.2f} | {found.gap_share:.4%} | {found.method} | {short} | {claim}"
    return f"| {name} | {len(problem.candidates)} | {figures} |"


if __name__ == "__main__":
    main()
