"""The store: one database, read and written through units of work."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from sqlalchemy import URL
from sqlalchemy.orm import Session

from rori.store.compliance.evidence import keeping
from rori.store.engine import errors_in_words, migrating_engine, parsed_url, reading_engine, writing_engine
from rori.store.migrating import is_current, upgrade
from rori.store.reading import Reader
from rori.store.vault import Vault, required
from rori.store.writing import Writer


class Store:
    """A database of the program, and the folder with the evidence that it refers to.

    Readers never wait for writers on SQLite, and see one state from their first question to their last. Writers come
    one after the other there. Without `evidence_folder`, evidence stands in `evidence` beside a SQLite file.
    """

    def __init__(self, url: str, *, busy_timeout_ms: int = 30_000, evidence_folder: Path | None = None) -> None:
        self._url = parsed_url(url)
        self._vault = _vault(self._url, evidence_folder)
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
        with self._reading_session() as session:
            yield Reader(session, self._vault)

    @contextmanager
    def write(self, actor: str, *, note: str = "") -> Iterator[Writer]:
        """Change something in the name of `actor`; what was not committed at the end is rolled back."""
        with self._writing_session() as session:
            yield Writer(session, actor, note, self._vault)

    def verify_evidence(self) -> Iterator[keeping.VaultStep]:
        """Hash every content of the evidence folder again; yield a step for each, with what is not as it should be."""
        with self._reading_session() as session:
            rows = keeping.changed_rows(session)
        yield from keeping.verify(required(self._vault), self._kept_files, rows)

    def purge_evidence(self, actor: str, *, now: datetime) -> tuple[keeping.KeptFile, ...]:
        """Remove the bytes of withdrawn evidence whose retention has ended; the log and the versions stay.

        That they may go is committed first: a crash between leaves files that nothing refers to, which the next call
        removes, and never a version without its bytes.
        """
        with self.write(actor) as writer:
            purged = writer.mark_purged(now=now)
            writer.commit()
        with self._writing_session() as session:
            keeping.remove_purged(session, required(self._vault))
        return purged

    def _kept_files(self, sha256: str | None) -> Mapping[str, tuple[keeping.KeptFile, ...]]:
        with self._reading_session() as session:
            return keeping.kept_files(session, sha256)

    @contextmanager
    def _reading_session(self) -> Iterator[Session]:
        with errors_in_words(self._url), Session(self._reading) as session:
            yield session

    @contextmanager
    def _writing_session(self) -> Iterator[Session]:
        with errors_in_words(self._url), Session(self._writing, autoflush=False) as session:
            yield session

    def dispose(self) -> None:
        """Close all connections."""
        self._reading.dispose()
        self._writing.dispose()


def _vault(url: URL, folder: Path | None) -> Vault | None:
    if folder is None and url.get_backend_name() == "sqlite":
        folder = Path(str(url.database)).absolute().parent / "evidence"
    return None if folder is None else Vault(folder)
