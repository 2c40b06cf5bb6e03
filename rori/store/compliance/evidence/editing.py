"""Changes to evidence: what is said of it, its versions, and the way from draft to approved or withdrawn."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, fields
from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from rori.errors import ConflictError, InputError, NotFoundError
from rori.store.audit import Change
from rori.store.compliance.checks import check_term, plain
from rori.store.compliance.evidence.finding import find_item
from rori.store.compliance.evidence.items import (
    Evidence,
    EvidenceFile,
    EvidenceVersion,
    NewContent,
    StoredEvidence,
    WebLink,
)
from rori.store.compliance.tables import EVIDENCE_STATES, EvidenceItemRow
from rori.store.editing import Edit, moment
from rori.store.tables import table
from rori.store.vault import Vault

ITEMS = "evidence_items"
VERSIONS = "evidence_versions"

_NEXT = {"draft": ("in_review", "withdrawn"), "in_review": ("approved", "withdrawn"), "approved": ("withdrawn",)}
_NOT_APPROVED: dict[str, Any] = {"approved_number": None, "approved_by": None, "approved_at": None}
_SAID = tuple(field.name for field in fields(Evidence))
_LOGGED = (*_SAID, "state", "newest_number", "approved_number", "approved_by", "approved_at")


def add_item(edit: Edit, evidence: Evidence) -> StoredEvidence:
    """Add a piece of evidence, which begins as a draft without a file."""
    now, item_id = datetime.now(UTC), uuid4().hex
    row = {
        **{name: getattr(evidence, name) for name in _SAID},
        "id": item_id,
        "state": "draft",
        "newest_number": 0,
        "created_by": edit.who,
        "created_at": now,
        "version": 1,
        "changed_by": edit.who,
        "changed_at": now,
    }
    edit.session.execute(table(ITEMS).insert().values(row))
    stored = find_item(edit.session, item_id)
    edit.log(_change(edit, "insert", after=stored))
    return stored


def change_item(edit: Edit, item_id: str, evidence: Evidence, version: int) -> StoredEvidence:
    """Change what is said of a piece of evidence; approved evidence that is to count longer goes back to review."""
    row, before = _as_seen(edit.session, item_id, version)
    said = {name: getattr(evidence, name) for name in _SAID}
    if said == {name: getattr(before, name) for name in _SAID}:
        return before
    _require_kept(before, evidence)
    if before.state == "approved" and _counts_longer(before, evidence):
        said |= {"state": "in_review", **_NOT_APPROVED}
    return _save(edit, row, before, said, "update")


def add_version(edit: Edit, vault: Vault, item_id: str, content: NewContent, version: int) -> StoredEvidence:
    """Add a file or a link to a piece of evidence, which is a draft again after that."""
    row, before = _as_seen(edit.session, item_id, version)
    if before.state == "withdrawn":
        raise InputError("evidence", "one that is not withdrawn, to get a new version", before.title)
    added = _version(edit, before, content)
    if isinstance(content, EvidenceFile):
        # Here and not before the transaction: writers come one after the other, so that no purge removes the same bytes
        # between this line and the row that refers to them.
        vault.put(content.content)
    facts = {field.name: getattr(added, field.name) for field in fields(added) if field.name != "purged_at"}
    edit.session.execute(table(VERSIONS).insert().values(facts))
    edit.log(_version_change(edit, added))
    changes = {"state": "draft", "newest_number": added.number, **_NOT_APPROVED}
    return _save(edit, row, before, changes, "add version")


def set_state(edit: Edit, item_id: str, state: str, version: int) -> StoredEvidence:
    """Take a piece of evidence one step on; who uploaded its newest version does not approve it."""
    check_term("state of evidence", state, EVIDENCE_STATES)
    row, before = _as_seen(edit.session, item_id, version)
    allowed = _NEXT.get(before.state, ())
    if state not in allowed:
        raise InputError(f"the state after {before.state}", " or ".join(allowed) or "left as it is", state)
    if state in {"in_review", "approved"} and before.newest is None:
        raise InputError("evidence", "given with a file or a link before it is reviewed", before.title)
    changes: dict[str, Any] = {"state": state}
    if state == "approved":
        _require_second_person(edit, before)
        changes |= {
            "approved_number": before.newest_number,
            "approved_by": edit.who,
            "approved_at": datetime.now(UTC),
        }
    return _save(edit, row, before, changes, "withdraw" if state == "withdrawn" else "update")


def _as_seen(session: Session, item_id: str, version: int) -> tuple[EvidenceItemRow, StoredEvidence]:
    statement = select(EvidenceItemRow).where(table(ITEMS).c.id == item_id).with_for_update()
    row = session.execute(statement, execution_options={"populate_existing": True}).scalar_one_or_none()
    if row is None:
        raise NotFoundError(f"there is no evidence {item_id!r}")
    current = find_item(session, item_id)
    if current.version != version:
        raise ConflictError(
            f"{current.title} was changed by {current.changed_by} at {moment(current.changed_at)} "
            "since you opened it; nothing was saved, reload and try again"
        )
    return row, current


def _save(
    edit: Edit, row: EvidenceItemRow, before: StoredEvidence, changes: dict[str, Any], action: str
) -> StoredEvidence:
    for name, value in {**changes, "changed_by": edit.who, "changed_at": datetime.now(UTC)}.items():
        setattr(row, name, value)
    edit.session.flush()
    after = find_item(edit.session, before.id)
    edit.log(_change(edit, action, before=before, after=after))
    return after


def _version(edit: Edit, item: StoredEvidence, content: NewContent) -> EvidenceVersion:
    number = item.newest_number + 1
    sha256, size_bytes, media_type, file_name, url = "", 0, "", "", ""
    if isinstance(content, WebLink):
        url = content.url
    else:
        sha256, size_bytes = hashlib.sha256(content.content).hexdigest(), len(content.content)
        media_type, file_name = content.media_type, content.file_name
    if item.newest is not None and (item.newest.sha256, item.newest.url) == (sha256, url):
        raise InputError("file or link", "another than that of the newest version", file_name or url)
    return EvidenceVersion(
        id=f"{item.id}/{number}",
        item_id=item.id,
        number=number,
        kind="link" if url else "file",
        sha256=sha256,
        size_bytes=size_bytes,
        media_type=media_type,
        file_name=file_name,
        url=url,
        uploaded_by=edit.who,
        uploaded_at=datetime.now(UTC),
    )


def _require_second_person(edit: Edit, item: StoredEvidence) -> None:
    uploader = "" if item.newest is None else item.newest.uploaded_by
    if _person(uploader) != _person(edit.who):
        return
    log = table("audit_log")
    if edit.session.execute(select(exists().where(log.c.who != edit.who))).scalar_one():
        raise InputError("the person who approves", f"another than {uploader}, who uploaded the evidence", edit.who)


def _person(name: str) -> str:
    return " ".join(name.split()).casefold()


def _require_kept(before: StoredEvidence, after: Evidence) -> None:
    """Withdrawn evidence changes no more, except that it may be kept longer; what has a day is not let go earlier."""
    if before.state != "withdrawn":
        return
    if any(getattr(before, name) != getattr(after, name) for name in _SAID if name != "retention_until"):
        raise InputError("evidence", "one that is not withdrawn, to be changed", before.title)
    if before.retention_until and (after.retention_until is None or after.retention_until < before.retention_until):
        allowed = f"no earlier than {before.retention_until.isoformat()} for withdrawn evidence"
        raise InputError("keep until", allowed, after.retention_until or "nothing")


def _counts_longer(before: Evidence, after: Evidence) -> bool:
    begins, began = after.effective_from or date.min, before.effective_from or date.min
    ends, ended = after.expires_on or date.max, before.expires_on or date.max
    return begins < began or ends > ended


def _change(
    edit: Edit, action: str, *, before: StoredEvidence | None = None, after: StoredEvidence | None = None
) -> Change:
    newest = after or before
    return Change(
        action=action,
        subject=ITEMS,
        subject_key=newest.id if newest else "",
        row_version=newest.version if newest else None,
        before=_logged(before),
        after=_logged(after),
        note=edit.note,
    )


def _logged(item: StoredEvidence | None) -> dict[str, Any] | None:
    return None if item is None else plain({name: getattr(item, name) for name in _LOGGED})


def _version_change(edit: Edit, added: EvidenceVersion) -> Change:
    facts = {name: value for name, value in asdict(added).items() if name != "purged_at"}
    return Change(
        action="upload", subject=VERSIONS, subject_key=added.id, row_version=1, after=plain(facts), note=edit.note
    )
