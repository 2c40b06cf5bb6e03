"""What is missing, in the order in which to close it, each with the action that does."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType

from compliance.assessment.answers import Answer
from compliance.assessment.evidence import ControlEvidence, EvidenceState
from compliance.assessment.explaining import day_in_words
from compliance.assessment.rule import coverage
from compliance.assessment.status import Contribution, RequirementStatus
from compliance.controls.control import Control, Grade
from compliance.controls.crosswalk import Crosswalk


class ActionKind(StrEnum):
    """What closes a gap."""

    ANSWER = "answer"
    PUT_IN_PLACE = "put_in_place"
    ANSWER_DIRECTLY = "answer_directly"
    UPLOAD_EVIDENCE = "upload_evidence"
    APPROVE_EVIDENCE = "approve_evidence"
    RENEW_EVIDENCE = "renew_evidence"


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUp:
    """Who closes the gap of a requirement and by when, where that was said at the requirement itself."""

    owner: str = ""
    due: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """The next step: its kind, the control that it is about (None: the requirement itself), and a sentence."""

    kind: ActionKind
    control: Control | None
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """An applicable requirement that is not met with evidence in force; `frameworks` are those in which the control counts."""

    status: RequirementStatus
    action: Action
    owner: str
    due: date | None
    frameworks: tuple[str, ...]


_GRADES = tuple(Grade)
_NO_FOLLOW_UPS: Mapping[str, FollowUp] = MappingProxyType({})


def gaps(
    statuses: Iterable[RequirementStatus], crosswalk: Crosswalk, follow_ups: Mapping[str, FollowUp] = _NO_FOLLOW_UPS
) -> tuple[Gap, ...]:
    """Rank what is missing.

    Parameters
    ----------
    statuses : iterable of RequirementStatus
        What `assess` found, of one framework or of several.
    crosswalk : Crosswalk
        Says in how many frameworks a control counts.
    follow_ups : mapping of str to FollowUp
        Owner and due day given at requirements, by id; they come before those of the control.

    Returns
    -------
    tuple of Gap
        Lowest claimed coverage first, then lowest evidenced coverage, then the earliest due day (none last), then the
        control that counts in most frameworks, then source order.
    """
    found = [_gap(one, crosswalk, follow_ups) for one in statuses if one.applies and not one.is_evidenced]
    return tuple(sorted(found, key=_rank))


def _rank(gap: Gap) -> tuple[float, float, date, int]:
    return (gap.status.claimed, gap.status.evidenced, gap.due or date.max, -len(gap.frameworks))


def _gap(status: RequirementStatus, crosswalk: Crosswalk, follow_ups: Mapping[str, FollowUp]) -> Gap:
    action, through = _action(status, crosswalk)
    own = follow_ups.get(status.requirement.id, FollowUp())
    override = status.override
    owner = own.owner or (override.owner if override else "") or (through.owner if through else "")
    due = own.due or (override.due if override else None) or (through.due if through else None)
    frameworks = () if action.control is None else crosswalk.frameworks_of(action.control.id)
    return Gap(status=status, action=action, owner=owner, due=due, frameworks=frameworks)


def _action(status: RequirementStatus, crosswalk: Crosswalk) -> tuple[Action, Contribution | None]:
    if status.override is not None:
        return _under_override(status), None
    counted = [one for one in status.linked if one.answer is not Answer.NOT_APPLICABLE]
    missing = [one for one in counted if one.value < 1.0] if status.claimed < 1.0 else []
    if missing:
        chosen = min(missing, key=lambda one: _preference(one, crosswalk))
        return _answering(chosen), chosen
    if status.claimed < 1.0:
        return _directly(status), None
    unproved = [one for one in counted if one.value > 0.0 and not one.is_evidenced]
    chosen = min(unproved, key=lambda one: _preference(one, crosswalk))
    return _proving(chosen.control, chosen.evidence), chosen


def _preference(one: Contribution, crosswalk: Crosswalk) -> tuple[float, int, int, int]:
    """Prefer what brings most by itself, then what was never answered, then what counts in most frameworks."""
    brought = coverage([(one.grade, 1.0)])
    asked = 0 if one.answer is Answer.NOT_ASSESSED else 1
    return (-brought, _GRADES.index(one.grade), asked, -len(crosswalk.frameworks_of(one.control.id)))


def _answering(one: Contribution) -> Action:
    name = one.control.name
    if one.answer is Answer.NOT_ASSESSED:
        return Action(kind=ActionKind.ANSWER, control=one.control, sentence=f"Answer the control {name}.")
    sentence = f"Put the control {name} fully in place; it is answered {one.answer.value}."
    return Action(kind=ActionKind.PUT_IN_PLACE, control=one.control, sentence=sentence)


def _directly(status: RequirementStatus) -> Action:
    why = "its controls do not meet it by themselves" if status.linked else "no control counts here"
    sentence = f"Answer the requirement itself, with a reason; {why}."
    return Action(kind=ActionKind.ANSWER_DIRECTLY, control=None, sentence=sentence)


def _under_override(status: RequirementStatus) -> Action:
    override = status.override
    if status.claimed < 1.0 and override is not None:
        answer = override.answer.value.replace("_", " ")
        sentence = f"Meet the requirement itself; it is answered directly, {answer}."
        return Action(kind=ActionKind.ANSWER_DIRECTLY, control=None, sentence=sentence)
    return _proving(None, status.override_evidence)


def _proving(control: Control | None, evidence: ControlEvidence | None) -> Action:
    what = "the requirement" if control is None else f"the control {control.name}"
    state = None if evidence is None else evidence.state
    if evidence is not None and state in {EvidenceState.DRAFT, EvidenceState.IN_REVIEW}:
        sentence = f"Have the evidence for {what} reviewed and approved: {evidence.title}."
        return Action(kind=ActionKind.APPROVE_EVIDENCE, control=control, sentence=sentence)
    if evidence is not None and state is EvidenceState.EXPIRED:
        when = "" if evidence.expires is None else f", which expired on {day_in_words(evidence.expires)}"
        sentence = f"Renew the evidence for {what}{when}: {evidence.title}."
        return Action(kind=ActionKind.RENEW_EVIDENCE, control=control, sentence=sentence)
    now = " that is in force now" if state is EvidenceState.NOT_YET_EFFECTIVE else ""
    sentence = f"Upload evidence for {what}{now}."
    return Action(kind=ActionKind.UPLOAD_EVIDENCE, control=control, sentence=sentence)
