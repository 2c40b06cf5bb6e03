"""What the environment may say, with defaults that are safe."""

from __future__ import annotations

import getpass
import os
from pathlib import Path

from rori.store import Store

PROJECT_ROOT = Path(__file__).resolve().parents[2]
DATABASE_VARIABLE = "RORI_DATABASE_URL"
USER_VARIABLE = "RORI_USER"
EVIDENCE_VARIABLE = "RORI_EVIDENCE_DIR"


def database_url() -> str:
    """Return the database's URL: RORI_DATABASE_URL, or data/rori.db of this checkout."""
    return os.environ.get(DATABASE_VARIABLE) or f"sqlite:///{PROJECT_ROOT / 'data' / 'rori.db'}"


def evidence_folder() -> Path | None:
    """Return the folder for the files of evidence: RORI_EVIDENCE_DIR, or None for the store's own choice."""
    named = os.environ.get(EVIDENCE_VARIABLE)
    return Path(named) if named else None


def local_user() -> str:
    """Name whoever works here: RORI_USER, or the login name."""
    try:
        return os.environ.get(USER_VARIABLE) or getpass.getuser()
    except (KeyError, OSError):
        return "local user"


def open_store(url: str | None = None) -> Store:
    """Open the database and bring its tables to what this program needs."""
    store = Store(url or database_url(), evidence_folder=evidence_folder())
    store.migrate()
    return store
