"""Frameworks that the entity brought itself: versions are only ever added, and read back as they were."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import RowMapping, select
from sqlalchemy.orm import Session

from rori.errors import InputError, NotFoundError, StoreError
from rori.store.audit import Change
from rori.store.compliance.checks import as_json, check_id, joined, plain
from rori.store.editing import Edit
from rori.store.tables import table
from rori.store.values import checked_text

SUBJECT = "own_catalogues"

_ROWS = table(SUBJECT)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCatalogue:
    """A version of an own framework; `content` is what JSON can hold."""

    framework_id: str
    version: str
    title: str
    content: Mapping[str, Any]

    def __post_init__(self) -> None:
        check_id("framework", self.framework_id)
        check_id("version of the framework", self.version, last=True)
        if not checked_text("title of the framework", self.title).strip():
            raise InputError("title of the framework", "given", self.title)


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnCatalogueHeader:
    """What a list of own frameworks shows; `sha256` is of the content."""

    framework_id: str
    version: str
    title: str
    sha256: str
    added_by: str
    added_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnCatalogue(OwnCatalogueHeader):
    """A version of an own framework, whole."""

    content: Mapping[str, Any]


_HEADER = tuple(field.name for field in fields(OwnCatalogueHeader))


def find_headers(session: Session) -> tuple[OwnCatalogueHeader, ...]:
    """Return which own frameworks there are, each framework's versions in the order in which they came."""
    statement = select(*(_ROWS.c[name] for name in _HEADER)).order_by(
        _ROWS.c.framework_id, _ROWS.c.added_at, _ROWS.c.id
    )
    return tuple(OwnCatalogueHeader(**row) for row in session.execute(statement).mappings())


def find_catalogues(session: Session) -> tuple[OwnCatalogue, ...]:
    """Return all own frameworks whole; StoreError when a content is not what was added."""
    statement = select(_ROWS).order_by(_ROWS.c.framework_id, _ROWS.c.added_at, _ROWS.c.id)
    return tuple(_catalogue(row) for row in session.execute(statement).mappings())


def find_catalogue(session: Session, framework_id: str, version: str) -> OwnCatalogue:
    """Return one version of an own framework."""
    statement = select(_ROWS).where(_ROWS.c.id == joined(framework_id, version))
    row = session.execute(statement).mappings().one_or_none()
    if row is None:
        raise NotFoundError(f"there is no own framework {framework_id!r} of version {version!r}")
    return _catalogue(row)


def add_catalogue(edit: Edit, new: NewCatalogue) -> OwnCatalogueHeader:
    """Add a version of an own framework; what was added under an id and version never changes."""
    key = joined(new.framework_id, new.version)
    if edit.session.execute(select(_ROWS.c.id).where(_ROWS.c.id == key)).first() is not None:
        raise InputError("version of the framework", f"one that {new.framework_id} does not have yet", new.version)
    content = as_json("content of the framework", dict(new.content))
    content_json = json.dumps(content, ensure_ascii=False, allow_nan=False)
    header = OwnCatalogueHeader(
        framework_id=new.framework_id,
        version=new.version,
        title=new.title,
        sha256=hashlib.sha256(content_json.encode()).hexdigest(),
        added_by=edit.who,
        added_at=datetime.now(UTC),
    )
    edit.session.execute(_ROWS.insert().values(**asdict(header), id=key, content_json=content_json))
    change = Change(
        action="insert", subject=SUBJECT, subject_key=key, row_version=1, after=plain(asdict(header)), note=edit.note
    )
    edit.log(change)
    return header


def _catalogue(row: RowMapping) -> OwnCatalogue:
    if hashlib.sha256(row["content_json"].encode()).hexdigest() != row["sha256"]:
        raise StoreError(
            f"the own framework {row['framework_id']} {row['version']} is not what was added; restore a backup"
        )
    return OwnCatalogue(content=json.loads(row["content_json"]), **{name: row[name] for name in _HEADER})
