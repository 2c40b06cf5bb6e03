"""The rules that one requirement of a catalogue file is held against."""

from __future__ import annotations

import re
from collections.abc import Mapping

from compliance.catalogues.conditions import Condition
from compliance.catalogues.requirement import LEAST_EVIDENCE, MOST_EVIDENCE, MOST_WORDS_OF_EVIDENCE, Requirement
from compliance.fields import Fields
from compliance.terms import Confidence

REQUIREMENT_KEYS = (
    "id",
    "reference",
    "title",
    "title_is_official",
    "kind",
    "part_of",
    "chapter",
    "assessable",
    "counted_as",
    "obligation",
    "applies_to",
    "when",
    "due",
    "evidence",
    "source",
    "confidence",
    "doubt",
    "nist_controls",
)

_KIND = re.compile(r"[a-z][a-z0-9 _-]{0,39}")
_NIST_CONTROL = re.compile(r"[A-Z]{2}-[0-9]{1,2}(?:\([0-9]{1,2}\))?")


def requirement_from(
    place: Fields, counts: Mapping[str, int], source: str, confidence: Confidence | None
) -> Requirement | None:
    """Read one requirement; its problems go to the list of `place`.

    Parameters
    ----------
    place : Fields
        The mapping that is read and where it stands.
    counts : mapping of str to int
        The counts of the framework, which `counted_as` may name.
    source, confidence : str, Confidence or None
        What holds for the whole file where the requirement says nothing itself.

    Returns
    -------
    Requirement or None
        None when a problem was found.
    """
    before = len(place.problems)
    place.only(REQUIREMENT_KEYS)
    assessable = place.yes_no("assessable", default=True)
    values = {
        "id": place.id("id"),
        **{field: place.text(field) for field in ("reference", "title", "chapter")},
        "title_is_official": place.yes_no("title_is_official", default=False),
        "kind": _kind(place),
        "part_of": place.text("part_of", required=False) or None,
        "assessable": assessable,
        "counted_as": _counted_as(place, counts),
        "obligation": place.text("obligation", required=assessable),
        "applies_to": place.text("applies_to", required=False),
        "when": _when(place),
        "due": place.text("due", required=False) or None,
        "evidence": _evidence(place, assessable=assessable),
        "source": place.text("source", default=source),
        "confidence": place.term("confidence", Confidence, confidence),
        "doubt": place.text("doubt", required=False) or None,
        "nist_controls": _nist_controls(place),
    }
    return Requirement(**values) if len(place.problems) == before else None  # type: ignore[arg-type]


def _kind(place: Fields) -> str:
    kind = place.text("kind")
    if kind and not _KIND.fullmatch(kind):
        place.refuse("kind", "one or two words in lower case, such as obligation, clause or rule", kind)
    return kind


def _counted_as(place: Fields, counts: Mapping[str, int]) -> tuple[str, ...]:
    names = place.texts("counted_as")
    for name in names:
        if name not in counts:
            place.refuse("counted_as", f"made of the file's counts ({', '.join(counts) or 'none'})", name)
    return names


def _when(place: Fields) -> tuple[Condition, ...]:
    known = {str(condition): condition for condition in Condition}
    words = place.texts("when")
    for word in words:
        if word not in known:
            place.refuse("when", f"made of {', '.join(known)}", word)
    return tuple(known[word] for word in words if word in known)


def _evidence(place: Fields, *, assessable: bool) -> tuple[str, ...]:
    items = place.texts("evidence")
    least = LEAST_EVIDENCE if assessable else 0
    if not least <= len(items) <= MOST_EVIDENCE:
        place.refuse("evidence", f"a list of {least} to {MOST_EVIDENCE} items", f"{len(items)}")
    for item in items:
        words = len(item.split())
        if words > MOST_WORDS_OF_EVIDENCE:
            place.refuse("evidence", f"made of items of at most {MOST_WORDS_OF_EVIDENCE} words", f"{words}: {item}")
    return items


def _nist_controls(place: Fields) -> tuple[str, ...]:
    names = place.texts("nist_controls")
    for name in names:
        if not _NIST_CONTROL.fullmatch(name):
            place.refuse("nist_controls", "made of SP 800-53 controls such as AC-2(6)", name)
    return names
