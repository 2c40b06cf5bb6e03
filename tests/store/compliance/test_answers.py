from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from rori.errors import ConflictError, InputError, NotFoundError, RoriError
from rori.store import AuditEntry, AuditQuery, ControlAnswer, RequirementAnswer, Store, StoredControlAnswer
from tests.store.builders import record
from tests.store.compliance.builders import answer, override

Log = Callable[..., tuple[AuditEntry, ...]]


def saved(store: Store, value: ControlAnswer, *, version: int = 0, who: str = "ann") -> StoredControlAnswer:
    with store.write(who) as writer:
        stored = writer.save_control_answer(value, version=version)
        writer.commit()
    return stored


def undone(store: Store, audit_id: int) -> None:
    with store.write("ulla") as writer:
        writer.undo(audit_id)
        writer.commit()


def test_an_answer_comes_back_as_it_was_given(store: Store) -> None:
    began = datetime.now(UTC)
    given = answer(owner="Zoë", due=date(2026, 3, 31), note="=1+1", reason="支付", state="in_progress")
    stored = saved(store, given)
    with store.read() as reader:
        [found] = reader.control_answers()
    assert found == stored
    assert (found.control_id, found.answer, found.owner, found.due) == ("backup-test", "partly", "Zoë", given.due)
    assert (found.note, found.reason, found.state, found.scope) == ("=1+1", "支付", "in_progress", "entity")
    assert (found.version, found.changed_by) == (1, "ann")
    assert began <= found.changed_at <= datetime.now(UTC)


def test_answers_are_read_by_scope_in_the_order_of_controls(filled: Store) -> None:
    with filled.write("ann") as writer:
        writer.save_answers([(answer("b"), 0), (answer("a", scope="hsm"), 0), (answer("a"), 0)])
        writer.commit()
    with filled.read() as reader:
        assert [(a.control_id, a.scope) for a in reader.control_answers()] == [
            ("a", "entity"),
            ("a", "hsm"),
            ("b", "entity"),
        ]
        assert [a.control_id for a in reader.control_answers(scope="entity")] == ["a", "b"]
        assert reader.control_answers(scope="card-auth") == ()


def test_overrides_are_read_by_framework_and_scope(filled: Store) -> None:
    with filled.write("ann") as writer:
        writer.save_answers([(override(), 0), (override(framework_id="nis2"), 0), (override(scope="hsm"), 0)])
        writer.commit()
    with filled.read() as reader:
        assert len(reader.overrides()) == 3
        assert [o.framework_id for o in reader.overrides(scope="entity")] == ["dora", "nis2"]
        assert [o.scope for o in reader.overrides(framework_id="dora")] == ["entity", "hsm"]
        [one] = reader.overrides(framework_id="dora", scope="hsm")
    assert (one.requirement_id, one.answer, one.reason, one.version) == ("art-11", "no", "seen in the audit", 1)


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        ({"answer": "maybe"}, "answer must be one of not_assessed, no, partly, yes, not_applicable, got 'maybe'"),
        ({"answer": "not_applicable"}, "reason must be given when a control is not applicable"),
        ({"answer": "not_applicable", "reason": "  "}, "reason must be given"),
        ({"control_id": ""}, "control must be an id without spaces around it"),
        ({"control_id": "a | b"}, "control must be an id without ' | '"),
        ({"scope": " "}, "scope must be an id"),
        ({"state": "done"}, "state of the gap must be one of open, in_progress, accepted, closed"),
        ({"due": "2026-03-31"}, "due day must be a day or nothing"),
        ({"due": datetime(2026, 3, 31, tzinfo=UTC)}, "due day must be a day or nothing"),
        ({"note": "a\0b"}, "note must be a text without null characters"),
        ({"owner": None}, "owner must be a text"),
    ],
)
def test_an_answer_that_cannot_be_is_refused_with_a_sentence(value: dict[str, object], sentence: str) -> None:
    with pytest.raises(InputError) as refused:
        answer(**value)
    assert sentence in str(refused.value)


def test_an_override_needs_a_reason_and_following_up_a_gap_does_not() -> None:
    with pytest.raises(InputError, match="reason must be given when the answer of the controls is overridden"):
        override(reason="")
    assert override(answer=None, reason="", owner="Ann").answer is None
    with pytest.raises(InputError, match="requirement must be an id"):
        override("")


def test_a_scope_that_is_no_system_is_refused(filled: Store) -> None:
    with filled.write("ann") as writer, pytest.raises(InputError, match="scope must be the id of an existing system"):
        writer.save_control_answer(answer(scope="gone"), version=0)


