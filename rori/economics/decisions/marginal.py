"""What one more measure adds to a case, overlaps counted: the price side of a gap."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from rori.economics.decisions.expectation import Expectation, present_value_weights
from rori.economics.figures.investment import assess
from rori.economics.inputs.case import Case, broken_rules
from rori.economics.inputs.measures import Measure
from rori.economics.inputs.portfolio import Portfolio


@dataclass(frozen=True, slots=True, kw_only=True)
class MarginalValue:
    """What one measure adds on top of all other measures of a case.

    Loss that it prevents beyond theirs, euros per year (mean over the horizon, prices of year 0) and present value; present
    value of its own cost and dividend; and `eur_per_eur`, PV prevented / PV cost, None without cost. `in_case` says whether
    the case holds it already, `broken_rules` which requirements and exclusions the case breaks with it and not without.
    """

    measure_id: str
    in_case: bool
    prevented_eur_per_year: float
    pv_prevented_eur: float
    pv_cost_eur: float
    pv_dividend_eur: float
    eur_per_eur: float | None
    broken_rules: tuple[str, ...]

    @property
    def net_eur(self) -> float:
        """PV prevented - PV cost, euros."""
        return self.pv_prevented_eur - self.pv_cost_eur


def marginal_values(
    portfolio: Portfolio, case: Case, candidates: Sequence[str], expectation: Expectation | None = None
) -> tuple[MarginalValue, ...]:
    """Value measures one by one as the last to join a case.

    Parameters
    ----------
    portfolio : Portfolio
        As claimed, or as far as it is assured (`assured`).
    case : Case
        A candidate that it holds already is valued against the case without it.
    candidates : sequence of str
        Ids of measures.
    expectation : Expectation, optional
        Of the same portfolio, to share what it has worked out.

    Returns
    -------
    tuple of MarginalValue
        In the order of `candidates`. Marginal values do not add up: two measures that prevent the same loss are each worth
        little once the other is there. A risk transfer prevents nothing and costs nothing here, its premium stands beside.

    Raises
    ------
    NotFoundError
        When the case or a candidate names a measure that the portfolio does not hold.

    Notes
    -----
    v(S + i) - v(S) with v the expected loss that a set of measures prevents; only sources that the candidate touches are
    looked at anew.
    """
    engine = Expectation(portfolio) if expectation is None else expectation
    weights, _ = present_value_weights(portfolio, replace(case, measure_ids=()))
    found = []
    for measure in (_measure(portfolio, key) for key in candidates):
        others = tuple(key for key in case.measure_ids if key != measure.id)
        joined = (*others, measure.id)
        added = engine.prevented_by_year(joined, case.horizon_years)[0]
        added = added - engine.prevented_by_year(others, case.horizon_years)[0]
        alone = assess(case, (measure,), np.zeros((2, case.horizon_years)))
        prevented, cost = float(added @ weights), alone.pv_cost_eur
        rules = broken_rules(portfolio.chosen_measures(others))
        found.append(
            MarginalValue(
                measure_id=measure.id,
                in_case=measure.id in case.measure_ids,
                prevented_eur_per_year=float(added.mean()),
                pv_prevented_eur=prevented,
                pv_cost_eur=cost,
                pv_dividend_eur=alone.pv_dividend_eur,
                eur_per_eur=prevented / cost if cost > 0.0 else None,
                broken_rules=tuple(
                    rule for rule in broken_rules(portfolio.chosen_measures(joined)) if rule not in rules
                ),
            )
        )
    return tuple(found)


def _measure(portfolio: Portfolio, measure_id: str) -> Measure:
    return portfolio.chosen_measures((measure_id,))[0]
