"""What can be asked of the store."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select

from rori.economics.inputs.case import Case
from rori.economics.inputs.portfolio import Portfolio
from rori.errors import NotFoundError
from rori.inventory.build import Inventory, build_case, build_portfolio
from rori.inventory.sheets import SHEETS
from rori.store.audit import AuditEntry, AuditQuery, count_entries, find_entries
from rori.store.audit_chain.appending import LogHead, find_head
from rori.store.audit_chain.findings import LogReport
from rori.store.audit_chain.verifying import Progress, verify
from rori.store.compliance.reading import ComplianceReader
from rori.store.runs import RunHeader, StoredRun, find_run, find_runs
from rori.store.settings import setting
from rori.store.tables import sheet_named, table
from rori.store.values import StoredRecord, record_from_row


class Reader(ComplianceReader):
    """Reads one consistent state of the database."""

    def records(self, sheet_name: str) -> tuple[StoredRecord, ...]:
        """Return the rows of a sheet in the order of their keys."""
        found = self._records(sheet_name, None)
        key = sheet_named(sheet_name).key
        return tuple(sorted(found, key=lambda record: str(record.values[key])))

    def record(self, sheet_name: str, key: str) -> StoredRecord:
        """Return one row of a sheet."""
        found = self._records(sheet_name, key)
        if not found:
            raise NotFoundError(f"there is no {sheet_named(sheet_name).singular} {key!r}")
        return found[0]

    def count(self, sheet_name: str) -> int:
        """Return how many rows a sheet has."""
        rows = table(sheet_named(sheet_name).name)
        return self._session.execute(select(func.count()).select_from(rows)).scalar_one()

    def inventory(self) -> Inventory:
        """Return the whole inventory."""
        return {sheet.name: tuple(stored.values for stored in self.records(sheet.name)) for sheet in SHEETS}

    def portfolio(self) -> Portfolio:
        """Return the inventory as the calculator takes it."""
        return build_portfolio(self.inventory())

    def case(self, case_id: str) -> Case:
        """Return one case as the calculator takes it."""
        return build_case(self.record("cases", case_id).values)

    def runs(self, case_id: str | None = None) -> tuple[RunHeader, ...]:
        """Return the saved runs of one case, or of all, newest first."""
        return find_runs(self._session, case_id)

    def run(self, run_id: str) -> StoredRun:
        """Return one saved run."""
        return find_run(self._session, run_id)

    def audit(self, query: AuditQuery) -> tuple[AuditEntry, ...]:
        """Return lines of the audit log, newest first."""
        return find_entries(self._session, query)

    def audit_count(self, query: AuditQuery) -> int:
        """Return how many lines of the audit log a query would find without its limit."""
        return count_entries(self._session, query)

    def audit_head(self) -> LogHead | None:
        """Return where the audit log ends; None when somebody removed the note of it."""
        return find_head(self._session)

    def verify_audit(self, progress: Progress | None = None, anchor: LogHead | None = None) -> LogReport:
        """Recompute the chain of the audit log, and hold it against a head that was noted earlier."""
        return verify(self._session, progress, anchor)

    def setting(self, key: str, default: Any = None) -> Any:  # noqa: ANN401
        """Return a setting, or the default when it was never set."""
        return setting(self._session, key, default)

    def _records(self, sheet_name: str, key: str | None) -> tuple[StoredRecord, ...]:
        sheet = sheet_named(sheet_name)
        rows = table(sheet.name)
        statement = select(rows) if key is None else select(rows).where(rows.c[sheet.key] == key)
        return tuple(
            StoredRecord(
                values=record_from_row(sheet, row),
                version=row["version"],
                changed_by=row["changed_by"],
                changed_at=row["changed_at"],
            )
            for row in self._session.execute(statement).mappings()
        )
