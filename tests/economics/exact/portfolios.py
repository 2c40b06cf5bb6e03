"""Random portfolios for Hypothesis: a few systems that fail, hang on one another and are hit together, and a measure."""

from __future__ import annotations

from hypothesis import strategies as st

from rori.economics.inputs.estimates import LognormalEstimate, PertEstimate
from rori.economics.inputs.portfolio import CommonCause, LossProfile, PenaltyStep, Portfolio
from rori.economics.inputs.weekly import FLAT, WeeklyProfile
from rori.economics.terms import Cause, Quantity
from tests.economics.builders import certain, effect, measure, mode, needs, system

OFFICE = WeeklyProfile(weights=tuple(3.0 if h < 120 and 8 <= h % 24 < 18 else 0.2 for h in range(168)))

rates = st.one_of(
    st.sampled_from([certain(0.1), certain(0.8), certain(3.0)]),
    st.builds(lambda p5, ratio: LognormalEstimate(p5=p5, p95=p5 * ratio), st.floats(0.05, 1.0), st.floats(1.5, 8.0)),
    st.just(LognormalEstimate(p5=0.2, p50=0.3, p95=1.5)),
)
hours = st.one_of(
    st.sampled_from([certain(2.0), certain(7.0)]),
    st.builds(lambda p5, ratio: LognormalEstimate(p5=p5, p95=p5 * ratio), st.floats(0.2, 4.0), st.floats(2.0, 30.0)),
    st.just(LognormalEstimate(p5=0.5, p50=2.0, p95=30.0)),
)
capacities = st.sampled_from(
    [
        PertEstimate(low=1.0, likely=1.0, high=1.0),
        PertEstimate(low=0.1, likely=0.4, high=1.0),
        PertEstimate(low=0.5, likely=0.5, high=0.5),
    ]
)
sizes = st.sampled_from(
    [
        PertEstimate(low=0.3, likely=0.3, high=0.3),
        PertEstimate(low=0.1, likely=0.4, high=0.9),
        PertEstimate(low=0.5, likely=0.8, high=1.4),
        PertEstimate(low=0.0, likely=0.0, high=0.0),
    ]
)


@st.composite
def profiles(draw):
    """Draw a loss profile with some of the components."""
    return LossProfile(
        revenue_eur_per_hour=draw(st.sampled_from([0.0, 500.0, 2000.0])),
        weekly_profile=draw(st.sampled_from([FLAT, OFFICE])),
        idle_people=draw(st.sampled_from([0.0, 12.0])),
        loaded_cost_eur_per_person_hour=60.0,
        response_eur_per_incident=draw(st.sampled_from([0.0, 1500.0])),
        penalty_steps=draw(st.sampled_from([(), (PenaltyStep(from_hours=4, penalty_eur=9000),)])),
        clients=draw(st.sampled_from([0.0, 100.0])),
        defection_probability=0.1,
        defection_onset_hours=2.0,
        defection_full_hours=12.0,
        margin_eur_per_client_year=200.0,
        remaining_years=2.0,
    )


@st.composite
def links(draw, consumer, provider):
    """Draw a plain dependency."""
    return needs(
        consumer,
        provider,
        degradation=draw(st.sampled_from([0.3, 1.0])),
        buffer_hours=draw(st.sampled_from([0.0, 1.0, 3.0])),
    )


@st.composite
def measures(draw, n_systems):
    """Draw a measure with one to three effects."""
    quantities = draw(st.lists(st.sampled_from(list(Quantity)), min_size=1, max_size=3, unique=True))
    effects = []
    for quantity in quantities:
        size = draw(sizes)
        if quantity in (Quantity.BUFFER_HOURS, Quantity.FAILOVER_HOURS):
            effects.append(effect(quantity, size))
            continue
        if quantity in (Quantity.HIT_PROBABILITY, Quantity.SHARE_REACHED):
            effects.append(effect(quantity, size, "common_cause:cc"))
            continue
        target = draw(st.sampled_from(["all", *(f"system:s{i}" for i in range(n_systems))]))
        effects.append(effect(quantity, size, target))
    return measure(
        "m",
        *effects,
        capex_eur=5000.0,
        lead_time_months=draw(st.sampled_from([0.0, 5.0, 12.0])),
        life_years=draw(st.sampled_from([2.5, 5.0])),
    )


@st.composite
def portfolios(draw):
    """Draw two to five systems with failure modes, dependencies, perhaps a group and a common cause, and one measure."""
    count = draw(st.integers(2, 5))
    systems = tuple(
        system(f"s{i}", draw(profiles()) if i < 3 else None, tags=("x=1",) if draw(st.booleans()) else ())
        for i in range(count)
    )
    modes = tuple(
        mode(
            f"s{i}",
            draw(rates),
            draw(hours),
            draw(capacities),
            key=f"f{i}",
            cause=draw(st.sampled_from(list(Cause)[:3])),
        )
        for i in range(count)
        if i == 0 or draw(st.booleans())
    )
    found = [draw(links(f"s{i}", f"s{i + 1}")) for i in range(count - 1) if draw(st.booleans())]
    if count >= 4 and draw(st.booleans()):
        group = {"redundancy_group": "g", "failover_hours": draw(st.sampled_from([0.0, 0.5]))}
        found = [link for link in found if link.consumer_id != "s0"]
        found += [needs("s0", "s2", **group), needs("s0", "s3", **group)]
    causes = ()
    if draw(st.booleans()):
        causes = (
            CommonCause(
                id="cc",
                name="cc",
                tag="x=1",
                events_per_year=draw(rates),
                duration_hours=draw(hours),
                hit_probability=draw(st.sampled_from([0.4, 1.0])),
                share_reached=draw(st.sampled_from([0.7, 1.0])),
            ),
        )
    return Portfolio(
        systems=systems,
        failure_modes=modes,
        common_causes=causes,
        dependencies=tuple(found),
        measures=(draw(measures(count)),),
    )
