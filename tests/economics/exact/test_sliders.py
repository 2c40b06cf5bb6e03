"""Sliders on the exact engine against the exact engine itself."""

from __future__ import annotations

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
from tests.economics.builders import case, effect, measure, mode, needs, system
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
