"""Every component of the loss of one interruption, by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from rori.economics.inputs.portfolio import LossProfile, PenaltyStep
from rori.economics.inputs.weekly import WeeklyProfile
from rori.economics.interruption.loss import Interruptions, Stretch, loss_by_component
from rori.economics.terms import Component
from rori.errors import InputError
from tests.economics.builders import system


def interruption(*parts, start_hour=0.0, loses_data=False):
    """One event: parts are (level, from hour, to hour)."""
    stretches = tuple(Stretch(level=np.array([p[0]]), start=np.array([p[1]]), end=np.array([p[2]])) for p in parts)
    return Interruptions(stretches=stretches, start_hour=np.array([start_hour]), loses_data=np.array([loses_data]))


def loss_of(component, profile, *parts, start_hour=0.0, loses_data=False, **about_system):
    subject = system(loss=profile, **about_system)
    found = loss_by_component(subject, interruption(*parts, start_hour=start_hour, loses_data=loses_data))
    return float(found[component][0])


def test_revenue_is_lost_hour_by_hour_as_far_as_capacity_goes_and_customers_do_not_return():
    profile = LossProfile(revenue_eur_per_hour=1000.0, recovered_share=0.25)
    assert loss_of(Component.REVENUE, profile, (0.5, 0.0, 4.0)) == pytest.approx(1000 * 0.75 * 0.5 * 4)


def test_revenue_follows_the_week():
    office = WeeklyProfile(weights=tuple(1.0 if h < 24 else 0.0 for h in range(168)))
    profile = LossProfile(revenue_eur_per_hour=1000.0, weekly_profile=office)
    assert loss_of(Component.REVENUE, profile, (1.0, 0.0, 4.0), start_hour=22.0) == pytest.approx(1000 * 7 * 2)
    assert loss_of(Component.REVENUE, profile, (1.0, 0.0, 4.0), start_hour=40.0) == 0.0


def test_steps_of_capacity_add_up():
    profile = LossProfile(revenue_eur_per_hour=100.0)
    assert loss_of(Component.REVENUE, profile, (0.2, 1.0, 3.0), (0.8, 3.0, 5.0)) == pytest.approx(100 * (0.4 + 1.6))


def test_labour_is_idle_as_far_as_capacity_goes():
    profile = LossProfile(idle_people=40, loaded_cost_eur_per_person_hour=65)
    assert loss_of(Component.LABOUR, profile, (0.5, 0.0, 3.0)) == pytest.approx(40 * 65 * 1.5)


def test_response_costs_once_and_per_hour_and_nothing_when_nothing_stops():
    profile = LossProfile(response_eur_per_incident=8000, response_eur_per_hour=500)
    assert loss_of(Component.RESPONSE, profile, (0.1, 1.0, 3.0)) == pytest.approx(8000 + 1000)
    assert loss_of(Component.RESPONSE, profile, (1.0, 3.0, 3.0)) == 0.0


@pytest.mark.parametrize(("hours", "due"), [(0.5, 0), (1.0, 5000), (3.9, 5000), (4.0, 25000), (99.0, 25000)])
def test_penalties_are_due_in_total_from_each_step_on(hours, due):
    steps = (PenaltyStep(from_hours=1, penalty_eur=5000), PenaltyStep(from_hours=4, penalty_eur=25000))
    assert loss_of(Component.PENALTIES, LossProfile(penalty_steps=steps), (1.0, 0.0, hours)) == due


@pytest.mark.parametrize(("hours", "share"), [(4.0, 0.0), (26.0, 0.5), (48.0, 1.0), (90.0, 1.0)])
def test_clients_leave_after_the_onset_and_the_more_the_longer(hours, share):
    profile = LossProfile(
        clients=1000,
        defection_probability=0.02,
        defection_onset_hours=4,
        defection_full_hours=48,
        margin_eur_per_client_year=30,
        remaining_years=5,
    )
    assert loss_of(Component.DEFECTION, profile, (1.0, 0.0, hours)) == pytest.approx(share * 1000 * 0.02 * 30 * 5)
    assert loss_of(Component.DEFECTION, profile, (0.4, 0.0, hours)) == pytest.approx(0.4 * share * 1000 * 0.02 * 30 * 5)


@pytest.mark.parametrize(("hours", "due"), [(1.9, 0.0), (2.0, 15_000 + 40_000), (9.0, 15_000 + 40_000)])
def test_a_reportable_interruption_costs_its_notification_and_the_penalty_up_to_the_ceiling(hours, due):
    profile = LossProfile(
        reportable_after_hours=2, notification_eur=15_000, expected_penalty_eur=60_000, penalty_ceiling_eur=40_000
    )
    assert loss_of(Component.REGULATORY, profile, (1.0, 0.0, hours)) == due


def test_reputation_dips_once_the_tolerance_is_passed_and_recovers_by_half_lives():
    profile = LossProfile(revenue_eur_per_hour=1000, reputation_dip=0.02, reputation_half_life_months=2)
    hours = np.linspace(0, 730 * 2 * 60, 2_000_001)
    expected = np.trapezoid(1000 * 0.02 * 0.5 ** (hours / (730 * 2)), hours)
    found = loss_of(Component.REPUTATION, profile, (1.0, 0.0, 4.1), impact_tolerance_hours=4.0)
    assert found == pytest.approx(expected, rel=1e-6)
    assert loss_of(Component.REPUTATION, profile, (1.0, 0.0, 4.0), impact_tolerance_hours=4.0) == 0.0


def test_data_since_the_last_good_copy_is_recreated_only_where_data_is_lost():
    profile = LossProfile(data_recreation_eur_per_hour=4000)
    assert loss_of(Component.DATA_LOSS, profile, (1.0, 0.0, 1.0), loses_data=True, rpo_hours=0.25) == 1000.0
    assert loss_of(Component.DATA_LOSS, profile, (1.0, 0.0, 1.0), loses_data=False, rpo_hours=0.25) == 0.0


def test_components_that_a_profile_leaves_out_are_absent():
    assert loss_by_component(system(loss=LossProfile()), interruption((1.0, 0.0, 5.0))) == {}
    assert loss_by_component(system(), interruption((1.0, 0.0, 5.0))) == {}


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("revenue_eur_per_hour", -1.0, "revenue_eur_per_hour must be a number of at least 0"),
        ("recovered_share", 1.5, r"recovered_share must be a fraction in \[0, 1\], got 1.5"),
        ("idle_people", math.nan, "idle_people must be a number"),
        ("penalty_ceiling_eur", -5.0, "penalty_ceiling_eur"),
    ],
)
def test_a_profile_says_which_input_is_wrong(field, value, says):
    with pytest.raises(InputError, match=says):
        LossProfile(**{field: value})


def leaving(full_hours):
    return LossProfile(
        clients=1000,
        defection_probability=0.01,
        margin_eur_per_client_year=10,
        remaining_years=1,
        defection_onset_hours=4.0,
        defection_full_hours=full_hours,
    )


@pytest.mark.parametrize(("hours", "share"), [(3.0, 0.0), (4.1, 0.2), (4.25, 0.5), (5.0, 1.0)])
def test_a_ramp_shorter_than_an_hour_is_a_ramp(hours, share):
    assert loss_of(Component.DEFECTION, leaving(4.5), (1.0, 0.0, hours)) == pytest.approx(share * 100)


@pytest.mark.parametrize(("hours", "due"), [(3.9, 0.0), (4.0, 0.0), (4.01, 100.0)])
def test_without_a_ramp_clients_leave_once_the_onset_is_passed(hours, due):
    assert loss_of(Component.DEFECTION, leaving(4.0), (1.0, 0.0, hours)) == pytest.approx(due)


def test_without_a_tolerance_or_an_rpo_nothing_is_due_for_passing_them():
    dip = LossProfile(
        revenue_eur_per_hour=10, reputation_dip=0.5, reputation_half_life_months=1, response_eur_per_hour=1
    )
    found = loss_by_component(system(loss=dip), interruption((1.0, 0.0, 5000.0)))
    assert float(found.get(Component.REPUTATION, np.zeros(1))[0]) == 0.0
    data = LossProfile(data_recreation_eur_per_hour=500, response_eur_per_hour=1)
    found = loss_by_component(system(loss=data), interruption((1.0, 0.0, 5.0), loses_data=True))
    assert float(found.get(Component.DATA_LOSS, np.zeros(1))[0]) == 0.0


def test_what_does_not_stop_costs_nothing_at_all():
    touchy = LossProfile(
        penalty_steps=(PenaltyStep(from_hours=0, penalty_eur=100),),
        reportable_after_hours=0.0,
        notification_eur=50,
        data_recreation_eur_per_hour=10,
        response_eur_per_incident=7,
    )
    found = loss_by_component(system(loss=touchy, rpo_hours=1.0), interruption((1.0, 2.0, 2.0), loses_data=True))
    assert sum(float(euros[0]) for euros in found.values()) == 0.0


def test_a_system_that_is_never_reportable_pays_no_penalty():
    never = LossProfile(notification_eur=50, expected_penalty_eur=50, response_eur_per_hour=1)
    found = loss_by_component(system(loss=never), interruption((1.0, 0.0, 900.0)))
    assert float(found.get(Component.REGULATORY, np.zeros(1))[0]) == 0.0
