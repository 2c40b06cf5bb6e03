"""How much of the claimed prevented loss rests on each measure that is not fully evidenced."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from rori.economics.arrays import FloatArray
from rori.economics.decisions.assurance import Assurance, BothVersions, both_versions
from rori.economics.decisions.expectation import Expectation, present_value_weights
from rori.economics.decisions.shares import Sets, ValueOfSets, shapley_values
from rori.economics.inputs.case import Case
from rori.economics.inputs.portfolio import Portfolio


@dataclass(frozen=True, slots=True, kw_only=True)
class RestingPart:
    """What rests on one measure: present value in euros, and euros per year (mean over the horizon, prices of year 0).

    The standard errors are 0 where all orders were counted.
    """

    measure_id: str
    assurance: float
    pv_eur: float
    pv_standard_error: float
    eur_per_year: float
    eur_per_year_standard_error: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Resting:
    """Prevented loss as claimed and as evidenced, and the parts of the difference, largest first."""

    claimed_pv_eur: float
    evidenced_pv_eur: float
    claimed_eur_per_year: float
    evidenced_eur_per_year: float
    parts: tuple[RestingPart, ...]

    @property
    def pv_eur(self) -> float:
        """Present value of the prevented loss that rests on missing evidence, euros."""
        return self.claimed_pv_eur - self.evidenced_pv_eur

    @property
    def eur_per_year(self) -> float:
        """Prevented loss per year that rests on missing evidence, euros."""
        return self.claimed_eur_per_year - self.evidenced_eur_per_year


def resting_on(portfolio: Portfolio, case: Case, assurance: Assurance) -> Resting:
    """Divide claimed - evidenced prevented loss among the measures of a case that are not assured in full.

    Parameters
    ----------
    portfolio : Portfolio
    case : Case
    assurance : mapping of str to float
        By measure id, in [0, 1]; a measure that is not named counts in full.

    Returns
    -------
    Resting
        Expectations, without simulation. The parts add up to the difference.

    Raises
    ------
    InputError
        When an assurance is outside [0, 1].
    NotFoundError
        When a measure is named that the portfolio does not hold.

    Notes
    -----
    Shapley (1953) value of the game in which a set of measures is worth what the case prevents with this set assured in
    full and all others as far as they are: the mean over all orders in which the evidence may arrive. Exact up to 10
    measures, else by drawn orders, which add up as well (see `shares_of_measures`).
    """
    both = both_versions(portfolio, assurance)
    players = tuple(m.id for m in portfolio.chosen_measures(case.measure_ids) if both.evidenced_id[m.id] != m.id)
    prevented = _prevented(both, case)
    weights, _ = present_value_weights(portfolio, case)
    by_unit = (weights, np.full(case.horizon_years, 1.0 / case.horizon_years))
    (pv, pv_errors), (yearly, yearly_errors) = (
        shapley_values(players, _worth(prevented, unit), case.seed) for unit in by_unit
    )
    claimed, evidenced = (np.array([prevented(chosen) @ unit for unit in by_unit]) for chosen in (players, ()))
    parts = [
        RestingPart(
            measure_id=key,
            assurance=float(assurance[key]),
            pv_eur=float(pv[i]),
            pv_standard_error=float(pv_errors[i]),
            eur_per_year=float(yearly[i]),
            eur_per_year_standard_error=float(yearly_errors[i]),
        )
        for i, key in enumerate(players)
    ]
    return Resting(
        claimed_pv_eur=float(claimed[0]),
        evidenced_pv_eur=float(evidenced[0]),
        claimed_eur_per_year=float(claimed[1]),
        evidenced_eur_per_year=float(evidenced[1]),
        parts=tuple(sorted(parts, key=lambda part: -part.pv_eur)),
    )


_ByYear = Callable[[tuple[str, ...]], FloatArray]
"""Measures that count in full to what the case prevents in each year, euros, shape (horizon,)."""


def _prevented(both: BothVersions, case: Case) -> _ByYear:
    engine = Expectation(both.portfolio)
    known: dict[tuple[str, ...], FloatArray] = {}

    def by_year(in_full: tuple[str, ...]) -> FloatArray:
        if in_full not in known:
            chosen = both.evidenced(case.measure_ids, in_full)
            known[in_full] = engine.prevented_by_year(chosen, case.horizon_years)[0]
        return known[in_full]

    return by_year


def _worth(prevented: _ByYear, weights: FloatArray) -> ValueOfSets:
    def value(sets: Sets) -> FloatArray:
        return np.array([float(prevented(in_full) @ weights) for in_full in sets])

    return value
