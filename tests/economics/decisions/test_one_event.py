"""One event: against a hand calculation, against the loss functions, and as properties."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rori.economics.decisions.one_event import one_event
from rori.economics.decisions.outage import Outage, make_stage, mean_loss_of_outage
from rori.economics.decisions.timetable import hour_of_week, weekday_and_hour
from rori.economics.inputs.portfolio import CommonCause, LossProfile, PenaltyStep, Portfolio
from rori.economics.inputs.weekly import WeeklyProfile
from rori.economics.interruption.loss import Interruptions, Stretch, loss_by_component
from rori.economics.terms import Component, Quantity, Tier
from rori.errors import InputError, NotFoundError
from tests.economics.builders import certain, effect, measure, mode, needs, system

MONDAY_10 = hour_of_week("Monday", 10)
OFFICE = WeeklyProfile(weights=tuple(3.0 if 8 <= h % 24 < 16 and h < 120 else 0.5 for h in range(168)))
RICH = LossProfile(
    revenue_eur_per_hour=1000,
    recovered_share=0.25,
    weekly_profile=OFFICE,
    idle_people=4,
    loaded_cost_eur_per_person_hour=50,
    response_eur_per_incident=700,
    response_eur_per_hour=30,
    penalty_steps=(PenaltyStep(from_hours=2, penalty_eur=4000), PenaltyStep(from_hours=5, penalty_eur=9000)),
    clients=1000,
    defection_probability=0.1,
    defection_onset_hours=3,
    defection_full_hours=7,
    margin_eur_per_client_year=10,
    remaining_years=2,
    reportable_after_hours=4,
    notification_eur=1500,
    reputation_dip=0.01,
    reputation_half_life_months=1,
    data_recreation_eur_per_hour=100,
)


def shop(**failing):
    """Make a shop that needs an app at once by half, and a database through a cache of two hours, wholly."""
    return Portfolio(
        systems=(
            system("shop", LossProfile(revenue_eur_per_hour=1000), tier=Tier.CRITICAL, impact_tolerance_hours=4),
            system("app", rto_hours=3),
            system("cache"),
            system("db", LossProfile(response_eur_per_incident=500, response_eur_per_hour=10)),
            system("other", LossProfile(revenue_eur_per_hour=5)),
        ),
        dependencies=(
            needs("shop", "app", degradation=0.5),
            needs("app", "db"),
            needs("shop", "cache"),
            needs("cache", "db", buffer_hours=2.0),
            needs("other", "shop", degradation=0.0),
        ),
        **failing,
    )


def test_a_worked_example_by_hand():
    found = one_event(shop(), Outage(failed=("db",), start_hour=MONDAY_10, duration_hours=8))
    assert found.blast_radius == ("shop", "db", "app", "cache")
    first = found.systems[0]
    assert [(s.from_hour, s.to_hour, s.capacity_lost, s.path) for s in first.stretches] == [
        (0.0, 2.0, 0.5, ("db", "app", "shop")),
        (2.0, 8.0, 1.0, ("db", "cache", "shop")),
    ]
    assert first.loss_eur == pytest.approx(1000 * (2 * 0.5 + 6))
    assert first.loss_by_component == ((Component.REVENUE, pytest.approx(7000)),)
    assert found.loss_eur == pytest.approx(7000 + 500 + 80)
    assert first.tolerance_passed_hour == 4.0
    assert first.rto_passed_hour is None
    assert found.systems[2].rto_passed_hour == 3.0
    assert found.failed == ("db",)
    assert [one.failed_itself for one in found.systems] == [False, True, False, False]


def test_the_timeline_of_the_worked_example():
    found = one_event(shop(), Outage(failed=("db",), start_hour=MONDAY_10, duration_hours=8))
    by_hour = {point.hour: point for point in found.timeline}
    assert by_hour[0.0].at_once_eur == pytest.approx(500, abs=1e-3)
    assert by_hour[0.0].eur_per_hour == pytest.approx(510)
    assert by_hour[2.0].cumulative_eur == pytest.approx(500 + 2 * 510)
    assert by_hour[2.0].eur_per_hour == pytest.approx(1010)
    assert by_hour[8.0].cumulative_eur == pytest.approx(found.loss_eur, rel=1e-12)
    assert found.peak_eur_per_hour == pytest.approx(1010)


def test_links_that_carry_the_failure_are_told_apart():
    found = one_event(shop(), Outage(failed=("db",), start_hour=0, duration_hours=8))
    assert {e.dependency_id: e.carries for e in found.edges} == {
        "shop-app": True,
        "app-db": True,
        "shop-cache": True,
        "cache-db": True,
        "other-shop": False,
    }
    short = one_event(shop(), Outage(failed=("db",), start_hour=0, duration_hours=1))
    assert [e.dependency_id for e in short.edges if e.carries] == ["shop-app", "app-db"]


def test_a_longer_buffer_from_a_measure_shortens_the_interruption():
    longer = measure("m", effect(Quantity.BUFFER_HOURS, 6.0, "dependency:cache-db", replace=True))
    portfolio = shop(measures=(longer,))
    outage = Outage(failed=("db",), start_hour=0, duration_hours=8)
    assert one_event(portfolio, outage, ("m",)).systems[0].loss_eur == pytest.approx(1000 * (6 * 0.5 + 2))


def cluster(*tags):
    group = {"redundancy_group": "g", "needed": 1, "failover_hours": 0.5}
    return Portfolio(
        systems=(system("s", RICH), *(system(key, tags=tags) for key in "ab")),
        failure_modes=(mode("b", rate=8.76, hours=100.0),),
        dependencies=(needs("s", "a", **group), needs("s", "b", **group)),
    )


def test_redundancy_holds_for_one_member_and_not_for_both():
    one = one_event(cluster(), Outage(failed=("a",), start_hour=0, duration_hours=8))
    assert [(s.from_hour, s.to_hour) for s in one.systems[0].stretches] == [(0.0, 0.5)]
    assert [e.carries for e in one.edges] == [True, False]
    both = one_event(cluster(), Outage(failed=("a", "b"), start_hour=0, duration_hours=8))
    stopped = next(one for one in both.systems if one.system_id == "s")
    assert stopped.hours == 8.0
    assert stopped.stretches[-1].path in {("a", "s"), ("b", "s")}
    assert [e.carries for e in both.edges] == [True, True]


def test_the_alternative_may_be_taken_to_be_down_as_well():
    outage = Outage(failed=("a",), start_hour=0, duration_hours=8, alternatives_down=True)
    assert one_event(cluster(), outage).systems[0].hours == 8.0


def test_a_common_cause_takes_down_all_that_are_exposed_but_for_those_a_measure_protects():
    cause = CommonCause(id="cc", name="cc", tag="x=1", events_per_year=certain(1), duration_hours=certain(1))
    moved = measure("m", effect(Quantity.HIT_PROBABILITY, 0.0, "common_cause:cc; system:a"))
    faster = measure("n", effect(Quantity.DURATION_HOURS, 0.25, "common_cause:cc"))
    portfolio = replace(cluster("x=1"), common_causes=(cause,), measures=(moved, faster))
    outage = Outage(failed=("cc",), start_hour=0, duration_hours=8)
    assert one_event(portfolio, outage).failed == ("a", "b")
    assert one_event(portfolio, outage, ("m",)).failed == ("b",)
    assert one_event(portfolio, outage, ("n",)).duration_hours == 2.0


def literal_loss(target, event, outage):
    """Compute the loss of one system straight from its stretches."""
    stretches = tuple(
        Stretch(level=np.array([s.capacity_lost]), start=np.array([s.from_hour]), end=np.array([s.to_hour]))
        for s in event.stretches
    )
    interruptions = Interruptions(
        stretches=stretches, start_hour=np.array([outage.start_hour]), loses_data=np.array([event.failed_itself])
    )
    return {key: float(euros[0]) for key, euros in loss_by_component(target, interruptions).items()}


outages = st.builds(
    Outage,
    failed=st.sampled_from([("db",), ("app",), ("db", "cache"), ("shop",)]),
    start_hour=st.floats(0, 167.99),
    duration_hours=st.floats(0.01, 400),
    capacity_lost=st.sampled_from([0.3, 1.0]),
    loses_data=st.just(True),
)


def rich_shop():
    plain = shop()
    rich = tuple(replace(s, loss=RICH, rpo_hours=1.0, impact_tolerance_hours=6.0) for s in plain.systems[:4])
    return replace(plain, systems=(*rich, plain.systems[4]))


@settings(deadline=None, max_examples=60)
@given(outages)
def test_losses_are_those_of_the_loss_functions_and_timelines_end_at_them(outage):
    portfolio = rich_shop()
    found = one_event(portfolio, outage)
    for stopped in found.systems:
        assert dict(stopped.loss_by_component) == pytest.approx(
            literal_loss(portfolio.system(stopped.system_id), stopped, outage)
        )
        assert stopped.timeline[-1].cumulative_eur == pytest.approx(stopped.loss_eur)
    assert found.timeline[-1].cumulative_eur == pytest.approx(sum(one.loss_eur for one in found.systems))


@settings(deadline=None, max_examples=40)
@given(outages)
def test_rates_and_sudden_losses_add_up_to_the_total(outage):
    points = one_event(rich_shop(), outage).timeline
    lengths = np.diff([point.hour for point in points])
    rates = np.array([point.eur_per_hour for point in points[:-1]])
    total = float(rates @ lengths) + sum(point.at_once_eur for point in points)
    assert total == pytest.approx(points[-1].cumulative_eur, rel=1e-6)
    assert all(point.at_once_eur >= -1e-9 for point in points)


@settings(deadline=None, max_examples=40)
@given(outages, st.floats(0.01, 100))
def test_a_longer_outage_never_costs_less(outage, more):
    longer = replace(outage, duration_hours=outage.duration_hours + more)
    assert one_event(rich_shop(), longer).loss_eur >= one_event(rich_shop(), outage).loss_eur - 1e-6


def test_the_event_is_that_of_the_simulation():
    outage = Outage(failed=("db",), start_hour=MONDAY_10, duration_hours=8)
    stage = make_stage(rich_shop(), outage)
    found = {i.system_id: i for i in stage.impacts(rich_shop().systems, np.array([8.0])) if i.hours[0] > 0}
    event = one_event(rich_shop(), outage)
    assert {one.system_id for one in event.systems} == set(found)
    for one in event.systems:
        parts = {key: float(euros[0]) for key, euros in found[one.system_id].loss.items()}
        assert dict(one.loss_by_component) == parts
        assert sum(s.to_hour - s.from_hour for s in one.stretches) == pytest.approx(one.hours, rel=1e-12)


def test_the_mean_over_start_hours_sees_the_mean_week():
    portfolio = Portfolio(systems=(system("a", LossProfile(revenue_eur_per_hour=100, weekly_profile=OFFICE)),))
    night, day = (
        one_event(portfolio, Outage(failed=("a",), start_hour=h, duration_hours=2.5)).loss_eur for h in (0.0, 10.0)
    )
    mean = mean_loss_of_outage(portfolio, Outage(failed=("a",), start_hour=0, duration_hours=2.5))
    assert night < mean < day
    assert mean == pytest.approx(250.0, rel=1e-12)


def test_a_cycle_of_hard_dependencies_is_explained_without_going_round():
    portfolio = Portfolio(
        systems=tuple(system(key, LossProfile(revenue_eur_per_hour=1)) for key in "abc"),
        dependencies=(needs("a", "b"), needs("b", "a"), needs("b", "c")),
    )
    found = one_event(portfolio, Outage(failed=("c",), start_hour=0, duration_hours=1))
    assert {one.system_id: one.stretches[0].path for one in found.systems} == {
        "c": ("c",),
        "b": ("c", "b"),
        "a": ("c", "b", "a"),
    }


def test_a_way_is_explained_by_links_that_match_its_start_and_its_strength():
    weaker = needs("shop", "db", degradation=0.5, buffer_hours=2.0)
    portfolio = replace(shop(), dependencies=(weaker, *shop().dependencies))
    found = one_event(portfolio, Outage(failed=("db",), start_hour=0, duration_hours=8))
    assert [s.path for s in found.systems[0].stretches] == [("db", "app", "shop"), ("db", "cache", "shop")]
    assert not found.edges[0].carries


def test_what_fails_itself_is_not_stopped_by_what_needs_it():
    portfolio = Portfolio(
        systems=tuple(system(key, LossProfile(revenue_eur_per_hour=1)) for key in "ab"),
        dependencies=(needs("a", "b"), needs("b", "a")),
    )
    found = one_event(portfolio, Outage(failed=("a",), start_hour=0, duration_hours=1))
    assert [edge.carries for edge in found.edges] == [False, True]


def test_sudden_losses_stand_at_the_hour_at_which_they_fall_due():
    steps = (PenaltyStep(from_hours=2, penalty_eur=4000), PenaltyStep(from_hours=5, penalty_eur=9000))
    profile = LossProfile(penalty_steps=steps, reportable_after_hours=3, notification_eur=1500)
    portfolio = Portfolio(systems=(system("s", profile), system("a")), dependencies=(needs("s", "a", buffer_hours=1),))
    points = one_event(portfolio, Outage(failed=("a",), start_hour=0, duration_hours=8)).timeline
    due = {round(point.hour, 6): round(point.at_once_eur) for point in points if point.at_once_eur > 1e-6}
    assert due == {3.0: 4000, 4.0: 1500, 6.0: 5000}
    assert max(point.eur_per_hour for point in points) == 0.0


def test_the_rate_of_loss_follows_the_weekly_profile_from_hour_to_hour():
    portfolio = Portfolio(systems=(system("a", LossProfile(revenue_eur_per_hour=100, weekly_profile=OFFICE)),))
    points = one_event(portfolio, Outage(failed=("a",), start_hour=14.5, duration_hours=4)).timeline
    scale = 168 / sum(OFFICE.weights)
    assert [point.hour for point in points] == [0.0, 0.5, 1.5, 2.5, 3.5, 4.0]
    assert [point.eur_per_hour for point in points] == pytest.approx(
        [300 * scale, 300 * scale, 50 * scale, 50 * scale, 50 * scale, 0.0]
    )


def test_critical_or_important_functions_come_first_then_tiers_then_losses():
    portfolio = Portfolio(
        systems=(
            system("a", LossProfile(revenue_eur_per_hour=1)),
            system("b", LossProfile(revenue_eur_per_hour=9)),
            system("c", LossProfile(revenue_eur_per_hour=5), tier=Tier.CRITICAL),
            system("d", critical_or_important_function=True),
        )
    )
    found = one_event(portfolio, Outage(failed=("a", "b", "c", "d"), start_hour=0, duration_hours=1))
    assert found.blast_radius == ("d", "c", "b", "a")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"failed": ()}, "what fails"),
        ({"start_hour": 168.0}, "hour of the week"),
        ({"duration_hours": 0.0}, "duration_hours"),
        ({"duration_hours": 9000.0}, "one year"),
        ({"capacity_lost": 1.1}, "capacity_lost"),
    ],
)
def test_what_is_no_outage_is_refused(change, said):
    with pytest.raises(InputError, match=said):
        Outage(**{"failed": ("a",), "start_hour": 0.0, "duration_hours": 1.0, **change})


def test_an_unknown_system_is_named():
    with pytest.raises(NotFoundError, match="nowhere"):
        one_event(shop(), Outage(failed=("nowhere",), start_hour=0, duration_hours=1))


@pytest.mark.parametrize(("day", "hour", "expected"), [("Monday", 0, 0), ("monday", 10, 10), ("Sunday", 23.5, 167.5)])
def test_weekdays_and_hours_of_the_week_go_back_and_forth(day, hour, expected):
    assert hour_of_week(day, hour) == expected
    assert weekday_and_hour(expected + 168) == (day.capitalize(), hour)


@pytest.mark.parametrize(("day", "hour"), [("Funday", 1), ("Monday", 24), ("Monday", -1)])
def test_what_is_no_time_of_the_week_is_refused(day, hour):
    with pytest.raises(InputError):
        hour_of_week(day, hour)
