from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from rori.errors import ConflictError, InputError
from rori.store import AuditEntry, EntityProfile, Store

Log = Callable[..., tuple[AuditEntry, ...]]


def saved(store: Store, facts: dict[str, Any], *, version: int, who: str = "ann") -> EntityProfile:
    with store.write(who) as writer:
        profile = writer.save_profile(facts, version=version)
        writer.commit()
    return profile


def undone(store: Store, audit_id: int) -> None:
    with store.write("ulla") as writer:
        writer.undo(audit_id)
        writer.commit()


def found(store: Store) -> EntityProfile:
    with store.read() as reader:
        return reader.profile()


def test_a_profile_that_nobody_saved_is_empty(store: Store) -> None:
    assert found(store) == EntityProfile(entity_id="main", facts={}, version=0, changed_by="", changed_at=None)


def test_a_profile_comes_back_as_it_was_saved(store: Store, log: Log) -> None:
    facts = {
        "dora_type": "credit institution",
        "staff": 12,
        "turnover_eur": 1.5e6,
        "sectors": ["a", "支付"],
        "uk": None,
    }
    profile = saved(store, facts, version=0)
    assert found(store) == profile
    assert (profile.facts, profile.version, profile.changed_by) == (facts, 1, "ann")
    saved(store, {"staff": 13}, version=1, who="bob")
    updated, inserted = log()
    assert (inserted.before, inserted.after, updated.before, updated.after) == (None, facts, facts, {"staff": 13})
    assert {(line.subject, line.subject_key) for line in log()} == {("entity_profile", "main")}


def test_the_same_facts_again_are_not_written(store: Store, log: Log) -> None:
    saved(store, {"staff": 12}, version=0)
    assert saved(store, {"staff": 12}, version=1, who="bob").changed_by == "ann"
    assert len(log()) == 1


@pytest.mark.parametrize("version", [0, 1, 7])
def test_two_people_who_edit_the_profile_collide_with_a_sentence(store: Store, version: int) -> None:
    saved(store, {"staff": 12}, version=0)
    saved(store, {"staff": 13}, version=1, who="bob")
    with pytest.raises(ConflictError, match=r"the profile was changed by bob at .* since you opened it; nothing was"):
        saved(store, {"staff": 14}, version=version)
    assert found(store).facts == {"staff": 13}


def test_a_profile_that_went_away_meanwhile_is_a_conflict(store: Store) -> None:
    with pytest.raises(ConflictError, match="the profile was deleted since you opened it"):
        saved(store, {}, version=1)


def test_profiles_are_undone_from_the_last_to_the_first(store: Store, log: Log) -> None:
    saved(store, {"staff": 12}, version=0)
    undone(store, log()[0].id)
    assert found(store).version == 0
    undone(store, log()[0].id)
    saved(store, {"staff": 13}, version=found(store).version)
    undone(store, log()[0].id)
    profile = found(store)
    assert (profile.facts, profile.changed_by) == ({"staff": 12}, "ulla")


def test_an_undo_after_another_change_is_refused(store: Store, log: Log) -> None:
    saved(store, {"staff": 12}, version=0)
    saved(store, {"staff": 13}, version=1, who="bob")
    with pytest.raises(ConflictError, match="the profile was changed by bob"):
        undone(store, log()[1].id)


@pytest.mark.parametrize(
    "facts", [{"a": float("nan")}, {"a": {1, 2}}, {"a": ["x\0"]}, {"a\0": 1}, {"a": {"b": "\ud800"}}, {"a": b"x"}]
)
def test_facts_that_a_database_cannot_hold_are_refused(store: Store, facts: dict[str, Any]) -> None:
    with store.write("ann") as writer, pytest.raises(InputError, match="profile must be"):
        writer.save_profile(facts, version=0)


def test_an_entity_that_is_not_there_has_no_profile_to_save(store: Store) -> None:
    with store.write("ann") as writer, pytest.raises(InputError, match="legal entity must be one that exists"):
        writer.save_profile({}, version=0, entity_id="other")
