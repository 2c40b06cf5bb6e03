"""What the tests of compliance share."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Connection, event

from rori.store import Store


@pytest.fixture
def folder(database: Path) -> Path:
    """Return the folder of the evidence, which stands beside the database."""
    return database.parent / "evidence"


@pytest.fixture
def statements(store: Store) -> list[str]:
    """Return a list that fills with what the store asks the database."""
    asked: list[str] = []

    def note(_connection: Connection, _cursor: object, statement: str, *_rest: object) -> None:
        asked.append(statement)

    event.listen(store._reading, "before_cursor_execute", note)
    event.listen(store._writing, "before_cursor_execute", note)
    return asked
