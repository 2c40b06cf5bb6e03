"""The page Failure modes."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from rori.store import Store
from rori.usecases.inventory import save_record

Open = Callable[..., AppTest]

MODE = {
    "id": "disk",
    "system_id": "ledger",
    "name": "Disk fails",
    "cause": "hardware",
    "events_per_year_p5": 0.5,
    "events_per_year_p95": 0.5,
    "duration_hours_p5": 4,
    "duration_hours_p95": 4,
    "capacity_lost_low": 50,
    "capacity_lost_likely": 50,
    "capacity_lost_high": 50,
}


@pytest.fixture
def ledger(store: Store) -> Store:
    """Return a store with one system that carries a tag."""
    save_record(store, "mia", "systems", {"id": "ledger", "name": "Ledger", "tags": "cloud=aws"}, None)
    return store


def test_expected_hours_lost_are_events_times_hours_times_capacity(ledger: Store, open_page: Open) -> None:
    save_record(ledger, "mia", "failure_modes", MODE, None)
    (row,) = open_page("failure-modes").dataframe[-1].value.to_dict("records")
    assert row["System"] == "Ledger"
    assert row["Mean events per year"] == pytest.approx(0.5)
    assert row["Mean duration (hours)"] == pytest.approx(4.0)
    assert row["Expected hours lost per year"] == pytest.approx(1.0)


def test_common_causes_count_the_systems_that_they_hit(ledger: Store, open_page: Open) -> None:
    cause = {key: MODE[key] for key in MODE if key.startswith(("events", "duration"))}
    cause |= {"id": "region", "name": "Region", "tag": "cloud=aws", "hit_probability": 25}
    save_record(ledger, "mia", "common_causes", cause, None)
    at = open_page("failure-modes", **{"modes-tab": "Common causes"})
    (row,) = at.dataframe[-1].value.to_dict("records")
    assert (row["Exposed systems"], row["Mean systems hit"]) == (1, 0.25)
    assert row["Expected hours lost per year"] == pytest.approx(0.5)


def test_without_rows_there_is_no_table_of_averages(open_page: Open) -> None:
    at = open_page("failure-modes")
    assert not any("on average" in found.value for found in at.subheader)
    assert any("No failure modes yet" in found.value for found in at.markdown)
