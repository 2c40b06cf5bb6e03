"""A control objective: asked once, counted wherever it is referred to."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from compliance.errors import RefusedValueError, UnknownIdError
from compliance.fields import require_text
from compliance.terms import Confidence

LEAST_EVIDENCE = 2
MOST_EVIDENCE = 4


class Grade(StrEnum):
    """How far a control meets a requirement, best first.

    `full`: doing the control substantially meets the requirement. `partial`: it meets a distinct part. `supports`: it
    contributes evidence or capability, or the requirement is guidance or broader.
    """

    FULL = "full"
    PARTIAL = "partial"
    SUPPORTS = "supports"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """That a control meets a requirement, how far, and how sure that pairing is."""

    requirement_id: str
    grade: Grade
    confidence: Confidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """One control objective.

    `objective` says what must be so, `question` is what its owner answers, `evidence` is what typically proves it,
    `references` are the requirements it meets, `nist_csf` the subcategories of the NIST Cybersecurity Framework 2.0 that
    it belongs to.
    """

    id: str
    name: str
    domain: str
    objective: str
    question: str
    evidence: tuple[str, ...]
    references: tuple[Reference, ...] = ()
    nist_csf: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name in ("id", "name", "domain", "objective", "question"):
            require_text(name, getattr(self, name))
        if not LEAST_EVIDENCE <= len(self.evidence) <= MOST_EVIDENCE:
            raise RefusedValueError(
                "evidence", f"a list of {LEAST_EVIDENCE} to {MOST_EVIDENCE} items", f"{len(self.evidence)}"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlLibrary:
    """All controls in their order; `caution` is shown wherever a pairing of control and requirement is."""

    version: str
    title: str
    caution: str
    controls: tuple[Control, ...]
    _by_id: dict[str, Control] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        by_id = {control.id: control for control in self.controls}
        if len(by_id) < len(self.controls):
            raise RefusedValueError("controls", "a list in which every id stands once", "an id that stands twice")
        object.__setattr__(self, "_by_id", by_id)

    def __contains__(self, control_id: object) -> bool:
        return control_id in self._by_id

    def control(self, control_id: str) -> Control:
        """Return the control with this id; UnknownIdError when there is none."""
        try:
            return self._by_id[control_id]
        except KeyError:
            raise UnknownIdError(f"there is no control {control_id!r} in the library") from None

    @property
    def domains(self) -> tuple[str, ...]:
        """The domains in their order."""
        return tuple(dict.fromkeys(control.domain for control in self.controls))

    def in_domain(self, domain: str) -> tuple[Control, ...]:
        """Return the controls of one domain."""
        return tuple(control for control in self.controls if control.domain == domain)

    @property
    def references(self) -> int:
        """How many pairings of a control with a requirement there are."""
        return sum(len(control.references) for control in self.controls)
