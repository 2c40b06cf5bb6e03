from __future__ import annotations

from datetime import date

import pytest

from compliance.applicability.profile import DoraEntity, EntityProfile
from compliance.assessment.answers import Answer, ControlAnswer, Override, in_scope
from compliance.assessment.assessment import Assessment
from compliance.assessment.evidence import ControlEvidence, EvidenceState, state_on
from compliance.assessment.status import Status
from compliance.catalogues.conditions import Condition
from compliance.errors import RefusedValueError
from tests.compliance.builders import answer, control, crosswalk, framework, only_status, proof, requirement

ONE = framework("a", requirement())
BACKUP = control("backup", ("a-1", "full"))
DRILL = control("drill", ("a-1", "partial"))
REVIEW = control("review", ("a-1", "partial"))
POSTER = control("poster", ("a-1", "supports"))
WALK = crosswalk((ONE,), BACKUP, DRILL, REVIEW, POSTER)


def assessed(*answers: ControlAnswer, **more: object) -> Assessment:
    return Assessment(answers=answers, **more)  # type: ignore[arg-type]


def test_a_requirement_is_met_through_its_full_control_and_says_until_when_it_is_proved() -> None:
    found = only_status(WALK, assessed(answer("backup", "yes"), answer("poster", "yes"), evidence=(proof("backup"),)))
    assert (found.status, found.claimed, found.evidenced) == (Status.MET, 1.0, 1.0)
    assert found.explanation == "Met through Backup (full), evidence to 31 Mar 2027."
    first = found.met_through[0]
    assert (first.control.id, first.grade, first.value, first.evidence_until) == (
        "backup",
        "full",
        1.0,
        date(2027, 3, 31),
    )
    assert [one.control.id for one in found.met_through] == ["backup", "poster"]


def test_a_claim_without_evidence_is_met_but_not_evidenced() -> None:
    found = only_status(WALK, assessed(answer("backup", "yes")))
    assert (found.is_met, found.is_evidenced, found.evidenced) == (True, False, 0.0)
    assert found.explanation == "Met through Backup (full), no evidence."


def test_parts_meet_a_requirement_together() -> None:
    both = only_status(WALK, assessed(answer("drill", "yes"), answer("review", "yes"), evidence=(proof("drill"),)))
    assert (both.status, both.claimed, both.evidenced) == (Status.MET, 1.0, 0.5)
    assert both.explanation == "Met through Drill (partial), evidence to 31 Mar 2027 and Review (partial), no evidence."
    one = only_status(WALK, assessed(answer("drill", "partly")))
    assert (one.status, one.claimed) == (Status.PARTLY, 0.25)
    assert one.explanation == "Partly met through Drill (partial, answered partly), no evidence."


def test_nothing_answered_some_answered_and_all_answered_no() -> None:
    nothing = only_status(WALK, assessed())
    assert (nothing.status, nothing.explanation) == (
        Status.NOT_ASSESSED,
        "Not assessed: Backup; Drill; Review and 1 more are not answered yet.",
    )
    some = only_status(WALK, assessed(*(answer(name, "no") for name in ("backup", "drill", "review"))))
    assert (some.status, some.explanation) == (Status.NOT_ASSESSED, "Not assessed: Poster is not answered yet.")
    every = only_status(WALK, assessed(*(answer(name, "no") for name in ("backup", "drill", "review", "poster"))))
    assert every.status is Status.NOT_MET
    assert every.explanation.startswith("Not met: Backup is answered no; Drill is answered no")


def test_a_control_that_is_not_applicable_is_left_out() -> None:
    found = only_status(WALK, assessed(answer("backup", "not_applicable"), answer("drill", "no")))
    assert found.status is Status.NOT_ASSESSED
    rest = [answer(name, "no") for name in ("drill", "review", "poster")]
    assert only_status(WALK, assessed(answer("backup", "not_applicable"), *rest)).status is Status.NOT_MET


