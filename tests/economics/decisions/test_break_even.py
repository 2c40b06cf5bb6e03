"""Break-evens: against closed forms, and one engine against the other."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rori.economics.decisions.break_even import WhatIf, break_evens, pays_for_itself, scaled, simulated_prevented
from rori.economics.inputs.estimates import LognormalEstimate, PertEstimate
from rori.economics.inputs.portfolio import CommonCause, LossProfile, Portfolio
from rori.economics.terms import Quantity
from tests.economics.builders import case, certain, effect, measure, mode, needs, system

EARNING = LossProfile(revenue_eur_per_hour=1000.0)
PLAIN = {"horizon_years": 4, "discount_rate_per_year": 0.0, "n_paths": 200}


def single(*effects, hours=3.0, rate=2.0, loss=EARNING, **about):
    bought = measure("m", *effects, **{"capex_eur": 6000.0, **about})
    return Portfolio(systems=(system("a", loss),), failure_modes=(mode("a", rate, hours),), measures=(bought,))


def test_a_single_system_breaks_even_in_closed_form():
    """Loss is linear in frequency, duration and strength: 4 years x 6000 EUR x 0.5 prevented for 6000 EUR."""
    found = break_evens(single(effect(Quantity.DURATION_HOURS, 0.5)), case("m", **PLAIN))
    assert found.rori == pytest.approx(1.0)
    assert found.frequency.factor == pytest.approx(0.5, rel=1e-5)
    assert found.duration.factor == pytest.approx(0.5, rel=1e-5)
    assert found.strength.factor == pytest.approx(0.5, rel=1e-5)
    assert found.cost.factor == pytest.approx(2.0)


def test_what_does_not_pay_has_to_grow():
    dear = single(effect(Quantity.DURATION_HOURS, 0.8), capex_eur=9600.0)
    found = break_evens(dear, case("m", **PLAIN))
    assert found.rori == pytest.approx(-0.5)
    assert (found.frequency.factor, found.strength.factor) == pytest.approx((2.0, 2.0), rel=1e-5)
    assert found.cost.factor == pytest.approx(0.5)


def test_what_cannot_be_reached_says_why():
    dear = single(effect(Quantity.DURATION_HOURS, 0.8), capex_eur=1e9)
    found = break_evens(dear, case("m", **PLAIN))
    assert found.strength.factor is None
    assert "do not pay for themselves" in found.strength.reason
    idle = break_evens(single(), case("m", **PLAIN))
    assert idle.frequency.factor is None
    assert idle.cost.factor is None
    assert "prevent no loss" in idle.cost.reason
    free = break_evens(single(effect(Quantity.DURATION_HOURS, 0.8), capex_eur=0.0), case("m", **PLAIN))
    assert free.rori is None
    assert "cost nothing" in free.cost.reason


def test_a_loss_per_incident_pays_at_any_duration():
    profile = LossProfile(response_eur_per_incident=5000)
    found = break_evens(single(effect(Quantity.EVENTS_PER_YEAR, 0.5), loss=profile), case("m", **PLAIN))
    assert found.duration.factor is None
    assert "pay for themselves even at" in found.duration.reason


def test_coincidence_within_groups_grows_with_frequency():
    """Failure of one member counts when the other is down too: the square of the frequency."""
    group = {"redundancy_group": "g", "needed": 1, "failover_hours": 0.0}
    bought = measure("m", effect(Quantity.EVENTS_PER_YEAR, 0.0), capex_eur=2 * 4 * 8.0 * 10.0 * 1000 * 80 / 8760 * 4)
    portfolio = Portfolio(
        systems=(system("s", EARNING), system("a"), system("b")),
        failure_modes=(mode("a", 8.0, 10.0), mode("b", 8.0, 10.0)),
        dependencies=(needs("s", "a", **group), needs("s", "b", **group)),
        measures=(bought,),
    )
    found = break_evens(portfolio, case("m", **PLAIN))
    assert found.frequency.factor == pytest.approx(2.0, rel=0.01)


def test_both_engines_break_even_at_the_same_factors():
    portfolio = single(
        effect(Quantity.DURATION_HOURS, PertEstimate(low=0.2, likely=0.4, high=0.8)),
        hours=LognormalEstimate(p5=1, p95=9),
        capex_eur=9000.0,
    )
    question = case("m", **{**PLAIN, "n_paths": 4000})
    expected, simulated = break_evens(portfolio, question), break_evens(portfolio, question, simulated_prevented)
    assert simulated.rori == pytest.approx(expected.rori, rel=0.1)
    for name in ("frequency", "duration", "strength", "cost"):
        assert getattr(simulated, name).factor == pytest.approx(getattr(expected, name).factor, rel=0.05)


def test_both_engines_break_even_at_the_same_part_of_a_replacement():
    """2 events of 3 hours a year at 1000 EUR an hour: a duration of 1 hour prevents 4 x 4000 EUR, half of it pays for 8000."""
    portfolio = single(effect(Quantity.DURATION_HOURS, 1.0, replace=True), capex_eur=8000.0)
    expected = break_evens(portfolio, case("m", **PLAIN))
    simulated = break_evens(portfolio, case("m", **{**PLAIN, "n_paths": 4000}), simulated_prevented)
    assert expected.strength.factor == pytest.approx(0.5, rel=1e-5)
    assert simulated.strength.factor == pytest.approx(0.5, rel=0.05)


def test_scaling_moves_every_rate_duration_and_multiplier():
    cause = CommonCause(id="cc", name="cc", tag="x=1", events_per_year=certain(1), duration_hours=certain(2))
    portfolio = replace(single(effect(Quantity.DURATION_HOURS, 0.5)), common_causes=(cause,))
    moved = scaled(portfolio, WhatIf(frequency=2.0, duration=3.0, strength=0.5))
    for source in (*moved.failure_modes, *moved.common_causes):
        before = next(s for s in (*portfolio.failure_modes, *portfolio.common_causes) if s.id == source.id)
        assert source.events_per_year.mean == pytest.approx(2 * before.events_per_year.mean)
        assert source.duration_hours.mean == pytest.approx(3 * before.duration_hours.mean)
    assert moved.measures[0].effects[0].size.mean == pytest.approx(0.75)


def test_the_sentence_about_one_outage_every_so_many_years():
    found = pays_for_itself(single(effect(Quantity.DURATION_HOURS, 0.5)), case("m", **PLAIN), "a", 4.0)
    assert found.loss_per_outage_eur == pytest.approx(4000)
    assert found.cost_eur_per_year == pytest.approx(1500)
    assert found.every_years == pytest.approx(4000 / 1500)
    free = pays_for_itself(single(capex_eur=0.0), case("m", **PLAIN), "a")
    assert free.every_years is None
