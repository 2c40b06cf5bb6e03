"""The price of a gap: which measures would meet it, what they add to a case and cost, and what a penalty may reach."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from compliance.applicability.nis2 import Nis2Class
from compliance.applicability.profile import EntityProfile, UkFirm
from compliance.assessment.answers import Answer
from compliance.assessment.gaps import Gap
from compliance.assessment.status import RequirementStatus
from rori.economics.decisions.marginal import MarginalValue, marginal_values
from rori.economics.inputs.case import Case
from rori.economics.inputs.measures import Measure
from rori.economics.inputs.portfolio import Portfolio
from rori.store import Store
from rori.usecases.compliance.gaps import GapLine
from rori.usecases.compliance.standing import Basis
from rori.usecases.penalties import Ceiling, list_ceilings

_AUTHORISED = frozenset(
    {
        UkFirm.BANK,
        UkFirm.BUILDING_SOCIETY,
        UkFirm.DESIGNATED_INVESTMENT_FIRM,
        UkFirm.INSURER,
        UkFirm.ENHANCED_SCOPE_FIRM,
    }
)
"""Firms authorised under the Financial Services and Markets Act 2000; institutions under other rules are not."""


class PriceOrder(StrEnum):
    """How gaps are ranked."""

    CLOSING = "closing"
    EUROS = "euros"
    EUROS_PER_EURO = "euros_per_euro"


NOT_MODELLED = "no effect on loss modelled"
"""Said where no measure of the inventory that changes loss implements a control of the gap."""
IN_CASE = "its measures are in the case already"
ONLY_EVIDENCE = "in place as claimed; only evidence is missing"
NO_CONTROL = "no control is open here"


@dataclass(frozen=True, slots=True, kw_only=True)
class PricedMeasure:
    """A measure that implements controls of a gap, and what it adds to the case as the last one bought."""

    measure_id: str
    name: str
    control_names: tuple[str, ...]
    value: MarginalValue


@dataclass(frozen=True, slots=True, kw_only=True)
class GapPrice:
    """The money side of one unmet requirement.

    `measures` are those of the inventory that would put one of the `control_names` in place and are not in the case, most
    prevented loss first; where there are none, `why_none` says so and nothing stands in for a number. `in_case` names the
    measures of the case that implement one of the controls. `penalty` is what the law lets an authority impose at most.
    """

    framework_id: str
    requirement_id: str
    control_names: tuple[str, ...]
    measures: tuple[PricedMeasure, ...]
    in_case: tuple[str, ...]
    why_none: str
    penalty: Ceiling | None

    def best(self, order: PriceOrder = PriceOrder.EUROS) -> PricedMeasure | None:
        """Return the measure that leads in an order: most prevented loss, or most of it per euro of cost.

        One that the case can take as it stands comes before one that needs or excludes another measure.
        """
        free = [one for one in self.measures if not one.value.broken_rules] or list(self.measures)
        if order is PriceOrder.EUROS_PER_EURO:
            return max(free, key=lambda one: _per_euro(one.value), default=None)
        return next(iter(free), None)


Prices = Mapping[tuple[str, str], GapPrice]
"""Prices by ids of framework and requirement."""


def gap_prices(store: Store, case_id: str, gaps: Iterable[Gap]) -> Prices:
    """Price gaps against a case; NotFoundError when there is no such case.

    Each measure is valued once, by expectation, on top of the measures of the case.
    """
    return prices_of(store, case_id, [gap.status for gap in gaps])


def prices_of(store: Store, case_id: str, statuses: Sequence[RequirementStatus]) -> Prices:
    """Price requirements that are not met, as `gap_prices` does."""
    with store.read() as reader:
        portfolio, case, basis = reader.portfolio(), reader.case(case_id), Basis.of(reader)
    ceilings = {one.penalty.id: one for one in list_ceilings()}
    priced = _Priced.of(portfolio, case, statuses)
    return {
        (one.framework_id, one.requirement.id): priced.price(one, _penalty(one, basis.profile, ceilings))
        for one in statuses
    }


def ranked(lines: Iterable[GapLine], prices: Prices, order: PriceOrder) -> tuple[GapLine, ...]:
    """Put gaps in an order of money; those without a number keep the order in which to close them, at the end."""

    def place(line: GapLine) -> tuple[bool, float, int]:
        best = prices[price_key(line.gap)].best(order)
        if order is PriceOrder.CLOSING or best is None:
            return (best is None and order is not PriceOrder.CLOSING, 0.0, line.rank)
        worth = _per_euro(best.value) if order is PriceOrder.EUROS_PER_EURO else best.value.pv_prevented_eur
        return (False, -worth, line.rank)

    return tuple(sorted(lines, key=place))


def price_key(gap: Gap) -> tuple[str, str]:
    """Return the key of a gap among prices."""
    return gap.status.framework_id, gap.status.requirement.id


@dataclass(frozen=True, slots=True, kw_only=True)
class _Priced:
    """The measures that implement each control, and what those that may be bought add to the case."""

    case: Case
    by_control: dict[str, tuple[Measure, ...]]
    values: dict[str, MarginalValue]

    @classmethod
    def of(cls, portfolio: Portfolio, case: Case, statuses: Iterable[RequirementStatus]) -> _Priced:
        wanted = {control_id for status in statuses for control_id, _ in _open_controls(status)}
        by_control = {
            key: tuple(one for one in portfolio.measures if key in one.control_ids and one.effects) for key in wanted
        }
        candidates = tuple(
            dict.fromkeys(
                measure.id
                for key in sorted(by_control)
                for measure in by_control[key]
                if measure.id not in case.measure_ids
            )
        )
        found = marginal_values(portfolio, case, candidates) if candidates else ()
        return cls(case=case, by_control=by_control, values={one.measure_id: one for one in found})

    def price(self, status: RequirementStatus, penalty: Ceiling | None) -> GapPrice:
        controls = _open_controls(status)
        through: dict[str, list[str]] = {}
        measures: dict[str, Measure] = {}
        for control_id, name in controls:
            for measure in self.by_control[control_id]:
                measures[measure.id] = measure
                through.setdefault(measure.id, []).append(name)
        bought = [one for one in measures.values() if one.id in self.case.measure_ids]
        offered = [
            PricedMeasure(measure_id=key, name=measures[key].name, control_names=tuple(names), value=self.values[key])
            for key, names in through.items()
            if key in self.values
        ]
        return GapPrice(
            framework_id=status.framework_id,
            requirement_id=status.requirement.id,
            control_names=tuple(name for _, name in controls),
            measures=tuple(sorted(offered, key=lambda one: (-one.value.pv_prevented_eur, one.name))),
            in_case=tuple(one.name for one in bought),
            why_none="" if offered else _why_none(status, bool(controls), bool(bought)),
            penalty=penalty,
        )


def _open_controls(status: RequirementStatus) -> list[tuple[str, str]]:
    """Return the controls that would meet a requirement once they are put in place: id and name."""
    return [
        (one.control.id, one.control.name)
        for one in status.linked
        if one.answer is not Answer.NOT_APPLICABLE and one.value < 1.0
    ]


def _why_none(status: RequirementStatus, has_controls: bool, is_bought: bool) -> str:
    if is_bought:
        return IN_CASE
    if status.claimed >= 1.0:
        return ONLY_EVIDENCE
    return NOT_MODELLED if has_controls else NO_CONTROL


def _per_euro(value: MarginalValue) -> float:
    """Return euros prevented per euro of cost; without a cost anything prevented is beyond every ratio."""
    if value.eur_per_eur is not None:
        return value.eur_per_eur
    return float("inf") if value.pv_prevented_eur > 0.0 else 0.0


def _penalty(status: RequirementStatus, profile: EntityProfile, ceilings: dict[str, Ceiling]) -> Ceiling | None:
    """Return the provision under which a breach of a requirement may be sanctioned; None where none is known to reach it."""
    framework, requirement = status.framework_id, status.requirement.id
    if framework == "dora" and profile.is_dora_entity:
        return ceilings.get("dora-financial-entity")
    if framework == "uk-opres" and profile.uk_firm in _AUTHORISED:
        return ceilings.get("uk-firm")
    if framework == "nis2" and _is_article(requirement, "nis2-21", "nis2-23"):
        return _nis2_ceiling(profile.nis2_class, ceilings)
    return None


def _nis2_ceiling(found: Nis2Class, ceilings: dict[str, Ceiling]) -> Ceiling | None:
    return None if found is Nis2Class.NONE else ceilings.get(f"nis2-{found.value}")


def _is_article(requirement_id: str, *articles: str) -> bool:
    return any(requirement_id == one or requirement_id.startswith(f"{one}-") for one in articles)
