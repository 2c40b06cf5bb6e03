"""Settings of an installation: a name and a value as JSON holds it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from rori.errors import InputError
from rori.store.audit import Change, last_versions
from rori.store.editing import Edit
from rori.store.tables import SettingRow, table
from rori.store.values import checked_text

SUBJECT = "settings"

_Values = dict[str, Any] | None


def setting(session: Session, key: str, default: Any) -> Any:  # noqa: ANN401
    """Return the value of a setting, or the default when it was never set."""
    row = session.get(SettingRow, key, populate_existing=True)
    return default if row is None else row.value


def remember(edit: Edit, key: str, value: Any) -> None:  # noqa: ANN401
    """Set a value; who comes last wins."""
    kept = _as_json(checked_text("setting", key), value)
    row = edit.session.get(SettingRow, key, with_for_update=True, populate_existing=True)
    if row is None:
        _insert(edit, key, kept)
    elif json.dumps(row.value) != json.dumps(kept):
        before = {"value": row.value}
        row.value, row.changed_by, row.changed_at = kept, edit.who, datetime.now(UTC)
        flag_modified(row, "value")
        edit.session.flush()
        edit.log(_change(edit, "update", key, row.version, (before, {"value": kept})))


def forget(edit: Edit, key: str) -> None:
    """Take a setting away."""
    row = edit.session.get_one(SettingRow, key, with_for_update=True, populate_existing=True)
    before, version = {"value": row.value}, row.version
    edit.session.delete(row)
    edit.session.flush()
    edit.log(_change(edit, "delete", key, version, (before, None)))


def restore(edit: Edit, key: str, before: Mapping[str, Any] | None) -> None:
    """Put a setting back to what it was: its value, or nothing."""
    if before is None:
        forget(edit, key)
    else:
        remember(edit, key, before["value"])


def _insert(edit: Edit, key: str, value: Any) -> None:  # noqa: ANN401
    version = last_versions(edit.session, SUBJECT, [key]).get(key, 0) + 1
    row = {"key": key, "value": value, "version": version, "changed_by": edit.who, "changed_at": datetime.now(UTC)}
    edit.session.execute(table(SUBJECT).insert().values(row))
    edit.log(_change(edit, "insert", key, version, (None, {"value": value})))


def _as_json(key: str, value: Any) -> Any:  # noqa: ANN401
    """Return the value as it will be read back."""
    try:
        return json.loads(json.dumps(value, allow_nan=False))
    except (TypeError, ValueError) as error:
        raise InputError(
            f"setting {key}", "made of texts, finite numbers, yes or no, lists and names", value
        ) from error


def _change(edit: Edit, action: str, key: str, version: int, values: tuple[_Values, _Values]) -> Change:
    before, after = values
    return Change(
        action=edit.action or action,
        subject=SUBJECT,
        subject_key=key,
        row_version=version,
        before=before,
        after=after,
        note=edit.note,
    )
