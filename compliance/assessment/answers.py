"""What was answered: a control once per scope, and overrides at single requirements."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import TypeVar

from compliance.errors import RefusedValueError
from compliance.fields import require_text

ENTITY_SCOPE = "entity"
"""The scope of the whole entity; every other scope is the id of a system."""


class Answer(StrEnum):
    """How far a control is in place."""

    NOT_ASSESSED = "not_assessed"
    NO = "no"
    PARTLY = "partly"
    YES = "yes"
    NOT_APPLICABLE = "not_applicable"


VALUE = MappingProxyType(
    {Answer.NOT_ASSESSED: 0.0, Answer.NO: 0.0, Answer.PARTLY: 0.5, Answer.YES: 1.0, Answer.NOT_APPLICABLE: 0.0}
)
"""What an answer is worth, as a fraction; a control that is not applicable is left out instead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlAnswer:
    """The answer to one control in one scope; `due` is the day by which its owner wants it in place."""

    control_id: str
    scope: str = ENTITY_SCOPE
    answer: Answer = Answer.NOT_ASSESSED
    reason: str = ""
    owner: str = ""
    due: date | None = None
    note: str = ""

    def __post_init__(self) -> None:
        require_text("control", self.control_id)
        require_text("scope", self.scope)
        if self.answer is Answer.NOT_APPLICABLE and not self.reason.strip():
            raise RefusedValueError("reason", "given when a control is not applicable", self.reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """An answer that takes the place of what the controls say at one requirement in one scope."""

    requirement_id: str
    scope: str = ENTITY_SCOPE
    answer: Answer
    reason: str
    owner: str = ""
    due: date | None = None

    def __post_init__(self) -> None:
        require_text("requirement", self.requirement_id)
        require_text("scope", self.scope)
        if not self.reason.strip():
            raise RefusedValueError("reason", "given when the answer of the controls is overridden", self.reason)


Scoped = TypeVar("Scoped", ControlAnswer, Override)


def in_scope(given: Iterable[Scoped], scope: str) -> dict[str, Scoped]:
    """Return what counts in a scope, by id of the control or requirement.

    Parameters
    ----------
    given : iterable of ControlAnswer or of Override
        Of any scopes; of two for the same id and scope the later one counts.
    scope : str
        `ENTITY_SCOPE` or the id of a system.

    Returns
    -------
    dict
        A system's own answer where it has been assessed, the entity's otherwise: what the whole entity does, it does for
        its systems too.
    """
    found: dict[str, Scoped] = {}
    own: dict[str, Scoped] = {}
    for one in given:
        key = one.control_id if isinstance(one, ControlAnswer) else one.requirement_id
        if one.scope == scope:
            own[key] = one
        elif one.scope == ENTITY_SCOPE:
            found[key] = one
    for key, one in own.items():
        if one.answer is not Answer.NOT_ASSESSED or key not in found:
            found[key] = one
    return found
