"""Every set of a few measures at once: worth, spending and feasibility as arrays over the corners of a cube."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rori.economics.arrays import BoolArray, FloatArray, IntArray
from rori.economics.decisions.selection.problem import Budget
from rori.economics.decisions.selection.reduction import Reduced
from rori.economics.decisions.selection.scoring import Found, Score

MOST_SETS_ASKED = 4096
"""Sets that an engine is asked for where tables are only an upper bound; then the search stops with what is left as gap."""

_ASKED_AT_ONCE = 64


class EverySet:
    """All sets of the free candidates of a problem; shapes (2^n_free,), bit i of the index for free candidate i.

    Notes
    -----
    A table over k of n measures is added by broadcasting over the other n - k axes, so 20 measures take one pass over a
    million numbers per table. Budgets of a frontier share all of this.
    """

    def __init__(self, given: Reduced, score: Score) -> None:
        self._given = given
        self._score = score
        self._n = len(given.free)
        self._at_most = self._scores()
        self._possible = self._allowed()
        self._cost = self._sums([given.problem.pv_cost_eur({one.id}) for one in given.free])
        self._spent: dict[tuple[str, int], FloatArray] = {}

    def best(self, budgets: Sequence[Budget]) -> Found | None:
        """Return the best set within budgets, None when none keeps them; the cheaper and smaller one of equals."""
        possible = self._possible.copy()
        for budget in budgets:
            possible &= self._spending(budget) <= budget.ceiling - self._fixed_spending(budget)
        where = np.flatnonzero(possible)
        if not where.size:
            return None
        if self._score.value.exact is None:
            scores = self._at_most[where]
            top = float(scores.max())
            return self._found(where[scores >= top - self._tolerance(top)], top)
        return self._by_asking(where)

    def _by_asking(self, where: IntArray) -> Found:
        """Ask for exact scores from the highest upper bound down, until no upper bound passes the best."""
        order = where[np.lexsort((self._cost[where], -self._at_most[where]))]
        asked: list[float] = []
        while len(asked) < min(order.size, MOST_SETS_ASKED):
            top = max(asked, default=-np.inf)
            if self._at_most[order[len(asked)]] < top - self._tolerance(top):
                break
            block = order[len(asked) : min(len(asked) + _ASKED_AT_ONCE, MOST_SETS_ASKED)]
            asked += [float(score) for score in self._score.of([self._ids(int(mask)) for mask in block])]
        scores = np.array(asked)
        top = float(scores.max())
        rest = order[len(asked) :]
        bound = top if not rest.size else max(top, float(self._at_most[rest[0]]))
        return self._found(order[: len(asked)][scores >= top - self._tolerance(top)], top, bound)

    def _found(self, ties: IntArray, score: float, bound: float | None = None) -> Found:
        first = np.lexsort((ties, np.bitwise_count(ties), self._cost[ties]))[0]
        return Found(chosen=self._ids(int(ties[first])), score=score, bound=score if bound is None else bound)

    def _ids(self, mask: int) -> frozenset[str]:
        return self._given.fixed.union(one.id for i, one in enumerate(self._given.free) if mask >> i & 1)

    def _tolerance(self, top: float) -> float:
        return 1e-11 * max(1.0, abs(top)) if np.isfinite(top) else 0.0

    def _scores(self) -> FloatArray:
        members = tuple(one.id for one in self._given.free)
        total = np.zeros(2**self._n)
        for table in self._score.tables(self._given.fixed, frozenset(members)):
            total = total + table.over(members)
        return total

    def _sums(self, parts: Sequence[float]) -> FloatArray:
        total = np.zeros(1)
        for part in parts:
            total = np.concatenate([total, total + part])
        return total

    def _spending(self, budget: Budget) -> FloatArray:
        key = (budget.spending.value, budget.year)
        if key not in self._spent:
            self._spent[key] = self._sums([one.spending(budget) for one in self._given.free])
        return self._spent[key]

    def _fixed_spending(self, budget: Budget) -> float:
        return self._given.problem.spent_eur(budget, self._given.fixed)

    def _allowed(self) -> BoolArray:
        masks = np.arange(2**self._n)
        possible = np.ones(masks.size, dtype=np.bool_)
        for one, other in self._given.excluding:
            possible &= (masks >> one & masks >> other & 1) == 0
        for one, other in self._given.requiring:
            possible &= (masks >> one & ~(masks >> other) & 1) == 0
        at = {one.id: i for i, one in enumerate(self._given.free)}
        for requirement in self._given.problem.requirements:
            met = np.zeros(masks.size, dtype=np.bool_)
            for way in requirement.ways:
                if way <= self._given.fixed.union(at):
                    wanted = sum(1 << at[key] for key in way if key in at)
                    met |= (masks & wanted) == wanted
            possible &= met
        return possible
