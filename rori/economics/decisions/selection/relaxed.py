"""More measures than can be enumerated: a mixed-integer linear programme with a proven bound."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from rori.economics.arrays import FloatArray
from rori.economics.decisions.selection.cuts import lowest_cut
from rori.economics.decisions.selection.problem import Budget
from rori.economics.decisions.selection.programme import Programme
from rori.economics.decisions.selection.reduction import Reduced
from rori.economics.decisions.selection.set_values import LocalTable, merged

MOST_MEMBERS_IN_COLUMNS = 10
"""Tables are joined up to so many measures and laid down as columns; larger ones are met by cuts."""

MOST_ROUNDS_BROKEN = 25
"""Of cuts where measures may be bought in part."""

MOST_ROUNDS_WHOLE = 10
"""Of cuts at the sets that the programme finds."""

NEAR = 1e-5
"""A cut is not worth its row when it lowers the bound by less, as a share of the largest table."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Solved:
    """The best set that was found, None when none was, and what no set can pass."""

    chosen: frozenset[str] | None
    bound: float


def maximised(
    given: Reduced, tables: Sequence[LocalTable], budgets: Sequence[Budget], most_seconds: float
) -> Solved | None:
    """Maximise a sum of tables over the free candidates; None when no set keeps the constraints.

    Parameters
    ----------
    given : Reduced
    tables : sequence of LocalTable
        Over free candidates.
    budgets : sequence of Budget
    most_seconds : float
        Time limit of one programme; whatever was found and proved by then is returned.

    Returns
    -------
    Solved or None
        `bound` in the unit of the tables.

    Notes
    -----
    x_j in {0, 1} buys measure j. A table over measures T becomes weights w_A >= 0 of its subsets with sum_A w_A = 1 and
    sum_{A with j} w_A = x_j for j in T, and gains sum_A v(A) w_A. With whole x the only such w is 1 at the chosen subset, so
    the programme is exact; with broken x it is the concave closure of the table, the least linear-programming bound that
    a single table allows (Sherali & Adams 1990; Wainwright & Jordan 2008, section 4). It needs neither submodularity nor
    monotonicity. Of a table over more than 10 measures the closure is met by cuts where it is needed (`cuts`; Benders
    1962), first at broken x, then at the sets that come out, until bound and set meet. A requirement gets y_way <= x_j for
    every measure of each way, and sum_way y_way >= 1.
    """
    joined = merged([table for table in tables if table.members], MOST_MEMBERS_IN_COLUMNS)
    question = _Question(given, joined, budgets, most_seconds)
    question.cut_broken()
    found = question.whole()
    if found is None:
        return None
    constant = sum((float(table.values[0]) for table in tables), start=0.0)
    return Solved(chosen=found.chosen, bound=constant + question.scale * found.bound)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Estimated:
    """A table met by cuts: the share of its spread that a column claims."""

    table: LocalTable
    column: int
    lowest: float
    spread: float


