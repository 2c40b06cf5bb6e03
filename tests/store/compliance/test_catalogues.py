from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Callable
from typing import Any

import pytest

from rori.errors import InputError, NotApplicableError, NotFoundError, StoreError
from rori.store import AuditEntry, NewCatalogue, OwnCatalogueHeader, Store

Log = Callable[..., tuple[AuditEntry, ...]]
CONTENT = {"title": "House rules", "requirements": [{"id": "h-1", "weight": 0.1, "text": "Prüfe 支付"}]}


def added(store: Store, version: str = "1", **values: Any) -> OwnCatalogueHeader:
    usual = {"framework_id": "house", "version": version, "title": "House rules", "content": CONTENT}
    with store.write("ann") as writer:
        header = writer.add_catalogue(NewCatalogue(**{**usual, **values}))
        writer.commit()
    return header


def test_an_own_framework_comes_back_as_it_was_added(store: Store) -> None:
    header = added(store)
    with store.read() as reader:
        found = reader.own_catalogue("house", version="1")
        assert reader.own_catalogues() == (found,)
        assert reader.own_catalogue_headers() == (header,)
    assert (found.content, found.sha256, found.title, found.added_by) == (CONTENT, header.sha256, "House rules", "ann")
    text = json.dumps(CONTENT, ensure_ascii=False)
    assert found.sha256 == hashlib.sha256(text.encode()).hexdigest()


def test_versions_stand_beside_each_other_in_the_order_in_which_they_came(store: Store) -> None:
    for version in ("1", "10", "2"):
        added(store, version)
    added(store, framework_id="group", version="1")
    with store.read() as reader:
        found = [(header.framework_id, header.version) for header in reader.own_catalogue_headers()]
    assert found == [("group", "1"), ("house", "1"), ("house", "10"), ("house", "2")]


def test_a_version_that_is_there_never_changes(store: Store) -> None:
    added(store)
    with pytest.raises(InputError, match="version of the framework must be one that house does not have yet, got '1'"):
        added(store, content={"other": 1})
    with store.read() as reader:
        assert reader.own_catalogue("house", version="1").content == CONTENT


def test_a_version_that_is_not_there_is_named(store: Store) -> None:
    with store.read() as reader, pytest.raises(NotFoundError, match="no own framework 'house' of version '9'"):
        reader.own_catalogue("house", version="9")


def test_adding_leaves_a_line_that_is_not_undone(store: Store, log: Log) -> None:
    header = added(store)
    [line] = log()
    assert (line.subject, line.subject_key, line.after["sha256"]) == ("own_catalogues", "house | 1", header.sha256)
    with store.write("ann") as writer, pytest.raises(NotApplicableError, match="add another version"):
        writer.undo(line.id)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE own_catalogues SET title = 'x'",
        "DELETE FROM own_catalogues",
        "REPLACE INTO own_catalogues SELECT * FROM own_catalogues",
    ],
)
def test_own_frameworks_are_only_ever_added_even_past_the_store(
    store: Store, raw: sqlite3.Connection, statement: str
) -> None:
    added(store)
    with pytest.raises(sqlite3.IntegrityError, match="a version of an own framework is only ever added"):
        raw.execute(statement)


def test_a_content_that_somebody_changed_is_not_given_out(store: Store, raw: sqlite3.Connection) -> None:
    added(store)
    raw.execute("DROP TRIGGER own_catalogues_refuses_update")
    raw.execute("UPDATE own_catalogues SET content_json = '{}'")
    with store.read() as reader, pytest.raises(StoreError, match="own framework house 1 is not what was added"):
        reader.own_catalogues()


@pytest.mark.parametrize(
    "values",
    [{"framework_id": " "}, {"framework_id": "a | b"}, {"version": ""}, {"title": " "}, {"content": {"a": {1}}}],
)
def test_a_framework_that_cannot_be_kept_is_refused(store: Store, values: dict[str, Any]) -> None:
    with pytest.raises(InputError, match="must be"):
        added(store, **values)
