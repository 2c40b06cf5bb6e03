"""Cases of a table: each is what it would be alone, to the last bit."""

from __future__ import annotations

import math

import numpy as np

from rori.economics.inputs.portfolio import LossProfile, PenaltyStep
from rori.economics.inputs.weekly import WeeklyProfile
from rori.economics.interruption.shapes import Shape
from rori.economics.interruption.tabulating import Tabulator
from rori.economics.simulation.booking import Entry, Seen, book
from tests.economics.builders import system

OFFICE = WeeklyProfile(weights=tuple(1.0 + (h % 24 in range(8, 18)) * 3.0 * (h < 120) for h in range(168)))
RICH = LossProfile(
    revenue_eur_per_hour=700.0,
    weekly_profile=OFFICE,
    idle_people=3.0,
    loaded_cost_eur_per_person_hour=61.0,
    response_eur_per_incident=800.0,
    penalty_steps=(PenaltyStep(from_hours=1.5, penalty_eur=900.0), PenaltyStep(from_hours=7.0, penalty_eur=5000.0)),
)
UNTOUCHED = Shape(starts=(), ends=(), gains=())
WHOLE = Shape(starts=(0.0,), ends=(math.inf,), gains=(1.0,))
LATER = Shape(starts=(0.3, 2.0), ends=(1.1, math.inf), gains=(0.5, 0.8))


def events(count):
    generator = np.random.default_rng(3)
    path = np.arange(count) % 40
    starts = generator.random(count) * 168.0
    return Seen(
        path=path,
        year=path,
        batch=path // 10,
        duration_hours=generator.lognormal(0.5, 1.5, count),
        capacity_lost=generator.random(count),
        start_hour=lambda: starts,
        n_batches=4,
    )


def test_a_case_has_the_same_bits_whatever_other_cases_there_are():
    tabulator = Tabulator((system("a", RICH, impact_tolerance_hours=2.0), system("b", RICH)))
    cases = (((0, WHOLE), (1, UNTOUCHED)), ((0, LATER), (1, LATER)), ((0, UNTOUCHED), (1, WHOLE)))
    seen = events(3000)
    case = np.arange(seen.count) % 3
    together = Entry.empty(4)
    found = book(tabulator.table(cases, None), seen, together, case)
    entries = []
    for number, stops in enumerate(cases):
        chosen = np.flatnonzero(case == number)
        entries.append(Entry.empty(4))
        alone = book(tabulator.table((stops,), None), seen.take(chosen), entries[-1])
        assert np.array_equal(found[chosen], alone)
    assert np.allclose(together.by_component, sum(entry.by_component for entry in entries), rtol=1e-12)
    passed = {row: np.unique(years).tolist() for row, years in together.exceeded}
    alone = [years for entry in entries for row, years in entry.exceeded if row == 0]
    assert passed[0] == np.unique(np.concatenate(alone)).tolist()
