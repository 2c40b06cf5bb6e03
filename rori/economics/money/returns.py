"""Returns of flows of money: net present value, internal rates, paybacks."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq, minimize_scalar

from rori.economics.arrays import FloatArray
from rori.economics.checks import require_above
from rori.economics.money.discounting import discount_factors, final_factor, spread_over_a_year
from rori.economics.results import IrrResult
from rori.economics.terms import Discounting

LOWEST_IRR = -0.999_999
HIGHEST_IRR = 10.0
_GRID = 4001
_TOUCH = 1e-12
"""A curve that comes this near to 0 without crossing it, relative to its terms, is taken to touch it."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Flows:
    """Net flows of years 0, 1, ..., n in euros, shape (n + 1,), and what is left when year n ends.

    `discounting` says when within its year a flow falls; the residual value falls at the end of the last.
    """

    net_eur: FloatArray
    residual_eur: float = 0.0
    discounting: Discounting = Discounting.END_YEAR

    @property
    def horizon_years(self) -> int:
        """Whole years after year 0."""
        return len(self.net_eur) - 1

    def present_values(self, discount_rate_per_year: float) -> FloatArray:
        """Present value of every flow, the residual value last: shape (n + 2,), euros."""
        present = self.net_eur * discount_factors(discount_rate_per_year, self.horizon_years, self.discounting)
        return np.append(present, self.residual_eur * final_factor(discount_rate_per_year, self.horizon_years))


def net_present_value(discount_rate_per_year: float, flows_eur: FloatArray) -> float:
    """Present value of flows at the end of years 0, 1, 2, ...; euros.

    Notes
    -----
    The spreadsheet function NPV discounts its first flow by one year; this one does not (year 0 is today).
    """
    return float(flows_eur @ discount_factors(discount_rate_per_year, len(flows_eur) - 1))


def payback_years(
    flows_eur: FloatArray, discount_rate_per_year: float = 0.0, discounting: Discounting = Discounting.END_YEAR
) -> float | None:
    """Years until the cumulative (discounted) flow turns positive for good; None when it does not.

    Parameters
    ----------
    flows_eur : ndarray, shape (n_years + 1,)
        Net flow of years 0, 1, ..., euros.
    discount_rate_per_year : float
        0 for the simple payback; > -1.
    discounting : Discounting
        When within its year a flow falls, for its present value.

    Returns
    -------
    float or None
        Years; within a year money is taken to flow evenly, discounted continuously at the same annual rate.

    Notes
    -----
    With v = 1 / (1 + rate) and f the share of the year's present value that is still needed, the fraction of the year
    is ln(1 - f (1 - v)) / ln v, which for level flows is the closed form -ln(1 - C r / A) / ln(1 + r).
    """
    present = flows_eur * discount_factors(discount_rate_per_year, len(flows_eur) - 1, discounting)
    cumulative = np.cumsum(present)
    negative = np.flatnonzero(cumulative < 0.0)
    if not negative.size:
        return 0.0
    last = int(negative[-1])
    if last == len(flows_eur) - 1:
        return None
    share = -float(cumulative[last]) / float(present[last + 1])
    if discount_rate_per_year == 0.0:
        return last + share
    v = 1.0 / (1.0 + discount_rate_per_year)
    return last + math.log1p(-share * (1.0 - v)) / math.log(v)


def internal_rates(flows: Flows) -> IrrResult:
    """Find every internal rate of return from -99.9999 % to 1 000 % per year.

    Parameters
    ----------
    flows : Flows

    Returns
    -------
    IrrResult
        None, one or several rates; none too when all flows are 0 (every rate would do) or the rate lies outside.

    Notes
    -----
    The net present value is looked at on 4 001 points evenly spaced in ln(1 + rate), scaled so that it stays finite near
    -1. Every change of sign holds a root (Brent's method); between points of one sign the extremum is searched, so that two
    roots close together and a curve that only touches 0 are found too. Descartes' rule of signs bounds their number: flows
    that change sign once have at most one. Several rates: Lorie & Savage, Journal of Business 28(4), 1955.
    """
    amounts = np.append(flows.net_eur, flows.residual_eur)
    if not ((amounts > 0.0).any() and (amounts < 0.0).any()):
        return IrrResult(roots=())
    grid = np.linspace(math.log1p(LOWEST_IRR), math.log1p(HIGHEST_IRR), _GRID)
    values = _terms(flows, grid).sum(axis=1)
    found = [float(grid[i]) for i in np.flatnonzero(values == 0.0)]
    signs = np.sign(values)
    crossed = np.flatnonzero(signs[:-1] * signs[1:] < 0.0)
    found += [_crossing(flows, float(grid[i]), float(grid[i + 1])) for i in crossed]
    size = np.abs(values)
    bends = np.flatnonzero((size[1:-1] <= size[:-2]) & (size[1:-1] <= size[2:])) + 1
    for i in bends:
        if signs[i - 1] == signs[i] == signs[i + 1] != 0.0:
            found += _around_bend(flows, float(grid[i - 1]), float(grid[i + 1]))
    return IrrResult(roots=tuple(sorted(math.expm1(log_growth) for log_growth in found)))


