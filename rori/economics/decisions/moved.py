"""Inputs held at other values than the estimates say, for sensitivity and break-evens."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from rori.economics.arrays import FloatArray
from rori.economics.simulation.events import Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """Inputs held at other values than the estimates say, at `n_points` points; shapes (n_points,).

    Attributes
    ----------
    rates : mapping of source id to ndarray
        Events per year, >= 0.
    durations : mapping of source id to ndarray
        Factor on every duration of the source, >= 0.
    capacities : mapping of failure mode id to ndarray
        Capacity lost in every event, in [0, 1].
    sizes : mapping of (measure id, position of the effect) to ndarray
        Size of an effect, >= 0.
    strength : float
        How much of every effect is realised, >= 0: 0 nothing, 1 as estimated; 1 - a (1 - m) for a multiplier m.
    """

    n_points: int = 1
    rates: Mapping[str, FloatArray] = field(default_factory=dict)
    durations: Mapping[str, FloatArray] = field(default_factory=dict)
    capacities: Mapping[str, FloatArray] = field(default_factory=dict)
    sizes: Mapping[tuple[str, int], FloatArray] = field(default_factory=dict)
    strength: float = 1.0

    @property
    def moves_inputs(self) -> bool:
        """Whether an input is held at another value."""
        return bool(self.rates or self.durations or self.capacities or self.sizes)


UNMOVED = Moved()

Rows = Mapping[tuple[str, ...], FloatArray]
"""What is moved for one source: ("duration",), ("capacity",) or (measure id, position) to values, shape (n_rows,)."""


def rows_of(source: Source, live: frozenset[str], moved: Moved) -> dict[tuple[str, ...], FloatArray]:
    """Return what is moved that changes the loss of one event of a source while these measures are live."""
    rows: dict[tuple[str, ...], FloatArray] = {}
    if source.id in moved.durations:
        rows["duration",] = moved.durations[source.id]
    if source.id in moved.capacities:
        rows["capacity",] = moved.capacities[source.id]
    for (measure_id, position), values in moved.sizes.items():
        if measure_id in live:
            rows[measure_id, str(position)] = values
    return rows
