"""Every page opens, empty and with the sample."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from rori.store import Store
from tests.ui.conftest import APP

PAGES = sorted(path.stem for path in (APP.parent / "rori" / "ui" / "pages").glob("[a-z]*.py"))


def test_the_front_door_lists_every_page_on_disk() -> None:
    listed = set(re.findall(r"st\.Page\(\s*(\w+)\.page", APP.read_text(encoding="utf-8")))
    assert listed == set(PAGES)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_opens_on_an_empty_store(name: str, open_page: Callable[..., AppTest]) -> None:
    at = open_page(name.replace("_", "-"))
    assert not at.exception
    assert at.title[0].value


@pytest.mark.parametrize("name", PAGES)
def test_a_page_opens_with_the_sample(name: str, sample: Store, open_page: Callable[..., AppTest]) -> None:
    at = open_page(name.replace("_", "-"))
    assert not at.exception
    assert not at.error
    assert at.title[0].value


@pytest.mark.parametrize("name", PAGES)
def test_a_page_has_tests_of_its_own(name: str) -> None:
    assert (Path(__file__).parent / f"test_{name}.py").is_file()
