"""Where an entity, or one of its systems, stands against each framework on a day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from compliance.applicability.profile import EntityProfile, facts_of, profile_from
from compliance.assessment.answers import ENTITY_SCOPE, Answer, ControlAnswer, Override
from compliance.assessment.assessment import Assessment
from compliance.assessment.evidence import ControlEvidence, EvidenceState, state_on
from compliance.assessment.readiness import FrameworkReadiness, readiness
from compliance.assessment.status import RequirementStatus, assess
from compliance.catalogues.framework import Framework
from compliance.controls.crosswalk import Crosswalk
from rori.store import LinkedEvidence, Reader, Store, StoredControlAnswer, StoredRequirementAnswer
from rori.usecases.compliance.catalogue import crosswalk_of
from rori.usecases.frameworks import refusals_translated


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownProfile:
    """The profile of the entity as it stands; version 0 means that nobody has saved one yet."""

    profile: EntityProfile
    version: int
    changed_by: str
    changed_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """One framework in one scope on one day."""

    framework: Framework
    scope: str
    day: date
    statuses: tuple[RequirementStatus, ...]
    readiness: FrameworkReadiness

    def status(self, requirement_id: str) -> RequirementStatus | None:
        """Return how one requirement stands; None for headings and what the framework does not have."""
        return next((one for one in self.statuses if one.requirement.id == requirement_id), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """What readiness is worked out from, as plain values of the store at one moment."""

    facts: dict[str, object]
    answers: tuple[StoredControlAnswer, ...]
    overrides: tuple[StoredRequirementAnswer, ...]
    evidence: tuple[LinkedEvidence, ...]

    @classmethod
    def of(cls, reader: Reader) -> Basis:
        """Read everything in one consistent state."""
        return cls(
            facts=dict(reader.profile().facts),
            answers=reader.control_answers(),
            overrides=reader.overrides(),
            evidence=reader.linked_evidence(),
        )

    @property
    def profile(self) -> EntityProfile:
        """Who the entity is."""
        return profile_from(self.facts)

    def assessment(self, scope: str, day: date) -> Assessment:
        """Return what counts in a scope on a day."""
        return Assessment(
            answers=tuple(_answer(one) for one in self.answers),
            overrides=tuple(_override(one) for one in self.overrides if one.answer is not None),
            evidence=tuple(_evidence(self.evidence, day)),
            scope=scope,
        )


def load_profile(store: Store) -> KnownProfile:
    """Return who the entity is."""
    with store.read() as reader:
        kept = reader.profile()
    return KnownProfile(
        profile=profile_from(kept.facts), version=kept.version, changed_by=kept.changed_by, changed_at=kept.changed_at
    )


def save_profile(store: Store, actor: str, facts: dict[str, object], version: int) -> KnownProfile:
    """Keep who the entity is, given as plain facts; InputError when two of them cannot both be true."""
    with refusals_translated():
        profile = profile_from(facts)
    with store.write(actor) as writer:
        kept = writer.save_profile(facts_of(profile), version=version)
        writer.commit()
    return KnownProfile(profile=profile, version=kept.version, changed_by=kept.changed_by, changed_at=kept.changed_at)


def standings(
    store: Store, day: date, scope: str = ENTITY_SCOPE, framework_ids: Iterable[str] = ()
) -> tuple[Standing, ...]:
    """Say where a scope stands on a day against the newest version of each framework, or of those named."""
    with store.read() as reader:
        basis, crosswalk = Basis.of(reader), crosswalk_of(reader)
    return standings_of(basis, crosswalk, day, scope, framework_ids)


def standings_of(
    basis: Basis, crosswalk: Crosswalk, day: date, scope: str = ENTITY_SCOPE, framework_ids: Iterable[str] = ()
) -> tuple[Standing, ...]:
    """Work out standings from what was read before."""
    wanted = tuple(framework_ids)
    profile, assessment = basis.profile, basis.assessment(scope, day)
    found = []
    for framework in crosswalk.catalogue.newest:
        if not wanted or framework.id in wanted:
            statuses = assess(framework, crosswalk, profile, assessment)
            found.append(
                Standing(
                    framework=framework,
                    scope=scope,
                    day=day,
                    statuses=statuses,
                    readiness=readiness(framework.id, statuses),
                )
            )
    return tuple(found)


def _answer(one: StoredControlAnswer) -> ControlAnswer:
    return ControlAnswer(
        control_id=one.control_id,
        scope=one.scope,
        answer=Answer(one.answer),
        reason=one.reason,
        owner=one.owner,
        due=one.due,
        note=one.note,
    )


def _override(one: StoredRequirementAnswer) -> Override:
    return Override(
        requirement_id=one.requirement_id,
        scope=one.scope,
        answer=Answer(str(one.answer)),
        reason=one.reason,
        owner=one.owner,
        due=one.due,
    )


def _evidence(linked: Iterable[LinkedEvidence], day: date) -> Iterable[ControlEvidence]:
    """Give each link to a control or requirement the scope of the systems that the same evidence is about."""
    linked = tuple(linked)
    systems: dict[str, list[str]] = {}
    for one in linked:
        if one.kind == "system":
            systems.setdefault(one.item_id, []).append(one.target_id)
    for one in linked:
        if one.kind == "system":
            continue
        state = state_on(day, EvidenceState(one.state), one.effective_from, one.expires_on)
        for scope in systems.get(one.item_id, [ENTITY_SCOPE]):
            yield ControlEvidence(
                title=one.title,
                state=state,
                control_id=one.target_id if one.kind == "control" else None,
                requirement_id=one.target_id if one.kind == "requirement" else None,
                expires=one.expires_on,
                scope=scope,
                item_id=one.item_id,
            )
