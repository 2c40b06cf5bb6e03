"""Many sets of measures at once give what each gives alone."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from rori.economics.figures.evaluate import evaluate_case
from rori.economics.figures.sets import evaluate_sets
from rori.economics.inputs.estimates import LognormalEstimate, PertEstimate
from rori.economics.inputs.measures import RiskTransfer
from rori.economics.inputs.portfolio import CommonCause, LossProfile, Portfolio
from rori.economics.inputs.weekly import WeeklyProfile
from rori.economics.simulation.running import plan_sets, simulate
from rori.economics.terms import Quantity
from rori.errors import NotFoundError
from tests.economics.builders import case, certain, effect, measure, mode, needs, system

DAY = WeeklyProfile(weights=tuple(float(8 <= h % 24 < 20) for h in range(168)))
EARNING = LossProfile(revenue_eur_per_hour=1000.0, weekly_profile=DAY, response_eur_per_incident=500.0)
UNSURE = PertEstimate(low=0.2, likely=0.5, high=0.9)


def portfolio():
    group = {"redundancy_group": "g", "failover_hours": 0.5}
    spread = LognormalEstimate(p5=0.5, p95=20.0)
    return Portfolio(
        systems=(
            *(system(key, EARNING, tags=("x=1",), impact_tolerance_hours=4.0) for key in "ab"),
            system("c", EARNING),
        ),
        failure_modes=tuple(mode(key, rate=LognormalEstimate(p5=0.5, p95=2.0), hours=spread) for key in "abc"),
        common_causes=(
            CommonCause(
                id="cc", name="cc", tag="x=1", events_per_year=certain(0.5), duration_hours=spread, hit_probability=0.6
            ),
        ),
        dependencies=(needs("c", "a", **group), needs("c", "b", **group)),
        measures=(
            measure("rarer", effect(Quantity.EVENTS_PER_YEAR, UNSURE, "system:a"), lead_time_months=7, capex_eur=900),
            measure("shorter", effect(Quantity.DURATION_HOURS, UNSURE, "system:b"), life_years=2, capex_eur=100),
            measure("switch", effect(Quantity.FAILOVER_HOURS, UNSURE, "consumer:c"), capex_eur=50),
            measure("staged", effect(Quantity.SHARE_REACHED, UNSURE, "common_cause:cc"), capex_eur=70),
            measure("worse", effect(Quantity.EVENTS_PER_YEAR, 1.5, "system:c")),
            measure(
                "insured",
                transfer=RiskTransfer(premium_eur_per_year=10, limit_eur_per_event=1e4, limit_eur_per_year=1e5),
            ),
        ),
    )


def test_figures_of_each_set_are_those_of_the_case_alone_to_the_last_bit():
    subject = portfolio()
    ids = tuple(m.id for m in subject.measures)
    sets = [(), *((key,) for key in ids), *itertools.combinations(ids, 5), ids]
    asked = case(n_paths=600)
    for found in evaluate_sets(subject, asked, sets):
        alone = evaluate_case(subject, case(*found.measure_ids, n_paths=600))
        assert found.loss_eur_per_year == alone.loss_eur_per_year
        assert found.tails == alone.tails
        assert found.investment == alone.investment


def test_a_set_that_prevents_nothing_is_todays_design():
    nothing, insured = evaluate_sets(portfolio(), case(n_paths=300), [(), ("insured",)])
    assert nothing.loss_eur_per_year.difference.value == 0.0
    assert insured.loss_eur_per_year == nothing.loss_eur_per_year


def test_no_sets_give_no_results_and_unknown_measures_are_named():
    assert evaluate_sets(portfolio(), case(), []) == ()
    with pytest.raises(NotFoundError, match="'ghost'"):
        evaluate_sets(portfolio(), case(), [("ghost",)])


def test_what_a_case_needs_does_not_change_the_events_of_another():
    subject = portfolio()
    plain = simulate(plan_sets(subject, case(n_paths=400), [("shorter",)], detailed=True))
    more = simulate(plan_sets(subject, case(n_paths=400), [("shorter",), ("rarer", "worse", "insured")], detailed=True))
    assert np.array_equal(plain.annual[:2], more.annual[:2])
    assert np.array_equal(plain.systems.sums, more.systems.sums)
