from __future__ import annotations

import time

import pytest

from compliance.applicability.profile import EntityProfile
from compliance.assessment.assessment import Assessment
from compliance.assessment.moved import Direction, moved
from compliance.assessment.readiness import readiness
from compliance.assessment.status import RequirementStatus, Status, assess
from compliance.catalogues.conditions import Condition
from tests.compliance.builders import answer, control, crosswalk, framework, proof, requirement

NAMES = ("c1", "c2", "c3")
WHOLE = framework(
    "a",
    requirement("a-1", chapter="I"),
    requirement("a-2", chapter="I"),
    requirement("a-3", chapter="II"),
    requirement("a-4", chapter="II", when=(Condition.GROUP,)),
    requirement("a-5", chapter="III", assessable=False),
)
WALK = crosswalk((WHOLE,), *(control(name, (f"a-{n}", "full")) for n, name in enumerate(NAMES, start=1)))


def statuses(*answers: str, evidence: tuple[str, ...] = ()) -> tuple[RequirementStatus, ...]:
    given = tuple(answer(name, one) for name, one in zip(NAMES, answers, strict=False))
    assessment = Assessment(answers=given, evidence=tuple(proof(name) for name in evidence))
    return assess(WHOLE, WALK, EntityProfile(), assessment)


def test_readiness_counts_and_averages_what_applies() -> None:
    found = readiness("a", statuses("yes", "partly", "no", evidence=("c1",))).whole
    assert (found.applicable, found.met_claimed, found.met_evidenced) == (3, 1, 1)
    assert found.coverage_claimed == pytest.approx(0.5)
    assert found.coverage_evidenced == pytest.approx(1 / 3)
    assert found.share_met_claimed == pytest.approx(1 / 3)
    assert found.share_met_evidenced == pytest.approx(1 / 3)
    assert dict(found.by_status) == {
        Status.MET: 1,
        Status.PARTLY: 1,
        Status.NOT_MET: 1,
        Status.NOT_ASSESSED: 0,
        Status.NOT_APPLICABLE: 1,
    }
    assert found.count(Status.NOT_APPLICABLE) == 1


def test_chapters_stand_in_source_order_and_headings_count_nowhere() -> None:
    found = readiness("a", statuses("yes", "yes", "no"))
    assert [(one.chapter, one.applicable, one.coverage_claimed) for one in found.chapters] == [
        ("I", 2, 1.0),
        ("II", 1, 0.0),
    ]


def test_where_nothing_applies_there_is_no_coverage() -> None:
    found = readiness("a", ()).whole
    assert (found.applicable, found.coverage_claimed, found.share_met_claimed) == (0, None, None)
    assert found.share_met_evidenced is None


def test_what_moved_is_told_with_its_reason_largest_first() -> None:
    before = statuses("yes", "no", "no", evidence=("c1",))
    after = statuses("yes", "yes", "partly", evidence=("c2",))
    found = moved(before, after)
    assert [(move.requirement_id, move.direction) for move in found] == [
        ("a-2", Direction.UP),
        ("a-1", Direction.DOWN),
        ("a-3", Direction.UP),
    ]
    assert (found[2].claimed_change, found[2].evidenced_change) == (0.5, 0.0)
    assert found[1].why == "Met through C1 (full), no evidence."
    assert moved(after, after) == ()


def test_a_requirement_that_came_or_went_has_moved() -> None:
    some = statuses("yes")
    (gone,) = moved(some, some[1:])
    assert (gone.requirement_id, gone.after, gone.why) == ("a-1", None, "No longer part of the framework.")
    assert gone.direction is Direction.DOWN
    (came,) = moved(some[1:], some)
    assert (came.before, came.claimed_change) == (None, 1.0)


def test_a_status_that_changes_at_the_same_coverage_moves_sideways() -> None:
    (found,) = moved(statuses("not_assessed"), statuses("no"))
    assert found.direction is Direction.SIDEWAYS


def test_2500_requirements_with_10000_pieces_of_evidence_take_well_under_half_a_second() -> None:
    requirements = [requirement(f"r-{n}", chapter=f"{n % 20}") for n in range(2_500)]
    controls = [
        control(f"k-{n}", *((f"r-{m}", ("full", "partial", "supports")[m % 3]) for m in range(n, 2_500, 25)))
        for n in range(75)
    ]
    large = framework("large", *requirements)
    walk = crosswalk((large,), *controls)
    answers = tuple(answer(one.id, ("yes", "partly", "no")[n % 3]) for n, one in enumerate(controls))
    evidence = tuple(proof(f"k-{n % 75}") for n in range(10_000))
    started = time.perf_counter()
    found = assess(large, walk, EntityProfile(), Assessment(answers=answers, evidence=evidence))
    whole = readiness("large", found).whole
    assert whole.applicable == 2_500
    assert whole.coverage_claimed is not None
    assert 0.0 < whole.coverage_claimed < 1.0
    assert time.perf_counter() - started < 0.5
