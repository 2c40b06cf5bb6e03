"""What happened at the first entry that does not fit.

This reads the rest of the log, which the check of an intact log never needs.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from rori.store.audit_chain.appending import LogHead
from rori.store.audit_chain.findings import Break, BrokenEntry, LogFinding
from rori.store.audit_chain.hashing import BEFORE_THE_FIRST
from rori.store.audit_chain.rows import RawRow, hash_of, moment, row_with, rows_after
from rori.store.tables import table

_LOG = table("audit_log")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a chain breaks: the entry, the one before, and the hash up to there."""

    row: RawRow
    before: RawRow | None
    running: str
    head: LogHead | None


def broken_at(session: Session, place: Place) -> LogFinding:
    """Return what happened at the first entry that does not fit."""
    if _chain_goes_past(session, place):
        return LogFinding(how=Break.INSERTED, entry=named(place.row))
    if hash_of(place.row) != place.row["entry_hash"]:
        partner = _swapped_with(session, place.row)
        if partner is not None:
            return LogFinding(how=Break.SWAPPED, entry=named(place.row), first_id=partner)
        return LogFinding(how=Break.CHANGED, entry=named(place.row))
    return _loose(session, place)


def named(row: RawRow) -> BrokenEntry:
    """Return what an entry says of itself, as far as it can be read."""
    try:
        at = moment(row["at"])
    except (ValueError, OverflowError):
        at = None
    texts = {name: str(row[name]) for name in ("who", "action", "subject", "subject_key")}
    return BrokenEntry(id=row["id"], at=at, **texts)


def _chain_goes_past(session: Session, place: Place) -> bool:
    """Whether a later, genuine entry, or the head, follows the one before this: then this was put between."""
    if place.head is not None and place.head.last_hash == place.running:
        return True
    later = select(_LOG.c.id).where(_LOG.c.id > place.row["id"], _LOG.c.previous_hash == place.running)
    for row_id in session.execute(later).scalars().all():
        row = row_with(session, row_id)
        if row is not None and hash_of(row) == row["entry_hash"]:
            return True
    return False


def _loose(session: Session, place: Place) -> LogFinding:
    """Say why a genuine entry does not follow the one before it."""
    followed = place.row["previous_hash"]
    earlier = select(_LOG.c.id).where(_LOG.c.id < place.row["id"], _LOG.c.entry_hash == followed).limit(1)
    followed_id = session.execute(earlier).scalar_one_or_none()
    if place.before is not None and (followed_id is not None or followed == BEFORE_THE_FIRST):
        return LogFinding(how=Break.INSERTED, entry=named(next(rows_after(session, followed_id))))
    first_possible = 1 if place.before is None else place.before["id"] + 1
    if place.row["id"] > first_possible:
        last_missing = place.row["id"] - 1
        return LogFinding(how=Break.MISSING, entry=named(place.row), first_id=first_possible, last_id=last_missing)
    return LogFinding(how=Break.REWRITTEN, entry=named(place.row if place.before is None else place.before))


def _swapped_with(session: Session, row: RawRow) -> int | None:
    """Return the id of the entry whose content this one has and which has this one's."""
    for other in rows_after(session):
        if other["id"] != row["id"] and _exchanged(row, other):
            return int(other["id"])
    return None


def _exchanged(one: RawRow, other: RawRow) -> bool:
    """Whether two entries changed places, with their hashes or without."""
    if hash_of(one, id=other["id"]) == one["entry_hash"]:
        return bool(hash_of(other, id=one["id"]) == other["entry_hash"])
    return _fits(one, other) and _fits(other, one)


def _fits(content: RawRow, place: RawRow) -> bool:
    return bool(hash_of(content, id=place["id"], previous_hash=place["previous_hash"]) == place["entry_hash"])
