"""One version of a framework and what can be asked of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from compliance.catalogues.requirement import Requirement
from compliance.errors import RefusedValueError, UnknownIdError
from compliance.fields import require_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Framework:
    """One version of a framework with its requirements in source order.

    `id` stays the same over versions; `notice` is shown wherever a reader must be warned; `counts` are facts that the
    requirements are held against; `doubts` are open points about the whole.
    """

    id: str
    version: str
    title: str
    requirements: tuple[Requirement, ...]
    reference: str = ""
    publisher: str = ""
    applies_from: date | None = None
    link: str = ""
    licence: str = ""
    notice: str | None = None
    counts: tuple[tuple[str, int], ...] = ()
    doubts: tuple[str, ...] = ()
    _by_id: dict[str, Requirement] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        for name in ("id", "version", "title"):
            require_text(name, getattr(self, name))
        by_id = {requirement.id: requirement for requirement in self.requirements}
        if len(by_id) < len(self.requirements):
            raise RefusedValueError("requirements", "a list in which every id stands once", "an id that stands twice")
        object.__setattr__(self, "_by_id", by_id)

    def __contains__(self, requirement_id: object) -> bool:
        return requirement_id in self._by_id

    def requirement(self, requirement_id: str) -> Requirement:
        """Return the requirement with this id.

        Raises
        ------
        UnknownIdError
            When this version of the framework has none.
        """
        try:
            return self._by_id[requirement_id]
        except KeyError:
            raise UnknownIdError(f"there is no requirement {requirement_id!r} in {self.title} {self.version}") from None

    @property
    def assessable(self) -> tuple[Requirement, ...]:
        """The requirements that are answered, in source order."""
        return tuple(requirement for requirement in self.requirements if requirement.assessable)

    @property
    def chapters(self) -> tuple[str, ...]:
        """The chapters in source order."""
        return tuple(dict.fromkeys(requirement.chapter for requirement in self.requirements))

    def in_chapter(self, chapter: str) -> tuple[Requirement, ...]:
        """Return the requirements of one chapter, in source order."""
        return tuple(requirement for requirement in self.requirements if requirement.chapter == chapter)

    def parts_of(self, requirement_id: str) -> tuple[Requirement, ...]:
        """Return the requirements right below one, in source order."""
        return tuple(requirement for requirement in self.requirements if requirement.part_of == requirement_id)

    def above(self, requirement_id: str) -> tuple[Requirement, ...]:
        """Return the requirements above one, nearest first.

        Raises
        ------
        UnknownIdError
            When this version of the framework has no such requirement.
        """
        found: list[Requirement] = []
        current = self.requirement(requirement_id)
        while current.part_of is not None and len(found) < len(self.requirements):
            current = self.requirement(current.part_of)
            found.append(current)
        return tuple(found)
