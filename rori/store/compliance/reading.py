"""What can be asked of the store about compliance."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from rori.store.compliance import answers, catalogues, profile, snapshots
from rori.store.compliance.evidence import finding
from rori.store.compliance.evidence.items import (
    EvidenceDetail,
    EvidenceQuery,
    LinkedEvidence,
    StoredEvidence,
)
from rori.store.tables import MAIN_ENTITY
from rori.store.vault import Vault, required


class ComplianceReader:
    """The part of a reader that knows answers, evidence and readiness."""

    def __init__(self, session: Session, vault: Vault | None = None) -> None:
        self._session = session
        self._vault = vault

    def profile(self, *, entity_id: str = MAIN_ENTITY) -> profile.EntityProfile:
        """Return the profile of a legal entity, empty with version 0 when it was never saved."""
        return profile.find_profile(self._session, entity_id)

    def control_answers(self, *, scope: str | None = None) -> tuple[answers.StoredControlAnswer, ...]:
        """Return the answers to controls in one scope, or in all."""
        return answers.find_control_answers(self._session, scope)

    def overrides(
        self, *, framework_id: str | None = None, scope: str | None = None
    ) -> tuple[answers.StoredRequirementAnswer, ...]:
        """Return what overrides or follows up single requirements of one framework and scope, or of all."""
        return answers.find_overrides(self._session, framework_id, scope)

    def evidence(self, query: EvidenceQuery) -> tuple[StoredEvidence, ...]:
        """Return evidence with its newest version, in pages."""
        return finding.find_evidence(self._session, query)

    def evidence_count(self, query: EvidenceQuery) -> int:
        """Return how many pieces of evidence a query would find without its limit."""
        return finding.count_evidence(self._session, query)

    def evidence_detail(self, item_id: str) -> EvidenceDetail:
        """Return one piece of evidence with all versions and links."""
        return finding.find_detail(self._session, item_id)

    def linked_evidence(self, *, kind: str | None = None, state: str | None = None) -> tuple[LinkedEvidence, ...]:
        """Return which evidence is about which control, requirement or system; of one kind and state, or of all."""
        return finding.find_linked(self._session, kind, state)

    def evidence_content(self, item_id: str, *, number: int) -> bytes:
        """Return the bytes of one version, checked against their hash."""
        return finding.content_of(self._session, required(self._vault), item_id, number)

    def snapshots(
        self, *, framework_id: str | None = None, since: date | None = None, scope: str | None = None
    ) -> tuple[snapshots.Snapshot, ...]:
        """Return readiness day by day."""
        return snapshots.find_snapshots(self._session, framework_id, since, scope)

    def own_catalogue_headers(self) -> tuple[catalogues.OwnCatalogueHeader, ...]:
        """Return which own frameworks there are, without their contents."""
        return catalogues.find_headers(self._session)

    def own_catalogues(self) -> tuple[catalogues.OwnCatalogue, ...]:
        """Return all own frameworks whole."""
        return catalogues.find_catalogues(self._session)

    def own_catalogue(self, framework_id: str, *, version: str) -> catalogues.OwnCatalogue:
        """Return one version of an own framework."""
        return catalogues.find_catalogue(self._session, framework_id, version)
