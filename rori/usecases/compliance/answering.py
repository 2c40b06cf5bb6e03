"""Answer a control once, or a requirement directly; see where each answer counts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from compliance.applicability.conditions import applicability
from compliance.applicability.profile import profile_from
from compliance.assessment.evidence import ControlEvidence
from compliance.assessment.readiness import readiness
from compliance.assessment.status import RequirementStatus, assess
from compliance.catalogues.framework import Framework
from compliance.catalogues.requirement import Requirement
from compliance.controls.control import Control, Grade
from compliance.controls.crosswalk import Crosswalk, Sibling
from rori.errors import NotFoundError
from rori.store import (
    ENTITY_SCOPE,
    ControlAnswer,
    RequirementAnswer,
    Store,
    StoredControlAnswer,
    StoredRequirementAnswer,
    Writer,
)
from rori.store.compliance.checks import joined
from rori.usecases.compliance.catalogue import crosswalk_of
from rori.usecases.compliance.standing import Basis, Standing
from rori.usecases.frameworks import refusals_translated


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlLine:
    """One control in one scope: its own answer here, the one that counts here, and the best evidence for it.

    `counted` differs from `own` where a system has no answer of its own and the entity's counts.
    """

    control: Control
    own: StoredControlAnswer | None
    counted: str
    evidence: ControlEvidence | None
    frameworks: tuple[str, ...]

    @property
    def version(self) -> int:
        """The version that an edit must name; 0 where there is no answer yet."""
        return 0 if self.own is None else self.own.version

    @property
    def is_inherited(self) -> bool:
        """Whether the entity's answer counts here."""
        return self.own is None or (self.own.answer == "not_assessed" and self.counted != "not_assessed")


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlUse:
    """A requirement at which a control counts."""

    framework_id: str
    framework_title: str
    requirement_id: str
    reference: str
    title: str
    grade: Grade


@dataclass(frozen=True, slots=True, kw_only=True)
class RequirementDetail:
    """One requirement and all that is known of it; `status` is None for a heading, which is not answered.

    `said` is what was said at the requirement itself in the scope, `parts` are right below it, `above` nearest first.
    """

    framework: Framework
    requirement: Requirement
    applies: bool
    why: str
    status: RequirementStatus | None
    said: StoredRequirementAnswer | None
    siblings: tuple[Sibling, ...]
    parts: tuple[Requirement, ...]
    above: tuple[Requirement, ...]


def control_lines(store: Store, day: date, scope: str = ENTITY_SCOPE) -> tuple[ControlLine, ...]:
    """List all controls with their answers in a scope, in the order of the library."""
    with store.read() as reader:
        basis, crosswalk = Basis.of(reader), crosswalk_of(reader)
    assessment = basis.assessment(scope, day)
    own = {one.control_id: one for one in basis.answers if one.scope == scope}
    lines = []
    for control in crosswalk.library.controls:
        counted = assessment.answer(control.id)
        lines.append(
            ControlLine(
                control=control,
                own=own.get(control.id),
                counted="not_assessed" if counted is None else counted.answer.value,
                evidence=assessment.best_evidence((control.id,), ""),
                frameworks=crosswalk.frameworks_of(control.id),
            )
        )
    return tuple(lines)


def uses_of(crosswalk: Crosswalk, control_id: str) -> tuple[ControlUse, ...]:
    """List the requirements to which a control refers, framework by framework."""
    with refusals_translated():
        control = crosswalk.library.control(control_id)
    catalogue, found = crosswalk.catalogue, []
    for reference in control.references:
        if reference.requirement_id in catalogue:
            framework = catalogue.framework_of(reference.requirement_id)
            requirement = catalogue.requirement(reference.requirement_id)
            found.append(
                ControlUse(
                    framework_id=framework.id,
                    framework_title=framework.title,
                    requirement_id=requirement.id,
                    reference=requirement.reference,
                    title=requirement.title,
                    grade=reference.grade,
                )
            )
    order = catalogue.ids
    return tuple(sorted(found, key=lambda use: order.index(use.framework_id)))


def measures_of(store: Store, control_id: str) -> tuple[tuple[str, str], ...]:
    """List the measures of the inventory that implement a control: id and name."""
    with store.read() as reader:
        found = reader.records("measures")
    listed = ((one.values, one.values["control_ids"]) for one in found)
    return tuple(
        (str(values["id"]), str(values["name"]))
        for values, controls in listed
        if isinstance(controls, tuple) and control_id in controls
    )


