from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from rori.errors import InputError, NotApplicableError
from rori.store import AuditEntry, Snapshot, Store

Log = Callable[..., tuple[AuditEntry, ...]]


def snapshot(number: int = 1, **values: Any) -> Snapshot:
    usual: dict[str, Any] = {
        "day": date(2026, 6, number),
        "framework_id": "dora",
        "framework_version": "2022/2554",
        "applicable": 10,
        "met_claimed": 5.0,
        "met_evidenced": 2.5,
        "coverage_claimed": 0.5,
        "coverage_evidenced": 0.25,
    }
    return Snapshot(**{**usual, **values})


def saved(store: Store, *snapshots: Snapshot) -> None:
    with store.write("ann") as writer:
        for one in snapshots:
            writer.save_snapshot(one)
        writer.commit()


def test_readiness_is_kept_day_by_day(store: Store) -> None:
    other = snapshot(2, framework_id="nis2")
    system = snapshot(2, scope="hsm")
    saved(store, snapshot(3), other, system, snapshot(1))
    with store.read() as reader:
        assert reader.snapshots(framework_id="dora", scope="entity") == (snapshot(1), snapshot(3))
        assert reader.snapshots(framework_id="dora", since=date(2026, 6, 2)) == (system, snapshot(3))
        assert reader.snapshots(framework_id="nis2") == (other,)
        assert len(reader.snapshots()) == 4


def test_the_last_of_a_day_stands_and_the_log_has_both(store: Store, log: Log) -> None:
    later = snapshot(met_claimed=6.0, coverage_claimed=0.6, framework_version="2")
    saved(store, snapshot())
    saved(store, later)
    with store.read() as reader:
        assert reader.snapshots() == (later,)
    updated, inserted = log()
    assert [(e.action, e.row_version) for e in (inserted, updated)] == [("insert", 1), ("update", 2)]
    assert updated.subject_key == "2026-06-01 | dora | entity"
    assert (updated.before, updated.after["met_claimed"]) == (inserted.after, 6.0)


def test_the_same_readiness_again_is_not_written(store: Store, log: Log) -> None:
    saved(store, snapshot())
    saved(store, snapshot())
    assert len(log()) == 1


def test_readiness_is_not_undone(store: Store, log: Log) -> None:
    saved(store, snapshot())
    with store.write("ann") as writer, pytest.raises(NotApplicableError, match="computed, not typed"):
        writer.undo(log()[0].id)


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"applicable": -1}, "applicable requirements must be a whole number of at least 0"),
        ({"applicable": 1.5}, "applicable requirements must be a whole number"),
        ({"met_claimed": 11.0}, "met claimed must be a number from 0 to 10, got 11.0"),
        ({"met_evidenced": float("nan")}, "met evidenced must be a number from 0 to 10"),
        ({"coverage_claimed": 1.01}, "coverage claimed must be a share from 0 to 1"),
        ({"coverage_evidenced": float("inf")}, "coverage evidenced must be a share from 0 to 1"),
        ({"day": "2026-06-01"}, "day must be a day"),
        ({"day": None}, "day must be given"),
        ({"framework_id": ""}, "framework must be an id"),
    ],
)
def test_readiness_that_cannot_be_is_refused(values: dict[str, Any], sentence: str) -> None:
    with pytest.raises(InputError) as refused:
        snapshot(**values)
    assert sentence in str(refused.value)
