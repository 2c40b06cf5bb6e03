"""Evidence looked up: a list in one question, one item whole, and what readiness needs."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from sqlalchemy import ColumnElement, FromClause, RowMapping, Select, and_, func, nulls_last, or_, select
from sqlalchemy.orm import Session

from rori.errors import NotFoundError, StoreError
from rori.store.compliance.evidence.items import (
    EvidenceDetail,
    EvidenceLink,
    EvidenceQuery,
    EvidenceVersion,
    LinkedEvidence,
    StoredEvidence,
)
from rori.store.tables import table
from rori.store.vault import Vault

_ITEMS, _LINKS = table("evidence_items"), table("evidence_links")
_VERSIONS, _PURGES = table("evidence_versions"), table("evidence_purges")

_VERSION_FIELDS = tuple(field.name for field in fields(EvidenceVersion) if field.name != "purged_at")
_ITEM_FIELDS = tuple(field.name for field in fields(StoredEvidence) if field.name != "newest")


def find_evidence(session: Session, query: EvidenceQuery) -> tuple[StoredEvidence, ...]:
    """Return the evidence that a query asks for, each with its newest version."""
    statement = _whole_items().where(*_conditions(query)).order_by(*_order(query.order))
    rows = session.execute(statement.limit(query.limit).offset(query.offset)).mappings()
    return tuple(_item(row) for row in rows)


def count_evidence(session: Session, query: EvidenceQuery) -> int:
    """Return how many pieces a query would find without its limit."""
    rows: FromClause = _with_newest() if query.text else _ITEMS
    statement = select(func.count()).select_from(rows).where(*_conditions(query))
    return session.execute(statement).scalar_one()


def find_item(session: Session, item_id: str) -> StoredEvidence:
    """Return one piece of evidence; NotFoundError when there is none."""
    row = session.execute(_whole_items().where(_ITEMS.c.id == item_id)).mappings().one_or_none()
    if row is None:
        raise NotFoundError(f"there is no evidence {item_id!r}")
    return _item(row)


def find_detail(session: Session, item_id: str) -> EvidenceDetail:
    """Return one piece of evidence whole."""
    item = find_item(session, item_id)
    links = select(_LINKS).where(_LINKS.c.item_id == item_id).order_by(_LINKS.c.kind, _LINKS.c.target_id)
    return EvidenceDetail(
        item=item,
        versions=find_versions(session, item_id),
        links=tuple(EvidenceLink(**row) for row in session.execute(links).mappings()),
    )


def find_versions(session: Session, item_id: str) -> tuple[EvidenceVersion, ...]:
    """Return the versions of one piece of evidence, oldest first."""
    columns = [*(_VERSIONS.c[name] for name in _VERSION_FIELDS), _PURGES.c.purged_at]
    statement = select(*columns).select_from(_VERSIONS.outerjoin(_PURGES, _PURGES.c.id == _VERSIONS.c.id))
    found = session.execute(statement.where(_VERSIONS.c.item_id == item_id).order_by(_VERSIONS.c.number))
    return tuple(EvidenceVersion(**row) for row in found.mappings())


def find_linked(session: Session, kind: str | None, state: str | None) -> tuple[LinkedEvidence, ...]:
    """Return what evidence is about, of one kind and in one state or of all."""
    columns = (_LINKS.c.item_id, _ITEMS.c.title, _LINKS.c.kind, _LINKS.c.target_id, _ITEMS.c.state)
    days = (_ITEMS.c.effective_from, _ITEMS.c.expires_on)
    statement = select(*columns, *days).select_from(_LINKS.join(_ITEMS, _ITEMS.c.id == _LINKS.c.item_id))
    if kind is not None:
        statement = statement.where(_LINKS.c.kind == kind)
    if state is not None:
        statement = statement.where(_ITEMS.c.state == state)
    rows = session.execute(statement.order_by(_LINKS.c.kind, _LINKS.c.target_id, _ITEMS.c.title, _LINKS.c.item_id))
    return tuple(LinkedEvidence(**row) for row in rows.mappings())


def content_of(session: Session, vault: Vault, item_id: str, number: int) -> bytes:
    """Return the bytes of one version, checked against their hash."""
    found = next((v for v in find_versions(session, item_id) if v.number == number), None)
    if found is None or found.kind != "file":
        raise NotFoundError(f"evidence {item_id!r} has no file of version {number}")
    if found.purged_at is not None:
        raise StoreError(f"the bytes of {found.file_name} were removed after the end of their retention")
    return vault.read(found.sha256)


def _with_newest() -> FromClause:
    newest = and_(_VERSIONS.c.item_id == _ITEMS.c.id, _VERSIONS.c.number == _ITEMS.c.newest_number)
    return _ITEMS.outerjoin(_VERSIONS, newest)


def _whole_items() -> Select[Any]:
    columns = [_ITEMS.c[name].label(f"item_{name}") for name in _ITEM_FIELDS]
    columns += [_VERSIONS.c[name].label(f"version_{name}") for name in _VERSION_FIELDS]
    rows = _with_newest().outerjoin(_PURGES, _PURGES.c.id == _VERSIONS.c.id)
    return select(*columns, _PURGES.c.purged_at.label("version_purged_at")).select_from(rows)


def _item(row: RowMapping) -> StoredEvidence:
    newest = None
    if row["version_id"] is not None:
        newest = EvidenceVersion(**{f: row[f"version_{f}"] for f in (*_VERSION_FIELDS, "purged_at")})
    return StoredEvidence(newest=newest, **{name: row[f"item_{name}"] for name in _ITEM_FIELDS})


def _conditions(query: EvidenceQuery) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if query.item_id:
        conditions.append(_ITEMS.c.id == query.item_id)
    if query.states:
        conditions.append(_ITEMS.c.state.in_(query.states))
    if query.owner:
        conditions.append(_ITEMS.c.owner == query.owner)
    if query.expires_from is not None:
        conditions.append(_ITEMS.c.expires_on >= query.expires_from)
    if query.expires_to is not None:
        conditions.append(_ITEMS.c.expires_on <= query.expires_to)
    return [*conditions, *_approved(query), *_about(query), *_mentions(query.text)]


def _approved(query: EvidenceQuery) -> list[ColumnElement[bool]]:
    """Return what is asked of the days of approved evidence."""
    first, last = _ITEMS.c.effective_from, _ITEMS.c.expires_on
    asked: list[ColumnElement[bool]] = []
    if query.expired_on is not None:
        asked.append(last < query.expired_on)
    if query.in_force_on is not None:
        asked.append(
            and_(or_(first.is_(None), first <= query.in_force_on), or_(last.is_(None), last >= query.in_force_on))
        )
    if query.begins_after is not None:
        asked.append(first > query.begins_after)
    return [_ITEMS.c.state == "approved", *asked] if asked else []


def _about(query: EvidenceQuery) -> list[ColumnElement[bool]]:
    asked = [(_LINKS.c.kind, query.link_kind), (_LINKS.c.target_id, query.target_id)]
    given = [column == value for column, value in asked if value]
    return [_ITEMS.c.id.in_(select(_LINKS.c.item_id).where(*given))] if given else []


def _mentions(text: str) -> list[ColumnElement[bool]]:
    if not text:
        return []
    places = (_ITEMS.c.title, _ITEMS.c.description, _ITEMS.c.owner, _VERSIONS.c.file_name, _VERSIONS.c.url)
    return [or_(*(place.icontains(text, autoescape=True) for place in places))]


def _order(order: str) -> list[ColumnElement[Any]]:
    first: dict[str, list[ColumnElement[Any]]] = {
        "title": [_ITEMS.c.title],
        "expires_on": [nulls_last(_ITEMS.c.expires_on), _ITEMS.c.title],
        "changed_at": [_ITEMS.c.changed_at.desc()],
    }
    return [*first[order], _ITEMS.c.id]
