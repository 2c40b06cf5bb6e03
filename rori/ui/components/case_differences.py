"""What differs between two runs: their figures, and what they were made from."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, fields
from enum import Enum

from rori.economics.inputs.case import Case
from rori.economics.inputs.portfolio import Portfolio
from rori.economics.results import CaseResult, Simulated
from rori.inventory.columns import ValueKind
from rori.inventory.sheets import CASES
from rori.usecases.cases import SavedRun

_NOT_COMPARED = ("id",)


@dataclass(frozen=True, slots=True, kw_only=True)
class FigurePair:
    """One figure of both runs; `kind` is money, share, years or ratio; None where a run has none."""

    label: str
    kind: str
    first: Simulated | None
    second: Simulated | None

    @property
    def difference(self) -> Simulated | None:
        """Second - first; the standard error is that of independent runs."""
        if self.first is None or self.second is None:
            return None
        return Simulated(
            value=self.second.value - self.first.value,
            standard_error=math.hypot(self.first.standard_error, self.second.standard_error),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class InputChange:
    """One input that differs: what it is called and what both runs have."""

    what: str
    first: object
    second: object
    kind: ValueKind | None = None


def figure_pairs(first: CaseResult, second: CaseResult) -> tuple[FigurePair, ...]:
    """Return the figures of two runs side by side."""
    ours, theirs = _figures(first), _figures(second)
    labels = [key for key in ours if key in theirs]
    return tuple(
        FigurePair(label=label, kind=kind, first=ours[label, kind], second=theirs[label, kind])
        for label, kind in labels
    )


def _figures(result: CaseResult) -> dict[tuple[str, str], Simulated | None]:
    found, loss = result.investment, result.loss_eur_per_year
    figures: dict[tuple[str, str], Simulated | None] = {
        ("RORI", "share"): found.rori,
        ("Chance that it pays", "share"): found.probability_rori_positive,
        ("Traditional ROI", "share"): _certain(found.roi),
        ("Net present value", "money"): found.npv_eur,
        ("PV prevented loss", "money"): found.pv_prevented_eur,
        ("PV cost", "money"): _certain(found.pv_cost_eur),
        ("Benefit-cost ratio", "ratio"): found.benefit_cost_ratio,
        ("Payback", "years"): _certain(found.payback_years),
        ("Discounted payback", "years"): _certain(found.discounted_payback_years),
        ("Expected annual loss without measures", "money"): loss.without,
        ("Expected annual loss with measures", "money"): loss.with_measures,
        ("Prevented loss per year", "money"): loss.difference,
    }
    for tail in result.tails:
        figures[f"VaR {100 * tail.level:g} % with measures", "money"] = tail.var.with_measures
        figures[f"TVaR {100 * tail.level:g} % with measures", "money"] = tail.tvar.with_measures
    return figures


def _certain(value: float | None) -> Simulated | None:
    return None if value is None else Simulated(value=value, standard_error=0.0)


def input_changes(first: SavedRun, second: SavedRun) -> tuple[InputChange, ...]:
    """Return every input that differs: fields of the case, measures, and rows of the inventory."""
    return (*_case_changes(first, second), *_portfolio_changes(first.inputs.portfolio, second.inputs.portfolio))


def _case_changes(first: SavedRun, second: SavedRun) -> Iterator[InputChange]:
    columns = {column.name: column for column in CASES.columns}
    for field in fields(Case):
        before, after = (getattr(saved.inputs.case, field.name) for saved in (first, second))
        if before == after or field.name in _NOT_COMPARED:
            continue
        if field.name == "measure_ids":
            yield from _measure_changes(first, second)
            continue
        column = columns.get(field.name)
        label = column.label if column else field.name.replace("_", " ").capitalize()
        yield InputChange(what=label, first=_plain(before), second=_plain(after), kind=column.kind if column else None)


def _measure_changes(first: SavedRun, second: SavedRun) -> Iterator[InputChange]:
    ours, theirs = (
        {m.id: m.name for m in s.inputs.portfolio.chosen_measures(s.inputs.case.measure_ids)} for s in (first, second)
    )
    for key in sorted(ours.keys() ^ theirs.keys()):
        yield InputChange(
            what=f"Measure: {ours.get(key) or theirs.get(key)}",
            first="bought" if key in ours else "not bought",
            second="bought" if key in theirs else "not bought",
        )


def _portfolio_changes(first: Portfolio, second: Portfolio) -> Iterator[InputChange]:
    for kind in fields(Portfolio):
        ours, theirs = ({item.id: item for item in getattr(portfolio, kind.name)} for portfolio in (first, second))
        label = kind.name.replace("_", " ").capitalize().removesuffix("s").removesuffix("ie")
        singular = {"Dependenc": "Dependency"}.get(label, label)
        for key in sorted(ours.keys() | theirs.keys()):
            if ours.get(key) != theirs.get(key):
                yield _row_change(f"{singular}: {key}", ours.get(key), theirs.get(key))


def _row_change(what: str, before: object | None, after: object | None) -> InputChange:
    if before is None or after is None:
        return InputChange(
            what=what, first="absent" if before is None else "present", second="absent" if after is None else "present"
        )
    names = [
        field.name.replace("_", " ")
        for field in fields(before)  # type: ignore[arg-type]
        if getattr(before, field.name) != getattr(after, field.name)
    ]
    return InputChange(what=what, first="as it was", second=f"changed: {', '.join(names)}")


def _plain(value: object) -> object:
    return value.value if isinstance(value, Enum) else value
