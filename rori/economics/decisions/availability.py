"""Availability: of parts, of structures of parts, and of the systems of a portfolio, against RTO and impact tolerance."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from rori.economics.checks import require_above, require_at_least, require_fraction
from rori.economics.inputs.estimates import LognormalEstimate
from rori.economics.inputs.portfolio import FailureMode, Portfolio, System
from rori.economics.inputs.weekly import HOURS_PER_YEAR
from rori.economics.interruption.routes import probability_at_least
from rori.errors import InputError

MINUTES_PER_YEAR = HOURS_PER_YEAR * 60.0


def availability(mtbf_hours: float, mttr_hours: float) -> float:
    """Return the share of time that something works: MTBF / (MTBF + MTTR).

    Parameters
    ----------
    mtbf_hours : float
        Mean time up between outages, hours, > 0; infinite for something that never fails.
    mttr_hours : float
        Mean time to restore service, hours, >= 0.

    Returns
    -------
    float
        In (0, 1].

    Raises
    ------
    InputError
        When a time is outside its range.

    Notes
    -----
    AWS, Availability and Beyond (whitepaper, 2021); Barlow & Proschan, Statistical Theory of Reliability (1975).
    """
    require_at_least("MTTR in hours", mttr_hours, 0.0)
    if mtbf_hours == math.inf:
        return 1.0
    require_above("MTBF in hours", mtbf_hours, 0.0)
    return mtbf_hours / (mtbf_hours + mttr_hours)


def nines(share_available: float) -> float:
    """Return the number of nines, -log10(1 - availability): 3 for 99.9 %, infinite for 1; a share in [0, 1]."""
    require_fraction("availability", share_available)
    return math.inf if share_available == 1.0 else -math.log10(1.0 - share_available)


def minutes_down_per_year(share_available: float) -> float:
    """Return (1 - availability) x 525 600 minutes; a share in [0, 1]."""
    require_fraction("availability", share_available)
    return (1.0 - share_available) * MINUTES_PER_YEAR


def in_series(shares_available: Sequence[float]) -> float:
    """Return the availability of independent parts that are all needed: the product of their shares in [0, 1]."""
    _require_fractions(shares_available)
    return math.prod(shares_available)


def in_parallel(shares_available: Sequence[float]) -> float:
    """Return the availability of independent parts of which any one is enough: 1 - product of (1 - share)."""
    _require_fractions(shares_available)
    return 1.0 - math.prod(1.0 - share for share in shares_available)


def k_of_n(needed: int, shares_available: Sequence[float]) -> float:
    """Return the probability that at least `needed` of independent parts work.

    Parameters
    ----------
    needed : int
        From 1 to the number of parts.
    shares_available : sequence of float
        Each part's availability in [0, 1].

    Raises
    ------
    InputError
        When more parts are needed than there are, or a share is outside [0, 1].

    Notes
    -----
    For equal shares the binomial sum over j >= k of C(n, j) A^j (1 - A)^(n - j).
    """
    _require_fractions(shares_available)
    _require_needed(needed, len(shares_available))
    return probability_at_least(needed, shares_available)


def beta_factor_unavailability(unavailability: float, beta: float, *, needed: int, parts: int) -> float:
    """Return the unavailability of a group of equal parts that share a common cause.

    Parameters
    ----------
    unavailability : float
        Of one part, Q in [0, 1].
    beta : float
        Share of its failures that hit all parts at once, in [0, 1].
    needed, parts : int
        How many of how many parts have to work.

    Returns
    -------
    float
        In [0, 1]: P(more than n - k parts down on their own, each with (1 - beta) Q) + beta Q, at most 1.

    Raises
    ------
    InputError
        When a value is outside its range.

    Notes
    -----
    Fleming (1975), A reliability model for common mode failures in redundant safety systems; NUREG/CR-4780;
    IEC 61508-6 annex D. For 1-out-of-2: ((1 - beta) Q)^2 + beta Q. The sum counts the (rare) overlap of both terms twice.
    """
    require_fraction("unavailability", unavailability)
    require_fraction("beta", beta)
    _require_needed(needed, parts)
    alone = probability_at_least(parts - needed + 1, [(1.0 - beta) * unavailability] * parts)
    return min(alone + beta * unavailability, 1.0)


def share_restored_within(duration_hours: LognormalEstimate, hours: float) -> float:
    """Return P(duration <= hours) of the (two-piece) lognormal, in [0, 1]; hours >= 0."""
    require_at_least("hours", hours, 0.0)
    below, above = duration_hours.log_scales
    if hours == 0.0:
        return 0.0
    distance = math.log(hours / duration_hours.median)
    scale = below if distance < 0.0 else above
    if scale == 0.0:
        return 1.0 if distance >= 0.0 else 0.0
    return float(ndtr(distance / scale))


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemAvailability:
    """How available one system is.

    `mtbf_hours` (mean time up between its own outages), `mttr_hours` and `own_availability` come from its own failure
    modes, at expected rates and durations, a part of the capacity lost counting as down; None and 1 without any.
    `availability` counts what dependencies and common causes do too, weighted by capacity. Shares restored within RTO
    and within the impact tolerance are of its own outages; None without outages or without a target.
    """

    system_id: str
    outages_per_year: float
    mtbf_hours: float | None
    mttr_hours: float | None
    own_availability: float
    own_nines: float
    own_minutes_down_per_year: float
    availability: float
    nines: float
    minutes_down_per_year: float
    restored_within_rto: float | None
    restored_within_tolerance: float | None


def availability_view(
    portfolio: Portfolio, capacity_hours_per_year: Mapping[str, float]
) -> tuple[SystemAvailability, ...]:
    """Return the availability of every system.

    Parameters
    ----------
    portfolio : Portfolio
    capacity_hours_per_year : mapping of system id to float
        Expected hours lost per year with dependencies, weighted by capacity: `hours_lost_per_year` of a case's result,
        or `capacity_hours_per_year` of `Expectation.systems`.

    Returns
    -------
    tuple of SystemAvailability
        In the order of the portfolio.

    Notes
    -----
    With rates r_m per calendar year and mean durations d_m: MTTR = sum r_m d_m / sum r_m, MTBF = 8760 / sum r_m - MTTR
    (at least 0), so that MTBF / (MTBF + MTTR) = 1 - sum r_m d_m / 8760.
    """
    return tuple(
        _of_system(
            system,
            [mode for mode in portfolio.failure_modes if mode.system_id == system.id],
            capacity_hours_per_year[system.id],
        )
        for system in portfolio.systems
    )


def _of_system(system: System, modes: list[FailureMode], capacity_hours_per_year: float) -> SystemAvailability:
    rates = np.array([mode.events_per_year.mean for mode in modes])
    hours = np.array([mode.duration_hours.mean for mode in modes])
    outages = float(rates.sum())
    mttr = float(rates @ hours) / outages if outages > 0.0 else None
    own = 1.0 if mttr is None else max(1.0 - outages * mttr / HOURS_PER_YEAR, 0.0)
    share = min(max(1.0 - capacity_hours_per_year / HOURS_PER_YEAR, 0.0), 1.0)
    return SystemAvailability(
        system_id=system.id,
        outages_per_year=outages,
        mtbf_hours=None if mttr is None else max(HOURS_PER_YEAR / outages - mttr, 0.0),
        mttr_hours=mttr,
        own_availability=own,
        own_nines=nines(own),
        own_minutes_down_per_year=minutes_down_per_year(own),
        availability=share,
        nines=nines(share),
        minutes_down_per_year=minutes_down_per_year(share),
        restored_within_rto=_restored(modes, rates, system.rto_hours),
        restored_within_tolerance=_restored(modes, rates, system.impact_tolerance_hours),
    )


def _restored(modes: list[FailureMode], rates: np.ndarray, hours: float | None) -> float | None:
    if hours is None or not rates.sum() > 0.0:
        return None
    shares = np.array([share_restored_within(mode.duration_hours, hours) for mode in modes])
    return float(rates @ shares / rates.sum())


def _require_fractions(shares: Sequence[float]) -> None:
    if not shares:
        raise InputError("parts", "at least one", "none")
    for share in shares:
        require_fraction("availability", share)


def _require_needed(needed: int, parts: int) -> None:
    if not 1 <= needed <= parts:
        raise InputError("needed parts", f"from 1 to {parts}", needed)
