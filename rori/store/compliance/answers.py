"""Answers to controls, and what overrides them at single requirements: as entered, and as they stand in the store."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from rori.errors import InputError
from rori.store.compliance.checks import check_day, check_id, check_term
from rori.store.compliance.tables import ANSWERS, ENTITY_SCOPE, GAP_STATES
from rori.store.tables import table
from rori.store.values import checked_text

CONTROLS = "control_answers"
REQUIREMENTS = "requirement_answers"

Key = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Followed:
    """Who follows an answer up: reason, owner, due day, note and the state of the gap."""

    scope: str = ENTITY_SCOPE
    reason: str = ""
    owner: str = ""
    due: date | None = None
    note: str = ""
    state: str = "open"

    def _check_followed(self) -> None:
        check_id("scope", self.scope, last=True)
        check_day("due day", self.due)
        check_term("state of the gap", self.state, GAP_STATES)
        for name in ("reason", "owner", "note"):
            checked_text(name, getattr(self, name))


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlAnswer(_Followed):
    """The answer to one control for the entity, or for one system (`scope` is then its id)."""

    subject: ClassVar[str] = CONTROLS
    control_id: str
    answer: str = "not_assessed"

    def __post_init__(self) -> None:
        check_id("control", self.control_id)
        check_term("answer", self.answer, ANSWERS)
        self._check_followed()
        if self.answer == "not_applicable" and not self.reason.strip():
            raise InputError("reason", "given when a control is not applicable", self.reason)

    @property
    def key(self) -> Key:
        """What names the answer."""
        return (self.control_id, self.scope)

    @property
    def label(self) -> str:
        """How messages call it."""
        return f"the answer to control {self.control_id} ({_scope(self.scope)})"


@dataclass(frozen=True, slots=True, kw_only=True)
class RequirementAnswer(_Followed):
    """What overrides the answer of the controls at one requirement; without `answer` it only follows up the gap."""

    subject: ClassVar[str] = REQUIREMENTS
    framework_id: str
    requirement_id: str
    answer: str | None = None

    def __post_init__(self) -> None:
        check_id("framework", self.framework_id)
        check_id("requirement", self.requirement_id)
        if self.answer is not None:
            check_term("answer", self.answer, ANSWERS)
        self._check_followed()
        if self.answer is not None and not self.reason.strip():
            raise InputError("reason", "given when the answer of the controls is overridden", self.reason)

    @property
    def key(self) -> Key:
        """What names the override."""
        return (self.framework_id, self.requirement_id, self.scope)

    @property
    def label(self) -> str:
        """How messages call it."""
        return f"the answer to requirement {self.requirement_id} of {self.framework_id} ({_scope(self.scope)})"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredControlAnswer(ControlAnswer):
    """An answer as it stands in the store: what an edit must name is its version."""

    version: int
    changed_by: str
    changed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredRequirementAnswer(RequirementAnswer):
    """An override as it stands in the store: what an edit must name is its version."""

    version: int
    changed_by: str
    changed_at: datetime


Answer = ControlAnswer | RequirementAnswer
StoredAnswer = StoredControlAnswer | StoredRequirementAnswer
KEYS = {CONTROLS: ("control_id", "scope"), REQUIREMENTS: ("framework_id", "requirement_id", "scope")}


def find_control_answers(session: Session, scope: str | None) -> tuple[StoredControlAnswer, ...]:
    """Return the answers in one scope, or in all, in the order of controls and scopes."""
    rows = table(CONTROLS)
    where = [] if scope is None else [rows.c.scope == scope]
    found = session.execute(select(rows).where(*where).order_by(*(rows.c[name] for name in KEYS[CONTROLS])))
    return tuple(StoredControlAnswer(**row) for row in found.mappings())


def find_overrides(
    session: Session, framework_id: str | None, scope: str | None
) -> tuple[StoredRequirementAnswer, ...]:
    """Return the overrides of one framework and scope, or of all, in the order of their keys."""
    rows = table(REQUIREMENTS)
    asked = {"framework_id": framework_id, "scope": scope}
    where = [rows.c[name] == value for name, value in asked.items() if value is not None]
    found = session.execute(select(rows).where(*where).order_by(*(rows.c[name] for name in KEYS[REQUIREMENTS])))
    return tuple(StoredRequirementAnswer(**row) for row in found.mappings())


def _scope(scope: str) -> str:
    return "entity" if scope == ENTITY_SCOPE else f"system {scope}"
