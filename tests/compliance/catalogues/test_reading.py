from __future__ import annotations

from copy import deepcopy
from datetime import date, datetime
from typing import Any

import pytest

from compliance.catalogues.conditions import Condition
from compliance.catalogues.reading import MAX_REQUIREMENTS, framework_from, mapping_of
from compliance.errors import CatalogueError
from compliance.terms import Confidence

REQUIREMENT: dict[str, Any] = {
    "id": "a-1",
    "reference": "Art. 1",
    "title": "First",
    "kind": "obligation",
    "chapter": "I",
    "counted_as": ["duties"],
    "obligation": "Do it.",
    "evidence": ["Minutes of the board", "Log of the test"],
}
WHOLE: dict[str, Any] = {
    "id": "a",
    "version": "2022/1",
    "title": "A law",
    "reference": "Law 1",
    "publisher": "A house",
    "applies_from": date(2025, 1, 17),
    "link": "https://example.org/a",
    "licence": "free",
    "counts": {"duties": 1},
    "doubts": [],
    "source": "OJ 1",
    "confidence": "high",
    "requirements": [REQUIREMENT],
}


def with_requirement(**changes: Any) -> dict[str, Any]:
    whole = deepcopy(WHOLE)
    whole["requirements"][0].update(changes)
    return whole


def problems(mapping: object, rows: tuple[int, ...] | None = None) -> list[str]:
    with pytest.raises(CatalogueError) as refused:
        framework_from(mapping, "a.yaml", rows)
    return [str(problem) for problem in refused.value.problems]


def test_a_file_becomes_a_framework_with_its_defaults_filled_in() -> None:
    found = framework_from(WHOLE, "a.yaml")
    (only,) = found.requirements
    assert (found.id, found.version, found.applies_from, found.counts) == (
        "a",
        "2022/1",
        date(2025, 1, 17),
        (("duties", 1),),
    )
    assert (only.source, only.confidence, only.assessable, only.due, only.when) == (
        "OJ 1",
        Confidence.HIGH,
        True,
        None,
        (),
    )
    assert found.notice is None


def test_what_a_requirement_says_itself_comes_before_the_default_of_the_file() -> None:
    (only,) = framework_from(with_requirement(source="p. 3", confidence="low"), "a.yaml").requirements
    assert (only.source, only.confidence) == ("p. 3", Confidence.LOW)


def test_folded_text_becomes_one_line() -> None:
    (only,) = framework_from(with_requirement(obligation="Do  it\n now.\n"), "a.yaml").requirements
    assert only.obligation == "Do it now."


