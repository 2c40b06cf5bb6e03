"""Propagation: against hand calculations, and against a literal time-step oracle."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rori.economics.inputs.portfolio import CommonCause, Dependency, Portfolio
from rori.economics.inputs.scenario import TODAY
from rori.economics.interruption.outcomes import Batch, impacts, reach_of
from rori.economics.interruption.routes import find_routes, own_unavailability, probability_at_least
from tests.economics.builders import certain, mode, needs, system
from tests.oracles import STEP_HOURS, capacity_lost_over_time

IDS = ("a", "b", "c", "d", "e")


def capacity_hours(portfolio, down, hours, chance=1.0):
    """Capacity hours lost by each system when these are down for so many hours."""
    routes = find_routes(portfolio, TODAY, own_unavailability(portfolio, TODAY))
    batch = Batch(
        path=np.array([0]),
        start_hour=np.array([0.0]),
        duration_hours=np.array([float(hours)]),
        capacity_lost=np.array([1.0]),
        loses_data=False,
        down={key: np.array([True]) for key in down},
        chance=lambda _group: np.array([chance]),
    )
    found = impacts(batch, reach_of(frozenset(down), portfolio.systems, routes))
    return {impact.system_id: float(impact.capacity_hours[0]) for impact in found}


def test_a_chain_adds_buffers_and_multiplies_degradations():
    portfolio = Portfolio(
        systems=tuple(system(key) for key in "abc"),
        dependencies=(
            needs("b", "a", degradation=0.5, buffer_hours=2.0),
            needs("c", "b", degradation=0.4, buffer_hours=1.0),
        ),
    )
    assert capacity_hours(portfolio, {"a"}, 10) == pytest.approx({"a": 10.0, "b": 0.5 * 8, "c": 0.2 * 7})
    assert capacity_hours(portfolio, {"a"}, 1.5)["b"] == 0.0


def test_two_paths_combine_as_the_pointwise_maximum():
    portfolio = Portfolio(
        systems=tuple(system(key) for key in "abc"),
        dependencies=(
            needs("c", "a", degradation=0.3),
            needs("b", "a", degradation=1.0, buffer_hours=4.0),
            needs("c", "b", degradation=0.9),
        ),
    )
    assert capacity_hours(portfolio, {"a"}, 10)["c"] == pytest.approx(0.3 * 4 + 0.9 * 6)


def test_a_working_alternative_caps_the_loss_at_the_failover_time():
    group = {"redundancy_group": "g", "needed": 1, "failover_hours": 0.5}
    portfolio = Portfolio(
        systems=tuple(system(key) for key in "abc"), dependencies=(needs("c", "a", **group), needs("c", "b", **group))
    )
    assert capacity_hours(portfolio, {"a"}, 10)["c"] == pytest.approx(0.5)


def test_a_group_is_lost_when_more_than_the_spare_members_are_down_together():
    group = {"redundancy_group": "g", "needed": 2, "failover_hours": 0.25}
    systems = tuple(system(key, tags=("x=1",) if key != "z" else ()) for key in "abcz")
    cause = CommonCause(id="cc", name="cc", tag="x=1", events_per_year=certain(1), duration_hours=certain(1))
    portfolio = Portfolio(
        systems=systems, common_causes=(cause,), dependencies=tuple(needs("z", key, **group) for key in "abc")
    )
    assert capacity_hours(portfolio, {"a"}, 8)["z"] == pytest.approx(0.25)
    assert capacity_hours(portfolio, {"a", "b"}, 8)["z"] == pytest.approx(8.0)
    assert capacity_hours(portfolio, {"a", "b", "c"}, 8)["z"] == pytest.approx(8.0)


def test_a_shared_provider_defeats_redundancy():
    group = {"redundancy_group": "g", "needed": 1, "failover_hours": 0.25}
    portfolio = Portfolio(
        systems=tuple(system(key) for key in "abcz"),
        dependencies=(
            needs("z", "a", **group),
            needs("z", "b", **group),
            needs("a", "c"),
            needs("b", "c", buffer_hours=1.0),
        ),
    )
    assert capacity_hours(portfolio, {"c"}, 8)["z"] == pytest.approx(0.25 + 7.0)


def test_the_alternative_may_happen_to_be_down_as_well():
    group = {"redundancy_group": "g", "needed": 1, "failover_hours": 0.5}
    portfolio = Portfolio(
        systems=tuple(system(key) for key in "abz"),
        failure_modes=(mode("b", rate=8.76, hours=100.0),),
        dependencies=(needs("z", "a", **group), needs("z", "b", **group)),
    )
    assert own_unavailability(portfolio, TODAY)["b"] == pytest.approx(0.1)
    assert capacity_hours(portfolio, {"a"}, 10, chance=0.09)["z"] == pytest.approx(10.0)
    assert capacity_hours(portfolio, {"a"}, 10, chance=0.11)["z"] == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("count", "shares", "expected"),
    [(0, [0.1, 0.2], 1.0), (1, [0.1, 0.2], 0.28), (2, [0.1, 0.2], 0.02), (2, [0.01] * 3, 3 * 0.01**2 * 0.99 + 0.01**3)],
)
def test_probability_that_enough_members_are_down(count, shares, expected):
    assert probability_at_least(count, shares) == pytest.approx(expected)


def test_a_cycle_changes_nothing_that_a_shorter_way_does_not_say():
    portfolio = Portfolio(
        systems=tuple(system(key) for key in "ab"),
        dependencies=(needs("a", "b", degradation=0.5), needs("b", "a", degradation=0.8, buffer_hours=1.0)),
    )
    assert capacity_hours(portfolio, {"a"}, 5) == pytest.approx({"a": 5.0, "b": 0.8 * 4})


@st.composite
def networks(draw):
    pairs = draw(st.lists(st.tuples(st.sampled_from(IDS), st.sampled_from(IDS)), max_size=8, unique=True))
    links = []
    for consumer, provider in pairs:
        if consumer != provider:
            buffer = draw(st.integers(0, 6)) * 10 * STEP_HOURS
            degradation = draw(st.sampled_from([0.2, 0.5, 0.8, 1.0]))
            links.append(needs(consumer, provider, degradation=degradation, buffer_hours=buffer))
    return tuple(links)


@settings(deadline=None, max_examples=60)
@given(networks(), st.sets(st.sampled_from(IDS), min_size=1, max_size=3), st.integers(1, 16))
def test_any_network_agrees_with_the_literal_definition(links: tuple[Dependency, ...], down, halves):
    hours = halves * 10 * STEP_HOURS
    cause = CommonCause(id="cc", name="cc", tag="x=1", events_per_year=certain(1), duration_hours=certain(1))
    systems = tuple(system(key, tags=("x=1",)) for key in IDS)
    portfolio = Portfolio(systems=systems, common_causes=(cause,), dependencies=links)
    expected = capacity_lost_over_time(IDS, links, down, hours)
    found = capacity_hours(portfolio, down, hours)
    for key in IDS:
        assert found.get(key, 0.0) == pytest.approx(sum(expected[key]) * STEP_HOURS, abs=1e-9)
