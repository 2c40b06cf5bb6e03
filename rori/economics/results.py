"""What a run of a case yields: figures with their standard errors. Plain numbers, nothing formatted."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from rori.economics.terms import Cause, Component


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulated:
    """A simulated figure and the standard error that comes from the number of paths, in the same unit."""

    value: float
    standard_error: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """A figure without the measures, with them, and the paired difference (without - with)."""

    without: Simulated
    with_measures: Simulated
    difference: Simulated


@dataclass(frozen=True, slots=True, kw_only=True)
class TailFigures:
    """VaR and TVaR of the annual loss at one level, in euros per year."""

    level: float
    var: Comparison
    tvar: Comparison


@dataclass(frozen=True, slots=True, kw_only=True)
class ExceedancePoint:
    """One point of the loss exceedance curve: the loss that is exceeded in a year with this probability, in euros.

    `annual_*` are quantiles of the year's total (AEP), `largest_*` of its largest single event (OEP).
    """

    probability: float
    annual_without: Simulated
    annual_with: Simulated
    largest_without: Simulated
    largest_with: Simulated

    @property
    def return_period_years(self) -> float:
        """Mean number of years between years with a larger loss."""
        return 1.0 / self.probability


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemFigures:
    """One system: loss in euros per year, hours lost per year (weighted by capacity), P(tolerance exceeded in a year)."""

    system_id: str
    loss_eur_per_year: Comparison
    hours_lost_per_year: Comparison
    tolerance_exceeded_per_year: Comparison | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ComponentFigures:
    """One component of loss, in euros per year."""

    component: Component
    loss_eur_per_year: Comparison


@dataclass(frozen=True, slots=True, kw_only=True)
class CauseFigures:
    """One cause, in euros per year; common causes stand under their own name of cause."""

    cause: Cause
    loss_eur_per_year: Comparison


@dataclass(frozen=True, slots=True, kw_only=True)
class YearFlow:
    """Expected cash flow of one year, in euros of that year; year 0 is the start.

    `net_eur` = prevented + dividend - capex - opex - tax. The residual value is no payment: it stands beside the net flow
    of the last year and is in neither `net_eur` nor the cumulative present value.
    """

    year: int
    prevented_eur: Simulated
    dividend_eur: float
    capex_eur: float
    opex_eur: float
    depreciation_eur: float
    tax_eur: float
    net_eur: float
    residual_value_eur: float
    discount_factor: float
    present_value_eur: float
    cumulative_present_value_eur: float


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferFigures:
    """Risk transfer beside the measures, in euros per year: what it costs and what it is expected to pay.

    `tail_after_payout` compares the annual loss with the measures before payouts (`without`) and after (`with_measures`).
    """

    premium_eur_per_year: float
    payout_eur_per_year: Simulated
    tail_after_payout: TailFigures


class IrrKind(StrEnum):
    """How many internal rates of return there are."""

    NONE = "none"
    ONE = "one"
    SEVERAL = "several"


@dataclass(frozen=True, slots=True, kw_only=True)
class IrrResult:
    """Every rate per year, as a fraction above -1 and up to 10, at which the net present value is 0; rising."""

    roots: tuple[float, ...]

    @property
    def kind(self) -> IrrKind:
        """Whether there is none, one or several."""
        return (IrrKind.NONE, IrrKind.ONE, IrrKind.SEVERAL)[min(len(self.roots), 2)]

    @property
    def rate(self) -> float | None:
        """The rate, where there is just one."""
        return self.roots[0] if len(self.roots) == 1 else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Investment:
    """What the measures return over the horizon, in present values of year 0, after tax where the case has one.

    `pv_cost_eur` is capex and opex after their tax relief, less `pv_residual_eur`. `rori` counts prevented loss alone,
    `rori_with_dividend` the dividend too, `roi` the dividend alone: the traditional view, which sees no prevented loss.
    `irr`, `mirr_per_year` and the paybacks are those of the expected net flow; paybacks leave the residual value out.
    `savings_to_investment` = 1 + NPV / capex (ASTM E917); `net_benefit_to_investment` = NPV / capex is what NIST's EDGe$
    prints as SIR. None where there is nothing to divide by or a payback is not reached.
    """

    pv_prevented_eur: Simulated
    pv_dividend_eur: float
    pv_cost_eur: float
    pv_residual_eur: float
    npv_eur: Simulated
    rori: Simulated | None
    rori_p5: float | None
    rori_p50: float | None
    rori_p95: float | None
    probability_rori_positive: Simulated | None
    rori_with_dividend: Simulated | None
    roi: float | None
    benefit_cost_ratio: Simulated | None
    savings_to_investment: Simulated | None
    net_benefit_to_investment: Simulated | None
    irr: IrrResult
    mirr_per_year: float | None
    payback_years: float | None
    discounted_payback_years: float | None
    cash_flows: tuple[YearFlow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseResult:
    """Everything that one run of a case says; annual figures are means over the horizon in prices of year 0."""

    n_paths: int
    horizon_years: int
    n_events: int
    loss_eur_per_year: Comparison
    probability_of_loss: Comparison
    tails: tuple[TailFigures, ...]
    exceedance: tuple[ExceedancePoint, ...]
    systems: tuple[SystemFigures, ...]
    components: tuple[ComponentFigures, ...]
    causes: tuple[CauseFigures, ...]
    investment: Investment
    transfer: TransferFigures | None

    @property
    def n_years(self) -> int:
        """Number of simulated years."""
        return self.n_paths * self.horizon_years
