"""What a framework says at one place."""

from __future__ import annotations

from dataclasses import dataclass

from compliance.catalogues.conditions import Condition
from compliance.errors import RefusedValueError
from compliance.fields import require_text
from compliance.terms import Confidence

LEAST_EVIDENCE = 2
MOST_EVIDENCE = 4
MOST_WORDS_OF_EVIDENCE = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """One requirement of a framework, in own words.

    `reference` is as printed; `part_of` names the requirement above it; `chapter` groups readiness; only what is
    `assessable` is answered (headings and definitions are not); `counted_as` names the framework's counts it belongs to;
    it applies where every condition of `when` holds; `evidence` is what an auditor would typically ask for.
    """

    id: str
    reference: str
    title: str
    kind: str
    chapter: str
    obligation: str = ""
    title_is_official: bool = False
    part_of: str | None = None
    assessable: bool = True
    counted_as: tuple[str, ...] = ()
    applies_to: str = ""
    when: tuple[Condition, ...] = ()
    due: str | None = None
    evidence: tuple[str, ...] = ()
    source: str = ""
    confidence: Confidence = Confidence.MEDIUM
    doubt: str | None = None
    nist_controls: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name in ("id", "reference", "title", "kind", "chapter"):
            require_text(name, getattr(self, name))
        if self.assessable:
            require_text("obligation", self.obligation)
            if not LEAST_EVIDENCE <= len(self.evidence) <= MOST_EVIDENCE:
                raise RefusedValueError(
                    "evidence", f"a list of {LEAST_EVIDENCE} to {MOST_EVIDENCE} items", f"{len(self.evidence)}"
                )
