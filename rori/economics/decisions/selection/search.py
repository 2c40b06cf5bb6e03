"""The best set of measures, the frontier over budgets, and what the next euros buy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rori.economics.checks import require_above, require_at_least
from rori.economics.decisions.selection.every_set import EverySet
from rori.economics.decisions.selection.greedy import greedy
from rori.economics.decisions.selection.problem import (
    Budget,
    Candidate,
    Objective,
    Problem,
    Spending,
    Standing,
)
from rori.economics.decisions.selection.reduction import Reduced, reduced
from rori.economics.decisions.selection.refusal import refusal
from rori.economics.decisions.selection.relaxed import maximised
from rori.economics.decisions.selection.results import FrontierPoint, NextEuro, Selection
from rori.economics.decisions.selection.scoring import Found, Score
from rori.errors import InputError, NotApplicableError

MOST_ENUMERATED = 20
"""Up to so many open measures every set is looked at."""


class Chooser:
    """Finds best sets of one problem under different budgets, sharing what does not depend on them.

    Parameters
    ----------
    problem : Problem
    most_seconds : float
        Time limit of one search where there are more measures than can be enumerated, > 0.
    """

    def __init__(self, problem: Problem, most_seconds: float = 50.0) -> None:
        require_above("most_seconds", most_seconds, 0.0)
        self._given = reduced(problem)
        self._score = Score.of_problem(problem)
        self._most_seconds = most_seconds
        self._every = EverySet(self._given, self._score) if len(self._given.free) <= MOST_ENUMERATED else None

    def best(self, budgets: Sequence[Budget]) -> Selection:
        """Return the best set within budgets; InputError says which constraint no set can keep."""
        found = self._every.best(budgets) if self._every is not None else self._by_programme(budgets)
        if found is None:
            raise refusal(self._given, budgets)
        return _selection(self._given, found, "every set" if self._every is not None else "MILP")

    def _by_programme(self, budgets: Sequence[Budget]) -> Found | None:
        tables = self._score.tables(self._given.fixed, frozenset(one.id for one in self._given.free))
        solved = maximised(self._given, tables, budgets, self._most_seconds)
        if solved is None:
            return None
        sets = [one for one in (solved.chosen, greedy(self._given, self._score, budgets)) if one is not None]
        if not sets:
            raise NotApplicableError(
                f"The search found no set of measures in {self._most_seconds:g} seconds. Give it more time, or take fewer "
                "candidates."
            )
        scores = self._score.of(sets)
        best = int(scores.argmax())
        score = float(scores[best])
        return Found(chosen=sets[best], score=score, bound=max(score, solved.bound))


def best_set(problem: Problem, most_seconds: float = 50.0) -> Selection:
    """Find the best set of measures.

    Parameters
    ----------
    problem : Problem
    most_seconds : float
        Time limit where there are more than 20 open measures, > 0; what was proved by then is stated as `bound`.

    Returns
    -------
    Selection
        With up to 20 open measures the best of all sets (of equals the cheapest, then the smallest). Where worth is known by
        tables alone it is proved; where an engine has to be asked, and more than 4,096 sets cannot be ruled out, the rest
        is stated as gap.

    Raises
    ------
    InputError
        When no set keeps the constraints: which one, and what would be allowed.
    NotApplicableError
        When the time limit passes before any set is found.

    Notes
    -----
    A knapsack problem (Martello & Toth, Knapsack Problems, 1990) with several budgets (Lorie & Savage, Three problems in
    rationing capital, Journal of Business 28, 1955) and a worth that is a set function. Every set is looked at, or a
    mixed-integer programme is solved (`relaxed`).
    """
    return Chooser(problem, most_seconds).best(problem.budgets)


def frontier(
    problem: Problem, budgets: Sequence[float], spending: Spending = Spending.PV_COST, most_seconds: float = 50.0
) -> tuple[FrontierPoint, ...]:
    """Find the best set for every one of several budgets: the efficient frontier.

    Parameters
    ----------
    problem : Problem
        Its own budget for the same spending, if any, gives way; the others hold throughout.
    budgets : sequence of float
        Euros, >= 0, in any order.
    spending : Spending
        Capex or PV of cost.
    most_seconds : float
        Time limit of each search, > 0.

    Returns
    -------
    tuple of FrontierPoint
        By rising budget, each once; the score never falls. Budgets that must-haves and requirements exceed are left out.

    Raises
    ------
    InputError
        When there is no budget, or the largest is too small: which constraint, and what would be allowed.
    """
    if not budgets or spending is Spending.YEAR:
        raise InputError("budgets of a frontier", "at least one amount of capex or of PV of cost", "none")
    others = tuple(one for one in problem.budgets if one.spending is not spending)
    chooser = Chooser(problem, most_seconds)
    points: list[FrontierPoint] = []
    for limit in sorted(set(budgets), reverse=True):
        budget = Budget(spending=spending, limit_eur=limit)
        try:
            found = chooser.best((budget, *others))
        except InputError:
            if not points:
                raise
            break
        points.append(FrontierPoint(budget_eur=limit, selection=found))
    return _rising(tuple(reversed(points)))


def next_euro(problem: Problem, spent: float, step: float, spending: Spending = Spending.PV_COST) -> NextEuro:
    """Find what the next euros buy once the best set for some euros stands.

    Parameters
    ----------
    problem : Problem
        Its own budget for the same spending, if any, gives way.
    spent : float
        Euros, >= 0.
    step : float
        Euros on top, > 0.
    spending : Spending
        Capex or PV of cost.

    Returns
    -------
    NextEuro
        The best set for `spent`, the best that keeps it and adds, and the best for all the euros at once: the last two
        differ by what it costs to buy in steps.

    Raises
    ------
    InputError
        When no set keeps the constraints.
    """
    require_at_least("spent", spent, 0.0)
    require_above("step", step, 0.0)
    others = tuple(one for one in problem.budgets if one.spending is not spending)
    budgets = [(Budget(spending=spending, limit_eur=limit), *others) for limit in (spent, spent + step)]
    chooser = Chooser(problem)
    standing, at_once = chooser.best(budgets[0]), chooser.best(budgets[1])
    kept = replace(problem, candidates=tuple(_kept(one, standing) for one in problem.candidates))
    return NextEuro(step_eur=step, standing=standing, following=Chooser(kept).best(budgets[1]), at_once=at_once)


def _kept(candidate: Candidate, standing: Selection) -> Candidate:
    held = candidate.id in standing.chosen_ids and candidate.standing is Standing.OPEN
    return replace(candidate, standing=Standing.MUST_HAVE) if held else candidate


def _rising(points: tuple[FrontierPoint, ...]) -> tuple[FrontierPoint, ...]:
    """Let a set stand for every larger budget too, where a search that ended early found less."""
    kept: list[FrontierPoint] = []
    for point in points:
        before = kept[-1].selection if kept else point.selection
        if before.score > point.selection.score:
            better = replace(before, bound=max(before.score, point.selection.bound))
            kept.append(replace(point, selection=better))
        else:
            kept.append(point)
    return tuple(kept)


def _selection(given: Reduced, found: Found, method: str) -> Selection:
    problem = given.problem
    bought = frozenset(one.id for one in problem.with_standing(Standing.ALREADY_BOUGHT))
    prevented, before = (float(value) for value in problem.prevented.of([found.chosen, bought]))
    there = [one for one in problem.candidates if one.id in found.chosen]
    sign = -1.0 if problem.objective is Objective.LEAST_COST else 1.0
    return Selection(
        objective=problem.objective,
        chosen_ids=tuple(one.id for one in there),
        bought_ids=tuple(one.id for one in there if one.id not in bought),
        score=sign * found.score + 0.0,
        bound=sign * found.bound + 0.0,
        method=method,
        prevented_eur=prevented,
        already_prevented_eur=before,
        pv_cost_eur=problem.pv_cost_eur(found.chosen),
        capex_eur=problem.spent_eur(Budget(spending=Spending.CAPEX, limit_eur=0.0), found.chosen),
        cost_eur_by_year=tuple(
            problem.spent_eur(Budget(spending=Spending.YEAR, limit_eur=0.0, year=year), found.chosen)
            for year in range(max((len(one.cost_eur_by_year) for one in there), default=0))
        ),
    )
