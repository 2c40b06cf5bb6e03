"""The store: what is kept between sessions, who changed it and when. The only place that knows SQL."""

from __future__ import annotations

from rori.store.audit import AuditEntry, AuditQuery
from rori.store.reading import Reader
from rori.store.runs import NewRun, RunHeader, StoredRun
from rori.store.store import Store
from rori.store.values import StoredRecord
from rori.store.writing import Writer

__all__ = ["AuditEntry", "AuditQuery", "NewRun", "Reader", "RunHeader", "Store", "StoredRecord", "StoredRun", "Writer"]