def test_a_requirement_does_not_apply_when_none_of_its_controls_does() -> None:
    walk = crosswalk((ONE,), BACKUP)
    found = only_status(walk, assessed(answer("backup", "not_applicable")))
    assert (found.applies, found.status) == (False, Status.NOT_APPLICABLE)
    assert found.why_not == "Does not apply: Backup is answered not applicable."


def test_a_requirement_without_controls_must_be_answered_itself() -> None:
    found = only_status(crosswalk((ONE,), control("other")), assessed())
    assert (found.status, found.linked) == (Status.NOT_ASSESSED, ())
    assert found.explanation == "Not assessed: no control counts here; answer the requirement itself."


def test_the_profile_decides_first_and_the_reason_is_kept() -> None:
    walk = crosswalk((framework("dora", requirement(when=(Condition.SIMPLIFIED_FRAMEWORK,))),), BACKUP)
    bank = EntityProfile(dora_entity=DoraEntity.CREDIT_INSTITUTION)
    found = only_status(walk, assessed(answer("backup", "yes")), bank)
    assert (found.applies, found.status, found.claimed) == (False, Status.NOT_APPLICABLE, 0.0)
    assert found.why_not == "Applies to entities under the simplified framework of DORA Art. 16 only."


@pytest.mark.parametrize(
    ("given", "status", "claimed"),
    [("yes", Status.MET, 1.0), ("partly", Status.PARTLY, 0.5), ("no", Status.NOT_MET, 0.0)],
)
def test_an_override_takes_the_place_of_the_controls(given: str, status: Status, claimed: float) -> None:
    override = Override(requirement_id="a-1", answer=Answer(given), reason="Seen by the auditor.")
    found = only_status(WALK, assessed(answer("backup", "partly"), overrides=(override,)))
    assert (found.status, found.claimed, found.evidenced, found.met_through) == (status, claimed, 0.0, ())
    assert found.explanation.startswith(f"Answered directly, {given}: Seen by the auditor")


def test_an_override_is_proved_by_evidence_of_the_requirement_or_of_one_of_its_controls() -> None:
    override = Override(requirement_id="a-1", answer=Answer.YES, reason="seen")
    for item in (proof("poster"), proof(requirement_id="a-1")):
        found = only_status(WALK, assessed(overrides=(override,), evidence=(item,)))
        assert found.is_evidenced
        assert found.explanation == "Answered directly, yes: seen, evidence to 31 Mar 2027."
    other = only_status(WALK, assessed(overrides=(override,), evidence=(proof("else"), proof(requirement_id="a-2"))))
    assert other.evidenced == 0.0


def test_an_override_can_say_that_a_requirement_does_not_apply_or_say_nothing() -> None:
    away = Override(requirement_id="a-1", answer=Answer.NOT_APPLICABLE, reason="no such service")
    found = only_status(WALK, assessed(answer("backup", "yes"), overrides=(away,)))
    assert (found.applies, found.why_not) == (False, "Answered directly, not applicable: no such service.")
    silent = Override(requirement_id="a-1", answer=Answer.NOT_ASSESSED, reason="taken back")
    assert only_status(WALK, assessed(answer("backup", "yes"), overrides=(silent,))).is_met


def test_a_reason_is_required_where_the_rule_is_left() -> None:
    with pytest.raises(RefusedValueError, match="reason must be given when a control is not applicable"):
        ControlAnswer(control_id="backup", answer=Answer.NOT_APPLICABLE)
    with pytest.raises(RefusedValueError, match="reason must be given when the answer of the controls is overridden"):
        Override(requirement_id="a-1", answer=Answer.YES, reason=" ")


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("expired", "evidence expired on 31 Mar 2027"),
        ("draft", "evidence in draft"),
        ("in_review", "evidence in review"),
        ("withdrawn", "no evidence"),
        ("not_yet_effective", "evidence not yet in force"),
    ],
)
def test_only_approved_evidence_in_force_counts_and_the_sentence_says_what_there_is(state: str, words: str) -> None:
    found = only_status(WALK, assessed(answer("backup", "yes"), evidence=(proof("backup", state),)))
    assert (found.claimed, found.evidenced) == (1.0, 0.0)
    assert found.explanation == f"Met through Backup (full), {words}."


