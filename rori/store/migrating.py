"""Bringing a database to the tables of this program, in process."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import URL, Connection, Engine, inspect, select, text
from sqlalchemy.exc import OperationalError, ProgrammingError

from rori.errors import StoreError
from rori.store.engine import shown
from rori.store.migrations import HEAD, VERSIONS

if TYPE_CHECKING:
    from alembic.config import Config

_LOCK_OF_MIGRATIONS = 7_036_714
"""Any fixed number: PostgreSQL's name for the lock that two starting programs meet at."""


def is_current(engine: Engine, url: URL) -> bool:
    """Whether the database stands at the newest migration; StoreError when it stands beyond."""
    with engine.connect() as connection:
        try:
            return _version(connection, url) == HEAD
        except (OperationalError, ProgrammingError):
            if "alembic_version" in inspect(engine).get_table_names():
                raise
            return False


def upgrade(engine: Engine, url: URL) -> None:
    """Run the migrations that are missing, all or none; a program that starts at the same time waits."""
    from alembic import command

    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:name)"), {"name": _LOCK_OF_MIGRATIONS})
        names = inspect(connection).get_table_names()
        if "alembic_version" in names:
            if _version(connection, url) == HEAD:
                return
        elif names and connection.dialect.name == "sqlite":
            raise StoreError(f"the database {shown(url)} belongs to another program; choose another file")
        command.upgrade(config(connection), "head")
        _require_whole_keys(connection, url)


def config(connection: Connection | None = None) -> Config:
    """Return Alembic's configuration, which needs no file."""
    from alembic.config import Config

    made = Config()
    folder = Path(__file__).with_name("migrations")
    made.set_main_option("script_location", str(folder).replace("%", "%%"))
    made.set_main_option("path_separator", "os")
    made.attributes["connection"] = connection
    return made


def _version(connection: Connection, url: URL) -> str | None:
    version = connection.execute(select(text("version_num")).select_from(text("alembic_version"))).scalar_one_or_none()
    if version is not None and version not in VERSIONS:
        raise StoreError(
            f"the database {shown(url)} was made by a newer version of this program ({version}); update the program"
        )
    return None if version is None else str(version)


def _require_whole_keys(connection: Connection, url: URL) -> None:
    """Foreign keys are off while SQLite migrates, so look afterwards."""
    if connection.dialect.name == "sqlite" and connection.execute(text("PRAGMA foreign_key_check")).first():
        raise StoreError(f"the database {shown(url)} holds rows that refer to nothing; restore a backup")
