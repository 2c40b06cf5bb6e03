"""Measures that are realised in part, and versions of one measure that share its random numbers."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

from rori.economics.checks import require_at_least
from rori.economics.inputs.estimates import PertEstimate
from rori.economics.inputs.measures import Effect, Measure
from rori.economics.terms import Operation


@dataclass(frozen=True, slots=True, kw_only=True)
class PartEffect(Effect):
    """A replacement that goes only the share `way` from what was there to the new value, in [0, 1]."""

    way: float

    @property
    def part(self) -> float:
        """Share of the way to a new value that is gone, in [0, 1]."""
        return self.way


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureVersion(Measure):
    """A measure as it would be otherwise, with an id of its own and the random numbers of the measure `version_of`."""

    version_of: str

    @property
    def drawn_as(self) -> str:
        """Name of the random numbers behind the sizes of its effects."""
        return self.version_of


def in_part(measure: Measure, share: float) -> Measure:
    """Return a measure with a share of every effect.

    Parameters
    ----------
    measure : Measure
    share : float
        Share `a` that is realised, >= 0: 0 nothing, 1 as estimated. Above 1 a multiplier takes away more than was
        estimated, down to 0; a new value cannot be more than reached.

    Returns
    -------
    Measure
        Cost, dividend and time stay. At 0 it has no effects, at 1 it is the measure itself.

    Raises
    ------
    InputError
        When the share is negative or not finite.

    Notes
    -----
    A multiplier m becomes 1 - a (1 - m) (model section 7, assurance). A new value r in place of b becomes b + a (r - b) for
    every b that is drawn, so the part of a replacement of an uncertain quantity is well defined too.
    """
    require_at_least(f"share of {measure.name} that is realised", share, 0.0)
    if share == 1.0:
        return measure
    effects = () if share == 0.0 else tuple(_part(effect, share) for effect in measure.effects)
    return replace(measure, effects=effects)


def version(measure: Measure, *, name: str) -> MeasureVersion:
    """Return a measure under an id of its own that stands for another version; draws are those of the first version."""
    kept = {one.name: getattr(measure, one.name) for one in fields(Measure) if one.name != "id"}
    return MeasureVersion(id=f"{measure.id}\x1f{name}", version_of=measure.drawn_as, **kept)


def _part(effect: Effect, share: float) -> Effect:
    if effect.operation is Operation.MULTIPLY:
        size = effect.size
        low, likely, high = (max(1.0 - share * (1.0 - m), 0.0) for m in (size.low, size.likely, size.high))
        return replace(effect, size=PertEstimate(low=low, likely=likely, high=high))
    way = effect.part * min(share, 1.0)
    if way == effect.part:
        return effect
    return PartEffect(
        quantity=effect.quantity, operation=effect.operation, size=effect.size, target=effect.target, way=way
    )
