"""What is known about durations: a normal-inverse-gamma distribution of the mean and variance of their logarithm."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import gammaln, stdtr, stdtrit

from rori.economics.arrays import FloatArray
from rori.economics.checks import require_above
from rori.economics.inputs.estimates import LognormalEstimate
from rori.errors import InputError

DEFAULT_WEIGHT = 3.0
"""Outages that an estimate by people is taken to be worth."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LogDurations:
    """What is known about the logarithm of durations in hours: normal, its mean and variance uncertain.

    Parameters
    ----------
    location : float
        Expected mean of the logarithm (of hours).
    weight : float
        Outages that the mean rests on, > 0.
    degrees : float
        Outages that the variance rests on (degrees of freedom), > 0.
    log_sd : float
        Scale: the guess of the standard deviation of the logarithm, > 0.

    Raises
    ------
    InputError
        When a value is outside its range.

    Notes
    -----
    mean | variance ~ Normal(location, variance / weight), variance ~ scaled inverse chi-squared(degrees, log_sd^2), which is
    inverse gamma(degrees / 2, degrees log_sd^2 / 2) (Gelman et al., Bayesian Data Analysis, 3rd ed., section 3.3).
    """

    location: float
    weight: float
    degrees: float
    log_sd: float

    def __post_init__(self) -> None:
        if not math.isfinite(self.location):
            raise InputError("location of the log durations", "a finite number", self.location)
        for name in ("weight", "degrees", "log_sd"):
            require_above(f"{name} of the log durations", getattr(self, name), 0.0)

    def updated(self, durations_hours: Sequence[float]) -> LogDurations:
        """Return the posterior after outages of these durations (hours, > 0).

        Notes
        -----
        With n logarithms of mean m and sum of squares S about it (BDA3, equations of section 3.3): weight' = weight + n,
        location' = (weight location + n m) / weight', degrees' = degrees + n, and
        degrees' log_sd'^2 = degrees log_sd^2 + S + weight n (m - location)^2 / weight'.
        """
        if not durations_hours:
            return self
        logs = np.log(np.asarray(durations_hours, dtype=np.float64))
        n, mean = logs.size, float(logs.mean())
        weight, degrees = self.weight + n, self.degrees + n
        squares = (
            self.degrees * self.log_sd**2
            + float(((logs - mean) ** 2).sum())
            + self.weight * n * (mean - self.location) ** 2 / weight
        )
        return LogDurations(
            location=(self.weight * self.location + n * mean) / weight,
            weight=weight,
            degrees=degrees,
            log_sd=math.sqrt(squares / degrees),
        )

    @property
    def predictive_scale(self) -> float:
        """Scale of the next logarithm: log_sd sqrt(1 + 1 / weight); it is Student t with `degrees` about `location`."""
        return self.log_sd * math.sqrt(1.0 + 1.0 / self.weight)

    def quantile(self, level: float) -> float:
        """Return the quantile of the next duration at `level` in (0, 1), hours."""
        return math.exp(self.location + self.predictive_scale * float(stdtrit(self.degrees, level)))

    def shares(self, hours: FloatArray) -> FloatArray:
        """Return the probability that the next outage is at most as long; `hours` > 0, any shape."""
        return np.asarray(stdtr(self.degrees, (np.log(hours) - self.location) / self.predictive_scale))

    def log_density(self, hours: FloatArray) -> FloatArray:
        """Return the density of the next duration per unit of ln(hours), so that areas on a log axis are probabilities."""
        t = (np.log(hours) - self.location) / self.predictive_scale
        half = (self.degrees + 1.0) / 2.0
        constant = gammaln(half) - gammaln(self.degrees / 2.0) - 0.5 * math.log(self.degrees * math.pi)
        logs = constant - half * np.log1p(t * t / self.degrees)
        return np.asarray(np.exp(logs) / self.predictive_scale, dtype=np.float64)

    def estimate(self) -> LognormalEstimate:
        """Return the lognormal through P5, P50 and P95 of the next duration, hours.

        Notes
        -----
        Beyond P5 and P95 the lognormal has thinner tails than the Student t that it stands for, whose mean is infinite.
        """
        p5, p50, p95 = (self.quantile(level) for level in (0.05, 0.5, 0.95))
        return LognormalEstimate(p5=p5, p50=p50, p95=p95)


def log_durations_from_estimate(estimate: LognormalEstimate, weight: float = DEFAULT_WEIGHT) -> LogDurations:
    """Return the prior whose next duration has the P5 and P95 of an estimate.

    Parameters
    ----------
    estimate : LognormalEstimate
        Hours, 0 < P5 < P95; the median is not used, since the logarithm is taken to be symmetric.
    weight : float
        Outages that the estimate is worth, > 0, for mean and variance alike.

    Returns
    -------
    LogDurations
        location = ln sqrt(P5 P95), log_sd = ln(P95 / P5) / (2 t) / sqrt(1 + 1 / weight) with t the 95 % quantile of
        Student's distribution with `weight` degrees of freedom.

    Raises
    ------
    InputError
        When the estimate is certain or the weight is not above 0.
    """
    require_above("weight of the prior duration", weight, 0.0)
    require_above("P5 of the prior duration", estimate.p5, 0.0)
    require_above("P95 of the prior duration", estimate.p95, estimate.p5)
    spread = math.log(estimate.p95 / estimate.p5) / 2.0 / float(stdtrit(weight, 0.95))
    return LogDurations(
        location=(math.log(estimate.p5) + math.log(estimate.p95)) / 2.0,
        weight=weight,
        degrees=weight,
        log_sd=spread / math.sqrt(1.0 + 1.0 / weight),
    )
