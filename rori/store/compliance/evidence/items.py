"""Evidence as it is entered and as it stands in the store."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlsplit

from rori.errors import InputError
from rori.store.audit import MOST_ENTRIES
from rori.store.compliance.checks import check_day, check_id, check_term
from rori.store.compliance.tables import EVIDENCE_STATES, LINK_KINDS
from rori.store.values import checked_text

EXPIRED = "expired"
ORDERS = ("title", "expires_on", "changed_at")
MOST_NAME_CHARACTERS = 120
MOST_URL_CHARACTERS = 2_000

_NO_FILE_NAME = re.compile(r'[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff/\\<>:"|?*]')
_NO_URL = re.compile(r"[\x00-\x20\x7f-\xa0\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff<>\"\\]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What a person says about a piece of evidence. It counts from `effective_from` to `expires_on`, both included."""

    title: str
    description: str = ""
    owner: str = ""
    effective_from: date | None = None
    expires_on: date | None = None
    retention_until: date | None = None

    def __post_init__(self) -> None:
        for name in ("title", "description", "owner"):
            checked_text(f"{name} of the evidence", getattr(self, name))
        if not self.title.strip():
            raise InputError("title of the evidence", "given", self.title)
        check_day("effective from", self.effective_from)
        check_day("expires on", self.expires_on)
        check_day("keep until", self.retention_until)
        if self.effective_from and self.expires_on and self.expires_on < self.effective_from:
            raise InputError("expires on", f"no earlier than {self.effective_from.isoformat()}", self.expires_on)


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceFile:
    """A file to be kept, looked at before by whoever took it from a browser."""

    content: bytes
    file_name: str
    media_type: str

    def __post_init__(self) -> None:
        if not isinstance(self.content, bytes) or not self.content:
            raise InputError("file", "one that holds something", "an empty file")
        name = checked_text("file name", self.file_name)
        if not 1 <= len(name) <= MOST_NAME_CHARACTERS or _NO_FILE_NAME.search(name) or name.strip(" .") != name:
            raise InputError("file name", f"a plain name of at most {MOST_NAME_CHARACTERS} characters", name)
        if re.fullmatch(r"[a-z]+/[a-z0-9.+-]+", checked_text("media type", self.media_type)) is None:
            raise InputError("media type", "such as application/pdf", self.media_type)


@dataclass(frozen=True, slots=True, kw_only=True)
class WebLink:
    """A place on a web server where the evidence stands."""

    url: str

    def __post_init__(self) -> None:
        url = checked_text("link", self.url)
        allowed = f"an address such as https://server/page of at most {MOST_URL_CHARACTERS} characters"
        if len(url) > MOST_URL_CHARACTERS or _NO_URL.search(url):
            raise InputError("link", allowed, url)
        try:
            parts = urlsplit(url)
            wrong = parts.scheme not in {"http", "https"} or not parts.hostname or parts.port == 0
        except ValueError as error:
            raise InputError("link", allowed, url) from error
        if wrong:
            raise InputError("link", allowed, url)
        if "@" in parts.netloc:
            raise InputError("link", "an address without a user name or password", "one with them")


NewContent = EvidenceFile | WebLink


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceVersion:
    """A file or link as it was added; `purged_at` says that its bytes were let go after retention."""

    id: str
    item_id: str
    number: int
    kind: str
    sha256: str
    size_bytes: int
    media_type: str
    file_name: str
    url: str
    uploaded_by: str
    uploaded_at: datetime
    purged_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredEvidence(Evidence):
    """A piece of evidence as it stands in the store: what an edit must name is its `version`."""

    id: str
    state: str
    newest: EvidenceVersion | None
    newest_number: int
    approved_number: int | None
    approved_by: str | None
    approved_at: datetime | None
    created_by: str
    created_at: datetime
    version: int
    changed_by: str
    changed_at: datetime

    def status_on(self, day: date) -> str:
        """Return the state, or 'expired' for what was approved and counted until an earlier day."""
        return EXPIRED if _ended(self.state, self.expires_on, day) else self.state

    def counts_on(self, day: date) -> bool:
        """Whether it proves anything on that day: approved, begun and not ended."""
        return _counts(self.state, self.effective_from, self.expires_on, day)


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceLink:
    """What a piece of evidence is about: a control, a requirement or a system."""

    item_id: str
    kind: str
    target_id: str
    linked_by: str
    linked_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedEvidence:
    """What readiness needs to know of a piece of evidence that is about something."""

    item_id: str
    title: str
    kind: str
    target_id: str
    state: str
    effective_from: date | None
    expires_on: date | None

    def counts_on(self, day: date) -> bool:
        """Whether it proves anything on that day: approved, begun and not ended."""
        return _counts(self.state, self.effective_from, self.expires_on, day)


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceDetail:
    """One piece of evidence with all its versions (oldest first) and what it is about."""

    item: StoredEvidence
    versions: tuple[EvidenceVersion, ...]
    links: tuple[EvidenceLink, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceQuery:
    """Which evidence to list.

    Of what was approved, `expired_on` finds what counted until an earlier day, `in_force_on` what counts on that day and
    `begins_after` what counts from a later day on.
    """

    item_id: str = ""
    states: tuple[str, ...] = ()
    owner: str = ""
    text: str = ""
    link_kind: str = ""
    target_id: str = ""
    expires_from: date | None = None
    expires_to: date | None = None
    expired_on: date | None = None
    in_force_on: date | None = None
    begins_after: date | None = None
    order: str = "title"
    limit: int = 100
    offset: int = 0

    def __post_init__(self) -> None:
        for state in self.states:
            check_term("state of evidence", state, EVIDENCE_STATES)
        if self.link_kind:
            check_term("kind of link", self.link_kind, LINK_KINDS)
        for name in ("expires_from", "expires_to", "expired_on", "in_force_on", "begins_after"):
            check_day(name, getattr(self, name))
        check_term("order", self.order, ORDERS)
        if not 1 <= self.limit <= MOST_ENTRIES:
            raise InputError("limit", f"a whole number from 1 to {MOST_ENTRIES}", self.limit)
        if self.offset < 0:
            raise InputError("offset", "a whole number of at least 0", self.offset)


def check_link(kind: str, target_id: str) -> None:
    """Refuse what evidence cannot be about."""
    check_term("kind of link", kind, LINK_KINDS)
    check_id("target of the link", target_id, last=True)


def _ended(state: str, expires_on: date | None, day: date) -> bool:
    return state == "approved" and expires_on is not None and expires_on < day


def _counts(state: str, effective_from: date | None, expires_on: date | None, day: date) -> bool:
    begun = effective_from is None or effective_from <= day
    return state == "approved" and begun and not _ended(state, expires_on, day)
