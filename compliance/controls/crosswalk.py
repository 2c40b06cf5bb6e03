"""Which controls meet a requirement, and where else the same controls count."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from compliance.catalogues.acts import ActArticle, ActList
from compliance.catalogues.catalogue import Catalogue
from compliance.catalogues.requirement import Requirement
from compliance.controls.control import Control, ControlLibrary, Grade
from compliance.terms import Confidence

INHERITING = (
    "A requirement that no control refers to takes the controls of the nearest requirement above it: "
    "what meets the whole meets its parts."
)
"""The rule for points below the level at which controls were paired, as shown on a page."""

_ORDER = tuple(Grade)


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A control that counts at a requirement; `inherited_from` is the requirement above it that the control refers to."""

    control: Control
    grade: Grade
    confidence: Confidence
    inherited_from: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sibling:
    """A requirement of another framework that shares a control, with the grades of both sides."""

    framework_id: str
    requirement: Requirement
    control: Control
    grade_here: Grade
    grade_there: Grade


@dataclass(frozen=True, slots=True, kw_only=True)
class Crosswalk:
    """Controls and requirements beside one another; pairings are own judgement, as the caution of the library says.

    `acts` holds articles that controls also refer to but that are not assessed, such as those of the level-2 acts.
    """

    library: ControlLibrary
    catalogue: Catalogue
    acts: ActList | None = None
    _direct: dict[str, tuple[Link, ...]] = field(init=False, repr=False, compare=False)
    _links: dict[tuple[str, str, str], tuple[Link, ...]] = field(init=False, repr=False, compare=False)
    _frameworks: dict[str, tuple[str, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        direct: dict[str, list[Link]] = {}
        for control in self.library.controls:
            for reference in control.references:
                link = Link(control=control, grade=reference.grade, confidence=reference.confidence)
                direct.setdefault(reference.requirement_id, []).append(link)
        ordered = {name: tuple(sorted(found, key=_by_grade)) for name, found in direct.items()}
        object.__setattr__(self, "_direct", ordered)
        object.__setattr__(self, "_links", _all_links(self.catalogue, ordered))
        object.__setattr__(self, "_frameworks", _frameworks_of_controls(self.catalogue, self.library))

    @property
    def unresolved(self) -> tuple[tuple[str, str], ...]:
        """References that lead nowhere: ids of control and requirement."""
        return tuple(
            (control.id, reference.requirement_id)
            for control in self.library.controls
            for reference in control.references
            if reference.requirement_id not in self.catalogue and self._article(reference.requirement_id) is None
        )

    def articles_of(self, control_id: str) -> tuple[tuple[ActArticle, Grade], ...]:
        """Return the articles of acts that a control also serves, with the grades; UnknownIdError when there is no control."""
        references = self.library.control(control_id).references
        found = ((self._article(reference.requirement_id), reference.grade) for reference in references)
        return tuple((article, grade) for article, grade in found if article is not None)

    def controls_of(self, requirement_id: str, framework_id: str = "", version: str = "") -> tuple[Link, ...]:
        """Return the controls that count at a requirement, best grade first.

        Parameters
        ----------
        requirement_id : str
            Id of a requirement.
        framework_id, version : str
            The version of the framework it is read in; the newest that has it when left out.

        Returns
        -------
        tuple of Link
            Those that refer to it, or, where none does, those of the nearest requirement above it that has some
            (`INHERITING`); empty when there is none up to the top.

        Raises
        ------
        UnknownIdError
            When no framework has the requirement.
        """
        if not framework_id or not version:
            framework = self.catalogue.framework_of(requirement_id)
            framework_id, version = framework.id, framework.version
        return self._links.get((framework_id, version, requirement_id), ())

    def siblings(self, requirement_id: str) -> tuple[Sibling, ...]:
        """Return the requirements of other frameworks that share a control, by framework in the order of the catalogue.

        Parameters
        ----------
        requirement_id : str
            Id of a requirement.

        Returns
        -------
        tuple of Sibling
            One per control and requirement there, best grade on the other side first within a framework.

        Raises
        ------
        UnknownIdError
            When no framework has the requirement.
        """
        own = self.catalogue.framework_of(requirement_id).id
        found = []
        for link in self.controls_of(requirement_id):
            for reference in link.control.references:
                if reference.requirement_id not in self.catalogue:
                    continue
                framework_id = self.catalogue.framework_of(reference.requirement_id).id
                if framework_id != own:
                    found.append(
                        Sibling(
                            framework_id=framework_id,
                            requirement=self.catalogue.requirement(reference.requirement_id),
                            control=link.control,
                            grade_here=link.grade,
                            grade_there=reference.grade,
                        )
                    )
        place = {name: position for position, name in enumerate(self.catalogue.ids)}
        return tuple(sorted(found, key=lambda s: (place[s.framework_id], _ORDER.index(s.grade_there))))

    def frameworks_of(self, control_id: str) -> tuple[str, ...]:
        """Return the ids of the frameworks in which a control counts; empty for a control that counts nowhere."""
        return self._frameworks.get(control_id, ())

    def _article(self, article_id: str) -> ActArticle | None:
        return None if self.acts is None else self.acts.article(article_id)


def _by_grade(link: Link) -> int:
    return _ORDER.index(link.grade)


def _all_links(
    catalogue: Catalogue, direct: Mapping[str, tuple[Link, ...]]
) -> dict[tuple[str, str, str], tuple[Link, ...]]:
    found = {}
    for framework in catalogue.frameworks:
        for requirement in framework.requirements:
            links = direct.get(requirement.id, ())
            if not links:
                above = next((one for one in framework.above(requirement.id) if one.id in direct), None)
                links = () if above is None else tuple(_inherited(link, above.id) for link in direct[above.id])
            if links:
                found[framework.id, framework.version, requirement.id] = links
    return found


def _inherited(link: Link, above: str) -> Link:
    return Link(control=link.control, grade=link.grade, confidence=link.confidence, inherited_from=above)


def _frameworks_of_controls(catalogue: Catalogue, library: ControlLibrary) -> dict[str, tuple[str, ...]]:
    found = {}
    for control in library.controls:
        ids = (r.requirement_id for r in control.references if r.requirement_id in catalogue)
        found[control.id] = tuple(dict.fromkeys(catalogue.framework_of(requirement_id).id for requirement_id in ids))
    return found
