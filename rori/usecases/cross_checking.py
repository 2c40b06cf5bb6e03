"""A saved run against the exact engine: two ways to the same figures that share no random number."""

from __future__ import annotations

from dataclasses import dataclass

from rori.economics.exact.figures import Computed, ExactResult
from rori.economics.exact.levels import Resolution
from rori.economics.exact.sliders import UNTURNED, prepare_sliders, turned
from rori.economics.results import CaseResult, Simulated
from rori.store import Store
from rori.usecases.cases import open_run

CHECKED = Resolution(grid_points=2**13, cells=256, size_nodes=8)
"""With the spread of effect sizes, which the sliders leave out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One figure as both engines see it, in the unit of the figure."""

    name: str
    simulated: Simulated
    exact: Computed

    @property
    def standard_errors_apart(self) -> float | None:
        """How far apart they are, in standard errors of both together; None where neither has any."""
        error = (self.simulated.standard_error**2 + self.exact.error**2) ** 0.5
        return abs(self.simulated.value - self.exact.value) / error if error else None


@dataclass(frozen=True, slots=True, kw_only=True)
class CrossCheck:
    """A saved run beside the exact engine: RORI as a fraction, amounts in the currency of the case per year."""

    run_id: str
    currency: str
    rori: Check | None
    amounts: tuple[Check, ...]
    notes: tuple[str, ...]


def cross_check(store: Store, run_id: str) -> CrossCheck:
    """Compute a saved run again by the exact engine, in some seconds; NotApplicableError when that cannot answer."""
    saved = open_run(store, run_id)
    exact = turned(prepare_sliders(saved.inputs.portfolio, saved.inputs.case, CHECKED), UNTURNED)
    return CrossCheck(
        run_id=run_id,
        currency=saved.inputs.case.currency,
        rori=_rori(saved.result, exact),
        amounts=_amounts(saved.result, exact),
        notes=exact.notes,
    )


def _rori(simulated: CaseResult, exact: ExactResult) -> Check | None:
    found, value = simulated.investment.rori, exact.investment.rori
    if found is None or value is None:
        return None
    yearly, cost = exact.loss_eur_per_year.difference, exact.investment.pv_cost_eur
    weight = exact.investment.pv_prevented_eur.value / yearly.value if yearly.value else 0.0
    return Check(name="RORI", simulated=found, exact=Computed(value=value.value, error=yearly.error * weight / cost))


def _amounts(simulated: CaseResult, exact: ExactResult) -> tuple[Check, ...]:
    prevented = Check(
        name="Prevented loss",
        simulated=simulated.loss_eur_per_year.difference,
        exact=exact.loss_eur_per_year.difference,
    )
    pairs = [("Expected annual loss", simulated.loss_eur_per_year, exact.loss_eur_per_year)]
    for drawn, computed in zip(simulated.tails, exact.tails, strict=True):
        level = f"{100 * drawn.level:g} %"
        pairs += [(f"VaR {level}", drawn.var, computed.var), (f"TVaR {level}", drawn.tvar, computed.tvar)]
    checks = [
        Check(name=f"{name}, {words}", simulated=getattr(drawn, world), exact=getattr(computed, world))
        for name, drawn, computed in pairs
        for words, world in (("without", "without"), ("with", "with_measures"))
    ]
    return (prevented, *checks)
