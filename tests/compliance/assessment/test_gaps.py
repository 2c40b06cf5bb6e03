from __future__ import annotations

from datetime import date

import pytest

from compliance.applicability.profile import EntityProfile
from compliance.assessment.answers import Answer, ControlAnswer, Override
from compliance.assessment.assessment import Assessment
from compliance.assessment.gaps import ActionKind, FollowUp, Gap, gaps
from compliance.assessment.status import assess
from compliance.controls.control import Control
from tests.compliance.builders import answer, control, crosswalk, framework, proof, requirement

ONE = framework("a", requirement())
BACKUP = control("backup", ("a-1", "full"))


def found(assessment: Assessment, *controls: Control) -> tuple[Gap, ...]:
    walk = crosswalk((ONE,), *(controls or (BACKUP,)))
    return gaps(assess(ONE, walk, EntityProfile(), assessment), walk)


@pytest.mark.parametrize(
    ("given", "evidence", "kind", "sentence"),
    [
        ("not_assessed", None, ActionKind.ANSWER, "Answer the control Backup."),
        ("no", None, ActionKind.PUT_IN_PLACE, "Put the control Backup fully in place; it is answered no."),
        ("partly", None, ActionKind.PUT_IN_PLACE, "Put the control Backup fully in place; it is answered partly."),
        ("yes", None, ActionKind.UPLOAD_EVIDENCE, "Upload evidence for the control Backup."),
        ("yes", "withdrawn", ActionKind.UPLOAD_EVIDENCE, "Upload evidence for the control Backup."),
        (
            "yes",
            "not_yet_effective",
            ActionKind.UPLOAD_EVIDENCE,
            "Upload evidence for the control Backup that is in force now.",
        ),
        (
            "yes",
            "in_review",
            ActionKind.APPROVE_EVIDENCE,
            "Have the evidence for the control Backup reviewed and approved: Report.",
        ),
        (
            "yes",
            "expired",
            ActionKind.RENEW_EVIDENCE,
            "Renew the evidence for the control Backup, which expired on 31 Mar 2027: Report.",
        ),
    ],
)
def test_each_gap_has_the_action_that_closes_it(
    given: str, evidence: str | None, kind: ActionKind, sentence: str
) -> None:
    items = () if evidence is None else (proof("backup", evidence),)
    (gap,) = found(Assessment(answers=(answer("backup", given),), evidence=items))
    assert (gap.action.kind, gap.action.control, gap.action.sentence) == (kind, BACKUP, sentence)
    assert gap.frameworks == ("a",)


def test_what_is_met_and_proved_or_does_not_apply_is_no_gap() -> None:
    assert found(Assessment(answers=(answer("backup", "yes"),), evidence=(proof("backup"),))) == ()
    assert found(Assessment(answers=(answer("backup", "not_applicable"),))) == ()


def test_a_full_control_is_asked_for_before_a_partial_one_and_an_unanswered_one_before_an_answered_one() -> None:
    part, other = control("part", ("a-1", "partial")), control("other", ("a-1", "full"))
    (gap,) = found(Assessment(answers=(answer("backup", "no"),)), part, BACKUP, other)
    assert gap.action.control == other


def test_where_the_controls_cannot_meet_it_the_requirement_itself_must_be_answered() -> None:
    part = control("part", ("a-1", "partial"))
    (gap,) = found(Assessment(answers=(answer("part", "yes"),), evidence=(proof("part"),)), part)
    assert gap.action.kind is ActionKind.ANSWER_DIRECTLY
    assert "its controls do not meet it by themselves" in gap.action.sentence
    (bare,) = found(Assessment(), control("elsewhere"))
    assert (bare.action.sentence, bare.frameworks) == (
        "Answer the requirement itself, with a reason; no control counts here.",
        (),
    )


def test_a_gap_under_an_override_is_closed_at_the_requirement() -> None:
    due = date(2027, 1, 1)
    no = Override(requirement_id="a-1", answer=Answer.NO, reason="r", owner="Ann", due=due)
    (gap,) = found(Assessment(overrides=(no,)))
    assert (gap.action.kind, gap.owner, gap.due) == (ActionKind.ANSWER_DIRECTLY, "Ann", due)
    yes = Override(requirement_id="a-1", answer=Answer.YES, reason="r")
    (unproved,) = found(Assessment(overrides=(yes,), evidence=(proof(requirement_id="a-1", state="draft"),)))
    assert unproved.action.sentence == "Have the evidence for the requirement reviewed and approved: Report."
    assert found(Assessment(overrides=(yes,), evidence=(proof("backup"),))) == ()


def test_owner_and_due_day_come_from_the_requirement_first_then_from_the_control() -> None:
    given = ControlAnswer(control_id="backup", answer=Answer.NO, owner="Ann", due=date(2027, 5, 1))
    walk = crosswalk((ONE,), BACKUP)
    statuses = assess(ONE, walk, EntityProfile(), Assessment(answers=(given,)))
    (plain,) = gaps(statuses, walk)
    assert (plain.owner, plain.due) == ("Ann", date(2027, 5, 1))
    (followed,) = gaps(statuses, walk, {"a-1": FollowUp(owner="Bob", due=date(2027, 1, 1))})
    assert (followed.owner, followed.due) == ("Bob", date(2027, 1, 1))


def test_gaps_are_ranked_by_coverage_then_due_day_then_reach() -> None:
    wide = framework("a", *(requirement(f"a-{n}") for n in range(1, 6)))
    other = framework("b", requirement("b-1"))
    controls = (
        control("one", ("a-1", "full")),
        control("two", ("a-2", "full"), ("b-1", "supports")),
        control("three", ("a-3", "full")),
        control("four", ("a-4", "full")),
        control("five", ("a-5", "full")),
    )
    walk = crosswalk((wide, other), *controls)
    answers = (
        answer("one", "no"),
        answer("two", "no"),
        answer("three", "no", due=date(2027, 1, 1)),
        answer("four", "partly"),
        answer("five", "yes"),
    )
    ranked = gaps(assess(wide, walk, EntityProfile(), Assessment(answers=answers)), walk)
    assert [gap.status.requirement.id for gap in ranked] == ["a-3", "a-2", "a-1", "a-4", "a-5"]
