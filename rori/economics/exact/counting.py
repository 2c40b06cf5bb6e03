"""How many events a year brings: generating functions, and the Poisson whose rate is not known."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.polynomial.polynomial import polyval
from scipy.special import gammaln

from rori.economics.arrays import FloatArray
from rori.economics.checks import require_above, require_at_least
from rori.economics.exact.compound import ComplexArray
from rori.economics.inputs.estimates import LognormalEstimate
from rori.errors import InputError

Generating = Callable[[ComplexArray], ComplexArray]

FURTHEST_Z = 7.0
NODES_PER_SIDE = 28
NODES_OF_FREQUENT = 72
FREQUENT = 5.0
"""Above this P95 the transform turns faster with the rate and needs more nodes."""
MASS_LEFT_OUT = 1e-11
MOST_COUNTS = 120


def poisson(mean: float) -> Generating:
    """Return the generating function exp(mean (s - 1)) of a Poisson count; mean >= 0."""
    require_at_least("mean of the count", mean, 0.0)
    return lambda s: np.asarray(np.exp(mean * (s - 1.0)))


def negative_binomial(size: float, beta: float) -> Generating:
    """Return (1 - beta (s - 1))^-size, mean size x beta; size = 1 is the geometric. Both > 0."""
    require_above("size of the count", size, 0.0)
    require_above("beta of the count", beta, 0.0)
    return lambda s: np.asarray((1.0 - beta * (s - 1.0)) ** -size)


def counts(probabilities: Sequence[float]) -> Generating:
    """Return the generating function of a count with the probabilities of 0, 1, 2, ... events.

    Raises
    ------
    InputError
        When a probability is negative or they do not add up to 1.
    """
    if min(probabilities) < 0.0 or abs(sum(probabilities) - 1.0) > 1e-9:
        raise InputError("probabilities of the counts", "at least 0 with sum 1", sum(probabilities))
    return lambda s: np.asarray(polyval(s, list(probabilities)))


def panjer_class(a: float, b: float) -> Generating:
    """Return the generating function of the (a, b, 0) class: p_k = (a + b / k) p_{k-1}.

    a = 0 is Poisson(b), a in (0, 1) negative binomial of size (a + b) / a, a < 0 binomial of size -(a + b) / a
    (Klugman, Panjer & Willmot, Loss Models, section 6.5).

    Raises
    ------
    InputError
        When no such count exists.
    """
    if a == 0.0:
        return poisson(b)
    size = (a + b) / a
    if 0.0 < a < 1.0 and size > 0.0:
        return negative_binomial(size, a / (1.0 - a))
    trials = round(-size)
    if a < 0.0 and trials >= 1 and abs(trials + size) < 1e-9:
        share = a / (a - 1.0)
        return lambda s: np.asarray((1.0 + share * (s - 1.0)) ** trials)
    raise InputError("a and b of the count", "those of a Poisson, negative binomial or binomial", (a, b))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MixedRate:
    """A rate of events that is not known: nodes and probabilities instead of a density.

    Attributes
    ----------
    nodes, shares : ndarray, shape (n_nodes,)
        Events per year and their probabilities.
    mean, variance : float
        Of the rate.
    """

    nodes: FloatArray
    shares: FloatArray
    mean: float
    variance: float

    def log_generating(self, w: ComplexArray, scale: float) -> ComplexArray:
        """Return log E[exp(rate w)], the log transform of a mixed Poisson count at w.

        Parameters
        ----------
        w : ndarray of complex, any shape
            Sum over kinds of event of factor x (phi - 1), with factor what multiplies the rate.
        scale : float
            Sum of these factors, >= 0.

        Notes
        -----
        With few events this is a polynomial of P(N = k) in 1 + w / scale, whose size is at most 1: Horner's scheme is
        quick and stable. With many it is a sum of exponentials.
        """
        if len(self.nodes) == 1:
            return np.asarray(self.mean * w)
        if scale == 0.0:
            return np.zeros_like(w)
        probabilities = self._counts(scale)
        if probabilities is None:
            total = np.zeros_like(w)
            for rate, share in zip(self.nodes, self.shares, strict=True):
                total += share * np.exp(rate * w)
            return np.asarray(np.log(total))
        phi = 1.0 + w / scale
        total = np.full_like(w, probabilities[-1])
        for probability in probabilities[-2::-1]:
            total *= phi
            total += probability
        return np.asarray(np.log(total))

    def probability_of_none(self, share: float) -> float:
        """Return E[exp(-rate share)]: no event of a kind that happens `share` times as often, share >= 0."""
        return float(self.shares @ np.exp(-share * self.nodes))

    def _counts(self, scale: float) -> FloatArray | None:
        """Return P(N = k) for a rate times `scale`, up to where 1e-11 is left; None when that takes too many."""
        numbers = np.arange(MOST_COUNTS)
        rates = self.nodes * scale
        logs = np.log(rates)[:, None] * numbers - rates[:, None] - gammaln(numbers + 1.0)
        probabilities = self.shares @ np.exp(logs)
        left = 1.0 - np.cumsum(probabilities)
        enough = int(np.searchsorted(-left, -MASS_LEFT_OUT)) + 1
        return None if enough >= MOST_COUNTS else np.asarray(probabilities[: max(enough, 2)])


@lru_cache(maxsize=4096)
def mixed_rate(estimate: LognormalEstimate) -> MixedRate:
    """Turn an estimated rate into quadrature nodes.

    Notes
    -----
    Gauss-Legendre in the standard normal z on [-7, 0] and [0, 7], 28 nodes each (72 where P95 is above 5 per year),
    because a two-piece lognormal has a kink at its median. A certain rate is one node.
    """
    if estimate.p5 == estimate.p95:
        rate = estimate.median
        return MixedRate(nodes=np.array([rate]), shares=np.ones(1), mean=rate, variance=0.0)
    x, weight = np.polynomial.legendre.leggauss(NODES_OF_FREQUENT if estimate.p95 > FREQUENT else NODES_PER_SIDE)
    half = (x + 1.0) * (FURTHEST_Z / 2.0)
    z = np.concatenate((-half[::-1], half))
    shares = np.concatenate((weight[::-1], weight)) * np.exp(-z * z / 2.0)
    shares /= shares.sum()
    nodes = estimate.from_normal(z)
    variance = float(shares @ (nodes - estimate.mean) ** 2)
    return MixedRate(nodes=nodes, shares=shares, mean=estimate.mean, variance=variance)
