"""Sobol indices: which share of the variance of a figure each uncertain input explains, alone and with the others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from rori.economics.arrays import FloatArray
from rori.economics.decisions.expectation import Expectation, present_value_weights
from rori.economics.decisions.inputs import InputKind, UncertainInput, moved_to, uncertain_inputs
from rori.economics.decisions.sensitivity import Tornado, tornado
from rori.economics.inputs.case import Case
from rori.economics.inputs.portfolio import Portfolio
from rori.errors import InputError

LEVEL = 0.95
MOST_INPUTS = 12
MOST_EVALUATIONS = 4_096
LOG2_NODES = 6
"""The same few points for every evaluation: what they miss hardly depends on the inputs."""
_EDGE = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class SobolIndex:
    """Indices of one input; half widths of their 95 % confidence intervals beside them."""

    first: float
    first_half_width: float
    total: float
    total_half_width: float


@dataclass(frozen=True, slots=True, kw_only=True)
class VarianceShare:
    """One uncertain input and its share of the variance of RORI (of PV prevented where cost is 0)."""

    kind: InputKind
    key: str
    name: str
    position: int
    index: SobolIndex


@dataclass(frozen=True, slots=True, kw_only=True)
class VarianceShares:
    """All shares, the largest total index first; `n_held` inputs with smaller swings were held at expected values."""

    shares: tuple[VarianceShare, ...]
    n_evaluations: int
    n_held: int
    mean: float
    standard_deviation: float


def sobol_indices(
    n_inputs: int, figure: Callable[[FloatArray], FloatArray], *, log2_base: int, seed: int = 1
) -> tuple[SobolIndex, ...]:
    """Estimate first and total order indices of a figure of independent inputs, uniform on [0, 1].

    Parameters
    ----------
    n_inputs : int
        >= 1.
    figure : callable
        Maps points of shape (n_points, n_inputs) to values of shape (n_points,).
    log2_base : int
        2^log2_base x (n_inputs + 2) evaluations.
    seed : int
        Of the scrambling and of the bootstrap behind the confidence intervals.

    Returns
    -------
    tuple of SobolIndex
        All 0 when the figure never varies.

    Notes
    -----
    Sobol (2001); sampling of Saltelli (2002), estimators of Saltelli et al. (2010) and Jansen (1999), all by SALib
    (Herman & Usher 2017; Iwanaga, Usher & Herman 2022).
    """
    from SALib.analyze import sobol as analyse
    from SALib.sample import sobol as sample

    names = [f"x{i}" for i in range(n_inputs)]
    problem = {"num_vars": n_inputs, "names": names, "bounds": [[0.0, 1.0]] * n_inputs}
    points = sample.sample(problem, 2**log2_base, calc_second_order=False, seed=seed)
    values = figure(np.asarray(points, dtype=np.float64))
    if float(np.ptp(values)) <= 1e-12 * max(1.0, float(np.abs(values).max())):
        return (SobolIndex(first=0.0, first_half_width=0.0, total=0.0, total_half_width=0.0),) * n_inputs
    found = analyse.analyze(problem, values, calc_second_order=False, conf_level=LEVEL, seed=seed)
    return tuple(
        SobolIndex(
            first=float(found["S1"][i]),
            first_half_width=float(found["S1_conf"][i]),
            total=float(found["ST"][i]),
            total_half_width=float(found["ST_conf"][i]),
        )
        for i in range(n_inputs)
    )


def variance_shares(
    portfolio: Portfolio, case: Case, bars: Tornado | None = None, most_evaluations: int = MOST_EVALUATIONS
) -> VarianceShares:
    """Divide the variance of expected RORI among the inputs that are not known for sure.

    Parameters
    ----------
    portfolio : Portfolio
    case : Case
    bars : Tornado, optional
        To choose the inputs by; by default worked out first. The 12 with the widest swing vary, the rest are held.
    most_evaluations : int
        Bound on evaluations; they are the largest power of two x (inputs + 2) below it.

    Raises
    ------
    InputError
        When nothing is uncertain, or the bound allows fewer than 16 evaluations per input.
    """
    inputs = uncertain_inputs(portfolio, case.measure_ids)
    if not inputs:
        raise InputError("estimates", "uncertain for at least one input (P5 below P95)", "certain values only")
    chosen = _widest(inputs, tornado(portfolio, case) if bars is None else bars)
    log2_base = int(np.log2(max(most_evaluations / (len(chosen) + 2), 1.0)))
    if log2_base < 4:
        raise InputError("most_evaluations", f"at least {16 * (len(chosen) + 2)}", most_evaluations)
    engine = Expectation(portfolio, LOG2_NODES)
    weights, cost = present_value_weights(portfolio, case)
    seen: list[FloatArray] = []

    def figure(points: FloatArray) -> FloatArray:
        quantiles = np.clip(points.T, _EDGE, 1.0 - _EDGE)
        values = np.stack([one.value(row) for one, row in zip(chosen, quantiles, strict=True)])
        prevented = engine.prevented_by_year(case.measure_ids, case.horizon_years, moved_to(chosen, values)) @ weights
        seen.append(np.asarray(prevented if cost == 0.0 else (prevented - cost) / cost))
        return seen[-1]

    indices = sobol_indices(len(chosen), figure, log2_base=log2_base, seed=case.seed % 2**32)
    shares = [
        VarianceShare(kind=one.kind, key=one.key, name=one.name, position=one.position, index=index)
        for one, index in zip(chosen, indices, strict=True)
    ]
    return VarianceShares(
        shares=tuple(sorted(shares, key=lambda share: -share.index.total)),
        n_evaluations=len(seen[0]),
        n_held=len(inputs) - len(chosen),
        mean=float(seen[0].mean()),
        standard_deviation=float(seen[0].std()),
    )


def _widest(inputs: Sequence[UncertainInput], bars: Tornado) -> list[UncertainInput]:
    swing = {(bar.kind, bar.key, bar.position): bar.swing for bar in bars.bars}
    ranked = sorted(inputs, key=lambda one: -swing.get((one.kind, one.key, one.position), 0.0))
    return ranked[:MOST_INPUTS]
