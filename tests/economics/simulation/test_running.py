"""The simulation against closed forms; tolerances are standard errors of the run itself."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rori.economics.figures.evaluate import evaluate_case
from rori.economics.inputs.estimates import LognormalEstimate, PertEstimate
from rori.economics.inputs.measures import RiskTransfer
from rori.economics.inputs.portfolio import CommonCause, LossProfile, PenaltyStep, Portfolio
from rori.economics.inputs.weekly import WeeklyProfile
from rori.economics.simulation.running import make_plan, simulate, simulate_chunk
from rori.economics.terms import Cause, Component, Quantity
from tests.economics.builders import case, certain, effect, measure, mode, needs, system
from tests.oracles import lognormal_mean, within

EARNING = LossProfile(revenue_eur_per_hour=1000.0)


def single(rate=2.0, hours=3.0, *measures, **about_system):
    about = {"loss": EARNING, **about_system}
    return Portfolio(systems=(system(**about),), failure_modes=(mode(rate=rate, hours=hours),), measures=measures)


def test_the_mean_is_rate_times_mean_loss():
    result = evaluate_case(single(2.0, LognormalEstimate(p5=1.0, p95=10.0)), case(n_paths=20_000))
    found = result.loss_eur_per_year.without
    assert within(found.value, 2.0 * 1000.0 * lognormal_mean(1.0, 10.0), found.standard_error)
    assert found.standard_error < 0.01 * found.value


def test_annual_losses_have_the_moments_of_a_compound_poisson():
    totals = simulate(make_plan(single(2.0, LognormalEstimate(p5=1.0, p95=10.0)), case(n_paths=20_000)))
    annual = totals.annual[0].ravel() / 1000.0
    sigma = math.log(10.0) / (2 * 1.6448536269514722)
    second = math.exp(2 * math.log(math.sqrt(10.0)) + 2 * sigma**2)
    assert annual.mean() == pytest.approx(2 * lognormal_mean(1, 10), rel=0.01)
    assert annual.var() == pytest.approx(2 * second, rel=0.05)


def test_an_outage_once_in_ten_years_leaves_the_right_share_of_years_free_of_loss():
    result = evaluate_case(single(0.1), case(n_paths=20_000))
    found = result.probability_of_loss.without
    assert within(found.value, 1 - math.exp(-0.1), found.standard_error)
    assert result.tails[1].var.without.value == pytest.approx(3000.0)


def test_an_uncertain_rate_keeps_its_mean_and_spreads_over_paths():
    rate = LognormalEstimate(p5=0.5, p95=4.0)
    totals = simulate(make_plan(single(rate, 1.0), case(n_paths=20_000, horizon_years=10)))
    per_path = totals.annual[0].sum(axis=1) / 1000.0
    assert per_path.mean() / 10 == pytest.approx(rate.mean, rel=0.02)
    assert per_path.var() > 3 * per_path.mean()


def test_a_measure_without_effect_prevents_exactly_nothing():
    idle = measure("m", *(effect(quantity, 1.0) for quantity in Quantity), lead_time_months=7, capex_eur=1000)
    portfolio = Portfolio(
        systems=(system("a", EARNING, tags=("x=1",)), system("b", EARNING, tags=("x=1",)), system("c", EARNING)),
        failure_modes=(mode("a"), mode("b", capacity=PertEstimate(low=0.1, likely=0.5, high=1.0))),
        common_causes=(
            CommonCause(id="cc", name="cc", tag="x=1", events_per_year=certain(0.5), duration_hours=certain(9)),
        ),
        dependencies=(
            needs("c", "a", redundancy_group="g", failover_hours=0.2),
            needs("c", "b", redundancy_group="g", failover_hours=0.2),
        ),
        measures=(idle,),
    )
    result = evaluate_case(portfolio, case("m", n_paths=500))
    assert result.loss_eur_per_year.without.value > 0.0
    assert result.loss_eur_per_year.difference.value == 0.0
    assert result.investment.pv_prevented_eur.value == 0.0
    assert all(entry.loss_eur_per_year.difference.value == 0.0 for entry in (*result.systems, *result.components))
    assert result.investment.rori.value == -1.0


@pytest.mark.parametrize(
    ("quantity", "size", "expected"),
    [
        (Quantity.EVENTS_PER_YEAR, 0.25, 0.25),
        (Quantity.EVENTS_PER_YEAR, 3.0, 3.0),
        (Quantity.DURATION_HOURS, 0.5, 0.5),
        (Quantity.CAPACITY_LOST, 0.3, 0.3),
    ],
)
def test_an_effect_scales_the_loss_that_is_left(quantity, size, expected):
    result = evaluate_case(single(2.0, 3.0, measure("m", effect(quantity, size))), case("m", n_paths=20_000))
    found = result.loss_eur_per_year.with_measures
    assert within(found.value, 6000.0 * expected, found.standard_error)


def test_a_replacement_sets_the_quantity_whatever_it_was():
    faster = measure("m", effect(Quantity.DURATION_HOURS, 0.5, replace=True))
    rarer = measure("n", effect(Quantity.EVENTS_PER_YEAR, 0.5, replace=True))
    result = evaluate_case(single(2.0, LognormalEstimate(p5=1, p95=30), faster, rarer), case("m", "n", n_paths=20_000))
    found = result.loss_eur_per_year.with_measures
    assert within(found.value, 0.5 * 0.5 * 1000.0, found.standard_error)


def test_effects_of_two_measures_multiply():
    half, third = (
        measure("m", effect(Quantity.DURATION_HOURS, 0.5)),
        measure("n", effect(Quantity.DURATION_HOURS, 1 / 3)),
    )
    result = evaluate_case(single(2.0, 3.0, half, third), case("m", "n"))
    assert result.loss_eur_per_year.with_measures.value == pytest.approx(result.loss_eur_per_year.without.value / 6)


def test_the_world_without_measures_does_not_know_them():
    worse = measure(
        "m", effect(Quantity.EVENTS_PER_YEAR, 4.0), effect(Quantity.DURATION_HOURS, 0.7), lead_time_months=3
    )
    portfolio = single(2.0, 3.0, worse)
    with_it, without_it = (evaluate_case(portfolio, case(*ids)) for ids in (("m",), ()))
    assert with_it.loss_eur_per_year.without == without_it.loss_eur_per_year.without


def test_nothing_is_prevented_before_a_measure_is_live_or_after_its_life():
    late = measure("m", effect(Quantity.EVENTS_PER_YEAR, 0.0), lead_time_months=18, life_years=2)
    totals = simulate(make_plan(single(2.0, 3.0, late), case("m", n_paths=20_000)))
    prevented = (totals.annual[0] - totals.annual[1]).mean(axis=0)
    assert prevented[0] == 0.0
    assert prevented[4] == 0.0
    assert prevented[1:4] == pytest.approx([3000, 6000, 3000], rel=0.05)


def test_a_common_cause_hits_every_exposed_system_by_chance():
    cause = CommonCause(
        id="cc",
        name="cc",
        tag="x=1",
        events_per_year=certain(1),
        duration_hours=certain(2),
        hit_probability=0.6,
        share_reached=0.5,
    )
    systems = (*(system(key, EARNING, tags=("x=1",)) for key in "ab"), system("c", EARNING))
    result = evaluate_case(Portfolio(systems=systems, common_causes=(cause,)), case(n_paths=20_000))
    for entry in result.systems[:2]:
        found = entry.loss_eur_per_year.without
        assert within(found.value, 0.3 * 2000.0, found.standard_error)
    assert result.systems[2].loss_eur_per_year.without.value == 0.0
    assert result.causes[-1].cause is Cause.COMMON_CAUSE
    assert result.causes[-1].loss_eur_per_year.without.value == pytest.approx(result.loss_eur_per_year.without.value)


def test_diversity_protects_the_systems_that_it_names():
    cause = CommonCause(id="cc", name="cc", tag="x=1", events_per_year=certain(1), duration_hours=certain(2))
    systems = tuple(system(key, EARNING, tags=("x=1",)) for key in "ab")
    move = measure("m", effect(Quantity.HIT_PROBABILITY, 0.0, "common_cause:cc; system:a"))
    result = evaluate_case(Portfolio(systems=systems, common_causes=(cause,), measures=(move,)), case("m"))
    assert result.systems[0].loss_eur_per_year.with_measures.value == 0.0
    assert result.systems[1].loss_eur_per_year.difference.value == 0.0


def test_redundancy_of_identical_nodes_is_worthless_against_a_common_cause():
    group = {"redundancy_group": "g", "needed": 1, "failover_hours": 0.0}
    cause = CommonCause(id="cc", name="cc", tag="x=1", events_per_year=certain(1), duration_hours=certain(2))
    systems = (system("s", EARNING), *(system(key, tags=("x=1",)) for key in "ab"))
    links = (needs("s", "a", **group), needs("s", "b", **group))
    result = evaluate_case(Portfolio(systems=systems, common_causes=(cause,), dependencies=links), case(n_paths=20_000))
    found = result.loss_eur_per_year.without
    assert within(found.value, 2000.0, found.standard_error)


def test_an_uncertain_buffer_is_drawn_per_path():
    longer = measure("m", effect(Quantity.BUFFER_HOURS, PertEstimate(low=1, likely=2, high=3), replace=True))
    portfolio = Portfolio(
        systems=(system("s", EARNING), system("a")),
        failure_modes=(mode("a", rate=1.0, hours=2.0),),
        dependencies=(needs("s", "a"),),
        measures=(longer,),
    )
    result = evaluate_case(portfolio, case("m", n_paths=20_000))
    sizes = PertEstimate(low=1, likely=2, high=3).from_uniform((np.arange(100_000) + 0.5) / 100_000)
    found = result.loss_eur_per_year.with_measures
    assert within(found.value, 1000.0 * np.maximum(2.0 - sizes, 0.0).mean(), found.standard_error)


def test_failover_effects_reach_the_group():
    group = {"redundancy_group": "g", "needed": 1, "failover_hours": 1.0}
    portfolio = Portfolio(
        systems=(system("s", EARNING), system("a"), system("b")),
        failure_modes=(mode("a", rate=1.0, hours=5.0),),
        dependencies=(needs("s", "a", **group), needs("s", "b", **group)),
        measures=(measure("m", effect(Quantity.FAILOVER_HOURS, 0.1, "consumer:s")),),
    )
    result = evaluate_case(portfolio, case("m"))
    assert result.loss_eur_per_year.with_measures.value == pytest.approx(0.1 * result.loss_eur_per_year.without.value)


def test_tolerance_and_hours_are_counted_per_year():
    result = evaluate_case(single(0.5, 6.0, impact_tolerance_hours=4.0), case(n_paths=20_000))
    entry = result.systems[0]
    exceeded = entry.tolerance_exceeded_per_year.without
    assert within(exceeded.value, 1 - math.exp(-0.5), exceeded.standard_error)
    assert within(entry.hours_lost_per_year.without.value, 3.0, entry.hours_lost_per_year.without.standard_error)


def test_start_windows_meet_the_weekly_profile():
    monday = WeeklyProfile(weights=tuple(1.0 if h < 24 else 0.0 for h in range(168)))
    profile = LossProfile(revenue_eur_per_hour=1000.0, weekly_profile=monday)
    failing = mode(rate=1.0, hours=1.0, start_hours=(10, 11))
    result = evaluate_case(Portfolio(systems=(system(loss=profile),), failure_modes=(failing,)), case(n_paths=20_000))
    found = result.loss_eur_per_year.without
    assert within(found.value, 7000.0, found.standard_error)


def test_systems_components_and_causes_each_add_up_to_the_whole():
    rich = LossProfile(
        revenue_eur_per_hour=1000,
        idle_people=5,
        loaded_cost_eur_per_person_hour=50,
        response_eur_per_incident=700,
        penalty_steps=(PenaltyStep(from_hours=2, penalty_eur=4000),),
    )
    portfolio = Portfolio(
        systems=(system("a", rich), system("b", EARNING)),
        failure_modes=(mode("a", hours=LognormalEstimate(p5=1, p95=9)), mode("b", cause=Cause.CYBER)),
        dependencies=(needs("b", "a", degradation=0.5, buffer_hours=1.0),),
        measures=(
            measure("m", effect(Quantity.DURATION_HOURS, PertEstimate(low=0.1, likely=0.4, high=0.8), "system:a")),
        ),
    )
    result = evaluate_case(portfolio, case("m"))
    for entries in (result.systems, result.components, result.causes):
        total = sum(entry.loss_eur_per_year.difference.value for entry in entries)
        assert total == pytest.approx(result.loss_eur_per_year.difference.value, rel=1e-9)
    assert [entry.component for entry in result.components] == list(Component)


def test_a_risk_transfer_pays_above_its_deductible_up_to_its_limits_and_prevents_nothing():
    policy = RiskTransfer(
        premium_eur_per_year=100,
        deductible_eur_per_event=1000,
        waiting_hours=2,
        limit_eur_per_event=1500,
        limit_eur_per_year=2000,
    )
    result = evaluate_case(single(2.0, 3.0, measure("i", transfer=policy)), case("i", n_paths=20_000))
    free, one = math.exp(-2), 2 * math.exp(-2)
    expected = one * 1500 + (1 - free - one) * 2000
    found = result.transfer.payout_eur_per_year
    assert within(found.value, expected, found.standard_error)
    assert result.loss_eur_per_year.difference.value == 0.0
    short = evaluate_case(single(2.0, 2.0, measure("i", transfer=policy)), case("i"))
    assert short.transfer.payout_eur_per_year.value == 0.0


def test_the_same_inputs_and_seed_give_the_same_bits_and_another_seed_does_not():
    portfolio = single(2.0, LognormalEstimate(p5=1, p95=9), measure("m", effect(Quantity.DURATION_HOURS, 0.5)))
    first, again, other = (evaluate_case(portfolio, case("m", seed=seed)) for seed in (1, 1, 2))
    assert first == again
    assert first.loss_eur_per_year != other.loss_eur_per_year


def test_chunks_may_be_computed_in_any_order():
    plan = make_plan(single(2.0, LognormalEstimate(p5=1, p95=9)), case(n_paths=24_000))
    assert plan.n_chunks == 3
    backwards = [simulate_chunk(plan, chunk) for chunk in (2, 1, 0)]
    merged = backwards[2].merged(backwards[1]).merged(backwards[0])
    whole = simulate(plan)
    assert np.array_equal(merged.annual, whole.annual)
    assert np.array_equal(merged.systems.mean, whole.systems.mean)


def test_order_of_systems_and_systems_without_loss_change_nothing():
    a, b, idle = system("a", EARNING), system("b", EARNING), system("idle")
    modes = (mode("a"), mode("b", hours=2.0))
    links = (needs("b", "a", degradation=0.4),)
    first = evaluate_case(Portfolio(systems=(a, b), failure_modes=modes, dependencies=links), case())
    turned = evaluate_case(Portfolio(systems=(idle, b, a), failure_modes=modes[::-1], dependencies=links), case())
    assert turned.loss_eur_per_year.without.value == pytest.approx(first.loss_eur_per_year.without.value, rel=1e-12)


def test_progress_is_told_and_raising_from_it_stops_the_run():
    seen = []
    evaluate_case(single(), case(n_paths=24_000), lambda done, of: seen.append((done, of)))
    assert seen == [(1, 3), (2, 3), (3, 3)]

    def stop(done, of):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        evaluate_case(single(), case(n_paths=24_000), stop)


@settings(deadline=None, max_examples=15)
@given(st.floats(0.0, 1.0), st.floats(0.0, 1.0))
def test_a_stronger_effect_never_prevents_less(one, other):
    strong, weak = sorted((one, other))
    portfolio = single(
        2.0,
        LognormalEstimate(p5=1, p95=9),
        measure("strong", effect(Quantity.EVENTS_PER_YEAR, strong), effect(Quantity.DURATION_HOURS, strong)),
        measure("weak", effect(Quantity.EVENTS_PER_YEAR, weak), effect(Quantity.DURATION_HOURS, weak)),
    )
    prevented = [
        evaluate_case(portfolio, case(key, n_paths=300)).loss_eur_per_year.difference.value
        for key in ("strong", "weak")
    ]
    assert prevented[0] >= prevented[1] - 1e-9


@settings(deadline=None, max_examples=10)
@given(st.floats(0.01, 1000.0))
def test_scaling_money_scales_every_figure(scale):
    def with_revenue(revenue):
        profile = LossProfile(revenue_eur_per_hour=revenue)
        halved = measure("m", effect(Quantity.DURATION_HOURS, 0.5))
        return evaluate_case(single(2.0, LognormalEstimate(p5=1, p95=9), halved, loss=profile), case("m", n_paths=300))

    small, large = with_revenue(100.0), with_revenue(100.0 * scale)
    assert large.loss_eur_per_year.difference.value == pytest.approx(scale * small.loss_eur_per_year.difference.value)
    assert large.tails[0].tvar.without.value == pytest.approx(scale * small.tails[0].tvar.without.value)
