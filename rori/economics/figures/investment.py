"""What the measures of a case return over its horizon, in present values."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from rori.economics.arrays import FloatArray
from rori.economics.figures.risk import mean_figure
from rori.economics.inputs.case import Case
from rori.economics.inputs.measures import Measure
from rori.economics.money.cash_flows import Schedule, schedule_of
from rori.economics.money.discounting import discount_factors, final_factor
from rori.economics.money.returns import (
    Flows,
    internal_rates,
    modified_internal_rate,
    net_benefit_ratio,
    payback_years,
    savings_to_investment_ratio,
)
from rori.economics.results import Investment, Simulated, YearFlow


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
    RORI = (PV prevented - PV cost) / PV cost (model section 6). A tax at rate T is due on prevented loss + dividend - opex -
    depreciation, and is a relief where that is negative (the firm is taken to have other profits). So PV prevented and PV
    dividend are (1 - T) times the untaxed, and PV cost = PV capex + (1 - T) PV opex - T PV depreciation - PV residual value.
    The residual value is use that is left, not a sale, and so is not taxed.
    """
    plan = schedule_of(case, tuple(measure for measure in measures if measure.transfer is None))
    factors = discount_factors(case.discount_rate_per_year, case.horizon_years, case.discounting)
    grown = prevented_eur * plan.growth
    kept = 1.0 - case.tax_rate
    cost = plan.capex_eur + kept * plan.opex_eur - case.tax_rate * plan.depreciation_eur
    residual = plan.residual_eur * final_factor(case.discount_rate_per_year, case.horizon_years)
    values = _PresentValues(
        prevented_per_path=kept * (grown @ factors[1:]),
        dividend=kept * float(plan.dividend_eur @ factors),
        cost=float(cost @ factors) - residual,
        residual=residual,
        upfront=float(plan.capex_eur[0]),
    )
    return _returns(case, values, _cash_flows(case, plan, grown, factors))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _PresentValues:
    """Euros of year 0, after tax; `cost` is net of `residual`, `prevented_per_path` has shape (n_paths,)."""

    prevented_per_path: FloatArray
    dividend: float
    cost: float
    residual: float
    upfront: float


def _cash_flows(case: Case, plan: Schedule, grown: FloatArray, factors: FloatArray) -> tuple[YearFlow, ...]:
    prevented = [Simulated(value=0.0, standard_error=0.0), *(mean_figure(year) for year in grown.T)]
    flows: list[YearFlow] = []
    cumulative = 0.0
    for year, factor in enumerate(factors):
        amounts = (plan.dividend_eur, plan.capex_eur, plan.opex_eur, plan.depreciation_eur)
        dividend, capex, opex, depreciation = (float(amount[year]) for amount in amounts)
        tax = case.tax_rate * (prevented[year].value + dividend - opex - depreciation)
        net = prevented[year].value + dividend - capex - opex - tax
        cumulative += net * float(factor)
        flows.append(
            YearFlow(
                year=year,
                prevented_eur=prevented[year],
                dividend_eur=dividend,
                capex_eur=capex,
                opex_eur=opex,
                depreciation_eur=depreciation,
                tax_eur=tax,
                net_eur=net,
                residual_value_eur=plan.residual_eur if year == case.horizon_years else 0.0,
                discount_factor=float(factor),
                present_value_eur=net * float(factor),
                cumulative_present_value_eur=cumulative,
            )
        )
    return tuple(flows)


def _returns(case: Case, values: _PresentValues, years: tuple[YearFlow, ...]) -> Investment:
    prevented = mean_figure(values.prevented_per_path)
    cost, dividend = values.cost, values.dividend
    ratios = None if cost <= 0.0 else (values.prevented_per_path - cost) / cost
    quantiles = (None,) * 3 if ratios is None else tuple(float(q) for q in np.quantile(ratios, (0.05, 0.5, 0.95)))
    rori = None if ratios is None else mean_figure(ratios)
    npv = Simulated(value=prevented.value + dividend - cost, standard_error=prevented.standard_error)
    net = np.array([flow.net_eur for flow in years])
    flows = Flows(net_eur=net, residual_eur=years[-1].residual_value_eur, discounting=case.discounting)
    return Investment(
        pv_prevented_eur=prevented,
        pv_dividend_eur=dividend,
        pv_cost_eur=cost,
        pv_residual_eur=values.residual,
        npv_eur=npv,
        rori=rori,
        rori_p5=quantiles[0],
        rori_p50=quantiles[1],
        rori_p95=quantiles[2],
        probability_rori_positive=None if ratios is None else mean_figure((ratios > 0.0).astype(np.float64)),
        rori_with_dividend=None if rori is None else _shifted(rori, dividend / cost),
        roi=None if cost <= 0.0 else (dividend - cost) / cost,
        benefit_cost_ratio=None if rori is None else _shifted(rori, 1.0 + dividend / cost),
        savings_to_investment=_over_upfront(savings_to_investment_ratio, npv, values.upfront),
        net_benefit_to_investment=_over_upfront(net_benefit_ratio, npv, values.upfront),
        irr=internal_rates(flows),
        mirr_per_year=modified_internal_rate(flows, case.discount_rate_per_year),
        payback_years=payback_years(net),
        discounted_payback_years=payback_years(net, case.discount_rate_per_year, case.discounting),
        cash_flows=years,
    )


def _shifted(figure: Simulated, by: float) -> Simulated:
    return Simulated(value=figure.value + by, standard_error=figure.standard_error)


def _over_upfront(
    ratio: Callable[[float, float], float | None], npv_eur: Simulated, upfront_eur: float
) -> Simulated | None:
    value = ratio(npv_eur.value, upfront_eur)
    return None if value is None else Simulated(value=value, standard_error=npv_eur.standard_error / upfront_eur)
