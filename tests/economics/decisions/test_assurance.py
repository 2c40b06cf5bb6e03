"""Claimed and evidenced: both worlds on the same events, limits, monotony, and what rests on each measure."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rori.economics.decisions.assurance import assured, claimed_and_evidenced
from rori.economics.decisions.expectation import Expectation, expected_investment
from rori.economics.decisions.resting import resting_on
from rori.economics.figures.evaluate import evaluate_case
from rori.economics.inputs.estimates import LognormalEstimate, PertEstimate
from rori.economics.inputs.measures import RiskTransfer
from rori.economics.inputs.portfolio import CommonCause, LossProfile, PenaltyStep, Portfolio
from rori.economics.terms import Quantity
from rori.errors import InputError, NotFoundError
from tests.economics.builders import case, certain, effect, measure, mode, needs, system
from tests.oracles import within

EARNING = LossProfile(revenue_eur_per_hour=1000.0, penalty_steps=(PenaltyStep(from_hours=4, penalty_eur=9000),))
LINEAR = LossProfile(revenue_eur_per_hour=1000.0)
UNSURE = PertEstimate(low=0.2, likely=0.5, high=0.9)
SPREAD = LognormalEstimate(p5=0.5, p95=20.0)
FLAT = {"horizon_years": 1, "discount_rate_per_year": 0.0}
ALL = ("rarer", "shorter", "switch", "staged", "buffer", "capped")


def whole_model():
    """Every kind of effect, overlaps, lead times, and replacements of quantities that are certain and that are not."""
    group = {"redundancy_group": "g", "failover_hours": 0.5}
    cause = CommonCause(
        id="cc", name="cc", tag="x=1", events_per_year=certain(0.5), duration_hours=SPREAD, hit_probability=0.6
    )
    return Portfolio(
        systems=(*(system(key, EARNING, tags=("x=1",)) for key in "ab"), system("c", EARNING)),
        failure_modes=tuple(mode(key, rate=LognormalEstimate(p5=0.5, p95=2.0), hours=SPREAD) for key in "abc"),
        common_causes=(cause,),
        dependencies=(needs("c", "a", **group), needs("c", "b", **group)),
        measures=(
            measure("rarer", effect(Quantity.EVENTS_PER_YEAR, UNSURE, "system:a"), lead_time_months=7, capex_eur=9000),
            measure("shorter", effect(Quantity.DURATION_HOURS, UNSURE), life_years=2, capex_eur=1000),
            measure(
                "switch",
                effect(Quantity.FAILOVER_HOURS, 0.1, replace=True),
                effect(Quantity.DURATION_HOURS, UNSURE, "system:b"),
                capex_eur=500,
            ),
            measure("staged", effect(Quantity.SHARE_REACHED, 0.3, "common_cause:cc", replace=True), capex_eur=700),
            measure("buffer", effect(Quantity.BUFFER_HOURS, UNSURE, "consumer:c", replace=True), capex_eur=700),
            measure("capped", effect(Quantity.DURATION_HOURS, 0.25, "mode:c-fails", replace=True), capex_eur=10),
        ),
    )


def single(*measures, profile=LINEAR):
    return Portfolio(systems=(system("a", profile),), failure_modes=(mode("a", 2.0, 3.0),), measures=measures)


def halving(key, size=0.5, quantity=Quantity.DURATION_HOURS, **more):
    return measure(key, effect(quantity, size), **more)


def test_half_assured_prevents_half_of_one_multiplier():
    """6000 EUR a year; a duration halved prevents 3000 claimed, with assurance 0.4 it is multiplied by 0.8: 1200."""
    found = resting_on(single(halving("m")), case("m", **FLAT), {"m": 0.4})
    assert (found.claimed_pv_eur, found.evidenced_pv_eur) == pytest.approx((3000, 1200))
    assert found.parts[0].eur_per_year == pytest.approx(found.eur_per_year) == pytest.approx(1800)


@pytest.mark.parametrize(
    ("quantity", "new_value", "share", "left_eur"),
    [
        (Quantity.EVENTS_PER_YEAR, 1.0, 0.4, 1.6 * 3000),
        (Quantity.DURATION_HOURS, 1.0, 0.5, 2 * 2000),
        (Quantity.CAPACITY_LOST, 0.5, 0.5, 6000 * 0.75),
    ],
)
def test_a_new_value_is_reached_as_far_as_it_is_assured_by_hand(quantity, new_value, share, left_eur):
    """Two outages of three hours a year at 1000 EUR an hour: 6000 EUR."""
    portfolio = single(measure("m", effect(quantity, new_value, "mode:a-fails", replace=True)))
    found = resting_on(portfolio, case("m", **FLAT), {"m": share})
    assert found.evidenced_eur_per_year == pytest.approx(6000 - left_eur)
    simulated = claimed_and_evidenced(portfolio, case("m", **FLAT, n_paths=20_000), {"m": share})
    yearly = simulated.prevented_eur_per_year.evidenced
    assert within(yearly.value, 6000 - left_eur, yearly.standard_error)


def test_each_world_has_the_figures_of_its_case_alone_to_the_last_bit():
    subject, asked = whole_model(), case(*ALL, n_paths=600)
    shares = {"rarer": 0.5, "shorter": 0.0, "switch": 0.3, "buffer": 0.7, "capped": 0.6}
    found = claimed_and_evidenced(subject, asked, shares)
    for world, portfolio in ((found.claimed, subject), (found.evidenced, assured(subject, shares))):
        alone = evaluate_case(portfolio, asked)
        assert world.measure_ids == ALL
        assert world.loss_eur_per_year == alone.loss_eur_per_year
        assert world.tails == alone.tails
        assert world.investment == alone.investment


def test_differences_are_paired_and_have_an_error_of_their_own():
    asked = case(*ALL, n_paths=4000)
    found = claimed_and_evidenced(whole_model(), asked, dict.fromkeys(ALL, 0.5))
    rori, chance = found.rori, found.probability_rori_positive
    pairs = [found.prevented_eur_per_year, found.pv_prevented_eur, found.npv_eur, found.loss_eur_per_year, rori, chance]
    pairs += [pair for tail in found.tails for pair in (tail.var, tail.tvar)]
    for pair in pairs:
        assert pair.difference.value == pytest.approx(pair.claimed.value - pair.evidenced.value, rel=1e-9, abs=1e-9)
    for pair in pairs[:5]:
        assert (
            0.0 < pair.difference.standard_error < np.hypot(pair.claimed.standard_error, pair.evidenced.standard_error)
        )
    assert found.prevented_eur_per_year.difference.value > 0 > found.loss_eur_per_year.difference.value
    cost = found.claimed.investment.pv_cost_eur
    assert rori.difference.standard_error == pytest.approx(found.npv_eur.difference.standard_error / cost)


def test_both_worlds_agree_with_expectations():
    subject, asked = whole_model(), case(*ALL, n_paths=20_000)
    shares = {"rarer": 0.5, "shorter": 0.2, "switch": 0.3, "staged": 0.4, "buffer": 0.7, "capped": 0.6}
    found = claimed_and_evidenced(subject, asked, shares)
    expected = resting_on(subject, asked, shares)
    simulated = found.pv_prevented_eur.difference
    assert within(expected.pv_eur, simulated.value, simulated.standard_error)
    yearly = found.prevented_eur_per_year.difference
    assert within(expected.eur_per_year, yearly.value, yearly.standard_error)
    alone = expected_investment(assured(subject, shares), asked).pv_prevented_eur.value
    assert expected.evidenced_pv_eur == pytest.approx(alone, rel=1e-12)


def test_a_case_without_cost_has_no_ratio():
    found = claimed_and_evidenced(single(halving("m")), case("m", n_paths=100), {"m": 0.5})
    assert (found.rori, found.probability_rori_positive) == (None, None)


def test_the_chance_to_pay_falls_by_the_futures_that_rested_on_evidence():
    portfolio = single(halving("m", capex_eur=9000.0))
    found = claimed_and_evidenced(portfolio, case("m", n_paths=2000, horizon_years=4), {"m": 0.5})
    pair = found.probability_rori_positive
    assert pair.claimed == found.claimed.investment.probability_rori_positive
    assert pair.evidenced == found.evidenced.investment.probability_rori_positive
    assert pair.difference.value == pytest.approx(pair.claimed.value - pair.evidenced.value)
    assert pair.difference.value > 0.1


def test_an_insurance_is_not_assured_and_what_is_not_named_counts_in_full():
    policy = RiskTransfer(premium_eur_per_year=1, limit_eur_per_event=1e6, limit_eur_per_year=1e6)
    portfolio = single(halving("m"), measure("i", transfer=policy))
    assert assured(portfolio, {"i": 0.0}) == portfolio
    assert resting_on(portfolio, case("m", "i", **FLAT), {"i": 0.0}).parts == ()


@pytest.mark.parametrize("share", [-0.1, 1.1, float("nan")])
def test_an_assurance_that_is_no_fraction_is_refused_by_name(share):
    with pytest.raises(InputError, match="assurance of M must be a fraction"):
        assured(single(halving("m")), {"m": share})


def test_a_measure_that_is_not_there_is_named():
    with pytest.raises(NotFoundError, match="'ghost'"):
        assured(single(halving("m")), {"ghost": 1.0})


fractions = st.one_of(st.sampled_from([0.0, 0.5, 1.0]), st.floats(0.0, 1.0))
assurances = st.fixed_dictionaries(dict.fromkeys(ALL, fractions))
SUBJECT = whole_model()
ASKED = case(*ALL, n_paths=100)
ENGINE = Expectation(SUBJECT, log2_nodes=6)


def prevented(assurance):
    engine = ENGINE.for_portfolio(assured(SUBJECT, assurance))
    return engine.prevented_by_year(ALL, ASKED.horizon_years).sum()


@settings(deadline=None, max_examples=15)
@given(assurances, st.sampled_from(ALL), st.floats(0.0, 1.0))
def test_evidenced_rises_with_every_assurance_and_never_passes_claimed(assurance, key, further):
    more = {**assurance, key: assurance[key] + further * (1.0 - assurance[key])}
    less, middle, most = (prevented(shares) for shares in (assurance, more, {}))
    assert less <= middle * (1 + 1e-12) + 1e-9
    assert middle <= most * (1 + 1e-12) + 1e-9


@settings(deadline=None, max_examples=8)
@given(assurances, st.integers(0, 2**31))
def test_full_assurance_changes_nothing_and_none_prevents_nothing(assurance, seed):
    asked = case(*ALL, n_paths=100, seed=seed, horizon_years=3)
    full = claimed_and_evidenced(SUBJECT, asked, dict.fromkeys(ALL, 1.0))
    assert full.claimed == full.evidenced
    for pair in (full.prevented_eur_per_year, full.npv_eur, full.rori, full.tails[0].var, full.tails[1].tvar):
        assert (pair.difference.value, pair.difference.standard_error) == (0.0, 0.0)
    none = claimed_and_evidenced(SUBJECT, asked, dict.fromkeys(ALL, 0.0))
    assert none.prevented_eur_per_year.evidenced.value == none.pv_prevented_eur.evidenced.value == 0.0
    some = claimed_and_evidenced(SUBJECT, asked, assurance)
    assert some.evidenced.loss_eur_per_year.difference.value + 1e-9 >= 0.0
    assert some.prevented_eur_per_year.difference.value >= -1e-9


@settings(deadline=None, max_examples=10)
@given(assurances)
def test_what_rests_on_each_measure_adds_up(assurance):
    found = resting_on(SUBJECT, ASKED, assurance)
    scale = 1e-9 * found.claimed_pv_eur
    assert sum(part.pv_eur for part in found.parts) == pytest.approx(found.pv_eur, rel=1e-9, abs=scale)
    assert sum(part.eur_per_year for part in found.parts) == pytest.approx(found.eur_per_year, rel=1e-9, abs=scale)
    assert {part.measure_id for part in found.parts} == {key for key in ALL if assurance[key] < 1.0}
    assert all(part.pv_eur >= -scale and part.pv_standard_error == 0.0 for part in found.parts)
    assert [part.pv_eur for part in found.parts] == sorted((part.pv_eur for part in found.parts), reverse=True)


def test_parts_of_more_than_ten_measures_add_up_as_well():
    keys = [f"m{i:02}" for i in range(12)]
    portfolio = single(*(halving(key, 0.9) for key in keys), halving("sure", 0.5))
    found = resting_on(portfolio, case(*keys, "sure", **FLAT), dict.fromkeys(keys, 0.5))
    assert found.pv_eur == pytest.approx(3000 * (0.95**12 - 0.9**12))
    assert sum(part.pv_eur for part in found.parts) == pytest.approx(found.pv_eur, rel=1e-9)
    assert all(part.pv_standard_error > 0.0 for part in found.parts)


def test_two_measures_that_overlap_share_what_rests_on_them_by_hand():
    """6000 EUR; halved by both 1500 is left. Without evidence 6000. Either alone adds 3000 first and 1500 second."""
    found = resting_on(single(halving("m"), halving("n")), case("m", "n", **FLAT), {"m": 0.0, "n": 0.0})
    assert [part.pv_eur for part in found.parts] == pytest.approx([2250, 2250])
    assert (found.claimed_pv_eur, found.evidenced_pv_eur) == (pytest.approx(4500), 0.0)
