"""Compound distributions on a grid by fast Fourier transform; pure numerics that know nothing of systems.

The total of a random number of losses has the transform pgf(phi), with phi the transform of one loss. Losses are put on
a grid so that their mean stays exact; what lies beyond the grid is left out, which leaves everything below it exact,
and exponential tilting keeps it from wrapping round (Gruebel & Hermesmeier 1999, ASTIN Bulletin 29).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from rori.economics.arrays import FloatArray
from rori.economics.checks import require_above
from rori.errors import InputError

ComplexArray = npt.NDArray[np.complex128]

TILT = 12.0
"""Wrapped mass is damped by exp(-12); round-off at the far end of the grid grows by exp(12), to about 1e-11."""
MAX_PIECES = 256
LIGHTEST_PIECE = 2e-6
"""Cells are cut no finer than into pieces of this probability: nobody sees so small a jump."""
NODES_PER_CELL = 5
LEAST_ERROR = 0.01
"""No quantile is claimed to be known better than to this share of a step."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """Losses 0, step, 2 step, ...

    Parameters
    ----------
    step_eur : float
        Euros, > 0.
    size : int
        Number of points, a power of two.

    Raises
    ------
    InputError
        When the step is not positive or the size is no power of two.
    """

    step_eur: float
    size: int

    def __post_init__(self) -> None:
        require_above("step of the grid", self.step_eur, 0.0)
        if self.size < 2 or self.size & (self.size - 1):
            raise InputError("size of the grid", "a power of two, at least 2", self.size)

    @property
    def end_eur(self) -> float:
        """Where the grid ends, euros."""
        return self.step_eur * self.size

    @property
    def points(self) -> FloatArray:
        """The losses of the grid, euros, shape (size,)."""
        return self.step_eur * np.arange(self.size, dtype=np.float64)

    @property
    def halved(self) -> Grid:
        """The grid of half as many points that ends at the same loss, for error estimates."""
        return Grid(step_eur=2.0 * self.step_eur, size=self.size // 2)


def place(grid: Grid, values_eur: FloatArray, weights: FloatArray) -> FloatArray:
    """Put weighted losses on the grid, each split between its two neighbours so that the mean is kept.

    Parameters
    ----------
    grid : Grid
    values_eur, weights : ndarray, shape (n,)
        Losses in euros, >= 0, and their probabilities.

    Returns
    -------
    ndarray, shape (size,)
        Probabilities; what lies beyond the grid is left out, so the sum may be below that of the weights.
    """
    position = values_eur / grid.step_eur
    inside = position < grid.size
    position, weights = position[inside], weights[inside]
    below = position.astype(np.int64)
    share = position - below
    mass = np.bincount(below, weights=weights * (1.0 - share), minlength=grid.size + 1)
    mass += np.bincount(below + 1, weights=weights * share, minlength=grid.size + 1)
    return np.asarray(mass[: grid.size])


def spread(grid: Grid, low_eur: FloatArray, high_eur: FloatArray, weights: FloatArray) -> FloatArray:
    """Put cells on the grid, each with its probability spread evenly between two losses.

    Parameters
    ----------
    grid : Grid
    low_eur, high_eur, weights : ndarray, shape (n,)
        Ends of each cell, euros, >= 0, in any order; probabilities.

    Returns
    -------
    ndarray, shape (size,)
        As `place`, each cell cut into pieces no longer than a step (at most 256).
    """
    width = high_eur - low_eur
    wanted = np.minimum(np.abs(width) / grid.step_eur, weights / LIGHTEST_PIECE)
    pieces = np.clip(np.ceil(wanted), 1, MAX_PIECES).astype(np.int64)
    pieces[np.minimum(low_eur, high_eur) > grid.end_eur] = 1
    if pieces.max(initial=1) == 1:
        return place(grid, (low_eur + high_eur) / 2.0, weights)
    cell = np.repeat(np.arange(len(pieces)), pieces)
    number = np.arange(len(cell)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    share = (number + 0.5) / pieces[cell]
    return place(grid, low_eur[cell] + width[cell] * share, (weights / pieces)[cell])


def discretise(grid: Grid, survival: Callable[[FloatArray], FloatArray]) -> FloatArray:
    """Put a distribution given by its survival function on the grid by local moment matching.

    Parameters
    ----------
    grid : Grid
    survival : callable
        P(X > x) for x >= 0 in euros, any shape.

    Returns
    -------
    ndarray, shape (size,)
        Probabilities; mass beyond the grid is left out.

    Notes
    -----
    With I_k the integral of the survival function over the k-th step (5-point Gauss-Legendre), the mass at 0 is
    1 - I_0 / h and at k it is (I_{k-1} - I_k) / h: probability and mean of every step are kept (Gerber 1982, Insurance:
    Mathematics and Economics 1; Klugman, Panjer & Willmot, Loss Models, section 9.6.5).
    """
    nodes, shares = np.polynomial.legendre.leggauss(NODES_PER_CELL)
    inside = (nodes + 1.0) / 2.0
    means = np.zeros(grid.size)
    for offset, share in zip(inside, shares / 2.0, strict=True):
        means += share * survival(grid.points + offset * grid.step_eur)
    return np.concatenate(([1.0 - means[0]], means[:-1] - means[1:]))


def transform(mass: FloatArray, tilt: float = TILT) -> ComplexArray:
    """Return the tilted Fourier transform of a mass on a grid: complex, shape (size / 2 + 1,).

    A `tilt` of 0 is for losses that cannot reach the end of the grid: then nothing wraps round, and round-off is least.
    """
    return np.asarray(np.fft.rfft(mass * _tilt(len(mass), -tilt)))


def masses(transformed: ComplexArray, size: int, tilt: float = TILT) -> FloatArray:
    """Return the mass that a tilted transform belongs to, shape (size,); round-off below 0 is set to 0."""
    return np.asarray(np.maximum(np.fft.irfft(transformed, size) * _tilt(size, tilt), 0.0))


def compound(
    grid: Grid, severity: FloatArray, generating: Callable[[ComplexArray], ComplexArray], moments: tuple[float, float]
) -> Aggregate:
    """Return the distribution of the sum of a random number of independent losses.

    Parameters
    ----------
    grid : Grid
    severity : ndarray, shape (size,)
        Mass of one loss on the grid.
    generating : callable
        Probability generating function of the number of losses (see `rori.economics.exact.counting`).
    moments : tuple of float
        Mean (euros) and variance (euros squared) of the sum, E[N] E[X] and E[N] Var X + Var N E[X]^2.
    """
    mass = masses(generating(transform(severity)), grid.size)
    return Aggregate(grid=grid, mass=mass, mean_eur=moments[0], sd_eur=float(np.sqrt(moments[1])))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Aggregate:
    """A distribution of an annual loss.

    Attributes
    ----------
    mass : ndarray, shape (size,)
        Probability at each point of the grid.
    mean_eur, sd_eur : float
        Exact, euros: they do not come from the grid.
    no_loss : float or None
        P(no loss) where it is known better than the grid can tell, else None: the mass at 0.
    """

    grid: Grid
    mass: FloatArray
    mean_eur: float
    sd_eur: float
    no_loss: float | None = None
    below: FloatArray = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "below", np.minimum(np.cumsum(self.mass), 1.0))

    @property
    def beyond(self) -> float:
        """Probability that lies beyond the grid."""
        return max(1.0 - float(self.below[-1]), 0.0)

    @property
    def probability_of_no_loss(self) -> float:
        """P(nothing is lost in a year), in [0, 1]."""
        return float(self.mass[0]) if self.no_loss is None else self.no_loss

    def quantile(self, level: float) -> float:
        """Return the smallest loss that is not exceeded with probability `level`, euros.

        Parameters
        ----------
        level : float
            In [0, 1).

        Raises
        ------
        InputError
            When the level is outside [0, 1), or the quantile lies beyond the grid.

        Notes
        -----
        The mass at a point stands for the step around it, so the probability up to the middle between two points is
        the sum up to the lower one; between middles it is interpolated.
        """
        _check(level)
        if level <= self.probability_of_no_loss:
            return 0.0
        if level > self.below[-1]:
            raise InputError("level", f"at most {self.below[-1]:.7f} on this grid", level)
        above = int(np.searchsorted(self.below, level, side="left"))
        if above == 0:
            return 0.0
        lower, upper = float(self.below[above - 1]), float(self.below[above])
        return self.grid.step_eur * (above - 0.5 + (level - lower) / (upper - lower))

    def coarseness(self, level: float) -> float:
        """Return how far off a quantile may be because losses do not vary smoothly around it, euros.

        One step of the grid where single losses stand out of their neighbourhood, a hundredth where they do not.
        """
        above = int(np.searchsorted(self.below, level, side="left"))
        around = self.mass[max(above - 4, 0) : above + 5]
        if len(around) < 3 or around.mean() == 0.0:
            return self.grid.step_eur
        jumps = np.abs(around[2:] - 2.0 * around[1:-1] + around[:-2]).max()
        return self.grid.step_eur * min(max(float(jumps / around.mean()), LEAST_ERROR), 1.0)

    def tail_mean(self, level: float) -> float:
        """Return the mean of the worst 1 - level of the years (TVaR), euros.

        Raises
        ------
        InputError
            As `quantile`.

        Notes
        -----
        v + (E[L] - v + E[(v - L)+]) / (1 - level) at the quantile v: only losses below v and the exact mean are
        needed, so nothing is lost beyond the grid (Rockafellar & Uryasev 2002).
        """
        at = self.quantile(level)
        short = float(np.sum(self.mass * np.maximum(at - self.grid.points, 0.0)))
        return max(at + (self.mean_eur - at + short) / (1.0 - level), at)

    def probability_above(self, loss_eur: float) -> float:
        """Return P(annual loss > loss), interpolated as `quantile`; beyond the grid what `beyond` says."""
        if loss_eur >= self.grid.end_eur:
            return self.beyond
        middles = np.concatenate(([0.0], self.grid.points + self.grid.step_eur / 2.0))
        known = np.concatenate(([self.probability_of_no_loss], np.maximum(self.below, self.probability_of_no_loss)))
        return float(1.0 - np.interp(loss_eur, middles, known))


@lru_cache(maxsize=32)
def _tilt(size: int, strength: float) -> FloatArray:
    return np.asarray(np.exp(strength * np.arange(size) / size))


def _check(level: float) -> None:
    if not 0.0 <= level < 1.0:
        raise InputError("level", "in [0, 1)", level)
