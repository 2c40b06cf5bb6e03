"""Answers and overrides saved together or not at all, taken away, and put back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, fields
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from rori.errors import ConflictError, InputError, NotFoundError
from rori.store.audit import Change, last_versions
from rori.store.compliance.answers import (
    CONTROLS,
    KEYS,
    REQUIREMENTS,
    Answer,
    ControlAnswer,
    Key,
    RequirementAnswer,
    StoredAnswer,
    StoredControlAnswer,
    StoredRequirementAnswer,
)
from rori.store.compliance.checks import check_system, day_of, joined, plain
from rori.store.compliance.tables import ENTITY_SCOPE, ControlAnswerRow, RequirementAnswerRow
from rori.store.editing import Edit, moment
from rori.store.tables import SheetRow, table

_MOST_KEYS = 5_000
_MOST_NAMED = 5


_ENTERED: dict[str, type[ControlAnswer | RequirementAnswer]] = {
    CONTROLS: ControlAnswer,
    REQUIREMENTS: RequirementAnswer,
}
_ROWS: dict[str, type[SheetRow]] = {
    CONTROLS: ControlAnswerRow,
    REQUIREMENTS: RequirementAnswerRow,
}


def save_answers(edit: Edit, edits: Iterable[tuple[Answer, int]]) -> tuple[StoredAnswer, ...]:
    """Save answers, each given with the version that the user saw (0 when there was none): all of them or none."""
    wanted = [(_entered(value), version) for value, version in edits]
    _require_once([value for value, _ in wanted])
    _require_scopes(edit.session, [value for value, _ in wanted])
    rows = {
        subject: _locked(edit.session, subject, [v.key for v, _ in wanted if v.subject == subject]) for subject in _ROWS
    }
    _require_as_seen(wanted, rows)
    now = datetime.now(UTC)
    stored: dict[tuple[str, Key], StoredAnswer] = {}
    for subject, found in rows.items():
        mine = [value for value, _ in wanted if value.subject == subject]
        stored.update(_insert(edit, subject, [value for value in mine if value.key not in found], now))
        stored.update(_update(edit, [(value, found[value.key]) for value in mine if value.key in found], now))
    return tuple(stored[value.subject, value.key] for value, _ in wanted)


def delete_answer(edit: Edit, subject: str, key: Key, version: int) -> None:
    """Take an answer away, given the version that the user saw."""
    row = _locked(edit.session, subject, [key]).get(key)
    if row is None:
        raise NotFoundError(f"there is no answer {joined(*key)!r} any more; reload and try again")
    before = _stored(subject, row)
    if before.version != version:
        raise ConflictError(f"{_changed(before)}; nothing was saved, reload and try again")
    edit.session.delete(row)
    edit.session.flush()
    edit.log(_change(edit, "delete", before=before))


def undo_answer(edit: Edit, subject: str, before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> None:
    """Put one answer back to what it was before a line of the log, given that nothing has changed it since."""
    was, now = _from_json(subject, before), _from_json(subject, after)
    if was is not None:
        row = _locked(edit.session, subject, [was.key]).get(was.key)
        save_answers(edit, [(was, 0 if row is None else row.version)])
    elif now is not None:
        row = _locked(edit.session, subject, [now.key])[now.key]
        delete_answer(edit, subject, now.key, row.version)


def label_of(subject: str, values: Mapping[str, Any]) -> str:
    """Return how messages call an answer of which the log holds the values."""
    found = _from_json(subject, values)
    return "the answer" if found is None else found.label


def _entered(value: Answer) -> Answer:
    """Return what was entered, without what the store keeps beside it."""
    kind = _ENTERED[value.subject]
    return kind(**{field.name: getattr(value, field.name) for field in fields(kind)})


def _from_json(subject: str, values: Mapping[str, Any] | None) -> Answer | None:
    if values is None:
        return None
    kind = _ENTERED[subject]
    given = {field.name: values[field.name] for field in fields(kind) if field.name in values}
    return kind(**{**given, "due": day_of(values.get("due"))})


def _locked(session: Session, subject: str, keys: Sequence[Key]) -> dict[Key, SheetRow]:
    """Return the rows with these keys as they stand now, locked."""
    columns = tuple_(*(table(subject).c[name] for name in KEYS[subject]))
    rows: dict[Key, SheetRow] = {}
    for start in range(0, len(keys), _MOST_KEYS):
        piece = columns.in_(keys[start : start + _MOST_KEYS])
        statement = select(_ROWS[subject]).where(piece).with_for_update()
        for row in session.execute(statement, execution_options={"populate_existing": True}).scalars():
            rows[tuple(getattr(row, name) for name in KEYS[subject])] = row
    return rows


def _require_once(values: Sequence[Answer]) -> None:
    seen: set[tuple[str, Key]] = set()
    for value in values:
        if (value.subject, value.key) in seen:
            raise InputError("answers", "given once for each key", value.label)
        seen.add((value.subject, value.key))


def _require_scopes(session: Session, values: Sequence[Answer]) -> None:
    for scope in sorted({value.scope for value in values} - {ENTITY_SCOPE}):
        check_system(session, "scope", scope)


def _require_as_seen(wanted: Sequence[tuple[Answer, int]], rows: Mapping[str, Mapping[Key, SheetRow]]) -> None:
    problems = []
    for value, version in wanted:
        row = rows[value.subject].get(value.key)
        if row is None and version:
            problems.append(f"{value.label} was deleted since you opened it")
        elif row is not None and row.version != version:
            problems.append(_changed(_stored(value.subject, row)))
    if problems:
        more = f"; and {len(problems) - _MOST_NAMED} more" if len(problems) > _MOST_NAMED else ""
        raise ConflictError(f"{'; '.join(problems[:_MOST_NAMED])}{more}; nothing was saved, reload and try again")


def _changed(current: StoredAnswer) -> str:
    return f"{current.label} was changed by {current.changed_by} at {moment(current.changed_at)} since you opened it"


def _insert(edit: Edit, subject: str, values: Sequence[Answer], now: datetime) -> dict[tuple[str, Key], StoredAnswer]:
    versions = last_versions(edit.session, subject, [joined(*value.key) for value in values])
    rows = [
        {**asdict(value), "version": versions.get(joined(*value.key), 0) + 1, "changed_by": edit.who, "changed_at": now}
        for value in values
    ]
    if rows:
        edit.session.execute(table(subject).insert(), rows)
    stored = [_made(subject, row) for row in rows]
    edit.log(*(_change(edit, "insert", after=value) for value in stored))
    return {(subject, value.key): value for value in stored}


def _update(edit: Edit, pairs: Sequence[tuple[Answer, SheetRow]], now: datetime) -> dict[tuple[str, Key], StoredAnswer]:
    before = {value.key: _stored(value.subject, row) for value, row in pairs}
    changed = [(value, row) for value, row in pairs if _entered(before[value.key]) != value]
    for value, row in changed:
        for name, entered in {**asdict(value), "changed_by": edit.who, "changed_at": now}.items():
            setattr(row, name, entered)
    edit.session.flush()
    after = {(value.subject, value.key): _stored(value.subject, row) for value, row in pairs}
    edit.log(
        *(
            _change(edit, "update", before=before[value.key], after=after[value.subject, value.key])
            for value, _ in changed
        )
    )
    return after


def _stored(subject: str, row: SheetRow) -> StoredAnswer:
    return _made(subject, {column.name: getattr(row, column.name) for column in table(subject).columns})


def _made(subject: str, values: Mapping[str, Any]) -> StoredAnswer:
    kind = StoredControlAnswer if subject == CONTROLS else StoredRequirementAnswer
    return kind(**values)


def _change(
    edit: Edit, action: str, *, before: StoredAnswer | None = None, after: StoredAnswer | None = None
) -> Change:
    newest = after or before
    return Change(
        action=edit.action or action,
        subject=newest.subject if newest else "",
        subject_key=joined(*newest.key) if newest else "",
        row_version=newest.version if newest else None,
        before=None if before is None else plain(asdict(_entered(before))),
        after=None if after is None else plain(asdict(_entered(after))),
        note=edit.note,
    )
