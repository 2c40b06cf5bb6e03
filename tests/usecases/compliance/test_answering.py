"""Controls and requirements answered: what counts where, who implements it, and what is refused."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from compliance.assessment.status import Status
from compliance.controls.control import Grade
from rori.errors import ConflictError, NotFoundError
from rori.inventory.sheets import MEASURES
from rori.store import AuditQuery, ControlAnswer, RequirementAnswer, Store
from rori.usecases.compliance.answering import (
    audit_key,
    clear_requirement_answer,
    control_lines,
    measures_of,
    requirement_detail,
    save_control_answers,
    save_requirement_answer,
    standing_of,
    uses_of,
)
from rori.usecases.compliance.catalogue import known_crosswalk
from rori.usecases.compliance.standing import save_profile, standings
from rori.usecases.inventory import list_records, undo_change
from rori.usecases.samples import load_sample_into

DAY = date(2026, 11, 24)
CONTROL = "governance-accountability"
ISO, OLD = "iso-iec-27031", "2011"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(f"sqlite:///{tmp_path / 'rori.db'}")
    opened.migrate()
    load_sample_into(opened, "ann")
    save_profile(opened, "ann", {"dora_entity": "payment-institution"}, 0)
    yield opened
    opened.dispose()


def say(store: Store, answer: str, scope: str = "entity", control: str = CONTROL, version: int = 0) -> None:
    save_control_answers(store, "ann", [(ControlAnswer(control_id=control, scope=scope, answer=answer), version)])


def line(store: Store, scope: str = "entity"):
    return next(one for one in control_lines(store, DAY, scope) if one.control.id == CONTROL)


def direct(answer: str | None = "yes", requirement: str = "dora-5-2", framework: str = "dora") -> RequirementAnswer:
    return RequirementAnswer(
        framework_id=framework, requirement_id=requirement, answer=answer, reason="seen by audit", owner="Ann"
    )


def old_requirement(store: Store) -> str:
    """Return an assessable requirement that only the older version of ISO/IEC 27031 has."""
    catalogue = known_crosswalk(store).catalogue
    newest = catalogue.latest(ISO)
    return next(one.id for one in catalogue.framework(ISO, OLD).assessable if one.id not in newest)


def test_a_system_takes_the_answer_of_the_entity_until_it_has_its_own(store: Store):
    say(store, "yes")
    assert (line(store, "card-auth").counted, line(store, "card-auth").is_inherited) == ("yes", True)
    say(store, "no", scope="card-auth")
    assert (line(store, "card-auth").counted, line(store, "card-auth").is_inherited) == ("no", False)
    assert (line(store).counted, line(store).is_inherited) == ("yes", False)


def test_a_control_counts_at_requirements_framework_by_framework_with_its_grade(store: Store):
    crosswalk = known_crosswalk(store)
    uses = uses_of(crosswalk, CONTROL)
    assert {one.framework_id for one in uses} >= {"dora", "nis2", "uk-opres"}
    assert next(one.grade for one in uses if one.requirement_id == "dora-5-2") is Grade.FULL
    places = [one.framework_id for one in uses]
    assert places == sorted(places, key=crosswalk.catalogue.ids.index)


def test_an_unknown_control_has_no_uses_and_takes_no_answer(store: Store):
    with pytest.raises(NotFoundError, match="no-such"):
        uses_of(known_crosswalk(store), "no-such")
    with pytest.raises(NotFoundError, match="no control 'no-such'"):
        say(store, "yes", control="no-such")


def test_measures_that_implement_a_control_are_found_by_its_id(store: Store):
    named = [one.values for one in list_records(store, MEASURES.name) if "exit-plan" in one.values["control_ids"]]
    assert named
    assert measures_of(store, "exit-plan") == tuple((one["id"], one["name"]) for one in named)
    assert measures_of(store, "exit") == ()


def test_answers_are_saved_together_or_not_at_all(store: Store):
    say(store, "no")
    edits = [(ControlAnswer(control_id="board-training", answer="yes"), 0), (ControlAnswer(control_id=CONTROL), 0)]
    with pytest.raises(ConflictError, match=CONTROL):
        save_control_answers(store, "bo", edits)
    with store.read() as reader:
        assert [one.control_id for one in reader.control_answers()] == [CONTROL]


def test_the_note_of_a_save_stands_in_the_audit_log_and_the_save_can_be_undone(store: Store):
    saved = save_control_answers(
        store, "bo", [(ControlAnswer(control_id=CONTROL, scope="card-auth", answer="yes"), 0)], "questionnaire x.xlsx"
    )
    with store.read() as reader:
        (entry,) = reader.audit(AuditQuery(subject="control_answers", subject_key=audit_key(saved[0])))
    assert entry.note == "questionnaire x.xlsx"
    undo_change(store, "bo", entry.id)
    assert line(store, "card-auth").own is None


def test_a_standing_of_the_newest_version_is_the_one_among_all(store: Store):
    say(store, "yes")
    found, said = standing_of(store, DAY, "dora")
    assert found == next(one for one in standings(store, DAY) if one.framework.id == "dora")
    assert said == {}


def test_an_older_version_is_assessed_with_the_same_answers(store: Store):
    say(store, "yes")
    found, _ = standing_of(store, DAY, ISO, OLD)
    assert found.framework.version == OLD
    assert found.readiness.whole.applicable > 0
    assert any(one.claimed > 0.0 for one in found.statuses)


def test_a_version_that_is_not_there_is_named(store: Store):
    with pytest.raises(NotFoundError, match="no version '1999' of iso-iec-27031"):
        standing_of(store, DAY, ISO, "1999")


def test_a_requirement_that_only_an_older_version_has_can_be_answered(store: Store):
    requirement = old_requirement(store)
    save_requirement_answer(store, "ann", direct(requirement=requirement, framework=ISO), 0)
    found, said = standing_of(store, DAY, ISO, OLD)
    assert found.status(requirement).status is Status.MET
    assert said[requirement].owner == "Ann"


@pytest.mark.parametrize(
    ("framework", "requirement", "why"),
    [
        ("dora", "dora-999", "no requirement 'dora-999'"),
        ("dora", "nis2-20-1", "no requirement 'nis2-20-1'"),
        ("nope", "dora-5-2", "no framework 'nope'"),
        ("dora", "dora-5", "is a heading; answer the requirements below it"),
    ],
)
def test_what_cannot_be_answered_is_refused_with_a_sentence(store: Store, framework: str, requirement: str, why: str):
    with pytest.raises(NotFoundError, match=why):
        save_requirement_answer(store, "ann", direct(requirement=requirement, framework=framework), 0)


def test_a_requirement_in_detail_says_why_it_applies_and_what_is_beside_it(store: Store):
    standing, _ = standing_of(store, DAY, "dora")
    found = requirement_detail(store, standing, "dora-5-2")
    assert found.applies
    assert "full ICT risk management framework" in found.why
    assert [one.id for one in found.above] == ["dora-5"]
    assert {one.framework_id for one in found.siblings} >= {"nis2", "uk-opres"}
    assert found.status.requirement.id == "dora-5-2"
    assert found.said is None


def test_a_heading_in_detail_has_parts_and_no_status(store: Store):
    standing, _ = standing_of(store, DAY, "dora")
    found = requirement_detail(store, standing, "dora-5")
    assert found.status is None
    assert "dora-5-2" in [one.id for one in found.parts]


def test_a_requirement_of_another_framework_is_not_found_in_a_standing(store: Store):
    standing, _ = standing_of(store, DAY, "dora")
    with pytest.raises(NotFoundError, match="nis2-20-1"):
        requirement_detail(store, standing, "nis2-20-1")


def test_a_direct_answer_takes_the_place_of_the_controls_until_it_is_cleared_and_both_are_undone(store: Store):
    say(store, "no")
    kept = save_requirement_answer(store, "ann", direct(), 0)
    standing, said = standing_of(store, DAY, "dora")
    assert standing.status("dora-5-2").status is Status.MET
    assert said["dora-5-2"] == kept
    clear_requirement_answer(store, "bo", kept)
    assert standing_of(store, DAY, "dora")[0].status("dora-5-2").status is Status.NOT_MET
    with store.read() as reader:
        cleared = reader.audit(AuditQuery(subject="requirement_answers", subject_key=audit_key(kept)))[0]
    undo_change(store, "bo", cleared.id)
    assert standing_of(store, DAY, "dora")[0].status("dora-5-2").status is Status.MET


def test_clearing_what_somebody_changed_since_is_a_conflict(store: Store):
    kept = save_requirement_answer(store, "ann", direct(), 0)
    save_requirement_answer(store, "otto", direct("no"), kept.version)
    with pytest.raises(ConflictError, match="changed by otto"):
        clear_requirement_answer(store, "bo", kept)


def test_a_follow_up_without_an_answer_leaves_the_controls_in_place(store: Store):
    say(store, "yes")
    save_requirement_answer(store, "ann", direct(None), 0)
    standing, said = standing_of(store, DAY, "dora")
    assert standing.status("dora-5-2").override is None
    assert said["dora-5-2"].owner == "Ann"
