"""Sliders on the exact engine against the exact engine itself."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rori.economics.exact.engine import exact_case
from rori.economics.exact.levels import Resolution
from rori.economics.exact.realised import realised
from rori.economics.exact.sliders import UNTURNED, Settings, prepare_sliders, turned
from rori.economics.figures.evaluate import evaluate_case
from rori.economics.inputs.estimates import LognormalEstimate, PertEstimate
from rori.economics.inputs.portfolio import CommonCause, LossProfile, PenaltyStep, Portfolio
from rori.economics.inputs.weekly import WeeklyProfile
from rori.economics.terms import Quantity
from rori.errors import InputError, NotApplicableError, NotFoundError
from tests.economics.builders import case, certain, effect, measure, mode, needs, system
from tests.economics.exact.portfolios import portfolios
from tests.oracles import within

OFFICE = WeeklyProfile(weights=tuple(3.0 if h < 120 and 8 <= h % 24 < 18 else 0.2 for h in range(168)))
EARNING = LossProfile(
    revenue_eur_per_hour=1000.0,
    weekly_profile=OFFICE,
    response_eur_per_incident=500.0,
    penalty_steps=(PenaltyStep(from_hours=4.0, penalty_eur=9000.0),),
)
RATE, HOURS = LognormalEstimate(p5=0.5, p95=3.0), LognormalEstimate(p5=0.5, p95=12.0)
FINE = Resolution(grid_points=2**13, cells=2048, size_nodes=1)


def redundant(*measures):
    """One shop that needs one of two databases, all hit by one common cause."""
    group = {"redundancy_group": "g", "failover_hours": 0.2}
    tagged = {"tags": ("x=1",)}
    cause = CommonCause(
        id="cc",
        name="cc",
        tag="x=1",
        events_per_year=LognormalEstimate(p5=0.1, p95=1.0),
        duration_hours=HOURS,
        hit_probability=0.6,
        share_reached=0.8,
    )
    return Portfolio(
        systems=(system("shop", EARNING, impact_tolerance_hours=4.0), system("a", **tagged), system("b", **tagged)),
        failure_modes=(
            mode("shop", RATE, HOURS, PertEstimate(low=0.2, likely=0.6, high=1.0)),
            mode("a", LognormalEstimate(p5=5.0, p95=20.0), HOURS),
            mode("b", LognormalEstimate(p5=5.0, p95=20.0), HOURS),
        ),
        common_causes=(cause,),
        dependencies=(needs("shop", "a", **group), needs("shop", "b", **group)),
        measures=measures,
    )


SHORTER = measure("m", effect(Quantity.DURATION_HOURS, 0.4), capex_eur=10_000.0, opex_eur_per_year=1_000.0)


def assert_close(found, expected, rel=0.015):
    for name in ("loss_eur_per_year", "sd_eur_per_year"):
        for world in ("without", "with_measures"):
            wanted = getattr(getattr(expected, name), world).value
            assert getattr(getattr(found, name), world).value == pytest.approx(wanted, rel=rel, abs=1.0), name
    for one, other in zip(found.tails, expected.tails, strict=True):
        assert one.tvar.without.value == pytest.approx(other.tvar.without.value, rel=2 * rel, abs=1.0)
        assert one.tvar.with_measures.value == pytest.approx(other.tvar.with_measures.value, rel=2 * rel, abs=1.0)
    assert found.probability_of_loss.without.value == pytest.approx(expected.probability_of_loss.without.value, abs=rel)


@pytest.mark.parametrize(
    "turn",
    [
        UNTURNED,
        Settings(frequency=2.5),
        Settings(duration=0.4),
        Settings(duration=3.0, frequency=0.5),
        Settings(frequency=4.0, source_id="cc"),
        Settings(duration=0.3, source_id="a-fails"),
        Settings(strength=0.5),
        Settings(strength=0.0),
        Settings(cost=2.0, discount_rate_per_year=0.02, horizon_years=9),
        Settings(horizon_years=2),
    ],
)
def test_a_turned_case_is_the_exact_case_of_the_changed_inputs(turn) -> None:
    portfolio, asked = redundant(SHORTER), case("m")
    found = turned(prepare_sliders(portfolio, asked), turn)
    expected = exact_case(turn.portfolio(portfolio), turn.case(asked), FINE)
    assert_close(found, expected)
    prevented = expected.investment.pv_prevented_eur.value
    assert found.investment.pv_prevented_eur.value == pytest.approx(prevented, rel=0.03, abs=1.0)
    assert found.investment.pv_cost_eur == pytest.approx(expected.investment.pv_cost_eur)
    assert found.systems[0].tolerance_exceeded_per_year.without.value == pytest.approx(
        expected.systems[0].tolerance_exceeded_per_year.without.value, rel=0.02
    )


@given(portfolio=portfolios(), frequency=st.sampled_from([0.3, 1.0, 2.0]), duration=st.sampled_from([0.5, 1.0, 3.0]))
@settings(max_examples=15, deadline=None)
def test_random_portfolios_turn_as_they_would_be_computed_anew(portfolio, frequency, duration) -> None:
    turn, asked = Settings(frequency=frequency, duration=duration), case("m")
    resolution = Resolution(grid_points=2**12, cells=1024, size_nodes=4)
    found = turned(prepare_sliders(portfolio, asked, replace(resolution, cells=256)), turn)
    expected = exact_case(turn.portfolio(portfolio), asked, resolution)
    for world in ("without", "with_measures"):
        wanted = getattr(expected.loss_eur_per_year, world).value
        assert getattr(found.loss_eur_per_year, world).value == pytest.approx(wanted, rel=0.03, abs=1.0)


def test_a_turn_leaves_the_prepared_case_as_it_was() -> None:
    prepared = prepare_sliders(redundant(SHORTER), case("m"))
    before = turned(prepared, UNTURNED)
    turned(prepared, Settings(frequency=3.0, duration=2.0, strength=0.3, horizon_years=8))
    assert turned(prepared, UNTURNED) == before


def test_losses_beyond_the_grid_widen_it() -> None:
    prepared = prepare_sliders(redundant(SHORTER), case("m"))
    turn = Settings(frequency=40.0)
    found = turned(prepared, turn)
    assert found.grid_step_eur > turned(prepared, UNTURNED).grid_step_eur
    assert found.probability_beyond_grid < 1e-5
    assert_close(found, exact_case(turn.portfolio(redundant(SHORTER)), case("m"), FINE))


def test_every_measure_is_realised_by_the_same_share() -> None:
    portfolio = redundant(
        *(measure(key, effect(Quantity.DURATION_HOURS, size)) for key, size in (("m", 0.2), ("n", 0.4)))
    )
    assert [one.effects[0].size.likely for one in realised(portfolio, 0.5)] == pytest.approx([0.6, 0.7])


def test_a_part_of_a_replaced_rate_or_failover_is_answered_as_the_simulation_does() -> None:
    changes = (
        effect(Quantity.EVENTS_PER_YEAR, 0.5, "mode:shop-fails", replace=True),
        effect(Quantity.FAILOVER_HOURS, 0.0, "provider:a", replace=True),
        effect(Quantity.SHARE_REACHED, 0.2, "common_cause:cc; system:a", replace=True),
    )
    portfolio, asked = redundant(measure("m", *changes)), case("m", n_paths=20_000)
    found = turned(prepare_sliders(portfolio, asked), Settings(strength=0.25)).loss_eur_per_year.with_measures
    simulated = evaluate_case(replace(portfolio, measures=realised(portfolio, 0.25)), asked).loss_eur_per_year
    assert within(found.value, simulated.with_measures.value, simulated.with_measures.standard_error)
    assert simulated.difference.value > 5 * simulated.difference.standard_error


def test_a_part_of_a_replaced_estimate_is_refused_with_a_way_out() -> None:
    portfolio = redundant(measure("m", effect(Quantity.DURATION_HOURS, 1.0, "mode:a-fails", replace=True)))
    prepared = prepare_sliders(portfolio, case("m"))
    with pytest.raises(NotApplicableError, match=r"M sets duration hours to a value of its own.*0 % or 100 %"):
        turned(prepared, Settings(strength=0.5))
    assert turned(prepared, Settings(strength=0.0)).loss_eur_per_year.difference.value == pytest.approx(0.0, abs=1e-6)


def hit_together(count, probability, profile=EARNING, hours=HOURS):
    """Systems that one common cause hits independently."""
    cause = CommonCause(
        id="cc",
        name="cc",
        tag="x=1",
        events_per_year=certain(0.8),
        duration_hours=hours,
        hit_probability=probability,
        share_reached=1.0,
    )
    systems = tuple(system(f"s{i}", profile, tags=("x=1",), impact_tolerance_hours=3.0 + 0.1 * i) for i in range(count))
    return Portfolio(systems=systems, common_causes=(cause,))


@pytest.mark.parametrize(("count", "probability"), [(10, 0.5), (11, 0.6), (12, 0.4), (16, 0.5)])
def test_patterns_that_are_all_about_as_likely_all_count(count, probability) -> None:
    portfolio = hit_together(count, probability, LossProfile(revenue_eur_per_hour=1000.0), certain(2.0))
    found = turned(prepare_sliders(portfolio, case()), UNTURNED)
    mean = count * probability
    assert found.loss_eur_per_year.without.value == pytest.approx(0.8 * 2000.0 * mean, rel=2e-3)
    second = mean * (1.0 - probability) + mean**2
    assert found.sd_eur_per_year.without.value == pytest.approx(2000.0 * math.sqrt(0.8 * second), rel=5e-3)
    hit = -math.expm1(-0.8 * (1.0 - (1.0 - probability) ** count))
    assert found.probability_of_loss.without.value == pytest.approx(hit, abs=2e-3)
    passed = turned(prepare_sliders(hit_together(count, probability), case()), UNTURNED)
    by_system = [one.loss_eur_per_year.without.value for one in passed.systems]
    assert by_system == pytest.approx([by_system[0]] * count, rel=5e-3)


def test_what_systems_lose_together_is_spread_as_the_exact_engine_says() -> None:
    portfolio = hit_together(10, 0.45)
    found = turned(prepare_sliders(portfolio, case()), UNTURNED)
    expected = exact_case(portfolio, case(), Resolution(grid_points=2**13, cells=2**14, size_nodes=1))
    assert found.notes == ()
    assert found.sd_eur_per_year.without.value == pytest.approx(expected.sd_eur_per_year.without.value, rel=5e-3)
    for name in ("var", "tvar"):
        for one, other in zip(found.tails, expected.tails, strict=True):
            stated, true = getattr(one, name).without, getattr(other, name).without
            assert abs(stated.value - true.value) <= 2.0 * stated.error + true.error
    hours = [one.hours_lost_per_year.without.value for one in found.systems]
    assert hours == pytest.approx([0.8 * 0.45 * HOURS.mean] * 10, rel=1e-6)


def test_a_sample_of_patterns_is_said_and_its_error_covers_it() -> None:
    true, stated = [], []
    for count, p in ((11, 0.37), (12, 0.55), (14, 0.42), (16, 0.25), (20, 0.48), (25, 0.31)):
        portfolio = hit_together(count, p, LossProfile(revenue_eur_per_hour=1000.0), certain(2.0))
        found = turned(prepare_sliders(portfolio, case()), UNTURNED)
        assert found.notes == (
            "1 kinds of event can hit systems in more than 1 024 patterns; 512 quasi-random ones stand for them.",
        )
        mean, variance = count * p, count * p * (1.0 - p)
        for figure, expected in (
            (found.loss_eur_per_year, 0.8 * 2000.0 * mean),
            (found.sd_eur_per_year, 2000.0 * math.sqrt(0.8 * (variance + mean**2))),
            (found.probability_of_loss, -math.expm1(-0.8 * (1.0 - (1.0 - p) ** count))),
        ):
            assert figure.without.value == pytest.approx(expected, rel=1e-2)
            true.append(abs(figure.without.value / expected - 1.0))
            stated.append(figure.without.error / expected)
    assert math.hypot(*true) <= math.hypot(*stated)
    assert sum(one > 2.0 * other + 1e-4 for one, other in zip(true, stated, strict=True)) <= len(true) // 6


@pytest.mark.parametrize("portfolio", [redundant(SHORTER), hit_together(12, 0.5), hit_together(9, 0.2)])
def test_a_turn_of_frequency_or_duration_needs_no_new_table(portfolio) -> None:
    prepared = prepare_sliders(portfolio, case(*(m.id for m in portfolio.measures)))
    made = prepared.fine.severities.n_made
    for turn in (Settings(frequency=1.1), Settings(duration=2.0), Settings(duration=0.5), UNTURNED):
        turned(prepared, turn)
    assert prepared.fine.severities.n_made == made


def test_a_sample_of_patterns_serves_other_probabilities_while_enough_of_it_counts() -> None:
    prepared = prepare_sliders(hit_together(16, 0.5), case())
    severities, law = prepared.fine.severities, prepared.fine.without.states[0].laws[0].terms[0].event
    near = replace(law, hits=tuple((system, 0.98 * p) for system, p in law.hits))
    assert severities(near).mean_eur == pytest.approx(0.98 * severities(law).mean_eur, rel=0.01)
    assert severities.n_made == 1
    far = replace(law, hits=tuple((system, 0.3 * p) for system, p in law.hits))
    assert severities(far).mean_eur == pytest.approx(0.3 * severities(law).mean_eur, rel=0.01)
    assert severities.n_made == 2


def test_a_certain_outage_as_long_as_a_step_of_the_penalties_reaches_it() -> None:
    due = LossProfile(penalty_steps=(PenaltyStep(from_hours=4.0, penalty_eur=9000.0),))
    portfolio = replace(redundant(), systems=(system("shop", due), system("a"), system("b")), common_causes=())
    portfolio = replace(portfolio, failure_modes=(mode("shop", certain(0.5), certain(4.0)),))
    prepared = prepare_sliders(portfolio, case())
    for factor, expected in ((1.0, 4500.0), (0.99, 0.0), (1.5, 4500.0)):
        assert turned(prepared, Settings(duration=factor)).loss_eur_per_year.without.value == pytest.approx(expected)


def test_losses_follow_the_hours_in_which_events_start() -> None:
    nights = replace(mode("shop", certain(1.0), HOURS), start_hours=tuple(range(22, 167, 24)))
    portfolio = Portfolio(systems=(system("shop", EARNING),), failure_modes=(nights,))
    assert_close(turned(prepare_sliders(portfolio, case()), UNTURNED), exact_case(portfolio, case(), FINE), rel=5e-3)


def test_a_slider_about_nothing_is_refused() -> None:
    with pytest.raises(NotFoundError, match="no failure mode or common cause 'x'"):
        turned(prepare_sliders(redundant(), case()), Settings(frequency=2.0, source_id="x"))


@pytest.mark.parametrize(
    ("name", "value"),
    [("frequency", 0.0), ("duration", -1.0), ("strength", 1.1), ("cost", -0.1), ("cost", float("nan"))],
)
def test_settings_outside_their_range_are_refused(name, value) -> None:
    with pytest.raises(InputError, match=name):
        Settings(**{name: value})