def test_two_people_who_answer_the_same_control_collide_with_a_sentence(store: Store) -> None:
    first = saved(store, answer())
    saved(store, answer(answer="yes"), version=first.version, who="bob")
    with pytest.raises(ConflictError) as refused:
        saved(store, answer(answer="no"), version=first.version)
    assert "the answer to control backup-test (entity) was changed by bob at " in str(refused.value)
    assert str(refused.value).endswith("since you opened it; nothing was saved, reload and try again")
    with store.read() as reader:
        assert reader.control_answers()[0].answer == "yes"


def test_who_answers_first_wins_over_who_saw_no_answer(store: Store) -> None:
    saved(store, answer(answer="yes"), who="bob")
    with pytest.raises(ConflictError, match="was changed by bob"):
        saved(store, answer(answer="no"))


def test_a_grid_is_saved_whole_or_not_at_all_and_every_conflict_is_named(store: Store, log: Log) -> None:
    with store.write("bob") as writer:
        writer.save_answers([(answer(f"c{number}"), 0) for number in range(8)])
        writer.commit()
    lines = len(log())
    edits = [(answer(f"c{number}", answer="yes"), 9 if number else 1) for number in range(8)]
    with store.write("ann") as writer:
        with pytest.raises(ConflictError) as refused:
            writer.save_answers(edits)
        writer.commit()
    message = str(refused.value)
    assert all(f"control c{number} " in message for number in range(1, 6))
    assert "and 2 more; nothing was saved" in message
    with store.read() as reader:
        assert {a.answer for a in reader.control_answers()} == {"partly"}
    assert len(log()) == lines


def test_a_grid_may_hold_answers_and_overrides_and_returns_them_in_its_order(store: Store) -> None:
    with store.write("ann") as writer:
        found = writer.save_answers([(override(), 0), (answer("z"), 0), (answer("a"), 0)])
        writer.commit()
    assert [type(value).__name__ for value in found] == [
        "StoredRequirementAnswer",
        "StoredControlAnswer",
        "StoredControlAnswer",
    ]
    assert [value.key for value in found] == [("dora", "art-11", "entity"), ("z", "entity"), ("a", "entity")]


def test_the_same_key_twice_in_a_grid_is_refused(store: Store) -> None:
    with store.write("ann") as writer, pytest.raises(InputError, match="answers must be given once for each key"):
        writer.save_answers([(answer(answer="yes"), 0), (answer(answer="no"), 0)])


def test_what_stays_as_it_is_is_not_written(store: Store, log: Log) -> None:
    first = saved(store, answer())
    again = saved(store, answer(), version=1, who="bob")
    assert again == first
    assert len(log()) == 1


def test_what_was_read_can_be_changed_and_saved_as_it_is(store: Store) -> None:
    first = saved(store, answer(owner="Ann"))
    second = saved(store, replace(first, answer="yes"), version=first.version)
    assert (second.answer, second.owner, second.version) == ("yes", "Ann", 2)


def test_every_answer_leaves_before_and_after(store: Store, log: Log) -> None:
    saved(store, answer(due=date(2026, 1, 2)))
    saved(store, answer(answer="yes"), version=1, who="bob")
    with store.write("cleo", note="no longer used") as writer:
        writer.delete_control_answer("backup-test", version=2)
        writer.commit()
    deleted, updated, inserted = log()
    assert [(e.who, e.action, e.row_version) for e in (inserted, updated, deleted)] == [
        ("ann", "insert", 1),
        ("bob", "update", 2),
        ("cleo", "delete", 2),
    ]
    assert {(e.subject, e.subject_key) for e in log()} == {("control_answers", "backup-test | entity")}
    assert (inserted.before, inserted.after["due"], inserted.after["answer"]) == (None, "2026-01-02", "partly")
    assert (updated.before, updated.after["answer"]) == (inserted.after, "yes")
    assert (deleted.before, deleted.after, deleted.note) == (updated.after, None, "no longer used")


