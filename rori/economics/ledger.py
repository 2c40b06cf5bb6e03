"""Where a chunk of paths books what its events cost, and how chunks add up without losing digits or order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rori.economics.arrays import FloatArray, IntArray
from rori.economics.measures import Measure
from rori.economics.outcomes import Impact
from rori.economics.portfolio import System
from rori.economics.scenario import live_years
from rori.economics.terms import Cause, Component

COMPONENTS = tuple(Component)
CAUSES = tuple(Cause)


@dataclass(frozen=True, slots=True, kw_only=True)
class Booking:
    """The outcome of one batch: whose events, when, why, and what they did."""

    path: IntArray
    at_years: FloatArray
    duration_hours: FloatArray
    cause: Cause
    impacts: Sequence[Impact]


class Ledger:
    """Everything that one world (without or with measures) loses in one chunk of paths.

    Attributes
    ----------
    annual, largest : ndarray, shape (n_paths * horizon,)
        Loss of each year, and its largest single event, euros.
    by_system, hours, by_component, by_cause : ndarray, shape (n_things, n_paths)
        Totals over the horizon, euros or capacity hours.
    exceeded : ndarray of bool, shape (n_systems, n_paths * horizon)
        Whether an interruption passed the impact tolerance in the year.
    paid : ndarray, shape (n_transfers, n_paths * horizon)
        What each risk transfer pays, before its annual limit, euros.
    """

    def __init__(self, systems: Sequence[System], transfers: Sequence[Measure], n_paths: int, horizon: int) -> None:
        self._rows = {system.id: row for row, system in enumerate(systems)}
        self._tolerances = [system.impact_tolerance_hours for system in systems]
        self._transfers = tuple(transfers)
        self._n_paths, self._horizon = n_paths, horizon
        self.annual = np.zeros(n_paths * horizon)
        self.largest = np.zeros(n_paths * horizon)
        self.by_system = np.zeros((len(systems), n_paths))
        self.hours = np.zeros((len(systems), n_paths))
        self.exceeded = np.zeros((len(systems), n_paths * horizon), dtype=np.bool_)
        self.by_component = np.zeros((len(COMPONENTS), n_paths))
        self.by_cause = np.zeros((len(CAUSES), n_paths))
        self.paid = np.zeros((len(transfers), n_paths * horizon))

    def book(self, booking: Booking) -> None:
        """Add one batch of events."""
        year = booking.path * self._horizon + booking.at_years.astype(np.int64)
        total = np.zeros(len(booking.path))
        by_component: dict[Component, FloatArray] = {}
        for impact in booking.impacts:
            total += self._book_system(impact, booking.path, year)
            for component, euros in impact.loss.items():
                seen = by_component.get(component)
                by_component[component] = euros if seen is None else seen + euros
        for component, euros in by_component.items():
            self.by_component[COMPONENTS.index(component)] += self._per_path(booking.path, euros)
        self.by_cause[CAUSES.index(booking.cause)] += self._per_path(booking.path, total)
        self.annual += np.bincount(year, weights=total, minlength=len(self.annual))
        np.maximum.at(self.largest, year, total)
        self._book_transfers(booking, year, total)

    def _book_system(self, impact: Impact, path: IntArray, year: IntArray) -> FloatArray:
        row = self._rows[impact.system_id]
        loss = np.zeros(len(path))
        for euros in impact.loss.values():
            loss += euros
        if impact.loss:
            self.by_system[row] += self._per_path(path, loss)
        self.hours[row] += self._per_path(path, impact.capacity_hours)
        tolerance = self._tolerances[row]
        if tolerance is not None:
            self.exceeded[row, year[impact.hours > tolerance]] = True
        return loss

    def _book_transfers(self, booking: Booking, year: IntArray, total: FloatArray) -> None:
        unpaid = total
        for row, measure in enumerate(self._transfers):
            terms = measure.transfer
            if terms is None:
                continue
            live, ends = live_years(measure, self._horizon)
            covered = (
                (booking.duration_hours > terms.waiting_hours) & (booking.at_years >= live) & (booking.at_years < ends)
            )
            pays = np.clip(unpaid - terms.deductible_eur_per_event, 0.0, terms.limit_eur_per_event) * covered
            unpaid = unpaid - pays
            self.paid[row] += np.bincount(year, weights=pays, minlength=len(self.annual))

    def _per_path(self, path: IntArray, weights: FloatArray) -> FloatArray:
        return np.bincount(path, weights=weights, minlength=self._n_paths).astype(np.float64, copy=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Moments:
    """Count, mean and sum of squared deviations over paths; chunks merge pairwise (Chan, Golub & LeVeque 1983).

    Shapes (...,): one element per figure.
    """

    count: int
    mean: FloatArray
    squares: FloatArray

    @classmethod
    def over_paths(cls, values: FloatArray) -> Moments:
        """Summarise values of shape (..., n_paths) over the last axis."""
        mean = values.mean(axis=-1)
        return cls(count=values.shape[-1], mean=mean, squares=((values - mean[..., None]) ** 2).sum(axis=-1))

    def merged(self, other: Moments) -> Moments:
        """Return the moments of both sets of paths together."""
        count = self.count + other.count
        step = other.mean - self.mean
        return Moments(
            count=count,
            mean=self.mean + step * (other.count / count),
            squares=self.squares + other.squares + step**2 * (self.count * other.count / count),
        )

    @property
    def standard_error(self) -> FloatArray:
        """Standard error of the mean over independent paths."""
        return np.sqrt(self.squares / (self.count - 1) / self.count)
