"""What can be changed in the store."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy.orm import Session

from rori.errors import InputError
from rori.inventory.columns import Record
from rori.store import editing, settings, undoing
from rori.store import runs as saved_runs
from rori.store.audit import AuditEntry, Change
from rori.store.compliance.writing import ComplianceWriter
from rori.store.reading import Reader
from rori.store.tables import sheet_named
from rori.store.values import StoredRecord, checked_text
from rori.store.vault import Vault


class Writer(Reader, ComplianceWriter):
    """Reads and changes in one transaction: nothing is kept before `commit()`, and all of it is audited."""

    def __init__(self, session: Session, who: str, note: str = "", vault: Vault | None = None) -> None:
        super().__init__(session, vault)
        if not checked_text("the person who changes something", who).strip():
            raise InputError("the person who changes something", "named", who)
        self._edit = editing.Edit(session=session, who=who, note=checked_text("note", note))

    def insert(self, sheet_name: str, record: Record) -> StoredRecord:
        """Add a row."""
        return self.insert_many(sheet_name, [record])[0]

    def insert_many(self, sheet_name: str, records: Iterable[Record]) -> tuple[StoredRecord, ...]:
        """Add many rows at once."""
        return editing.insert_rows(self._edit, sheet_named(sheet_name), records)

    def update(self, sheet_name: str, record: Record, *, version: int) -> StoredRecord:
        """Change a row, given the version that the user saw; ConflictError when it is another by now."""
        return self.update_many(sheet_name, [(record, version)])[0]

    def update_many(self, sheet_name: str, edits: Iterable[tuple[Record, int]]) -> tuple[StoredRecord, ...]:
        """Change many rows at once, each given with the version that the user saw."""
        return editing.update_rows(self._edit, sheet_named(sheet_name), edits)

    def delete(self, sheet_name: str, key: str, *, version: int) -> None:
        """Delete a row, given the version that the user saw; InUseError names the rows that still refer to it."""
        self.delete_many(sheet_name, {key: version})

    def delete_many(self, sheet_name: str, versions: Mapping[str, int]) -> None:
        """Delete many rows at once: key to the version that the user saw."""
        editing.delete_rows(self._edit, sheet_named(sheet_name), versions)

    def undo(self, audit_id: int) -> AuditEntry:
        """Reverse one line of the audit log if the row has not changed since; return the line that this leaves."""
        note = f"undid entry {audit_id}"
        edit = editing.Edit(session=self._session, who=self._edit.who, action="undo", note=note)
        return undoing.undo(edit, audit_id)

    def add_run(self, run: saved_runs.NewRun) -> saved_runs.StoredRun:
        """Save a run."""
        return saved_runs.add_run(self._edit, run)

    def delete_run(self, run_id: str) -> None:
        """Delete a saved run."""
        saved_runs.delete_run(self._edit, run_id)

    def remember(self, key: str, value: Any) -> None:  # noqa: ANN401
        """Set a setting; who comes last wins."""
        settings.remember(self._edit, key, value)

    def log(self, action: str, subject: str, *, subject_key: str = "", note: str = "") -> None:
        """Leave a line in the audit log for what changes no row by itself, such as an import or an export."""
        for name, text in (("action", action), ("subject", subject), ("subject key", subject_key), ("note", note)):
            checked_text(name, text)
        self._edit.log(Change(action=action, subject=subject, subject_key=subject_key, note=note or self._edit.note))

    def commit(self) -> None:
        """Keep everything since the last commit."""
        self._session.commit()
