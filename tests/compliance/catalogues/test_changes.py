from __future__ import annotations

import pytest

from compliance.catalogues.changes import compare_versions
from compliance.catalogues.conditions import Condition
from compliance.errors import RefusedValueError
from compliance.terms import Confidence
from tests.compliance.builders import framework, requirement

OLD = framework("a", *(requirement(f"a-{n}") for n in range(1, 6)), version="1")
NEW = framework(
    "a",
    requirement("a-1"),
    requirement("a-2", obligation="Do more.", due="yearly"),
    requirement("a-3", confidence=Confidence.HIGH),
    requirement("a-4", when=(Condition.GROUP,)),
    requirement("a-6"),
    requirement("a-7", assessable=False),
    version="2",
)


def test_what_was_added_removed_changed_and_stayed() -> None:
    found = compare_versions(OLD, NEW)
    assert [r.id for r in found.added] == ["a-6", "a-7"]
    assert [r.id for r in found.removed] == ["a-5"]
    assert {pair.new.id: pair.changed for pair in found.changed} == {
        "a-2": ("obligation", "due"),
        "a-3": ("confidence",),
        "a-4": ("when",),
    }
    assert [r.id for r in found.same] == ["a-1"]
    assert (found.old_version, found.new_version) == ("1", "2")


def test_only_what_is_new_or_means_something_else_must_be_looked_at_again() -> None:
    found = compare_versions(OLD, NEW)
    assert [r.id for r in found.to_review] == ["a-6", "a-2", "a-4"]
    assert found.kept == ("a-1", "a-3")


def test_a_version_compared_with_itself_changes_nothing() -> None:
    found = compare_versions(NEW, NEW)
    assert (found.added, found.removed, found.changed, found.to_review) == ((), (), (), ())


def test_two_frameworks_cannot_be_compared() -> None:
    with pytest.raises(RefusedValueError, match="new version must be a version of a, got 'b'"):
        compare_versions(OLD, framework("b", requirement()))
