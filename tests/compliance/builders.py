"""Small frameworks, controls and assessments, so that a test says only what it is about."""

from __future__ import annotations

from datetime import date

from compliance.applicability.profile import EntityProfile
from compliance.assessment.answers import Answer, ControlAnswer
from compliance.assessment.assessment import Assessment
from compliance.assessment.evidence import ControlEvidence, EvidenceState
from compliance.assessment.status import RequirementStatus, assess
from compliance.catalogues.catalogue import Catalogue
from compliance.catalogues.framework import Framework
from compliance.catalogues.requirement import Requirement
from compliance.controls.control import Control, ControlLibrary, Grade, Reference
from compliance.controls.crosswalk import Crosswalk
from compliance.terms import Confidence

IN_FORCE = date(2027, 3, 31)


def requirement(requirement_id: str = "a-1", **changes: object) -> Requirement:
    values: dict[str, object] = {
        "id": requirement_id,
        "reference": f"Art. {requirement_id}",
        "title": f"Title of {requirement_id}",
        "kind": "obligation",
        "chapter": "I",
        "obligation": "Do what is asked.",
        "evidence": ("Minutes of the board", "Log of the test"),
        **changes,
    }
    return Requirement(**values)  # type: ignore[arg-type]


def framework(framework_id: str, *requirements: Requirement, version: str = "1", **changes: object) -> Framework:
    values: dict[str, object] = {"title": framework_id.upper(), "requirements": requirements, **changes}
    return Framework(id=framework_id, version=version, **values)  # type: ignore[arg-type]


def control(control_id: str, *references: tuple[str, str], domain: str = "D") -> Control:
    return Control(
        id=control_id,
        name=control_id.capitalize(),
        domain=domain,
        objective="It is so.",
        question="Is it so?",
        evidence=("Log", "Minutes"),
        references=tuple(
            Reference(requirement_id=name, grade=Grade(grade), confidence=Confidence.MEDIUM)
            for name, grade in references
        ),
    )


def library(*controls: Control) -> ControlLibrary:
    return ControlLibrary(version="1", title="L", caution="Own judgement.", controls=controls)


def crosswalk(frameworks: tuple[Framework, ...], *controls: Control) -> Crosswalk:
    return Crosswalk(library=library(*controls), catalogue=Catalogue(frameworks=frameworks))


def answer(control_id: str, given: str, **changes: object) -> ControlAnswer:
    reason = "nothing of the kind here" if given == "not_applicable" else ""
    return ControlAnswer(control_id=control_id, answer=Answer(given), **{"reason": reason, **changes})  # type: ignore[arg-type]


def proof(control_id: str | None = None, state: str = "approved", **changes: object) -> ControlEvidence:
    values = {"title": "Report", "expires": IN_FORCE, **changes}
    return ControlEvidence(control_id=control_id, state=EvidenceState(state), **values)  # type: ignore[arg-type]


def only_status(walk: Crosswalk, assessment: Assessment, profile: EntityProfile | None = None) -> RequirementStatus:
    """Assess a crosswalk with one framework of one requirement."""
    (found,) = assess(walk.catalogue.frameworks[0], walk, profile or EntityProfile(), assessment)
    return found
