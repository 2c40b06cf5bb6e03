"""Measures in part: what is left of a multiplier and of the way to a new value."""

from __future__ import annotations

import numpy as np
import pytest

from rori.economics.inputs.estimates import LognormalEstimate, PertEstimate
from rori.economics.inputs.parts import in_part, version
from rori.economics.inputs.portfolio import CommonCause, Portfolio
from rori.economics.inputs.scenario import draw_sizes, mean_sizes, resolve
from rori.economics.terms import Quantity
from rori.errors import InputError
from tests.economics.builders import case, certain, effect, measure, mode, needs, system

UNSURE = PertEstimate(low=0.2, likely=0.4, high=0.6)
HALVING = measure("m", effect(Quantity.DURATION_HOURS, UNSURE), capex_eur=7.0, opex_eur_per_year=3.0)


def portfolio():
    cause = CommonCause(
        id="cc", name="cc", tag="x=1", events_per_year=certain(1.0), duration_hours=certain(2.0), share_reached=0.8
    )
    group = {"redundancy_group": "g", "failover_hours": 0.2}
    return Portfolio(
        systems=(system("shop"), system("a", tags=("x=1",)), system("b", tags=("x=1",))),
        failure_modes=(mode("a", LognormalEstimate(p5=1.0, p95=9.0), LognormalEstimate(p5=1.0, p95=9.0)),),
        common_causes=(cause,),
        dependencies=(needs("shop", "a", **group), needs("shop", "b", buffer_hours=2.0, **group)),
    )


def resolved(*measures):
    return resolve(portfolio(), measures, mean_sizes(measures))


def replacing(quantity, size, target="all"):
    return measure("m", effect(quantity, size, target, replace=True))


def test_a_part_of_a_multiplier_is_taken_from_what_it_takes_away():
    assert in_part(HALVING, 0.5).effects[0].size == PertEstimate(low=0.6, likely=0.7, high=0.8)
    double = in_part(HALVING, 2.0).effects[0].size
    assert (double.low, double.likely, double.high) == pytest.approx((0.0, 0.0, 0.2))


def test_all_of_a_measure_is_the_measure_and_none_of_it_still_costs():
    assert in_part(HALVING, 1.0) is HALVING
    nothing = in_part(HALVING, 0.0)
    assert nothing.effects == ()
    assert (nothing.capex_eur, nothing.opex_eur_per_year) == (7.0, 3.0)


@pytest.mark.parametrize("share", [-0.1, float("nan")])
def test_a_share_below_nothing_is_refused_by_name(share):
    with pytest.raises(InputError, match="share of M that is realised"):
        in_part(HALVING, share)


@pytest.mark.parametrize(
    ("quantity", "size", "target", "base", "left"),
    [
        (Quantity.FAILOVER_HOURS, 0.0, "provider:a", 0.2, 0.15),
        (Quantity.BUFFER_HOURS, 4.0, "provider:b", 2.0, 2.5),
        (Quantity.SHARE_REACHED, 0.2, "system:a", 0.8, 0.65),
        (Quantity.EVENTS_PER_YEAR, 1.0, "mode:a-fails", 5.0, 4.0),
        (Quantity.DURATION_HOURS, 2.0, "mode:a-fails", 10.0, 8.0),
    ],
)
def test_a_part_of_a_replacement_is_a_part_of_the_way_to_it(quantity, size, target, base, left):
    scenario = resolved(in_part(replacing(quantity, size, target), 0.25))
    found = (scenario.failovers, scenario.buffers, scenario.shares, scenario.rates, scenario.durations)
    ((change,),) = [tuple(changes.values()) for changes in found if changes]
    assert change.apply(np.array([base])) == pytest.approx([left])


def test_a_part_of_a_part_is_their_product():
    whole = replacing(Quantity.FAILOVER_HOURS, 0.0, "provider:a")
    assert in_part(in_part(whole, 0.5), 0.5) == in_part(whole, 0.25)
    assert in_part(in_part(whole, 0.5), 3.0).effects[0].part == 0.5


def test_of_two_replacements_in_part_the_one_that_leaves_less_risk_counts():
    strong, weak = (effect(Quantity.FAILOVER_HOURS, size, "provider:a", replace=True) for size in (0.0, 0.1))
    hardly, fully = in_part(measure("m", strong), 0.25), measure("n", weak)
    assert resolved(hardly, fully).failovers["shop-a"].apply(np.array([0.2])) == pytest.approx([0.1])
    mostly = in_part(measure("m", strong), 0.75)
    assert resolved(fully, mostly).failovers["shop-a"].apply(np.array([0.2])) == pytest.approx([0.05])
    longer, short = (effect(Quantity.BUFFER_HOURS, size, "provider:b", replace=True) for size in (6.0, 3.0))
    both = in_part(measure("m", longer), 0.5), measure("n", short)
    assert resolved(*both).buffers["shop-b"].apply(np.array([2.0])) == pytest.approx([4.0])


def test_versions_of_a_measure_share_their_draws_and_nothing_else():
    other = version(in_part(HALVING, 0.5), name="evidenced")
    assert other.id != HALVING.id
    sizes = draw_sizes((HALVING, other), case(), 0, 50)
    assert sizes[other.id, 0] == pytest.approx(1.0 - 0.5 * (1.0 - sizes[HALVING.id, 0]))
    assert version(other, name="again").drawn_as == "m"
