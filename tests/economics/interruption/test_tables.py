"""Tables against the event-by-event computation that they replace: any portfolio, any event, every figure."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rori.economics.inputs.portfolio import CommonCause, LossProfile, PenaltyStep, Portfolio
from rori.economics.inputs.scenario import TODAY
from rori.economics.inputs.weekly import FLAT, WeeklyProfile
from rori.economics.interruption.outcomes import Batch, impacts, reach_of
from rori.economics.interruption.routes import find_routes, own_unavailability
from rori.economics.simulation.booking import COMPONENTS, Entry, Seen, book_impacts
from rori.economics.simulation.clusters import Facts
from rori.economics.simulation.prepared import Prepared
from tests.economics.builders import certain, mode, needs, system

IDS = ("a", "b", "c", "d", "e")
OFFICE = WeeklyProfile(weights=tuple(1.0 + (h % 24 in range(8, 18)) * 3.0 * (h < 120) for h in range(168)))
NIGHT = WeeklyProfile(weights=tuple(float(h % 24 < 6) for h in range(168)))
N_PATHS, N_BATCHES = 40, 4

eighths = st.integers(0, 96).map(lambda k: k / 8)
"""Hours that floats hold exactly, so that events lie on breakpoints and both ways must agree there too."""


@st.composite
def profiles(draw):
    if draw(st.integers(0, 4)) == 0:
        return None
    onset = draw(eighths)
    starts = sorted(draw(st.sets(eighths, max_size=3)))
    return LossProfile(
        revenue_eur_per_hour=draw(st.sampled_from([0.0, 100.0, 4000.0])),
        recovered_share=draw(st.sampled_from([0.0, 0.25])),
        weekly_profile=draw(st.sampled_from([FLAT, OFFICE, NIGHT])),
        idle_people=draw(st.sampled_from([0.0, 30.0])),
        loaded_cost_eur_per_person_hour=60.0,
        response_eur_per_incident=draw(st.sampled_from([0.0, 800.0])),
        response_eur_per_hour=draw(st.sampled_from([0.0, 50.0])),
        penalty_steps=tuple(PenaltyStep(from_hours=h, penalty_eur=1000.0 * (k + 1)) for k, h in enumerate(starts)),
        clients=draw(st.sampled_from([0.0, 500.0])),
        defection_probability=0.02,
        defection_onset_hours=onset,
        defection_full_hours=onset + draw(eighths),
        margin_eur_per_client_year=30.0,
        remaining_years=4.0,
        reportable_after_hours=draw(st.none() | eighths),
        notification_eur=700.0,
        expected_penalty_eur=9000.0,
        penalty_ceiling_eur=draw(st.sampled_from([None, 5000.0])),
        reputation_dip=draw(st.sampled_from([0.0, 0.01])),
        reputation_half_life_months=2.0,
        data_recreation_eur_per_hour=draw(st.sampled_from([0.0, 300.0])),
    )


@st.composite
def portfolios(draw):
    systems = tuple(
        system(
            key,
            draw(profiles()),
            tags=("x=1",) if draw(st.booleans()) else (),
            impact_tolerance_hours=draw(st.none() | eighths),
            rpo_hours=0.5,
        )
        for key in IDS
    )
    links = []
    for consumer, provider in draw(
        st.lists(st.tuples(st.sampled_from(IDS), st.sampled_from(IDS)), max_size=9, unique=True)
    ):
        if consumer != provider:
            links.append(
                needs(
                    consumer,
                    provider,
                    degradation=draw(st.sampled_from([0.25, 0.5, 1.0])),
                    buffer_hours=draw(st.sampled_from([0.0, 0.5, 2.0])),
                    redundancy_group=draw(st.sampled_from(["", "g"])),
                    failover_hours=draw(st.sampled_from([0.25, 1.0])),
                )
            )
    return Portfolio(
        systems=systems,
        failure_modes=tuple(mode(key, rate=8.0, hours=100.0, loses_data=key in "ac") for key in IDS),
        common_causes=(
            CommonCause(id="cc", name="cc", tag="x=1", events_per_year=certain(1), duration_hours=certain(1)),
        ),
        dependencies=tuple(links),
    )


def drawn_events(draw):
    """Events of one source, and the uniforms that belong to them."""
    count = draw(st.integers(1, 60))
    generator = np.random.default_rng(draw(st.integers(0, 2**32)))
    path = generator.integers(N_PATHS, size=count)
    grid = generator.integers(0, 200, count) / 8
    hours = np.where(generator.random(count) < 0.5, grid, generator.lognormal(1.0, 1.5, count))
    capacity = draw(st.sampled_from([1.0, 0.5, None]))
    if capacity is None:
        capacity = np.where(generator.random(count) < 0.1, 0.0, generator.random(count))
    starts = generator.random(count) * 168
    seen = Seen(
        path=path,
        year=path,
        batch=path * N_BATCHES // N_PATHS,
        duration_hours=hours,
        capacity_lost=capacity,
        start_hour=lambda: starts,
        n_batches=N_BATCHES,
    )
    return seen, starts, generator


def exceeded(entry, n_systems):
    found = np.zeros((n_systems, N_PATHS), dtype=bool)
    for row, years in entry.exceeded:
        found[row, years] = True
    return found


def by_system(entry, n_systems):
    found = np.zeros((2, n_systems, N_BATCHES))
    for rows, loss, hours in entry.by_system:
        found[:, list(rows)] += loss, hours
    return found


@st.composite
def situations(draw):
    portfolio = draw(portfolios())
    return portfolio, draw(st.sampled_from((*portfolio.failure_modes, *portfolio.common_causes))), *drawn_events(draw)


@settings(deadline=None, max_examples=150)
@given(situations(), st.sampled_from([0.5, 1.0]))
def test_tables_say_what_computing_every_event_says(situation, hit_probability):
    portfolio, source, seen, starts, generator = situation
    routes = find_routes(portfolio, TODAY, own_unavailability(portfolio, TODAY))
    prepared = Prepared(portfolio, routes)
    direct = sorted(prepared.direct(source))
    down = {key: generator.random(seen.count) < (1.0 if len(direct) == 1 else hit_probability) for key in direct}
    chances = {}

    def chance(group):
        return chances.setdefault(group, generator.random(seen.count))

    reach = reach_of(frozenset(direct), portfolio.systems, routes)
    batch = Batch(
        path=seen.path,
        start_hour=starts,
        duration_hours=seen.duration_hours,
        capacity_lost=np.broadcast_to(seen.capacity_lost, seen.path.shape),
        loses_data=getattr(source, "loses_data", False),
        down=down,
        chance=chance,
    )
    rows = [portfolio.systems.index(part) for part, _ in reach]
    single, table = Entry.empty(N_BATCHES), Entry.empty(N_BATCHES)
    found = impacts(batch, reach)
    expected = book_impacts(found, rows, seen, single)
    total = prepared.reach(source, ()).cost(seen, Facts(down=down, chance=chance), table)

    scale = 1.0 + np.abs(expected).max()
    assert total == pytest.approx(expected, rel=1e-9, abs=1e-9 * scale)
    assert table.by_component == pytest.approx(single.by_component, rel=1e-9, abs=1e-9 * scale)
    assert len(table.by_component) == len(COMPONENTS)
    n = len(portfolio.systems)
    assert by_system(table, n)[0] == pytest.approx(by_system(single, n)[0], rel=1e-9, abs=1e-9 * scale)
    assert by_system(table, n)[1] == pytest.approx(by_system(single, n)[1], rel=1e-9, abs=1e-9)
    for impact, row in zip(found, rows, strict=True):
        tolerance = portfolio.systems[row].impact_tolerance_hours
        if tolerance is not None:
            single.exceeded.append((row, seen.year[impact.hours > tolerance]))
    assert np.array_equal(exceeded(table, n), exceeded(single, n))


def test_sums_that_nobody_wants_do_not_change_what_an_event_costs():
    profile = LossProfile(revenue_eur_per_hour=10.0, weekly_profile=OFFICE, response_eur_per_incident=5.0)
    portfolio = Portfolio(systems=(system("a", profile),), failure_modes=(mode("a"),))
    prepared = Prepared(portfolio, find_routes(portfolio, TODAY, own_unavailability(portfolio, TODAY)))
    path = np.arange(N_PATHS)
    seen = Seen(
        path=path,
        year=path,
        batch=path * N_BATCHES // N_PATHS,
        duration_hours=np.linspace(0.0, 300.0, N_PATHS),
        capacity_lost=0.7,
        start_hour=lambda: np.linspace(0.0, 167.0, N_PATHS),
        n_batches=N_BATCHES,
    )
    reach = prepared.reach(portfolio.failure_modes[0], ())
    entries = [Entry.empty(N_BATCHES, wanted=wanted) for wanted in (True, False)]
    facts = Facts(down={"a": True}, chance=lambda _group: np.zeros(N_PATHS))
    totals = [reach.cost(seen, facts, entry) for entry in entries]
    assert np.array_equal(*totals)
    assert not entries[1].by_component.any()
    assert entries[0].by_component.any()