def modified_internal_rate(
    flows: Flows, finance_rate_per_year: float, reinvest_rate_per_year: float | None = None
) -> float | None:
    """Rate at which what is put in grows to what comes out when income is invested again.

    Parameters
    ----------
    flows : Flows
    finance_rate_per_year : float
        At which negative flows are discounted, > -1.
    reinvest_rate_per_year : float, optional
        At which positive flows grow until the horizon ends, > -1; the finance rate when left out.

    Returns
    -------
    float or None
        Fraction per year; None when nothing is put in, nothing comes out or there is no year after year 0.

    Raises
    ------
    InputError
        When a rate is not above -1.

    Notes
    -----
    (future value of positive flows / -present value of negative flows)^(1 / n) - 1, as the spreadsheet function MIRR; with
    mid-year or continuous discounting the same with the factors of that convention (Lin, Engineering Economist 21(4), 1976).
    """
    reinvest = finance_rate_per_year if reinvest_rate_per_year is None else reinvest_rate_per_year
    require_above("finance_rate_per_year", finance_rate_per_year, -1.0)
    require_above("reinvest_rate_per_year", reinvest, -1.0)
    paid = -float(np.minimum(_by_year(flows, finance_rate_per_year), 0.0).sum())
    earned = float(np.maximum(_by_year(flows, reinvest), 0.0).sum())
    if paid <= 0.0 or earned <= 0.0 or flows.horizon_years == 0:
        return None
    return float((earned / paid) ** (1.0 / flows.horizon_years) * (1.0 + reinvest) - 1.0)


def savings_to_investment_ratio(npv_eur: float, upfront_cost_eur: float) -> float | None:
    """Savings-to-investment ratio: 1 + NPV / up-front cost; None without up-front cost.

    Notes
    -----
    Present value of all savings less recurring costs, over the investment (ASTM E917; NIST Handbook 135, section 6.3). Above
    1 the investment earns more than it costs.
    """
    return None if upfront_cost_eur <= 0.0 else 1.0 + npv_eur / upfront_cost_eur


def net_benefit_ratio(npv_eur: float, upfront_cost_eur: float) -> float | None:
    """Net benefit over up-front cost, which NIST's EDGe$ prints as SIR; None without up-front cost.

    Notes
    -----
    NPV / up-front cost: the savings-to-investment ratio less 1, so here the break-even is 0.
    """
    return None if upfront_cost_eur <= 0.0 else npv_eur / upfront_cost_eur


def _by_year(flows: Flows, discount_rate_per_year: float) -> FloatArray:
    """Return present values by year, the residual value in the last, as a spreadsheet column holds them."""
    present = flows.present_values(discount_rate_per_year)
    return np.append(present[:-2], present[-2] + present[-1])


def _terms(flows: Flows, log_growth: FloatArray) -> FloatArray:
    """Present values at rates e^log_growth - 1, shape (n_rates, n + 2), times (1 + rate)^n below 0 % to stay finite."""
    years = np.arange(flows.horizon_years + 1, dtype=np.float64)
    k = log_growth[:, np.newaxis]
    shift = {Discounting.END_YEAR: 0.0, Discounting.MID_YEAR: 0.5, Discounting.CONTINUOUS: 1.0}[flows.discounting]
    times = np.append(np.maximum(years - shift, 0.0), flows.horizon_years)
    terms = np.append(flows.net_eur, flows.residual_eur) * np.exp(np.minimum(k, 0.0) * flows.horizon_years - k * times)
    if flows.discounting is Discounting.CONTINUOUS:
        terms[:, 1:-1] *= [[spread_over_a_year(float(each))] for each in log_growth]
    return np.asarray(terms)


def _scaled(flows: Flows, log_growth: float) -> float:
    return float(_terms(flows, np.array([log_growth])).sum())


def _crossing(flows: Flows, low: float, high: float) -> float:
    return float(brentq(lambda log_growth: _scaled(flows, log_growth), low, high, xtol=1e-15, rtol=1e-14))


def _around_bend(flows: Flows, low: float, high: float) -> list[float]:
    """Return the roots between two points of one sign: none, two, or one where the curve only touches 0."""
    sign = math.copysign(1.0, _scaled(flows, low))
    bend = float(
        minimize_scalar(
            lambda log_growth: sign * _scaled(flows, log_growth),
            bounds=(low, high),
            method="bounded",
            options={"xatol": 1e-12},
        ).x
    )
    terms = _terms(flows, np.array([bend]))
    if abs(terms.sum()) <= _TOUCH * float(np.abs(terms).sum()):
        return [bend]
    if sign * float(terms.sum()) > 0.0:
        return []
    return [_crossing(flows, low, bend), _crossing(flows, bend, high)]