def test_a_heading_needs_neither_obligation_nor_evidence() -> None:
    whole = with_requirement(assessable=False, obligation=None, evidence=None)
    assert framework_from(whole, "a.yaml").assessable == ()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"id": " "}, "id must be filled in, got ' '"),
        ({"id": "a\t1"}, None),
        ({"id": "ä-1"}, "id must be 1 to 80 letters, digits"),
        ({"id": 5}, "id must be text (in quotes where it looks like a number or a day), got 5"),
        ({"reference": None}, "reference must be filled in, got nothing"),
        ({"title": ""}, "title must be filled in, got ''"),
        ({"chapter": None}, "chapter must be filled in"),
        ({"kind": "Obligation!"}, "kind must be one or two words in lower case"),
        ({"obligation": None}, "obligation must be filled in"),
        ({"obligation": "x" * 2001}, "obligation must be at most 2000 characters long, got '2001 characters'"),
        ({"obligation": "a\x07b"}, "obligation must be free of control characters, got 'U+0007'"),
        ({"title_is_official": "maybe"}, "title_is_official must be true or false, got 'maybe'"),
        ({"assessable": 1}, "assessable must be true or false, got 1"),
        ({"part_of": "b-9"}, "part_of must be the id of a requirement in this file, got 'b-9'"),
        ({"part_of": "a-1"}, "part_of must be free of circles"),
        ({"counted_as": ["rules"]}, "counted_as must be made of the file's counts (duties), got 'rules'"),
        ({"when": ["banks"]}, "when must be made of full-framework, simplified-framework"),
        ({"when": "group"}, "when must be a list, got 'group'"),
        ({"evidence": ["Minutes of the board"]}, "evidence must be a list of 2 to 4 items, got '1'"),
        ({"evidence": ["a", "b", "c", "d", "e"]}, "evidence must be a list of 2 to 4 items, got '5'"),
        ({"evidence": ["Log", "Log"]}, "evidence must be a list of texts that differ from one another, got 'Log'"),
        ({"evidence": ["Log", ""]}, "evidence must be a list of texts that are filled in"),
        ({"evidence": ["Log", "a " * 16]}, "evidence must be made of items of at most 15 words, got '16: a a"),
        ({"confidence": "sure"}, "confidence must be one of high, medium, low, got 'sure'"),
        ({"nist_controls": ["AC2"]}, "nist_controls must be made of SP 800-53 controls such as AC-2(6), got 'AC2'"),
        ({"evidance": []}, "key must be one of id, reference, title"),
    ],
)
def test_each_rule_of_a_requirement_has_its_sentence(changes: dict[str, Any], sentence: str | None) -> None:
    if sentence is None:
        assert framework_from(with_requirement(**changes), "a.yaml").requirements[0].id == "a 1"
        return
    told = problems(with_requirement(**changes))
    assert any(sentence in line for line in told), told
    assert all(line.startswith("a.yaml, requirement ") for line in told), told


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"id": "DORA"}, "id must be 1 to 64 of a-z, 0-9, dot and dash"),
        ({"version": 2022}, "version must be text (in quotes"),
        ({"version": date(2022, 1, 1)}, "version must be text (in quotes"),
        ({"title": None}, "title must be filled in"),
        ({"publisher": None}, "publisher must be filled in"),
        ({"licence": None}, "licence must be filled in"),
        ({"applies_from": "soon"}, "applies_from must be a day such as 2025-01-17, or nothing, got 'soon'"),
        ({"link": "javascript:alert(1)"}, "link must be a web address that starts with https:// or http://"),
        ({"counts": [1]}, "counts must be a mapping of names to whole numbers"),
        ({"counts": {"duties": 2}}, "counts.duties must be the number of requirements counted as duties, 1, got 2"),
        ({"counts": {"duties": "1"}}, "counts.duties must be a whole number above 0, got '1'"),
        ({"counts": {"Duties": 1, "duties": 1}}, "counts must be named in lower case with underscores, got 'Duties'"),
        ({"doubts": "many"}, "doubts must be a list, got 'many'"),
        ({"requirements": []}, "requirements must be a list with at least one requirement"),
        ({"requirements": ["a"]}, "requirement 1: it must be a mapping of names to values, got 'a'"),
        ({"requirements": [{}] * (MAX_REQUIREMENTS + 1)}, "requirements must be a list of at most 5000, got '5001'"),
        ({"requirements": [REQUIREMENT, REQUIREMENT]}, "id must be the only one of its kind in the file"),
        ({"confidence": "sure"}, "confidence must be one of high, medium, low"),
        ({"source": None}, "source must be filled in"),
        ({"confidence": None}, "confidence must be one of high, medium, low, got nothing"),
        ({"publishr": "x"}, "key must be one of id, version"),
    ],
)
def test_each_rule_of_a_file_has_its_sentence(changes: dict[str, Any], sentence: str) -> None:
    told = problems({**deepcopy(WHOLE), **changes})
    assert any(sentence in line for line in told), told


def test_all_problems_are_told_at_once_with_their_rows() -> None:
    whole = with_requirement(evidence=[], due=3)
    whole["requirements"].append({**REQUIREMENT, "id": "a-2", "when": ["x"]})
    told = problems({**whole, "title": ""}, rows=(4, 9))
    assert len(told) == 4
    assert "a.yaml, row 9, requirement a-2: when must be" in "\n".join(told)
    assert sum("row 4" in line for line in told) == 2


def test_a_circle_of_parts_is_refused() -> None:
    whole = deepcopy(WHOLE)
    whole["requirements"] = [
        {**REQUIREMENT, "part_of": "a-2"},
        {**REQUIREMENT, "id": "a-2", "part_of": "a-1", "counted_as": []},
    ]
    assert sum("free of circles" in line for line in problems(whole)) == 2


def test_what_is_no_mapping_is_refused() -> None:
    assert problems([1]) == ["a.yaml: it must be a mapping of names to values, got 'list'"]


def test_a_framework_goes_to_plain_values_and_back() -> None:
    whole = with_requirement(when=["group"], due="yearly", doubt="unsure", nist_controls=["AC-2(6)"])
    found = framework_from({**whole, "notice": "look out"}, "a.yaml")
    plain = mapping_of(found)
    assert plain["applies_from"] == "2025-01-17"
    assert framework_from(plain, "again") == found
    assert found.requirements[0].when == (Condition.GROUP,)


def test_a_moment_is_taken_as_its_day() -> None:
    found = framework_from({**WHOLE, "applies_from": datetime(2025, 1, 17, 8)}, "a.yaml")  # noqa: DTZ001
    assert found.applies_from == date(2025, 1, 17)
    assert framework_from({**WHOLE, "applies_from": None}, "a.yaml").applies_from is None
