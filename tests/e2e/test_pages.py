"""Every page in a real browser: drawn without errors, on a desk and on a phone, light and dark."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from rori.store import Store
from rori.usecases.cases import run_case
from rori.usecases.samples import load_sample_into
from tests.e2e.conftest import LONG, Server, Visit, watch
from tests.ui.test_pages import PAGES

SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture(scope="module")
def filled(shared_server: Server) -> Server:
    store = Store(f"sqlite:///{shared_server.database}")
    store.migrate()
    load_sample_into(store, "ann")
    for _ in range(2):
        run_case(store, "ann", "continuity-programme")
    store.dispose()
    return shared_server


@pytest.fixture(params=[("light", 1440), ("dark", 390)], ids=["desk, light", "phone, dark"])
def reader(browser: Browser, filled: Server, request: pytest.FixtureRequest) -> Iterator[Visit]:
    scheme, width = request.param
    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme=scheme, locale="de-DE", timezone_id="Europe/Berlin"
    )
    yield watch(context, filled.url)
    context.close()


@pytest.mark.parametrize("name", [name.replace("_", "-") for name in PAGES])
def test_a_page_is_drawn_without_errors_and_asks_nobody_else(reader: Visit, name: str):
    reader.open("" if name == "start" else name)
    expect(reader.page.get_by_role("heading").first).to_be_visible(timeout=LONG)
    reader.settle()
    assert reader.page.get_by_test_id("stException").count() == 0
    assert reader.page.evaluate(SIDEWAYS) <= 0
    assert reader.strangers == []
    assert reader.errors == []
