"""Stores on real files, empty and filled."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from rori.store import AuditEntry, AuditQuery, Store
from tests.store.builders import record


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "folder" / "rori.db"


@pytest.fixture
def url(database: Path) -> str:
    return f"sqlite:///{database}"


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    """Return a migrated store."""
    made = Store(url)
    made.migrate()
    yield made
    made.dispose()


@pytest.fixture
def filled(store: Store) -> Store:
    """Return a store with one row on each sheet, and the two systems that a dependency needs."""
    with store.write("importer") as writer:
        writer.insert_many("systems", [record("systems"), record("systems", id="hsm", name="HSM")])
        for name in ("loss_profiles", "failure_modes", "common_causes", "dependencies", "measures", "effects"):
            writer.insert(name, record(name))
        writer.insert("cases", record("cases", measure_ids=("failover",)))
        writer.commit()
    return store


@pytest.fixture
def raw(database: Path, store: Store) -> Iterator[sqlite3.Connection]:
    """Return a connection past the store, as somebody with a database tool has it."""
    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        yield connection


@pytest.fixture
def log(store: Store) -> Callable[..., tuple[AuditEntry, ...]]:
    """Return a function that reads the audit log."""

    def read(**query: str | int) -> tuple[AuditEntry, ...]:
        with store.read() as reader:
            return reader.audit(AuditQuery(**query))

    return read
