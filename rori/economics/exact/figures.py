"""What the exact engine answers. Plain numbers with the error that the numerics leave, in the same unit."""

from __future__ import annotations

from dataclasses import dataclass

from rori.economics.results import Investment
from rori.economics.terms import Cause, Component


@dataclass(frozen=True, slots=True, kw_only=True)
class Computed:
    """A figure and its estimated numerical error: its change when grid, cells and size nodes are all halved."""

    value: float
    error: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ComputedComparison:
    """A figure without the measures, with them, and the difference (without - with)."""

    without: Computed
    with_measures: Computed
    difference: Computed


@dataclass(frozen=True, slots=True, kw_only=True)
class ComputedTail:
    """VaR and TVaR of the annual loss at one level, in euros per year."""

    level: float
    var: ComputedComparison
    tvar: ComputedComparison


@dataclass(frozen=True, slots=True, kw_only=True)
class ComputedPoint:
    """The losses that are exceeded in a year with this probability, in euros: by the total (AEP), by one event (OEP)."""

    probability: float
    annual_without: float
    annual_with: float
    largest_without: float
    largest_with: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ComputedSystem:
    """One system: euros and capacity hours per year, and P(its impact tolerance is exceeded in a year)."""

    system_id: str
    loss_eur_per_year: ComputedComparison
    hours_lost_per_year: ComputedComparison
    tolerance_exceeded_per_year: ComputedComparison | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExactResult:
    """Everything that the exact engine says about a case; annual figures are means over the horizon, prices of year 0.

    `investment` holds expectations; its quantiles and P(RORI > 0) are left to the simulation and are None here.
    `notes` are sentences about what was left out or sampled.
    """

    horizon_years: int
    loss_eur_per_year: ComputedComparison
    sd_eur_per_year: ComputedComparison
    probability_of_loss: ComputedComparison
    tails: tuple[ComputedTail, ...]
    exceedance: tuple[ComputedPoint, ...]
    systems: tuple[ComputedSystem, ...]
    components: tuple[tuple[Component, ComputedComparison], ...]
    causes: tuple[tuple[Cause, ComputedComparison], ...]
    investment: Investment
    grid_step_eur: float
    grid_points: int
    probability_beyond_grid: float
    notes: tuple[str, ...]
