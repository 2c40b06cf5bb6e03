"""What the sheets of one case workbook draw from."""

from __future__ import annotations

from dataclasses import dataclass

from rori.economics.inputs.case import Case
from rori.economics.inputs.measures import Measure
from rori.economics.inputs.portfolio import Portfolio
from rori.economics.results import CaseResult
from rori.errors import InputError
from rori.reports.provenance import Provenance


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseReport:
    """A case, what it rests on and what came out; refuses a result that belongs to another run."""

    case: Case
    portfolio: Portfolio
    result: CaseResult
    provenance: Provenance

    def __post_init__(self) -> None:
        for name, stated, expected in (
            ("currency of the provenance", self.provenance.currency, self.case.currency),
            ("seed of the provenance", self.provenance.seed, self.case.seed),
            ("simulated years of the provenance", self.provenance.n_years, self.result.n_years),
            ("horizon of the result", self.result.horizon_years, self.case.horizon_years),
        ):
            if stated != expected:
                raise InputError(name, f"that of the run ({expected})", stated)

    @property
    def measures(self) -> tuple[Measure, ...]:
        """The measures of the case."""
        return self.portfolio.chosen_measures(self.case.measure_ids)

    @property
    def currency(self) -> str:
        """Code that stands in headers."""
        return self.case.currency

    @property
    def footer(self) -> str:
        """What every printed page says."""
        source = self.provenance
        return f"RORI {source.program_version}, run {source.run_id}, {source.created_at:%Y-%m-%d %H:%M} UTC"

    def system_name(self, system_id: str) -> str:
        """Name of a system."""
        return self.portfolio.system(system_id).name
