from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from rori.economics.history.calibration import CalibrationResult
from rori.economics.inputs.estimates import LognormalEstimate
from rori.errors import ConflictError, InputError, NotFoundError
from rori.inventory.columns import Sheet, Value
from rori.inventory.outages import Outage
from rori.inventory.sheets import FAILURE_MODES, SYSTEMS
from rori.store import Store
from rori.usecases.calibrating import (
    SHARED_LOCATIONS,
    CalibrationChoice,
    CalibrationTarget,
    OutageFilter,
    apply_calibration,
    calibrate,
    describe_source,
    list_names,
    observed_window,
)

START = datetime(2022, 1, 1, tzinfo=UTC)
THREE_YEARS = (START, START + timedelta(hours=3 * 8760))


def _outage(
    day: float, service: str = "compute", location: str = "north", provider: str = "acme", hours: float = 2.0
) -> Outage:
    start = START + timedelta(days=day)
    return Outage(
        start=start, end=start + timedelta(hours=hours), service=service, location=location, provider=provider
    )


def _monthly(service: str, location: str, hours: float = 2.0) -> list[Outage]:
    """Return one outage in each of 36 equal months."""
    return [_outage(30.4 * k + 5, service, location, hours=hours + 0.1 * k) for k in range(36)]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(f"sqlite:///{tmp_path / 'rori.db'}")
    opened.migrate()
    with opened.write("ann") as writer:
        writer.insert("systems", _record(SYSTEMS, id="shop", name="Shop"))
        mode = _record(
            FAILURE_MODES,
            id="shop-cloud",
            system_id="shop",
            name="Cloud outage",
            cause="third party",
            events_per_year_p5=0.1,
            events_per_year_p95=0.2,
            duration_hours_p5=1.0,
            duration_hours_p95=9.0,
            capacity_lost_low=0.5,
            capacity_lost_likely=1.0,
            capacity_lost_high=1.0,
            source="workshop",
        )
        writer.insert("failure_modes", mode)
        writer.commit()
    yield opened
    opened.dispose()


def _record(sheet: Sheet, **values: Value) -> dict[str, Value]:
    return {column.name: values.get(column.name, column.default) for column in sheet.columns}


def _result() -> CalibrationResult:
    return calibrate(_monthly("compute", "north"), CalibrationChoice(window=THREE_YEARS))


def test_the_rate_of_one_pair_is_counted() -> None:
    outages = [*_monthly("compute", "north"), *_monthly("compute", "south"), *_monthly("storage", "north")]
    chosen = OutageFilter(services=("compute",), locations=("north",))
    result = calibrate(outages, CalibrationChoice(outage_filter=chosen, window=THREE_YEARS))
    assert result.n_outages == 36
    assert result.sample.n_cells == 1
    assert result.frequency.thinned_per_year == pytest.approx(12.0)
    assert result.duration is not None
    assert result.duration.n_outages == 36


def test_all_outages_are_thinned_to_one_pair_that_failed() -> None:
    outages = [*_monthly("compute", "north"), *_monthly("compute", "south"), *_monthly("storage", "north")]
    result = calibrate(outages, CalibrationChoice(window=THREE_YEARS))
    assert result.sample.n_cells == 3
    assert result.frequency.pooled_per_year == pytest.approx(36.0)
    assert result.frequency.thinned_per_year == pytest.approx(12.0)
    assert any("failed at least once" in warning for warning in result.warnings)


def test_the_number_of_pairs_can_be_given() -> None:
    choice = CalibrationChoice(window=THREE_YEARS, n_cells=10)
    result = calibrate(_monthly("compute", "north"), choice)
    assert result.frequency.thinned_per_year == pytest.approx(1.2)
    assert not any("failed at least once" in warning for warning in result.warnings)


