"""Verify the audit log, and take anchors: notes of its end, kept elsewhere, that later show whether it was cut."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from rori import __version__
from rori.errors import InputError, StoreError
from rori.store import Break, BrokenEntry, LogFinding, LogHead, LogReport, Store, VaultFinding

MAX_ANCHOR_BYTES = 10_000
ANCHOR_FILE = "rori-audit-anchor.json"

_KIND = "rori audit anchor"
_MOST = 2**63 - 1
_HASH = re.compile(r"[0-9a-f]{64}")
_ALLOWED = "an anchor as this product writes it (JSON with entries, last_id, head_hash, taken_at and product_version)"

Progress = Callable[[int, int], None]
ShowMoment = Callable[[datetime], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """A note of where the log ended: number of entries, id and hash of the last, when it was taken and by which version."""

    entries: int
    last_id: int
    head_hash: str
    taken_at: datetime
    product_version: str

    def __post_init__(self) -> None:
        for name in ("entries", "last_id"):
            count = getattr(self, name)
            if isinstance(count, bool) or not isinstance(count, int) or not 0 <= count <= _MOST:
                raise InputError(name, "a whole number of at least 0 and at most 19 digits", count)
        if not isinstance(self.head_hash, str) or not _HASH.fullmatch(self.head_hash):
            raise InputError("head_hash", "64 small hexadecimal digits", self.head_hash)
        if self.taken_at.tzinfo is None:
            raise InputError("taken_at", "a time with its time zone", self.taken_at.isoformat())

    @property
    def head(self) -> LogHead:
        """What the log must still hold."""
        return LogHead(entries=self.entries, last_id=self.last_id, last_hash=self.head_hash)


def log_head(store: Store) -> LogHead | None:
    """Return where the log ends; None when somebody removed the note of it."""
    with store.read() as reader:
        return reader.audit_head()


def take_anchor(store: Store) -> Anchor:
    """Note where the log ends now."""
    head = log_head(store)
    if head is None:
        raise StoreError("the head of the audit log is missing, so there is nothing to anchor; verify the log")
    return Anchor(
        entries=head.entries,
        last_id=head.last_id,
        head_hash=head.last_hash,
        taken_at=datetime.now(UTC),
        product_version=__version__,
    )


def anchor_file(anchor: Anchor) -> bytes:
    """Write an anchor as JSON, to be kept where nobody who can write the database can change it."""
    written = {
        "kind": _KIND,
        "entries": anchor.entries,
        "last_id": anchor.last_id,
        "head_hash": anchor.head_hash,
        "taken_at": anchor.taken_at.isoformat(timespec="microseconds"),
        "product_version": anchor.product_version,
    }
    return (json.dumps(written, indent=2) + "\n").encode("utf-8")


def read_anchor(content: bytes) -> Anchor:
    """Read an anchor back.

    Raises
    ------
    InputError
        When the file is no anchor.
    """
    if len(content) > MAX_ANCHOR_BYTES:
        raise InputError(
            "the anchor", f"a file of at most {MAX_ANCHOR_BYTES:,} bytes", f"{len(content):,} bytes or more"
        )
    try:
        found = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise InputError("the file", _ALLOWED, "a file that is no JSON") from error
    wanted = {"entries", "last_id", "head_hash", "taken_at", "product_version"}
    if not isinstance(found, dict) or found.get("kind") != _KIND or not wanted <= set(found):
        raise InputError("the file", _ALLOWED, "a file with other content")
    return Anchor(
        entries=found["entries"],
        last_id=found["last_id"],
        head_hash=found["head_hash"],
        taken_at=_moment(found["taken_at"]),
        product_version=str(found["product_version"]),
    )


def verify_log(store: Store, anchor: Anchor | None = None, progress: Progress | None = None) -> LogReport:
    """Recompute the hashes of the whole log in one consistent state, and hold it against an anchor.

    `progress` is told how many entries are done and how many there are.
    """
    with store.read() as reader:
        return reader.verify_audit(progress, None if anchor is None else anchor.head)


def verify_evidence(store: Store, progress: Progress | None = None) -> tuple[int, tuple[VaultFinding, ...]]:
    """Hash the files of all evidence again; return how many contents were looked at, and what is not as it should be."""
    looked_at, found = 0, []
    for step in store.verify_evidence():
        looked_at = step.done
        if step.finding is not None:
            found.append(step.finding)
        if progress is not None:
            progress(step.done, step.total)
    return looked_at, tuple(found)


def report_sentences(report: LogReport, show: ShowMoment) -> list[str]:
    """Say what a check found, in whole sentences; `show` writes a moment as the reader wants it."""
    said = [finding_sentence(finding, show) for finding in report.findings]
    counted = f"{report.checked:,} of {report.entries:,} entries were checked"
    if any(finding.how not in _ABOUT_ANCHORS for finding in report.findings):
        return [*said, f"{counted}; the check ends at the first broken entry."]
    if report.findings:
        return [*said, f"{counted}; they fit each other, but not the anchor."]
    anchored = " The anchored entry is there, unchanged, in its place." if report.anchored else ""
    return [f"The log is intact: {counted}, none was changed, removed, moved or put in.{anchored}"]


def finding_sentence(finding: LogFinding, show: ShowMoment) -> str:
    """Say how the log is broken and where."""
    who = "" if finding.entry is None else _named(finding.entry, show)
    return _SENTENCES[finding.how](finding, who)


def _moment(text: object) -> datetime:
    try:
        return datetime.fromisoformat(str(text))
    except ValueError as error:
        raise InputError("taken_at", "a time such as 2026-11-24T03:02:56+00:00", text) from error


def _named(entry: BrokenEntry, show: ShowMoment) -> str:
    at = "at an unreadable time" if entry.at is None else show(entry.at)
    return f"Entry {entry.id} ({at}, {entry.who}, {entry.action} {entry.subject} {entry.subject_key}".rstrip() + ")"


def _missing(finding: LogFinding, who: str) -> str:
    one = finding.first_id == finding.last_id
    gone = f"Entry {finding.first_id} is" if one else f"Entries {finding.first_id} to {finding.last_id} are"
    return f"{gone} missing: {_lower(who)} was written after {'it' if one else 'them'}."


def _cut(finding: LogFinding, who: str) -> str:
    gone = "The last entry is" if finding.n_missing == 1 else f"The last {finding.n_missing:,} entries are"
    return f"{gone} missing: the log ends with {_lower(who)}." if who else f"{gone} missing: the log is empty."


def _anchor_changed(finding: LogFinding, who: str) -> str:
    if not who:
        return f"The anchored entry {finding.first_id} is not in the log any more."
    return f"{who} is not what the anchor holds: entries up to it were changed, removed or put in since."


def _lower(who: str) -> str:
    return f"e{who[1:]}"


_ABOUT_ANCHORS = frozenset({Break.ANCHOR_SHORTER, Break.ANCHOR_CHANGED})
_SENTENCES: dict[Break, Callable[[LogFinding, str], str]] = {
    Break.CHANGED: lambda _, who: f"{who} was changed: its content is not what was written.",
    Break.REWRITTEN: lambda _, who: f"{who} was changed and given a new hash: the next entry was written upon another.",
    Break.SWAPPED: lambda found, who: f"{who} was swapped with entry {found.first_id}: each holds the other's content.",
    Break.MISSING: _missing,
    Break.INSERTED: lambda _, who: f"{who} was put in past this product: the chain does not lead through it.",
    Break.CUT: _cut,
    Break.HEAD: lambda _, who: (
        f"The note of where the log ends is missing or does not fit {_lower(who) if who else 'the empty log'}: "
        "entries were rewritten, or the note was changed."
    ),
    Break.ANCHOR_SHORTER: lambda found, _: (
        f"The log ends before the anchored entry {found.first_id}: its end was cut after the anchor was taken."
    ),
    Break.ANCHOR_CHANGED: _anchor_changed,
}
