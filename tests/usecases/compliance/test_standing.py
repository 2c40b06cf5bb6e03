"""Where an entity stands: answered once, proved once, counted in every framework."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from compliance.assessment.status import Status
from rori.errors import InputError, NotFoundError
from rori.store import ControlAnswer, Evidence, RequirementAnswer, Store, WebLink
from rori.usecases.compliance.answering import (
    clear_requirement_answer,
    control_lines,
    follow_up_of,
    save_control_answers,
    save_requirement_answer,
    uses_of,
)
from rori.usecases.compliance.catalogue import known_crosswalk
from rori.usecases.compliance.gaps import gap_lines
from rori.usecases.compliance.standing import load_profile, save_profile, standings
from rori.usecases.compliance.trend import keep_readiness, moved_since, readiness_trend
from rori.usecases.samples import load_sample_into

DAY = date(2026, 11, 24)
ANYWHERE = {"dora_entity": "payment-institution", "uk_firm": "payment-institution"}
MINUTES = "governance-accountability"


@pytest.fixture
def store(tmp_path: Path):
    opened = Store(f"sqlite:///{tmp_path / 'rori.db'}")
    opened.migrate()
    save_profile(opened, "ann", ANYWHERE, 0)
    yield opened
    opened.dispose()


def say(store: Store, answer: str = "yes", scope: str = "entity", version: int = 0) -> None:
    given = ControlAnswer(control_id=MINUTES, scope=scope, answer=answer, reason="told so")
    save_control_answers(store, "ann", [(given, version)])


def prove(store: Store, expires: date | None = date(2026, 12, 31), about: tuple[tuple[str, str], ...] = ()) -> str:
    with store.write("ann") as writer:
        item = writer.add_evidence(
            Evidence(title="Minutes of March", expires_on=expires),
            content=WebLink(url="https://board.example/march"),
            about=(("control", MINUTES), *about),
        )
        item = writer.set_evidence_state(item.id, "in_review", version=item.version)
        writer.commit()
    with store.write("bob") as writer:
        writer.set_evidence_state(item.id, "approved", version=item.version)
        writer.commit()
    return item.id


def status(store: Store, requirement_id: str, day: date = DAY, scope: str = "entity"):
    return next(found for one in standings(store, day, scope) if (found := one.status(requirement_id)))


def met(store: Store, day: date = DAY, *, evidenced: bool = False) -> dict[str, int]:
    wholes = {one.framework.id: one.readiness.whole for one in standings(store, day)}
    return {key: whole.met_evidenced if evidenced else whole.met_claimed for key, whole in wholes.items()}


def test_without_a_profile_no_duty_of_a_law_applies(tmp_path: Path):
    empty = Store(f"sqlite:///{tmp_path / 'empty.db'}")
    empty.migrate()
    found = {one.framework.id: one for one in standings(empty, DAY)}
    assert found["dora"].readiness.whole.applicable == 0
    assert "financial" in found["dora"].statuses[0].why_not
    empty.dispose()


def test_one_answer_counts_in_at_least_three_frameworks_and_says_why(store: Store):
    before = {one.framework.id: one.readiness.whole.coverage_claimed or 0.0 for one in standings(store, DAY)}
    say(store)
    after = {one.framework.id: one.readiness.whole.coverage_claimed or 0.0 for one in standings(store, DAY)}
    assert len([key for key in after if after[key] > before[key]]) >= 3
    assert status(store, "dora-5-2").status is Status.MET
    assert status(store, "dora-5-2").explanation.startswith("Met through Management body accountability (full)")


def test_evidence_counts_until_its_last_day_and_no_longer(store: Store):
    say(store)
    assert met(store, evidenced=True)["dora"] == 0
    prove(store)
    assert met(store, evidenced=True)["dora"] == met(store)["dora"] > 0
    assert "evidence to 31 Dec 2026" in status(store, "dora-5-2").explanation
    assert met(store, date(2026, 12, 31), evidenced=True)["dora"] > 0
    assert met(store, date(2027, 1, 1), evidenced=True)["dora"] == 0
    assert met(store, date(2027, 1, 1))["dora"] == met(store)["dora"]


def test_a_system_takes_the_entitys_answer_until_it_has_its_own(store: Store):
    load_sample_into(store, "ann")
    say(store)
    assert status(store, "dora-5-2", scope="card-auth").claimed == 1.0
    say(store, "no", scope="card-auth")
    assert status(store, "dora-5-2", scope="card-auth").claimed == 0.0
    assert status(store, "dora-5-2").claimed == 1.0
    line = next(one for one in control_lines(store, DAY, "card-auth") if one.control.id == MINUTES)
    assert (line.counted, line.is_inherited, line.version) == ("no", False, 1)


def test_evidence_about_a_system_proves_nothing_for_the_entity(store: Store):
    load_sample_into(store, "ann")
    say(store)
    prove(store, about=(("system", "card-auth"),))
    assert status(store, "dora-5-2", scope="card-auth").evidenced == 1.0
    assert status(store, "dora-5-2").evidenced == 0.0


def test_a_requirement_can_be_answered_directly_and_follow_its_controls_again(store: Store):
    said = RequirementAnswer(framework_id="dora", requirement_id="dora-5-2", answer="partly", reason="two of three")
    kept = save_requirement_answer(store, "ann", said, 0)
    assert status(store, "dora-5-2").claimed == 0.5
    assert "two of three" in status(store, "dora-5-2").explanation
    assert follow_up_of(store, "dora", "dora-5-2") == kept
    clear_requirement_answer(store, "ann", kept)
    assert status(store, "dora-5-2").claimed == 0.0


def test_what_nobody_knows_is_refused(store: Store):
    with pytest.raises(NotFoundError, match="no control 'x'"):
        save_control_answers(store, "ann", [(ControlAnswer(control_id="x", answer="yes"), 0)])
    heading = RequirementAnswer(framework_id="dora", requirement_id="dora-5", answer="yes", reason="all done")
    with pytest.raises(NotFoundError, match=r"Art\. 5 is a heading"):
        save_requirement_answer(store, "ann", heading, 0)
    with pytest.raises(InputError, match=r"DORA Art\. 3"):
        save_profile(store, "ann", {"dora_entity": "trading-venue", "microenterprise": True}, 1)
    assert load_profile(store).version == 1


def test_uses_of_a_control_name_framework_reference_and_grade(store: Store):
    uses = uses_of(known_crosswalk(store), MINUTES)
    first = uses[0]
    assert (first.framework_id, first.reference, first.grade.value) == ("dora", "Art. 5(2)", "full")
    assert len({use.framework_id for use in uses}) >= 4


def test_gaps_carry_what_was_said_at_the_requirement(store: Store):
    followed = RequirementAnswer(
        framework_id="dora", requirement_id="dora-5-2", owner="Board office", due=date(2026, 12, 1), state="in_progress"
    )
    save_requirement_answer(store, "ann", followed, 0)
    lines = gap_lines(store, DAY, framework_ids=["dora"])
    line = next(one for one in lines if one.gap.status.requirement.id == "dora-5-2")
    assert (line.gap.owner, line.gap.due, line.state) == ("Board office", date(2026, 12, 1), "in_progress")
    assert line.rank == 1
    assert [one.rank for one in lines] == list(range(1, len(lines) + 1))


def test_the_last_readiness_of_a_day_is_kept(store: Store):
    assert keep_readiness(store, "ann", standings(store, DAY)) is True
    say(store)
    assert keep_readiness(store, "ann", standings(store, DAY)) is True
    assert keep_readiness(store, "ann", standings(store, DAY)) is False
    assert [(one.day, one.met_claimed) for one in readiness_trend(store, DAY, "dora")] == [(DAY, met(store)["dora"])]
    assert keep_readiness(store, "ann", standings(store, date(2027, 1, 1))) is True
    assert [one.day for one in readiness_trend(store, DAY, "dora")] == [DAY, date(2027, 1, 1)]


def test_what_moved_is_told_from_the_log_and_the_calendar(store: Store):
    say(store)
    prove(store)
    today = date.today()  # noqa: DTZ011 - the log has the times of this run
    assert moved_since(store, today, today).moves == ()
    found = moved_since(store, today, date(2027, 1, 1))
    moves = {move.requirement_id: move for move in found.moves}
    assert moves["dora-5-2"].evidenced_change == -1.0
    assert moves["dora-5-2"].claimed_change == 0.0
    assert "expired" in moves["dora-5-2"].why
    yesterday = moved_since(store, date(2026, 1, 1), today)
    assert {move.requirement_id: move for move in yesterday.moves}["dora-5-2"].before.applies is False
