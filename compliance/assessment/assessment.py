"""Everything that was answered and proved in one scope, ready to be asked by control and requirement."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from compliance.assessment.answers import ENTITY_SCOPE, Answer, ControlAnswer, Override, in_scope
from compliance.assessment.evidence import ControlEvidence, EvidenceState

_Key = tuple[str | None, str | None]
_READINESS = (
    EvidenceState.APPROVED,
    EvidenceState.NOT_YET_EFFECTIVE,
    EvidenceState.IN_REVIEW,
    EvidenceState.DRAFT,
    EvidenceState.EXPIRED,
    EvidenceState.WITHDRAWN,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """Answers, overrides and evidence, and the scope that is looked at.

    All of them may be of any scope; what counts is the scope's own and the entity's (`in_scope`).
    """

    answers: tuple[ControlAnswer, ...] = ()
    overrides: tuple[Override, ...] = ()
    evidence: tuple[ControlEvidence, ...] = ()
    scope: str = ENTITY_SCOPE
    _answers: dict[str, ControlAnswer] = field(init=False, repr=False, compare=False)
    _overrides: dict[str, Override] = field(init=False, repr=False, compare=False)
    _best: dict[_Key, ControlEvidence] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_answers", in_scope(self.answers, self.scope))
        overrides = in_scope(self.overrides, self.scope)
        given = {key: one for key, one in overrides.items() if one.answer is not Answer.NOT_ASSESSED}
        object.__setattr__(self, "_overrides", given)
        best: dict[_Key, ControlEvidence] = {}
        for item in self.evidence:
            if item.scope in {ENTITY_SCOPE, self.scope}:
                key = (item.control_id or None, item.requirement_id or None)
                if key not in best or _better(item, best[key]):
                    best[key] = item
        object.__setattr__(self, "_best", best)

    def answer(self, control_id: str) -> ControlAnswer | None:
        """Return the answer to a control that counts in this scope, if there is one."""
        return self._answers.get(control_id)

    def override(self, requirement_id: str) -> Override | None:
        """Return the override of a requirement that counts in this scope, if there is one."""
        return self._overrides.get(requirement_id)

    def best_evidence(self, control_ids: Iterable[str], requirement_id: str) -> ControlEvidence | None:
        """Return the best piece of evidence for controls at a requirement: in force before anything else, longest first."""
        keys: list[_Key] = [(None, requirement_id)]
        for control_id in control_ids:
            keys += [(control_id, None), (control_id, requirement_id)]
        best: ControlEvidence | None = None
        for key in keys:
            item = self._best.get(key)
            if item is not None and (best is None or _better(item, best)):
                best = item
        return best


def _better(one: ControlEvidence, other: ControlEvidence) -> bool:
    first, second = _READINESS.index(one.state), _READINESS.index(other.state)
    if first != second:
        return first < second
    return (one.expires or date.max) > (other.expires or date.max)
