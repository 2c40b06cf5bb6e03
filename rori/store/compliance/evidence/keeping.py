"""How long bytes are kept, and whether they are still what was uploaded."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from rori.errors import StoreError
from rori.store.audit import Change
from rori.store.column_types import utc
from rori.store.compliance.checks import plain
from rori.store.compliance.evidence.editing import ITEMS, VERSIONS
from rori.store.editing import Edit
from rori.store.tables import table
from rori.store.vault import Vault

_ITEMS, _VERSIONS, _PURGES, _LOG = table(ITEMS), table(VERSIONS), table("evidence_purges"), table("audit_log")


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptFile:
    """A file that the vault must hold, and which version of which evidence it is."""

    version_id: str
    item_id: str
    title: str
    number: int
    file_name: str
    sha256: str
    size_bytes: int


LookUp = Callable[[str | None], Mapping[str, tuple[KeptFile, ...]]]
"""Reads the files that the vault must hold at this moment: those of one hash, or all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VaultFinding:
    """Something that is not as it should be: `kind` is missing, changed, unreferenced, unknown or row changed."""

    kind: str
    place: str
    message: str
    item_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class VaultStep:
    """How far a check of the vault has come, and what the last step found (None: all is well)."""

    done: int
    total: int
    finding: VaultFinding | None


def kept_files(session: Session, sha256: str | None = None) -> dict[str, tuple[KeptFile, ...]]:
    """Return the files that the vault must hold, by their hash; only those of one hash when it is given."""
    rows = _VERSIONS.join(_ITEMS, _ITEMS.c.id == _VERSIONS.c.item_id).outerjoin(_PURGES, _PURGES.c.id == _VERSIONS.c.id)
    names = ("item_id", "number", "file_name", "sha256", "size_bytes")
    columns = [_VERSIONS.c.id.label("version_id"), _ITEMS.c.title, *(_VERSIONS.c[name] for name in names)]
    statement = select(*columns).select_from(rows).where(_VERSIONS.c.kind == "file", _PURGES.c.id.is_(None))
    if sha256 is not None:
        statement = statement.where(_VERSIONS.c.sha256 == sha256)
    found: dict[str, list[KeptFile]] = {}
    for row in session.execute(statement.order_by(_VERSIONS.c.item_id, _VERSIONS.c.number)).mappings():
        found.setdefault(row["sha256"], []).append(KeptFile(**row))
    return {known: tuple(files) for known, files in found.items()}


def changed_rows(session: Session) -> tuple[VaultFinding, ...]:
    """Return the versions that say something else than the audit log says was uploaded, or that only one of both has."""
    statement = select(_LOG.c.subject_key, _LOG.c.after).where(_LOG.c.subject == VERSIONS, _LOG.c.action == "upload")
    logged = {row.subject_key: row.after for row in session.execute(statement)}
    rows = {row["id"]: plain(dict(row)) for row in session.execute(select(_VERSIONS)).mappings()}
    findings = []
    for key in sorted(logged.keys() | rows.keys()):
        stands, uploaded = rows.get(key), logged.get(key)
        if stands != uploaded:
            item_id, _, number = key.rpartition("/")
            known = "is gone from the database" if stands is None else "is not what the audit log says was uploaded"
            message = f"version {number} of evidence {item_id} {known}; restore a backup"
            findings.append(VaultFinding(kind="row changed", place=key, message=message, item_ids=(item_id,)))
    return tuple(findings)


def verify(vault: Vault, kept: LookUp, rows: tuple[VaultFinding, ...] = ()) -> Iterator[VaultStep]:
    """Hash every content again and look at every file; yield a step for each.

    Files are listed before the rows are read, and rows are read again before something is reported, so that an upload
    or a purge meanwhile is no finding.
    """
    files = list(vault.files())
    wanted = kept(None)
    strays = [(place, sha256) for place, sha256 in files if sha256 is None or sha256 not in wanted]
    total, done = len(rows) + len(wanted) + len(strays), 0
    for finding in rows:
        done += 1
        yield VaultStep(done=done, total=total, finding=finding)
    for sha256 in sorted(wanted):
        done += 1
        yield VaultStep(done=done, total=total, finding=_examined(vault, sha256, kept))
    now_wanted = kept(None) if strays else {}
    for place, named in strays:
        done += 1
        yield VaultStep(done=done, total=total, finding=_stray(place, named, now_wanted))


def mark_purged(edit: Edit, now: datetime) -> tuple[KeptFile, ...]:
    """Mark the files of withdrawn evidence whose retention has ended; their bytes may go once this is committed."""
    today = utc("now", now).date()
    over = select(_ITEMS.c.id).where(_ITEMS.c.state == "withdrawn", _ITEMS.c.retention_until < today)
    ended = set(edit.session.execute(over).scalars())
    purged = tuple(file for files in kept_files(edit.session).values() for file in files if file.item_id in ended)
    if purged:
        marks = [{"id": file.version_id, "purged_by": edit.who, "purged_at": now} for file in purged]
        edit.session.execute(_PURGES.insert(), marks)
    edit.log(*(_purge_change(edit, file, today) for file in purged))
    return purged


def remove_purged(session: Session, vault: Vault) -> int:
    """Remove the bytes that only purged versions refer to; return how many contents went.

    The session must be one that writes: its transaction keeps uploads of the same bytes waiting until they are gone.
    """
    statement = select(_VERSIONS.c.sha256).join(_PURGES, _PURGES.c.id == _VERSIONS.c.id).distinct()
    free = set(session.execute(statement).scalars()) - set(kept_files(session))
    return sum(vault.remove(sha256) for sha256 in sorted(free))


def _examined(vault: Vault, sha256: str, kept: LookUp) -> VaultFinding | None:
    try:
        found = vault.hash_of(sha256)
    except StoreError:
        found = ""
    if found == sha256:
        return None
    files = kept(sha256).get(sha256, ())
    if not files:
        return None
    named = ", ".join(f"{file.file_name} (version {file.number} of {file.title})" for file in files)
    kind, sentence = ("missing", "is missing") if found is None else ("changed", "is not what was uploaded")
    return VaultFinding(
        kind=kind,
        place=f"{sha256[:2]}/{sha256[2:]}",
        message=f"the file of {named} {sentence}; restore {sha256[:2]}/{sha256[2:]} from a backup",
        item_ids=tuple(file.item_id for file in files),
    )


def _stray(place: str, sha256: str | None, wanted: Mapping[str, tuple[KeptFile, ...]]) -> VaultFinding | None:
    if sha256 is None:
        return VaultFinding(
            kind="unknown", place=place, message=f"{place} in the evidence folder was not put there by this program"
        )
    if sha256 in wanted:
        return None
    return VaultFinding(
        kind="unreferenced", place=place, message=f"no evidence refers to {place} in the evidence folder"
    )


def _purge_change(edit: Edit, file: KeptFile, today: date) -> Change:
    facts: dict[str, Any] = {
        "number": file.number,
        "file_name": file.file_name,
        "sha256": file.sha256,
        "size_bytes": file.size_bytes,
    }
    note = f"retention had ended by {today.isoformat()}; the bytes are removed unless other evidence holds them too"
    return Change(action="purge", subject=ITEMS, subject_key=file.item_id, before=facts, note=edit.note or note)
