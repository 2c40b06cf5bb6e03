"""The main job in a browser, by role and label: inventory in, case run, workbook out."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

from openpyxl import load_workbook
from playwright.sync_api import expect

from rori.reports.inventory_workbook import write_inventory_workbook
from rori.store import Store
from rori.usecases.cases import open_run, runs_of, verify_run
from rori.usecases.inventory import count_records
from rori.usecases.samples import sample_inventory
from tests.e2e.conftest import LONG, Server, Visit


def load_the_sample(visit: Visit) -> None:
    visit.open()
    visit.page.get_by_role("button", name="Load the sample").click()
    expect(visit.page.get_by_text("The way to a result")).to_be_visible(timeout=LONG)


def run_the_first_case(visit: Visit) -> None:
    visit.open("cases")
    visit.page.get_by_role("button", name="Run", exact=True).first.click()
    expect(visit.page.get_by_role("button", name="Download workbook")).to_be_visible(timeout=2 * LONG)
    visit.settle()


def download(visit: Visit, name: str, folder: Path) -> Path:
    with visit.page.expect_download() as waiting:
        visit.page.get_by_role("button", name=name).click()
    path = folder / waiting.value.suggested_filename
    waiting.value.save_as(path)
    return path


def until(holds: Callable[[], bool]) -> None:
    """Wait until something holds; fail when it does not in time."""
    deadline = time.monotonic() + LONG / 1000
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def metrics(visit: Visit) -> list[str]:
    """Read the metrics once they stay the same: a page on its way draws some of them first."""
    shown = visit.page.get_by_test_id("stMetric")
    seen: list[str] = []

    def stay() -> bool:
        before = list(seen)
        visit.settle()
        seen[:] = shown.all_inner_texts()
        return len(seen) >= 8 and seen == before

    until(stay)
    return seen


def test_from_an_empty_database_to_a_downloaded_workbook(visit: Visit, server: Server, tmp_path: Path):
    load_the_sample(visit)
    run_the_first_case(visit)
    expect(
        visit.page.get_by_text(re.compile(r"Over 5 years these \d measures are expected to prevent"))
    ).to_be_visible()
    expect(visit.page.get_by_text("Traditional ROI").first).to_be_visible()
    workbook = load_workbook(download(visit, "Download workbook", tmp_path))
    assert {"Summary", "Cash flow", "Loss exceedance", "Provenance"} <= set(workbook.sheetnames)
    store = Store(f"sqlite:///{server.database}")
    saved = open_run(store, runs_of(store)[0].id)
    rori = saved.result.investment.rori
    assert rori is not None
    shown = [cell.value for row in workbook["Provenance"].iter_rows() for cell in row]
    assert saved.run.input_hash in shown
    assert saved.run.created_by == "Erika Beispiel"
    assert verify_run(store, saved.run.id) == saved.result
    store.dispose()


def test_a_reopened_run_shows_the_same_page(visit: Visit):
    load_the_sample(visit)
    run_the_first_case(visit)
    address = visit.page.url
    expect(visit.page.get_by_text("Where these figures come from")).to_be_visible(timeout=LONG)
    before = metrics(visit)
    visit.open()
    visit.page.goto(address)
    expect(visit.page.get_by_role("button", name="Download workbook")).to_be_visible(timeout=LONG)
    assert metrics(visit) == before


def test_an_own_inventory_is_previewed_then_imported(visit: Visit, server: Server):
    visit.open()
    visit.page.get_by_role("button", name="Import yours").click()
    upload = visit.page.locator("input[type=file]")
    workbook = load_workbook(BytesIO(write_inventory_workbook(sample_inventory())))
    workbook["Systems"].cell(row=4, column=4, value="extremely critical")
    broken = BytesIO()
    workbook.save(broken)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    upload.set_input_files({"name": "broken.xlsx", "mimeType": kind, "buffer": broken.getvalue()})
    expect(visit.page.get_by_role("alert").filter(has_text="Nothing was imported")).to_be_visible(timeout=LONG)
    expect(visit.page.get_by_text("extremely critical").first).to_be_attached()
    assert visit.page.get_by_role("button", name=re.compile(r"Import \d+ rows")).count() == 0
    whole = write_inventory_workbook(sample_inventory())
    visit.page.get_by_role("button", name="Remove broken.xlsx").click()
    upload.set_input_files({"name": "whole.xlsx", "mimeType": kind, "buffer": whole})
    visit.page.get_by_role("button", name=re.compile(r"Import \d+ rows")).click(timeout=LONG)
    store = Store(f"sqlite:///{server.database}")
    until(lambda: count_records(store)["systems"] > 0)
    with store.read() as reader:
        assert reader.count("systems") == len(sample_inventory()["systems"])
        assert reader.record("systems", "card-auth").changed_by == "Erika Beispiel"
    store.dispose()


def test_an_outage_history_ends_up_in_a_case(visit: Visit, server: Server):
    load_the_sample(visit)
    visit.open("outage-history")
    lines = ["service,location,begin,finish,cloud"]
    lines += [
        f"db,west,2024-{1 + i % 12:02d}-{1 + i % 27:02d}T0{i % 9}:00:00Z,2024-{1 + i % 12:02d}-{1 + i % 27:02d}T1{i % 9}:30:00Z,c"
        for i in range(30)
    ]
    content = "\n".join(lines).encode()
    visit.page.locator("input[type=file]").set_input_files({"name": "h.csv", "mimeType": "text/csv", "buffer": content})
    apply = visit.page.get_by_role("button", name="Apply to failure mode")
    expect(apply).to_be_visible(timeout=LONG)
    expect(visit.page.get_by_text("30 outages read")).to_be_visible()
    apply.click()
    expect(visit.page.get_by_role("button", name="Undo")).to_be_visible(timeout=LONG)
    store = Store(f"sqlite:///{server.database}")
    with store.read() as reader:
        changed = [r for r in reader.records("failure_modes") if "file hash" in str(r.values["source"])]
    store.dispose()
    assert len(changed) == 1
    assert changed[0].version == 2
    run_the_first_case(visit)


def test_a_deleted_run_can_be_brought_back(visit: Visit, server: Server):
    load_the_sample(visit)
    run_the_first_case(visit)
    visit.page.get_by_role("button", name="Delete this run").click()
    undo = visit.page.get_by_role("button", name="Undo")
    expect(undo).to_be_visible(timeout=LONG)
    store = Store(f"sqlite:///{server.database}")
    assert runs_of(store) == ()
    undo.click()
    expect(undo).to_have_count(0, timeout=LONG)
    visit.settle()
    assert len(runs_of(store)) == 1
    store.dispose()


def test_a_run_that_is_cancelled_leaves_nothing(visit: Visit, server: Server):
    load_the_sample(visit)
    store = Store(f"sqlite:///{server.database}")
    with store.write("ann") as writer:
        long = writer.record("cases", "continuity-programme")
        writer.update("cases", {**long.values, "n_paths": 400_000}, version=long.version)
        writer.commit()
    visit.open("cases")
    visit.page.get_by_role("button", name="Run", exact=True).first.click()
    visit.page.get_by_role("button", name="Cancel").click(timeout=LONG)
    expect(visit.page.get_by_text("Cancelled: nothing saved")).to_be_visible(timeout=LONG)
    expect(visit.page.get_by_role("button", name="Run", exact=True).first).to_be_enabled()
    visit.settle()
    assert runs_of(store) == ()
    store.dispose()
