"""Readiness day by day, and what moved since an earlier day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from compliance.assessment.moved import Move, moved
from rori.store import (
    ENTITY_SCOPE,
    AuditEntry,
    AuditQuery,
    LinkedEvidence,
    Reader,
    Snapshot,
    Store,
    StoredControlAnswer,
    StoredRequirementAnswer,
)
from rori.usecases.compliance.catalogue import crosswalk_of
from rori.usecases.compliance.standing import Basis, Standing, standings_of

_PAGE = 5_000
_SUBJECTS = ("control_answers", "requirement_answers", "evidence_items", "evidence_links", "entity_profile")


@dataclass(frozen=True, slots=True, kw_only=True)
class MovedSince:
    """What moved between two days: requirement by requirement, and the standings on both days."""

    since: date
    moves: tuple[Move, ...]
    before: tuple[Standing, ...]
    after: tuple[Standing, ...]


def keep_readiness(store: Store, actor: str, found: Sequence[Standing]) -> bool:
    """Keep readiness of a day unless it is kept as it is already; the last of a day stands. Return whether it was written.

    Evidence that expires moves readiness without anybody writing, so this is called where readiness is looked at.
    """
    wanted = [_snapshot(standing) for standing in found]
    if not wanted:
        return False
    with store.read() as reader:
        kept = reader.snapshots(since=wanted[0].day, scope=wanted[0].scope)
    missing = [one for one in wanted if one not in kept]
    if not missing:
        return False
    with store.write(actor, note="readiness of the day") as writer:
        for one in missing:
            writer.save_snapshot(one)
        writer.commit()
    return True


def readiness_trend(store: Store, since: date, framework_id: str | None = None) -> tuple[Snapshot, ...]:
    """Return the entity's readiness day by day since a day."""
    with store.read() as reader:
        return reader.snapshots(framework_id=framework_id, since=since, scope=ENTITY_SCOPE)


def moved_since(store: Store, since: date, day: date, scope: str = ENTITY_SCOPE) -> MovedSince:
    """Compare the end of an earlier day with now: answers and evidence as the audit log says they were then."""
    with store.read() as reader:
        crosswalk, now = crosswalk_of(reader), Basis.of(reader)
        then = basis_at_the_end_of(reader, now, since)
    before = standings_of(then, crosswalk, since, scope)
    after = standings_of(now, crosswalk, day, scope)
    moves = moved(
        (status for standing in before for status in standing.statuses),
        (status for standing in after for status in standing.statuses),
    )
    return MovedSince(since=since, moves=moves, before=before, after=after)


def basis_at_the_end_of(reader: Reader, now: Basis, day: date) -> Basis:
    """Take back, newest first, every change that the audit log holds since the end of a day (UTC)."""
    end = datetime.combine(day + timedelta(days=1), time.min, tzinfo=UTC)
    past = _Past(now, reader)
    for entry in sorted(_entries_since(reader, end), key=lambda entry: -entry.id):
        past.take_back(entry)
    return past.basis()


def _entries_since(reader: Reader, moment: datetime) -> Iterable[AuditEntry]:
    for subject in _SUBJECTS:
        for offset in range(0, 10**9, _PAGE):
            page = reader.audit(AuditQuery(subject=subject, limit=_PAGE, offset=offset))
            yield from (entry for entry in page if entry.at >= moment)
            if len(page) < _PAGE or page[-1].at < moment:
                break


class _Past:
    """Rows by key, as they are taken back."""

    def __init__(self, now: Basis, reader: Reader) -> None:
        self._reader, self._facts = reader, now.facts
        self._answers = {one.key: one for one in now.answers}
        self._overrides = {one.key: one for one in now.overrides}
        self._links = {(one.item_id, one.kind, one.target_id): one for one in now.evidence}
        self._items: dict[str, Mapping[str, Any]] = {}

    def take_back(self, entry: AuditEntry) -> None:
        """Put back what stood before one line of the log."""
        before = entry.before
        if entry.subject == "entity_profile":
            self._facts = dict(before or {})
        elif entry.subject == "control_answers":
            _put_back(self._answers, StoredControlAnswer, ("control_id", "scope"), entry)
        elif entry.subject == "requirement_answers":
            _put_back(self._overrides, StoredRequirementAnswer, ("framework_id", "requirement_id", "scope"), entry)
        elif entry.subject == "evidence_items" and before is not None:
            self._items[entry.subject_key] = {**self._items.get(entry.subject_key, {}), **before}
        elif entry.subject == "evidence_links":
            self._take_back_link(entry)

    def basis(self) -> Basis:
        """Return what readiness was worked out from then."""
        return Basis(
            facts=dict(self._facts),
            answers=tuple(self._answers.values()),
            overrides=tuple(self._overrides.values()),
            evidence=tuple(self._as_it_was(link) for link in self._links.values()),
        )

    def _take_back_link(self, entry: AuditEntry) -> None:
        values = entry.before or entry.after or {}
        key = str(values["item_id"]), str(values["kind"]), str(values["target_id"])
        if entry.before is None:
            self._links.pop(key, None)
        else:
            item = self._reader.evidence_detail(key[0]).item
            self._links[key] = LinkedEvidence(
                item_id=key[0],
                kind=key[1],
                target_id=key[2],
                title=item.title,
                state=item.state,
                effective_from=item.effective_from,
                expires_on=item.expires_on,
            )

    def _as_it_was(self, link: LinkedEvidence) -> LinkedEvidence:
        known = self._items.get(link.item_id, {})
        names = ("title", "state", "effective_from", "expires_on")
        return replace(link, **{name: _typed(name, known[name]) for name in names if name in known})


def _put_back(rows: dict[tuple[str, ...], Any], kind: type[Any], named_by: tuple[str, ...], entry: AuditEntry) -> None:
    stood = entry.before or entry.after or {}
    key = tuple(str(stood[name]) for name in named_by)
    if entry.before is None:
        rows.pop(key, None)
        return
    names = {field.name for field in fields(kind)}
    values = {name: _typed(name, value) for name, value in entry.before.items() if name in names}
    rows[key] = kind(**{"version": 0, "changed_by": entry.who, "changed_at": entry.at, **values})


def _typed(name: str, value: object) -> Any:  # noqa: ANN401
    is_day = name in {"due", "effective_from", "expires_on"} and isinstance(value, str)
    return date.fromisoformat(str(value)) if is_day else value


def _snapshot(standing: Standing) -> Snapshot:
    whole = standing.readiness.whole
    return Snapshot(
        day=standing.day,
        framework_id=standing.framework.id,
        framework_version=standing.framework.version,
        scope=standing.scope,
        applicable=whole.applicable,
        met_claimed=whole.met_claimed,
        met_evidenced=whole.met_evidenced,
        coverage_claimed=whole.coverage_claimed or 0.0,
        coverage_evidenced=whole.coverage_evidenced or 0.0,
    )
