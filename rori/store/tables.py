"""The tables: one per inventory sheet with the sheet's column names, and what stands around them.

What comes later attaches here. Evidence, incidents and users get tables of their own: evidence refers to a system
(`systems.id`) and to controls by the ids that `measures.control_ids` holds, incidents to a system, and each of them to a
legal entity through `entity_id` as `systems` and `cases` do. An entity that can be chosen becomes a column of the sheet,
and is then audited and undone like any other. Runs refer to their case by id without a foreign key: a run carries its
own inputs and outlives the case.

Rows never leave this package; what leaves are records (`rori.inventory.columns.Record`).
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any, ClassVar

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey, Index, Integer, MetaData, Table, Text
from sqlalchemy.orm import declared_attr, registry
from sqlmodel import Field, SQLModel

from rori.errors import InputError
from rori.inventory.columns import Sheet
from rori.inventory.sheets import SHEET_BY_NAME
from rori.store.column_types import AutoId, Money, TextList, UtcDateTime

MAIN_ENTITY = "main"

_NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(SQLModel, registry=registry(metadata=MetaData(naming_convention=_NAMES))):
    """Own registry: with SQLModel's, a hot reload of the page fails with 'Table already defined'."""


def _text_key() -> Any:  # noqa: ANN401
    return Field(primary_key=True)


def _refers_to(target: str, *, key: bool = False, default: str | None = None) -> Any:  # noqa: ANN401
    kwargs = {} if default is None else {"server_default": default}
    return Field(
        default=default,
        nullable=False,
        primary_key=key,
        index=not key,
        sa_column_args=[ForeignKey(target, ondelete="RESTRICT")],
        sa_column_kwargs=kwargs,
    )


class SheetRow(Base):
    """What every edited row carries: its version, and who changed it last and when."""

    version: int = Field(sa_type=BigInteger)
    changed_by: str
    changed_at: datetime = Field(sa_type=UtcDateTime)

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:  # noqa: N805
        return {"version_id_col": cls.metadata.tables[str(cls.__tablename__)].c.version}


class LegalEntityRow(Base, table=True):
    """A legal entity that systems and cases belong to."""

    __tablename__: ClassVar[str] = "legal_entities"
    id: str = _text_key()
    name: str
    country: str
    lei: str | None


class SystemRow(SheetRow, table=True):
    """Sheet Systems."""

    __tablename__: ClassVar[str] = "systems"
    id: str = _text_key()
    name: str
    owner: str
    tier: str
    kind: str
    third_party: bool
    critical_or_important: bool
    rto_hours: float | None
    rpo_hours: float | None
    impact_tolerance_hours: float | None
    tags: tuple[str, ...] = Field(sa_type=TextList)
    source: str
    entity_id: str = _refers_to("legal_entities.id", default=MAIN_ENTITY)


class LossProfileRow(SheetRow, table=True):
    """Sheet Loss profiles."""

    __tablename__: ClassVar[str] = "loss_profiles"
    system_id: str = _refers_to("systems.id", key=True)
    revenue_eur_per_hour: Decimal = Field(sa_type=Money)
    recovered_share: float
    weekly_profile: str
    idle_people: float
    loaded_cost_eur_per_person_hour: Decimal = Field(sa_type=Money)
    response_eur_per_incident: Decimal = Field(sa_type=Money)
    response_eur_per_hour: Decimal = Field(sa_type=Money)
    penalty_steps: str
    clients: float
    defection_probability: float
    defection_onset_hours: float
    defection_full_hours: float
    margin_eur_per_client_year: Decimal = Field(sa_type=Money)
    remaining_years: float
    reportable_after_hours: float | None
    notification_eur: Decimal = Field(sa_type=Money)
    expected_penalty_eur: Decimal = Field(sa_type=Money)
    penalty_ceiling_eur: Decimal | None = Field(sa_type=Money)
    reputation_dip: float
    reputation_half_life_months: float
    data_recreation_eur_per_hour: Decimal = Field(sa_type=Money)
    source: str


class FailureModeRow(SheetRow, table=True):
    """Sheet Failure modes."""

    __tablename__: ClassVar[str] = "failure_modes"
    id: str = _text_key()
    system_id: str = _refers_to("systems.id")
    name: str
    cause: str
    events_per_year_p5: float
    events_per_year_p50: float | None
    events_per_year_p95: float
    duration_hours_p5: float
    duration_hours_p50: float | None
    duration_hours_p95: float
    capacity_lost_low: float
    capacity_lost_likely: float
    capacity_lost_high: float
    loses_data: bool
    start_window: str
    source: str


class CommonCauseRow(SheetRow, table=True):
    """Sheet Common causes."""

    __tablename__: ClassVar[str] = "common_causes"
    id: str = _text_key()
    name: str
    tag: str
    events_per_year_p5: float
    events_per_year_p50: float | None
    events_per_year_p95: float
    duration_hours_p5: float
    duration_hours_p50: float | None
    duration_hours_p95: float
    hit_probability: float
    share_reached: float
    source: str


