"""The question: which measures may be bought, what they cost, what limits them, and what the best set is best at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from rori.economics.checks import require_text
from rori.economics.decisions.selection.set_values import SetValue
from rori.errors import InputError


class Standing(StrEnum):
    """How a measure stands before the choice."""

    OPEN = "open"
    MUST_HAVE = "must have"
    ALREADY_BOUGHT = "already bought"


class Objective(StrEnum):
    """What the best set is best at."""

    NET_BENEFIT = "PV prevented loss less PV cost"
    PREVENTED = "PV prevented loss"
    TAIL = "tail reduction"
    READINESS = "readiness"
    LEAST_COST = "least PV cost that meets the requirements"


class Spending(StrEnum):
    """What a budget limits."""

    CAPEX = "capex"
    PV_COST = "PV of cost"
    YEAR = "spending of a year"


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One measure that may be bought; money in euros.

    `cost_eur_by_year` is spending of years 0, 1, ... in euros of that year. What is already bought costs nothing more, and
    what it requires is taken to be there. `requires` and `excludes` name other candidates.
    """

    id: str
    name: str
    capex_eur: float = 0.0
    pv_cost_eur: float = 0.0
    cost_eur_by_year: tuple[float, ...] = ()
    requires: tuple[str, ...] = ()
    excludes: tuple[str, ...] = ()
    standing: Standing = Standing.OPEN

    def __post_init__(self) -> None:
        require_text("id", self.id)
        require_text("name", self.name)
        for value in (self.capex_eur, self.pv_cost_eur, *self.cost_eur_by_year):
            if not abs(value) < float("inf"):
                raise InputError(f"cost of {self.name}", "a finite number of euros", value)

    def spending(self, budget: Budget) -> float:
        """Return what buying it takes out of a budget, euros."""
        if self.standing is Standing.ALREADY_BOUGHT:
            return 0.0
        match budget.spending:
            case Spending.CAPEX:
                return self.capex_eur
            case Spending.PV_COST:
                return self.pv_cost_eur
            case _:
                return self.cost_eur_by_year[budget.year] if budget.year < len(self.cost_eur_by_year) else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """At most so many euros of one kind of spending; `year` counts from 0 and matters to yearly budgets alone."""

    spending: Spending
    limit_eur: float
    year: int = 0

    def __post_init__(self) -> None:
        if not self.limit_eur >= 0.0:
            raise InputError(f"budget for {self.name}", "at least 0 EUR", self.limit_eur)
        if self.year < 0:
            raise InputError("year of a budget", "a whole number of at least 0", self.year)

    @property
    def name(self) -> str:
        """What is limited, in words."""
        return f"spending of year {self.year}" if self.spending is Spending.YEAR else self.spending.value

    def allows(self, spent_eur: float) -> bool:
        """Whether so much may be spent; rounding errors of sums are let through."""
        return spent_eur <= self.ceiling

    @property
    def ceiling(self) -> float:
        """The limit with room for rounding errors of sums, euros."""
        return self.limit_eur + 1e-9 * max(1.0, abs(self.limit_eur))


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """Something to be met: by any of the ways, each a set of measures that meet it together; an empty way: met today."""

    id: str
    name: str
    ways: tuple[frozenset[str], ...]

    def is_met(self, chosen: Iterable[str]) -> bool:
        """Whether a set of measures meets it."""
        there = frozenset(chosen)
        return any(way <= there for way in self.ways)


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """What to buy.

    Parameters
    ----------
    candidates : tuple of Candidate
    prevented : SetValue
        Present value of the loss that each set prevents, euros.
    objective : Objective
    worth : SetValue, optional
        What is maximised when the objective is tail reduction or readiness, in its own unit.
    budgets : tuple of Budget
        All of them hold.
    requirements : tuple of Requirement
        All of them are met by the chosen set, whatever the objective.

    Raises
    ------
    InputError
        When ids repeat, an objective lacks its worth, or cost is to be least with nothing to meet.
    """

    candidates: tuple[Candidate, ...]
    prevented: SetValue = field(default_factory=SetValue)
    objective: Objective = Objective.NET_BENEFIT
    worth: SetValue | None = None
    budgets: tuple[Budget, ...] = ()
    requirements: tuple[Requirement, ...] = ()

    def __post_init__(self) -> None:
        for kind, ids in (
            ("candidates", [one.id for one in self.candidates]),
            ("requirements", [one.id for one in self.requirements]),
        ):
            twice = [key for key, times in Counter(ids).items() if times > 1]
            if twice:
                raise InputError(f"ids of {kind}", "unique", twice[0])
        if (self.worth is None) == (self.objective in {Objective.TAIL, Objective.READINESS}):
            raise InputError("worth of sets", "given for tail reduction and readiness, and only then", self.objective)
        musts = [one for one in self.candidates if one.standing is Standing.MUST_HAVE]
        if self.objective is Objective.LEAST_COST and not self.requirements and not musts:
            raise InputError("requirements", "at least one when cost is to be least", "none")

    @property
    def value(self) -> SetValue:
        """What the objective counts before cost."""
        return self.prevented if self.worth is None else self.worth

    def candidate(self, key: str) -> Candidate | None:
        """Return a candidate by id."""
        return next((one for one in self.candidates if one.id == key), None)

    def with_standing(self, standing: Standing) -> tuple[Candidate, ...]:
        """Return the candidates that stand so."""
        return tuple(one for one in self.candidates if one.standing is standing)

    def pv_cost_eur(self, chosen: Iterable[str]) -> float:
        """Present value of what a set still costs, euros."""
        return self.spent_eur(Budget(spending=Spending.PV_COST, limit_eur=0.0), chosen)

    def spent_eur(self, budget: Budget, chosen: Iterable[str]) -> float:
        """Return what a set takes out of a budget, euros."""
        there = frozenset(chosen)
        return sum((one.spending(budget) for one in self.candidates if one.id in there), start=0.0)
