"""What evidence is about: links to controls, requirements and systems."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, select

from rori.errors import InputError, NotFoundError
from rori.store.audit import Change, last_versions
from rori.store.compliance.checks import check_system, joined
from rori.store.compliance.evidence.finding import find_item
from rori.store.compliance.evidence.items import EvidenceLink, check_link
from rori.store.editing import Edit
from rori.store.tables import table

LINKS = "evidence_links"

_LINKS = table(LINKS)
_Link = tuple[str, str, str]


def add_link(edit: Edit, link: _Link) -> EvidenceLink:
    """Say what a piece of evidence (id) is about: kind and id of it; saying it twice changes nothing."""
    item_id, kind, target_id = link
    check_link(kind, target_id)
    item = find_item(edit.session, item_id)
    known = edit.session.execute(select(_LINKS).where(_is(link))).mappings().one_or_none()
    if known is not None:
        return EvidenceLink(**known)
    if item.state == "withdrawn":
        raise InputError("evidence", "one that is not withdrawn, to be linked", item.title)
    if kind == "system":
        check_system(edit.session, "target of the link", target_id)
    added = EvidenceLink(
        item_id=item_id, kind=kind, target_id=target_id, linked_by=edit.who, linked_at=datetime.now(UTC)
    )
    edit.session.execute(_LINKS.insert().values(asdict(added)))
    edit.log(_change(edit, "insert", link, (None, _json(link))))
    return added


def remove_link(edit: Edit, link: _Link) -> None:
    """Say that a piece of evidence is not about something any more."""
    gone = edit.session.execute(_LINKS.delete().where(_is(link)).returning(_LINKS.c.item_id)).first()
    if gone is None:
        raise NotFoundError(f"there is no link to {link[1]} {link[2]!r} from evidence {link[0]!r}")
    edit.log(_change(edit, "delete", link, (_json(link), None)))


def undo_link(edit: Edit, before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> None:
    """Put a link back, or take it away again."""
    if before is not None:
        add_link(edit, (before["item_id"], before["kind"], before["target_id"]))
    elif after is not None:
        remove_link(edit, (after["item_id"], after["kind"], after["target_id"]))


def _is(link: _Link) -> ColumnElement[bool]:
    return and_(_LINKS.c.item_id == link[0], _LINKS.c.kind == link[1], _LINKS.c.target_id == link[2])


def _json(link: _Link) -> dict[str, Any]:
    return dict(zip(("item_id", "kind", "target_id"), link, strict=True))


def _change(
    edit: Edit, action: str, link: _Link, values: tuple[dict[str, Any] | None, dict[str, Any] | None]
) -> Change:
    key = joined(*link)
    return Change(
        action=edit.action or action,
        subject=LINKS,
        subject_key=key,
        row_version=last_versions(edit.session, LINKS, [key]).get(key, 0) + 1,
        before=values[0],
        after=values[1],
        note=edit.note,
    )
