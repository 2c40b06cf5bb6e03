"""How much each measure of a set adds: alone, last in, and its Shapley share, which add up to the whole set."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from rori.economics.arrays import FloatArray
from rori.economics.decisions.expectation import Expectation, present_value_weights
from rori.economics.inputs.case import Case
from rori.economics.inputs.portfolio import Portfolio
from rori.economics.streams import stream

MOST_MEASURES_EXACT = 10
N_PERMUTATIONS = 500

Sets = Sequence[tuple[str, ...]]
ValueOfSets = Callable[[Sets], FloatArray]
"""Engine: present value of the loss that each set of measures prevents, euros, shape (n_sets,)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureShare:
    """One measure's part in what its set prevents, present values in euros.

    `alone_eur` as the only measure, `last_in_eur` when all others are there already, `shapley_eur` the mean over all
    orders of buying. The standard error is 0 when all orders were counted.
    """

    measure_id: str
    alone_eur: float
    last_in_eur: float
    shapley_eur: float
    shapley_standard_error: float
    shapley_share: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SharesOfSet:
    """Shares of all measures of a set; `method` says whether all orders were counted or some were drawn."""

    method: Literal["all orders", "drawn orders"]
    n_orders: int | None
    prevented_eur: float
    shares: tuple[MeasureShare, ...]


def shares_of_measures(portfolio: Portfolio, case: Case, value: ValueOfSets | None = None) -> SharesOfSet:
    """Divide what the measures of a case prevent among them.

    Parameters
    ----------
    portfolio : Portfolio
    case : Case
        Risk transfers prevent nothing and get no share.
    value : callable, optional
        Engine; by default expectations (`expected_value_of_sets`). It must give 0 for the empty set.

    Returns
    -------
    SharesOfSet
        The Shapley shares add up to what the whole set prevents. Requirements and exclusions between measures are not
        looked at: a part of a set counts with the effects that its measures have.

    Notes
    -----
    Shapley (1953): the mean over all orders of what a measure adds when it joins, sum over sets S without it of
    |S|! (n - |S| - 1)! / n! (v(S + i) - v(S)). Exact up to 10 measures (2^n sets), else by orders drawn at random
    (Castro, Gomez & Tejada 2009), where every order adds up to the whole and so do the means.
    """
    engine = expected_value_of_sets(portfolio, case) if value is None else value
    measures = portfolio.chosen_measures(case.measure_ids)
    ids = tuple(measure.id for measure in measures if measure.transfer is None)
    if len(ids) <= MOST_MEASURES_EXACT:
        values = engine([_members(ids, mask) for mask in range(2 ** len(ids))])
        shapley, errors = _exact_shapley(values, len(ids)), np.zeros(len(ids))
        whole = float(values[-1])
        alone = [float(values[1 << i]) for i in range(len(ids))]
        last_in = [whole - float(values[(2 ** len(ids) - 1) ^ (1 << i)]) for i in range(len(ids))]
    else:
        shapley, errors = _drawn_shapley(ids, engine, case.seed)
        sets = [ids, *((key,) for key in ids), *(tuple(k for k in ids if k != key) for key in ids)]
        values = engine(sets)
        whole = float(values[0])
        alone = [float(found) for found in values[1 : len(ids) + 1]]
        last_in = [whole - float(found) for found in values[len(ids) + 1 :]]
    return SharesOfSet(
        method="all orders" if len(ids) <= MOST_MEASURES_EXACT else "drawn orders",
        n_orders=None if len(ids) <= MOST_MEASURES_EXACT else N_PERMUTATIONS,
        prevented_eur=whole,
        shares=tuple(
            MeasureShare(
                measure_id=key,
                alone_eur=alone[i],
                last_in_eur=last_in[i],
                shapley_eur=float(shapley[i]),
                shapley_standard_error=float(errors[i]),
                shapley_share=float(shapley[i]) / whole if whole else None,
            )
            for i, key in enumerate(ids)
        ),
    )


def expected_value_of_sets(portfolio: Portfolio, case: Case, expectation: Expectation | None = None) -> ValueOfSets:
    """Return an engine that values sets of measures by expected loss."""
    engine = Expectation(portfolio) if expectation is None else expectation
    weights, _ = present_value_weights(portfolio, case)

    def value(sets: Sets) -> FloatArray:
        return np.array([float((engine.prevented_by_year(ids, case.horizon_years) @ weights)[0]) for ids in sets])

    return value


def simulated_value_of_sets(portfolio: Portfolio, case: Case) -> ValueOfSets:
    """Return an engine that values sets of measures by simulation, all sets on one table of events."""
    from rori.economics.figures.sets import evaluate_sets

    def value(sets: Sets) -> FloatArray:
        found = evaluate_sets(portfolio, case, sets)
        return np.array([one.investment.pv_prevented_eur.value for one in found])

    return value


def shapley_values(ids: tuple[str, ...], value: ValueOfSets, seed: int) -> tuple[FloatArray, FloatArray]:
    """Divide what a set is worth beyond the empty set among its members.

    Parameters
    ----------
    ids : tuple of str
        The players.
    value : callable
        Worth of sets of them, in any unit.
    seed : int
        For the orders that are drawn where there are more than 10.

    Returns
    -------
    tuple of ndarray, shape (n_ids,) each
        Shapley values and their standard errors, 0 where all orders were counted (see `shares_of_measures`).
    """
    if len(ids) > MOST_MEASURES_EXACT:
        return _drawn_shapley(ids, value, seed)
    values = value([_members(ids, mask) for mask in range(2 ** len(ids))])
    return _exact_shapley(values, len(ids)), np.zeros(len(ids))


def _members(ids: tuple[str, ...], mask: int) -> tuple[str, ...]:
    return tuple(key for i, key in enumerate(ids) if mask >> i & 1)


def _exact_shapley(values: FloatArray, count: int) -> FloatArray:
    masks = np.arange(2**count)
    sizes = np.array([int(mask).bit_count() for mask in masks])
    weight = np.array([1.0 / (count * math.comb(count - 1, size)) for size in range(count)])
    shares = np.zeros(count)
    for i in range(count):
        without = masks[masks >> i & 1 == 0]
        added = values[without | (1 << i)] - values[without]
        shares[i] = float(weight[sizes[without]] @ added)
    return shares


def _drawn_shapley(ids: tuple[str, ...], engine: ValueOfSets, seed: int) -> tuple[FloatArray, FloatArray]:
    draws = stream(seed, 0, "orders of measures")
    orders = [draws.permutation(len(ids)) for _ in range(N_PERMUTATIONS)]
    masks = np.cumsum(np.array([[0, *(1 << int(i) for i in order)] for order in orders], dtype=object), axis=1)
    distinct = sorted(set(masks.ravel()))
    values = engine([_members(ids, mask) for mask in distinct])
    known = dict(zip(distinct, values, strict=True))
    added = np.zeros((N_PERMUTATIONS, len(ids)))
    for row, order in enumerate(orders):
        worth = np.array([known[mask] for mask in masks[row]])
        added[row, order] = np.diff(worth)
    return added.mean(axis=0), added.std(axis=0, ddof=1) / math.sqrt(N_PERMUTATIONS)
