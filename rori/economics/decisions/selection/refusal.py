"""Why no set of measures will do: which constraint, and what would be allowed."""

from __future__ import annotations

import math
from collections.abc import Sequence

from rori.economics.decisions.selection.problem import Budget
from rori.economics.decisions.selection.reduction import Reduced
from rori.economics.decisions.selection.relaxed import maximised
from rori.economics.decisions.selection.set_values import sum_of_parts
from rori.errors import InputError

_SECONDS = 20.0


def refusal(given: Reduced, budgets: Sequence[Budget]) -> InputError:
    """Return the error that says why no set keeps the constraints; to be raised only where none does."""
    if maximised(given, (), (), _SECONDS) is None:
        names = ", ".join(requirement.name for requirement in given.problem.requirements)
        return InputError("requirements", "such that one set of measures without exclusions meets them all", names)
    for budget in budgets:
        least = least_spending(given, budget)
        if least is not None and not budget.allows(least):
            return InputError(
                f"budget for {budget.name}",
                f"at least {math.ceil(round(least, 2)):,} EUR, the least that must-haves and requirements take",
                f"{budget.limit_eur:,.0f} EUR",
            )
    return InputError(
        "budgets",
        "such that one set of measures keeps them all; each alone can be kept",
        ", ".join(f"{budget.limit_eur:,.0f} EUR for {budget.name}" for budget in budgets),
    )


def least_spending(given: Reduced, budget: Budget) -> float | None:
    """Return the least that must-haves and requirements take out of one budget, euros; None when none can meet them."""
    costs = sum_of_parts({one.id: -one.spending(budget) for one in given.free}).tables
    found = maximised(given, costs, (), _SECONDS)
    if found is None:
        return None
    chosen = given.fixed if found.chosen is None else found.chosen
    return given.problem.spent_eur(budget, chosen)
