"""The app as AppTest sees it, on a database of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from rori.store import Store
from rori.usecases.samples import load_sample_into

APP = Path(__file__).parents[2] / "app.py"


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """Return an empty store that the app uses too."""
    url = f"sqlite:///{tmp_path / 'rori.db'}"
    monkeypatch.setenv("RORI_DATABASE_URL", url)
    monkeypatch.setenv("RORI_USER", "mia")
    opened = Store(url)
    opened.migrate()
    yield opened
    opened.dispose()
    st.cache_resource.clear()


@pytest.fixture
def sample(store: Store) -> Store:
    """Return the store with the sample in it."""
    load_sample_into(store, "mia")
    return store


@pytest.fixture
def open_page(store: Store) -> Callable[..., AppTest]:
    """Return a way to open the app at a page, named by its url path."""

    def opened(name: str, **query: str) -> AppTest:
        at = AppTest.from_file(str(APP), default_timeout=30)
        for key, value in query.items():
            at.query_params[key] = value
        at._page_hash = calc_hash(name)
        return at.run()

    return opened