class DependencyRow(SheetRow, table=True):
    """Sheet Dependencies."""

    __tablename__: ClassVar[str] = "dependencies"
    id: str = _text_key()
    consumer_id: str = _refers_to("systems.id")
    provider_id: str = _refers_to("systems.id")
    degradation: float
    buffer_hours: float
    redundancy_group: str
    needed: int = Field(sa_type=BigInteger)
    failover_hours: float
    source: str


class MeasureRow(SheetRow, table=True):
    """Sheet Measures."""

    __tablename__: ClassVar[str] = "measures"
    id: str = _text_key()
    name: str
    strategy: str
    capex_eur: Decimal = Field(sa_type=Money)
    opex_eur_per_year: Decimal = Field(sa_type=Money)
    life_years: float
    lead_time_months: float
    dividend_eur_per_year: Decimal = Field(sa_type=Money)
    control_ids: tuple[str, ...] = Field(sa_type=TextList)
    requires: tuple[str, ...] = Field(sa_type=TextList)
    excludes: tuple[str, ...] = Field(sa_type=TextList)
    premium_eur_per_year: Decimal | None = Field(sa_type=Money)
    deductible_eur_per_event: Decimal = Field(sa_type=Money)
    waiting_hours: float
    limit_eur_per_event: Decimal | None = Field(sa_type=Money)
    limit_eur_per_year: Decimal | None = Field(sa_type=Money)
    source: str


class EffectRow(SheetRow, table=True):
    """Sheet Effects."""

    __tablename__: ClassVar[str] = "effects"
    id: str = _text_key()
    measure_id: str = _refers_to("measures.id")
    quantity: str
    operation: str
    size_low: float
    size_likely: float
    size_high: float
    target: str
    source: str


class CaseRow(SheetRow, table=True):
    """Sheet Cases."""

    __tablename__: ClassVar[str] = "cases"
    id: str = _text_key()
    name: str
    measure_ids: tuple[str, ...] = Field(sa_type=TextList)
    horizon_years: int = Field(sa_type=BigInteger)
    discount_rate_per_year: float
    loss_growth_per_year: float
    inflation_per_year: float
    discounting: str
    tax_rate: float
    depreciation_years: int = Field(sa_type=BigInteger)
    count_residual_value: bool
    budget_eur: Decimal | None = Field(sa_type=Money)
    currency: str
    seed: int = Field(sa_type=BigInteger)
    n_paths: int = Field(sa_type=BigInteger)
    source: str
    entity_id: str = _refers_to("legal_entities.id", default=MAIN_ENTITY)


class SettingRow(SheetRow, table=True):
    """A setting of this installation."""

    __tablename__: ClassVar[str] = "settings"
    key: str = _text_key()
    value: Any = Field(sa_type=JSON, nullable=False)


class RunRow(Base, table=True):
    """A saved run: never changed (a trigger refuses it), so that its figures stay what they were."""

    __tablename__: ClassVar[str] = "runs"
    id: str = _text_key()
    case_id: str = Field(index=True)
    created_at: datetime = Field(sa_type=UtcDateTime)
    created_by: str
    seed: int = Field(sa_type=BigInteger)
    n_years: int = Field(sa_type=BigInteger)
    input_hash: str
    model_version: str
    inputs_json: str = Field(sa_type=Text)
    result_json: str = Field(sa_type=Text)
    note: str


class AuditRow(Base, table=True):
    """One line of the audit log: only ever added (triggers refuse the rest). `row_version` is the row's after it.

    What the hashes are made of stands in rori/store/audit_chain/hashing.py: another column is not in them.
    """

    __tablename__: ClassVar[str] = "audit_log"
    __table_args__ = (Index(None, "subject", "subject_key"),)
    id: int | None = Field(default=None, primary_key=True, sa_type=AutoId)
    at: datetime = Field(sa_type=UtcDateTime)
    who: str
    action: str
    subject: str
    subject_key: str
    row_version: int | None = Field(sa_type=BigInteger)
    before: dict[str, Any] | None = Field(sa_type=JSON(none_as_null=True))
    after: dict[str, Any] | None = Field(sa_type=JSON(none_as_null=True))
    note: str
    previous_hash: str
    entry_hash: str


class AuditHeadRow(Base, table=True):
    """Where the audit log ends, in one row that only moves on: a log that lost its last entries does not fit it."""

    __tablename__: ClassVar[str] = "audit_head"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)
    id: int = Field(primary_key=True, sa_type=Integer, sa_column_kwargs={"autoincrement": False})
    entries: int = Field(sa_type=BigInteger)
    last_id: int = Field(sa_type=BigInteger)
    last_hash: str


ROW_BY_SHEET: dict[str, type[SheetRow]] = {
    "systems": SystemRow,
    "loss_profiles": LossProfileRow,
    "failure_modes": FailureModeRow,
    "common_causes": CommonCauseRow,
    "dependencies": DependencyRow,
    "measures": MeasureRow,
    "effects": EffectRow,
    "cases": CaseRow,
}


def table(name: str) -> Table:
    """Return the table with this name."""
    return Base.metadata.tables[name]


def sheet_named(name: str) -> Sheet:
    """Return the sheet with this name; InputError lists those that there are."""
    if name not in SHEET_BY_NAME:
        raise InputError("sheet", f"one of {', '.join(SHEET_BY_NAME)}", name)
    return SHEET_BY_NAME[name]
