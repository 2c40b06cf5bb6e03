"""What a euro of later is worth today, by convention."""

from __future__ import annotations

import math

import numpy as np

from rori.economics.arrays import FloatArray
from rori.economics.checks import require_above
from rori.economics.terms import Discounting


def discount_factors(
    discount_rate_per_year: float, horizon_years: int, discounting: Discounting = Discounting.END_YEAR
) -> FloatArray:
    """Present value of one euro of year 0, 1, ..., horizon.

    Parameters
    ----------
    discount_rate_per_year : float
        Effective rate per year, > -1.
    horizon_years : int
        Whole years, >= 0.
    discounting : Discounting
        When within years 1, 2, ... money falls. Year 0 is always today.

    Returns
    -------
    ndarray, shape (horizon_years + 1,)

    Raises
    ------
    InputError
        When the rate is not above -1.

    Notes
    -----
    End-year: (1 + r)^-t. Mid-year: (1 + r)^-(t - 0.5). Continuous: spread evenly over its year, with k = ln(1 + r),
    the integral of e^{-k s} over s in [t - 1, t], which is e^{-k (t - 1)} (1 - e^-k) / k (Park, Contemporary Engineering
    Economics, 6th ed., section 3.5).
    """
    require_above("discount_rate_per_year", discount_rate_per_year, -1.0)
    years = np.arange(horizon_years + 1, dtype=np.float64)
    if discounting is Discounting.END_YEAR:
        return np.asarray((1.0 + discount_rate_per_year) ** -years)
    if discounting is Discounting.MID_YEAR:
        factors = np.asarray((1.0 + discount_rate_per_year) ** -(years - 0.5))
    else:
        within = spread_over_a_year(math.log1p(discount_rate_per_year))
        factors = np.asarray(within * (1.0 + discount_rate_per_year) ** -(years - 1.0))
    factors[0] = 1.0
    return factors


def final_factor(discount_rate_per_year: float, horizon_years: int) -> float:
    """Present value of one euro when the horizon ends, by every convention: (1 + rate)^-horizon."""
    return float((1.0 + discount_rate_per_year) ** -horizon_years)


def spread_over_a_year(rate_compounded: float) -> float:
    """Present value of one euro that flows evenly over the coming year: (1 - e^-k) / k; 1 at k = 0."""
    return 1.0 if rate_compounded == 0.0 else -math.expm1(-rate_compounded) / rate_compounded


def continuous_factor(rate_compounded: float, years: float) -> float:
    """Present value of one euro after `years` at the continuously compounded rate k per year: e^{-k years}."""
    return math.exp(-rate_compounded * years)


def expected_event_factor(rate_compounded: float, years: int, return_period_years: float) -> float:
    """Present value of a benefit of one euro per event, events being expected once per return period.

    Parameters
    ----------
    rate_compounded : float
        k, per year, continuously compounded; the effective rate is e^k - 1.
    years : int
        Horizon T, > 0.
    return_period_years : float
        Mean number of years between events, > 0.

    Returns
    -------
    float
        Euros.

    Raises
    ------
    InputError
        When the horizon or the return period is not above 0.

    Notes
    -----
    As NIST's EDGe$ computes it: the year's share of an event falls at the start of years 0 to T - 1 (an annuity due), so
    (1 / return period) (1 - e^{-kT}) / (1 - e^-k). Cases of RORI count events over the year instead; continuous discounting
    gives (1 / return period) (1 - e^{-kT}) / k, which is 2.5 % less at k = 5 %.
    """
    require_above("years", years, 0)
    require_above("return_period_years", return_period_years, 0.0)
    if rate_compounded == 0.0:
        return years / return_period_years
    return math.expm1(-rate_compounded * years) / math.expm1(-rate_compounded) / return_period_years
