"""A saved run beside the exact engine."""

from __future__ import annotations

from pathlib import Path

import pytest

from rori.store import Store
from rori.usecases.cases import run_case
from rori.usecases.cross_checking import cross_check
from rori.usecases.samples import load_sample_into


@pytest.fixture
def store(tmp_path: Path):
    store = Store(f"sqlite:///{tmp_path / 'rori.db'}")
    store.migrate()
    load_sample_into(store, "mia")
    yield store
    store.dispose()


def test_the_sample_is_simulated_as_it_is_computed(store: Store) -> None:
    with store.write("mia") as writer:
        stored = writer.record("cases", "continuity-programme")
        writer.update("cases", {**stored.values, "n_paths": 2000}, version=stored.version)
        writer.commit()
    found = cross_check(store, run_case(store, "mia", "continuity-programme").run.id)
    assert found.rori is not None
    assert found.currency == "EUR"
    assert [one.name for one in found.amounts][:5] == [
        "Prevented loss",
        "Expected annual loss, without",
        "Expected annual loss, with",
        "VaR 95 %, without",
        "VaR 95 %, with",
    ]
    for one in (found.rori, *found.amounts):
        assert one.standard_errors_apart is not None, one.name
        assert one.standard_errors_apart <= 4.0, one.name
        assert 0.0 < one.exact.error < one.simulated.standard_error, one.name


def test_the_run_is_checked_with_the_inputs_that_were_saved(store: Store) -> None:
    run = run_case(store, "mia", "continuity-programme").run
    before = cross_check(store, run.id)
    with store.write("mia") as writer:
        mode = writer.records("failure_modes")[0]
        changed = {**mode.values, "events_per_year_p95": 100.0, "events_per_year_p50": None}
        writer.update("failure_modes", changed, version=mode.version)
        writer.commit()
    assert cross_check(store, run.id) == before