def test_a_named_pair_that_never_failed_is_observed_too() -> None:
    outages = [*_monthly("compute", "north"), *_monthly("storage", "south")]
    silent = OutageFilter(services=("compute",), locations=("south",))
    result = calibrate(outages, CalibrationChoice(outage_filter=silent, window=THREE_YEARS))
    assert result.n_outages == 0
    assert result.sample.n_cells == 1
    assert result.duration is None
    both = OutageFilter(services=("compute",), locations=("north", "south"))
    pooled = calibrate(outages, CalibrationChoice(outage_filter=both, window=THREE_YEARS))
    assert pooled.sample.n_cells == 2
    assert pooled.frequency.thinned_per_year == pytest.approx(6.0)


def test_an_outage_of_all_locations_counts_for_each_but_its_duration_once() -> None:
    everywhere = _outage(400, location="Multi-Region", hours=5.0)
    outages = [_outage(10, hours=1.0), _outage(20, location="south", hours=2.0), everywhere]
    alone = calibrate(outages, CalibrationChoice(window=THREE_YEARS))
    assert (alone.n_outages, alone.sample.n_cells) == (3, 3)
    shared = OutageFilter(shared_locations=SHARED_LOCATIONS)
    counted = calibrate(outages, CalibrationChoice(outage_filter=shared, window=THREE_YEARS))
    assert (counted.n_outages, counted.sample.n_cells) == (4, 2)
    assert counted.frequency.thinned_per_year == pytest.approx(2 / 3)
    assert counted.duration is not None
    assert counted.duration.sorted_hours == pytest.approx((1.0, 2.0, 5.0))
    north = replace(shared, locations=("north",))
    assert calibrate(outages, CalibrationChoice(outage_filter=north, window=THREE_YEARS)).n_outages == 2


def test_a_location_that_means_all_is_no_pair_of_its_own_when_it_is_named() -> None:
    outages = [_outage(10), _outage(20, location="south"), _outage(30, location="Global")]
    named = OutageFilter(services=("compute",), locations=("north", "Global"), shared_locations=("global",))
    result = calibrate(outages, CalibrationChoice(outage_filter=named, window=THREE_YEARS))
    assert (result.n_outages, result.sample.n_cells) == (2, 1)


def test_a_service_known_only_at_all_locations_is_one_pair() -> None:
    outages = [_outage(10, "names", "Global"), _outage(30, "names", "multi-region")]
    shared = OutageFilter(shared_locations=SHARED_LOCATIONS)
    result = calibrate(outages, CalibrationChoice(outage_filter=shared, window=THREE_YEARS))
    assert (result.n_outages, result.sample.n_cells) == (2, 1)


def test_overlapping_entries_of_one_pair_are_one_outage_and_counted_as_merged() -> None:
    outages = [_outage(10, hours=3.0), _outage(10.05, hours=4.0), _outage(10, location="south")]
    merged = calibrate(outages, CalibrationChoice(window=THREE_YEARS))
    assert (merged.n_outages, merged.sample.n_merged) == (2, 1)
    assert merged.duration is not None
    assert merged.duration.sorted_hours == pytest.approx((2.0, 5.2))
    apart = calibrate(outages, CalibrationChoice(window=THREE_YEARS, merge_overlapping=False))
    assert (apart.n_outages, apart.sample.n_merged) == (3, 0)


def test_the_observed_time_is_the_full_months_of_the_chosen_providers() -> None:
    outages = [_outage(14), _outage(364), _outage(800, provider="other")]
    chosen = CalibrationChoice(outage_filter=OutageFilter(providers=("acme",)))
    assert observed_window(outages, chosen) == (START, datetime(2023, 1, 1, tzinfo=UTC))
    assert calibrate(outages, chosen).frequency.pooled_per_year == pytest.approx(2.0)


def test_only_outages_that_start_in_the_observed_time_count() -> None:
    window = (START + timedelta(days=20), START + timedelta(days=385))
    outages = [_outage(19.9, hours=2.0), _outage(20), _outage(384), _outage(385)]
    result = calibrate(outages, CalibrationChoice(window=window))
    assert result.n_outages == 2
    assert result.sample.window_years == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("window", "message"),
    [
        ((START, START), "end of the observed time"),
        ((datetime(2022, 1, 1), datetime(2023, 1, 1)), "time zone"),  # noqa: DTZ001
    ],
)
def test_an_observed_time_that_makes_no_sense_is_refused(window: tuple[datetime, datetime], message: str) -> None:
    with pytest.raises(InputError, match=message):
        calibrate([_outage(1)], CalibrationChoice(window=window))


