"""What is missing, ranked, each with an owner, a due day, a state and the action that closes it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from compliance.assessment.gaps import FollowUp, Gap, gaps
from rori.store import ENTITY_SCOPE, Store, StoredRequirementAnswer
from rori.usecases.compliance.catalogue import crosswalk_of
from rori.usecases.compliance.standing import Basis, standings_of


@dataclass(frozen=True, slots=True, kw_only=True)
class GapLine:
    """A gap with its place in the ranking and how far its closing has come."""

    rank: int
    gap: Gap
    state: str


def gap_lines(
    store: Store, day: date, scope: str = ENTITY_SCOPE, framework_ids: Iterable[str] = ()
) -> tuple[GapLine, ...]:
    """Rank the gaps of a scope on a day, over the newest version of each framework or of those named."""
    with store.read() as reader:
        basis, crosswalk = Basis.of(reader), crosswalk_of(reader)
    said = {one.requirement_id: one for one in basis.overrides if one.scope == scope}
    follow_ups = {key: FollowUp(owner=one.owner, due=one.due) for key, one in said.items()}
    statuses = [
        status for standing in standings_of(basis, crosswalk, day, scope, framework_ids) for status in standing.statuses
    ]
    found = gaps(statuses, crosswalk, follow_ups)
    return tuple(
        GapLine(rank=rank, gap=gap, state=_state(said.get(gap.status.requirement.id)))
        for rank, gap in enumerate(found, start=1)
    )


def _state(said: StoredRequirementAnswer | None) -> str:
    return "open" if said is None else said.state
