"""What measures cost and return year by year, before any discounting."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rori.economics.arrays import FloatArray
from rori.economics.inputs.case import Case
from rori.economics.inputs.measures import Measure
from rori.economics.inputs.scenario import live_years


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Schedule:
    """Money of years 0, 1, ..., horizon in euros of that year, shape (horizon + 1,) each.

    `growth` turns prevented loss in prices and volumes of year 0 into that of years 1, ..., horizon, shape (horizon,).
    `residual_eur` is what is left of the capex when the horizon ends, 0 unless the case counts it.
    """

    growth: FloatArray
    dividend_eur: FloatArray
    capex_eur: FloatArray
    opex_eur: FloatArray
    depreciation_eur: FloatArray
    residual_eur: float


def live_share_by_year(measure: Measure, horizon_years: int) -> FloatArray:
    """Share of each year 1..horizon during which a measure is live, in [0, 1], shape (horizon,)."""
    start, end = live_years(measure, horizon_years)
    years = np.arange(horizon_years, dtype=np.float64)
    return np.asarray(np.clip(np.minimum(end, years + 1.0) - np.maximum(start, years), 0.0, 1.0))


def residual_value(measure: Measure, horizon_years: int) -> float:
    """Return what is left of a measure's capex when the horizon ends, in euros.

    Parameters
    ----------
    measure : Measure
    horizon_years : int
        > 0.

    Returns
    -------
    float
        capex (1 - years in use / life), used up in a straight line from going live; all of it before it is live.
    """
    start, end = live_years(measure, horizon_years)
    return measure.capex_eur * (1.0 - (end - start) / measure.life_years)


def depreciation(capex_eur: float, depreciation_years: int, horizon_years: int) -> FloatArray:
    """Straight-line depreciation of capex paid in year 0, by year 0..horizon, shape (horizon + 1,), euros.

    Notes
    -----
    capex / years in each of years 1, ..., depreciation_years; what lies beyond the horizon is not counted. 0 years: none.
    """
    by_year = np.zeros(horizon_years + 1)
    if depreciation_years:
        by_year[1 : depreciation_years + 1] = capex_eur / depreciation_years
    return by_year


def schedule_of(case: Case, bought: tuple[Measure, ...]) -> Schedule:
    """Lay out what the measures cost and earn.

    Parameters
    ----------
    case : Case
    bought : tuple of Measure
        Without risk transfers.

    Returns
    -------
    Schedule

    Notes
    -----
    Losses grow by (1 + growth)(1 + inflation), opex and dividends by (1 + inflation), a year's flow by as many years as its
    number whatever the discounting; capex falls in year 0.
    """
    horizon = case.horizon_years
    years = np.arange(1, horizon + 1, dtype=np.float64)
    prices = (1.0 + case.inflation_per_year) ** years
    live = {measure.id: live_share_by_year(measure, horizon) for measure in bought}
    opex, dividend, capex = np.zeros((3, horizon + 1))
    capex[0] = sum(measure.capex_eur for measure in bought)
    opex[1:] = prices * sum((m.opex_eur_per_year * live[m.id] for m in bought), start=np.zeros(horizon))
    dividend[1:] = prices * sum((m.dividend_eur_per_year * live[m.id] for m in bought), start=np.zeros(horizon))
    return Schedule(
        growth=prices * (1.0 + case.loss_growth_per_year) ** years,
        dividend_eur=dividend,
        capex_eur=capex,
        opex_eur=opex,
        depreciation_eur=depreciation(float(capex[0]), case.depreciation_years, horizon),
        residual_eur=sum((residual_value(m, horizon) for m in bought), start=0.0) if case.count_residual_value else 0.0,
    )
