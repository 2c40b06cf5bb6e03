"""What can be changed in the store about compliance; every change is audited in its transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, cast

from rori.store.compliance import answering, answers, catalogues, profile, snapshots
from rori.store.compliance.answers import (
    Answer,
    ControlAnswer,
    RequirementAnswer,
    StoredAnswer,
    StoredControlAnswer,
    StoredRequirementAnswer,
)
from rori.store.compliance.evidence import editing, keeping, links
from rori.store.compliance.evidence.items import Evidence, EvidenceLink, NewContent, StoredEvidence
from rori.store.compliance.reading import ComplianceReader
from rori.store.compliance.tables import ENTITY_SCOPE
from rori.store.editing import Edit
from rori.store.tables import MAIN_ENTITY
from rori.store.values import checked_text
from rori.store.vault import required


class ComplianceWriter(ComplianceReader):
    """The part of a writer that changes answers, evidence and readiness; versions are those that the user saw."""

    _edit: Edit

    def save_profile(
        self, facts: Mapping[str, Any], *, version: int, entity_id: str = MAIN_ENTITY
    ) -> profile.EntityProfile:
        """Keep the facts about a legal entity; version 0 when there were none."""
        return profile.save_profile(self._edit, entity_id, facts, version)

    def save_control_answer(self, answer: ControlAnswer, *, version: int) -> StoredControlAnswer:
        """Keep the answer to one control; version 0 when there was none."""
        return cast("StoredControlAnswer", self.save_answers([(answer, version)])[0])

    def save_override(self, override: RequirementAnswer, *, version: int) -> StoredRequirementAnswer:
        """Keep what overrides or follows up one requirement; version 0 when there was nothing."""
        return cast("StoredRequirementAnswer", self.save_answers([(override, version)])[0])

    def save_answers(self, edits: Iterable[tuple[Answer, int]]) -> tuple[StoredAnswer, ...]:
        """Keep many answers and overrides with the versions that were seen: all, or a ConflictError names the rest."""
        return answering.save_answers(self._edit, edits)

    def delete_control_answer(self, control_id: str, *, scope: str = ENTITY_SCOPE, version: int) -> None:
        """Take the answer to one control away."""
        answering.delete_answer(self._edit, answers.CONTROLS, (control_id, scope), version)

    def delete_override(
        self, framework_id: str, requirement_id: str, *, scope: str = ENTITY_SCOPE, version: int
    ) -> None:
        """Let a requirement follow its controls again."""
        answering.delete_answer(self._edit, answers.REQUIREMENTS, (framework_id, requirement_id, scope), version)

    def add_evidence(
        self, evidence: Evidence, *, content: NewContent | None = None, about: Iterable[tuple[str, str]] = ()
    ) -> StoredEvidence:
        """Add a piece of evidence as a draft, with its first file or link and what it is about (kind, id)."""
        item = editing.add_item(self._edit, evidence)
        if content is not None:
            item = self.add_version(item.id, content, version=item.version)
        for kind, target_id in about:
            self.link_evidence(item.id, kind=kind, target_id=target_id)
        return item

    def update_evidence(self, item_id: str, evidence: Evidence, *, version: int) -> StoredEvidence:
        """Change what is said of evidence; what is approved and shall count longer goes back to review."""
        return editing.change_item(self._edit, item_id, evidence, version)

    def add_version(self, item_id: str, content: NewContent, *, version: int) -> StoredEvidence:
        """Add a file or link to evidence: its bytes reach the vault first, and it is a draft again."""
        return editing.add_version(self._edit, required(self._vault), item_id, content, version)

    def set_evidence_state(self, item_id: str, state: str, *, version: int, reason: str = "") -> StoredEvidence:
        """Take evidence from draft to in_review to approved, or from anywhere to withdrawn."""
        edit = replace(self._edit, note=checked_text("reason", reason) or self._edit.note)
        return editing.set_state(edit, item_id, state, version)

    def link_evidence(self, item_id: str, *, kind: str, target_id: str) -> EvidenceLink:
        """Say that evidence is about a control, a requirement or a system."""
        return links.add_link(self._edit, (item_id, kind, target_id))

    def unlink_evidence(self, item_id: str, *, kind: str, target_id: str) -> None:
        """Say that evidence is not about something any more."""
        links.remove_link(self._edit, (item_id, kind, target_id))

    def mark_purged(self, *, now: datetime) -> tuple[keeping.KeptFile, ...]:
        """Say of withdrawn evidence whose retention has ended that its bytes may go; `purge_evidence` takes them."""
        return keeping.mark_purged(self._edit, now)

    def save_snapshot(self, snapshot: snapshots.Snapshot) -> snapshots.Snapshot:
        """Keep readiness of a day; the last of a day stands."""
        return snapshots.save_snapshot(self._edit, snapshot)

    def add_catalogue(self, catalogue: catalogues.NewCatalogue) -> catalogues.OwnCatalogueHeader:
        """Add a version of an own framework."""
        return catalogues.add_catalogue(self._edit, catalogue)