def save_control_answers(
    store: Store, actor: str, edits: Iterable[tuple[ControlAnswer, int]], note: str = ""
) -> tuple[StoredControlAnswer, ...]:
    """Save answers with the versions that were seen: all of them, or a ConflictError or InputError and none.

    The note goes into the audit log beside each of them.
    """
    edits = tuple(edits)
    with store.write(actor, note=note) as writer:
        library = crosswalk_of(writer).library
        for answer, _ in edits:
            if answer.control_id not in library:
                raise NotFoundError(f"there is no control {answer.control_id!r} in the library")
        saved = writer.save_answers(edits)
        writer.commit()
    return tuple(one for one in saved if isinstance(one, StoredControlAnswer))


def standing_of(
    store: Store, day: date, framework_id: str, version: str = "", scope: str = ENTITY_SCOPE
) -> tuple[Standing, dict[str, StoredRequirementAnswer]]:
    """Say where a scope stands against one version of a framework (the newest one without a version).

    Beside it, what was said at requirements themselves in the scope, by their ids.
    """
    with store.read() as reader:
        basis, crosswalk = Basis.of(reader), crosswalk_of(reader)
    framework = _framework(crosswalk, framework_id, version)
    statuses = assess(framework, crosswalk, basis.profile, basis.assessment(scope, day))
    standing = Standing(
        framework=framework, scope=scope, day=day, statuses=statuses, readiness=readiness(framework.id, statuses)
    )
    said = {
        one.requirement_id: one
        for one in basis.overrides
        if one.scope == scope and one.framework_id == framework.id and one.requirement_id in framework
    }
    return standing, said


def requirement_detail(store: Store, standing: Standing, requirement_id: str) -> RequirementDetail:
    """Gather what a page says of one requirement of a standing; NotFoundError when its framework has none of this id."""
    framework = standing.framework
    with store.read() as reader:
        profile, crosswalk = profile_from(reader.profile().facts), crosswalk_of(reader)
    with refusals_translated():
        requirement = framework.requirement(requirement_id)
        above = framework.above(requirement_id)
        siblings = crosswalk.siblings(requirement_id)
    applies = applicability(requirement, framework.id, profile)
    return RequirementDetail(
        framework=framework,
        requirement=requirement,
        applies=applies.applies,
        why=applies.why,
        status=standing.status(requirement_id),
        said=follow_up_of(store, framework.id, requirement_id, standing.scope),
        siblings=siblings,
        parts=framework.parts_of(requirement_id),
        above=above,
    )


def audit_key(answer: StoredControlAnswer | StoredRequirementAnswer) -> str:
    """Return how the audit log names an answer."""
    return joined(*answer.key)


def follow_up_of(
    store: Store, framework_id: str, requirement_id: str, scope: str = ENTITY_SCOPE
) -> StoredRequirementAnswer | None:
    """Return what was said at a requirement itself in a scope, if anything was."""
    with store.read() as reader:
        kept = reader.overrides(framework_id=framework_id, scope=scope)
    return next((one for one in kept if one.requirement_id == requirement_id), None)


def save_requirement_answer(
    store: Store, actor: str, answer: RequirementAnswer, version: int
) -> StoredRequirementAnswer:
    """Answer a requirement directly (a reason is required), or say who closes its gap and by when."""
    with store.write(actor) as writer:
        _require_known(writer, answer)
        saved = writer.save_override(answer, version=version)
        writer.commit()
    return saved


def clear_requirement_answer(store: Store, actor: str, answer: StoredRequirementAnswer) -> None:
    """Let a requirement follow its controls again."""
    with store.write(actor) as writer:
        writer.delete_override(answer.framework_id, answer.requirement_id, scope=answer.scope, version=answer.version)
        writer.commit()


def _framework(crosswalk: Crosswalk, framework_id: str, version: str) -> Framework:
    with refusals_translated():
        if version:
            return crosswalk.catalogue.framework(framework_id, version)
        return crosswalk.catalogue.latest(framework_id)


def _require_known(writer: Writer, answer: RequirementAnswer) -> None:
    """Refuse what no version of the framework has: an older version may still be used, and has requirements of its own."""
    catalogue = crosswalk_of(writer).catalogue
    with refusals_translated():
        versions = [catalogue.framework(answer.framework_id, one) for one in catalogue.versions(answer.framework_id)]
        holding = [framework for framework in versions if answer.requirement_id in framework]
        requirement = (holding or versions)[-1].requirement(answer.requirement_id)
    if not requirement.assessable:
        raise NotFoundError(f"{requirement.reference} is a heading; answer the requirements below it")
