"""What one event does: plain figures for a timeline, a list and a picture. Hours count from the start of the event."""

from __future__ import annotations

from dataclasses import dataclass

from rori.economics.terms import Component, Tier


@dataclass(frozen=True, slots=True, kw_only=True)
class StretchLost:
    """From when to when a system loses which share of its capacity, and along which systems the failure came to it."""

    from_hour: float
    to_hour: float
    capacity_lost: float
    path: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LossPoint:
    """Loss up to one moment, in euros: just before it, and with what falls due at it.

    `eur_per_hour` is the rate from this moment to the next point, 0 at the last.
    """

    hour: float
    before_eur: float
    cumulative_eur: float
    eur_per_hour: float

    @property
    def at_once_eur(self) -> float:
        """What falls due at this moment, euros."""
        return self.cumulative_eur - self.before_eur


@dataclass(frozen=True, slots=True, kw_only=True)
class StoppedSystem:
    """One system that loses capacity in the event.

    `tolerance_passed_hour` and `rto_passed_hour` say when its interruption has lasted longer than the impact tolerance
    or the RTO; None when it does not, or when the system has none.
    """

    system_id: str
    name: str
    tier: Tier
    critical_or_important: bool
    failed_itself: bool
    stretches: tuple[StretchLost, ...]
    hours: float
    capacity_hours: float
    loss_by_component: tuple[tuple[Component, float], ...]
    loss_eur: float
    timeline: tuple[LossPoint, ...]
    tolerance_passed_hour: float | None
    rto_passed_hour: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EdgeState:
    """One dependency of the picture, and whether the failure travels along it."""

    dependency_id: str
    consumer_id: str
    provider_id: str
    carries: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OneEvent:
    """Everything that one event stops: systems with a critical or important function first, then by tier and loss.

    `failed` holds the ids of the systems that fail themselves; `systems` holds the blast radius: them and all that
    lose capacity with them. Money in euros; `timeline` is the sum over systems.
    """

    failed: tuple[str, ...]
    start_hour: float
    duration_hours: float
    systems: tuple[StoppedSystem, ...]
    loss_eur: float
    timeline: tuple[LossPoint, ...]
    peak_eur_per_hour: float
    edges: tuple[EdgeState, ...]

    @property
    def blast_radius(self) -> tuple[str, ...]:
        """Ids of all systems that lose capacity, in the order of `systems`."""
        return tuple(one.system_id for one in self.systems)
