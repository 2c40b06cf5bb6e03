"""A case as claimed and as evidenced: which measures count how far, what holds them there, and what rests on it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from compliance.assessment.assessment import Assessment
from compliance.assessment.evidence import ControlEvidence, EvidenceState
from compliance.assessment.explaining import day_in_words
from compliance.controls.crosswalk import Crosswalk
from rori.economics.decisions.assurance import ClaimedAndEvidenced, claimed_and_evidenced
from rori.economics.decisions.resting import Resting, resting_on
from rori.economics.inputs.measures import Measure
from rori.economics.inputs.portfolio import Portfolio
from rori.economics.simulation.running import Progress
from rori.store import ENTITY_SCOPE, Store
from rori.usecases.cases import Inputs, input_hash
from rori.usecases.compliance.catalogue import crosswalk_of
from rori.usecases.compliance.standing import Basis
from rori.usecases.computing import run_chunks
from rori.usecases.joining.assurance import (
    AssuranceValues,
    ControlValue,
    MeasureAssurance,
    Proof,
    assurance_by_measure,
)
from rori.usecases.joining.assurance_values import values_of


@dataclass(frozen=True, slots=True, kw_only=True)
class ProvedControl:
    """A control that a measure names: its answer and proof on the day, and the last day of that proof.

    `in_library` is false where a measure names a control that nobody can answer.
    """

    control_id: str
    name: str
    answer: str
    proof: Proof
    until: date | None
    in_library: bool

    @property
    def sentence(self) -> str:
        """Say what is wrong with it, such as "Failover test: evidence expired 12 May 2026"."""
        return f"{self.name}: {self._words()}"

    def _words(self) -> str:
        if not self.in_library:
            return "no such control in the library"
        if self.answer == "not_assessed":
            return "not assessed"
        if self.answer == "no":
            return "answered no"
        proof = {
            Proof.FRESH: "fresh evidence" if self.until is None else f"evidence to {day_in_words(self.until)}",
            Proof.NONE: "no approved evidence",
            Proof.EXPIRED: "evidence expired" if self.until is None else f"evidence expired {day_in_words(self.until)}",
        }[self.proof]
        return f"partly in place, {proof}" if self.answer == "partly" else proof


@dataclass(frozen=True, slots=True, kw_only=True)
class AssuredMeasure:
    """A measure of a case: how far it counts, and the controls that hold it there (none where it counts in full)."""

    measure_id: str
    name: str
    assurance: float
    weakest: tuple[ProvedControl, ...]
    no_control: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceQuestion:
    """A case as it stands on a day beside the answers and evidence of the entity; cheap to ask.

    `key` is another one whenever the figures may be others. `has_answers` says whether any control was answered at all.
    """

    inputs: Inputs
    day: date
    values: AssuranceValues
    measures: tuple[AssuredMeasure, ...]
    has_answers: bool
    key: str

    @property
    def assurance(self) -> dict[str, float]:
        """Assurance by measure id, of the measures of the case."""
        return {measure.measure_id: measure.assurance for measure in self.measures}

    @property
    def names_a_control(self) -> bool:
        """Whether a control vouches for any measure of the case."""
        return any(not measure.no_control for measure in self.measures)


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidencedFigures:
    """Both worlds on the same events, and what of the difference rests on which measure (expected)."""

    figures: ClaimedAndEvidenced
    resting: Resting


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidencedCase:
    """The question and its answer."""

    question: EvidenceQuestion
    answer: EvidencedFigures


def assurances(
    basis: Basis, crosswalk: Crosswalk, portfolio: Portfolio, day: date, values: AssuranceValues
) -> tuple[MeasureAssurance, ...]:
    """Judge every measure of a portfolio by the entity's answers and evidence on a day."""
    return _judged(portfolio.measures, _proved(basis, crosswalk, portfolio.measures, day), values)


