"""What a search for the best set found, and what no set can pass."""

from __future__ import annotations

import math
from dataclasses import dataclass

from rori.economics.decisions.selection.problem import Objective

PROVED = 1e-6
"""A relative gap up to this is rounding: the set is proved to be best."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """The best set that was found; money in euros, present values where the name says so.

    `chosen_ids` are all measures that are then there, `bought_ids` those that are bought now. `score` is what the objective
    counts, `bound` what no set can pass (upper; lower where cost is to be least). `prevented_eur` is by all that is there,
    of which `already_prevented_eur` by what was bought before. Costs are those of `bought_ids`.
    """

    objective: Objective
    chosen_ids: tuple[str, ...]
    bought_ids: tuple[str, ...]
    score: float
    bound: float
    method: str
    prevented_eur: float
    already_prevented_eur: float
    pv_cost_eur: float
    capex_eur: float
    cost_eur_by_year: tuple[float, ...]

    @property
    def gap_share(self) -> float:
        """How far the bound is from the score, as a share of the score; 0 when proved, infinite when it says nothing."""
        if not math.isfinite(self.bound):
            return math.inf
        gap = abs(self.bound - self.score)
        if gap <= PROVED * max(abs(self.score), abs(self.bound)):
            return 0.0
        return gap / abs(self.score) if self.score else math.inf

    @property
    def is_proved(self) -> bool:
        """Whether no set is better."""
        return self.gap_share == 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontierPoint:
    """The best set for one budget, euros."""

    budget_eur: float
    selection: Selection

    @property
    def cost_eur(self) -> float:
        """PV of the cost of the set, euros."""
        return self.selection.pv_cost_eur

    @property
    def prevented_eur(self) -> float:
        """PV of the loss that the set prevents, euros."""
        return self.selection.prevented_eur

    @property
    def value(self) -> float:
        """What the objective counts."""
        return self.selection.score

    @property
    def bound(self) -> float:
        """What no set within the budget can pass."""
        return self.selection.bound


@dataclass(frozen=True, slots=True, kw_only=True)
class NextEuro:
    """What so many euros more buy: `standing` before, `following` with it kept, `at_once` when choosing anew."""

    step_eur: float
    standing: Selection
    following: Selection
    at_once: Selection

    @property
    def added_ids(self) -> tuple[str, ...]:
        """Ids of what is bought on top."""
        return tuple(key for key in self.following.chosen_ids if key not in self.standing.chosen_ids)

    @property
    def added_cost_eur(self) -> float:
        """PV of its cost, euros."""
        return self.following.pv_cost_eur - self.standing.pv_cost_eur

    @property
    def added_prevented_eur(self) -> float:
        """PV of the loss that it prevents on top, overlaps taken off, euros."""
        return self.following.prevented_eur - self.standing.prevented_eur

    @property
    def added_score(self) -> float:
        """By how much the objective improves."""
        return abs(self.following.score - self.standing.score)

    @property
    def waiting_costs(self) -> float:
        """How much more the objective would count if all the euros were spent at once."""
        return abs(self.at_once.score - self.following.score)