def test_evidence_counts_where_it_is_tied_to() -> None:
    yes = answer("backup", "yes")

    def evidenced(item: ControlEvidence) -> float:
        return only_status(WALK, assessed(yes, evidence=(item,))).evidenced

    assert evidenced(proof("backup")) == 1.0
    assert evidenced(proof(requirement_id="a-1")) == 1.0
    assert evidenced(proof("backup", requirement_id="a-1")) == 1.0
    assert evidenced(proof("backup", requirement_id="a-2")) == 0.0
    assert evidenced(proof("drill")) == 0.0
    with pytest.raises(RefusedValueError, match="tied to a control or a requirement"):
        proof()


def test_the_evidence_that_lasts_longest_is_named_and_one_without_an_end_lasts_longest() -> None:
    yes = answer("backup", "yes")
    early, late = proof("backup", expires=date(2026, 1, 1)), proof("backup", expires=date(2028, 1, 1))
    assert only_status(WALK, assessed(yes, evidence=(late, early))).linked[0].evidence_until == date(2028, 1, 1)
    endless = only_status(WALK, assessed(yes, evidence=(late, proof("backup", expires=None))))
    assert endless.explanation == "Met through Backup (full), evidence without an end."
    lapsed = proof("backup", "expired", expires=date(2029, 1, 1))
    assert only_status(WALK, assessed(yes, evidence=(lapsed, early))).is_evidenced


def test_a_system_inherits_from_the_entity_and_its_own_answer_comes_first() -> None:
    whole, own = answer("backup", "yes"), answer("backup", "no", scope="ledger")
    assert in_scope((whole, own), "ledger") == {"backup": own}
    assert in_scope((own, whole), "entity") == {"backup": whole}
    assert in_scope((whole, answer("backup", "not_assessed", scope="ledger")), "ledger") == {"backup": whole}
    inherited = only_status(WALK, assessed(whole, evidence=(proof("backup"),), scope="ledger"))
    assert inherited.is_evidenced
    of_system = proof("backup", scope="ledger")
    assert only_status(WALK, assessed(whole, evidence=(of_system,), scope="ledger")).is_evidenced
    assert not only_status(WALK, assessed(whole, evidence=(of_system,))).is_evidenced


@pytest.mark.parametrize(
    ("kept", "day", "expected"),
    [
        ("approved", date(2026, 1, 1), "approved"),
        ("approved", date(2026, 12, 31), "approved"),
        ("approved", date(2025, 12, 31), "not_yet_effective"),
        ("approved", date(2027, 1, 1), "expired"),
        ("draft", date(2025, 1, 1), "draft"),
        ("in_review", date(2026, 6, 1), "in_review"),
        ("in_review", date(2027, 6, 1), "expired"),
        ("withdrawn", date(2027, 6, 1), "withdrawn"),
    ],
)
def test_the_state_of_evidence_follows_its_days(kept: str, day: date, expected: str) -> None:
    found = state_on(day, EvidenceState(kept), effective_from=date(2026, 1, 1), expires=date(2026, 12, 31))
    assert found is EvidenceState(expected)


def test_evidence_without_days_is_always_in_force_and_days_out_of_order_are_refused() -> None:
    assert state_on(date(1990, 1, 1), EvidenceState.APPROVED) is EvidenceState.APPROVED
    with pytest.raises(RefusedValueError, match="expiry must be on or after the first day, 2026-01-02"):
        state_on(date(2026, 1, 1), EvidenceState.DRAFT, date(2026, 1, 2), date(2026, 1, 1))
