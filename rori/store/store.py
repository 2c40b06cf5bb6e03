"""The store: one database, read and written through units of work."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.orm import Session

from rori.store.engine import errors_in_words, migrating_engine, parsed_url, reading_engine, writing_engine
from rori.store.migrating import is_current, upgrade
from rori.store.reading import Reader
from rori.store.writing import Writer


class Store:
    """A database of the program.

    Readers never wait for writers on SQLite, and see one state from their first question to their last. Writers come
    one after the other there.
    """

    def __init__(self, url: str, *, busy_timeout_ms: int = 30_000) -> None:
        self._url = parsed_url(url)
        self._busy_timeout_ms = busy_timeout_ms
        self._reading = reading_engine(self._url, busy_timeout_ms)
        self._writing = writing_engine(self._url, busy_timeout_ms)

    def migrate(self) -> None:
        """Bring the tables to what this program needs; StoreError when the database is newer than the program."""
        with errors_in_words(self._url):
            if is_current(self._reading, self._url):
                return
            engine = migrating_engine(self._url, self._busy_timeout_ms)
            upgrade(engine, self._url)

    def is_current(self) -> bool:
        """Whether the tables are what this program needs."""
        with errors_in_words(self._url):
            return is_current(self._reading, self._url)

    @contextmanager
    def read(self) -> Iterator[Reader]:
        """Read one consistent state."""
        with errors_in_words(self._url), Session(self._reading) as session:
            yield Reader(session)

    @contextmanager
    def write(self, actor: str, *, note: str = "") -> Iterator[Writer]:
        """Change something in the name of `actor`; what was not committed at the end is rolled back."""
        with errors_in_words(self._url), Session(self._writing, autoflush=False) as session:
            yield Writer(session, actor, note)

    def dispose(self) -> None:
        """Close all connections."""
        self._reading.dispose()
        self._writing.dispose()
