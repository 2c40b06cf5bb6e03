"""Entries as they stand in the table, whoever wrote them: a value that no entry can have is an answer here, not an error."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import BigInteger, RowMapping, Text, bindparam, cast, select, type_coerce
from sqlalchemy.orm import Session

from rori.store.audit_chain.hashing import entry_hash
from rori.store.tables import table

AT_ONCE = 2_000

_LOG = table("audit_log")
_JSON = ("before", "after")
_COLUMNS = [
    type_coerce(column, Text).label(column.name)
    if column.name == "at"
    else cast(column, Text).label(column.name)
    if column.name in _JSON
    else column
    for column in _LOG.c
]
_FIRST_PIECE = select(*_COLUMNS).order_by(_LOG.c.id).limit(AT_ONCE)
_PIECE = _FIRST_PIECE.where(_LOG.c.id > bindparam("after_id", type_=BigInteger))

RawRow = RowMapping


def pieces(session: Session, after_id: int | None = None) -> Iterator[list[RawRow]]:
    """Yield the entries in the order of their ids, some at a time; those after an id, or all."""
    while True:
        statement = _FIRST_PIECE if after_id is None else _PIECE
        piece = list(session.execute(statement, {"after_id": after_id}).mappings())
        if not piece:
            return
        yield piece
        after_id = piece[-1]["id"]


def rows_after(session: Session, after_id: int | None = None) -> Iterator[RawRow]:
    """Yield the entries after an id, or all, one by one."""
    for piece in pieces(session, after_id):
        yield from piece


def row_with(session: Session, row_id: int) -> RawRow | None:
    """Return the entry with an id."""
    return session.execute(select(*_COLUMNS).where(_LOG.c.id == row_id)).mappings().one_or_none()


def hash_of(row: RawRow, **other: Any) -> str | None:  # noqa: ANN401
    """Return the hash that an entry must have, with other values where they are given; None where it can have none."""
    try:
        before, after = (None if row[name] is None else json.loads(row[name]) for name in _JSON)
        return entry_hash({**row, "at": moment(row["at"]), "before": before, "after": after, **other})
    except (ValueError, TypeError, AttributeError, OverflowError, RecursionError):
        return None


def moment(at: object) -> datetime:
    """Return when an entry was written: SQLite holds text in UTC."""
    if isinstance(at, datetime):
        return at.astimezone(UTC)
    found = datetime.fromisoformat(str(at))
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
