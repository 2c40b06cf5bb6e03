"""What answers and evidence say of each requirement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from compliance.applicability.conditions import applicability
from compliance.applicability.profile import EntityProfile
from compliance.assessment.answers import VALUE, Answer, Override
from compliance.assessment.assessment import Assessment
from compliance.assessment.evidence import ControlEvidence
from compliance.assessment.explaining import explain, explain_override
from compliance.assessment.rule import coverage
from compliance.catalogues.framework import Framework
from compliance.catalogues.requirement import Requirement
from compliance.controls.control import Control, Grade
from compliance.controls.crosswalk import Crosswalk, Link


class Status(StrEnum):
    """How far a requirement is met, as claimed."""

    MET = "met"
    PARTLY = "partly"
    NOT_MET = "not_met"
    NOT_ASSESSED = "not_assessed"
    NOT_APPLICABLE = "not_applicable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Contribution:
    """What one control brings to a requirement.

    `value` is that of its answer, `evidenced_value` the same while evidence is in force and 0 otherwise, `evidence` the
    best piece that there is, in force or not.
    """

    control: Control
    grade: Grade
    answer: Answer
    value: float
    evidenced_value: float
    evidence: ControlEvidence | None
    inherited_from: str | None = None
    owner: str = ""
    due: date | None = None

    @property
    def evidence_until(self) -> date | None:
        """The last day of the evidence in force; None when there is none, or it has no last day."""
        return self.evidence.expires if self.evidence is not None and self.evidence.is_fresh else None

    @property
    def is_evidenced(self) -> bool:
        """Whether evidence is in force."""
        return self.evidence is not None and self.evidence.is_fresh


@dataclass(frozen=True, slots=True, kw_only=True)
class RequirementStatus:
    """What is claimed and what is proved of one requirement in one scope.

    `claimed` and `evidenced` are coverages from 0 to 1. `linked` holds every control that counts here, answered or not,
    best grade first. Where the requirement does not apply (by profile, or because it or all its controls were answered
    so), `applies` is false and `why_not` says why.
    """

    framework_id: str
    requirement: Requirement
    applies: bool
    why_not: str
    status: Status
    claimed: float
    evidenced: float
    linked: tuple[Contribution, ...] = ()
    override: Override | None = None
    override_evidence: ControlEvidence | None = None
    explanation: str = ""

    @property
    def met_through(self) -> tuple[Contribution, ...]:
        """The controls that bring something, most first; empty under an override."""
        if self.override is not None:
            return ()
        bringing = [one for one in self.linked if one.value > 0 and one.answer is not Answer.NOT_APPLICABLE]
        return tuple(sorted(bringing, key=lambda one: -coverage([(one.grade, one.value)])))

    @property
    def is_met(self) -> bool:
        """Whether it applies and is met as claimed."""
        return self.status is Status.MET

    @property
    def is_evidenced(self) -> bool:
        """Whether it applies and is met with evidence in force."""
        return self.applies and self.evidenced >= 1.0


def assess(
    framework: Framework, crosswalk: Crosswalk, profile: EntityProfile, assessment: Assessment
) -> tuple[RequirementStatus, ...]:
    """Say of every assessable requirement of a framework how far it is met, as claimed and as evidenced.

    Parameters
    ----------
    framework : Framework
        One version; its requirements are looked up in the crosswalk's catalogue.
    crosswalk : Crosswalk
        Which controls count where.
    profile : EntityProfile
        Decides what applies.
    assessment : Assessment
        Answers, overrides and evidence of the scope.

    Returns
    -------
    tuple of RequirementStatus
        In source order. The rule is `COMBINATION_RULE`: claimed from answers, evidenced from answers whose control has
        evidence in force. While a control is open and none counts yet, the requirement is not assessed; where all its
        controls are not applicable, so is the requirement. Under an override evidence may be tied to the requirement or
        to any of its controls.
    """
    found = []
    for requirement in framework.assessable:
        applies = applicability(requirement, framework.id, profile)
        links = crosswalk.controls_of(requirement.id, framework.id, framework.version)
        linked = tuple(_contribution(link, requirement.id, assessment) for link in links)
        override = assessment.override(requirement.id)
        if not applies.applies:
            found.append(_left_out(framework.id, requirement, linked, applies.why))
        elif override is not None:
            found.append(_overridden(framework.id, requirement, linked, override, assessment))
        else:
            found.append(_combined(framework.id, requirement, linked))
    return tuple(found)


def _contribution(link: Link, requirement_id: str, assessment: Assessment) -> Contribution:
    given = assessment.answer(link.control.id)
    answer = Answer.NOT_ASSESSED if given is None else given.answer
    evidence = assessment.best_evidence((link.control.id,), requirement_id)
    value = VALUE[answer]
    return Contribution(
        control=link.control,
        grade=link.grade,
        answer=answer,
        value=value,
        evidenced_value=value if evidence is not None and evidence.is_fresh else 0.0,
        evidence=evidence,
        inherited_from=link.inherited_from,
        owner="" if given is None else given.owner,
        due=None if given is None else given.due,
    )


def _left_out(
    framework_id: str, requirement: Requirement, linked: tuple[Contribution, ...], why: str
) -> RequirementStatus:
    return RequirementStatus(
        framework_id=framework_id,
        requirement=requirement,
        applies=False,
        why_not=why,
        status=Status.NOT_APPLICABLE,
        claimed=0.0,
        evidenced=0.0,
        linked=linked,
        explanation=why,
    )


def _overridden(
    framework_id: str,
    requirement: Requirement,
    linked: tuple[Contribution, ...],
    override: Override,
    assessment: Assessment,
) -> RequirementStatus:
    value = VALUE[override.answer]
    evidence = assessment.best_evidence([one.control.id for one in linked], requirement.id)
    applies = override.answer is not Answer.NOT_APPLICABLE
    sentence = explain_override(override, evidence)
    return RequirementStatus(
        framework_id=framework_id,
        requirement=requirement,
        applies=applies,
        why_not="" if applies else sentence,
        status=_status(value, open_left=False) if applies else Status.NOT_APPLICABLE,
        claimed=value,
        evidenced=value if evidence is not None and evidence.is_fresh else 0.0,
        linked=linked,
        override=override,
        override_evidence=evidence,
        explanation=sentence,
    )


def _combined(framework_id: str, requirement: Requirement, linked: tuple[Contribution, ...]) -> RequirementStatus:
    counted = [one for one in linked if one.answer is not Answer.NOT_APPLICABLE]
    if linked and not counted:
        why = "Does not apply: " + _joined([f"{one.control.name} is answered not applicable" for one in linked]) + "."
        return _left_out(framework_id, requirement, linked, why)
    claimed = coverage((one.grade, one.value) for one in counted)
    open_left = not counted or any(one.answer is Answer.NOT_ASSESSED for one in counted)
    status = _status(claimed, open_left=open_left)
    return RequirementStatus(
        framework_id=framework_id,
        requirement=requirement,
        applies=True,
        why_not="",
        status=status,
        claimed=claimed,
        evidenced=coverage((one.grade, one.evidenced_value) for one in counted),
        linked=linked,
        explanation=_explained(status, linked),
    )


def _explained(status: Status, linked: Sequence[Contribution]) -> str:
    parts = tuple((one.control.name, one.grade, one.answer, one.evidence) for one in linked)
    return explain(status.value, parts)


def _status(claimed: float, *, open_left: bool) -> Status:
    if claimed >= 1.0:
        return Status.MET
    if claimed > 0.0:
        return Status.PARTLY
    return Status.NOT_ASSESSED if open_left else Status.NOT_MET


def _joined(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{'; '.join(parts[:-1])} and {parts[-1]}"
