"""The store: what is kept between sessions, who changed it and when. The only place that knows SQL."""

from __future__ import annotations

from rori.store.audit import AuditEntry, AuditQuery
from rori.store.audit_chain.appending import LogHead
from rori.store.audit_chain.findings import Break, BrokenEntry, LogFinding, LogReport
from rori.store.compliance.answers import (
    ControlAnswer,
    RequirementAnswer,
    StoredControlAnswer,
    StoredRequirementAnswer,
)
from rori.store.compliance.catalogues import NewCatalogue, OwnCatalogue, OwnCatalogueHeader
from rori.store.compliance.evidence.items import (
    Evidence,
    EvidenceDetail,
    EvidenceFile,
    EvidenceLink,
    EvidenceQuery,
    EvidenceVersion,
    LinkedEvidence,
    StoredEvidence,
    WebLink,
)
from rori.store.compliance.evidence.keeping import KeptFile, VaultFinding, VaultStep
from rori.store.compliance.profile import EntityProfile
from rori.store.compliance.snapshots import Snapshot
from rori.store.compliance.tables import ENTITY_SCOPE
from rori.store.reading import Reader
from rori.store.runs import NewRun, RunHeader, StoredRun
from rori.store.store import Store
from rori.store.values import StoredRecord
from rori.store.writing import Writer

__all__ = [
    "ENTITY_SCOPE",
    "AuditEntry",
    "AuditQuery",
    "Break",
    "BrokenEntry",
    "ControlAnswer",
    "EntityProfile",
    "Evidence",
    "EvidenceDetail",
    "EvidenceFile",
    "EvidenceLink",
    "EvidenceQuery",
    "EvidenceVersion",
    "KeptFile",
    "LinkedEvidence",
    "LogFinding",
    "LogHead",
    "LogReport",
    "NewCatalogue",
    "NewRun",
    "OwnCatalogue",
    "OwnCatalogueHeader",
    "Reader",
    "RequirementAnswer",
    "RunHeader",
    "Snapshot",
    "Store",
    "StoredControlAnswer",
    "StoredEvidence",
    "StoredRecord",
    "StoredRequirementAnswer",
    "StoredRun",
    "VaultFinding",
    "VaultStep",
    "WebLink",
    "Writer",
]