class _Question:
    """One programme with its cuts; gains are shares of the largest table, `scale`."""

    def __init__(
        self, given: Reduced, tables: Sequence[LocalTable], budgets: Sequence[Budget], most_seconds: float
    ) -> None:
        self._given, self._budgets, self._most_seconds = given, budgets, most_seconds
        self.scale = max((float(np.abs(t.values - t.values[0]).max()) for t in tables), default=0.0) or 1.0
        self._tables = [_scaled(table, self.scale) for table in tables]
        self._programme = Programme()
        self._at = {one.id: self._programme.column(whole=True) for one in given.free}
        self._constant = 0.0
        self._estimated: list[_Estimated] = []
        for table in self._tables:
            if len(table.members) <= MOST_MEMBERS_IN_COLUMNS:
                _lay_table(self._programme, self._at, table)
            else:
                self._estimate(table)
        _lay_rules(self._programme, given, self._at, budgets)

    def cut_broken(self) -> None:
        """Add cuts while measures may be bought in part, until none lowers the bound."""
        for _ in range(MOST_ROUNDS_BROKEN if self._estimated else 0):
            point = self._programme.solved(self._most_seconds, broken=True)
            if point is None or point.values is None or not self._cut(point.values):
                return

    def whole(self) -> Solved | None:
        """Solve for whole measures, with more cuts at what comes out until it is worth its bound."""
        best, bound, score = None, np.inf, -np.inf
        for _ in range(MOST_ROUNDS_WHOLE):
            found = self._kept()
            if found is None:
                return None
            values, claimed = found
            bound = min(bound, claimed)
            if values is None:
                break
            chosen = frozenset(key for key, column in self._at.items() if values[column] > 0.5)
            worth = sum(table.of(chosen) for table in self._tables)
            if worth > score:
                best, score = chosen, worth
            if bound - score <= NEAR or not self._cut(np.round(values, 6)):
                break
        return Solved(chosen=None if best is None else self._given.fixed | best, bound=bound)

    def _kept(self) -> tuple[FloatArray | None, float] | None:
        """Solve, and solve again without a set that keeps a budget only within the tolerance of the solver."""
        while True:
            point = self._programme.solved(self._most_seconds)
            if point is None:
                return None
            if point.values is None:
                return None, point.bound + self._constant
            bought = {key for key, column in self._at.items() if point.values[column] > 0.5}
            chosen = self._given.fixed | bought
            if all(budget.allows(self._given.problem.spent_eur(budget, chosen)) for budget in self._budgets):
                return point.values, point.bound + self._constant
            terms = {column: -1.0 if key in bought else 1.0 for key, column in self._at.items()}
            self._programme.row(terms, 1.0 - len(bought), np.inf)

    def _estimate(self, table: LocalTable) -> None:
        lowest, highest = float(table.values.min()), float(table.values.max())
        column = self._programme.column(highest - lowest)
        self._constant += lowest
        self._estimated.append(_Estimated(table=table, column=column, lowest=lowest, spread=highest - lowest))

    def _cut(self, values: FloatArray) -> bool:
        """Cut off what the columns of large tables claim too much; whether that was anywhere worth a row."""
        added = False
        for one in self._estimated:
            bought = np.array([values[self._at[key]] for key in one.table.members])
            cut = lowest_cut(one.table, bought)
            if one.lowest + one.spread * values[one.column] - cut.at(bought) > NEAR / len(self._estimated):
                slopes = {self._at[k]: -float(s) for k, s in zip(one.table.members, cut.slopes, strict=True)}
                self._programme.row({**slopes, one.column: one.spread}, -np.inf, cut.base - one.lowest)
                added = True
        return added


def _scaled(table: LocalTable, scale: float) -> LocalTable:
    return LocalTable(members=table.members, values=(table.values - table.values[0]) / scale)


def _lay_table(programme: Programme, at: Mapping[str, int], table: LocalTable) -> None:
    gains = table.values
    if len(table.members) == 1:
        programme.gain[at[table.members[0]]] += float(gains[1])
        return
    columns = [programme.column(float(gain)) for gain in gains]
    programme.row(dict.fromkeys(columns, 1.0), 1.0, 1.0)
    for i, key in enumerate(table.members):
        terms = {column: 1.0 for mask, column in enumerate(columns) if mask >> i & 1}
        programme.row({**terms, at[key]: -1.0}, 0.0, 0.0)


def _lay_rules(programme: Programme, given: Reduced, at: Mapping[str, int], budgets: Sequence[Budget]) -> None:
    for budget in budgets:
        left = budget.ceiling - given.problem.spent_eur(budget, given.fixed)
        parts = {at[one.id]: one.spending(budget) for one in given.free}
        scale = max(abs(left), *map(abs, parts.values()), 1.0) if parts else 1.0
        programme.row({column: part / scale for column, part in parts.items()}, -np.inf, left / scale)
    ids = [one.id for one in given.free]
    for one, other in given.excluding:
        programme.row({at[ids[one]]: 1.0, at[ids[other]]: 1.0}, -np.inf, 1.0)
    for one, other in given.requiring:
        programme.row({at[ids[one]]: 1.0, at[ids[other]]: -1.0}, -np.inf, 0.0)
    for requirement in given.problem.requirements:
        if requirement.is_met(given.fixed):
            continue
        ways = [way - given.fixed for way in requirement.ways if way <= given.fixed.union(at)]
        chosen = {programme.column(): way for way in ways}
        programme.row(dict.fromkeys(chosen, 1.0), 1.0, np.inf)
        for column, way in chosen.items():
            for key in sorted(way):
                programme.row({column: 1.0, at[key]: -1.0}, -np.inf, 0.0)
