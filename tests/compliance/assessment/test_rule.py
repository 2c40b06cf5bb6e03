from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compliance.assessment.answers import Answer
from compliance.assessment.assessment import Assessment
from compliance.assessment.rule import COMBINATION_RULE, coverage
from compliance.assessment.status import Status
from compliance.controls.control import Grade
from tests.compliance.builders import answer, control, crosswalk, framework, only_status, proof, requirement

FULL, PARTIAL, SUPPORTS = Grade
GRADED = st.lists(st.tuples(st.sampled_from(Grade), st.sampled_from([0.0, 0.5, 1.0])), max_size=8)
ORDER = (Answer.NOT_ASSESSED, Answer.NO, Answer.PARTLY, Answer.YES)
CONTROLS = tuple(f"c{n}" for n in range(5))


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([], 0.0),
        ([(FULL, 1.0)], 1.0),
        ([(FULL, 0.5), (FULL, 1.0)], 1.0),
        ([(FULL, 0.5)], 0.5),
        ([(PARTIAL, 1.0)], 0.5),
        ([(PARTIAL, 1.0), (PARTIAL, 1.0)], 1.0),
        ([(PARTIAL, 1.0), (PARTIAL, 0.5)], 0.75),
        ([(PARTIAL, 1.0), (PARTIAL, 1.0), (PARTIAL, 0.0)], 2 / 3),
        ([(SUPPORTS, 1.0)], 0.25),
        ([(SUPPORTS, 1.0), (SUPPORTS, 1.0)], 0.25),
        ([(FULL, 0.0), (PARTIAL, 0.5), (SUPPORTS, 1.0)], 0.25),
        ([(FULL, 0.5), (PARTIAL, 1.0), (PARTIAL, 1.0), (SUPPORTS, 1.0)], 1.0),
    ],
)
def test_grades_combine_as_the_rule_says(values: list[tuple[Grade, float]], expected: float) -> None:
    assert coverage(values) == pytest.approx(expected)


def test_the_rule_on_the_page_names_every_figure_of_it() -> None:
    for words in ("yes 1, partly 0.5, no 0", "at least by 2", "a quarter", "met at 1", "left out", "with a reason"):
        assert words in COMBINATION_RULE


@given(GRADED)
def test_coverage_lies_between_nothing_and_everything(values: list[tuple[Grade, float]]) -> None:
    assert 0.0 <= coverage(values) <= 1.0


@given(GRADED, st.data())
def test_coverage_never_falls_when_a_value_rises(values: list[tuple[Grade, float]], data: st.DataObject) -> None:
    raised = [
        (grade, data.draw(st.sampled_from([one for one in (0.0, 0.5, 1.0) if one >= value]))) for grade, value in values
    ]
    assert coverage(raised) >= coverage(values)


@given(GRADED, st.randoms(use_true_random=False))
def test_the_order_of_the_controls_does_not_matter(values: list[tuple[Grade, float]], random: object) -> None:
    shuffled = list(values)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert coverage(shuffled) == pytest.approx(coverage(values))


@st.composite
def situations(draw: st.DrawFn) -> tuple[object, Assessment]:
    grades = draw(st.lists(st.sampled_from([str(grade) for grade in Grade]), min_size=1, max_size=len(CONTROLS)))
    controls = [control(name, ("a-1", grade)) for name, grade in zip(CONTROLS, grades, strict=False)]
    answers = [answer(one.id, draw(st.sampled_from(Answer))) for one in controls]
    states = ["approved", "expired", "draft"]
    evidence = [
        proof(name, draw(st.sampled_from(states))) for name in draw(st.lists(st.sampled_from(CONTROLS), max_size=4))
    ]
    walk = crosswalk((framework("a", requirement()),), *controls)
    return walk, Assessment(answers=tuple(answers), evidence=tuple(evidence))


@given(situations())
def test_what_is_evidenced_never_exceeds_what_is_claimed(situation: tuple[object, Assessment]) -> None:
    walk, assessment = situation
    found = only_status(walk, assessment)  # type: ignore[arg-type]
    assert 0.0 <= found.evidenced <= found.claimed <= 1.0
    assert (found.status is Status.MET) == (found.claimed >= 1.0)
    assert found.explanation.endswith(".")


@given(situations(), st.integers(min_value=0, max_value=4))
def test_a_better_answer_never_makes_a_requirement_worse(situation: tuple[object, Assessment], which: int) -> None:
    walk, assessment = situation
    index = which % len(assessment.answers)
    worse = assessment.answers[index]
    if worse.answer not in ORDER or worse.answer is Answer.YES:
        return
    better = replace(worse, answer=ORDER[ORDER.index(worse.answer) + 1])
    raised = replace(assessment, answers=(*assessment.answers[:index], better, *assessment.answers[index + 1 :]))
    before, after = only_status(walk, assessment), only_status(walk, raised)  # type: ignore[arg-type]
    assert (after.claimed, after.evidenced) >= (before.claimed, before.evidenced)
    assert after.evidenced >= before.evidenced


@given(situations(), st.sampled_from(CONTROLS))
def test_more_evidence_never_makes_a_requirement_worse(situation: tuple[object, Assessment], name: str) -> None:
    walk, assessment = situation
    more = replace(assessment, evidence=(*assessment.evidence, proof(name)))
    before, after = only_status(walk, assessment), only_status(walk, more)  # type: ignore[arg-type]
    assert after.claimed == before.claimed
    assert after.evidenced >= before.evidenced
