"""From the mapping that a file holds to a framework, and back; every problem is told at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import cast

from compliance.catalogues.framework import Framework
from compliance.catalogues.reading_requirements import requirement_from
from compliance.catalogues.requirement import Requirement
from compliance.errors import CatalogueError, CatalogueProblem
from compliance.fields import Fields
from compliance.terms import Confidence

MAX_REQUIREMENTS = 5_000

FRAMEWORK_KEYS = (
    "id",
    "version",
    "title",
    "reference",
    "publisher",
    "applies_from",
    "link",
    "licence",
    "notice",
    "counts",
    "doubts",
    "source",
    "confidence",
    "requirements",
)

_MOST_COUNTED = 10**6


def framework_from(mapping: object, name: str, rows: Sequence[int] | None = None) -> Framework:
    """Check a mapping against the schema of a catalogue file and make a framework of it.

    Parameters
    ----------
    mapping : mapping of str to object
        What a catalogue file holds: keys as in `FRAMEWORK_KEYS`, requirements as in `REQUIREMENT_KEYS`.
    name : str
        The file or sheet, for messages.
    rows : sequence of int, optional
        The row of each requirement, where they come from a sheet.

    Returns
    -------
    Framework
        Texts with single blanks, defaults of `source` and `confidence` filled in.

    Raises
    ------
    CatalogueError
        With every problem found: where it is, which field, what is allowed and what came.
    """
    problems: list[CatalogueProblem] = []
    if not isinstance(mapping, Mapping):
        whole = Fields({}, problems, source=name)
        whole.refuse("", "a mapping of names to values", type(mapping).__name__)
        raise CatalogueError(problems)
    top = Fields(cast("Mapping[str, object]", mapping), problems, source=name)
    top.only(FRAMEWORK_KEYS)
    counts = _counts(top)
    requirements = _requirements(top, counts, rows)
    values = {
        "id": top.key("id"),
        **{field: top.text(field) for field in ("version", "title", "reference", "publisher", "licence")},
        "link": top.link("link"),
        "applies_from": top.day("applies_from"),
        "notice": top.text("notice", required=False) or None,
        "doubts": top.texts("doubts"),
    }
    _check_structure(top, requirements, rows)
    if not problems:
        _check_counts(top, counts, requirements)
    if problems:
        raise CatalogueError(problems)
    return Framework(**values, counts=tuple(counts.items()), requirements=tuple(requirements))  # type: ignore[arg-type]


def mapping_of(framework: Framework) -> dict[str, object]:
    """Return a framework as a mapping that JSON can hold; `framework_from` gives the framework back.

    Parameters
    ----------
    framework : Framework
        Any framework.

    Returns
    -------
    dict
        Keys as in `FRAMEWORK_KEYS`; what is empty is left out.
    """
    plain = {name: getattr(framework, name) for name in FRAMEWORK_KEYS if hasattr(framework, name)}
    plain["applies_from"] = None if framework.applies_from is None else framework.applies_from.isoformat()
    plain["counts"] = dict(framework.counts)
    plain["doubts"] = list(framework.doubts)
    plain["requirements"] = [_plain_requirement(requirement) for requirement in framework.requirements]
    return {name: value for name, value in plain.items() if value not in (None, "")}


def _plain_requirement(requirement: Requirement) -> dict[str, object]:
    plain: dict[str, object] = {}
    for field in fields(requirement):
        value = getattr(requirement, field.name)
        if value != field.default:
            plain[field.name] = [str(item) for item in value] if isinstance(value, tuple) else value
    return {**plain, "confidence": str(requirement.confidence)}


def _counts(top: Fields) -> dict[str, int]:
    raw = top.values.get("counts") or {}
    if not isinstance(raw, Mapping):
        top.refuse("counts", "a mapping of names to whole numbers", raw)
        return {}
    found: dict[str, int] = {}
    for key, value in raw.items():
        if not isinstance(key, str) or not key.isidentifier() or key != key.lower():
            top.refuse("counts", "named in lower case with underscores", key)
        elif isinstance(value, bool) or not isinstance(value, int) or not 0 < value <= _MOST_COUNTED:
            top.refuse(f"counts.{key}", "a whole number above 0", value)
        else:
            found[key] = value
    return found


def _requirements(top: Fields, counts: Mapping[str, int], rows: Sequence[int] | None) -> list[Requirement]:
    raw = top.values.get("requirements")
    if not isinstance(raw, list | tuple) or not raw:
        top.refuse("requirements", "a list with at least one requirement", raw if not raw else type(raw).__name__)
        return []
    if len(raw) > MAX_REQUIREMENTS:
        top.refuse("requirements", f"a list of at most {MAX_REQUIREMENTS}", f"{len(raw)}")
        return []
    source = top.text("source", required=False)
    confidence = None if top.values.get("confidence") is None else top.term("confidence", Confidence)
    read = []
    for position, item in enumerate(raw):
        row = None if rows is None else rows[position]
        if not isinstance(item, Mapping):
            place = Fields({}, top.problems, source=top.source, subject=f"requirement {position + 1}", row=row)
            place.refuse("", "a mapping of names to values", item)
            continue
        subject = f"requirement {item.get('id') or position + 1}"
        place = Fields(item, top.problems, source=top.source, subject=subject, row=row)
        found = requirement_from(place, counts, source, confidence)
        if found is not None:
            read.append(found)
    return read


def _check_structure(top: Fields, requirements: Sequence[Requirement], rows: Sequence[int] | None) -> None:
    """Hold ids against one another: each once, every `part_of` in this file, no circle."""
    raw = top.values.get("requirements")
    items = [item for item in raw if isinstance(item, Mapping)] if isinstance(raw, list | tuple) else []
    ids = [str(item.get("id") or "") for item in items]
    known = Counter(filter(None, ids))
    above = {requirement.id: requirement.part_of for requirement in requirements}
    row_of = dict(zip(ids, rows, strict=True)) if rows is not None and len(rows) == len(ids) else {}

    def at(requirement_id: str) -> Fields:
        subject = f"requirement {requirement_id}"
        return Fields({}, top.problems, source=top.source, subject=subject, row=row_of.get(requirement_id))

    for requirement_id, times in known.items():
        if times > 1:
            at(requirement_id).refuse("id", "the only one of its kind in the file", f"it {times} times")
    for requirement in requirements:
        if requirement.part_of is not None and requirement.part_of not in known:
            at(requirement.id).refuse("part_of", "the id of a requirement in this file", requirement.part_of)
        elif _in_a_circle(requirement.id, above):
            at(requirement.id).refuse("part_of", "free of circles", f"{requirement.part_of}, which is part of it")


def _in_a_circle(start: str, above: Mapping[str, str | None]) -> bool:
    seen: set[str] = set()
    current: str | None = above.get(start)
    while current is not None and current not in seen:
        if current == start:
            return True
        seen.add(current)
        current = above.get(current)
    return False


def _check_counts(top: Fields, counts: Mapping[str, int], requirements: Sequence[Requirement]) -> None:
    """Hold the facts of the file against its requirements."""
    counted = Counter(key for requirement in requirements for key in requirement.counted_as)
    for key, fact in counts.items():
        if counted[key] != fact:
            top.refuse(f"counts.{key}", f"the number of requirements counted as {key}, {counted[key]}", fact)
