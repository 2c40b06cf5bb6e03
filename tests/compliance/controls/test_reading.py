from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from compliance.controls.control import Grade
from compliance.controls.reading import controls_from
from compliance.errors import CatalogueError, RefusedValueError, UnknownIdError
from tests.compliance.builders import control, library

CONTROL: dict[str, Any] = {
    "id": "backup",
    "name": "Backup",
    "domain": "Continuity",
    "objective": "Data can be had back.",
    "question": "Can data be had back?",
    "evidence": ["Job log", "Restore report"],
    "nist_csf": ["PR.DS-11"],
    "references": [{"requirement": "2025/301 Art. 4", "grade": "full", "confidence": "medium"}],
}
WHOLE: dict[str, Any] = {"version": "1", "title": "L", "caution": "Own judgement.", "controls": [CONTROL]}


def problems(mapping: object) -> str:
    with pytest.raises(CatalogueError) as refused:
        controls_from(mapping, "controls.yaml")
    return str(refused.value)


def test_a_file_becomes_a_library() -> None:
    found = controls_from(WHOLE)
    only = found.control("backup")
    assert only.references[0].requirement_id == "2025/301 Art. 4"
    assert only.references[0].grade is Grade.FULL
    assert (found.domains, found.references, "backup" in found) == (("Continuity",), 1, True)
    assert found.in_domain("Continuity") == (only,)
    with pytest.raises(UnknownIdError, match="no control 'x' in the library"):
        found.control("x")


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"id": "Back up"}, "id must be 1 to 64 of a-z"),
        ({"question": ""}, "question must be filled in"),
        ({"objective": None}, "objective must be filled in"),
        ({"evidence": ["one"]}, "evidence must be a list of 2 to 4 items, got 1"),
        ({"nist_csf": ["PR-1"]}, "nist_csf must be made of subcategories such as PR.DS-11, got 'PR-1'"),
        ({"references": "all"}, "references must be a list of mappings with requirement, grade, confidence"),
        (
            {"references": [{"requirement": "a", "grade": "most", "confidence": "low"}]},
            "one of full, partial, supports",
        ),
        ({"references": [{"requirement": "a", "grade": "full"}]}, "confidence must be one of high, medium, low"),
        ({"references": CONTROL["references"] * 2}, "each requirement stands once, got '2025/301 Art. 4 2 times'"),
        ({"owner": "me"}, "key must be one of id, name"),
    ],
)
def test_each_rule_of_a_control_has_its_sentence(changes: dict[str, Any], sentence: str) -> None:
    told = problems({**WHOLE, "controls": [{**deepcopy(CONTROL), **changes}]})
    assert sentence in told
    assert told.startswith("controls.yaml, control ")


@pytest.mark.parametrize(
    ("mapping", "sentence"),
    [
        (3, "controls.yaml: it must be a mapping of names to values"),
        ({**WHOLE, "controls": []}, "controls must be a list with at least one control"),
        ({**WHOLE, "controls": [CONTROL] * 1001}, "controls must be a list of at most 1000 controls, got 1001"),
        ({**WHOLE, "controls": ["x"]}, "control 1: it must be a mapping"),
        (
            {**WHOLE, "controls": [CONTROL, CONTROL]},
            "id must be the only one of its kind in the file, got 'it 2 times'",
        ),
        ({**WHOLE, "caution": ""}, "caution must be filled in"),
    ],
)
def test_each_rule_of_a_library_has_its_sentence(mapping: object, sentence: str) -> None:
    assert sentence in problems(mapping)


def test_values_are_checked_when_made() -> None:
    with pytest.raises(RefusedValueError, match="every id stands once"):
        library(control("a"), control("a"))
