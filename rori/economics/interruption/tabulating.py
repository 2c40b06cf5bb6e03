"""Builds tables of what events cost: every figure at two durations inside every segment gives its line there."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence

import numpy as np

from rori.economics.arrays import FloatArray
from rori.economics.inputs.portfolio import System
from rori.economics.inputs.weekly import WeeklyProfile
from rori.economics.interruption.curves import Curve, curve_of
from rori.economics.interruption.loss_terms import LossTerms, Spans, thresholds_of
from rori.economics.interruption.shapes import Pieces, Stops
from rori.economics.interruption.steps import Steps
from rori.economics.interruption.tables import COMPONENTS, FIXED, GROWING, Lines, LossTable, WeeklyTerm

FAR_HOURS = 4096.0
"""How far beyond the last breakpoint the slope there is taken; the figures are linear all the way."""


class Tabulator:
    """Builds tables for the systems of one portfolio.

    Parameters
    ----------
    systems : sequence of System
        All of them; tables name them by position.
    """

    def __init__(self, systems: Sequence[System]) -> None:
        self._systems, self._terms = systems, LossTerms.of(systems)
        self._thresholds = [thresholds_of(system) for system in systems]

    def table(self, cases: Sequence[Stops], loses_data_row: int | None) -> LossTable:
        """Tabulate the loss of systems that stop together.

        Parameters
        ----------
        cases : sequence of tuple of (int, Shape)
            At least one, with the same systems in each. A case has the same bits whatever other cases there are.
        loses_data_row : int, optional
            Row of the system that loses data since its last good copy.
        """
        rows = tuple(row for row, _ in cases[0])
        breakpoints = [self._breakpoints(stops) for stops in cases]
        counts = [len(own) for own in breakpoints]
        low, high = _samples(breakpoints, counts)
        widths = [2 * count + 1 for count in counts]
        case = np.repeat(np.arange(len(cases)), widths)
        pieces = Pieces.of([[shape for _, shape in stops] for stops in cases], np.concatenate([case, case]))
        fixed, growing = self._lines(rows, pieces, (low, high), [row == loses_data_row for row in rows])
        points = _edges(sorted(set(itertools.chain.from_iterable(breakpoints))))
        segments = [np.searchsorted(_edges(own), np.append(-1.0, points), side="right") for own in breakpoints]
        return LossTable(
            systems=rows,
            steps=Steps(points),
            columns=np.stack(segments) + np.cumsum([0, *widths[:-1]])[:, None],
            fixed=fixed,
            growing=growing,
            weekly=tuple(self._weekly(rows, pieces, low)),
            limits=tuple(self._limits(cases)),
            fixed_total=fixed.total(len(rows)),
            growing_total=growing.total(len(rows)),
        )

    def _breakpoints(self, stops: Stops) -> list[float]:
        found = (shape.breakpoints(self._thresholds[row]) for row, shape in stops)
        return sorted({0.0}.union(*found))

    def _lines(
        self, rows: Sequence[int], pieces: Pieces, samples: tuple[FloatArray, FloatArray], loses_data: list[bool]
    ) -> tuple[Lines, Lines]:
        """Return the lines of what is fixed and of what grows with the capacity lost."""
        terms, ends = self._terms.rows(rows), pieces.until(np.concatenate(samples))
        flat = np.array([not _is_weekly(self._systems[row]) for row in rows])[:, None]
        spans = Spans(
            hours=ends.hours,
            capacity_hours=ends.capacity_hours,
            earning_hours=np.where(flat, ends.capacity_hours, 0.0),
            peak=ends.peak,
            loses_data=np.array(loses_data)[:, None],
        )
        by_component = np.zeros((len(COMPONENTS), *ends.hours.shape))
        for component, euros in terms.losses(spans).items():
            by_component[COMPONENTS.index(component)] = euros
        fixed, growing = by_component[FIXED], by_component[GROWING]
        return (
            _lines(*samples, np.concatenate([fixed.sum(axis=0), fixed.sum(axis=1)])),
            _lines(*samples, np.concatenate([growing.sum(axis=0), growing.sum(axis=1), ends.capacity_hours])),
        )

    def _weekly(self, rows: Sequence[int], pieces: Pieces, durations: FloatArray) -> Iterator[WeeklyTerm]:
        """Collect lost revenue that follows the week, profile by profile; `durations` lies inside each segment, hours."""
        by_profile: dict[WeeklyProfile, list[int]] = {}
        for number, row in enumerate(rows):
            profile = self._systems[row].loss
            if (
                profile is not None
                and _is_weekly(self._systems[row])
                and self._terms.revenue_eur_per_hour[row, 0] > 0.0
            ):
                by_profile.setdefault(profile.weekly_profile, []).append(number)
        for weekly, members in by_profile.items():
            curve, shape = curve_of(weekly), (len(rows), len(durations))
            starts, ends, gains = (
                part[:, members, : len(durations)] for part in (pieces.starts, pieces.ends, pieces.gains)
            )
            lost = gains * self._terms.revenue_eur_per_hour[[rows[number] for number in members]]
            begun, ended = starts < durations, ends < durations
            yield _weekly_term(curve, None, _put(shape, members, (lost * (begun & ~ended)).sum(axis=0)))
            happens = gains > 0.0
            for hours in sorted({*starts[happens].tolist(), *ends[happens & np.isfinite(ends)].tolist()}):
                change = lost * ((ends == hours) & ended) - lost * ((starts == hours) & begun)
                yield _weekly_term(curve, hours, _put(shape, members, change.sum(axis=0)))

    def _limits(self, cases: Sequence[Stops]) -> Iterator[tuple[int, FloatArray]]:
        for position, (row, _) in enumerate(cases[0]):
            tolerance = self._systems[row].impact_tolerance_hours
            if tolerance is not None:
                yield row, np.array([stops[position][1].durations_for(tolerance) for stops in cases])


def _samples(breakpoints: Sequence[list[float]], counts: Sequence[int]) -> tuple[FloatArray, FloatArray]:
    """Return two durations inside all segments, case by case: before 0 (never used), each breakpoint, what follows it."""
    points = np.concatenate(breakpoints)
    ends = np.cumsum(counts) - 1
    width = np.append(points[1:], 0.0) - points
    quarter, three = points + width / 4, points + 3 * width / 4
    quarter[ends], three[ends] = points[ends] + 1.0, points[ends] + FAR_HOURS
    at = 2 * np.arange(len(points)) + np.repeat(np.arange(len(counts)), counts) + 1
    low, high = np.zeros((2, 2 * len(points) + len(counts)))
    low[at] = high[at] = points
    low[at + 1], high[at + 1] = quarter, three
    return low, high


def _edges(points: Sequence[float]) -> FloatArray:
    """Return each point and the next larger number."""
    return np.column_stack([points, np.nextafter(points, math.inf)]).ravel()


def _lines(low: FloatArray, high: FloatArray, figures: FloatArray) -> Lines:
    """Turn figures at both samples, shape (n_figures, 2 n_columns), into lines."""
    width = high - low
    first, second = figures[:, : len(low)], figures[:, len(low) :]
    slope = np.where(width > 0.0, (second - first) / np.where(width > 0.0, width, 1.0), 0.0)
    return Lines(at_zero=first - slope * low, slope=slope)


def _is_weekly(system: System) -> bool:
    return system.loss is not None and not system.loss.weekly_profile.is_flat


def _put(shape: tuple[int, int], members: Sequence[int], values: FloatArray) -> FloatArray:
    found = np.zeros(shape)
    found[members] = values
    return found


def _weekly_term(curve: Curve, after_hours: float | None, change: FloatArray) -> WeeklyTerm:
    return WeeklyTerm(curve=curve, after_hours=after_hours, change=change, total=change.sum(axis=0))
