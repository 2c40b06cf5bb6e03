"""Readiness of a framework and of each chapter: claimed and evidenced side by side."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from compliance.assessment.status import RequirementStatus, Status


@dataclass(frozen=True, slots=True, kw_only=True)
class Readiness:
    """How far the applicable requirements of a chapter, or of a whole framework (`chapter` empty), are met.

    `applicable`, `met_claimed` and `met_evidenced` count requirements; `coverage_claimed` and `coverage_evidenced` are
    means of their coverages from 0 to 1, None where nothing applies. `by_status` counts every assessable requirement,
    those that do not apply included, in the order of `Status`.
    """

    framework_id: str
    chapter: str
    applicable: int
    met_claimed: int
    met_evidenced: int
    coverage_claimed: float | None
    coverage_evidenced: float | None
    by_status: tuple[tuple[Status, int], ...]

    @property
    def share_met_claimed(self) -> float | None:
        """Share of the applicable requirements that are met as claimed, from 0 to 1."""
        return self.met_claimed / self.applicable if self.applicable else None

    @property
    def share_met_evidenced(self) -> float | None:
        """Share of the applicable requirements that are met with evidence in force, from 0 to 1."""
        return self.met_evidenced / self.applicable if self.applicable else None

    def count(self, status: Status) -> int:
        """Return how many requirements have a status."""
        return dict(self.by_status)[status]


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameworkReadiness:
    """Readiness of a framework as a whole and by chapter, in source order."""

    whole: Readiness
    chapters: tuple[Readiness, ...]


def readiness(framework_id: str, statuses: Sequence[RequirementStatus]) -> FrameworkReadiness:
    """Count and average what `assess` found for one framework.

    Parameters
    ----------
    framework_id : str
        Id of the framework.
    statuses : sequence of RequirementStatus
        All of them, in source order.

    Returns
    -------
    FrameworkReadiness
        Requirements that do not apply count nowhere but in `by_status`. Each applicable one weighs the same, a point as
        much as an article.
    """
    chapters: dict[str, list[RequirementStatus]] = {}
    for one in statuses:
        chapters.setdefault(one.requirement.chapter, []).append(one)
    return FrameworkReadiness(
        whole=_readiness(framework_id, "", statuses),
        chapters=tuple(_readiness(framework_id, chapter, found) for chapter, found in chapters.items()),
    )


def _readiness(framework_id: str, chapter: str, statuses: Sequence[RequirementStatus]) -> Readiness:
    applicable = [one for one in statuses if one.applies]
    counted = Counter(one.status for one in statuses)
    return Readiness(
        framework_id=framework_id,
        chapter=chapter,
        applicable=len(applicable),
        met_claimed=sum(one.is_met for one in applicable),
        met_evidenced=sum(one.is_evidenced for one in applicable),
        coverage_claimed=_mean([one.claimed for one in applicable]),
        coverage_evidenced=_mean([one.evidenced for one in applicable]),
        by_status=tuple((status, counted[status]) for status in Status),
    )


def _mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None
