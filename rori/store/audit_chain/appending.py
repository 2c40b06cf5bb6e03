"""Adding entries to the chain, and the head that says where it ends."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import RowMapping, bindparam, func, select
from sqlalchemy.orm import Session

from rori.errors import StoreError
from rori.store.audit_chain.hashing import BEFORE_THE_FIRST, entry_hash
from rori.store.tables import table

_LOG, _HEAD = table("audit_log"), table("audit_head")
_HIGHEST_ID = select(func.max(_LOG.c.id)).scalar_subquery()
_SELECT_HEAD = select(_HEAD.c.entries, _HEAD.c.last_id, _HEAD.c.last_hash, _HIGHEST_ID.label("highest_id"))
_LOCK_HEAD = _SELECT_HEAD.with_for_update(of=_HEAD)
_ADD = _LOG.insert()
_MOVE = _HEAD.update().values({name: bindparam(f"new_{name}") for name in ("entries", "last_id", "last_hash")})


@dataclass(frozen=True, slots=True, kw_only=True)
class LogHead:
    """Where the log ends: how many entries it has, and number and hash of the last (0 and 64 zeros before the first)."""

    entries: int
    last_id: int
    last_hash: str


EMPTY_LOG = LogHead(entries=0, last_id=0, last_hash=BEFORE_THE_FIRST)


def find_head(session: Session) -> LogHead | None:
    """Return the head; None when somebody removed it."""
    found = session.execute(_SELECT_HEAD).mappings().one_or_none()
    return None if found is None else _head(found)


def append(session: Session, lines: Sequence[Mapping[str, Any]]) -> None:
    """Add lines to the chain and move its head, in the transaction of the session.

    Writers come one after the other: SQLite's transactions begin with the write lock (`BEGIN IMMEDIATE`), PostgreSQL's
    with an advisory lock (rori/store/engine.py) and lock the head here. An id is never one that somebody put into the
    table past the store, so that a forged row is found by the next check and does not stop the work until then.
    """
    if not lines:
        return
    connection = session.connection()
    found = connection.execute(_LOCK_HEAD).mappings().one_or_none()
    if found is None:
        raise StoreError("the head of the audit log is missing, nothing was saved; verify the log and restore a backup")
    head = _head(found)
    last_id, last_hash = max(head.last_id, found["highest_id"] or 0), head.last_hash
    chained = []
    for line in lines:
        last_id += 1
        entry = {**line, "id": last_id, "previous_hash": last_hash}
        last_hash = entry_hash(entry)
        chained.append({**entry, "entry_hash": last_hash})
    connection.execute(_ADD, chained)
    moved = {"new_entries": head.entries + len(chained), "new_last_id": last_id, "new_last_hash": last_hash}
    connection.execute(_MOVE, moved)


def _head(found: RowMapping) -> LogHead:
    return LogHead(entries=found["entries"], last_id=found["last_id"], last_hash=found["last_hash"])
