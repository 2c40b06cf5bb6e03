"""Evidence kept: added, given files and links, reviewed, approved, withdrawn, and said what it is about.

Files are looked at before anything is written, and what can be refused is refused before the first byte is kept.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from rori.errors import ImportRefusedError, InputError, Problem
from rori.store import Evidence, EvidenceFile, KeptFile, Reader, Store, StoredEvidence, WebLink, Writer
from rori.store.compliance.checks import joined
from rori.store.compliance.tables import LINK_KINDS
from rori.usecases.compliance.catalogue import crosswalk_of
from rori.usecases.evidence_guard import MAX_EVIDENCE_BYTES, checked_file, refuse_claim

MOST_AT_ONCE = 20
CONTROL, REQUIREMENT, SYSTEM = LINK_KINDS

_SHOWN_OF_A_NAME = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenFile:
    """A file as it was sent: `read` is only called when the size that it claims is allowed."""

    name: str
    declared_bytes: int
    read: Callable[[], bytes]


Given = GivenFile | WebLink


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What a piece of evidence is about: `kind` is control, requirement or system."""

    kind: str
    target_id: str


def file_at(path: Path) -> GivenFile:
    """Return a file of this machine as it would be sent; its bytes are read later, and only when its size is allowed."""

    def read() -> bytes:
        with path.open("rb") as stream:
            return stream.read(MAX_EVIDENCE_BYTES + 1)

    return GivenFile(name=path.name, declared_bytes=path.stat().st_size, read=read)


def add_evidence(
    store: Store, actor: str, evidence: Evidence, contents: Sequence[Given] = (), about: Iterable[Target] = ()
) -> StoredEvidence:
    """Add a piece of evidence as a draft with its files and links and what it is about: all of it or nothing.

    Raises
    ------
    ImportRefusedError
        When a file may not be kept; one problem for each such file.
    InputError
        When evidence cannot be about one of the targets.
    """
    checked = _checked(contents)
    with store.write(actor) as writer:
        wanted = dict.fromkeys(about)
        for target in wanted:
            _require_known(writer, target)
        item = writer.add_evidence(evidence, about=[(target.kind, target.target_id) for target in wanted])
        item = _kept(writer, item.id, checked, item.version)
        writer.commit()
    return item


def add_contents(store: Store, actor: str, item_id: str, contents: Sequence[Given], version: int) -> StoredEvidence:
    """Add files and links to evidence, each as a version: all or none; it is a draft again after that."""
    if not contents:
        raise InputError("new version", "given as a file or a link", "neither")
    checked = _checked(contents)
    with store.write(actor) as writer:
        item = _kept(writer, item_id, checked, version)
        writer.commit()
    return item


def change_evidence(store: Store, actor: str, item_id: str, evidence: Evidence, version: int) -> StoredEvidence:
    """Change what is said of evidence; what is approved and shall count longer goes back to review."""
    with store.write(actor) as writer:
        item = writer.update_evidence(item_id, evidence, version=version)
        writer.commit()
    return item


def submit_for_review(store: Store, actor: str, item_id: str, version: int) -> StoredEvidence:
    """Hand a draft to whoever reviews it."""
    return _stepped(store, actor, item_id, "in_review", version)


def approve_evidence(store: Store, actor: str, item_id: str, version: int) -> StoredEvidence:
    """Approve what is in review; who uploaded it does not, once more than one person works here."""
    return _stepped(store, actor, item_id, "approved", version)


def withdraw_evidence(store: Store, actor: str, item_id: str, version: int, reason: str) -> StoredEvidence:
    """Let evidence count no more, for a reason that the log keeps; its files stay until their retention ends."""
    if not reason.strip():
        raise InputError("reason", "given when evidence is withdrawn", reason)
    with store.write(actor) as writer:
        item = writer.set_evidence_state(item_id, "withdrawn", version=version, reason=reason.strip())
        writer.commit()
    return item


def link_evidence(store: Store, actor: str, item_id: str, targets: Iterable[Target]) -> None:
    """Say what evidence is about; all of the targets or none."""
    with store.write(actor) as writer:
        for target in targets:
            _require_known(writer, target)
            writer.link_evidence(item_id, kind=target.kind, target_id=target.target_id)
        writer.commit()


def unlink_evidence(store: Store, actor: str, item_id: str, target: Target) -> None:
    """Say that evidence is not about something any more; this can be undone."""
    with store.write(actor) as writer:
        writer.unlink_evidence(item_id, kind=target.kind, target_id=target.target_id)
        writer.commit()


def purge_evidence(store: Store, actor: str, now: datetime) -> tuple[KeptFile, ...]:
    """Let the bytes of withdrawn evidence go once the day under Keep until is over; the log says so."""
    return store.purge_evidence(actor, now=now)


def link_key(item_id: str, target: Target) -> str:
    """Return how the audit log names the tie of evidence to what it is about (subject `evidence_links`)."""
    return joined(item_id, target.kind, target.target_id)


def _stepped(store: Store, actor: str, item_id: str, state: str, version: int) -> StoredEvidence:
    with store.write(actor) as writer:
        item = writer.set_evidence_state(item_id, state, version=version)
        writer.commit()
    return item


def _kept(writer: Writer, item_id: str, checked: Sequence[EvidenceFile | WebLink], version: int) -> StoredEvidence:
    item = writer.evidence_detail(item_id).item
    for content in checked:
        item = writer.add_version(item_id, content, version=version)
        version = item.version
    return item


def _checked(contents: Sequence[Given]) -> list[EvidenceFile | WebLink]:
    """Return contents that may be kept; ImportRefusedError names every one that may not."""
    if len(contents) > MOST_AT_ONCE:
        raise InputError("files and links at once", f"at most {MOST_AT_ONCE}", len(contents))
    problems: list[Problem] = []
    checked: list[EvidenceFile | WebLink] = []
    known: set[str] = set()
    for given in contents:
        name = _short(f"link {given.url}" if isinstance(given, WebLink) else f"file {given.name}")
        try:
            content = given if isinstance(given, WebLink) else _checked_file(given)
        except ImportRefusedError as refused:
            problems += [Problem(message=problem.message, sheet=name) for problem in refused.problems]
            continue
        mark = content.url if isinstance(content, WebLink) else hashlib.sha256(content.content).hexdigest()
        if mark in known:
            problems.append(Problem(message="the same content is given twice; send it once", sheet=name))
        known.add(mark)
        checked.append(content)
    if problems:
        raise ImportRefusedError(tuple(problems))
    return checked


def _checked_file(given: GivenFile) -> EvidenceFile:
    refuse_claim(given.declared_bytes)
    found = checked_file(given.name, given.read(), declared_bytes=given.declared_bytes)
    return EvidenceFile(content=found.content, file_name=found.file_name, media_type=found.media_type)


def _short(name: str) -> str:
    return name if len(name) <= _SHOWN_OF_A_NAME else f"{name[: _SHOWN_OF_A_NAME - 1]}…"


def _require_known(reader: Reader, target: Target) -> None:
    """Refuse controls and requirements that no catalogue has; the store knows the systems itself."""
    if target.kind == CONTROL and target.target_id not in crosswalk_of(reader).library:
        raise InputError("control", "the id of a control in the library", target.target_id)
    if target.kind == REQUIREMENT and target.target_id not in crosswalk_of(reader).catalogue:
        raise InputError("requirement", "the id of a requirement of a framework", target.target_id)
