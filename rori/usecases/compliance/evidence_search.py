"""Evidence found: lists by state and subject, one item whole, what expires soon, and the bytes of a version."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from math import ceil

from rori.errors import InputError, NotFoundError
from rori.store import (
    AuditEntry,
    AuditQuery,
    EvidenceDetail,
    EvidenceLink,
    EvidenceQuery,
    Reader,
    Store,
    StoredEvidence,
)
from rori.store.compliance.evidence.editing import ITEMS
from rori.store.compliance.evidence.items import EXPIRED
from rori.usecases.compliance.catalogue import crosswalk_of
from rori.usecases.compliance.evidence import CONTROL, REQUIREMENT, SYSTEM

APPROVED, NOT_YET_EFFECTIVE = "approved", "not_yet_effective"
STATES = ("draft", "in_review", APPROVED, NOT_YET_EFFECTIVE, EXPIRED, "withdrawn")
"""Of evidence on a day, each piece in one: `approved` has begun and not ended."""
PER_PAGE = 50

_MOST_EXPIRING = 1_000
_MOST_OWNERS_FROM = 1_000
_MOST_HISTORY = 200

Names = Mapping[str, Mapping[str, str]]
"""What people call the targets of evidence: kind (control, requirement, system) to id to name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceFilter:
    """Which evidence is asked for; what is left empty filters nothing. `within_days` counts from the day asked about."""

    state: str = ""
    owner: str = ""
    text: str = ""
    kind: str = ""
    target_id: str = ""
    within_days: int | None = None

    def __post_init__(self) -> None:
        if self.state and self.state not in STATES:
            raise InputError("state of evidence", f"one of {', '.join(STATES)}", self.state)
        if self.within_days is not None and not 0 <= self.within_days <= 36_500:
            raise InputError("days until it expires", "a whole number from 0 to 36500", self.within_days)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedEvidence:
    """A piece of evidence as a list shows it: with its state on the day, and what it is about."""

    item: StoredEvidence
    state: str
    links: tuple[EvidenceLink, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidencePage:
    """One page of a list; `number` counts from 1 and is the last page when a later one was asked for."""

    lines: tuple[ListedEvidence, ...]
    count: int
    number: int
    pages: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceContent:
    """The bytes of one version, as they were uploaded."""

    file_name: str
    media_type: str
    content: bytes


def state_of(item: StoredEvidence, day: date) -> str:
    """Return the state of a piece of evidence on a day, one of `STATES`."""
    if item.state == APPROVED and item.effective_from is not None and item.effective_from > day:
        return NOT_YET_EFFECTIVE
    return item.status_on(day)


def search_evidence(store: Store, asked: EvidenceFilter, day: date, page: int = 1) -> EvidencePage:
    """Return one page of the evidence that is asked for, by title; what was approved comes by its last day."""
    with store.read() as reader:
        query = _query(asked, day)
        count = reader.evidence_count(query)
        pages = max(1, ceil(count / PER_PAGE))
        number = min(max(page, 1), pages)
        items = reader.evidence(replace(query, limit=PER_PAGE, offset=(number - 1) * PER_PAGE))
        lines = tuple(_listed(reader, item, day) for item in items)
    return EvidencePage(lines=lines, count=count, number=number, pages=pages)


def every_piece(store: Store, asked: EvidenceFilter, day: date) -> Iterator[ListedEvidence]:
    """Yield all the evidence that is asked for, page after page."""
    number = pages = 1
    while number <= pages:
        page = search_evidence(store, asked, day, number)
        yield from page.lines
        number, pages = number + 1, page.pages


def count_by_state(store: Store, day: date, asked: EvidenceFilter | None = None) -> dict[str, int]:
    """Count the pieces in each of `STATES` on a day, of all evidence or of what a filter finds (its state apart)."""
    asked = asked or EvidenceFilter()
    with store.read() as reader:
        return {state: reader.evidence_count(_query(replace(asked, state=state), day)) for state in STATES}


def expiring(store: Store, day: date, within_days: int = 30) -> tuple[StoredEvidence, ...]:
    """Return the evidence that counts on a day and ends within so many days of it, what ends first first."""
    query = _query(EvidenceFilter(state=APPROVED, within_days=within_days), day)
    with store.read() as reader:
        found = reader.evidence(replace(query, limit=_MOST_EXPIRING))
    return tuple(item for item in found if item.counts_on(day))


def evidence_detail(store: Store, item_id: str) -> EvidenceDetail:
    """Return one piece of evidence with all its versions and what it is about; NotFoundError when there is none."""
    with store.read() as reader:
        return reader.evidence_detail(item_id)


def evidence_history(store: Store, item_id: str) -> tuple[AuditEntry, ...]:
    """Return what the audit log says of one piece of evidence, newest first."""
    with store.read() as reader:
        return reader.audit(AuditQuery(subject=ITEMS, subject_key=item_id, limit=_MOST_HISTORY))


def evidence_content(store: Store, item_id: str, number: int) -> EvidenceContent:
    """Return the bytes of one version, checked against their hash; StoreError when they are not what was uploaded."""
    with store.read() as reader:
        versions = reader.evidence_detail(item_id).versions
        version = next((one for one in versions if one.number == number), None)
        if version is None:
            raise NotFoundError(f"evidence {item_id!r} has no version {number}")
        content = reader.evidence_content(item_id, number=number)
    return EvidenceContent(file_name=version.file_name, media_type=version.media_type, content=content)


def evidence_owners(store: Store) -> tuple[str, ...]:
    """Return who owns evidence, as far as the pieces that were changed last tell."""
    with store.read() as reader:
        found = reader.evidence(EvidenceQuery(order="changed_at", limit=_MOST_OWNERS_FROM))
    return tuple(sorted({item.owner for item in found if item.owner}, key=str.casefold))


def target_names(store: Store) -> Names:
    """Return what evidence can be about: controls, requirements that are assessed, and systems, by id."""
    with store.read() as reader:
        crosswalk = crosswalk_of(reader)
        systems = {str(one.values["id"]): str(one.values["name"]) for one in reader.records("systems")}
    requirements = {
        one.id: f"{one.reference} {one.title}"
        for framework in crosswalk.catalogue.newest
        for one in framework.requirements
        if one.assessable
    }
    controls = {one.id: one.name for one in crosswalk.library.controls}
    return {CONTROL: controls, REQUIREMENT: requirements, SYSTEM: systems}


def newest_change(store: Store) -> int:
    """Return a number that is another one after anything was written."""
    with store.read() as reader:
        entries = reader.audit(AuditQuery(limit=1))
    return entries[0].id if entries else 0


def _query(asked: EvidenceFilter, day: date) -> EvidenceQuery:
    states: tuple[str, ...] = (asked.state,) if asked.state else ()
    if asked.state in {EXPIRED, NOT_YET_EFFECTIVE}:
        states = (APPROVED,)
    until = None if asked.within_days is None else day + timedelta(days=asked.within_days)
    return EvidenceQuery(
        states=states,
        owner=asked.owner,
        text=asked.text,
        link_kind=asked.kind,
        target_id=asked.target_id,
        expires_from=None if until is None else day,
        expires_to=until,
        expired_on=day if asked.state == EXPIRED else None,
        in_force_on=day if asked.state == APPROVED else None,
        begins_after=day if asked.state == NOT_YET_EFFECTIVE else None,
        order="expires_on" if states == (APPROVED,) or until else "title",
    )


def _listed(reader: Reader, item: StoredEvidence, day: date) -> ListedEvidence:
    return ListedEvidence(item=item, state=state_of(item, day), links=reader.evidence_detail(item.id).links)


def named_targets(links: Iterable[EvidenceLink], names: Names) -> list[str]:
    """Return what the targets of evidence are called, or their ids where no catalogue names them any more."""
    return [names[link.kind].get(link.target_id, link.target_id) for link in links]
