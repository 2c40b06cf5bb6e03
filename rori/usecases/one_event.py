"""One event: what stops if this fails then, for so long, with or without the measures of a case."""

from __future__ import annotations

from dataclasses import dataclass

from rori.economics.decisions.one_event import one_event
from rori.economics.decisions.one_event_results import OneEvent
from rori.economics.decisions.outage import Outage
from rori.economics.inputs.case import Case
from rori.economics.inputs.portfolio import CommonCause, Portfolio, System
from rori.inventory.build import build_case
from rori.store import Store

CURRENCY = "EUR"


@dataclass(frozen=True, slots=True, kw_only=True)
class EventChoices:
    """What can fail, and whose measures can be live: each in the order of names."""

    systems: tuple[System, ...]
    common_causes: tuple[CommonCause, ...]
    cases: tuple[Case, ...]
    most_needed: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EventAnswer:
    """One event as it is today, and with the measures of a case if one was named."""

    portfolio: Portfolio
    outage: Outage
    failed_names: tuple[str, ...]
    today: OneEvent
    with_measures: OneEvent | None
    case: Case | None

    @property
    def shown(self) -> OneEvent:
        """The event that was asked for: with the measures where a case was named."""
        return self.today if self.with_measures is None else self.with_measures

    @property
    def currency(self) -> str:
        """The currency of the amounts."""
        return CURRENCY if self.case is None else self.case.currency


def event_choices(store: Store) -> EventChoices:
    """List what can be asked about; `most_needed` is the system that most others need directly."""
    with store.read() as reader:
        portfolio = reader.portfolio()
        cases = [build_case(stored.values) for stored in reader.records("cases")]
    consumers = {system.id: 0 for system in portfolio.systems}
    for link in portfolio.dependencies:
        consumers[link.provider_id] += 1
    return EventChoices(
        systems=tuple(sorted(portfolio.systems, key=lambda system: system.name.lower())),
        common_causes=tuple(sorted(portfolio.common_causes, key=lambda cause: cause.name.lower())),
        cases=tuple(sorted(cases, key=lambda case: case.name.lower())),
        most_needed=max(consumers, key=lambda key: consumers[key]) if consumers else None,
    )


def ask_one_event(store: Store, outage: Outage, case_id: str | None = None) -> EventAnswer:
    """Say what stops in one event.

    Raises
    ------
    NotFoundError
        When a system, common cause or case does not exist.
    """
    with store.read() as reader:
        portfolio = reader.portfolio()
        case = None if case_id is None else reader.case(case_id)
    return EventAnswer(
        portfolio=portfolio,
        outage=outage,
        failed_names=_names(portfolio, outage),
        today=one_event(portfolio, outage),
        with_measures=None if case is None else one_event(portfolio, outage, case.measure_ids),
        case=case,
    )


def _names(portfolio: Portfolio, outage: Outage) -> tuple[str, ...]:
    causes = {cause.id: cause.name for cause in portfolio.common_causes}
    if len(outage.failed) == 1 and outage.failed[0] in causes:
        return (causes[outage.failed[0]],)
    return tuple(portfolio.system(key).name for key in outage.failed)
