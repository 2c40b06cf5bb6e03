"""How often one service at one location fails: outages counted, pooled, thinned, widened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rori.economics.arrays import FloatArray
from rori.economics.checks import require_above, require_at_least
from rori.economics.history.durations import require_durations
from rori.economics.history.pictures import BeliefCurves, rate_curves
from rori.economics.history.rates import JEFFREYS, GammaRate
from rori.economics.inputs.estimates import LognormalEstimate
from rori.economics.inputs.weekly import HOURS_PER_YEAR
from rori.errors import InputError

FEW_OUTAGES = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class OutageSample:
    """Outages of the cells (service x location pairs) that were chosen, after overlaps are merged.

    Parameters
    ----------
    starts_hours : tuple of float, length n_outages
        Start of each outage, hours since the window began, in [0, window_years * 8760]. An outage that stops k cells
        counts k times.
    durations_hours : tuple of float
        Hours, > 0. An outage that stops several cells stands here once, so this may be shorter than `starts_hours`.
    window_years : float
        Observed time, years of 8760 hours, > 0; quiet time at both ends counts.
    n_cells : int
        Cells observed, >= 1, those without any outage too.
    n_merged : int
        Entries of the file that were taken as part of another outage, >= 0.

    Raises
    ------
    InputError
        When a value is outside its range.
    """

    starts_hours: tuple[float, ...]
    durations_hours: tuple[float, ...]
    window_years: float
    n_cells: int = 1
    n_merged: int = 0

    def __post_init__(self) -> None:
        require_above("observed years", self.window_years, 0.0)
        require_at_least("number of service and location pairs", self.n_cells, 1)
        require_at_least("number of merged outages", self.n_merged, 0)
        last_hour = self.window_years * HOURS_PER_YEAR
        for start in self.starts_hours:
            if not 0.0 <= start <= last_hour:
                raise InputError("start of an outage", f"within the {last_hour:g} observed hours", start)
        require_durations(self.durations_hours)


@dataclass(frozen=True, slots=True, kw_only=True)
class FrequencyFit:
    """Rate of one cell: prior, what the counts say `alone` (Jeffreys' prior updated with them) and posterior.

    `pooled_per_year` counts all chosen cells, `thinned_per_year` is its part for one cell (`cell_share` of it).
    `overdispersion` is variance / mean of `monthly_counts` (None without outages or with one month);
    `widened_by` is what events and exposure were divided by, >= 1.
    `exact_mean_per_year` is the posterior's mean, beside `estimate.mean` of the lognormal that stands for it.
    `curves` show prior (None where it lets the counts speak), the counts alone and posterior of the rate.
    """

    n_outages: int
    exposure_years: float
    pooled_per_year: float
    thinned_per_year: float
    cell_share: float
    monthly_counts: tuple[int, ...]
    overdispersion: float | None
    widened_by: float
    prior: GammaRate
    alone: GammaRate
    posterior: GammaRate
    estimate: LognormalEstimate
    exact_mean_per_year: float
    curves: BeliefCurves


def fit_frequency(
    sample: OutageSample, *, prior: GammaRate = JEFFREYS, cell_share: float | None = None, widen: bool = True
) -> FrequencyFit:
    """Update a Gamma prior on the rate of one cell with the counts of all chosen cells.

    Parameters
    ----------
    sample, prior, cell_share, widen
        As in `calibrate_sample`.

    Returns
    -------
    FrequencyFit
        Rates in events per year.

    Raises
    ------
    InputError
        When `cell_share` is outside (0, 1].

    Notes
    -----
    A Poisson process of rate L of which each event falls on the cell with probability q, independently, has rate q L
    there (thinning; Kingman, Poisson Processes, 1993, section 5.1). N events in T years then say of the cell's rate
    what N events in T / q years say: posterior Gamma(a + N, b + T / q).
    With phi = variance / mean of the monthly counts above 1, N and T / q are divided by phi (quasi-Poisson:
    McCullagh & Nelder, Generalized Linear Models, 2nd ed., section 6.2.3), so that the data keep their mean and weigh
    as much as N / phi independent events.
    """
    share = 1.0 / sample.n_cells if cell_share is None else cell_share
    if not 0.0 < share <= 1.0:
        raise InputError("share of one service and location", "a fraction above 0 and at most 1", share)
    n_outages = len(sample.starts_hours)
    counts = monthly_counts(sample.starts_hours, sample.window_years)
    dispersion = overdispersion(counts)
    phi = max(1.0, dispersion) if widen and dispersion is not None else 1.0
    exposure_years = sample.window_years / share
    posterior = prior.updated(n_outages / phi, exposure_years / phi)
    alone = JEFFREYS.updated(n_outages / phi, exposure_years / phi)
    return FrequencyFit(
        n_outages=n_outages,
        exposure_years=exposure_years,
        pooled_per_year=n_outages / sample.window_years,
        thinned_per_year=n_outages / exposure_years,
        cell_share=share,
        monthly_counts=counts,
        overdispersion=dispersion,
        widened_by=phi,
        prior=prior,
        alone=alone,
        posterior=posterior,
        estimate=posterior.estimate(),
        exact_mean_per_year=posterior.mean,
        curves=rate_curves(prior, posterior, alone),
    )


def merge_overlaps(starts: FloatArray, ends: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Join outages of one cell that overlap or touch.

    Parameters
    ----------
    starts, ends : ndarray, shape (n,)
        Hours, any order, start <= end.

    Returns
    -------
    tuple of ndarray, shape (m,), m <= n
        Starts, increasing, and ends of what is left.
    """
    if starts.size == 0:
        return starts, ends
    order = np.argsort(starts, kind="stable")
    first, until = starts[order], np.maximum.accumulate(ends[order])
    opens = np.concatenate(([True], first[1:] > until[:-1]))
    closes = np.concatenate((opens[1:], [True]))
    return first[opens], until[closes]


def monthly_counts(starts_hours: Sequence[float], window_years: float) -> tuple[int, ...]:
    """Count outages in equal twelfths of a year.

    Parameters
    ----------
    starts_hours : sequence of float
        Hours since the window began.
    window_years : float
        Observed years, > 0; split into round(12 * window_years) equal parts, at least one, so that no month is longer
        than another.

    Returns
    -------
    tuple of int
        Outages that start in each part.
    """
    n_months = max(1, round(12.0 * window_years))
    counts, _ = np.histogram(starts_hours, bins=n_months, range=(0.0, window_years * HOURS_PER_YEAR))
    return tuple(int(count) for count in counts)


def overdispersion(counts: Sequence[int]) -> float | None:
    """Return variance (divided by n - 1) / mean of counts, 1 for a Poisson process; None if all are 0 or only one."""
    if len(counts) < 2 or not any(counts):
        return None
    return float(np.var(counts, ddof=1) / np.mean(counts))


def frequency_warnings(sample: OutageSample, fit: FrequencyFit, even: bool) -> tuple[str, ...]:
    """Say what the rate rests on."""
    found = []
    if fit.n_outages < FEW_OUTAGES:
        found.append(f"Few outages ({fit.n_outages}): the interval of the frequency is wide.")
    if fit.overdispersion is not None and fit.overdispersion > 1.0:
        effect = "the interval is widened for it" if fit.widened_by > 1.0 else "the interval ignores it"
        found.append(f"Outages come in bursts (variance / mean of monthly counts {fit.overdispersion:.2f}): {effect}.")
    if len(fit.monthly_counts) < 12:
        found.append(f"Only {len(fit.monthly_counts)} months observed: bursts can hardly be told from chance.")
    if even:
        found.append(
            f"The rate is split evenly over {sample.n_cells} service and location pairs: an assumption. "
            "Give the share of one pair if it fails more or less than the others."
        )
    return tuple(found)
