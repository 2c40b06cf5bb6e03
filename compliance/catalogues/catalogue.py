"""All frameworks beside one another, in all their versions."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date

from compliance.catalogues.framework import Framework
from compliance.catalogues.requirement import Requirement
from compliance.errors import CatalogueError, CatalogueProblem, UnknownIdError

_Index = dict[str, tuple[Framework, Requirement]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """Frameworks of which (id, version) stands once, and whose requirements never share an id with another framework.

    Versions of one framework do share ids: that is how answers outlive a new version. A requirement is looked up in the
    newest version that has it.

    Raises
    ------
    CatalogueError
        When two versions are called the same, or two frameworks have a requirement of the same id.
    """

    frameworks: tuple[Framework, ...]
    _newest_first: dict[str, tuple[Framework, ...]] = field(init=False, repr=False, compare=False)
    _by_id: _Index = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        problems = [*_repeated_versions(self.frameworks), *_shared_ids(self.frameworks)]
        if problems:
            raise CatalogueError(problems)
        newest_first: dict[str, list[Framework]] = {}
        for framework in self.frameworks:
            newest_first.setdefault(framework.id, []).append(framework)
        ordered = {name: tuple(sorted(found, key=_age, reverse=True)) for name, found in newest_first.items()}
        by_id: _Index = {}
        for found in ordered.values():
            for framework in found:
                for requirement in framework.requirements:
                    by_id.setdefault(requirement.id, (framework, requirement))
        object.__setattr__(self, "_newest_first", ordered)
        object.__setattr__(self, "_by_id", by_id)

    def __contains__(self, requirement_id: object) -> bool:
        return requirement_id in self._by_id

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of the frameworks, in the order in which they came."""
        return tuple(self._newest_first)

    @property
    def newest(self) -> tuple[Framework, ...]:
        """The newest version of each framework."""
        return tuple(found[0] for found in self._newest_first.values())

    def versions(self, framework_id: str) -> tuple[str, ...]:
        """Return the versions of a framework, oldest first; UnknownIdError when there is no such framework."""
        return tuple(framework.version for framework in reversed(self._of(framework_id)))

    def latest(self, framework_id: str) -> Framework:
        """Return the newest version of a framework; UnknownIdError when there is no such framework.

        The newest is the one that applies from the latest day; without days, the one whose version sorts last, numbers
        in it taken as numbers.
        """
        return self._of(framework_id)[0]

    def framework(self, framework_id: str, version: str) -> Framework:
        """Return one version of a framework; UnknownIdError when there is none."""
        for framework in self._of(framework_id):
            if framework.version == version:
                return framework
        known = ", ".join(self.versions(framework_id))
        raise UnknownIdError(f"there is no version {version!r} of {framework_id}; there is {known}")

    def requirement(self, requirement_id: str) -> Requirement:
        """Return a requirement of any framework; UnknownIdError when there is none."""
        return self._found(requirement_id)[1]

    def framework_of(self, requirement_id: str) -> Framework:
        """Return the newest version that has this requirement; UnknownIdError when there is none."""
        return self._found(requirement_id)[0]

    def _of(self, framework_id: str) -> tuple[Framework, ...]:
        try:
            return self._newest_first[framework_id]
        except KeyError:
            known = ", ".join(self.ids)
            raise UnknownIdError(f"there is no framework {framework_id!r}; there is {known}") from None

    def _found(self, requirement_id: str) -> tuple[Framework, Requirement]:
        try:
            return self._by_id[requirement_id]
        except KeyError:
            raise UnknownIdError(f"there is no requirement {requirement_id!r} in any framework") from None


def _age(framework: Framework) -> tuple[date, list[tuple[int, int, str]]]:
    parts = re.findall(r"[0-9]+|[^0-9]+", framework.version)
    return (
        framework.applies_from or date.min,
        [(1, int(part), "") if part.isdecimal() else (0, 0, part) for part in parts],
    )


def _repeated_versions(frameworks: tuple[Framework, ...]) -> list[CatalogueProblem]:
    seen: set[tuple[str, str]] = set()
    problems = []
    for framework in frameworks:
        if (framework.id, framework.version) in seen:
            allowed, came = "a version that no other file has", repr(framework.version)
            problems.append(CatalogueProblem(source=framework.id, field="version", allowed=allowed, came=came))
        seen.add((framework.id, framework.version))
    return problems


def _shared_ids(frameworks: tuple[Framework, ...]) -> list[CatalogueProblem]:
    owner: dict[str, str] = {}
    problems = []
    for framework in frameworks:
        for requirement in framework.requirements:
            first = owner.setdefault(requirement.id, framework.id)
            if first != framework.id:
                subject = f"requirement {requirement.id}"
                allowed, came = "an id that no other framework has", f"one of {first}"
                problems.append(
                    CatalogueProblem(source=framework.id, subject=subject, field="id", allowed=allowed, came=came)
                )
    return problems
