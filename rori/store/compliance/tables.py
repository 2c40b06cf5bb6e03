"""The tables of compliance: who the entity is, what was answered, what proves it, and how readiness moved.

Enumerations are texts that the database checks. Scopes and targets name systems without a foreign key, because the same
column also holds the whole entity, controls and requirements; the store checks them when it writes.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey, Index, Text
from sqlmodel import Field

from rori.store.column_types import UtcDateTime
from rori.store.tables import Base, SheetRow

ENTITY_SCOPE = "entity"
ANSWERS = ("not_assessed", "no", "partly", "yes", "not_applicable")
GAP_STATES = ("open", "in_progress", "accepted", "closed")
EVIDENCE_STATES = ("draft", "in_review", "approved", "withdrawn")
VERSION_KINDS = ("file", "link")
LINK_KINDS = ("control", "requirement", "system")


def one_of(column: str, allowed: tuple[str, ...]) -> str:
    """Return the SQL that holds a column to its terms."""
    terms = ", ".join(f"'{term}'" for term in allowed)
    return f"{column} IN ({terms})"


class EntityProfileRow(SheetRow, table=True):
    """What decides which requirements apply to a legal entity."""

    __tablename__: ClassVar[str] = "entity_profile"
    entity_id: str = Field(primary_key=True, sa_column_args=[ForeignKey("legal_entities.id", ondelete="RESTRICT")])
    facts: dict[str, Any] = Field(sa_type=JSON)


class ControlAnswerRow(SheetRow, table=True):
    """The answer to one control in one scope."""

    __tablename__: ClassVar[str] = "control_answers"
    __table_args__ = (
        CheckConstraint(one_of("answer", ANSWERS), name="answer"),
        CheckConstraint(one_of("state", GAP_STATES), name="state"),
        CheckConstraint("answer <> 'not_applicable' OR reason <> ''", name="reason"),
        Index(None, "scope"),
    )
    control_id: str = Field(primary_key=True)
    scope: str = Field(primary_key=True)
    answer: str
    reason: str
    owner: str
    due: date | None
    note: str
    state: str


class RequirementAnswerRow(SheetRow, table=True):
    """What overrides the answer that the controls give a requirement, and who closes its gap."""

    __tablename__: ClassVar[str] = "requirement_answers"
    __table_args__ = (
        CheckConstraint(f"answer IS NULL OR {one_of('answer', ANSWERS)}", name="answer"),
        CheckConstraint(one_of("state", GAP_STATES), name="state"),
        CheckConstraint("answer IS NULL OR reason <> ''", name="reason"),
        Index(None, "framework_id", "scope"),
    )
    framework_id: str = Field(primary_key=True)
    requirement_id: str = Field(primary_key=True)
    scope: str = Field(primary_key=True)
    answer: str | None
    reason: str
    owner: str
    due: date | None
    note: str
    state: str


class EvidenceItemRow(SheetRow, table=True):
    """A piece of evidence; its files and links are versions of their own."""

    __tablename__: ClassVar[str] = "evidence_items"
    __table_args__ = (
        CheckConstraint(one_of("state", EVIDENCE_STATES), name="state"),
        CheckConstraint("effective_from IS NULL OR expires_on IS NULL OR effective_from <= expires_on", name="dates"),
        CheckConstraint("state <> 'approved' OR approved_by IS NOT NULL", name="approved"),
        Index(None, "state", "expires_on"),
        Index(None, "title", "id"),
        Index(None, "expires_on"),
        Index(None, "owner"),
    )
    id: str = Field(primary_key=True)
    title: str
    description: str
    owner: str
    effective_from: date | None
    expires_on: date | None
    retention_until: date | None
    state: str
    newest_number: int = Field(sa_type=BigInteger)
    approved_number: int | None = Field(sa_type=BigInteger)
    approved_by: str | None
    approved_at: datetime | None = Field(sa_type=UtcDateTime)
    created_by: str
    created_at: datetime = Field(sa_type=UtcDateTime)


class EvidenceVersionRow(Base, table=True):
    """A file or a link of a piece of evidence: only ever added (triggers refuse the rest)."""

    __tablename__: ClassVar[str] = "evidence_versions"
    __table_args__ = (
        CheckConstraint(one_of("kind", VERSION_KINDS), name="kind"),
        CheckConstraint("kind = 'link' OR length(sha256) = 64", name="sha256"),
        CheckConstraint("kind = 'file' OR url <> ''", name="url"),
        Index(None, "item_id", "number"),
        Index(None, "sha256"),
    )
    id: str = Field(primary_key=True)
    item_id: str = Field(sa_column_args=[ForeignKey("evidence_items.id", ondelete="RESTRICT")])
    number: int = Field(sa_type=BigInteger)
    kind: str
    sha256: str
    size_bytes: int = Field(sa_type=BigInteger)
    media_type: str
    file_name: str
    url: str
    uploaded_by: str
    uploaded_at: datetime = Field(sa_type=UtcDateTime)


class EvidencePurgeRow(Base, table=True):
    """Says of a version that its bytes were let go after retention: only ever added."""

    __tablename__: ClassVar[str] = "evidence_purges"
    id: str = Field(primary_key=True, sa_column_args=[ForeignKey("evidence_versions.id", ondelete="RESTRICT")])
    purged_by: str
    purged_at: datetime = Field(sa_type=UtcDateTime)


class EvidenceLinkRow(Base, table=True):
    """What a piece of evidence is about."""

    __tablename__: ClassVar[str] = "evidence_links"
    __table_args__ = (
        CheckConstraint(one_of("kind", LINK_KINDS), name="kind"),
        Index(None, "kind", "target_id"),
    )
    item_id: str = Field(primary_key=True, sa_column_args=[ForeignKey("evidence_items.id", ondelete="RESTRICT")])
    kind: str = Field(primary_key=True)
    target_id: str = Field(primary_key=True)
    linked_by: str
    linked_at: datetime = Field(sa_type=UtcDateTime)


class ReadinessSnapshotRow(SheetRow, table=True):
    """Readiness of one framework in one scope as it stood on one day."""

    __tablename__: ClassVar[str] = "readiness_snapshots"
    __table_args__ = (Index(None, "framework_id", "scope", "day"),)
    day: date = Field(primary_key=True)
    framework_id: str = Field(primary_key=True)
    scope: str = Field(primary_key=True)
    framework_version: str
    applicable: int = Field(sa_type=BigInteger)
    met_claimed: float
    met_evidenced: float
    coverage_claimed: float
    coverage_evidenced: float


class OwnCatalogueRow(Base, table=True):
    """One version of a framework that the entity brought itself: only ever added."""

    __tablename__: ClassVar[str] = "own_catalogues"
    id: str = Field(primary_key=True)
    framework_id: str = Field(index=True)
    version: str
    title: str
    content_json: str = Field(sa_type=Text)
    sha256: str
    added_by: str
    added_at: datetime = Field(sa_type=UtcDateTime)
