from __future__ import annotations

import pickle
from datetime import date

import pytest

from compliance.catalogues.catalogue import Catalogue
from compliance.errors import CatalogueError, RefusedValueError, UnknownIdError
from tests.compliance.builders import framework, requirement

TREE = framework(
    "a",
    requirement("a-1", chapter="I", assessable=False, obligation="", evidence=()),
    requirement("a-1-1", chapter="I", part_of="a-1"),
    requirement("a-1-1-a", chapter="I", part_of="a-1-1"),
    requirement("a-2", chapter="II"),
)


def test_a_framework_knows_its_chapters_parts_and_what_is_above() -> None:
    assert TREE.chapters == ("I", "II")
    assert [r.id for r in TREE.in_chapter("II")] == ["a-2"]
    assert [r.id for r in TREE.assessable] == ["a-1-1", "a-1-1-a", "a-2"]
    assert [r.id for r in TREE.parts_of("a-1")] == ["a-1-1"]
    assert [r.id for r in TREE.above("a-1-1-a")] == ["a-1-1", "a-1"]
    assert TREE.above("a-2") == ()


def test_unknown_ids_are_told() -> None:
    catalogue = Catalogue(frameworks=(TREE,))
    with pytest.raises(UnknownIdError, match="no requirement 'x' in A 1"):
        TREE.requirement("x")
    with pytest.raises(UnknownIdError, match="no framework 'x'; there is a"):
        catalogue.latest("x")
    with pytest.raises(UnknownIdError, match="no version '9' of a; there is 1"):
        catalogue.framework("a", "9")
    with pytest.raises(UnknownIdError, match="no requirement 'x' in any framework"):
        catalogue.requirement("x")


def test_versions_share_ids_and_the_newest_is_asked_first() -> None:
    old = framework("a", requirement("a-1", title="Old"), requirement("a-9"), version="9")
    new = framework("a", requirement("a-1", title="New"), version="10")
    catalogue = Catalogue(frameworks=(new, old))
    assert catalogue.versions("a") == ("9", "10")
    assert catalogue.latest("a") is new
    assert catalogue.requirement("a-1").title == "New"
    assert catalogue.framework_of("a-9") is old
    assert catalogue.framework("a", "9") is old
    assert (catalogue.ids, catalogue.newest) == (("a",), (new,))
    assert "a-9" in catalogue
    assert "b-1" not in catalogue


def test_the_day_from_which_it_applies_decides_before_the_name_of_the_version() -> None:
    late = framework("a", requirement(), version="1", applies_from=date(2027, 1, 1))
    early = framework("a", requirement(), version="2", applies_from=date(2026, 1, 1))
    assert Catalogue(frameworks=(late, early)).latest("a") is late


def test_one_version_twice_and_ids_of_another_framework_are_refused_together() -> None:
    with pytest.raises(CatalogueError) as refused:
        Catalogue(
            frameworks=(framework("a", requirement()), framework("a", requirement()), framework("b", requirement()))
        )
    told = str(refused.value)
    assert "a: version must be a version that no other file has, got '1'" in told
    assert "b, requirement a-1: id must be an id that no other framework has, got one of a" in told


def test_values_are_checked_when_made() -> None:
    with pytest.raises(RefusedValueError, match="evidence must be a list of 2 to 4 items"):
        requirement(evidence=("one",))
    with pytest.raises(RefusedValueError, match="title must be filled in"):
        requirement(title=" ")
    with pytest.raises(RefusedValueError, match="every id stands once"):
        framework("a", requirement(), requirement())


def test_frameworks_survive_a_cache_that_pickles() -> None:
    again = pickle.loads(pickle.dumps(Catalogue(frameworks=(TREE,))))  # noqa: S301
    assert again.requirement("a-2") == TREE.requirement("a-2")
