"""What moved between two moments, requirement by requirement."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from compliance.assessment.status import RequirementStatus


class Direction(StrEnum):
    """Which way a requirement moved; `sideways` when only what applies, or the status, changed."""

    UP = "up"
    DOWN = "down"
    SIDEWAYS = "sideways"


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """A requirement that stands elsewhere than before; None where it was not there."""

    framework_id: str
    requirement_id: str
    before: RequirementStatus | None
    after: RequirementStatus | None

    @property
    def claimed_change(self) -> float:
        """Change of the claimed coverage, from -1 to 1."""
        return _coverage(self.after, evidenced=False) - _coverage(self.before, evidenced=False)

    @property
    def evidenced_change(self) -> float:
        """Change of the evidenced coverage, from -1 to 1."""
        return _coverage(self.after, evidenced=True) - _coverage(self.before, evidenced=True)

    @property
    def direction(self) -> Direction:
        """Which way it moved: what is evidenced decides, then what is claimed."""
        change = self.evidenced_change or self.claimed_change
        if change == 0:
            return Direction.SIDEWAYS
        return Direction.UP if change > 0 else Direction.DOWN

    @property
    def why(self) -> str:
        """The sentence of the later moment, or of the earlier one where the requirement is gone."""
        if self.after is not None:
            return self.after.explanation
        return "No longer part of the framework."


def moved(before: Iterable[RequirementStatus], after: Iterable[RequirementStatus]) -> tuple[Move, ...]:
    """Compare two assessments requirement by requirement.

    Parameters
    ----------
    before, after : iterable of RequirementStatus
        What `assess` found at two moments, of one framework or of several.

    Returns
    -------
    tuple of Move
        Those whose coverage, status or applicability differs, the largest change of evidenced coverage first, then of
        claimed coverage, then in source order.
    """
    first = {(one.framework_id, one.requirement.id): one for one in before}
    second = {(one.framework_id, one.requirement.id): one for one in after}
    moves = [
        Move(framework_id=key[0], requirement_id=key[1], before=first.get(key), after=second.get(key))
        for key in dict.fromkeys((*second, *first))
        if _stands(first.get(key)) != _stands(second.get(key))
    ]
    return tuple(sorted(moves, key=lambda move: (-abs(move.evidenced_change), -abs(move.claimed_change))))


def _coverage(status: RequirementStatus | None, *, evidenced: bool) -> float:
    if status is None or not status.applies:
        return 0.0
    return status.evidenced if evidenced else status.claimed


def _stands(status: RequirementStatus | None) -> tuple[object, ...] | None:
    return None if status is None else (status.applies, status.status, status.claimed, status.evidenced)