def test_a_record_that_stops_before_the_observed_time_ends_is_pointed_out() -> None:
    outages = [_outage(5), _outage(1000), _outage(6, provider="other"), _outage(500, provider="other")]
    warnings = calibrate(outages, CalibrationChoice()).warnings
    assert any("Outages of other are on record" in warning for warning in warnings)
    assert not any("Outages of acme" in warning for warning in warnings)


@pytest.mark.parametrize(
    "chosen",
    [
        OutageFilter(providers=("nobody",)),
        OutageFilter(services=("nothing",)),
        OutageFilter(services=("compute",), locations=("other-place",)),
    ],
)
def test_a_selection_that_covers_nothing_is_refused(chosen: OutageFilter) -> None:
    outages = [_outage(1), _outage(2, "disk", "other-place", "other")]
    with pytest.raises(InputError, match="that"):
        calibrate(outages, CalibrationChoice(outage_filter=chosen))


def test_an_empty_history_is_refused() -> None:
    with pytest.raises(InputError, match="an empty history"):
        calibrate([], CalibrationChoice())


def test_a_prior_given_as_an_interval_pulls_the_rate() -> None:
    outages = _monthly("compute", "north")
    plain = calibrate(outages, CalibrationChoice(window=THREE_YEARS))
    prior = LognormalEstimate(p5=0.5, p95=2.0)
    pulled = calibrate(outages, CalibrationChoice(window=THREE_YEARS, prior=prior))
    assert pulled.frequency.prior.mean < pulled.frequency.exact_mean_per_year < plain.frequency.exact_mean_per_year


def test_names_are_listed_with_their_counts() -> None:
    outages = [_outage(1), _outage(2), _outage(3, "storage", ""), _outage(4, provider="other", location="south")]
    names = list_names(outages)
    assert names.providers == (("acme", 3), ("other", 1))
    assert names.services == (("compute", 3), ("storage", 1))
    assert names.locations == (("north", 2), ("south", 1))
    assert list_names(outages, OutageFilter(providers=("other",))).services == (("compute", 1),)


def test_the_source_says_how_many_of_what_when_and_from_which_file() -> None:
    chosen = OutageFilter(providers=("acme",), services=("compute",), locations=("north",))
    choice = CalibrationChoice(outage_filter=chosen, window=(START, datetime(2025, 1, 1, tzinfo=UTC)))
    result = calibrate(_monthly("compute", "north"), choice)
    text = describe_source(result, choice, (START, datetime(2025, 1, 1, tzinfo=UTC)), "ab12cd34ef")
    assert text == "36 outages of acme, compute, north, 2022-01 to 2024-12, file hash ab12cd34"


def test_the_source_of_a_wide_selection_stays_short() -> None:
    services = tuple(f"service {k}" for k in range(40))
    outages = [_outage(k, service) for k, service in enumerate(services)]
    choice = CalibrationChoice(outage_filter=OutageFilter(services=services), window=THREE_YEARS)
    text = describe_source(calibrate(outages, choice), choice, THREE_YEARS, "ab12cd34ef")
    assert text.startswith("40 outages of service 0 + service 1 + service 2 and 37 more, 2022-01 to ")
    assert "rate of one of 40 service and location pairs" in text


def test_a_calibrated_failure_mode_ends_up_in_the_portfolio(store: Store) -> None:
    result = _result()
    target = CalibrationTarget(failure_mode_id="shop-cloud", version=1)
    written = apply_calibration(store, "bob", target, result, "36 outages of acme")
    assert written.version == 2
    assert written.changed_by == "bob"
    assert written.values["source"] == "36 outages of acme"
    with store.read() as reader:
        (mode,) = reader.portfolio().failure_modes
    assert mode.events_per_year.p5 == pytest.approx(result.events_per_year.p5, rel=1e-5)
    assert mode.events_per_year.p50 == pytest.approx(result.events_per_year.p50, rel=1e-5)
    assert mode.events_per_year.p95 == pytest.approx(result.events_per_year.p95, rel=1e-5)
    assert result.duration_hours is not None
    assert mode.duration_hours.median == pytest.approx(result.duration_hours.median, rel=1e-5)
    assert mode.duration_hours.p95 == pytest.approx(result.duration_hours.p95, rel=1e-5)


