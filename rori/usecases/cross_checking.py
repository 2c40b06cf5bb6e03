"""A saved run against the exact engine: two ways to the same figures that share no random number."""

from __future__ import annotations

from dataclasses import dataclass

from rori.economics.exact.engine import exact_case
from rori.economics.exact.figures import Computed
from rori.economics.results import Simulated
from rori.store import Store
from rori.usecases.cases import open_run


@dataclass(frozen=True, slots=True, kw_only=True)
class CrossCheck:
    """One figure as both engines see it, in the currency of the case per year."""

    figure: str
    simulated: Simulated
    exact: Computed

    @property
    def standard_errors_apart(self) -> float:
        """How far apart they are beyond the exact engine's own error, in standard errors of the simulation."""
        apart = max(abs(self.simulated.value - self.exact.value) - self.exact.error, 0.0)
        return apart / self.simulated.standard_error if apart else 0.0


def cross_check(store: Store, run_id: str) -> tuple[CrossCheck, ...]:
    """Compute the figures of a saved run again by the exact engine; the sample takes a minute or two."""
    saved = open_run(store, run_id)
    exact = exact_case(saved.inputs.portfolio, saved.inputs.case)
    pairs = [("Expected annual loss", saved.result.loss_eur_per_year, exact.loss_eur_per_year)]
    for mine, other in zip(saved.result.tails, exact.tails, strict=True):
        pairs += [(f"VaR {mine.level:.0%}", mine.var, other.var), (f"TVaR {mine.level:.0%}", mine.tvar, other.tvar)]
    return tuple(
        CrossCheck(figure=f"{name} {world}", simulated=getattr(mine, attribute), exact=getattr(other, attribute))
        for name, mine, other in pairs
        for world, attribute in (("without", "without"), ("with", "with_measures"))
    )
