"""Expectations: against closed forms, and against the simulation within standard errors."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from rori.economics.decisions.expectation import Expectation, expected_investment
from rori.economics.decisions.moved import Moved
from rori.economics.figures.evaluate import evaluate_case
from rori.economics.inputs.estimates import LognormalEstimate, PertEstimate
from rori.economics.inputs.measures import RiskTransfer
from rori.economics.inputs.portfolio import CommonCause, LossProfile, PenaltyStep, Portfolio
from rori.economics.inputs.weekly import WeeklyProfile
from rori.economics.terms import Quantity
from tests.economics.builders import case, certain, effect, measure, mode, needs, system
from tests.oracles import lognormal_mean, within

OFFICE = WeeklyProfile(weights=tuple(3.0 if 8 <= h % 24 < 16 and h < 120 else 0.5 for h in range(168)))
EARNING = LossProfile(revenue_eur_per_hour=1000.0)
RICH = replace(
    EARNING,
    weekly_profile=OFFICE,
    response_eur_per_incident=300,
    penalty_steps=(PenaltyStep(from_hours=4, penalty_eur=9000),),
    clients=1000,
    defection_probability=0.1,
    defection_onset_hours=2,
    defection_full_hours=30,
    margin_eur_per_client_year=20,
    remaining_years=3,
)
GROUP = {"redundancy_group": "g", "needed": 1, "failover_hours": 0.5}
WIDE = LognormalEstimate(p5=1.0, p50=3.0, p95=40.0)


def whole_model():
    """Make a portfolio in which everything happens: groups, buffers, common causes, uncertain effects, lead times."""
    likely = PertEstimate(low=0.2, likely=0.4, high=0.9)
    return Portfolio(
        systems=(
            system("shop", RICH, impact_tolerance_hours=4),
            system("app", RICH, tags=("os=x",)),
            system("n1", tags=("os=x",)),
            system("n2", tags=("os=x",)),
        ),
        failure_modes=(
            mode("shop", rate=LognormalEstimate(p5=0.5, p95=2), hours=WIDE, start_hours=(22, 23)),
            mode(
                "n1", rate=LognormalEstimate(p5=1, p95=4), hours=WIDE, capacity=PertEstimate(low=0.3, likely=1, high=1)
            ),
            mode("n2", rate=8.0, hours=60.0),
        ),
        common_causes=(
            CommonCause(
                id="cc",
                name="cc",
                tag="os=x",
                events_per_year=LognormalEstimate(p5=0.1, p95=1),
                duration_hours=WIDE,
                hit_probability=0.7,
                share_reached=0.8,
            ),
        ),
        dependencies=(needs("app", "n1", **GROUP), needs("app", "n2", **GROUP), needs("shop", "app", buffer_hours=1.0)),
        measures=(
            measure("m", effect(Quantity.DURATION_HOURS, likely), lead_time_months=8, capex_eur=5000),
            measure(
                "n", effect(Quantity.EVENTS_PER_YEAR, likely, "mode:n1-fails"), effect(Quantity.FAILOVER_HOURS, 0.5)
            ),
            measure("o", effect(Quantity.BUFFER_HOURS, PertEstimate(low=1, likely=3, high=8), replace=True)),
            measure(
                "p", effect(Quantity.HIT_PROBABILITY, likely), effect(Quantity.CAPACITY_LOST, likely), life_years=2
            ),
            measure("q", effect(Quantity.EVENTS_PER_YEAR, likely, "mode:shop-fails", replace=True)),
        ),
    )


def single(rate=2.0, hours=3.0, *measures, loss=EARNING):
    return Portfolio(systems=(system("a", loss),), failure_modes=(mode("a", rate, hours),), measures=measures)


def test_the_mean_is_rate_times_mean_loss():
    rate = LognormalEstimate(p5=0.5, p95=4.0)
    found = Expectation(single(rate, LognormalEstimate(p5=1, p95=30))).annual_loss()
    assert found == pytest.approx(rate.mean * 1000 * lognormal_mean(1, 30), rel=1e-4)


@pytest.mark.parametrize("ids", [(), ("m",), ("n", "o"), ("m", "n", "o", "p", "q")])
def test_expectations_agree_with_the_simulation(ids):
    question = case(*ids, n_paths=8000, horizon_years=4)
    simulated = evaluate_case(whole_model(), question)
    engine = Expectation(whole_model())
    loss, gain = simulated.loss_eur_per_year.without, simulated.loss_eur_per_year.difference
    assert within(loss.value, float(engine.annual_loss()[0]), loss.standard_error, 4)
    prevented = engine.prevented_by_year(ids, 4).mean()
    assert within(gain.value, float(prevented), gain.standard_error, 4)
    for expected, entry in zip(engine.systems(), simulated.systems, strict=True):
        for value, figure in (
            (expected.loss_eur_per_year, entry.loss_eur_per_year.without),
            (expected.capacity_hours_per_year, entry.hours_lost_per_year.without),
        ):
            assert within(figure.value, value, figure.standard_error, 4)


def test_all_sources_together_expect_what_the_systems_do():
    engine = Expectation(whole_model())
    for live in ((), ("m", "n", "o", "p", "q")):
        total = sum(one.loss_eur_per_year for one in engine.systems(live))
        assert engine.annual_loss(live) == pytest.approx(total, rel=1e-9)


def test_more_points_change_little():
    engines = [Expectation(whole_model(), log2_nodes=size) for size in (10, 13)]
    few, many = (float(engine.annual_loss(("m", "o"))[0]) for engine in engines)
    assert few == pytest.approx(many, rel=0.01)


def test_a_common_cause_hits_by_hit_probability_times_share_reached():
    cause = CommonCause(
        id="cc",
        name="cc",
        tag="x=1",
        events_per_year=certain(2),
        duration_hours=certain(3),
        hit_probability=0.6,
        share_reached=0.5,
    )
    portfolio = Portfolio(systems=(system("a", EARNING, tags=("x=1",)),), common_causes=(cause,))
    assert Expectation(portfolio).annual_loss() == pytest.approx(2 * 3000 * 0.3, rel=0.001)


def test_start_windows_meet_the_weekly_profile():
    monday = replace(EARNING, weekly_profile=WeeklyProfile(weights=tuple(1.0 if h < 24 else 0.0 for h in range(168))))
    failing = mode("a", 1.0, 1.0, start_hours=(10, 11))
    portfolio = Portfolio(systems=(system("a", monday),), failure_modes=(failing,))
    assert Expectation(portfolio).annual_loss() == pytest.approx(7000, rel=1e-9)


@pytest.mark.parametrize("strength", [0.0, 0.5, 1.0])
def test_a_share_of_a_new_failover_time_is_a_share_of_the_way_to_it(strength):
    portfolio = Portfolio(
        systems=(system("s", EARNING), system("a"), system("b")),
        failure_modes=(mode("a", 1.0, 9.0),),
        dependencies=(needs("s", "a", **GROUP), needs("s", "b", **GROUP)),
        measures=(measure("m", effect(Quantity.FAILOVER_HOURS, 0.1, replace=True)),),
    )
    left = Expectation(portfolio).annual_loss(("m",), Moved(strength=strength))
    assert left == pytest.approx(1000 * (0.5 - 0.4 * strength))


def test_interruptions_and_breaches_are_counted():
    portfolio = Portfolio(
        systems=(system("a", EARNING, impact_tolerance_hours=2), system("b")),
        failure_modes=(mode("a", rate=3.0, hours=LognormalEstimate(p5=1, p50=2, p95=9)),),
        dependencies=(needs("b", "a", buffer_hours=2.0),),
    )
    a, b = Expectation(portfolio).systems()
    assert a.interruptions_per_year == pytest.approx(3.0)
    assert a.breaches_per_year == pytest.approx(1.5, rel=0.01)
    assert b.interruptions_per_year == pytest.approx(1.5, rel=0.01)
    assert b.breaches_per_year is None


def test_moved_inputs_take_the_place_of_the_estimates():
    portfolio = single(2.0, 3.0, measure("m", effect(Quantity.DURATION_HOURS, PertEstimate(low=0, likely=0.5, high=1))))
    engine = Expectation(portfolio)
    two = np.array([1.0, 4.0])
    assert engine.annual_loss((), Moved(n_points=2, rates={"a-fails": two})) == pytest.approx([3000, 12000])
    assert engine.annual_loss((), Moved(n_points=2, durations={"a-fails": two})) == pytest.approx([6000, 24000])
    halves = Moved(n_points=2, capacities={"a-fails": np.array([0.5, 0.1])})
    assert engine.annual_loss((), halves) == pytest.approx([3000, 600])
    sizes = Moved(n_points=2, sizes={("m", 0): np.array([0.5, 0.25])})
    assert engine.annual_loss(("m",), sizes) == pytest.approx([3000, 1500])
    assert engine.annual_loss(("m",), UNRELATED) == pytest.approx(engine.annual_loss(("m",)))


UNRELATED = Moved(n_points=1, rates={"other": np.array([9.0])}, sizes={("none", 0): np.array([0.0])})


def test_points_moved_together_are_those_moved_alone():
    engine = Expectation(whole_model())
    draws = np.random.default_rng(1).uniform(0.3, 1.0, (2, 5))
    together = engine.annual_loss(
        ("m", "o"), Moved(n_points=5, durations={"n1-fails": draws[0]}, sizes={("m", 0): draws[1]})
    )
    alone = [
        engine.annual_loss(("m", "o"), Moved(durations={"n1-fails": draws[:1, i]}, sizes={("m", 0): draws[1:, i]}))[0]
        for i in range(5)
    ]
    assert together == pytest.approx(alone, rel=1e-12)


@pytest.mark.parametrize("replacing", [False, True])
@pytest.mark.parametrize("quantity", [Quantity.DURATION_HOURS, Quantity.EVENTS_PER_YEAR])
def test_a_share_of_an_effect_prevents_that_share(quantity, replacing):
    size = 0.5 if not replacing else {Quantity.DURATION_HOURS: 1.5, Quantity.EVENTS_PER_YEAR: 1.0}[quantity]
    engine = Expectation(single(2.0, 3.0, measure("m", effect(quantity, size, replace=replacing))))
    for strength in (0.0, 0.25, 1.0):
        left = engine.annual_loss(("m",), Moved(strength=strength))
        assert left == pytest.approx(6000 * (1 - 0.5 * strength))


def test_money_follows_from_expected_losses():
    halved = measure("m", effect(Quantity.DURATION_HOURS, 0.5), capex_eur=3000, lead_time_months=6)
    question = case("m", horizon_years=2, discount_rate_per_year=0.0, n_paths=100)
    found = expected_investment(single(2.0, 3.0, halved), question)
    assert found.pv_prevented_eur.value == pytest.approx(3000 * 1.5)
    assert found.rori.value == pytest.approx(0.5)


def test_a_risk_transfer_prevents_nothing():
    policy = RiskTransfer(premium_eur_per_year=1, limit_eur_per_event=1e6, limit_eur_per_year=1e6)
    assert Expectation(single(2.0, 3.0, measure("i", transfer=policy))).prevented_by_year(("i",), 3).tolist() == [
        [0.0] * 3
    ]
