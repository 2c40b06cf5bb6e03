"""Small portfolios for tests; every argument that matters is written where it is used."""

from __future__ import annotations

from rori.economics.inputs.case import Case
from rori.economics.inputs.estimates import LognormalEstimate, PertEstimate
from rori.economics.inputs.measures import Effect, Measure, Selector
from rori.economics.inputs.portfolio import Dependency, FailureMode, LossProfile, System
from rori.economics.terms import Cause, Operation, Quantity


def certain(value: float) -> LognormalEstimate:
    return LognormalEstimate(p5=value, p95=value)


def sure(value: float) -> PertEstimate:
    return PertEstimate(low=value, likely=value, high=value)


def system(key: str = "a", loss: LossProfile | None = None, **more: object) -> System:
    return System(id=key, name=key.upper(), loss=loss, **more)  # type: ignore[arg-type]


def mode(
    system_id: str = "a",
    rate: LognormalEstimate | float = 1.0,
    hours: LognormalEstimate | float = 4.0,
    capacity: PertEstimate | float = 1.0,
    **more: object,
) -> FailureMode:
    return FailureMode(
        id=str(more.pop("key", f"{system_id}-fails")),
        system_id=system_id,
        name="fails",
        cause=more.pop("cause", Cause.HARDWARE),  # type: ignore[arg-type]
        events_per_year=rate if isinstance(rate, LognormalEstimate) else certain(rate),
        duration_hours=hours if isinstance(hours, LognormalEstimate) else certain(hours),
        capacity_lost=capacity if isinstance(capacity, PertEstimate) else sure(capacity),
        **more,  # type: ignore[arg-type]
    )


def needs(consumer: str, provider: str, **more: object) -> Dependency:
    return Dependency(id=f"{consumer}-{provider}", consumer_id=consumer, provider_id=provider, **more)  # type: ignore[arg-type]


def effect(quantity: Quantity, size: PertEstimate | float, target: str = "all", *, replace: bool = False) -> Effect:
    return Effect(
        quantity=quantity,
        operation=Operation.REPLACE if replace else Operation.MULTIPLY,
        size=size if isinstance(size, PertEstimate) else sure(size),
        target=Selector.parse(target),
    )


def measure(key: str, *effects: Effect, **more: object) -> Measure:
    return Measure(id=key, name=key.upper(), effects=effects, **more)  # type: ignore[arg-type]


def case(*measure_ids: str, **more: object) -> Case:
    settings: dict[str, object] = {"n_paths": 4000, "horizon_years": 5, **more}
    return Case(id="c", name="C", measure_ids=measure_ids, **settings)  # type: ignore[arg-type]
