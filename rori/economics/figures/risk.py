"""Figures of the annual loss: expectation, quantiles, tails, exceedance; each with a standard error."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

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
    rank = _rank(annual_loss_eur.size, level)
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
    return _tail_value_at_risk(np.sort(annual_loss_eur.ravel()), level)


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
        Maps losses of any number of years, in rising order, to a figure.

    Notes
    -----
    Paths are split into 20 batches, the figure is computed in each, and the standard error is their standard deviation
    over sqrt(20) (Asmussen & Glynn, Stochastic Simulation, ch. IV.5). Years of one path share parameters, so years must
    not be treated as independent.
    """
    return _ordered_comparison(Ordered.of(without), Ordered.of(with_measures), figure)


def _ordered_comparison(without: Ordered, with_measures: Ordered, figure: Callable[[FloatArray], float]) -> Comparison:
    left = np.array([figure(part) for part in without.batches])
    right = np.array([figure(part) for part in with_measures.batches])
    whole_left, whole_right = figure(without.whole), figure(with_measures.whole)
    return Comparison(
        without=_batched(whole_left, left),
        with_measures=_batched(whole_right, right),
        difference=_batched(whole_left - whole_right, left - right),
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ordered:
    """Losses of all years in rising order, as a whole and in each batch of paths: sorted once for all levels."""

    whole: FloatArray
    batches: tuple[FloatArray, ...]

    @classmethod
    def of(cls, losses: FloatArray) -> Ordered:
        """Sort losses of shape (n_paths, horizon), euros."""
        parts = np.array_split(losses, min(N_BATCHES, len(losses)))
        return cls(whole=np.sort(losses, axis=None), batches=tuple(np.sort(part, axis=None) for part in parts))


def tail_figures(without: FloatArray, with_measures: FloatArray, level: float) -> TailFigures:
    """VaR and TVaR of the annual loss at one level; inputs of shape (n_paths, horizon), euros."""
    return tails_of(Ordered.of(without), Ordered.of(with_measures), level)


def tails_of(without: Ordered, with_measures: Ordered, level: float) -> TailFigures:
    """VaR and TVaR of the annual loss at one level, from sorted losses."""
    _check(without.whole, level)
    return TailFigures(
        level=level,
        var=_ordered_comparison(without, with_measures, lambda losses: float(losses[_rank(losses.size, level) - 1])),
        tvar=_ordered_comparison(without, with_measures, lambda losses: _tail_value_at_risk(losses, level)),
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
    ordered = [Ordered.of(losses) for losses in (annual[0], annual[1], largest[0], largest[1])]
    return curve_of(ordered, n_points)


def curve_of(ordered: Sequence[Ordered], n_points: int = 60) -> tuple[ExceedancePoint, ...]:
    """Compute the loss exceedance curve from sorted losses: annual without and with, then largest without and with."""
    n_years = ordered[0].whole.size
    rarest = max(YEARS_BEHIND_A_POINT / n_years, 1e-6)
    probabilities = np.geomspace(0.95, min(rarest, 0.5), n_points)
    columns = [_quantiles(losses, probabilities) for losses in ordered]
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


def _quantiles(losses: Ordered, probabilities: FloatArray) -> list[Simulated]:
    """Losses exceeded with each probability, with standard errors from batches of paths."""

    def at(ordered: FloatArray) -> FloatArray:
        ranks = np.ceil(ordered.size * (1.0 - probabilities) - 1e-9).astype(np.int64)
        return np.asarray(ordered[np.clip(ranks - 1, 0, ordered.size - 1)])

    parts = np.stack([at(part) for part in losses.batches])
    errors = parts.std(axis=0, ddof=1) / math.sqrt(len(parts))
    return [Simulated(value=float(v), standard_error=float(e)) for v, e in zip(at(losses.whole), errors, strict=True)]


def _rank(count: int, level: float) -> int:
    return max(math.ceil(count * level - 1e-9), 1)


def _tail_value_at_risk(ordered: FloatArray, level: float) -> float:
    tail = ordered.size * (1.0 - level)
    whole = min(math.floor(tail), ordered.size)
    worst = ordered[::-1]
    boundary = worst[whole] if whole < worst.size else 0.0
    return float((worst[:whole].sum() + (tail - whole) * boundary) / tail)


def _batched(value: float, batches: FloatArray) -> Simulated:
    return Simulated(value=value, standard_error=float(batches.std(ddof=1)) / math.sqrt(len(batches)))


def _check(annual_loss_eur: FloatArray, level: float) -> None:
    if not 0.0 <= level < 1.0:
        raise InputError("level", "in [0, 1)", level)
    if annual_loss_eur.size == 0:
        raise InputError("annual losses", "at least one year", 0)
