"""The profile of a legal entity: the facts that decide which requirements apply."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from rori.errors import ConflictError, InputError
from rori.store.audit import Change, last_versions
from rori.store.compliance.checks import as_json
from rori.store.compliance.tables import EntityProfileRow
from rori.store.editing import Edit, moment
from rori.store.tables import table

SUBJECT = "entity_profile"

_COLUMNS = tuple(column.name for column in table(SUBJECT).columns)

_Facts = dict[str, Any] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EntityProfile:
    """The facts about a legal entity as they stand; version 0 means that nobody has saved any yet."""

    entity_id: str
    facts: Mapping[str, Any]
    version: int = 0
    changed_by: str = ""
    changed_at: datetime | None = None


def find_profile(session: Session, entity_id: str) -> EntityProfile:
    """Return the profile of an entity, empty when it was never saved."""
    rows = table(SUBJECT)
    row = session.execute(select(rows).where(rows.c.entity_id == entity_id)).mappings().one_or_none()
    return EntityProfile(entity_id=entity_id, facts={}) if row is None else EntityProfile(**row)


def save_profile(edit: Edit, entity_id: str, facts: Mapping[str, Any], version: int) -> EntityProfile:
    """Keep the facts about an entity, given the version that the user saw (0 when there was none)."""
    kept = _checked(facts)
    row = _as_seen(edit, entity_id, version)
    if row is None:
        return _insert(edit, entity_id, kept)
    before = row.facts
    if before != kept:
        row.facts, row.changed_by, row.changed_at = kept, edit.who, datetime.now(UTC)
        edit.session.flush()
        edit.log(_change(edit, "update", row, (before, kept)))
    return _made(row)


def undo_profile(edit: Edit, entity_id: str, before: _Facts, version: int) -> None:
    """Put the facts back to what they were, which may be nothing."""
    row = _as_seen(edit, entity_id, version) if before is None else None
    if row is not None:
        facts = row.facts
        edit.session.delete(row)
        edit.session.flush()
        edit.log(_change(edit, "delete", row, (facts, None)))
    elif before is not None:
        save_profile(edit, entity_id, before, find_profile(edit.session, entity_id).version)


def _insert(edit: Edit, entity_id: str, facts: dict[str, Any]) -> EntityProfile:
    entities = table("legal_entities")
    if edit.session.execute(select(entities.c.id).where(entities.c.id == entity_id)).first() is None:
        raise InputError("legal entity", "one that exists", entity_id)
    version = last_versions(edit.session, SUBJECT, [entity_id]).get(entity_id, 0) + 1
    row = EntityProfileRow(
        entity_id=entity_id, facts=facts, version=version, changed_by=edit.who, changed_at=datetime.now(UTC)
    )
    edit.session.execute(table(SUBJECT).insert().values(row.model_dump()))
    edit.log(_change(edit, "insert", row, (None, facts)))
    return _made(row)


def _as_seen(edit: Edit, entity_id: str, version: int) -> EntityProfileRow | None:
    row = edit.session.get(EntityProfileRow, entity_id, with_for_update=True, populate_existing=True)
    if (0 if row is None else row.version) == version:
        return row
    if row is None:
        raise ConflictError("the profile was deleted since you opened it; nothing was saved, reload and try again")
    raise ConflictError(
        f"the profile was changed by {row.changed_by} at {moment(row.changed_at)} since you opened it; "
        "nothing was saved, reload and try again"
    )


def _made(row: EntityProfileRow) -> EntityProfile:
    return EntityProfile(**{name: getattr(row, name) for name in _COLUMNS})


def _checked(facts: Mapping[str, Any]) -> dict[str, Any]:
    kept = as_json("profile", facts if isinstance(facts, list) else dict(facts))
    if not isinstance(kept, dict):
        raise InputError("profile", "a table of names and values", facts)
    return kept


def _change(edit: Edit, action: str, row: EntityProfileRow, values: tuple[_Facts, _Facts]) -> Change:
    return Change(
        action=edit.action or action,
        subject=SUBJECT,
        subject_key=row.entity_id,
        row_version=row.version,
        before=values[0],
        after=values[1],
        note=edit.note,
    )