def evidence_question(store: Store, case_id: str, day: date) -> EvidenceQuestion:
    """Read a case, answers and evidence in one state; NotFoundError when there is no such case."""
    with store.read() as reader:
        inputs = Inputs(portfolio=reader.portfolio(), case=reader.case(case_id))
        basis, crosswalk, values = Basis.of(reader), crosswalk_of(reader), values_of(reader)
    chosen = inputs.portfolio.chosen_measures(inputs.case.measure_ids)
    proved = _proved(basis, crosswalk, chosen, day)
    names = {measure.id: measure.name for measure in chosen}
    measures = tuple(
        AssuredMeasure(
            measure_id=found.measure_id,
            name=names[found.measure_id],
            assurance=found.assurance,
            weakest=tuple(proved[control.control_id] for control in found.weakest),
            no_control=found.no_control,
        )
        for found in _judged(chosen, proved, values)
    )
    shares = ",".join(f"{one.measure_id}={one.assurance!r}" for one in measures)
    return EvidenceQuestion(
        inputs=inputs,
        day=day,
        values=values,
        measures=measures,
        has_answers=any(one.answer != "not_assessed" for one in basis.answers if one.scope == ENTITY_SCOPE),
        key=f"{input_hash(inputs)} {shares}",
    )


def evidenced_figures(asked: EvidenceQuestion, progress: Progress | None = None) -> EvidencedFigures:
    """Simulate both worlds, in worker processes where that pays, and divide what rests on missing evidence."""
    portfolio, case = asked.inputs.portfolio, asked.inputs.case
    return EvidencedFigures(
        figures=claimed_and_evidenced(portfolio, case, asked.assurance, progress, run=run_chunks),
        resting=resting_on(portfolio, case, asked.assurance),
    )


def evidenced_case(store: Store, case_id: str, day: date, progress: Progress | None = None) -> EvidencedCase:
    """Show a case as claimed and as evidenced on a day; NotFoundError when there is no such case."""
    asked = evidence_question(store, case_id, day)
    return EvidencedCase(question=asked, answer=evidenced_figures(asked, progress))


def _judged(
    measures: Iterable[Measure], proved: dict[str, ProvedControl], values: AssuranceValues
) -> tuple[MeasureAssurance, ...]:
    controls = {key: ControlValue(control_id=key, answer=one.answer, proof=one.proof) for key, one in proved.items()}
    return assurance_by_measure(measures, controls, values)


def _proved(basis: Basis, crosswalk: Crosswalk, measures: Iterable[Measure], day: date) -> dict[str, ProvedControl]:
    """Look up every control that the measures name; the entity's own answers count, not those of single systems."""
    assessment = basis.assessment(ENTITY_SCOPE, day)
    named = dict.fromkeys(key for measure in measures for key in measure.control_ids)
    found = {}
    for key in named:
        given = assessment.answer(key)
        proof, until = _proof(assessment, key)
        known = key in crosswalk.library
        found[key] = ProvedControl(
            control_id=key,
            name=crosswalk.library.control(key).name if known else key,
            answer="not_assessed" if given is None else given.answer.value,
            proof=proof,
            until=until,
            in_library=known,
        )
    return found


def _proof(assessment: Assessment, control_id: str) -> tuple[Proof, date | None]:
    """Return what proves a control, and its last day.

    Expired evidence stays expired while its renewal is a draft or in review: an upload alone must not raise a figure.
    """
    best = assessment.best_evidence((control_id,), "")
    if best is not None and best.is_fresh:
        return Proof.FRESH, best.expires
    ended = [one.expires for one in assessment.evidence if _has_expired(one, control_id) and one.expires is not None]
    return (Proof.EXPIRED, max(ended)) if ended else (Proof.NONE, None)


def _has_expired(one: ControlEvidence, control_id: str) -> bool:
    return (
        one.control_id == control_id
        and not one.requirement_id
        and one.scope == ENTITY_SCOPE
        and one.state is EvidenceState.EXPIRED
    )
