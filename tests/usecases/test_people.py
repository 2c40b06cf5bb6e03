"""Who works here, while there is no sign-in."""

from __future__ import annotations

from pathlib import Path

import pytest

from rori.errors import InputError
from rori.store import AuditQuery, Store
from rori.usecases.people import known_name, remember_name, who_works_here


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("RORI_USER", raising=False)
    opened = Store(f"sqlite:///{tmp_path / 'rori.db'}")
    opened.migrate()
    yield opened
    opened.dispose()


def test_a_name_that_was_given_once_stays(store: Store):
    assert known_name(store) is None
    assert who_works_here(store)
    assert remember_name(store, "  Erika   Beispiel ") == "Erika Beispiel"
    assert who_works_here(store) == "Erika Beispiel"
    with store.read() as reader:
        assert reader.audit(AuditQuery(limit=1))[0].who == "Erika Beispiel"


def test_the_environment_has_the_last_word(store: Store, monkeypatch: pytest.MonkeyPatch):
    remember_name(store, "Erika")
    monkeypatch.setenv("RORI_USER", "cron")
    assert who_works_here(store) == "cron"


@pytest.mark.parametrize("name", ["", "   ", "x" * 81, "a\u202eb"])
def test_what_nobody_can_read_is_no_name(store: Store, name: str):
    with pytest.raises(InputError, match="your name"):
        remember_name(store, name)
    assert known_name(store) is None
