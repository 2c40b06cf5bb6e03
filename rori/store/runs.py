"""Saved runs: added, read, deleted, never changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from rori.errors import InputError, NotFoundError
from rori.store.audit import Change, last_versions
from rori.store.column_types import MAX_INTEGER
from rori.store.editing import Edit
from rori.store.tables import table
from rori.store.values import checked_text

SUBJECT = "runs"

_RUNS = table("runs")
_LONG = ("inputs_json", "result_json")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRun:
    """What a run was made of and what it said."""

    case_id: str
    seed: int
    n_years: int
    input_hash: str
    model_version: str
    inputs_json: str
    result_json: str
    note: str = ""

    def __post_init__(self) -> None:
        for name in ("case_id", "input_hash", "model_version", *_LONG, "note"):
            checked_text(name, getattr(self, name))
        for name in ("seed", "n_years"):
            if not 0 <= getattr(self, name) <= MAX_INTEGER:
                raise InputError(name, "a whole number of at least 0 and at most 19 digits", getattr(self, name))


@dataclass(frozen=True, slots=True, kw_only=True)
class RunHeader:
    """What a list of saved runs shows: who made which run when, and from what."""

    id: str
    case_id: str
    created_at: datetime
    created_by: str
    seed: int
    n_years: int
    input_hash: str
    model_version: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredRun(RunHeader):
    """A saved run, whole."""

    inputs_json: str
    result_json: str

    @property
    def header(self) -> RunHeader:
        """What a list shows of it."""
        return RunHeader(**{field.name: getattr(self, field.name) for field in fields(RunHeader)})


def find_runs(session: Session, case_id: str | None) -> tuple[RunHeader, ...]:
    """Return the headers of the runs of one case, or of all, newest first."""
    headers = [_RUNS.c[field.name] for field in fields(RunHeader)]
    statement = select(*headers).order_by(_RUNS.c.created_at.desc(), _RUNS.c.id)
    if case_id is not None:
        statement = statement.where(_RUNS.c.case_id == case_id)
    return tuple(RunHeader(**row) for row in session.execute(statement).mappings())


def find_run(session: Session, run_id: str) -> StoredRun:
    """Return one run."""
    row = session.execute(select(_RUNS).where(_RUNS.c.id == run_id)).mappings().one_or_none()
    if row is None:
        raise NotFoundError(f"there is no run {run_id!r}")
    return StoredRun(**row)


def add_run(edit: Edit, run: NewRun) -> StoredRun:
    """Save a run."""
    made = StoredRun(id=uuid4().hex, created_at=datetime.now(UTC), created_by=edit.who, **asdict(run))
    return _insert(edit, made)


def delete_run(edit: Edit, run_id: str) -> None:
    """Delete a run; the log keeps all of it, so that it can come back."""
    run = find_run(edit.session, run_id)
    edit.session.execute(_RUNS.delete().where(_RUNS.c.id == run_id))
    version = last_versions(edit.session, SUBJECT, [run_id])[run_id]
    whole = {**asdict(run), "created_at": run.created_at.isoformat()}
    edit.log(_change(edit, "delete", run_id, version, before=whole))


def restore_run(edit: Edit, before: Mapping[str, Any]) -> None:
    """Bring a deleted run back as it was."""
    values = {field.name: before[field.name] for field in fields(StoredRun)}
    _insert(edit, StoredRun(**{**values, "created_at": datetime.fromisoformat(before["created_at"])}))


def _insert(edit: Edit, run: StoredRun) -> StoredRun:
    edit.session.execute(_RUNS.insert().values(asdict(run)))
    summary = {name: value for name, value in asdict(run).items() if name not in _LONG}
    version = last_versions(edit.session, SUBJECT, [run.id]).get(run.id, 0)
    after = {**summary, "created_at": run.created_at.isoformat()}
    edit.log(_change(edit, "run", run.id, version + 1, after=after))
    return run


def _change(
    edit: Edit,
    action: str,
    key: str,
    version: int,
    *,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> Change:
    return Change(
        action=edit.action or action,
        subject=SUBJECT,
        subject_key=key,
        row_version=version,
        before=before,
        after=after,
        note=edit.note,
    )
