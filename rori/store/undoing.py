"""Taking one line of the audit log back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rori.errors import ConflictError, NotFoundError
from rori.inventory.sheets import SHEET_BY_NAME
from rori.store import runs, settings
from rori.store.audit import AuditEntry, entry, newest_entry
from rori.store.compliance import undoing as compliance
from rori.store.editing import Edit, delete_rows, insert_rows, moment, update_rows
from rori.store.values import label

_SINGULAR = {runs.SUBJECT: "Run", settings.SUBJECT: "Setting"}


def undo(edit: Edit, audit_id: int) -> AuditEntry:
    """Reverse one change if the row has not changed since; return the new line of the log, which can be undone too."""
    done = entry(edit.session, audit_id)
    if done.row_version is None:
        raise NotFoundError(f"entry {audit_id} ({done.action}) changed no row, so there is nothing to undo")
    compliance.require_undoable(done)
    newest = newest_entry(edit.session, done.subject, done.subject_key)
    if newest.id != done.id:
        raise ConflictError(
            f"{_label(done)} was changed by {newest.who} at {moment(newest.at)} after that; "
            "nothing was undone, undo that change first"
        )
    if done.subject == runs.SUBJECT:
        _undo_run(edit, done)
    elif done.subject == settings.SUBJECT:
        settings.restore(edit, done.subject_key, done.before)
    elif done.subject in compliance.SUBJECTS:
        compliance.undo(edit, done)
    else:
        _undo_row(edit, done)
    return newest_entry(edit.session, done.subject, done.subject_key)


def _undo_run(edit: Edit, done: AuditEntry) -> None:
    if done.before is None:
        runs.delete_run(edit, done.subject_key)
    else:
        runs.restore_run(edit, done.before)


def _undo_row(edit: Edit, done: AuditEntry) -> None:
    sheet, version = SHEET_BY_NAME[done.subject], done.row_version or 0
    if done.before is None:
        delete_rows(edit, sheet, {done.subject_key: version})
    elif done.after is None:
        insert_rows(edit, sheet, [done.before])
    else:
        update_rows(edit, sheet, [(done.before, version)])


def _label(done: AuditEntry) -> str:
    if done.subject in compliance.SUBJECTS:
        return compliance.label(done)
    values: Mapping[str, Any] = done.after or done.before or {}
    sheet = SHEET_BY_NAME.get(done.subject)
    return f"{_SINGULAR[done.subject]} {done.subject_key}" if sheet is None else label(sheet, values)
