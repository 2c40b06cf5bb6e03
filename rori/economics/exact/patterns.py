"""Which systems an event takes down directly and which alternatives happen to be down too: every pattern, weighted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats.qmc import Sobol

from rori.economics.arrays import FloatArray

MOST_PATTERNS = 1024
"""Ten systems that are each hit by chance: 2^10."""
NEGLIGIBLE = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One thing that chance decides in an event: the uniform that stands for each outcome, and its probability."""

    uniforms: tuple[float, ...]
    probabilities: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Patterns:
    """Outcomes of several choices together.

    Attributes
    ----------
    uniforms : ndarray, shape (n_patterns, n_choices)
        Decides each choice in each pattern.
    weights : ndarray, shape (n_patterns,)
        Probabilities, sum 1.
    left_out : float
        Probability of patterns that were left out as too rare; 0 when all are there.
    sampled : bool
        True where there are too many and a quasi-random sample stands for them.
    """

    uniforms: FloatArray
    weights: FloatArray
    left_out: float
    sampled: bool


def coin(probability: float) -> Choice:
    """Return the choice that happens with this probability: its uniform lies below the probability."""
    if probability >= 1.0:
        return Choice(uniforms=(0.5,), probabilities=(1.0,))
    if probability <= 0.0:
        return Choice(uniforms=(0.5,), probabilities=(1.0,))
    return Choice(
        uniforms=(probability / 2.0, (1.0 + probability) / 2.0), probabilities=(probability, 1.0 - probability)
    )


def ladder(thresholds: Sequence[float]) -> Choice:
    """Return the choice of one uniform that is compared with several thresholds in (0, 1)."""
    edges = np.array([0.0, *sorted({t for t in thresholds if 0.0 < t < 1.0}), 1.0])
    return Choice(
        uniforms=tuple(float(x) for x in (edges[1:] + edges[:-1]) / 2.0),
        probabilities=tuple(float(x) for x in np.diff(edges)),
    )


def patterns_of(choices: Sequence[Choice]) -> Patterns:
    """Enumerate the patterns of independent choices.

    Parameters
    ----------
    choices : sequence of Choice

    Returns
    -------
    Patterns
        All of them up to 1 024. Beyond, the likeliest 1 024 when the others together have a probability below 1e-6;
        else 1 024 points of a Sobol sequence (unscrambled, centred), each of the same weight.
    """
    uniforms, weights, left_out = np.empty((1, 0)), np.ones(1), 0.0
    for choice in choices:
        count = len(choice.uniforms)
        column = np.tile(np.array(choice.uniforms), len(weights))
        uniforms = np.column_stack((np.repeat(uniforms, count, axis=0), column))
        weights = np.outer(weights, choice.probabilities).ravel()
        if len(weights) > MOST_PATTERNS:
            likeliest = np.sort(np.argsort(-weights, kind="stable")[:MOST_PATTERNS])
            left_out += float(weights.sum() - weights[likeliest].sum())
            uniforms, weights = uniforms[likeliest], weights[likeliest]
    if left_out <= NEGLIGIBLE:
        return Patterns(uniforms=uniforms, weights=weights / weights.sum(), left_out=left_out, sampled=False)
    points = Sobol(len(choices), scramble=False).random(MOST_PATTERNS) + 0.5 / MOST_PATTERNS
    return Patterns(uniforms=points, weights=np.full(MOST_PATTERNS, 1.0 / MOST_PATTERNS), left_out=0.0, sampled=True)
