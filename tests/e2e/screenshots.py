"""Pictures of the pages for the README and for looking at: `make screenshots`.

docs/screenshots/run.png is the README's; with a folder as argument every page goes there, wide and narrow, light and dark.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from rori.store import Store
from rori.usecases.cases import run_case
from rori.usecases.samples import load_sample_into
from tests.e2e.conftest import BROWSERS, LONG, ROOT, Server, start_server, watch

README_PICTURE = ROOT / "docs" / "screenshots" / "run.png"


def filled_server(folder: Path) -> Server:
    """Start the app with the sample and one run in it."""
    server = start_server(folder)
    store = Store(f"sqlite:///{server.database}")
    store.migrate()
    load_sample_into(store, "Erika Beispiel")
    run_case(store, "Erika Beispiel", "continuity-programme")
    store.dispose()
    return server


def whole(page: Page, path: Path) -> None:
    """Take a picture of the whole page: the inner part scrolls, so the window is made as tall as that."""
    size = page.viewport_size or {"width": 1440, "height": 900}
    height = page.evaluate("document.querySelector('[data-testid=stMain]').scrollHeight")
    page.set_viewport_size({"width": size["width"], "height": min(int(height) + 20, 8000)})
    page.wait_for_timeout(800)
    page.screenshot(path=path)
    page.set_viewport_size(size)


def main() -> None:
    """Take the pictures."""
    program = next(path for path in map(shutil.which, BROWSERS) if path)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        server = filled_server(Path(folder))
        browser = playwright.chromium.launch(executable_path=program)
        try:
            if len(sys.argv) > 1:
                every_page(browser, server, Path(sys.argv[1]))
            else:
                context = browser.new_context(viewport={"width": 1440, "height": 1180}, locale="en-GB")
                visit = watch(context, server.url)
                visit.open("run")
                visit.page.get_by_text("Where these figures come from").wait_for(timeout=LONG)
                visit.page.wait_for_timeout(1500)
                README_PICTURE.parent.mkdir(parents=True, exist_ok=True)
                visit.page.screenshot(path=README_PICTURE)
        finally:
            browser.close()
            server.process.terminate()
            server.process.wait(timeout=20)


def every_page(browser: object, server: Server, out: Path) -> None:
    """Take every page at both widths in both themes."""
    names = sorted(path.stem.replace("_", "-") for path in (ROOT / "rori" / "ui" / "pages").glob("[a-z]*.py"))
    out.mkdir(parents=True, exist_ok=True)
    for scheme in ("light", "dark"):
        for width in (1440, 390):
            context = browser.new_context(  # type: ignore[attr-defined]
                viewport={"width": width, "height": 900}, color_scheme=scheme, locale="en-GB"
            )
            visit = watch(context, server.url)
            for name in names:
                visit.open("" if name == "start" else name)
                visit.page.wait_for_timeout(1500)
                visit.settle()
                whole(visit.page, out / f"{name}-{width}-{scheme}.png")
            context.close()


if __name__ == "__main__":
    main()
