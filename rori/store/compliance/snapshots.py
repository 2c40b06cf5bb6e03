"""Readiness as it stood day by day: one row per day, framework and scope, so that a trend can be drawn."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, fields
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from rori.errors import InputError
from rori.store.audit import Change
from rori.store.compliance.checks import check_day, check_id, check_share, joined, plain
from rori.store.compliance.tables import ENTITY_SCOPE, ReadinessSnapshotRow
from rori.store.editing import Edit
from rori.store.tables import table
from rori.store.values import checked_text

SUBJECT = "readiness_snapshots"

_ROWS = table(SUBJECT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """Readiness on one day: requirements that apply and that are met, and coverage as fractions."""

    day: date
    framework_id: str
    framework_version: str
    scope: str = ENTITY_SCOPE
    applicable: int
    met_claimed: float
    met_evidenced: float
    coverage_claimed: float
    coverage_evidenced: float

    def __post_init__(self) -> None:
        check_day("day", self.day)
        if self.day is None:
            raise InputError("day", "given", self.day)
        check_id("framework", self.framework_id)
        check_id("scope", self.scope, last=True)
        checked_text("version of the framework", self.framework_version)
        if isinstance(self.applicable, bool) or not isinstance(self.applicable, int) or self.applicable < 0:
            raise InputError("applicable requirements", "a whole number of at least 0", self.applicable)
        for name in ("met_claimed", "met_evidenced"):
            value = getattr(self, name)
            if not math.isfinite(value) or not 0 <= value <= self.applicable:
                raise InputError(name.replace("_", " "), f"a number from 0 to {self.applicable}", value)
        check_share("coverage claimed", self.coverage_claimed)
        check_share("coverage evidenced", self.coverage_evidenced)


_FIELDS = tuple(field.name for field in fields(Snapshot))


def find_snapshots(
    session: Session, framework_id: str | None, since: date | None, scope: str | None
) -> tuple[Snapshot, ...]:
    """Return the snapshots of one framework and scope, or of all, since a day, in the order of days."""
    asked = {"framework_id": framework_id, "scope": scope}
    where = [_ROWS.c[name] == value for name, value in asked.items() if value is not None]
    if since is not None:
        where.append(_ROWS.c.day >= since)
    statement = select(*(_ROWS.c[name] for name in _FIELDS)).where(*where)
    found = session.execute(statement.order_by(_ROWS.c.day, _ROWS.c.framework_id, _ROWS.c.scope))
    return tuple(Snapshot(**row) for row in found.mappings())


def save_snapshot(edit: Edit, snapshot: Snapshot) -> Snapshot:
    """Keep readiness for its day; the last of a day stands, and the same again changes nothing."""
    key = (snapshot.day, snapshot.framework_id, snapshot.scope)
    row = edit.session.get(ReadinessSnapshotRow, key, with_for_update=True, populate_existing=True)
    now = datetime.now(UTC)
    if row is None:
        values = {**asdict(snapshot), "version": 1, "changed_by": edit.who, "changed_at": now}
        edit.session.execute(_ROWS.insert().values(values))
        edit.log(_change(edit, snapshot, 1, None))
        return snapshot
    before = Snapshot(**{name: getattr(row, name) for name in _FIELDS})
    if before != snapshot:
        for name, value in {**asdict(snapshot), "changed_by": edit.who, "changed_at": now}.items():
            setattr(row, name, value)
        edit.session.flush()
        edit.log(_change(edit, snapshot, row.version, before))
    return snapshot


def _change(edit: Edit, after: Snapshot, version: int, before: Snapshot | None) -> Change:
    return Change(
        action="insert" if before is None else "update",
        subject=SUBJECT,
        subject_key=joined(after.day.isoformat(), after.framework_id, after.scope),
        row_version=version,
        before=_json(before),
        after=_json(after),
        note=edit.note,
    )


def _json(snapshot: Snapshot | None) -> dict[str, Any] | None:
    return None if snapshot is None else plain(asdict(snapshot))
