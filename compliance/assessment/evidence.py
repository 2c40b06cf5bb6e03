"""What proves an answer, and on which days it does."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from compliance.assessment.answers import ENTITY_SCOPE
from compliance.errors import RefusedValueError


class EvidenceState(StrEnum):
    """The state of a piece of evidence on a day; only `approved` counts."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    APPROVED = "approved"
    NOT_YET_EFFECTIVE = "not_yet_effective"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


def state_on(
    day: date, kept: EvidenceState, effective_from: date | None = None, expires: date | None = None
) -> EvidenceState:
    """Return the state of a piece of evidence on a day.

    Parameters
    ----------
    day : date
        The day that is asked about.
    kept : EvidenceState
        The state that people gave it: draft, in review, approved or withdrawn.
    effective_from, expires : date, optional
        First and last day on which it holds, both included; None means no bound.

    Returns
    -------
    EvidenceState
        For approved evidence: not yet effective before its first day, expired after its last, approved between. Drafts
        and evidence in review are expired after their last day as well. Withdrawn stays withdrawn.

    Raises
    ------
    RefusedValueError
        When it expires before it takes effect.
    """
    if effective_from is not None and expires is not None and expires < effective_from:
        raise RefusedValueError("expiry", f"on or after the first day, {effective_from.isoformat()}", expires)
    if kept is EvidenceState.WITHDRAWN:
        return kept
    if expires is not None and day > expires:
        return EvidenceState.EXPIRED
    if kept is EvidenceState.APPROVED and effective_from is not None and day < effective_from:
        return EvidenceState.NOT_YET_EFFECTIVE
    return kept


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlEvidence:
    """One tie of a piece of evidence to what it proves, with its state on the day of the assessment.

    Tied to a control it counts wherever that control does; tied to a requirement it counts there, whichever control is
    answered; tied to both it counts for that control at that requirement. `expires` is its last day; None: it has none.
    Evidence of the entity counts for its systems too.
    """

    title: str
    state: EvidenceState
    control_id: str | None = None
    requirement_id: str | None = None
    expires: date | None = None
    scope: str = ENTITY_SCOPE
    item_id: str = ""

    def __post_init__(self) -> None:
        if not self.control_id and not self.requirement_id:
            raise RefusedValueError("evidence", "tied to a control or a requirement", self.title)

    @property
    def is_fresh(self) -> bool:
        """Whether it counts on the day of the assessment."""
        return self.state is EvidenceState.APPROVED
