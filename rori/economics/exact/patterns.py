"""Which systems an event takes down directly and which alternatives happen to be down too: every pattern, weighted."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from scipy.stats.qmc import Sobol

from rori.economics.arrays import FloatArray

MOST_PATTERNS = 1024
"""Ten systems that are each hit by chance: 2^10."""
NEGLIGIBLE = 1e-6

Outcomes = npt.NDArray[np.int16]
"""Which outcome each choice has in each pattern, shape (n_patterns, n_choices)."""


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
    return sample_of(len(choices), MOST_PATTERNS)


def sample_of(n_choices: int, count: int) -> Patterns:
    """Return `count` (a power of two) quasi-random patterns of equal weight: centred points of a Sobol sequence."""
    points = Sobol(n_choices, scramble=False).random(count) + 0.5 / count
    return Patterns(uniforms=points, weights=np.full(count, 1.0 / count), left_out=0.0, sampled=True)


def joined(first: Patterns, second: Patterns) -> Patterns:
    """Return two samples as one, in this order."""
    weights = np.concatenate((first.weights, second.weights)) / 2.0
    uniforms = np.concatenate((first.uniforms, second.uniforms))
    return Patterns(uniforms=uniforms, weights=weights, left_out=0.0, sampled=True)


@lru_cache(maxsize=4096)
def are_too_many(choices: tuple[Choice, ...]) -> bool:
    """Whether `patterns_of` can but sample these choices."""
    if math.prod(len(choice.uniforms) for choice in choices) <= MOST_PATTERNS:
        return False
    return patterns_of(choices).sampled


def outcomes_of(found: Patterns, choices: Sequence[Choice]) -> Outcomes:
    """Return which outcome each choice has in each pattern, shape (n_patterns, n_choices)."""
    outcomes = np.zeros(found.uniforms.shape, dtype=np.int16)
    for column, choice in enumerate(choices):
        edges = np.cumsum(choice.probabilities)[:-1]
        outcomes[:, column] = np.searchsorted(edges, found.uniforms[:, column], side="right")
    return outcomes


def probability(outcomes: Outcomes, choices: Sequence[Choice]) -> FloatArray:
    """Return the probability of every pattern given by its outcomes, shape (n_patterns,)."""
    weights = np.ones(len(outcomes))
    for column, choice in enumerate(choices):
        weights *= np.array(choice.probabilities)[outcomes[:, column]]
    return weights
