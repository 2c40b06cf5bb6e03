"""What was observed of a failure mode, from a file or without one, weighed against what was said of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from rori.economics.checks import require_at_least, require_fraction
from rori.economics.history.calibration import CalibrationResult, calibrate_sample
from rori.economics.history.frequency import OutageSample
from rori.economics.history.log_durations import DEFAULT_WEIGHT
from rori.economics.inputs.estimates import LognormalEstimate
from rori.inventory.outages import Outage, OutageFile
from rori.usecases.calibrating import (
    OTHERWISE,
    CalibrationChoice,
    calibrate,
    describe_source,
    file_mark,
    observed_window,
    rate_prior,
)
from rori.usecases.pictures import SaidOfMode

_LEAST_RATIO, _MOST_RATIO = 1.01, 1e12


@dataclass(frozen=True, slots=True, kw_only=True)
class PriorWeights:
    """How much the estimates count: a share in [0, 1] for the rate, a number of outages >= 0 for the duration."""

    frequency: float = 1.0
    duration_outages: float = DEFAULT_WEIGHT

    def __post_init__(self) -> None:
        require_fraction("weight of the estimated frequency", self.frequency)
        require_at_least("outages that the estimated duration is worth", self.duration_outages, 0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
    """What the observation makes of the estimates, and how to tell where it comes from.

    `outages` and `window` are those of the file; without one there is no outage and no window.
    """

    result: CalibrationResult
    choice: CalibrationChoice
    description: str
    outages: tuple[Outage, ...] = ()
    window: tuple[datetime, datetime] | None = None


def observed_in_history(read: OutageFile, choice: CalibrationChoice) -> Observed:
    """Update the estimates with the chosen outages of a file."""
    window = observed_window(read.outages, choice)
    result = calibrate(read.outages, choice)
    return Observed(
        result=result,
        choice=choice,
        description=describe_source(result, choice, window, read.sha256),
        outages=read.outages,
        window=window,
    )


def observed_quiet(years: float, choice: CalibrationChoice) -> Observed:
    """Update the estimated rate with so many years (above 0) in which nothing happened; durations stay as they are."""
    nothing = OutageSample(starts_hours=(), durations_hours=(), window_years=years)
    return Observed(
        result=calibrate_sample(nothing, prior=rate_prior(choice), widen=choice.widen),
        choice=choice,
        description=quiet_mark(years),
    )


def weigh(choice: CalibrationChoice, said: SaidOfMode, weights: PriorWeights) -> CalibrationChoice:
    """Let the estimates of a failure mode count as much as asked; what cannot be weighed does not count."""
    rate, hours = said.events_per_year, said.duration_hours
    return replace(
        choice,
        prior=rate if weights.frequency > 0.0 and can_be_weighed(rate) else None,
        prior_weight=weights.frequency,
        duration_prior=hours if weights.duration_outages > 0.0 and can_be_weighed(hours) else None,
        duration_weight=weights.duration_outages or DEFAULT_WEIGHT,
    )


def can_be_weighed(estimate: LognormalEstimate) -> bool:
    """Whether an estimate leaves anything open for outages to say: it is neither never nor certain."""
    return estimate.p5 > 0.0 and _LEAST_RATIO < estimate.p95 / estimate.p5 < _MOST_RATIO


def quiet_mark(years: float) -> str:
    """Return the text that tells a time without outages in the source of a failure mode."""
    return f"no outage in {years:g} years observed"


def mark_of(read: OutageFile) -> str:
    """Return the text that tells a file in the source of a failure mode."""
    return file_mark(read.sha256)


def weights_at_first(said: SaidOfMode, mark: str) -> PriorWeights:
    """Return the usual weights, but 0 for what its source says to hold already: it would count twice."""
    parts = [part for part in said.source.split(OTHERWISE) if mark in part]
    both = any(not part.startswith(("frequency: ", "duration: ")) for part in parts)
    usual = PriorWeights()
    return PriorWeights(
        frequency=0.0 if both or any(part.startswith("frequency: ") for part in parts) else usual.frequency,
        duration_outages=0.0 if both or any(part.startswith("duration: ") for part in parts) else DEFAULT_WEIGHT,
    )
