from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from rori.store import Store
from rori.usecases.pictures import picture_mode, said_of_modes
from rori.usecases.samples import load_sample_into


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(f"sqlite:///{tmp_path / 'rori.db'}")
    opened.migrate()
    yield opened
    opened.dispose()


def test_without_failure_modes_nothing_was_said(store: Store) -> None:
    assert said_of_modes(store) == ()


def test_every_failure_mode_is_listed_with_what_was_said_of_it(store: Store) -> None:
    load_sample_into(store, "ann")
    found = said_of_modes(store)
    with store.read() as reader:
        records = {str(record.values["id"]): record for record in reader.records("failure_modes")}
    assert {mode.id for mode in found} == set(records)
    assert [mode.system_name.casefold() for mode in found] == sorted(mode.system_name.casefold() for mode in found)
    for mode in found:
        assert mode.version == records[mode.id].version
        assert mode.events_per_year.p95 == records[mode.id].values["events_per_year_p95"]
        assert mode.source == str(records[mode.id].values["source"] or "")


def test_the_pictures_mark_what_was_said(store: Store) -> None:
    load_sample_into(store, "ann")
    mode = next(mode for mode in said_of_modes(store) if mode.id == "card-auth-release")
    pictures = picture_mode(mode)
    assert ("P5", mode.events_per_year.p5, True) in pictures.frequency.marks
    assert ("P95", mode.duration_hours.p95, True) in pictures.duration.marks
    assert ("most likely", mode.capacity_lost.likely, True) in pictures.capacity_lost.marks
