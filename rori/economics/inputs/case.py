"""The question that is put to the model: which measures, over how long, at what price of time."""

from __future__ import annotations

from dataclasses import dataclass

from rori.economics.checks import require_above, require_at_least, require_fraction, require_text
from rori.economics.inputs.measures import Measure
from rori.economics.terms import Discounting
from rori.errors import InputError

MAX_YEARS_SIMULATED = 20_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """An investment case.

    `n_paths` x `horizon_years` years are simulated. Losses grow by `loss_growth_per_year` (volume) and
    `inflation_per_year` (prices); costs and dividends by inflation. The discount rate is nominal; `discounting` says when
    within its year a flow falls. `tax_rate` is due on prevented loss and dividend less opex and the straight-line
    depreciation of the capex over `depreciation_years` (0: none). With `count_residual_value` the part of each capex that
    is not used up when the horizon ends is taken off the cost.
    """

    id: str
    name: str
    measure_ids: tuple[str, ...] = ()
    horizon_years: int = 5
    discount_rate_per_year: float = 0.08
    loss_growth_per_year: float = 0.0
    inflation_per_year: float = 0.0
    discounting: Discounting = Discounting.END_YEAR
    tax_rate: float = 0.0
    depreciation_years: int = 0
    count_residual_value: bool = False
    budget_eur: float | None = None
    currency: str = "EUR"
    seed: int = 1
    n_paths: int = 10_000

    def __post_init__(self) -> None:
        require_text("id", self.id)
        require_text("name", self.name)
        if not 1 <= self.horizon_years <= 50:
            raise InputError("horizon_years", "a whole number from 1 to 50", self.horizon_years)
        for name in ("discount_rate_per_year", "loss_growth_per_year", "inflation_per_year"):
            require_above(name, getattr(self, name), -1.0)
            if getattr(self, name) > 1.0:
                raise InputError(name, "at most 1 (100 % per year)", getattr(self, name))
        require_fraction("tax_rate", self.tax_rate)
        if not 0 <= self.depreciation_years <= 50:
            raise InputError("depreciation_years", "a whole number from 0 (none) to 50", self.depreciation_years)
        if self.budget_eur is not None:
            require_at_least("budget_eur", self.budget_eur, 0.0)
        if len(self.currency) != 3 or not self.currency.isascii() or not self.currency.isupper():
            raise InputError("currency", "a three-letter code such as EUR", self.currency)
        if not 0 <= self.seed < 2**63:
            raise InputError("seed", "a whole number of at least 0", self.seed)
        if self.n_paths < 100:
            raise InputError("n_paths", "at least 100", self.n_paths)
        if self.n_paths * self.horizon_years > MAX_YEARS_SIMULATED:
            raise InputError(
                "n_paths", f"at most {MAX_YEARS_SIMULATED // self.horizon_years} for this horizon", self.n_paths
            )


def broken_rules(measures: tuple[Measure, ...]) -> tuple[str, ...]:
    """Say which requirements and exclusions a set of measures breaks, one sentence each; empty when it may be bought."""
    chosen = {measure.id: measure.name for measure in measures}
    sentences = []
    for measure in measures:
        sentences += [f"{measure.name} requires {other}" for other in measure.requires if other not in chosen]
        sentences += [f"{measure.name} excludes {chosen[other]}" for other in measure.excludes if other in chosen]
    return tuple(sentences)
