"""Frameworks that somebody brings, and what the terminal says when something is wrong."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from openpyxl import Workbook

from compliance.controls.crosswalk import Crosswalk
from compliance.errors import CatalogueError, CatalogueProblem, ComplianceError, RefusedValueError, UnknownIdError
from rori import cli
from rori.errors import ImportRefusedError, InputError, NotFoundError, RoriError
from rori.usecases import frameworks
from rori.usecases.frameworks import (
    crosswalk_with,
    read_catalogue,
    read_controls,
    read_framework,
    shipped_acts,
    shipped_catalogue,
    summarise,
    translated,
)

OWN = """
id: policy
version: "3"
title: Our policy
reference: Policy 3
publisher: Ourselves
licence: internal
source: intranet
confidence: high
requirements:
  - id: policy-1
    reference: "1"
    title: Passwords
    kind: clause
    chapter: Access
    obligation: Use long ones.
    evidence: [Policy text, Screenshot of settings]
"""


def test_a_framework_of_ones_own_is_read_from_yaml_and_stands_beside_the_shipped_ones() -> None:
    own = read_framework(OWN.encode(), "policy.yaml")
    walk = crosswalk_with([own])
    assert walk.catalogue.requirement("policy-1").title == "Passwords"
    assert walk.catalogue.latest("dora") is shipped_catalogue().latest("dora")
    with pytest.raises(ImportRefusedError, match="a version that no other file has"):
        crosswalk_with([own, own])


def own_workbook(*rows: tuple[object, ...]) -> bytes:
    book = Workbook()
    about, sheet = book.active, book.create_sheet("Requirements")
    assert about is not None
    about.title = "Framework"
    for name, value in yaml.safe_load(OWN).items():
        if name != "requirements":
            about.append((name, value))
    for row in (("id", "reference", "title", "kind", "chapter", "obligation", "evidence"), *rows):
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_framework_of_ones_own_is_read_from_a_workbook() -> None:
    row = ("policy-1", "1", "Passwords", "clause", "Access", "Use long ones.", "Policy text\nScreenshot of settings")
    assert read_framework(own_workbook(row), "policy.xlsx") == read_framework(OWN.encode(), "policy.yaml")


def test_problems_of_a_workbook_name_sheet_and_row() -> None:
    good = ("policy-1", "1", "Passwords", "clause", "Access", "Use long ones.", "Policy text\nLog")
    with pytest.raises(ImportRefusedError) as refused:
        read_framework(own_workbook(good, ("policy-2", "2", "", "clause", "Access", "Do it.", "One item")), "p.xlsx")
    assert [str(problem) for problem in refused.value.problems] == [
        "Requirements, row 3: requirement policy-2: title must be filled in, got nothing",
        "Requirements, row 3: requirement policy-2: evidence must be a list of 2 to 4 items, got '1'",
    ]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "the file is empty"),
        (b"x" * (5 * 1024 * 1024 + 1), "at most 5 MB, got 5.0 MB"),
        (b"\xff\xfe\x00", "neither a workbook (.xlsx) nor text in UTF-8"),
        (b"a: [", "not valid YAML in line"),
        (b"a: 2025-13-45", "not valid YAML"),
        (b"a: " + b"1" * 5000, "not valid YAML"),
        (b"a: !!python/object/apply:os.system [id]", "not valid YAML in line 1: could not determine a constructor"),
        (b"a: &x [1]\nb: *x", "uses anchors or aliases (& or *) in line 1"),
        (b"a: b\n'a': c", "'a' stands twice in one mapping in line 2"),
        (b"[" * 40 + b"]" * 40, "nested more than 12 levels deep in line 1"),
        (b"- 1", "policy.yaml: it must be a mapping of names to values"),
        (b"PK\x03\x04", "damaged or is no workbook"),
        (OWN.replace("Access", "''").encode(), "requirement policy-1: chapter must be filled in"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_sentence(content: bytes, sentence: str) -> None:
    with pytest.raises(ImportRefusedError) as refused:
        read_framework(content, "policy.yaml")
    assert sentence in str(refused.value)


def test_every_file_of_a_folder_is_looked_at_before_it_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ImportRefusedError, match="no framework in this folder"):
        read_catalogue(tmp_path)
    with pytest.raises(ImportRefusedError, match=r"none\.yaml is missing"):
        read_controls(tmp_path / "none.yaml")
    (tmp_path / "a.yaml").write_text("a: [", encoding="utf-8")
    (tmp_path / "b.yaml").write_text(OWN.replace("kind: clause", "kind: 4"), encoding="utf-8")
    with pytest.raises(ImportRefusedError) as refused:
        read_catalogue(tmp_path)
    told = str(refused.value)
    assert "a.yaml is not valid YAML in line" in told
    assert "b.yaml: requirement policy-1: kind must be text" in told


def test_a_reference_that_leads_nowhere_is_named(tmp_path: Path) -> None:
    file = tmp_path / "controls.yaml"
    text = frameworks.CONTROLS_FILE.read_text(encoding="utf-8").replace("dora-5-2-a,", "dora-5-2-zz,", 1)
    file.write_text(text, encoding="utf-8")
    walk = Crosswalk(library=read_controls(file), catalogue=shipped_catalogue(), acts=shipped_acts())
    with pytest.raises(ImportRefusedError, match="control governance-accountability refers to 'dora-5-2-zz'"):
        summarise(walk)


def test_refusals_of_the_regulation_become_the_products_own() -> None:
    problem = CatalogueProblem(source="f", row=3, allowed="x", came="y")
    assert isinstance(translated(CatalogueError([problem])), ImportRefusedError)
    assert str(translated(RefusedValueError("n", "x", 3))) == "n must be x, got 3"
    assert isinstance(translated(RefusedValueError("n", "x", 3)), InputError)
    assert isinstance(translated(UnknownIdError("there is none")), NotFoundError)
    assert type(translated(ComplianceError("else"))) is RoriError


@pytest.fixture
def nothing_cached() -> Iterator[None]:
    cached = (frameworks.shipped_catalogue, frameworks.shipped_controls, frameworks.shipped_crosswalk)
    for each in cached:
        each.cache_clear()
    yield
    for each in cached:
        each.cache_clear()


@pytest.mark.usefixtures("nothing_cached")
def test_the_command_ends_with_1_and_sentences_when_the_check_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "bad.yaml").write_text(OWN.replace("confidence: high", "confidence: sure"), encoding="utf-8")
    monkeypatch.setattr(frameworks, "FRAMEWORKS_FOLDER", tmp_path)
    monkeypatch.setattr(sys, "argv", ["rori", "frameworks"])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 1
    assert "bad.yaml: confidence must be one of high, medium, low, got 'sure'" in capsys.readouterr().err
