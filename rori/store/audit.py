"""The audit log: who did what to which row, when, and what it was before and after.

Entries form a chain (rori/store/audit_chain): each carries the hash of the one before.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, Text, cast, func, or_, select
from sqlalchemy.orm import Session

from rori.errors import InputError, NotFoundError
from rori.inventory.sheets import SHEET_BY_NAME
from rori.store.audit_chain.appending import append
from rori.store.engine import chunks
from rori.store.tables import table
from rori.store.values import record_from_json

MOST_ENTRIES = 10_000

_LOG = table("audit_log")
Json = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """One line of the audit log. For rows of a sheet `before` and `after` are records of that sheet."""

    id: int
    at: datetime
    who: str
    action: str
    subject: str
    subject_key: str
    row_version: int | None
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditQuery:
    """Which lines to show, newest first; `text` is looked for in keys, people, notes and values."""

    subject: str = ""
    subject_key: str = ""
    who: str = ""
    action: str = ""
    text: str = ""
    limit: int = 100
    offset: int = 0

    def __post_init__(self) -> None:
        if not 1 <= self.limit <= MOST_ENTRIES:
            raise InputError("limit", f"a whole number from 1 to {MOST_ENTRIES}", self.limit)
        if self.offset < 0:
            raise InputError("offset", "a whole number of at least 0", self.offset)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What is written into the log; `before` and `after` as JSON holds them."""

    action: str
    subject: str
    subject_key: str
    row_version: int | None = None
    before: Json | None = None
    after: Json | None = None
    note: str = ""


def write_changes(session: Session, who: str, changes: list[Change]) -> None:
    """Add lines to the log in the transaction of the changes themselves."""
    now = datetime.now(UTC)
    lines = [
        {
            "at": now,
            "who": who,
            "action": change.action,
            "subject": change.subject,
            "subject_key": change.subject_key,
            "row_version": change.row_version,
            "before": change.before,
            "after": change.after,
            "note": change.note,
        }
        for change in changes
    ]
    append(session, lines)


def find_entries(session: Session, query: AuditQuery) -> tuple[AuditEntry, ...]:
    """Return the lines that a query asks for, newest first."""
    statement = select(_LOG).where(*_conditions(query)).order_by(_LOG.c.id.desc())
    rows = session.execute(statement.limit(query.limit).offset(query.offset)).mappings()
    return tuple(_entry(row) for row in rows)


def count_entries(session: Session, query: AuditQuery) -> int:
    """Return how many lines a query would find without its limit."""
    return session.execute(select(func.count()).select_from(_LOG).where(*_conditions(query))).scalar_one()


def entry(session: Session, audit_id: int) -> AuditEntry:
    """Return one line of the log."""
    row = session.execute(select(_LOG).where(_LOG.c.id == audit_id)).mappings().one_or_none()
    if row is None:
        raise NotFoundError(f"there is no entry {audit_id} in the audit log")
    return _entry(row)


def newest_entry(session: Session, subject: str, subject_key: str) -> AuditEntry:
    """Return the last line about one row; every write leaves one, so it says whether a row has changed since."""
    about = (_LOG.c.subject == subject, _LOG.c.subject_key == subject_key, _LOG.c.row_version.is_not(None))
    return _entry(session.execute(select(_LOG).where(*about).order_by(_LOG.c.id.desc()).limit(1)).mappings().one())


def last_versions(session: Session, subject: str, keys: list[str]) -> dict[str, int]:
    """Return the last version that rows had, for those that ever existed.

    A row that comes back goes on counting: had it started again at 1, somebody who still sees the first version 1
    could overwrite it unnoticed.
    """
    versions: dict[str, int] = {}
    for piece in chunks(keys):
        about = (_LOG.c.subject == subject, _LOG.c.subject_key.in_(piece), _LOG.c.row_version.is_not(None))
        statement = select(_LOG.c.subject_key, func.max(_LOG.c.row_version)).where(*about).group_by(_LOG.c.subject_key)
        versions.update((key, version) for key, version in session.execute(statement))
    return versions


def _conditions(query: AuditQuery) -> list[ColumnElement[bool]]:
    conditions = [
        _LOG.c[name] == getattr(query, name)
        for name in ("subject", "subject_key", "who", "action")
        if getattr(query, name)
    ]
    if query.text:
        places = [_LOG.c.subject_key, _LOG.c.who, _LOG.c.note, cast(_LOG.c.before, Text), cast(_LOG.c.after, Text)]
        conditions.append(or_(*(place.icontains(query.text, autoescape=True) for place in places)))
    return conditions


def _entry(row: RowMapping) -> AuditEntry:
    sheet = SHEET_BY_NAME.get(row["subject"])
    values = {name: row[name] for name in ("before", "after")}
    if sheet is not None:
        values = {n: None if v is None else record_from_json(sheet, v) for n, v in values.items()}
    return AuditEntry(
        id=row["id"],
        at=row["at"],
        who=row["who"],
        action=row["action"],
        subject=row["subject"],
        subject_key=row["subject_key"],
        row_version=row["row_version"],
        before=values["before"],
        after=values["after"],
        note=row["note"],
    )
