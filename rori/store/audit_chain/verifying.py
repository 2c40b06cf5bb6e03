"""Recomputing the chain, from the first entry to the head."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from rori.store.audit_chain.appending import EMPTY_LOG, LogHead, find_head
from rori.store.audit_chain.diagnosis import Place, broken_at, named
from rori.store.audit_chain.findings import Break, LogFinding, LogReport
from rori.store.audit_chain.rows import RawRow, hash_of, pieces, row_with, rows_after
from rori.store.tables import table

Progress = Callable[[int, int], None]

_LOG = table("audit_log")
_COUNT = select(func.count()).select_from(_LOG)


def verify(session: Session, progress: Progress | None = None, anchor: LogHead | None = None) -> LogReport:
    """Recompute the hash of each entry up to the first that does not fit; hold the end against the head and an anchor.

    `progress` is told the entries done and the entries there are, every few thousand.
    """
    head, entries = find_head(session), session.execute(_COUNT).scalar_one()
    checked, found = _chain(session, head, entries, progress)
    anchored = None if anchor is None else _against_anchor(session, anchor)
    findings = tuple(finding for finding in (found, anchored) if finding is not None)
    return LogReport(checked=checked, entries=entries, head=head, anchored=anchor is not None, findings=findings)


def _chain(
    session: Session, head: LogHead | None, entries: int, progress: Progress | None
) -> tuple[int, LogFinding | None]:
    """Return how many entries were recomputed and the first break."""
    last: RawRow | None = None
    running, checked = EMPTY_LOG.last_hash, 0
    for piece in pieces(session):
        for row in piece:
            checked += 1
            own = hash_of(row)
            if own is None or own != row["entry_hash"] or row["previous_hash"] != running:
                return checked, broken_at(session, Place(row=row, before=last, running=running, head=head))
            last, running = row, own
        if progress is not None:
            progress(checked, max(checked, entries))
    return checked, _at_the_end(session, head, LogHead(entries=checked, last_id=_id(last), last_hash=running))


def _id(row: RawRow | None) -> int:
    return EMPTY_LOG.last_id if row is None else int(row["id"])


def _at_the_end(session: Session, head: LogHead | None, end: LogHead) -> LogFinding | None:
    """Hold the end of an unbroken chain against the head."""
    if head == end:
        return None
    last = row_with(session, end.last_id)
    entry = None if last is None else named(last)
    if head is not None and head.entries > end.entries:
        return LogFinding(how=Break.CUT, entry=entry, n_missing=head.entries - end.entries)
    if head is not None and head.entries < end.entries and _holds(session, head):
        after = next(rows_after(session, head.last_id))
        return LogFinding(how=Break.INSERTED, entry=named(after))
    return LogFinding(how=Break.HEAD, entry=entry)


def _against_anchor(session: Session, anchor: LogHead) -> LogFinding | None:
    if _holds(session, anchor):
        return None
    row, highest = row_with(session, anchor.last_id), session.execute(select(func.max(_LOG.c.id))).scalar_one()
    if row is None and (highest or 0) < anchor.last_id:
        return LogFinding(how=Break.ANCHOR_SHORTER, first_id=anchor.last_id)
    entry = None if row is None else named(row)
    return LogFinding(how=Break.ANCHOR_CHANGED, entry=entry, first_id=anchor.last_id)


def _holds(session: Session, head: LogHead) -> bool:
    """Whether the log has the entry that was its last then, as it was, and as many entries up to it."""
    if head == EMPTY_LOG:
        return True
    row = row_with(session, head.last_id)
    if row is None or row["entry_hash"] != head.last_hash or hash_of(row) != head.last_hash:
        return False
    return session.execute(_COUNT.where(_LOG.c.id <= head.last_id)).scalar_one() == head.entries
