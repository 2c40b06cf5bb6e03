from __future__ import annotations

from typing import Any

import pytest

from rori.errors import InputError
from rori.store import AuditQuery, Store


@pytest.mark.parametrize("value", ["", "Zoë", 0, 1.5, True, None, [1, "a", None], {"a": {"b": [1.0]}}])
def test_a_setting_comes_back_as_it_was_set(store: Store, value: Any) -> None:
    with store.write("ann") as writer:
        writer.remember("key", value)
        writer.commit()
    with store.read() as reader:
        found = reader.setting("key", "default")
    assert (found, type(found)) == (value, type(value))


def test_a_setting_that_was_never_set_is_its_default(store: Store) -> None:
    with store.read() as reader:
        assert reader.setting("key") is None
        assert reader.setting("key", 5) == 5


def test_settings_are_audited_and_undone_to_the_beginning(store: Store) -> None:
    with store.write("ann") as writer:
        writer.remember("key", {"a": 1})
        writer.remember("key", {"a": 2})
        writer.remember("key", {"a": 2})
        second, first = writer.audit(AuditQuery(subject="settings"))
        assert (first.action, first.before, first.after) == ("insert", None, {"value": {"a": 1}})
        assert (second.action, second.before, second.after) == ("update", {"value": {"a": 1}}, {"value": {"a": 2}})
        writer.undo(second.id)
        assert writer.setting("key") == {"a": 1}
        writer.undo(writer.audit(AuditQuery(limit=1))[0].id)
        assert writer.setting("key") == {"a": 2}
        writer.commit()


def test_the_first_value_of_a_setting_can_be_undone_and_comes_back(store: Store) -> None:
    with store.write("ann") as writer:
        writer.remember("key", 1)
        writer.undo(writer.audit(AuditQuery(limit=1))[0].id)
        assert writer.setting("key", "gone") == "gone"
        writer.undo(writer.audit(AuditQuery(limit=1))[0].id)
        assert writer.setting("key", "gone") == 1
        writer.commit()


def test_yes_and_one_are_different_settings(store: Store) -> None:
    with store.write("ann") as writer:
        writer.remember("key", 1)
        writer.remember("key", True)
        assert writer.setting("key") is True


@pytest.mark.parametrize("value", [float("nan"), float("inf"), {1, 2}, object(), b"bytes"])
def test_a_setting_that_json_cannot_hold_is_refused(store: Store, value: object) -> None:
    with store.write("ann") as writer, pytest.raises(InputError, match="setting key must be made of"):
        writer.remember("key", value)
