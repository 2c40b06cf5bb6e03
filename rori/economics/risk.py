"""Figures of the annual loss: expectation, quantiles, tails, exceedance; each with a standard error."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from rori.economics.arrays import FloatArray
from rori.economics.results import Comparison, ExceedancePoint, Simulated, TailFigures
from rori.errors import InputError

N_BATCHES = 20
YEARS_BEHIND_A_POINT = 20
"""The exceedance curve ends where fewer simulated years than this lie beyond."""


def value_at_risk(annual_loss_eur: FloatArray, level: float) -> float:
    """Return the smallest loss that is not exceeded with probability `level`.

    Parameters
    ----------
    annual_loss_eur : ndarray, shape (n_years,)
        Euros.
    level : float
        In [0, 1).

    Returns
    -------
    float
        Euros: the empirical quantile inf{x : F(x) >= level}.

    Raises
    ------
    InputError
        When the level is outside [0, 1) or there are no years.

    Notes
    -----
    Rockafellar & Uryasev (2002), Conditional value-at-risk for general loss distributions.
    """
    _check(annual_loss_eur, level)
    count = annual_loss_eur.size
    rank = max(math.ceil(count * level - 1e-9), 1)
    return float(np.partition(annual_loss_eur.ravel(), rank - 1)[rank - 1])


def tail_value_at_risk(annual_loss_eur: FloatArray, level: float) -> float:
    """Return the mean loss of the worst 1 - level of the years, the fractional year counted by its fraction.

    Parameters
    ----------
    annual_loss_eur : ndarray, shape (n_years,)
        Euros.
    level : float
        In [0, 1).

    Returns
    -------
    float
        Euros. The mean of losses >= VaR would be wrong when most years are free of loss.

    Raises
    ------
    InputError
        When the level is outside [0, 1) or there are no years.

    Notes
    -----
    Acerbi & Tasche (2002), On the coherence of expected shortfall, definition 2.6.
    """
    _check(annual_loss_eur, level)
    tail = annual_loss_eur.size * (1.0 - level)
    whole = min(math.floor(tail), annual_loss_eur.size)
    worst = np.sort(annual_loss_eur.ravel())[::-1]
    boundary = worst[whole] if whole < worst.size else 0.0
    return float((worst[:whole].sum() + (tail - whole) * boundary) / tail)


def mean_figure(per_path: FloatArray) -> Simulated:
    """Mean over independent paths and its standard error sd / sqrt(n); `per_path` has shape (n_paths,)."""
    spread = float(per_path.std(ddof=1)) / math.sqrt(len(per_path)) if len(per_path) > 1 else 0.0
    return Simulated(value=float(per_path.mean()), standard_error=spread)


def mean_comparison(without: FloatArray, with_measures: FloatArray) -> Comparison:
    """Compare two paired samples of shape (n_paths,): the difference is taken path by path."""
    return Comparison(
        without=mean_figure(without),
        with_measures=mean_figure(with_measures),
        difference=mean_figure(without - with_measures),
    )


def batched_comparison(
    without: FloatArray, with_measures: FloatArray, figure: Callable[[FloatArray], float]
) -> Comparison:
    """Compare a figure that is not a mean, with standard errors from batch means.

    Parameters
    ----------
    without, with_measures : ndarray, shape (n_paths, horizon)
        Annual losses, paired.
    figure : callable
        Maps losses of any number of years to a figure.

    Notes
    -----
    Paths are split into 20 batches, the figure is computed in each, and the standard error is their standard deviation
    over sqrt(20) (Asmussen & Glynn, Stochastic Simulation, ch. IV.5). Years of one path share parameters, so years must
    not be treated as independent.
    """
    batches = min(N_BATCHES, len(without))
    left = np.array([figure(part.ravel()) for part in np.array_split(without, batches)])
    right = np.array([figure(part.ravel()) for part in np.array_split(with_measures, batches)])
    whole_left, whole_right = figure(without.ravel()), figure(with_measures.ravel())
    return Comparison(
        without=_batched(whole_left, left),
        with_measures=_batched(whole_right, right),
        difference=_batched(whole_left - whole_right, left - right),
    )


def tail_figures(without: FloatArray, with_measures: FloatArray, level: float) -> TailFigures:
    """VaR and TVaR of the annual loss at one level; inputs of shape (n_paths, horizon), euros."""
    return TailFigures(
        level=level,
        var=batched_comparison(without, with_measures, lambda losses: value_at_risk(losses, level)),
        tvar=batched_comparison(without, with_measures, lambda losses: tail_value_at_risk(losses, level)),
    )


def exceedance_curve(annual: FloatArray, largest: FloatArray, n_points: int = 60) -> tuple[ExceedancePoint, ...]:
    """Compute the loss exceedance curve, aggregate (AEP) and of the largest event (OEP).

    Parameters
    ----------
    annual, largest : ndarray, shape (2, n_paths, horizon)
        Total and largest single event of each year, [0] without and [1] with measures, euros.
    n_points : int
        How many points, > 1.

    Returns
    -------
    tuple of ExceedancePoint
        By falling probability, evenly spaced in its logarithm, from 0.95 down to where 20 simulated years lie beyond.
    """
    n_years = annual[0].size
    rarest = max(YEARS_BEHIND_A_POINT / n_years, 1e-6)
    probabilities = np.geomspace(0.95, min(rarest, 0.5), n_points)
    columns = [_quantiles(losses, probabilities) for losses in (annual[0], annual[1], largest[0], largest[1])]
    return tuple(
        ExceedancePoint(
            probability=float(probability),
            annual_without=columns[0][i],
            annual_with=columns[1][i],
            largest_without=columns[2][i],
            largest_with=columns[3][i],
        )
        for i, probability in enumerate(probabilities)
    )


def _quantiles(losses: FloatArray, probabilities: FloatArray) -> list[Simulated]:
    """Losses exceeded with each probability, with standard errors from batches of paths."""

    def at(values: FloatArray) -> FloatArray:
        ordered = np.sort(values.ravel())
        ranks = np.ceil(ordered.size * (1.0 - probabilities) - 1e-9).astype(np.int64)
        return ordered[np.clip(ranks - 1, 0, ordered.size - 1)]

    parts = np.stack([at(part) for part in np.array_split(losses, min(N_BATCHES, len(losses)))])
    errors = parts.std(axis=0, ddof=1) / math.sqrt(len(parts))
    return [Simulated(value=float(v), standard_error=float(e)) for v, e in zip(at(losses), errors, strict=True)]


def _batched(value: float, batches: FloatArray) -> Simulated:
    return Simulated(value=value, standard_error=float(batches.std(ddof=1)) / math.sqrt(len(batches)))


def _check(annual_loss_eur: FloatArray, level: float) -> None:
    if not 0.0 <= level < 1.0:
        raise InputError("level", "in [0, 1)", level)
    if annual_loss_eur.size == 0:
        raise InputError("annual losses", "at least one year", 0)
