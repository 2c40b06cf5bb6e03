"""The page Method."""

from __future__ import annotations

import re
from collections.abc import Callable

from streamlit.testing.v1 import AppTest

from rori.economics.figures.risk import N_BATCHES, YEARS_BEHIND_A_POINT
from rori.economics.inputs.measures import FIELDS_OF_COMMON_CAUSES, FIELDS_OF_DEPENDENCIES, FIELDS_OF_FAILURE_MODES
from rori.economics.terms import Component
from rori.usecases.settings import PROJECT_ROOT

Open = Callable[..., AppTest]
TEXT = (PROJECT_ROOT / "docs" / "method.md").read_text(encoding="utf-8")


def test_the_page_shows_the_document(open_page: Open) -> None:
    at = open_page("method")
    assert not at.exception
    assert at.title[0].value == "Method"
    assert any("What is not modelled" in found.value for found in at.markdown)


def test_every_component_of_loss_has_its_formula() -> None:
    section = TEXT[TEXT.index("## 3.") : TEXT.index("## 4.")].lower()
    assert all(f"| {component.value} |" in section for component in Component)


def test_every_field_of_a_target_is_explained() -> None:
    fields = FIELDS_OF_FAILURE_MODES | FIELDS_OF_COMMON_CAUSES | FIELDS_OF_DEPENDENCIES
    assert all(f"`{field}`" in TEXT for field in fields)


def test_the_policy_of_standard_errors_is_the_one_in_use() -> None:
    assert f"{N_BATCHES} batches" in TEXT
    assert f"fewer than {YEARS_BEHIND_A_POINT} simulated years" in TEXT


def test_the_document_asks_for_nothing_from_outside() -> None:
    assert not re.search(r"!\[|https?://|<[a-z]", TEXT)
