"""Own frameworks beside those that ship, and new versions of one."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path

import pytest
from openpyxl import load_workbook

from rori.errors import ImportRefusedError, InputError
from rori.store import ControlAnswer, Store
from rori.usecases.compliance.answering import save_control_answers
from rori.usecases.compliance.catalogue import (
    add_controls,
    add_framework,
    changes_between,
    framework_workbook,
    known_crosswalk,
    own_catalogues,
    preview_controls,
    preview_framework,
)
from rori.usecases.compliance.standing import save_profile, standings
from rori.usecases.frameworks import read_framework, shipped_catalogue

DAY = date(2026, 11, 24)


@pytest.fixture
def store(tmp_path: Path):
    opened = Store(f"sqlite:///{tmp_path / 'rori.db'}")
    opened.migrate()
    yield opened
    opened.dispose()


def own(version: str = "1", obligation: str = "Keep a list of all recovery tests.") -> bytes:
    return f"""
id: house-rules
version: "{version}"
title: House rules
reference: Board decision 7
publisher: The bank
licence: internal
source: Board decision 7
confidence: high
counts: {{}}
doubts: []
requirements:
  - id: house-1
    reference: Rule 1
    title: List of tests
    kind: rule
    chapter: Tests
    obligation: {obligation}
    evidence: [The list of tests; also on paper, Minutes in which it was shown]
  - id: house-2
    reference: Rule 2
    title: Owner of each test
    kind: rule
    chapter: Tests
    obligation: Every test has an owner.
    evidence: [The list with owners, A ticket per test]
""".encode()


@pytest.mark.parametrize("framework", shipped_catalogue().frameworks, ids=lambda one: f"{one.id} {one.version}")
def test_a_framework_comes_back_from_its_workbook_as_it_was(framework):
    assert read_framework(framework_workbook(framework), "any.xlsx") == framework


def test_nothing_in_the_workbook_is_a_formula():
    content = own(obligation="'=HYPERLINK(1)'")
    book = load_workbook(io.BytesIO(framework_workbook(read_framework(content, "own.yaml"))))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert any(cell.value == "=HYPERLINK(1)" for cell in cells)
    assert {cell.data_type for cell in cells} == {"s"}


def test_an_own_framework_is_looked_at_first_and_kept_then(store: Store):
    preview = preview_framework(store, own(), "own.yaml")
    assert preview.changes is None
    assert own_catalogues(store) == ()
    add_framework(store, "ann", preview)
    assert [(one.framework_id, one.version, one.added_by) for one in own_catalogues(store)] == [
        ("house-rules", "1", "ann")
    ]
    assert known_crosswalk(store).catalogue.latest("house-rules") == preview.framework
    with pytest.raises(InputError, match="version of house-rules that is not there yet"):
        preview_framework(store, own(), "own.yaml")


def test_a_new_version_keeps_answers_and_says_what_to_look_at_again(store: Store):
    save_profile(store, "ann", {"dora_entity": "payment-institution"}, 0)
    save_control_answers(store, "ann", [(ControlAnswer(control_id="governance-accountability", answer="yes"), 0)])
    add_framework(store, "ann", preview_framework(store, own(), "own.yaml"))
    preview = preview_framework(store, own("2", "Keep a list of all recovery tests for five years."), "own.yaml")
    assert preview.changes is not None
    assert [one.id for one in preview.changes.to_review] == ["house-1"]
    assert [one.id for one in preview.changes.same] == ["house-2"]
    add_framework(store, "ann", preview)
    assert changes_between(store, "house-rules", "1", "2") == preview.changes
    found = {one.framework.id: one for one in standings(store, DAY)}
    assert found["house-rules"].framework.version == "2"
    assert found["dora"].readiness.whole.met_claimed > 0


def test_ids_of_a_shipped_framework_are_refused(store: Store):
    stolen = own().replace(b"house-1", b"dora-5-1")
    with pytest.raises(ImportRefusedError, match="no other framework has"):
        preview_framework(store, stolen, "own.yaml")


def own_controls(version: str = "1", requirement: str = "dora-5-2", key: str = "own-drill") -> bytes:
    return f"""
version: "{version}"
title: Our controls
caution: Our own judgement.
controls:
  - id: {key}
    name: Yearly drill
    domain: Drills
    objective: A drill of the whole house is held every year.
    question: Was a drill held in the last twelve months?
    evidence: [Report of the drill, List of those who took part]
    references:
      - {{requirement: {requirement}, grade: full, confidence: low}}
""".encode()


def test_own_controls_count_beside_those_that_ship(store: Store):
    save_profile(store, "ann", {"dora_entity": "payment-institution"}, 0)
    add_controls(store, "ann", preview_controls(store, own_controls(), "own.yaml"))
    assert "own-drill" in known_crosswalk(store).library
    save_control_answers(store, "ann", [(ControlAnswer(control_id="own-drill", answer="yes"), 0)])
    status = next(one for one in standings(store, DAY) if one.framework.id == "dora").status("dora-5-2")
    assert status is not None
    assert status.claimed == 1.0
    assert "Yearly drill" in status.explanation
    with pytest.raises(InputError, match="not brought before"):
        preview_controls(store, own_controls(), "own.yaml")


def test_newer_own_controls_take_the_place_of_older_ones(store: Store):
    add_controls(store, "ann", preview_controls(store, own_controls(), "own.yaml"))
    add_controls(store, "ann", preview_controls(store, own_controls("2", key="own-exercise"), "own.yaml"))
    library = known_crosswalk(store).library
    assert "own-exercise" in library
    assert "own-drill" not in library


def test_own_controls_must_lead_somewhere_under_ids_of_their_own(store: Store):
    with pytest.raises(ImportRefusedError, match="control own-drill refers to 'nowhere'"):
        preview_controls(store, own_controls(requirement="nowhere"), "own.yaml")
    with pytest.raises(InputError, match="stands twice"):
        preview_controls(store, own_controls(key="governance-accountability"), "own.yaml")
