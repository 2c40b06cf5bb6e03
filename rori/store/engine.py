"""Engines for SQLite and PostgreSQL, and their errors in words."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError, StatementError
from sqlalchemy.orm.exc import StaleDataError
from sqlalchemy.pool import NullPool

from rori.errors import ConflictError, RoriError, StoreError

_TO_JSON = partial(json.dumps, ensure_ascii=False, allow_nan=False)

_LOCK_OF_WRITERS = 7_036_715
"""Any fixed number: PostgreSQL's name for the lock that a writing transaction begins with."""

_CAUSES = {
    "file is not a database": "is not a database; choose another file or restore a backup",
    "malformed": "is damaged; restore a backup",
    "locked": "is locked by another program; nothing was saved, close that program and try again",
    "readonly": "cannot be written; check the rights on the file and its folder",
    "unable to open": "cannot be opened; check that its folder exists and may be written",
    "disk is full": "cannot grow because the disk is full; nothing was saved",
    "no such table": "is not set up for this program yet; run the migration first",
    'relation "': "is not set up for this program yet; run the migration first",
    "no such column": "is not set up for this program yet; run the migration first",
}


def parsed_url(url: str) -> URL:
    """Return the URL of a database that this program can use, with the folder of a file made."""
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise StoreError("the database URL must look like sqlite:///folder/rori.db") from error
    if parsed.drivername not in {"sqlite", "sqlite+pysqlite", "postgresql+psycopg"}:
        raise StoreError(f"the database must be sqlite or postgresql+psycopg, got {parsed.drivername}")
    if parsed.get_backend_name() == "sqlite":
        _prepare_folder(parsed)
    return parsed


def _prepare_folder(url: URL) -> None:
    if not url.database or url.database == ":memory:" or url.database.startswith("file:"):
        raise StoreError("the database must be a file such as sqlite:///folder/rori.db")
    try:
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"the folder of the database {url.database} cannot be made: {error.strerror}") from error


def shown(url: URL) -> str:
    """Return how messages name a database: its file, or its URL without the password."""
    if url.get_backend_name() == "sqlite":
        return str(url.database)
    return url.render_as_string(hide_password=True)


def writing_engine(url: URL, busy_timeout_ms: int) -> Engine:
    """Make the engine for writing: each transaction takes the one write lock when it begins.

    All of them end at the head of the audit log; who took rows first and the head then could deadlock.
    """
    engine = _engine(url, {})
    if engine.dialect.name == "sqlite":
        _prepare_sqlite(engine, begin="BEGIN IMMEDIATE", pragmas=_pragmas(busy_timeout_ms))
    else:
        _begin_with(engine, f"SELECT pg_advisory_xact_lock({_LOCK_OF_WRITERS})")
    return engine


def reading_engine(url: URL, busy_timeout_ms: int) -> Engine:
    """Make the engine for reading: one snapshot per transaction, no write lock, no writes."""
    if url.get_backend_name() == "postgresql":
        engine = _engine(url, {"isolation_level": "REPEATABLE READ"})
        return engine.execution_options(postgresql_readonly=True)
    engine = _engine(url, {})
    _prepare_sqlite(engine, begin="BEGIN", pragmas=(*_pragmas(busy_timeout_ms), "query_only=ON"))
    return engine


def migrating_engine(url: URL, busy_timeout_ms: int) -> Engine:
    """Make the engine for migrations: rebuilding a table on SQLite must not trip over the keys that refer to it."""
    engine = _engine(url, {"poolclass": NullPool})
    if engine.dialect.name == "sqlite":
        pragmas = (*_pragmas(busy_timeout_ms), "foreign_keys=OFF")
        _prepare_sqlite(engine, begin="BEGIN IMMEDIATE", pragmas=pragmas)
    return engine


def _engine(url: URL, options: dict[str, Any]) -> Engine:
    try:
        return create_engine(url, json_serializer=_TO_JSON, **options)
    except ModuleNotFoundError as error:
        raise StoreError(f"the database {shown(url)} needs the package {error.name}; install it") from error


def _pragmas(busy_timeout_ms: int) -> tuple[str, ...]:
    return (f"busy_timeout={busy_timeout_ms}", "journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON")


def _prepare_sqlite(engine: Engine, *, begin: str, pragmas: tuple[str, ...]) -> None:
    @event.listens_for(engine, "connect")
    def _connected(connection: Any, _record: object) -> None:  # noqa: ANN401
        connection.isolation_level = None
        for pragma in pragmas:
            _run_patiently(connection, f"PRAGMA {pragma}")

    _begin_with(engine, begin)


def _begin_with(engine: Engine, statement: str) -> None:
    @event.listens_for(engine, "begin")
    def _began(connection: Connection) -> None:
        connection.exec_driver_sql(statement)


def _run_patiently(connection: Any, statement: str) -> None:  # noqa: ANN401
    """Run a statement again while it is locked: SQLite does not wait when two processes turn WAL on at once."""
    for pause_seconds in (0.01, 0.05, 0.2, 0.5, 1.0, None):
        try:
            connection.execute(statement)
        except sqlite3.OperationalError as error:
            if pause_seconds is None or "locked" not in str(error):
                raise
            time.sleep(pause_seconds)
        else:
            return


@contextmanager
def errors_in_words(url: URL) -> Iterator[None]:
    """Turn what a database raises into an error of ours."""
    try:
        yield
    except IntegrityError as error:
        raise ConflictError(
            "somebody else changed a row that this change needs; nothing was saved, reload and try again"
        ) from error
    except StaleDataError as error:
        raise ConflictError("somebody else changed the row; nothing was saved, reload and try again") from error
    except (DBAPIError, sqlite3.Error) as error:
        raise StoreError(f"the database {shown(url)} {_cause(error)}") from error
    except StatementError as error:
        if isinstance(error.orig, RoriError):
            raise error.orig from error
        raise


def _cause(error: Exception) -> str:
    cause = str(error.orig) if isinstance(error, DBAPIError) else str(error)
    return next((words for sign, words in _CAUSES.items() if sign in cause), f"cannot be used: {cause}")


def chunks(keys: Iterable[str], size: int = 5_000) -> Iterator[list[str]]:
    """Cut keys into pieces that fit into one statement of either database."""
    remaining = iter(keys)
    while piece := list(islice(remaining, size)):
        yield piece