def test_a_deleted_override_is_gone_and_needs_the_version_that_was_seen(store: Store) -> None:
    with store.write("ann") as writer:
        writer.save_override(override(), version=0)
        writer.commit()
    with store.write("bob") as writer, pytest.raises(ConflictError, match=r"requirement art-11 of dora .* by ann"):
        writer.delete_override("dora", "art-11", version=7)
    with store.write("bob") as writer:
        writer.delete_override("dora", "art-11", version=1)
        writer.commit()
    with store.read() as reader:
        assert reader.overrides() == ()
    with store.write("ann") as writer, pytest.raises(NotFoundError, match=r"no answer 'dora \| art-11 \| entity' any"):
        writer.delete_override("dora", "art-11", version=1)
    with store.write("ann") as writer, pytest.raises(ConflictError, match="was deleted since you opened it"):
        writer.save_override(override(note="late"), version=1)


def test_an_answer_that_came_back_goes_on_counting_its_versions(store: Store) -> None:
    saved(store, answer())
    with store.write("ann") as writer:
        writer.delete_control_answer("backup-test", version=1)
        again = writer.save_control_answer(answer(answer="yes"), version=0)
        writer.commit()
    assert again.version == 2


def test_answers_are_undone_from_the_last_to_the_first(store: Store, log: Log) -> None:
    saved(store, answer(due=date(2026, 1, 2)))
    saved(store, answer(answer="yes"), version=1)
    with store.write("ann") as writer:
        writer.delete_control_answer("backup-test", version=2)
        writer.commit()
    deleted, updated, inserted = (entry.id for entry in log())
    with pytest.raises(ConflictError, match=r"the answer to control backup-test \(entity\) was changed by ann at"):
        undone(store, updated)
    undone(store, deleted)
    with store.read() as reader:
        [back] = reader.control_answers()
    assert (back.answer, back.due, back.version, back.changed_by) == ("yes", None, 3, "ulla")
    assert log()[0].action == "undo"
    with pytest.raises(RoriError):
        undone(store, inserted)


def test_an_inserted_and_an_updated_override_are_undone(store: Store, log: Log) -> None:
    with store.write("ann") as writer:
        writer.save_override(override(), version=0)
        writer.commit()
    undone(store, log()[0].id)
    with store.read() as reader:
        assert reader.overrides() == ()
    undone(store, log()[0].id)
    with store.write("ann") as writer:
        version = writer.overrides()[0].version
        writer.save_override(override(answer="yes", due=date(2026, 5, 5)), version=version)
        writer.commit()
    undone(store, log()[0].id)
    undone(store, log()[0].id)
    with store.read() as reader:
        [found] = reader.overrides()
    assert (found.answer, found.due) == ("yes", date(2026, 5, 5))


def test_an_answer_for_a_system_that_is_gone_does_not_come_back(filled: Store, log: Log) -> None:
    with filled.write("ann") as writer:
        writer.insert("systems", record("systems", id="old"))
        writer.save_control_answer(answer(scope="old"), version=0)
        writer.delete_control_answer("backup-test", scope="old", version=1)
        writer.delete("systems", "old", version=1)
        writer.commit()
    line = log(subject="control_answers")[0]
    with pytest.raises(InputError, match="scope must be the id of an existing system"):
        undone(filled, line.id)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE control_answers SET answer = 'maybe'",
        "UPDATE control_answers SET answer = 'not_applicable', reason = ''",
        "UPDATE control_answers SET state = 'done'",
        "UPDATE requirement_answers SET answer = 'maybe'",
        "UPDATE requirement_answers SET reason = ''",
    ],
)
def test_the_database_itself_holds_answers_to_their_terms(
    store: Store, raw: sqlite3.Connection, statement: str
) -> None:
    with store.write("ann") as writer:
        writer.save_answers([(answer(), 0), (override(), 0)])
        writer.commit()
    with pytest.raises(sqlite3.IntegrityError, match="CHECK constraint failed"):
        raw.execute(statement)


def test_ids_that_look_like_sql_stay_ids(store: Store, log: Log) -> None:
    typed = "x'); DROP TABLE control_answers; --"
    saved(store, answer(typed))
    with store.read() as reader:
        assert reader.control_answers()[0].control_id == typed
        assert reader.audit_count(AuditQuery(text=typed)) == 1


def test_two_thousand_five_hundred_answers_are_saved_and_read_in_a_handful_of_statements(
    store: Store, statements: list[str]
) -> None:
    edits = [(RequirementAnswer(framework_id="dora", requirement_id=f"r{n}", note="x"), 0) for n in range(2_500)]
    with store.write("ann") as writer:
        writer.save_answers(edits)
        writer.commit()
    assert len(statements) < 12
    statements.clear()
    with store.read() as reader:
        assert len(reader.overrides(framework_id="dora", scope="entity")) == 2_500
    assert len([line for line in statements if line.startswith("SELECT")]) == 1
