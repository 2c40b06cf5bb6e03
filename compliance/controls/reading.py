"""From the mapping that a file holds to a library of controls; every problem is told at once."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import cast

from compliance.controls.control import LEAST_EVIDENCE, MOST_EVIDENCE, Control, ControlLibrary, Grade, Reference
from compliance.errors import CatalogueError, CatalogueProblem
from compliance.fields import Fields
from compliance.terms import Confidence

LIBRARY_KEYS = ("version", "title", "caution", "controls")
CONTROL_KEYS = ("id", "name", "domain", "objective", "question", "evidence", "nist_csf", "references")
REFERENCE_KEYS = ("requirement", "grade", "confidence")
MAX_CONTROLS = 1_000

_NIST_CSF = re.compile(r"(?:GV|ID|PR|DE|RS|RC)\.[A-Z]{2}-[0-9]{2}")


def controls_from(mapping: object, name: str = "controls") -> ControlLibrary:
    """Check a mapping against the schema of a control library and make a library of it.

    Parameters
    ----------
    mapping : mapping of str to object
        What a library file holds: keys as in `LIBRARY_KEYS`, controls as in `CONTROL_KEYS`, their references as in
        `REFERENCE_KEYS`. Whether the referred requirements exist is for the crosswalk to say.
    name : str
        The file, for messages.

    Returns
    -------
    ControlLibrary
        Controls in the order of the file.

    Raises
    ------
    CatalogueError
        With every problem found: where it is, which field, what is allowed and what came.
    """
    problems: list[CatalogueProblem] = []
    if not isinstance(mapping, Mapping):
        Fields({}, problems, source=name).refuse("", "a mapping of names to values", type(mapping).__name__)
        raise CatalogueError(problems)
    top = Fields(cast("Mapping[str, object]", mapping), problems, source=name)
    top.only(LIBRARY_KEYS)
    version, title, caution = (top.text(field) for field in ("version", "title", "caution"))
    raw = top.values.get("controls")
    if not isinstance(raw, list | tuple) or not raw:
        top.refuse("controls", "a list with at least one control", type(raw).__name__ if raw else raw)
        raise CatalogueError(problems)
    if len(raw) > MAX_CONTROLS:
        top.refuse("controls", f"a list of at most {MAX_CONTROLS} controls", len(raw))
        raise CatalogueError(problems)
    controls = _controls(top, raw)
    if problems:
        raise CatalogueError(problems)
    return ControlLibrary(version=version, title=title, caution=caution, controls=tuple(controls))


def _controls(top: Fields, raw: Sequence[object]) -> list[Control]:
    controls = []
    for position, item in enumerate(raw, start=1):
        values = item if isinstance(item, Mapping) else {}
        subject = f"control {values.get('id') or position}"
        place = Fields(values, top.problems, source=top.source, subject=subject)
        if not isinstance(item, Mapping):
            place.refuse("", "a mapping of names to values", item)
            continue
        found = _control(place)
        if found is not None:
            controls.append(found)
    for control_id, times in Counter(control.id for control in controls).items():
        if times > 1:
            place = Fields({}, top.problems, source=top.source, subject=f"control {control_id}")
            place.refuse("id", "the only one of its kind in the file", f"it {times} times")
    return controls


def _control(place: Fields) -> Control | None:
    before = len(place.problems)
    place.only(CONTROL_KEYS)
    values = {
        "id": place.key("id"),
        **{field: place.text(field) for field in ("name", "domain", "objective", "question")},
        "evidence": place.texts("evidence"),
        "nist_csf": place.texts("nist_csf"),
        "references": _references(place),
    }
    if not LEAST_EVIDENCE <= len(place.texts("evidence")) <= MOST_EVIDENCE:
        place.refuse("evidence", f"a list of {LEAST_EVIDENCE} to {MOST_EVIDENCE} items", len(place.texts("evidence")))
    for subcategory in place.texts("nist_csf"):
        if not _NIST_CSF.fullmatch(subcategory):
            place.refuse("nist_csf", "made of subcategories such as PR.DS-11", subcategory)
    return Control(**values) if len(place.problems) == before else None  # type: ignore[arg-type]


def _references(place: Fields) -> tuple[Reference, ...]:
    raw = place.values.get("references")
    if raw is None:
        return ()
    if not isinstance(raw, list | tuple) or not all(isinstance(item, Mapping) for item in raw):
        place.refuse("references", f"a list of mappings with {', '.join(REFERENCE_KEYS)}", raw)
        return ()
    found = []
    for item in raw:
        inner = Fields(item, place.problems, source=place.source, subject=place.subject)
        inner.only(REFERENCE_KEYS)
        requirement_id = inner.id("requirement")
        grade, confidence = inner.term("grade", Grade), inner.term("confidence", Confidence)
        if requirement_id and grade is not None and confidence is not None:
            found.append(Reference(requirement_id=requirement_id, grade=grade, confidence=confidence))
    for requirement_id, times in Counter(reference.requirement_id for reference in found).items():
        if times > 1:
            place.refuse(
                "references", "a list in which each requirement stands once", f"{requirement_id} {times} times"
            )
    return tuple(found)
