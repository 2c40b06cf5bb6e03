"""Buying one measure after another, always the one with most for its money: fast, without a proof."""

from __future__ import annotations

from collections.abc import Sequence

from rori.economics.decisions.selection.problem import Budget, Spending
from rori.economics.decisions.selection.reduction import Reduced
from rori.economics.decisions.selection.scoring import Score

_BY_COST = Budget(spending=Spending.PV_COST, limit_eur=0.0)


def greedy(given: Reduced, score: Score, budgets: Sequence[Budget]) -> frozenset[str] | None:
    """Add what raises the score most per euro until nothing does.

    Parameters
    ----------
    given : Reduced
    score : Score
    budgets : sequence of Budget
        A euro of the first one is what counts, of PV of cost when there is none.

    Returns
    -------
    frozenset of str or None
        None when the set breaks a budget from the start or leaves a requirement unmet.

    Notes
    -----
    What a measure requires is bought with it. For a monotone submodular worth and measures of equal cost such a set has at
    least 1 - 1/e = 63 % of the best worth (Nemhauser, Wolsey & Fisher 1978); with unequal costs nothing is guaranteed.
    """
    paid = budgets[0] if budgets else _BY_COST
    chosen = given.fixed
    current = float(score.of([chosen])[0])
    while True:
        bundles = [together for together in _bundles(given, chosen) if _fits(given, chosen | together, budgets)]
        if not bundles:
            break
        gains = score.of([chosen | together for together in bundles]) - current
        prices = [given.problem.spent_eur(paid, together) for together in bundles]
        rates = [
            (float(gain) / price if price > 0.0 else float("inf"), float(gain), at)
            for at, (gain, price) in enumerate(zip(gains, prices, strict=True))
            if gain > 0.0
        ]
        if not rates:
            break
        _, gain, at = max(rates)
        chosen, current = chosen | bundles[at], current + gain
    whole = _fits(given, chosen, budgets) and all(one.is_met(chosen) for one in given.problem.requirements)
    return chosen if whole else None


def _bundles(given: Reduced, chosen: frozenset[str]) -> list[frozenset[str]]:
    """Return each measure that is not chosen with all that it requires, where nothing chosen stands against it."""
    free = {one.id: one for one in given.free}
    found: dict[frozenset[str], None] = {}
    for key in free:
        together: set[str] = set()
        wanted = [] if key in chosen else [key]
        while wanted:
            one = wanted.pop()
            if one not in together and one not in chosen:
                together.add(one)
                wanted += free[one].requires
        there = chosen | together
        if together and not any(other in there for one in there & free.keys() for other in free[one].excludes):
            found[frozenset(together)] = None
    return list(found)


def _fits(given: Reduced, chosen: frozenset[str], budgets: Sequence[Budget]) -> bool:
    return all(budget.allows(given.problem.spent_eur(budget, chosen)) for budget in budgets)
