"""A real server on a database of its own and a real browser, driven by role and label."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, expect, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
LONG = 30_000


@dataclass
class Server:
    """A running app."""

    url: str
    database: Path
    process: subprocess.Popen[bytes]


@dataclass
class Visit:
    """One browser tab and what went wrong in it."""

    page: Page
    url: str
    errors: list[str] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)

    def open(self, path: str = "") -> None:
        """Open a page of the app and wait until it has been drawn."""
        self.page.goto(f"{self.url}/{path}")
        self.settle()

    def settle(self) -> None:
        """Wait until the server has finished drawing."""
        expect(self.page.get_by_test_id("stApp")).to_have_attribute(
            "data-test-script-state", "notRunning", timeout=LONG
        )


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    found = next((path for path in map(shutil.which, BROWSERS) if path), None)
    if found is None:
        pytest.fail("no browser found: run 'make tools', or install chromium")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=found)
        yield started
        started.close()


@pytest.fixture(scope="session")
def server_factory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Server]]:
    running: list[Server] = []
    yield running
    for server in running:
        server.process.send_signal(signal.SIGTERM)
        try:
            server.process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            server.process.kill()


def start_server(folder: Path) -> Server:
    """Start the app on a free port of 127.0.0.1 with an empty database in `folder`."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    database = folder / "rori.db"
    environment = {
        **os.environ,
        "HOME": str(folder),
        "RORI_DATABASE_URL": f"sqlite:///{database}",
        "RORI_USER": "Erika Beispiel",
    }
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)]
    with (folder / "server.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT)
    url = f"http://127.0.0.1:{port}"
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"{url}/_stcore/health", timeout=2) as answer:  # noqa: S310 - our own server
                if answer.read() == b"ok":
                    return Server(url=url, database=database, process=process)
        except OSError:
            time.sleep(0.2)
    process.kill()
    pytest.fail(f"the server did not start: {(folder / 'server.log').read_text()[-2000:]}")


@pytest.fixture
def server(tmp_path_factory: pytest.TempPathFactory, server_factory: list[Server]) -> Server:
    """Give each test a server of its own, with nothing in it."""
    started = start_server(tmp_path_factory.mktemp("server"))
    server_factory.append(started)
    return started


@pytest.fixture(scope="module")
def shared_server(tmp_path_factory: pytest.TempPathFactory, server_factory: list[Server]) -> Server:
    """One server for the tests of a module that do not disturb each other."""
    started = start_server(tmp_path_factory.mktemp("shared"))
    server_factory.append(started)
    return started


def watch(context: BrowserContext, url: str) -> Visit:
    """Open a tab that notes errors and every request that leaves for somewhere else."""
    visit = Visit(page=context.new_page(), url=url)

    def note(request: Request) -> None:
        if not request.url.startswith((url, url.replace("http", "ws"), "data:", "blob:")):
            visit.strangers.append(request.url)

    visit.page.on("request", note)
    visit.page.on("pageerror", lambda error: visit.errors.append(str(error)))
    visit.page.on("console", lambda line: visit.errors.append(line.text) if _is_ours(line) else None)
    return visit


def _is_ours(line: ConsoleMessage) -> bool:
    """Tell errors of ours from the two addresses that Streamlit's client tries in vain on every deep link."""
    return line.type == "error" and not re.search(r"/_stcore/(health|host-config)$", line.location.get("url", ""))


@pytest.fixture
def visit(browser: Browser, server: Server) -> Iterator[Visit]:
    context = browser.new_context(
        viewport={"width": 1440, "height": 900}, locale="en-GB", timezone_id="Europe/Berlin", accept_downloads=True
    )
    tab = watch(context, server.url)
    yield tab
    context.close()
    assert tab.strangers == []
    assert tab.errors == []
