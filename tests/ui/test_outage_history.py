"""The page Outage history."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from streamlit.testing.v1 import AppTest

from rori.store import Store
from tests.ui.test_start import button
from tests.ui.test_systems import errors

Open = Callable[..., AppTest]


def history(extra: str = "") -> bytes:
    lines = ["vendor,service,location,start_utc,end_utc"]
    for number in range(24):
        start = datetime(2024, 1, 3, tzinfo=UTC) + timedelta(days=30 * number)
        end = start + timedelta(hours=1 + number % 5)
        place = "north" if number % 2 else "south"
        lines.append(f"Acme,payments,{place},{start.isoformat()},{end.isoformat()}")
    return ("\n".join([*lines, extra]) if extra else "\n".join(lines)).encode()


def uploaded(open_page: Open, content: bytes) -> AppTest:
    at = open_page("outage-history")
    return at.file_uploader[0].set_value(("outages.csv", content, "text/csv")).run()


def outages(at: AppTest) -> str:
    return next(found.value for found in at.metric if found.label == "Outages")


def test_a_history_gives_rate_and_duration(sample: Store, open_page: Open) -> None:
    at = uploaded(open_page, history())
    assert not at.error
    assert outages(at) == "24"
    assert any("One pair has 50.0 %" in found.value.replace("\\", "") for found in at.markdown)


def test_only_the_chosen_location_counts(sample: Store, open_page: Open) -> None:
    at = uploaded(open_page, history())
    at = next(found for found in at.multiselect if found.label == "Locations").set_value(["north"]).run()
    assert outages(at) == "12"


def test_a_result_is_applied_to_a_failure_mode_and_can_be_undone(sample: Store, open_page: Open) -> None:
    at = uploaded(open_page, history())
    chosen = next(found for found in at.selectbox if found.label == "Failure mode").value
    with sample.read() as reader:
        before = reader.record("failure_modes", chosen).values
    at = button(at, "Apply to failure mode").click().run()
    assert not at.error
    with sample.read() as reader:
        after = reader.record("failure_modes", chosen).values
    assert str(after["source"]).startswith("24 outages")
    assert after["events_per_year_p50"] != before["events_per_year_p50"]
    button(at, "Undo").click().run()
    with sample.read() as reader:
        assert reader.record("failure_modes", chosen).values == before


def test_only_the_frequency_is_taken_over_when_asked(sample: Store, open_page: Open) -> None:
    at = uploaded(open_page, history())
    chosen = next(found for found in at.selectbox if found.label == "Failure mode").value
    with sample.read() as reader:
        before = reader.record("failure_modes", chosen).values
    at = next(found for found in at.checkbox if found.label == "Take over the duration").uncheck().run()
    button(at, "Apply to failure mode").click().run()
    with sample.read() as reader:
        after = reader.record("failure_modes", chosen).values
    assert after["duration_hours_p95"] == before["duration_hours_p95"]
    assert after["events_per_year_p95"] != before["events_per_year_p95"]


def test_rows_that_cannot_be_used_are_listed(sample: Store, open_page: Open) -> None:
    at = uploaded(open_page, history("Acme,payments,north,yesterday,2024-01-01T00:00:00Z"))
    assert any("1 rows left out" in found.value or "1 row left out" in found.value for found in at.warning)


def test_columns_that_are_not_recognised_are_asked_for(sample: Store, open_page: Open) -> None:
    at = uploaded(open_page, b"a,b\n2024-01-01,2024-01-02\n")
    assert any("Choose the columns" in found.value for found in at.info)
    assert not at.metric


def test_a_file_that_is_no_text_is_refused_in_words(open_page: Open) -> None:
    at = uploaded(open_page, b"PK\x03\x04\x00\x00")
    assert "the file holds zero bytes" in errors(at).replace("The", "the")
    assert not at.exception
