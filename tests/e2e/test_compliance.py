"""One journey through compliance: who we are, what we answer, what proves it, and what is left when that expires."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

from playwright.sync_api import Page, expect

from rori.store import Store
from rori.usecases.compliance.standing import standings
from tests.e2e.conftest import LONG, Server, Visit

CONTROL = "Management body accountability"


def choose(page: Page, label: str, option: str) -> None:
    """Choose from a list by typing, as one does with a keyboard."""
    box = page.get_by_role("combobox", name=re.compile(label))
    box.click()
    box.fill(option)
    page.get_by_role("option", name=option, exact=True).first.click()


def answer_first_control(page: Page, value: str) -> None:
    """Go to the answer of the first row with the keyboard, and choose."""
    grid = page.locator(".dvn-scroller").first
    grid.click(position={"x": 60, "y": 55})
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    page.locator("#portal input").first.press_sequentially(value)
    page.keyboard.press("Enter")
    expect(page.get_by_text("Not saved yet: 1 control")).to_be_visible(timeout=LONG)


def type_day(page: Page, label: str, day: date) -> None:
    """Type a day into the three parts of its field."""
    for part, value in (("year", f"{day.year:04}"), ("month", f"{day.month:02}"), ("day", f"{day.day:02}")):
        field = page.get_by_role("spinbutton", name=f"{part}, {label}").last
        field.click()
        page.keyboard.type(value)
    page.keyboard.press("Tab")


def shown_readiness(visit: Visit) -> tuple[int, int]:
    """Read how many requirements are met as claimed and with evidence from the page's headline."""
    visit.open("compliance")
    headline = visit.page.get_by_role("heading", name=re.compile(r"requirements are met as claimed"))
    expect(headline).to_be_visible(timeout=LONG)
    found = re.search(r"([\d,]+) of [\d,]+ requirements are met as claimed, ([\d,]+) ", headline.inner_text())
    assert found is not None
    claimed, evidenced = (int(part.replace(",", "")) for part in found.groups())
    return claimed, evidenced


def test_profile_answer_evidence_approval_and_expiry_move_readiness(visit: Visit, server: Server):
    page = visit.page
    visit.open("compliance")
    choose(page, "Type of financial entity", "Payment institution")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Payment institution under DORA (full framework)")).to_be_visible(timeout=LONG)
    assert shown_readiness(visit) == (0, 0)

    visit.open("controls")
    answer_first_control(page, "Yes")
    page.get_by_role("button", name="Save all").click()
    expect(page.get_by_text(re.compile(f"Saved: the answer to {CONTROL}")).first).to_be_visible(timeout=LONG)
    claimed, evidenced = shown_readiness(visit)
    assert claimed > 0
    assert evidenced == 0

    today = datetime.now(UTC).date()
    visit.open("evidence?view=add&kind=control&target=governance-accountability")
    page.get_by_label("Title *").fill("Minutes of the board")
    type_day(page, "Expires on", today + timedelta(days=30))
    page.get_by_label("Link, if it stands elsewhere").fill("https://board.example/minutes")
    page.get_by_role("button", name="Add evidence").click()
    page.get_by_role("button", name="Submit for review").click(timeout=LONG)
    page.get_by_role("button", name="Approve").click(timeout=LONG)
    expect(page.get_by_text(re.compile("Approved")).first).to_be_visible(timeout=LONG)
    visit.settle()
    assert shown_readiness(visit) == (claimed, claimed)

    store = Store(f"sqlite:///{server.database}")
    later = {one.framework.id: one.readiness.whole for one in standings(store, today + timedelta(days=31))}
    assert later["dora"].met_claimed > 0
    assert later["dora"].met_evidenced == 0
    with store.read() as reader:
        item = reader.linked_evidence()[0]
    visit.open(f"evidence?item={item.item_id}")
    page.get_by_text("Change title, owner or days").click()
    type_day(page, "Expires on", today - timedelta(days=1))
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text(re.compile("[Ee]xpired")).first).to_be_visible(timeout=LONG)
    visit.settle()
    assert shown_readiness(visit) == (claimed, 0)
    store.dispose()
