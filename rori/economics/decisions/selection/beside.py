"""What simpler methods say beside the best set: sums of stand-alone worth, and greedy buying."""

from __future__ import annotations

from dataclasses import dataclass, replace

from rori.economics.decisions.selection.greedy import greedy
from rori.economics.decisions.selection.problem import Objective, Problem, Standing
from rori.economics.decisions.selection.reduction import reduced
from rori.economics.decisions.selection.results import Selection
from rori.economics.decisions.selection.scoring import Score
from rori.economics.decisions.selection.search import best_set
from rori.economics.decisions.selection.set_values import SetValue, sum_of_parts
from rori.errors import NotApplicableError


@dataclass(frozen=True, slots=True, kw_only=True)
class SimplerMethods:
    """What a best set is worth beside what simpler methods say and get.

    `stand_alone_sum` adds up what each bought measure is worth alone, `together` is what they are worth: `over_claim` is
    their ratio (None when nothing is gained). `greedy_ids` is what buying one after another ends with (None when it leaves
    a requirement unmet), `summed_ids` what is best if stand-alone sums were true, with the worth that they `claim` and the
    score that they get. Worth in the unit of the objective before cost, scores after.
    """

    stand_alone_sum: float
    together: float
    over_claim: float | None
    greedy_ids: tuple[str, ...] | None
    greedy_score: float | None
    summed_ids: tuple[str, ...]
    summed_claim: float
    summed_score: float


def simpler_methods(problem: Problem, selection: Selection) -> SimplerMethods:
    """Set simpler methods beside the best set.

    Parameters
    ----------
    problem : Problem
        Of any objective but least cost, where worth does not decide.
    selection : Selection
        What `best_set` found for it.

    Returns
    -------
    SimplerMethods

    Raises
    ------
    NotApplicableError
        When cost is to be least.
    """
    if problem.objective is Objective.LEAST_COST:
        raise NotApplicableError(
            "Where cost is to be least, the worth of sets decides nothing: compare other objectives."
        )
    score = Score.of_problem(problem)
    bought = frozenset(one.id for one in problem.with_standing(Standing.ALREADY_BOUGHT))
    chosen = frozenset(selection.chosen_ids)
    alone = _stand_alone(problem, bought)
    stand_alone = sum((alone[key] for key in selection.bought_ids), start=0.0)
    now, before = (float(value) for value in problem.value.of([chosen, bought]))
    by_greed = greedy(reduced(problem), score, problem.budgets)
    summed = best_set(_summed(problem, alone))
    return SimplerMethods(
        stand_alone_sum=stand_alone,
        together=now - before,
        over_claim=stand_alone / (now - before) if now > before else None,
        greedy_ids=None if by_greed is None else tuple(one.id for one in problem.candidates if one.id in by_greed),
        greedy_score=None if by_greed is None else float(score.of([by_greed])[0]),
        summed_ids=summed.chosen_ids,
        summed_claim=sum((alone[key] for key in summed.bought_ids), start=0.0),
        summed_score=float(score.of([frozenset(summed.chosen_ids)])[0]),
    )


def _stand_alone(problem: Problem, bought: frozenset[str]) -> dict[str, float]:
    """Worth of each measure that is not there yet, as the only one that is added."""
    ids = [one.id for one in problem.candidates if one.id not in bought]
    worth = problem.value.of([bought, *(bought | {key} for key in ids)])
    return {key: float(one - worth[0]) for key, one in zip(ids, worth[1:], strict=True)}


def _summed(problem: Problem, alone: dict[str, float]) -> Problem:
    value: SetValue = sum_of_parts(alone)
    return replace(problem, prevented=value) if problem.worth is None else replace(problem, worth=value)
