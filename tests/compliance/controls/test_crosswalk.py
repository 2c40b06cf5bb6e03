from __future__ import annotations

import pytest

from compliance.controls.control import Grade
from compliance.errors import UnknownIdError
from tests.compliance.builders import control, crosswalk, framework, requirement

A = framework("a", requirement("a-1"), requirement("a-1-1", part_of="a-1"), requirement("a-2", part_of="a-1"))
B = framework("b", requirement("b-1"), requirement("b-2"))
BACKUP = control("backup", ("a-1", "partial"), ("b-2", "supports"), ("b-1", "full"), ("nowhere", "full"))
RESTORE = control("restore", ("a-1", "full"), ("a-2", "supports"))
WALK = crosswalk((A, B), BACKUP, RESTORE)


def test_the_controls_of_a_requirement_come_best_grade_first() -> None:
    assert [(link.control.id, link.grade) for link in WALK.controls_of("a-1")] == [
        ("restore", Grade.FULL),
        ("backup", Grade.PARTIAL),
    ]


def test_a_point_that_no_control_refers_to_takes_those_of_the_requirement_above() -> None:
    assert [(link.control.id, link.inherited_from) for link in WALK.controls_of("a-1-1")] == [
        ("restore", "a-1"),
        ("backup", "a-1"),
    ]
    assert [(link.control.id, link.inherited_from) for link in WALK.controls_of("a-2")] == [("restore", None)]


def test_siblings_share_a_control_and_stand_in_other_frameworks() -> None:
    found = [
        (s.framework_id, s.requirement.id, s.control.id, s.grade_here, s.grade_there) for s in WALK.siblings("a-1")
    ]
    assert found == [
        ("b", "b-1", "backup", Grade.PARTIAL, Grade.FULL),
        ("b", "b-2", "backup", Grade.PARTIAL, Grade.SUPPORTS),
    ]
    assert WALK.siblings("a-2") == ()


def test_references_that_lead_nowhere_are_named() -> None:
    assert WALK.unresolved == (("backup", "nowhere"),)


def test_a_control_knows_its_frameworks() -> None:
    assert WALK.frameworks_of("backup") == ("a", "b")
    assert WALK.frameworks_of("restore") == ("a",)
    assert WALK.frameworks_of("unknown") == ()


def test_an_older_version_has_the_same_controls() -> None:
    old = framework("b", requirement("b-2"), requirement("b-2-1", part_of="b-2"), version="0")
    walk = crosswalk((A, B, old), BACKUP)
    assert [link.control.id for link in walk.controls_of("b-2-1", "b", "0")] == ["backup"]


def test_an_unknown_requirement_is_told() -> None:
    with pytest.raises(UnknownIdError, match="no requirement 'x'"):
        WALK.siblings("x")
