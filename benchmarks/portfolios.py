"""The portfolios that are measured: independent scenarios, and whole estates with everything that the model knows."""

from __future__ import annotations

import itertools

import numpy as np

from rori.economics.inputs.estimates import LognormalEstimate, PertEstimate
from rori.economics.inputs.measures import Effect, Measure, Selector
from rori.economics.inputs.portfolio import (
    CommonCause,
    Dependency,
    FailureMode,
    LossProfile,
    PenaltyStep,
    Portfolio,
    System,
)
from rori.economics.inputs.weekly import WeeklyProfile
from rori.economics.terms import Cause, Operation, Quantity

Z95 = 1.6448536269514722
OFFICE = WeeklyProfile(weights=tuple(4.0 if h < 120 and 8 <= h % 24 < 18 else 0.5 for h in range(168)))
EVENING = WeeklyProfile(weights=tuple(3.0 if h % 24 >= 17 else 1.0 for h in range(168)))
SHARES = (0.15, 0.25, 0.40, 0.20)
"""Of networks and data stores, platforms, applications, business services: each layer needs the one before."""


def scenarios(count: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return rate, P5 and P95 of independent scenarios, drawn in this order from default_rng(7)."""
    generator = np.random.default_rng(7)
    rate = np.exp(generator.uniform(np.log(0.05), np.log(2.0), count))
    low = np.exp(generator.uniform(np.log(5_000), np.log(200_000), count))
    return rate, low, low * np.exp(generator.uniform(np.log(10), np.log(100), count))


def bare_numpy(rate: np.ndarray, low: np.ndarray, high: np.ndarray, n_years: int) -> np.ndarray:
    """Simulate annual losses with nothing but NumPy: one Poisson total per scenario, years at random."""
    generator = np.random.default_rng(1)
    annual = np.zeros(n_years)
    mu, sigma = (np.log(low) + np.log(high)) / 2, (np.log(high) - np.log(low)) / (2 * Z95)
    for scenario in range(len(rate)):
        count = generator.poisson(rate[scenario] * n_years)
        loss = generator.lognormal(mu[scenario], sigma[scenario], count)
        annual += np.bincount(generator.integers(n_years, size=count), weights=loss, minlength=n_years)
    return annual


def plain_portfolio(rate: np.ndarray, low: np.ndarray, high: np.ndarray) -> Portfolio:
    """Return the same scenarios in our model: systems that earn 1 EUR an hour and are down for as many hours."""
    keys = [f"s{number}" for number in range(len(rate))]
    return Portfolio(
        systems=tuple(System(id=key, name=key, loss=LossProfile(revenue_eur_per_hour=1.0)) for key in keys),
        failure_modes=tuple(
            FailureMode(
                id=key,
                system_id=key,
                name=key,
                cause=Cause.HARDWARE,
                events_per_year=LognormalEstimate(p5=float(rate[i]), p95=float(rate[i])),
                duration_hours=LognormalEstimate(p5=float(low[i]), p95=float(high[i])),
                capacity_lost=PertEstimate(low=1.0, likely=1.0, high=1.0),
            )
            for i, key in enumerate(keys)
        ),
    )


def whole_portfolio(count: int) -> Portfolio:
    """Return an estate of `count` systems in four layers: all loss components, dependencies, common causes, ten measures.

    One failure mode per system with the rates of `scenarios` (known within a factor of 2) and uncertain capacity; every
    system needs two of the layer before, a third of them as alternatives; every other one follows a weekly profile.
    """
    generator = np.random.default_rng(7)
    rate, _, _ = scenarios(count)
    layers = np.array_split(np.arange(count), (np.cumsum(SHARES)[:-1] * count).astype(int))
    n_causes = max(2, count // 25)
    systems = tuple(
        System(
            id=f"s{i}",
            name=f"s{i}",
            impact_tolerance_hours=4.0,
            rpo_hours=0.25,
            tags=(f"vendor=v{i % n_causes}",),
            loss=_profile(i, float(np.exp(generator.uniform(np.log(200), np.log(20_000))))),
        )
        for i in range(count)
    )
    return Portfolio(
        systems=systems,
        failure_modes=tuple(_mode(i, float(rate[i]), generator) for i in range(count)),
        common_causes=tuple(
            CommonCause(
                id=f"cc{k}",
                name=f"cc{k}",
                tag=f"vendor=v{k}",
                events_per_year=LognormalEstimate(p5=0.05, p95=0.5),
                duration_hours=LognormalEstimate(p5=1.0, p95=24.0),
                hit_probability=0.8,
                share_reached=0.6,
            )
            for k in range(n_causes)
        ),
        dependencies=_dependencies(layers, generator),
        measures=_measures(count, n_causes),
    )


def _profile(number: int, revenue: float) -> LossProfile:
    weekly = {} if number % 2 else {"weekly_profile": OFFICE if number % 4 else EVENING}
    return LossProfile(
        revenue_eur_per_hour=revenue,
        recovered_share=0.3,
        idle_people=20.0,
        loaded_cost_eur_per_person_hour=60.0,
        response_eur_per_incident=3_000.0,
        response_eur_per_hour=400.0,
        penalty_steps=(
            PenaltyStep(from_hours=1.0, penalty_eur=2_000.0),
            PenaltyStep(from_hours=4.0, penalty_eur=10_000.0),
            PenaltyStep(from_hours=12.0, penalty_eur=40_000.0),
        ),
        clients=2_000.0,
        defection_probability=0.01,
        defection_onset_hours=4.0,
        defection_full_hours=48.0,
        margin_eur_per_client_year=50.0,
        remaining_years=4.0,
        reportable_after_hours=2.0,
        notification_eur=5_000.0,
        expected_penalty_eur=20_000.0,
        penalty_ceiling_eur=1_000_000.0,
        reputation_dip=0.005,
        reputation_half_life_months=2.0,
        data_recreation_eur_per_hour=4_000.0,
        **weekly,  # type: ignore[arg-type]
    )


def _mode(number: int, rate: float, generator: np.random.Generator) -> FailureMode:
    hours = float(np.exp(generator.uniform(np.log(0.2), np.log(2.0))))
    return FailureMode(
        id=f"m{number}",
        system_id=f"s{number}",
        name=f"m{number}",
        cause=tuple(Cause)[number % 8],
        events_per_year=LognormalEstimate(p5=rate / 2, p95=rate * 2),
        duration_hours=LognormalEstimate(p5=hours, p95=20.0 * hours),
        capacity_lost=PertEstimate(low=0.2, likely=0.9, high=1.0),
        loses_data=number % 5 == 0,
    )


def _dependencies(layers: list[np.ndarray], generator: np.random.Generator) -> tuple[Dependency, ...]:
    links = []
    for providers, consumers in itertools.pairwise(layers):
        for consumer in consumers:
            group = "pair" if consumer % 3 == 0 else ""
            for provider in generator.choice(providers, size=min(2, len(providers)), replace=False):
                links.append(
                    Dependency(
                        id=f"d{len(links)}",
                        consumer_id=f"s{consumer}",
                        provider_id=f"s{provider}",
                        degradation=float(generator.choice([0.5, 0.8, 1.0])),
                        buffer_hours=float(generator.choice([0.0, 0.5, 2.0])),
                        redundancy_group=group,
                        failover_hours=0.25,
                    )
                )
    return tuple(links)


def _measures(count: int, n_causes: int) -> tuple[Measure, ...]:
    """Ten measures, each about a tenth of the estate; two change routes by an uncertain size."""
    size = PertEstimate(low=0.3, likely=0.5, high=0.8)
    tenth = [[f"system:s{i}" for i in range(part, count, 10)] for part in range(10)]
    causes = [[f"common_cause:cc{k}" for k in range(part, n_causes, 2)] for part in range(2)]
    wanted = [
        (Quantity.EVENTS_PER_YEAR, tenth[0]),
        (Quantity.EVENTS_PER_YEAR, tenth[1]),
        (Quantity.DURATION_HOURS, tenth[2]),
        (Quantity.DURATION_HOURS, tenth[3]),
        (Quantity.CAPACITY_LOST, tenth[4]),
        (Quantity.DURATION_HOURS, tenth[5]),
        (Quantity.SHARE_REACHED, causes[0]),
        (Quantity.HIT_PROBABILITY, causes[1]),
        (Quantity.FAILOVER_HOURS, [term.replace("system:", "consumer:") for term in tenth[6]]),
        (Quantity.BUFFER_HOURS, [term.replace("system:", "consumer:") for term in tenth[7]]),
    ]
    return tuple(
        Measure(
            id=f"measure-{number}",
            name=f"measure {number}",
            capex_eur=100_000.0,
            opex_eur_per_year=10_000.0,
            effects=(
                Effect(
                    quantity=quantity, operation=Operation.MULTIPLY, size=size, target=Selector.parse(";".join(terms))
                ),
            ),
        )
        for number, (quantity, terms) in enumerate(wanted)
    )
