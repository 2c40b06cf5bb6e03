"""What a new version of a framework changes, and which answers must be looked at again."""

from __future__ import annotations

from dataclasses import dataclass, fields

from compliance.catalogues.framework import Framework
from compliance.catalogues.requirement import Requirement
from compliance.errors import RefusedValueError

MEANING = ("title", "obligation", "applies_to", "when", "due", "assessable")
"""Fields that can make an answer wrong when they change; the others (source, chapter, typical evidence ...) cannot."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedRequirement:
    """A requirement that both versions have, and the fields in which they differ."""

    old: Requirement
    new: Requirement
    changed: tuple[str, ...]

    @property
    def changes_meaning(self) -> bool:
        """Whether an answer given to the old text may no longer hold."""
        return any(name in MEANING for name in self.changed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """How one version of a framework differs from another; requirements are in source order."""

    framework_id: str
    old_version: str
    new_version: str
    added: tuple[Requirement, ...]
    removed: tuple[Requirement, ...]
    changed: tuple[ChangedRequirement, ...]
    same: tuple[Requirement, ...]

    @property
    def to_review(self) -> tuple[Requirement, ...]:
        """What must be answered or looked at again: assessable and new, or changed in meaning."""
        meant = {pair.new.id for pair in self.changed if pair.changes_meaning}
        return tuple(
            requirement
            for requirement in (*self.added, *(pair.new for pair in self.changed))
            if requirement.assessable and (requirement.id in meant or requirement in self.added)
        )

    @property
    def kept(self) -> tuple[str, ...]:
        """Ids of the requirements whose answers hold without another look."""
        return (*(r.id for r in self.same), *(pair.new.id for pair in self.changed if not pair.changes_meaning))


def compare_versions(old: Framework, new: Framework) -> Changes:
    """Compare two versions of a framework requirement by requirement, by id.

    Parameters
    ----------
    old, new : Framework
        Two versions of one framework.

    Returns
    -------
    Changes
        What was added, removed, changed (with the fields) and what stayed the same.

    Raises
    ------
    RefusedValueError
        When they are not versions of one framework.
    """
    if old.id != new.id:
        raise RefusedValueError("new version", f"a version of {old.id}", new.id)
    both = [(old.requirement(r.id), r) for r in new.requirements if r.id in old]
    pairs = [ChangedRequirement(old=a, new=b, changed=_differing(a, b)) for a, b in both]
    return Changes(
        framework_id=old.id,
        old_version=old.version,
        new_version=new.version,
        added=tuple(r for r in new.requirements if r.id not in old),
        removed=tuple(r for r in old.requirements if r.id not in new),
        changed=tuple(pair for pair in pairs if pair.changed),
        same=tuple(pair.new for pair in pairs if not pair.changed),
    )


def _differing(old: Requirement, new: Requirement) -> tuple[str, ...]:
    return tuple(field.name for field in fields(old) if getattr(old, field.name) != getattr(new, field.name))
