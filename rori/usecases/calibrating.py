"""Outage history -> the frequency and duration of a failure mode, and back into the inventory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import numpy as np

from rori.economics.history.calibration import CalibrationResult, calibrate_sample
from rori.economics.history.frequency import OutageSample, merge_overlaps
from rori.economics.history.log_durations import DEFAULT_WEIGHT, LogDurations, log_durations_from_estimate
from rori.economics.history.rates import JEFFREYS, GammaRate, gamma_from_estimate
from rori.economics.inputs.estimates import LognormalEstimate
from rori.economics.inputs.weekly import HOURS_PER_YEAR
from rori.errors import InputError
from rori.inventory.cells import MAX_TEXT
from rori.inventory.columns import Value
from rori.inventory.outages import Outage
from rori.store import Store, StoredRecord

SHARED_LOCATIONS = ("multi-region", "global")
"""Locations that often mean every location; offered, not taken for granted."""

Cell = tuple[str, str, str]
"""Provider, service, location."""

OTHERWISE = "; otherwise: "
"""Stands in a source between what a calibration set and what it left as it was."""

_QUIET = timedelta(days=90)


@dataclass(frozen=True, slots=True, kw_only=True)
class OutageFilter:
    """Which outages are meant; empty means all. Outages at `shared_locations` stop every location of their service."""

    providers: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    locations: tuple[str, ...] = ()
    shared_locations: tuple[str, ...] = ()

    def admits(self, outage: Outage) -> bool:
        """Whether the outage is meant."""
        return (
            (not self.providers or outage.provider in self.providers)
            and (not self.services or outage.service in self.services)
            and (not self.locations or outage.location in self.locations or self.shares(outage))
        )

    def shares(self, outage: Outage) -> bool:
        """Whether the outage stops every location; capital and small letters are the same."""
        return outage.location.casefold() in {location.casefold() for location in self.shared_locations}


@dataclass(frozen=True, slots=True, kw_only=True)
class CalibrationChoice:
    """Everything that a user can choose; None takes what the history suggests.

    `window` is the observed time (UTC, end excluded), `n_cells` the number of service and location pairs observed,
    `cell_share` the share of all outages that falls on one of them, `prior` a 90 % interval of its events per year
    of which the share `prior_weight` counts, `duration_prior` one of hours that is worth `duration_weight` outages;
    without it the durations speak alone.
    """

    outage_filter: OutageFilter = OutageFilter()
    window: tuple[datetime, datetime] | None = None
    n_cells: int | None = None
    cell_share: float | None = None
    prior: LognormalEstimate | None = None
    prior_weight: float = 1.0
    duration_prior: LognormalEstimate | None = None
    duration_weight: float = DEFAULT_WEIGHT
    merge_overlapping: bool = True
    widen: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class CalibrationTarget:
    """The failure mode to change, the version that the user saw, and what to take over."""

    failure_mode_id: str
    version: int
    frequency: bool = True
    duration: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class OutageNames:
    """Names in a history with the number of their outages, the most frequent first."""

    providers: tuple[tuple[str, int], ...]
    services: tuple[tuple[str, int], ...]
    locations: tuple[tuple[str, int], ...]


def list_names(outages: Sequence[Outage], outage_filter: OutageFilter | None = None) -> OutageNames:
    """Return the names to choose from among the outages that the filter admits."""
    admitted = [outage for outage in outages if outage_filter is None or outage_filter.admits(outage)]
    return OutageNames(
        providers=_by_count(outage.provider for outage in admitted),
        services=_by_count(outage.service for outage in admitted),
        locations=_by_count(outage.location for outage in admitted),
    )


def calibrate(outages: Sequence[Outage], choice: CalibrationChoice) -> CalibrationResult:
    """Fit the frequency of one service x location and the duration of its outages."""
    window = observed_window(outages, choice)
    sample = sample_outages(outages, choice)
    result = calibrate_sample(
        sample,
        prior=rate_prior(choice),
        duration_prior=duration_prior(choice),
        cell_share=choice.cell_share,
        widen=choice.widen,
    )
    return replace(result, warnings=(*result.warnings, *_record_warnings(outages, choice, window)))


def rate_prior(choice: CalibrationChoice) -> GammaRate:
    """Return what is known about the rate before counting."""
    return JEFFREYS if choice.prior is None else gamma_from_estimate(choice.prior).tempered(choice.prior_weight)


def duration_prior(choice: CalibrationChoice) -> LogDurations | None:
    """Return what is known about durations before looking; None lets them speak alone."""
    if choice.duration_prior is None:
        return None
    return log_durations_from_estimate(choice.duration_prior, choice.duration_weight)


def observed_window(outages: Sequence[Outage], choice: CalibrationChoice) -> tuple[datetime, datetime]:
    """Return the observed time: as chosen, or the full months from first to last outage of the chosen providers."""
    if choice.window is not None:
        start, end = choice.window
        if start.tzinfo is None or end.tzinfo is None:
            raise InputError("observed time", "given with a time zone", f"{start} to {end}")
        if end <= start:
            raise InputError("end of the observed time", f"after its start ({start:%Y-%m-%d})", f"{end:%Y-%m-%d}")
        return start.astimezone(UTC), end.astimezone(UTC)
    providers = choice.outage_filter.providers
    starts = [outage.start for outage in outages if not providers or outage.provider in providers]
    if not starts:
        raise InputError("providers", "some that occur in the history", ", ".join(providers) or "an empty history")
    return _month_start(min(starts)), _month_start(_month_start(max(starts)) + timedelta(days=31))


def sample_outages(outages: Sequence[Outage], choice: CalibrationChoice) -> OutageSample:
    """Return the outages of the chosen service x location pairs that start in the observed time."""
    start, end = observed_window(outages, choice)
    window_hours = (end - start).total_seconds() / 3600.0
    by_cell = _outages_by_cell(outages, choice.outage_filter)
    starts: list[float] = []
    distinct: dict[tuple[str, str, float, float], None] = {}
    n_merged = 0
    for (provider, service, _), members in by_cell.items():
        begin = np.array([_hours(outage.start - start) for outage in members], dtype=np.float64)
        until = np.array([_hours(outage.end - start) for outage in members], dtype=np.float64)
        if choice.merge_overlapping:
            begin, until = merge_overlaps(begin, until)
        n_merged += len(members) - begin.size
        for first, last in zip(begin.tolist(), until.tolist(), strict=True):
            if 0.0 <= first < window_hours:
                starts.append(first)
                distinct[provider, service, first, last] = None
    return OutageSample(
        starts_hours=tuple(sorted(starts)),
        durations_hours=tuple(last - first for _, _, first, last in distinct),
        window_years=window_hours / HOURS_PER_YEAR,
        n_cells=len(by_cell) if choice.n_cells is None else choice.n_cells,
        n_merged=n_merged,
    )


def describe_source(
    result: CalibrationResult, choice: CalibrationChoice, window: tuple[datetime, datetime], sha256: str
) -> str:
    """Return the text that stands as the source of the failure mode: how many outages of what, when, which file."""
    names = choice.outage_filter
    chosen = [_listed(values) for values in (names.providers, names.services, names.locations) if values]
    start, end = window
    outages = "1 outage" if result.n_outages == 1 else f"{result.n_outages} outages"
    parts = [f"{outages} of {' '.join(chosen[:1]) or 'the whole history'}", *chosen[1:]]
    parts.append(f"{start:%Y-%m} to {end - timedelta(seconds=1):%Y-%m}")
    if result.sample.n_cells > 1:
        parts.append(f"rate of one of {result.sample.n_cells} service and location pairs")
    return ", ".join([*parts, file_mark(sha256)])


def file_mark(sha256: str) -> str:
    """Return the text that tells a history file in the source of a failure mode."""
    return f"file hash {sha256[:8]}"


def apply_calibration(
    store: Store, actor: str, target: CalibrationTarget, result: CalibrationResult, description: str
) -> StoredRecord:
    """Write frequency, duration or both to the failure mode, with where they come from."""
    changes: dict[str, Value] = {}
    if target.frequency:
        changes |= _quantiles("events_per_year", result.events_per_year)
    if target.duration:
        if result.duration_hours is None:
            raise InputError("duration", "left as it is, or taken from at least one outage", "no outage")
        changes |= _quantiles("duration_hours", result.duration_hours)
    if not changes:
        raise InputError("what to take over", "frequency, duration or both", "neither")
    with store.write(actor) as writer:
        values = writer.record("failure_modes", target.failure_mode_id).values
        source = _source(str(values.get("source") or ""), target, description)
        written = writer.update("failure_modes", {**values, **changes, "source": source}, version=target.version)
        writer.commit()
    return written


def _outages_by_cell(outages: Sequence[Outage], chosen: OutageFilter) -> Mapping[Cell, list[Outage]]:
    """Return the outages of each pair that the filter covers, also of pairs that are named but never failed.

    Pairs count when both service and location are named and belong to one provider, otherwise when they failed once.
    """
    by_cell: dict[Cell, list[Outage]] = {cell: [] for cell in _named_cells(outages, chosen)}
    shared: list[Outage] = []
    for outage in outages:
        if not chosen.admits(outage):
            continue
        if chosen.shares(outage):
            shared.append(outage)
        else:
            by_cell.setdefault((outage.provider, outage.service, outage.location), []).append(outage)
    cells_of: dict[tuple[str, str], list[Cell]] = {}
    for cell in by_cell:
        cells_of.setdefault(cell[:2], []).append(cell)
    for outage in shared:
        own = [(outage.provider, outage.service, outage.location)]
        for cell in cells_of.setdefault((outage.provider, outage.service), own):
            by_cell.setdefault(cell, []).append(outage)
    if not by_cell:
        raise InputError("selection", "one that covers at least one service and location of the history", "none")
    return by_cell


def _named_cells(outages: Sequence[Outage], chosen: OutageFilter) -> list[Cell]:
    """Return the pairs of named services and named locations that belong to one provider."""
    if not (chosen.services and chosen.locations):
        return []
    services = dict.fromkeys((outage.provider, outage.service) for outage in outages)
    locations = dict.fromkeys((outage.provider, outage.location) for outage in outages if not chosen.shares(outage))
    return [
        (provider, service, location)
        for provider, service in services
        for location in chosen.locations
        if service in chosen.services
        and (provider, location) in locations
        and (not chosen.providers or provider in chosen.providers)
    ]


def _record_warnings(
    outages: Sequence[Outage], choice: CalibrationChoice, window: tuple[datetime, datetime]
) -> tuple[str, ...]:
    """Say where the record may not cover the observed time, and which pairs were counted."""
    found = []
    chosen = choice.outage_filter
    by_provider: dict[str, list[datetime]] = {}
    for outage in outages:
        if not chosen.providers or outage.provider in chosen.providers:
            by_provider.setdefault(outage.provider, []).append(outage.start)
    for provider, starts in by_provider.items():
        if max(starts) < window[1] - _QUIET or min(starts) > window[0] + _QUIET:
            found.append(
                f"Outages of {provider or 'the history'} are on record from {min(starts):%Y-%m-%d} to "
                f"{max(starts):%Y-%m-%d} only: shorten the observed time unless the rest was truly quiet."
            )
    if choice.n_cells is None and not (chosen.services and chosen.locations):
        found.append(
            "Only pairs of service and location that failed at least once are counted, so the rate of one pair "
            "is on the high side. Give the number of pairs if you know it, or name services and locations."
        )
    return tuple(found)


def _source(before: str, target: CalibrationTarget, description: str) -> str:
    """Return the new source; what was not taken over keeps the source that it had."""
    if target.frequency and target.duration:
        return description[:MAX_TEXT]
    part = "frequency: " if target.frequency else "duration: "
    kept = [text for text in before.split(OTHERWISE) if text and not text.startswith(part)]
    return OTHERWISE.join([part + description, *kept])[:MAX_TEXT]


def _quantiles(name: str, estimate: LognormalEstimate) -> dict[str, float]:
    """Return the three quantiles as columns, to six significant digits so that they can be read."""
    values = {"p5": estimate.p5, "p50": estimate.median, "p95": estimate.p95}
    return {f"{name}_{level}": float(f"{value:.6g}") for level, value in values.items()}


def _by_count(names: Iterable[str]) -> tuple[tuple[str, int], ...]:
    """Return each name with how often it occurs, most frequent first, then by name; empty names left out."""
    counted = Counter(name for name in names if name)
    return tuple(sorted(counted.items(), key=lambda pair: (-pair[1], pair[0])))


def _listed(names: Sequence[str]) -> str:
    """Return up to three names, shortened, and how many more there are."""
    shown = " + ".join(name[:60] for name in names[:3])
    return shown if len(names) <= 3 else f"{shown} and {len(names) - 3} more"


def _month_start(moment: datetime) -> datetime:
    """Return the first instant of the month of a time in UTC."""
    return moment.replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def _hours(span: timedelta) -> float:
    """Return a time span in hours."""
    return span.total_seconds() / 3600.0
