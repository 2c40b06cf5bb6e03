"""What the objective counts: worth of a set, less its cost where cost counts."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

import numpy as np

from rori.economics.arrays import FloatArray
from rori.economics.decisions.selection.problem import Objective, Problem
from rori.economics.decisions.selection.set_values import LocalTable, SetValue, sum_of_parts


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A set of ids with its score, and what the score of no set can pass."""

    chosen: frozenset[str]
    score: float
    bound: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Score:
    """Score of sets, to be maximised: euros, or readiness in its own unit; minus cost when cost is to be least."""

    problem: Problem
    value: SetValue

    @classmethod
    def of_problem(cls, problem: Problem) -> Score:
        """Make the score that the objective of a problem asks for."""
        if problem.objective is Objective.LEAST_COST:
            return cls(problem=problem, value=SetValue())
        return cls(problem=problem, value=problem.value)

    @property
    def counts_cost(self) -> bool:
        """Whether cost is taken off."""
        return self.problem.objective in {Objective.NET_BENEFIT, Objective.LEAST_COST}

    def of(self, sets: Sequence[frozenset[str]]) -> FloatArray:
        """Return the score of each set, shape (n_sets,)."""
        worth = self.value.of(sets)
        if not self.counts_cost:
            return worth
        return np.asarray(worth - np.array([self.problem.pv_cost_eur(chosen) for chosen in sets]))

    def tables(self, fixed: frozenset[str], free: AbstractSet[str]) -> tuple[LocalTable, ...]:
        """Return tables over free candidates whose sum is the score, or an upper bound on it, `fixed` being in."""
        tables = [table.given(fixed, free) for table in self.value.tables]
        if self.counts_cost:
            costs = {one.id: -self.problem.pv_cost_eur({one.id}) for one in self.problem.candidates}
            tables += [table.given(fixed, free) for table in sum_of_parts(costs).tables]
        return tuple(tables)
