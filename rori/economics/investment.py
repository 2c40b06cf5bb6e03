"""Money over time: what the measures cost and return over the horizon, in present values."""

from __future__ import annotations

import math

import numpy as np

from rori.economics.arrays import FloatArray
from rori.economics.case import Case
from rori.economics.measures import Measure
from rori.economics.results import Investment, Simulated, YearFlow
from rori.economics.risk import mean_figure
from rori.economics.scenario import live_years


def discount_factors(discount_rate_per_year: float, horizon_years: int) -> FloatArray:
    """Present value of one euro at the end of each year: (1 + rate)^-t for t = 0..horizon, shape (horizon + 1,)."""
    return np.asarray((1.0 + discount_rate_per_year) ** -np.arange(horizon_years + 1, dtype=np.float64))


def net_present_value(discount_rate_per_year: float, flows_eur: FloatArray) -> float:
    """Present value of flows at the end of years 0, 1, 2, ...; euros.

    Notes
    -----
    The spreadsheet function NPV discounts its first flow by one year; this one does not (year 0 is today).
    """
    return float(flows_eur @ discount_factors(discount_rate_per_year, len(flows_eur) - 1))


def payback_years(flows_eur: FloatArray, discount_rate_per_year: float = 0.0) -> float | None:
    """Years until the cumulative (discounted) flow turns positive for good; None when it does not.

    Parameters
    ----------
    flows_eur : ndarray, shape (n_years + 1,)
        Net flow at the end of years 0, 1, ..., euros.
    discount_rate_per_year : float
        0 for the simple payback; > -1.

    Returns
    -------
    float or None
        Years; within a year money is taken to flow evenly, discounted continuously at the same annual rate.

    Notes
    -----
    With v = 1 / (1 + rate) and f the share of the year's present value that is still needed, the fraction of the year
    is ln(1 - f (1 - v)) / ln v, which for level flows is the closed form -ln(1 - C r / A) / ln(1 + r).
    """
    present = flows_eur * discount_factors(discount_rate_per_year, len(flows_eur) - 1)
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


def live_share_by_year(measure: Measure, horizon_years: int) -> FloatArray:
    """Share of each year 1..horizon during which a measure is live, in [0, 1], shape (horizon,)."""
    start, end = live_years(measure, horizon_years)
    years = np.arange(horizon_years, dtype=np.float64)
    return np.asarray(np.clip(np.minimum(end, years + 1.0) - np.maximum(start, years), 0.0, 1.0))


def assess(case: Case, measures: tuple[Measure, ...], prevented_eur: FloatArray) -> Investment:
    """Weigh prevented loss against cost.

    Parameters
    ----------
    case : Case
    measures : tuple of Measure
        Risk transfers are left out: they prevent nothing, and their premium is no cost of prevention.
    prevented_eur : ndarray, shape (n_paths, horizon)
        Loss without - loss with, per path and year, in prices and volumes of year 0, euros.

    Returns
    -------
    Investment

    Notes
    -----
    Losses grow by (1 + growth)(1 + inflation), opex and dividends by (1 + inflation), all from year 0, and fall at the
    end of each year; capex falls in year 0. RORI = (PV prevented - PV cost) / PV cost (model section 6).
    """
    bought = tuple(measure for measure in measures if measure.transfer is None)
    years = np.arange(1, case.horizon_years + 1, dtype=np.float64)
    prices = (1.0 + case.inflation_per_year) ** years
    grown = prevented_eur * (prices * (1.0 + case.loss_growth_per_year) ** years)
    live = {measure.id: live_share_by_year(measure, case.horizon_years) for measure in bought}
    opex, dividend, capex = np.zeros((3, case.horizon_years + 1))
    capex[0] = sum(measure.capex_eur for measure in bought)
    opex[1:] = prices * sum((m.opex_eur_per_year * live[m.id] for m in bought), start=np.zeros(case.horizon_years))
    dividend[1:] = prices * sum(
        (m.dividend_eur_per_year * live[m.id] for m in bought), start=np.zeros(case.horizon_years)
    )
    factors = discount_factors(case.discount_rate_per_year, case.horizon_years)
    flows = _cash_flows(grown, dividend, capex, opex, factors)
    return _returns(
        case=case,
        pv_per_path=grown @ factors[1:],
        pv_dividend=float(dividend @ factors),
        pv_cost=float((capex + opex) @ factors),
        flows=flows,
    )


def _cash_flows(
    grown: FloatArray, dividend: FloatArray, capex: FloatArray, opex: FloatArray, factors: FloatArray
) -> tuple[YearFlow, ...]:
    prevented = [Simulated(value=0.0, standard_error=0.0), *(mean_figure(year) for year in grown.T)]
    flows: list[YearFlow] = []
    cumulative = 0.0
    for year, factor in enumerate(factors):
        net = prevented[year].value + float(dividend[year]) - float(capex[year]) - float(opex[year])
        cumulative += net * float(factor)
        flows.append(
            YearFlow(
                year=year,
                prevented_eur=prevented[year],
                dividend_eur=float(dividend[year]),
                capex_eur=float(capex[year]),
                opex_eur=float(opex[year]),
                net_eur=net,
                discount_factor=float(factor),
                present_value_eur=net * float(factor),
                cumulative_present_value_eur=cumulative,
            )
        )
    return tuple(flows)


def _returns(
    *, case: Case, pv_per_path: FloatArray, pv_dividend: float, pv_cost: float, flows: tuple[YearFlow, ...]
) -> Investment:
    prevented = mean_figure(pv_per_path)
    net = np.array([flow.net_eur for flow in flows])
    ratios = None if pv_cost == 0.0 else (pv_per_path - pv_cost) / pv_cost
    quantiles = (None,) * 3 if ratios is None else tuple(float(q) for q in np.quantile(ratios, (0.05, 0.5, 0.95)))
    positive = None if ratios is None else mean_figure((ratios > 0.0).astype(np.float64))
    rori = None if ratios is None else mean_figure(ratios)
    return Investment(
        pv_prevented_eur=prevented,
        pv_dividend_eur=pv_dividend,
        pv_cost_eur=pv_cost,
        npv_eur=Simulated(value=prevented.value + pv_dividend - pv_cost, standard_error=prevented.standard_error),
        rori=rori,
        rori_p5=quantiles[0],
        rori_p50=quantiles[1],
        rori_p95=quantiles[2],
        probability_rori_positive=positive,
        rori_with_dividend=None if rori is None else _shifted(rori, pv_dividend / pv_cost),
        roi=None if pv_cost == 0.0 else (pv_dividend - pv_cost) / pv_cost,
        benefit_cost_ratio=None if rori is None else _shifted(rori, 1.0 + pv_dividend / pv_cost),
        payback_years=payback_years(net),
        discounted_payback_years=payback_years(net, case.discount_rate_per_year),
        cash_flows=flows,
    )


def _shifted(figure: Simulated, by: float) -> Simulated:
    return Simulated(value=figure.value + by, standard_error=figure.standard_error)