def test_frequency_and_duration_can_be_taken_one_by_one_and_keep_their_sources(store: Store) -> None:
    result = _result()
    only_rate = CalibrationTarget(failure_mode_id="shop-cloud", version=1, duration=False)
    first = apply_calibration(store, "bob", only_rate, result, "file A")
    assert first.values["duration_hours_p95"] == 9.0
    assert first.values["events_per_year_p95"] == pytest.approx(result.events_per_year.p95, rel=1e-5)
    assert first.values["source"] == "frequency: file A; otherwise: workshop"
    only_time = CalibrationTarget(failure_mode_id="shop-cloud", version=2, frequency=False)
    second = apply_calibration(store, "bob", only_time, result, "file B")
    assert second.values["source"] == "duration: file B; otherwise: frequency: file A; otherwise: workshop"
    again = apply_calibration(store, "bob", replace(only_rate, version=3), result, "file C")
    assert again.values["source"] == "frequency: file C; otherwise: duration: file B; otherwise: workshop"


def test_a_failure_mode_changed_meanwhile_is_not_overwritten(store: Store) -> None:
    target = CalibrationTarget(failure_mode_id="shop-cloud", version=1)
    apply_calibration(store, "bob", target, _result(), "first")
    with pytest.raises(ConflictError):
        apply_calibration(store, "eve", target, _result(), "second")
    with store.read() as reader:
        assert reader.record("failure_modes", "shop-cloud").values["source"] == "first"


def test_an_unknown_failure_mode_is_refused(store: Store) -> None:
    with pytest.raises(NotFoundError):
        apply_calibration(store, "bob", CalibrationTarget(failure_mode_id="nope", version=1), _result(), "x")


def test_a_duration_without_any_outage_cannot_be_taken(store: Store) -> None:
    silent = OutageFilter(services=("compute",), locations=("south",))
    outages = [_outage(1), _outage(2, "storage", "south")]
    result = calibrate(outages, CalibrationChoice(outage_filter=silent, window=THREE_YEARS))
    target = CalibrationTarget(failure_mode_id="shop-cloud", version=1)
    with pytest.raises(InputError, match="duration"):
        apply_calibration(store, "bob", target, result, "x")
    written = apply_calibration(store, "bob", replace(target, duration=False), result, "no outage in 3 years")
    assert written.values["duration_hours_p5"] == 1.0
    assert written.values["events_per_year_p95"] == pytest.approx(result.events_per_year.p95, rel=1e-5)


def test_taking_over_nothing_is_refused(store: Store) -> None:
    target = CalibrationTarget(failure_mode_id="shop-cloud", version=1, frequency=False, duration=False)
    with pytest.raises(InputError, match="what to take over"):
        apply_calibration(store, "bob", target, _result(), "x")


def test_what_was_said_about_durations_is_updated_with_the_outages() -> None:
    said = LognormalEstimate(p5=10.0, p95=40.0)
    outages = _monthly("compute", "north")
    alone = calibrate(outages, CalibrationChoice(window=THREE_YEARS))
    updated = calibrate(outages, CalibrationChoice(window=THREE_YEARS, duration_prior=said))
    surer = calibrate(outages, CalibrationChoice(window=THREE_YEARS, duration_prior=said, duration_weight=100.0))
    assert alone.duration_hours is not None
    assert updated.duration_hours is not None
    assert surer.duration_hours is not None
    assert alone.duration_hours.median < updated.duration_hours.median < surer.duration_hours.median < 20.0
    assert updated.duration is not None
    assert updated.duration.prior is not None
    assert updated.duration.prior.weight == 3.0
