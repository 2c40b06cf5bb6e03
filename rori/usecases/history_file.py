"""From an outage history file to a failure mode in one step, for the terminal."""

from __future__ import annotations

from collections.abc import Mapping

from rori.errors import InputError
from rori.inventory.outages import guess_mapping, read_headers, read_outages
from rori.store import Store
from rori.usecases.calibrating import (
    CalibrationChoice,
    CalibrationTarget,
    OutageFilter,
    apply_calibration,
    calibrate,
    describe_source,
    observed_window,
)


def calibrate_from_file(
    store: Store,
    actor: str,
    failure_mode_id: str,
    content: bytes,
    names: Mapping[str, tuple[str, ...]],
    *,
    preview: bool,
) -> tuple[str, ...]:
    """Fit the named part of a history, set the failure mode unless this is a preview, and say what was found.

    Columns are recognised by their headings; a heading that is not recognised is told.
    """
    mapping = guess_mapping(read_headers(content))
    if not (mapping.start and mapping.end):
        raise InputError("the columns", "headed start and end, or much like it", ", ".join(read_headers(content)))
    history = read_outages(content, mapping)
    choice = CalibrationChoice(outage_filter=OutageFilter(**names))
    with store.read() as reader:
        version = reader.record("failure_modes", failure_mode_id).version
    result = calibrate(history.outages, choice)
    source = describe_source(result, choice, observed_window(history.outages, choice), history.sha256)
    rate, hours = result.events_per_year, result.duration_hours
    lines = [
        source,
        f"events per year: P5 {rate.p5:.3g}, P50 {rate.median:.3g}, P95 {rate.p95:.3g}",
        f"variance over mean of monthly counts: {_ratio(result.frequency.overdispersion)}",
        "no duration: no outage"
        if hours is None
        else f"duration in hours: P5 {hours.p5:.3g}, P50 {hours.median:.3g}, P95 {hours.p95:.3g}",
        *(f"{len(history.skipped)} rows skipped, first: {problem}" for problem in history.skipped[:1]),
        *result.warnings,
    ]
    if not preview:
        target = CalibrationTarget(failure_mode_id=failure_mode_id, version=version, duration=hours is not None)
        apply_calibration(store, actor, target, result, source)
        lines.append(f"{failure_mode_id} set.")
    return tuple(lines)


def _ratio(value: float | None) -> str:
    return "not available" if value is None else f"{value:.2f}"
