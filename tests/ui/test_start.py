"""The page Start."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from streamlit.testing.v1 import AppTest

from rori.store import AuditQuery, Evidence, Store, WebLink
from rori.usecases.inventory import count_records
from rori.usecases.samples import holds_sample

Open = Callable[..., AppTest]


def button(at: AppTest, label: str):
    return next(found for found in at.button if found.label == label)


def test_an_empty_store_offers_three_doors(open_page: Open) -> None:
    labels = [found.label for found in open_page("start").button]
    assert labels == ["Load the sample", "Import yours", "Start empty"]


def test_the_sample_is_loaded_by_one_button(store: Store, open_page: Open) -> None:
    at = button(open_page("start"), "Load the sample").click().run()
    assert not at.exception
    assert holds_sample(store)
    assert any("The way to a result" in found.value for found in at.subheader)


def test_start_empty_goes_to_the_systems(open_page: Open) -> None:
    at = button(open_page("start"), "Start empty").click().run()
    assert at.title[0].value == "Systems"


def test_the_sample_is_removed_by_one_button(sample: Store, open_page: Open) -> None:
    at = button(open_page("start"), "Remove it").click().run()
    assert not at.exception
    assert not any(count_records(sample).values())


def test_what_has_no_rows_yet_comes_next(sample: Store, open_page: Open) -> None:
    texts = [found.value for found in open_page("start").markdown]
    assert sum(":material/check:" in text for text in texts) >= 5
    assert sum(":material/arrow_forward:" in text for text in texts) == 1


def test_the_name_is_asked_once_and_can_be_changed(
    store: Store, open_page: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("RORI_USER")
    at = open_page("start")
    assert any("Who works here?" in found.value for found in at.markdown)
    at.text_input(key="who-first-name").set_value("Erika Beispiel")
    at = button(at, "Save name").click().run()
    assert not at.exception
    assert not any("Who works here?" in found.value for found in at.markdown)
    at = button(at, "Load the sample").click().run()
    with store.read() as reader:
        assert reader.audit(AuditQuery(subject="systems", limit=1))[0].who == "Erika Beispiel"


def test_evidence_that_ends_soon_is_seen_on_the_first_page(sample: Store, open_page: Callable[..., AppTest]) -> None:
    today = datetime.now(UTC).date()
    with sample.write("mia") as writer:
        for title, days in (("Restore *test*", 10), ("Audit report", 90)):
            said = Evidence(title=title, expires_on=today + timedelta(days=days))
            item = writer.add_evidence(said, content=WebLink(url="https://x.example"))
            item = writer.set_evidence_state(item.id, "in_review", version=item.version)
            writer.set_evidence_state(item.id, "approved", version=item.version)
        writer.commit()
    at = open_page("start")
    assert not at.exception
    assert any("1 piece of evidence expires within 30 days" in found.value for found in at.markdown)
