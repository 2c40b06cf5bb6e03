"""Flat records turned into the objects of the model, one at a time; InputError names the column at fault."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

from rori.economics.inputs.case import Case
from rori.economics.inputs.estimates import LognormalEstimate, PertEstimate
from rori.economics.inputs.measures import Effect, Measure, RiskTransfer, Selector
from rori.economics.inputs.portfolio import CommonCause, Dependency, FailureMode, LossProfile, PenaltyStep, System
from rori.economics.terms import Cause, Discounting, Operation, Quantity, Strategy, SystemKind, Tier
from rori.errors import InputError
from rori.inventory.columns import Record
from rori.inventory.patterns import START_WINDOWS, WEEKLY_PROFILES

_STEP = re.compile(r"\s*([0-9]+(?:\.[0-9]+)?)\s*:\s*([0-9]+(?:\.[0-9]+)?)\s*")
_TRANSFER_COLUMNS = (
    "premium_eur_per_year",
    "deductible_eur_per_event",
    "waiting_hours",
    "limit_eur_per_event",
    "limit_eur_per_year",
)
_TRANSFER_REQUIRED = ("premium_eur_per_year", "limit_eur_per_event", "limit_eur_per_year")


def loss_profile_of(record: Record) -> LossProfile:
    """Build what the interruption of a system costs."""
    fields = _fields(record, "system_id", "weekly_profile", "penalty_steps")
    with _columns({"penalty step hours": "penalty_steps", "penalty step amount": "penalty_steps"}):
        return LossProfile(
            weekly_profile=WEEKLY_PROFILES[str(record["weekly_profile"])],
            penalty_steps=penalty_steps_of(str(record["penalty_steps"])),
            **fields,
        )


def penalty_steps_of(text: str) -> tuple[PenaltyStep, ...]:
    """Read penalty steps written `hours:EUR` and joined by `;`."""
    steps = []
    for part in text.split(";") if text.strip() else ():
        match = _STEP.fullmatch(part)
        if match is None:
            raise InputError("penalty_steps", "written hours:EUR and joined by ;, such as 1:5000; 4:25000", text)
        steps.append(PenaltyStep(from_hours=float(match[1]), penalty_eur=float(match[2])))
    return tuple(steps)


def system_of(record: Record, loss: LossProfile | None = None) -> System:
    """Build a system with what its interruption costs."""
    fields = _fields(record, "tier", "kind", "critical_or_important")
    return System(
        tier=Tier(str(record["tier"])),
        kind=SystemKind(str(record["kind"])),
        critical_or_important_function=bool(record["critical_or_important"]),
        loss=loss,
        **fields,
    )


def failure_mode_of(record: Record) -> FailureMode:
    """Build a failure mode."""
    with _columns({"duration_hours": "duration_hours_p5"}):
        return FailureMode(
            id=str(record["id"]),
            system_id=str(record["system_id"]),
            name=str(record["name"]),
            cause=Cause(str(record["cause"])),
            events_per_year=_interval(record, "events_per_year"),
            duration_hours=_interval(record, "duration_hours"),
            capacity_lost=_pert(record, "capacity_lost", percent=True),
            loses_data=bool(record["loses_data"]),
            start_hours=START_WINDOWS[str(record["start_window"])],
        )


def common_cause_of(record: Record) -> CommonCause:
    """Build a common cause."""
    key, _, value = str(record["tag"]).partition("=")
    if not key or not value:
        raise InputError("tag", "written key=value, as systems carry it, such as cloud=aws", record["tag"])
    intervals = ("events_per_year", "duration_hours")
    fields = _fields(record, *(f"{name}_{quantile}" for name in intervals for quantile in ("p5", "p50", "p95")))
    with _columns({"duration_hours": "duration_hours_p5"}):
        fields |= {name: _interval(record, name) for name in intervals}
        return CommonCause(**fields)


def dependency_of(record: Record) -> Dependency:
    """Build a dependency."""
    with _columns({"provider": "provider_id"}):
        return Dependency(**_fields(record))


def effect_of(record: Record) -> Effect:
    """Build what a measure changes."""
    size = _pert(record, "size", percent=False)
    with _columns({"low": "size_low", "high": "size_high"}):
        return Effect(
            quantity=Quantity(str(record["quantity"])),
            operation=Operation(str(record["operation"])),
            size=size,
            target=Selector.parse(str(record["target"])),
        )


def transfer_faults(record: Record) -> list[InputError]:
    """Say which cells of a measure do not fit its being a risk transfer or not."""
    if record["strategy"] == Strategy.RISK_TRANSFER.value:
        return [
            InputError(name, "filled in for the strategy 'risk transfer'", "")
            for name in _TRANSFER_REQUIRED
            if record[name] is None
        ]
    return [
        InputError(name, "empty unless the strategy is 'risk transfer'", record[name])
        for name in _TRANSFER_COLUMNS
        if record[name]
    ]


def measure_of(record: Record, effects: tuple[Effect, ...] = ()) -> Measure:
    """Build a measure with what it changes, or what it insures."""
    for fault in transfer_faults(record):
        raise fault
    strategy = Strategy(str(record["strategy"]))
    transfer = None
    if strategy is Strategy.RISK_TRANSFER:
        given = _fields(record)
        transfer = RiskTransfer(**{name: given[name] for name in _TRANSFER_COLUMNS})
    with _columns({"effects": "strategy", "requires and excludes": "requires"}):
        fields = _fields(record, "strategy", *_TRANSFER_COLUMNS)
        return Measure(strategy=strategy, effects=effects, transfer=transfer, **fields)


def case_of(record: Record) -> Case:
    """Build a case."""
    return Case(discounting=Discounting(str(record["discounting"])), **_fields(record, "discounting"))


def _fields(record: Record, *without: str) -> dict[str, Any]:
    """Return the cells that the model takes as they are; money becomes float here and nowhere else."""
    dropped = {"source", *without}
    return {
        name: float(value) if isinstance(value, Decimal) else value
        for name, value in record.items()
        if name not in dropped
    }


def _interval(record: Record, name: str) -> LognormalEstimate:
    given = _fields(record)
    with _columns({"P5": f"{name}_p5", "P50": f"{name}_p50", "P95": f"{name}_p95"}):
        return LognormalEstimate(p5=given[f"{name}_p5"], p50=given[f"{name}_p50"], p95=given[f"{name}_p95"])


def _pert(record: Record, name: str, *, percent: bool) -> PertEstimate:
    given = _fields(record)
    low, likely, high = (given[f"{name}_{part}"] for part in ("low", "likely", "high"))
    if not low <= likely <= high:
        scale, unit = (100.0, " %") if percent else (1.0, "")
        bounds = f"the lowest ({low * scale:g}{unit}) and the highest ({high * scale:g}{unit})"
        raise InputError(f"{name}_likely", f"between {bounds}", f"{likely * scale:g}{unit}")
    return PertEstimate(low=low, likely=likely, high=high)


@contextmanager
def _columns(names: dict[str, str]) -> Iterator[None]:
    """Name the column where the model names its own field."""
    try:
        yield
    except InputError as error:
        raise InputError(names.get(error.name, error.name), error.allowed, error.came) from error
