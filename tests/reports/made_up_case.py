"""A case with made-up but consistent figures; money over time is computed here a second time, by other means."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise

import numpy as np
import numpy_financial as npf
from scipy.integrate import quad
from scipy.optimize import brentq

from rori.economics.inputs.case import Case
from rori.economics.inputs.estimates import LognormalEstimate, PertEstimate
from rori.economics.inputs.measures import Effect, Measure, RiskTransfer, Selector
from rori.economics.inputs.portfolio import (
    CommonCause,
    Dependency,
    FailureMode,
    LossProfile,
    PenaltyStep,
    Portfolio,
    System,
)
from rori.economics.results import (
    CaseResult,
    CauseFigures,
    Comparison,
    ComponentFigures,
    ExceedancePoint,
    Investment,
    IrrResult,
    Simulated,
    SystemFigures,
    TailFigures,
    TransferFigures,
    YearFlow,
)
from rori.economics.terms import Cause, Component, Discounting, Operation, Quantity, Strategy
from rori.reports.provenance import Provenance

PREVENTED_EUR = (0.0, 412_345.67, 655_001.2, 688_765.43, 731_111.11, 774_000.99)
DIVIDEND_EUR = (0.0, 15_300.0, 62_424.0, 63_672.5, 64_945.9, 66_244.8)
CAPEX_EUR = (1_050_000.0, 0.0, 0.0, 0.0, 0.0, 0.0)
OPEX_EUR = (0.0, 117_300.0, 291_312.0, 297_138.2, 303_081.0, 309_142.6)


@dataclass(frozen=True, kw_only=True)
class Money:
    """Flows per year from year 0 on, in euros of that year, and how they are discounted and taxed."""

    prevented: tuple[float, ...] = PREVENTED_EUR
    dividend: tuple[float, ...] = DIVIDEND_EUR
    capex: tuple[float, ...] = CAPEX_EUR
    opex: tuple[float, ...] = OPEX_EUR
    discounting: Discounting = Discounting.END_YEAR
    tax_rate: float = 0.0
    depreciation_years: int = 0
    residual: float = 0.0

    @property
    def depreciation(self) -> tuple[float, ...]:
        yearly = self.capex[0] / self.depreciation_years if self.depreciation_years else 0.0
        return tuple(yearly if 1 <= year <= self.depreciation_years else 0.0 for year in range(len(self.capex)))

    @property
    def tax(self) -> tuple[float, ...]:
        rows = zip(self.prevented, self.dividend, self.opex, self.depreciation, strict=True)
        return tuple(self.tax_rate * (prevented + dividend - opex - used) for prevented, dividend, opex, used in rows)

    @property
    def net(self) -> tuple[float, ...]:
        rows = zip(self.prevented, self.dividend, self.capex, self.opex, self.tax, strict=True)
        return tuple(prevented + dividend - capex - opex - tax for prevented, dividend, capex, opex, tax in rows)

    @property
    def net_with_residual(self) -> tuple[float, ...]:
        return (*self.net[:-1], self.net[-1] + self.residual)

    @property
    def cost(self) -> tuple[float, ...]:
        """After tax relief, without the residual value."""
        rows = zip(self.capex, self.opex, self.depreciation, strict=True)
        return tuple(capex + opex - self.tax_rate * (opex + used) for capex, opex, used in rows)

    def present(self, rate: float, flows: tuple[float, ...]) -> float:
        """Return the sum of flows times what a euro of their year is worth, each year weighed by itself."""
        return sum(amount * worth(self.discounting, rate, year) for year, amount in enumerate(flows))

    def npv(self, rate: float) -> float:
        return self.present(rate, self.net) + self.residual * (1.0 + rate) ** -(len(self.net) - 1)


def worth(discounting: Discounting, rate: float, year: int) -> float:
    """Present value of one euro of a year, from the definition."""
    if year == 0:
        return 1.0
    if discounting is Discounting.CONTINUOUS:
        return float(quad(lambda time: (1.0 + rate) ** -time, year - 1, year, epsabs=1e-12, epsrel=1e-12)[0])
    return float((1.0 + rate) ** -(year if discounting is Discounting.END_YEAR else year - 0.5))


def present_value(rate: float, flows: tuple[float, ...]) -> float:
    """numpy_financial.npv takes the first flow at year 0."""
    return float(npf.npv(rate, flows))


def payback(money: Money, rate: float) -> float | None:
    """When the sum of flows, spread evenly over their year and discounted all the time, stays at or above 0."""
    net, growth = money.net, 1.0 + rate
    sums = [money.present(rate, net[: year + 1]) for year in range(len(net))]
    if rate == 0.0:
        sums = [sum(net[: year + 1]) for year in range(len(net))]
    if sums[-1] < 0.0:
        return None
    crossings = [year for year, (before, after) in enumerate(pairwise(sums), 1) if before < 0.0 <= after]
    if not crossings:
        return 0.0
    year = crossings[-1]

    def sum_at(part: float) -> float:
        spread = part if rate == 0.0 else (1.0 - growth**-part) / (1.0 - growth**-1)
        return sums[year - 1] + (sums[year] - sums[year - 1]) * spread

    return year - 1 + float(brentq(sum_at, 0.0, 1.0, xtol=1e-14, rtol=1e-14))


def internal_rates(money: Money) -> tuple[float, ...]:
    """Real roots of the polynomial in 1 / (1 + rate) at the end of years; elsewhere the only rate that there is."""
    flows = money.net_with_residual
    if not any(amount > 0.0 for amount in flows) or not any(amount < 0.0 for amount in flows):
        return ()
    if money.discounting is not Discounting.END_YEAR:
        return (float(brentq(money.npv, -0.5, 5.0, xtol=1e-15, rtol=1e-14)),)
    roots = np.roots(flows[::-1])
    real = roots[(abs(roots.imag) < 1e-9) & (roots.real > 1.0 / 11.0)].real
    return tuple(sorted(float(1.0 / root - 1.0) for root in real))


def modified_rate(money: Money, rate: float) -> float | None:
    if not internal_rates(money) and min(money.net) >= 0.0:
        return None
    if money.discounting is Discounting.END_YEAR:
        return float(npf.mirr(money.net_with_residual, rate, rate))
    n = len(money.net) - 1
    present = [amount * worth(money.discounting, rate, year) for year, amount in enumerate(money.net)]
    present[-1] += money.residual * (1.0 + rate) ** -n
    earned = sum(amount for amount in present if amount > 0.0) * (1.0 + rate) ** n
    return float((earned / -sum(amount for amount in present if amount < 0.0)) ** (1.0 / n) - 1.0)


def years(money: Money, rate: float) -> tuple[YearFlow, ...]:
    factors = [worth(money.discounting, rate, year) for year in range(len(money.net))]
    present = [amount * factor for amount, factor in zip(money.net, factors, strict=True)]
    return tuple(
        YearFlow(
            year=year,
            prevented_eur=near(money.prevented[year]),
            dividend_eur=money.dividend[year],
            capex_eur=money.capex[year],
            opex_eur=money.opex[year],
            depreciation_eur=money.depreciation[year],
            tax_eur=money.tax[year],
            net_eur=money.net[year],
            residual_value_eur=money.residual if year == len(money.net) - 1 else 0.0,
            discount_factor=factors[year],
            present_value_eur=present[year],
            cumulative_present_value_eur=sum(present[: year + 1]),
        )
        for year in range(len(money.net))
    )


def investment(money: Money, rate: float) -> Investment:
    kept = 1.0 - money.tax_rate
    prevented, dividend = (kept * money.present(rate, flows) for flows in (money.prevented, money.dividend))
    residual = money.residual * (1.0 + rate) ** -(len(money.net) - 1)
    cost = money.present(rate, money.cost) - residual
    npv, upfront = money.npv(rate), money.capex[0]
    paid, invested = cost > 0.0, upfront > 0.0
    return Investment(
        pv_prevented_eur=near(prevented),
        pv_dividend_eur=dividend,
        pv_cost_eur=cost,
        pv_residual_eur=residual,
        npv_eur=near(npv),
        rori=near((prevented - cost) / cost) if paid else None,
        rori_p5=-0.42 if paid else None,
        rori_p50=0.243 if paid else None,
        rori_p95=1.8 if paid else None,
        probability_rori_positive=Simulated(value=0.686, standard_error=0.0103) if paid else None,
        rori_with_dividend=near((prevented + dividend - cost) / cost) if paid else None,
        roi=(dividend - cost) / cost if paid else None,
        benefit_cost_ratio=near((prevented + dividend) / cost) if paid else None,
        savings_to_investment=near((npv + upfront) / upfront) if invested else None,
        net_benefit_to_investment=near(npv / upfront) if invested else None,
        irr=IrrResult(roots=internal_rates(money)),
        mirr_per_year=modified_rate(money, rate),
        payback_years=payback(money, 0.0),
        discounted_payback_years=payback(money, rate),
        cash_flows=years(money, rate),
    )


def near(value: float) -> Simulated:
    return Simulated(value=value, standard_error=abs(value) / 80.0)


def compared(without: float, with_measures: float) -> Comparison:
    return Comparison(
        without=near(without), with_measures=near(with_measures), difference=near(without - with_measures)
    )


def part(whole: Comparison, without: float, with_measures: float) -> Comparison:
    return compared(whole.without.value * without, whole.with_measures.value * with_measures)


def result(portfolio: Portfolio, case: Case, money: Money | None = None) -> CaseResult:
    whole = compared(1_149_240.25, 504_949.5)
    n = len(portfolio.systems)
    shares = [2.0 * (n - row) / (n * (n + 1)) for row in range(n)]
    return CaseResult(
        n_paths=case.n_paths,
        horizon_years=case.horizon_years,
        n_events=131_069,
        loss_eur_per_year=whole,
        probability_of_loss=compared(0.61, 0.44),
        tails=tuple(
            TailFigures(level=level, var=compared(var, var / 2.3), tvar=compared(1.5 * var, var / 1.6))
            for level, var in ((0.95, 2_634_107.0), (0.99, 4_806_219.0))
        ),
        exceedance=tuple(
            ExceedancePoint(
                probability=probability,
                annual_without=near(scale),
                annual_with=near(0.4 * scale),
                largest_without=near(0.7 * scale),
                largest_with=near(0.25 * scale),
            )
            for probability, scale in ((0.95, 0.0), (0.5, 4e5), (0.1, 1.9e6), (0.01, 4.8e6), (0.002, 7.9e6))
        ),
        systems=tuple(
            SystemFigures(
                system_id=system.id,
                loss_eur_per_year=part(whole, share, share),
                hours_lost_per_year=compared(11.0 * share, 4.5 * share),
                tolerance_exceeded_per_year=None if system.impact_tolerance_hours is None else compared(0.3, 0.11),
            )
            for system, share in zip(portfolio.systems, shares, strict=True)
        ),
        components=(
            ComponentFigures(component=Component.REVENUE, loss_eur_per_year=part(whole, 0.6, 0.5)),
            ComponentFigures(component=Component.RESPONSE, loss_eur_per_year=part(whole, 0.4, 0.5)),
            ComponentFigures(component=Component.DATA_LOSS, loss_eur_per_year=part(whole, 0.0, 0.0)),
        ),
        causes=(
            CauseFigures(cause=Cause.HARDWARE, loss_eur_per_year=part(whole, 0.7, 0.9)),
            CauseFigures(cause=Cause.COMMON_CAUSE, loss_eur_per_year=part(whole, 0.3, 0.1)),
        ),
        investment=investment(money or Money(), case.discount_rate_per_year),
        transfer=None,
    )


def transfer() -> TransferFigures:
    return TransferFigures(
        premium_eur_per_year=90_001.0,
        payout_eur_per_year=Simulated(value=86_822.0, standard_error=2_684.0),
        tail_after_payout=TailFigures(level=0.99, var=compared(2_082_024.0, 1_257_182.0), tvar=compared(3e6, 1.7e6)),
    )


def portfolio(words: str = "Card authorisation") -> Portfolio:
    """Two systems and one of everything else, with `words` wherever a user may type."""
    rate = LognormalEstimate(p5=0.2, p95=2.0)
    hours = LognormalEstimate(p5=0.5, p50=1.5, p95=8.0)
    loss = LossProfile(revenue_eur_per_hour=18_000.0, penalty_steps=(PenaltyStep(from_hours=1.0, penalty_eur=5_000.0),))
    return Portfolio(
        systems=(
            System(id="cards", name=words, owner=words, tags=("cloud=aws",), impact_tolerance_hours=4.0, loss=loss),
            System(id=words, name="Key store"),
        ),
        failure_modes=(
            FailureMode(
                id="cards-disk",
                system_id="cards",
                name=words,
                cause=Cause.HARDWARE,
                events_per_year=rate,
                duration_hours=hours,
                capacity_lost=PertEstimate(low=0.3, likely=0.7, high=1.0),
            ),
        ),
        common_causes=(
            CommonCause(id="agent", name=words, tag="cloud=aws", events_per_year=rate, duration_hours=hours),
        ),
        dependencies=(Dependency(id="cards-keys", consumer_id="cards", provider_id=words, redundancy_group=words),),
        measures=(
            Measure(
                id="failover",
                name=words,
                strategy=Strategy.AUTOMATED_FAILOVER,
                capex_eur=1_050_000.0,
                control_ids=(words,),
                effects=(
                    Effect(
                        quantity=Quantity.DURATION_HOURS,
                        operation=Operation.MULTIPLY,
                        size=PertEstimate(low=0.1, likely=0.2, high=0.5),
                        target=Selector(terms=(("system", words),)),
                    ),
                ),
            ),
            Measure(
                id="policy",
                name="Insurance",
                strategy=Strategy.RISK_TRANSFER,
                transfer=RiskTransfer(premium_eur_per_year=90_001.0, limit_eur_per_event=2e6, limit_eur_per_year=4e6),
            ),
        ),
    )


def case(name: str = "Failover programme 2027") -> Case:
    return Case(id="failover", name=name, measure_ids=("failover", "policy"), seed=2**62 + 1, n_paths=2_000)


def provenance(case: Case, words: str = "incident review 2026") -> Provenance:
    return Provenance(
        run_id="r-1",
        created_at=datetime(2026, 11, 23, 21, 30, tzinfo=UTC),
        created_by=words,
        seed=case.seed,
        n_years=case.n_paths * case.horizon_years,
        input_hash="9f2c" * 16,
        model_version="1",
        program_version="0.1.0",
        currency="EUR",
        sources=(("systems cards", words), (words, "illustrative")),
    )
