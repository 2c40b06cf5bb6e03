"""Availability: of every system, alone and with what it depends on, and of a group of equal parts."""

from __future__ import annotations

import math
from dataclasses import dataclass

from rori.economics.decisions.availability import (
    SystemAvailability,
    availability,
    availability_view,
    beta_factor_unavailability,
    minutes_down_per_year,
    nines,
)
from rori.economics.decisions.expectation import Expectation, ExpectedSystem
from rori.economics.inputs.case import Case
from rori.economics.inputs.portfolio import System
from rori.inventory.build import build_case
from rori.store import Store

MINUTES_PER_HOUR = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemRow:
    """One system: its figures, and the minutes per year with any capacity lost and of full capacity lost.

    `minutes_with_measures` counts any capacity lost while the measures of a case are live; None without a case.
    """

    system: System
    found: SystemAvailability
    full_minutes_per_year: float
    minutes_with_measures: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AvailabilityAnswer:
    """The availability of all systems, the least available first."""

    rows: tuple[SystemRow, ...]
    case: Case | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Available:
    """One availability in the three ways that people say it; nines are infinite for something that never fails."""

    share: float
    nines: float
    minutes_down_per_year: float


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupAvailability:
    """Equal parts of which some are needed: one part, the group if parts fail alone, and with a common cause."""

    part: Available
    independent: Available
    with_common_cause: Available


def cases_by_name(store: Store) -> tuple[Case, ...]:
    """List the cases whose measures can be live."""
    with store.read() as reader:
        cases = [build_case(stored.values) for stored in reader.records("cases")]
    return tuple(sorted(cases, key=lambda case: case.name.lower()))


def availability_of_systems(store: Store, case_id: str | None = None) -> AvailabilityAnswer:
    """Return how available every system is, and with the measures of a case if one is named.

    Down means any part of the capacity lost, for a system alone and with what it depends on, so that the two compare.
    """
    with store.read() as reader:
        portfolio = reader.portfolio()
        case = None if case_id is None else reader.case(case_id)
    expectation = Expectation(portfolio)
    today = {one.system_id: one for one in expectation.systems()}
    live = {} if case is None else {one.system_id: one for one in expectation.systems(case.measure_ids)}
    found = availability_view(portfolio, {key: one.hours_per_year for key, one in today.items()})
    rows = [
        SystemRow(
            system=portfolio.system(one.system_id),
            found=one,
            full_minutes_per_year=today[one.system_id].capacity_hours_per_year * MINUTES_PER_HOUR,
            minutes_with_measures=_minutes(live.get(one.system_id)),
        )
        for one in found
    ]
    rows.sort(key=lambda row: (-row.found.minutes_down_per_year, row.system.name.lower()))
    return AvailabilityAnswer(rows=tuple(rows), case=case)


def _minutes(one: ExpectedSystem | None) -> float | None:
    return None if one is None else one.hours_per_year * MINUTES_PER_HOUR


def group_availability(
    mtbf_hours: float, mttr_hours: float, *, needed: int, parts: int, beta: float
) -> GroupAvailability:
    """Return the availability of a group of equal parts: all needed is series, one needed is parallel.

    Raises
    ------
    InputError
        When a time, the number needed or beta is outside its range.
    """
    share = availability(mtbf_hours, mttr_hours)
    # MTTR / (MTBF + MTTR) keeps the digits that 1 - share would lose for very reliable parts.
    down = mttr_hours / (mtbf_hours + mttr_hours)

    def group(common: float) -> Available:
        return _available(beta_factor_unavailability(down, common, needed=needed, parts=parts))

    return GroupAvailability(
        part=Available(share=share, nines=nines(share), minutes_down_per_year=minutes_down_per_year(share)),
        independent=group(0.0),
        with_common_cause=group(beta),
    )


def _available(down: float) -> Available:
    return Available(
        share=1.0 - down,
        nines=math.inf if down == 0.0 else -math.log10(down),
        minutes_down_per_year=minutes_down_per_year(0.0) * down,
    )
