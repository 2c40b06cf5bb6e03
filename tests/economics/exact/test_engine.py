"""The exact engine against closed forms and limits."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm

from rori.economics.exact.changes import Change, Knob, changed_portfolio, exact_what_if
from rori.economics.exact.engine import Resolution, exact_case, prepare
from rori.economics.inputs.estimates import LognormalEstimate, PertEstimate
from rori.economics.inputs.measures import RiskTransfer
from rori.economics.inputs.portfolio import CommonCause, LossProfile, PenaltyStep, Portfolio
from rori.economics.inputs.weekly import WeeklyProfile
from rori.economics.terms import Cause, Quantity
from rori.errors import NotApplicableError, NotFoundError
from tests.economics.builders import case, certain, effect, measure, mode, needs, system

EARNING = LossProfile(revenue_eur_per_hour=1000.0)
QUICK = Resolution(grid_points=2**12, cells=256, size_nodes=8)


def single(rate=2.0, hours=3.0, *measures, **about_system):
    about = {"loss": EARNING, **about_system}
    return Portfolio(systems=(system(**about),), failure_modes=(mode(rate=rate, hours=hours),), measures=measures)


def common(systems, rate=1.0, hours=2.0, **about):
    return CommonCause(
        id="cc", name="cc", tag="x=1", events_per_year=certain(rate), duration_hours=certain(hours), **about
    ), tuple(systems)


def test_an_outage_once_in_ten_years_keeps_its_probabilities_and_its_var():
    found = exact_case(single(0.1), case())
    assert found.probability_of_loss.without.value == pytest.approx(1 - math.exp(-0.1), abs=1e-12)
    tail = found.tails[1]
    assert tail.var.without.value == pytest.approx(3000.0, abs=found.grid_step_eur)
    assert tail.var.without.error >= abs(tail.var.without.value - 3000.0)
    one, two = 0.1 * math.exp(-0.1), 0.005 * math.exp(-0.1)
    above = 300.0 - 3000.0 * one
    expected = (above + 3000.0 * (0.01 - (1 - math.exp(-0.1) - one))) / 0.01
    assert tail.tvar.without.value == pytest.approx(expected, abs=100 * found.grid_step_eur * two + 2.0)
    assert found.tails[0].var.without.value == pytest.approx(3000.0, abs=found.grid_step_eur)


def test_mean_and_deviation_are_those_of_a_compound_poisson_with_an_uncertain_rate():
    rate, hours = LognormalEstimate(p5=0.5, p95=4.0), LognormalEstimate(p5=1.0, p95=10.0)
    found = exact_case(single(rate, hours), case())
    sigma, rate_sigma = hours.log_scales[0], rate.log_scales[0]
    mean, second = hours.mean, hours.mean**2 * math.exp(sigma**2)
    spread = rate.mean**2 * (math.exp(rate_sigma**2) - 1)
    assert found.loss_eur_per_year.without.value == pytest.approx(1000 * rate.mean * mean, rel=1e-6)
    expected = 1000 * math.sqrt(rate.mean * second + spread * mean**2)
    assert found.sd_eur_per_year.without.value == pytest.approx(expected, rel=1e-4)


def test_a_measure_without_effect_prevents_exactly_nothing():
    idle = measure("m", *(effect(quantity, 1.0) for quantity in Quantity), lead_time_months=7, capex_eur=1000)
    found = exact_case(single(LognormalEstimate(p5=1, p95=3), 3.0, idle), case("m"), QUICK)
    assert found.loss_eur_per_year.without.value > 0.0
    assert found.loss_eur_per_year.difference.value == 0.0
    assert found.tails[1].tvar.difference.value == 0.0
    assert found.investment.rori.value == -1.0


def test_a_measure_that_stops_every_event_leaves_nothing():
    stop = measure("m", effect(Quantity.EVENTS_PER_YEAR, 0.0))
    found = exact_case(single(2.0, 3.0, stop), case("m"), QUICK)
    assert found.loss_eur_per_year.with_measures.value == 0.0
    assert found.probability_of_loss.with_measures.value == 0.0
    assert found.tails[1].var.with_measures.value == 0.0


def test_years_before_a_measure_is_live_and_after_its_life_lose_as_before():
    late = measure("m", effect(Quantity.EVENTS_PER_YEAR, 0.0), lead_time_months=18, life_years=2, capex_eur=1000)
    found = exact_case(single(2.0, 3.0, late), case("m", discount_rate_per_year=0.0), QUICK)
    assert found.investment.pv_prevented_eur.value == pytest.approx(12_000.0)
    assert [flow.prevented_eur.value for flow in found.investment.cash_flows] == pytest.approx(
        [0, 0, 3000, 6000, 3000, 0]
    )
    assert found.probability_of_loss.with_measures.value == pytest.approx(
        (2 * (1 - math.exp(-2)) + 2 * (1 - math.exp(-1))) / 5
    )


def test_uncertain_sizes_are_shared_by_the_sources_that_they_touch():
    size = PertEstimate(low=0.0, likely=0.5, high=1.0)
    halved = measure("m", effect(Quantity.DURATION_HOURS, size))
    systems = tuple(system(key, EARNING) for key in "ab")
    portfolio = Portfolio(systems=systems, failure_modes=(mode("a", 5.0), mode("b", 5.0)), measures=(halved,))
    found = exact_case(portfolio, case("m"), Resolution(grid_points=2**12, cells=64, size_nodes=64))
    mean, second = 0.5, 0.25 + (0.5 * 0.5) / 7
    assert found.loss_eur_per_year.with_measures.value == pytest.approx(10 * 4000 * mean, rel=1e-9)
    expected = 4000.0**2 * (10 * second + 100 * (second - mean**2))
    assert found.sd_eur_per_year.with_measures.value == pytest.approx(math.sqrt(expected), rel=0.01)


def test_a_common_cause_hits_by_patterns():
    cause, systems = common(
        [system(key, EARNING, tags=("x=1",)) for key in "ab"], hit_probability=0.6, share_reached=0.5
    )
    found = exact_case(Portfolio(systems=systems, common_causes=(cause,)), case(), QUICK)
    assert found.loss_eur_per_year.without.value == pytest.approx(2 * 0.3 * 2000.0)
    assert found.sd_eur_per_year.without.value == pytest.approx(2000.0 * math.sqrt(0.42 + 4 * 0.09))
    assert found.probability_of_loss.without.value == pytest.approx(1 - math.exp(-(1 - 0.49)))
    assert found.notes == ()
    assert dict(found.causes)[Cause.COMMON_CAUSE].without.value == pytest.approx(1200.0)


def test_more_patterns_than_can_be_enumerated_are_sampled_and_said():
    cause, systems = common([system(f"s{i}", EARNING, tags=("x=1",)) for i in range(14)], hit_probability=0.3)
    found = exact_case(Portfolio(systems=systems, common_causes=(cause,)), case(), QUICK)
    assert "quasi-random" in found.notes[0]
    assert found.loss_eur_per_year.without.value == pytest.approx(14 * 0.3 * 2000.0, rel=1e-3)
    assert found.sd_eur_per_year.without.value == pytest.approx(2000 * math.sqrt(14 * 0.21 + 4.2**2), rel=0.01)


def test_a_second_failure_by_coincidence_loses_the_group():
    group = {"redundancy_group": "g", "needed": 1, "failover_hours": 0.0}
    portfolio = Portfolio(
        systems=(system("s", EARNING), system("a"), system("b")),
        failure_modes=(mode("a", 3.0, 4.0), mode("b", 2.0, 6.0)),
        dependencies=(needs("s", "a", **group), needs("s", "b", **group)),
    )
    found = exact_case(portfolio, case(), QUICK)
    assert found.loss_eur_per_year.without.value == pytest.approx(2 * 12.0 * 12.0 / 8760 * 1000.0)
    chance = 5.0 * 12.0 / 8760
    assert found.probability_of_loss.without.value == pytest.approx(1 - math.exp(-chance))


def test_a_long_buffer_keeps_the_consumer_up():
    longer = measure("m", effect(Quantity.BUFFER_HOURS, 1e6, replace=True))
    portfolio = Portfolio(
        systems=(system("s", EARNING), system("a")),
        failure_modes=(mode("a", 1.0, LognormalEstimate(p5=1, p95=30)),),
        dependencies=(needs("s", "a", buffer_hours=1.0),),
        measures=(longer,),
    )
    found = exact_case(portfolio, case("m"), QUICK)
    assert found.loss_eur_per_year.without.value > 0.0
    assert found.loss_eur_per_year.with_measures.value == 0.0


def test_start_windows_meet_the_weekly_profile():
    monday = WeeklyProfile(weights=tuple(1.0 if h < 24 else 0.0 for h in range(168)))
    profile = LossProfile(revenue_eur_per_hour=1000.0, weekly_profile=monday)
    window = mode(rate=1.0, hours=1.0, start_hours=(10, 11))
    inside = exact_case(Portfolio(systems=(system(loss=profile),), failure_modes=(window,)), case(), QUICK)
    assert inside.loss_eur_per_year.without.value == pytest.approx(7000.0)
    always = exact_case(Portfolio(systems=(system(loss=profile),), failure_modes=(mode(hours=1.0),)), case(), QUICK)
    assert always.loss_eur_per_year.without.value == pytest.approx(1000.0, rel=0.01)
    assert always.probability_of_loss.without.value == pytest.approx(1 - math.exp(-25 / 168), rel=0.02)


def test_penalty_steps_are_cut_where_they_lie():
    profile = LossProfile(penalty_steps=(PenaltyStep(from_hours=7, penalty_eur=1000),))
    hours = LognormalEstimate(p5=1.0, p95=25.0)
    due = float(norm.sf(math.log(7 / 5) / hours.log_scales[0]))
    found = exact_case(single(1.0, hours, loss=profile), case(), QUICK)
    assert found.loss_eur_per_year.without.value == pytest.approx(1000.0 * due, rel=1e-9)
    assert found.probability_of_loss.without.value == pytest.approx(1 - math.exp(-due), rel=1e-9)


def test_diversity_protects_the_systems_that_it_names():
    cause, systems = common([system(key, EARNING, tags=("x=1",)) for key in "ab"], hit_probability=0.8)
    move = measure(
        "m",
        effect(Quantity.HIT_PROBABILITY, 0.5, "common_cause:cc; system:a"),
        effect(Quantity.SHARE_REACHED, 0.1, "common_cause:cc; system:b", replace=True),
    )
    found = exact_case(Portfolio(systems=systems, common_causes=(cause,), measures=(move,)), case("m"), QUICK)
    left = [entry.loss_eur_per_year.with_measures.value for entry in found.systems]
    assert left == pytest.approx([0.4 * 2000.0, 0.08 * 2000.0])
    assert found.loss_eur_per_year.without.value == pytest.approx(2 * 0.8 * 2000.0)


def test_tolerance_hours_and_largest_event_have_closed_forms():
    found = exact_case(single(0.5, 6.0, impact_tolerance_hours=4.0), case())
    entry = found.systems[0]
    assert entry.tolerance_exceeded_per_year.without.value == pytest.approx(1 - math.exp(-0.5), abs=1e-12)
    assert entry.hours_lost_per_year.without.value == pytest.approx(3.0)
    hours = LognormalEstimate(p5=1.0, p95=25.0)
    median_event = exact_case(single(2 * math.log(2), hours), case())
    point = min(median_event.exceedance, key=lambda p: abs(p.probability - 0.5))
    z_share = -math.log(1 - point.probability) / (2 * math.log(2))
    below = 1000 * 5 * math.exp(hours.log_scales[0] * float(norm.ppf(1 - z_share)))
    assert point.largest_without == pytest.approx(below, rel=0.01)
    assert point.largest_without <= point.annual_without


def test_systems_components_and_causes_each_add_up():
    rich = LossProfile(
        revenue_eur_per_hour=1000, response_eur_per_incident=700, idle_people=5, loaded_cost_eur_per_person_hour=50
    )
    portfolio = Portfolio(
        systems=(system("a", rich), system("b", EARNING)),
        failure_modes=(mode("a", hours=LognormalEstimate(p5=1, p95=9)), mode("b", cause=Cause.CYBER)),
        dependencies=(needs("b", "a", degradation=0.5, buffer_hours=1.0),),
        measures=(
            measure("m", effect(Quantity.DURATION_HOURS, PertEstimate(low=0.1, likely=0.4, high=0.8), "system:a")),
        ),
    )
    found = exact_case(portfolio, case("m"), QUICK)
    total = found.loss_eur_per_year.difference.value
    assert total > 0.0
    assert sum(entry.loss_eur_per_year.difference.value for entry in found.systems) == pytest.approx(total)
    assert sum(entry.difference.value for _, entry in found.components) == pytest.approx(total)
    assert sum(entry.difference.value for _, entry in found.causes) == pytest.approx(total)


def test_an_insurance_is_named_as_left_out():
    policy = RiskTransfer(premium_eur_per_year=100, limit_eur_per_event=1500, limit_eur_per_year=2000)
    found = exact_case(single(2.0, 3.0, measure("i", transfer=policy)), case("i"), QUICK)
    assert "I: what a risk transfer pays" in found.notes[0]
    assert found.loss_eur_per_year.difference.value == 0.0


def test_nothing_that_costs_nothing_is_answered_with_zeros():
    found = exact_case(Portfolio(systems=(system("a"),), failure_modes=(mode("a"),)), case(), QUICK)
    assert found.loss_eur_per_year.without.value == found.tails[1].tvar.without.value == 0.0
    empty = exact_case(Portfolio(), case(), QUICK)
    assert empty.probability_of_loss.without.value == 0.0


CHANGES = [
    Change(knob=Knob.EVENTS_PER_YEAR, id="a-fails", factor=1.5),
    Change(knob=Knob.EVENTS_PER_YEAR, id="cc", factor=0.5),
    Change(knob=Knob.DURATION_HOURS, id="a-fails", factor=0.7),
    Change(knob=Knob.CAPACITY_LOST, id="b-fails", factor=0.5),
    Change(knob=Knob.EFFECT, id="m", factor=0.5),
    Change(knob=Knob.EFFECT, id="m", factor=0.0),
    Change(knob=Knob.COST, id="m", factor=3.0),
]


def adjustable():
    cause, systems = common([system(key, EARNING, tags=("x=1",)) for key in "ab"], 0.4, hit_probability=0.5)
    group = {"redundancy_group": "g", "failover_hours": 0.5}
    size = PertEstimate(low=0.2, likely=0.4, high=0.8)
    return Portfolio(
        systems=(*systems, system("s", EARNING)),
        failure_modes=(mode("a", LognormalEstimate(p5=1, p95=4), LognormalEstimate(p5=1, p95=9)), mode("b", 1.0, 5.0)),
        common_causes=(cause,),
        dependencies=(needs("s", "a", **group), needs("s", "b", **group)),
        measures=(measure("m", effect(Quantity.DURATION_HOURS, size, "system:a"), capex_eur=2000, lead_time_months=6),),
    )


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: f"{change.knob.name}-{change.id}-{change.factor}")
def test_a_change_gives_what_the_changed_case_gives(change):
    asked, portfolio = case("m"), adjustable()
    prepared = prepare(portfolio, asked, QUICK)
    before = exact_what_if(prepared, ())
    found = exact_what_if(prepared, (change,))
    fresh = exact_case(changed_portfolio(portfolio, change), asked, QUICK)
    assert found != before
    assert exact_what_if(prepared, ()) == before
    for ours, theirs in (
        (found.loss_eur_per_year, fresh.loss_eur_per_year),
        (found.tails[1].tvar, fresh.tails[1].tvar),
    ):
        for world in ("without", "with_measures"):
            mine, other = getattr(ours, world), getattr(theirs, world)
            assert mine.value == pytest.approx(other.value, rel=1e-9, abs=mine.error + other.error)
    assert found.investment.pv_prevented_eur.value == pytest.approx(fresh.investment.pv_prevented_eur.value, abs=1e-6)
    assert found.investment.pv_cost_eur == fresh.investment.pv_cost_eur


def test_a_change_that_cannot_be_answered_says_so():
    setting = measure("m", effect(Quantity.DURATION_HOURS, 0.5, replace=True))
    prepared = prepare(single(2.0, 3.0, setting), case("m"), QUICK)
    with pytest.raises(NotApplicableError, match="cannot be scaled"):
        exact_what_if(prepared, (Change(knob=Knob.EFFECT, id="m", factor=0.5),))
    with pytest.raises(NotFoundError, match="'nobody'"):
        exact_what_if(prepared, (Change(knob=Knob.COST, id="nobody", factor=2.0),))


def test_a_change_that_leaves_the_grid_is_prepared_anew():
    prepared = prepare(single(0.5, 3.0), case(), QUICK)
    found = exact_what_if(prepared, (Change(knob=Knob.EVENTS_PER_YEAR, id="a-fails", factor=100.0),))
    assert found.grid_step_eur > 2.0 * exact_what_if(prepared, ()).grid_step_eur
    assert found.tails[1].var.without.value == pytest.approx(67 * 3000.0, abs=2 * found.grid_step_eur)


@settings(deadline=None, max_examples=15, derandomize=True, database=None)
@given(st.floats(0.01, 1000.0), st.booleans())
def test_scaling_money_scales_every_figure_and_idle_systems_and_order_change_nothing(scale, turned):
    def with_revenue(revenue, portfolio_of):
        profile = LossProfile(revenue_eur_per_hour=revenue)
        halved = measure("m", effect(Quantity.DURATION_HOURS, 0.5))
        return exact_case(
            portfolio_of(single(2.0, LognormalEstimate(p5=1, p95=9), halved, loss=profile)), case("m"), QUICK
        )

    def widened(portfolio):
        systems = (*portfolio.systems, system("idle"))
        return replace(portfolio, systems=systems[::-1] if turned else systems)

    small, large = with_revenue(100.0, lambda p: p), with_revenue(100.0 * scale, widened)
    for figure in ("var", "tvar"):
        mine, other = (getattr(found.tails[1], figure).with_measures.value for found in (small, large))
        assert other == pytest.approx(scale * mine, rel=1e-7)
    assert large.loss_eur_per_year.difference.value == pytest.approx(scale * small.loss_eur_per_year.difference.value)


@settings(deadline=None, max_examples=15, derandomize=True, database=None)
@given(st.floats(0.0, 1.0), st.floats(0.0, 1.0))
def test_a_stronger_effect_never_leaves_more(one, other):
    strong, weak = sorted((one, other))
    left = []
    for size in (strong, weak):
        taken = measure("m", effect(Quantity.EVENTS_PER_YEAR, size), effect(Quantity.CAPACITY_LOST, size))
        found = exact_case(single(2.0, LognormalEstimate(p5=1, p95=9), taken), case("m"), QUICK)
        left.append(found.tails[1].tvar.with_measures)
    assert left[0].value <= left[1].value + left[0].error + left[1].error
