"""What a batch of events costs, looked up in tables: per event in total, per batch of paths by system and component."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from rori.economics.arrays import FloatArray, IntArray
from rori.economics.interruption.curves import Curve
from rori.economics.interruption.outcomes import Impact
from rori.economics.interruption.tables import COMPONENTS, FIXED, GROWING, Lines, LossTable, WeeklyTerm
from rori.economics.terms import Component


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Seen:
    """Events of one source as one world sees them; shapes (n_events,).

    Attributes
    ----------
    path, year, batch : ndarray of int
        Path within the chunk, year (path x horizon + year within) and batch of paths.
    duration_hours : ndarray
        An event that does not happen in this world is left out or has duration 0.
    capacity_lost : float or ndarray
        In [0, 1]; one number where it is the same for all.
    start_hour : callable
        Returns the hour of the week at which each event of the source begins, called only where a weekly profile asks
        for it.
    n_batches : int
    index : ndarray of int, optional
        Which of the source's events these are; None means all.
    known : dict
        Integrals of weekly profiles at hours after the start, of all events of the source; shared by what sees the same
        events.
    """

    path: IntArray
    year: IntArray
    batch: IntArray
    duration_hours: FloatArray
    capacity_lost: float | FloatArray
    start_hour: Callable[[], FloatArray]
    n_batches: int
    index: IntArray | None = None
    known: dict[tuple[Curve, float], FloatArray] = field(default_factory=dict)

    @property
    def count(self) -> int:
        """Number of events."""
        return len(self.path)

    def take(self, chosen: IntArray) -> Seen:
        """Pick some of the events."""
        capacity = self.capacity_lost
        return Seen(
            path=self.path[chosen],
            year=self.year[chosen],
            batch=self.batch[chosen],
            duration_hours=self.duration_hours[chosen],
            capacity_lost=capacity if isinstance(capacity, float) else capacity[chosen],
            start_hour=self.start_hour,
            n_batches=self.n_batches,
            index=chosen if self.index is None else self.index[chosen],
            known=self.known,
        )

    def of_all(self, values: FloatArray) -> FloatArray:
        """Pick what belongs to these events from an array over all events of the source."""
        return values if self.index is None else values[self.index]

    def starts(self) -> FloatArray:
        """Hour of the week at which each event begins, [0, 168)."""
        return self.of_all(self.start_hour())

    def integral(self, curve: Curve, after_hours: float | None) -> FloatArray:
        """Integral of a weekly profile up to some hours after the start of each event, or up to its end (None)."""
        if after_hours is None:
            return curve.at(self.starts() + self.duration_hours)
        key = curve, after_hours
        if key not in self.known:
            self.known[key] = curve.at(self.start_hour() + after_hours)
        return self.of_all(self.known[key])


@dataclass(slots=True, kw_only=True)
class Entry:
    """What a batch of events did, ready for any number of ledgers.

    Attributes
    ----------
    by_system : list of (rows, ndarray, ndarray)
        Rows in the portfolio, loss in euros and capacity hours of each; shapes (n_rows, n_batches).
    by_component : ndarray, shape (n_components, n_batches)
        Euros.
    wanted : bool
        False where nobody asks for these sums: they stay empty.
    exceeded : list of (row, ndarray of int)
        Row in the portfolio and the years in which its tolerance is exceeded; years may repeat.
    """

    by_component: FloatArray
    wanted: bool = True
    by_system: list[tuple[Sequence[int], FloatArray, FloatArray]] = field(default_factory=list)
    exceeded: list[tuple[int, IntArray]] = field(default_factory=list)

    @classmethod
    def empty(cls, n_batches: int, *, wanted: bool = True) -> Entry:
        """Start with nothing booked."""
        return cls(by_component=np.zeros((len(COMPONENTS), n_batches)), wanted=wanted)


def book(table: LossTable, seen: Seen, entry: Entry, case: IntArray | None = None) -> FloatArray:
    """Look up a batch of events in a table.

    Parameters
    ----------
    table : LossTable
    seen : Seen
        At least one event.
    entry : Entry
        Takes the sums.
    case : ndarray of int, shape (n_events,), optional
        Which case of the table each event is; None where the table has only one.

    Returns
    -------
    ndarray, shape (n_events,)
        Loss of each event over all systems of the table, euros.
    """
    hours = _capped(seen)
    column = table.column(hours, case)
    total = _total(table, seen, column, hours)
    weekly = [(term, seen.integral(term.curve, term.after_hours) * seen.capacity_lost) for term in table.weekly]
    for term, weighted in weekly:
        total += (float(term.total[-1]) if column is None else term.total.take(column)) * weighted
    if entry.wanted:
        _book_sums(table, _Sums(table, seen, column), weekly, hours, entry)
        _book_limits(table, seen, hours, entry, case)
    return total


def _book_sums(
    table: LossTable, sums: _Sums, weekly: Sequence[tuple[WeeklyTerm, FloatArray]], hours: FloatArray, entry: Entry
) -> None:
    fixed, growing = sums.along(table.fixed, 1.0, hours), sums.along(table.growing, sums.capacity_lost, hours)
    n = len(table.systems)
    by_system = fixed[:n] + growing[:n]
    entry.by_component[FIXED] += fixed[n:]
    entry.by_component[GROWING] += growing[n : n + len(GROWING)]
    for term, weighted in weekly:
        lost = np.einsum("fs,bs->fb", term.change[:, sums.which], sums.of(weighted))
        by_system += lost
        entry.by_component[COMPONENTS.index(Component.REVENUE)] += lost.sum(axis=0)
    entry.by_system.append((table.systems, by_system, growing[n + len(GROWING) :]))


def book_impacts(found: Sequence[Impact], rows: Sequence[int], seen: Seen, entry: Entry) -> FloatArray:
    """Book events that were computed one by one; `rows` are the rows of the systems in `found`."""
    total = np.zeros(seen.count)
    for impact, row in zip(found, rows, strict=True):
        loss = np.zeros(seen.count)
        for euros in impact.loss.values():
            loss += euros
        total += loss
        if not entry.wanted:
            continue
        for component, euros in impact.loss.items():
            entry.by_component[COMPONENTS.index(component)] += np.bincount(
                seen.batch, weights=euros, minlength=seen.n_batches
            )
        lost, hours = (
            np.bincount(seen.batch, weights=w, minlength=seen.n_batches)[None] for w in (loss, impact.capacity_hours)
        )
        entry.by_system.append(((row,), lost.astype(np.float64), hours.astype(np.float64)))
    return total


class _Sums:
    """Sums over events by batch of paths and column, of shape (n_batches, n_columns)."""

    def __init__(self, table: LossTable, seen: Seen, column: IntArray | None) -> None:
        n_columns = table.fixed.at_zero.shape[1]
        self._seen = seen
        if column is None:
            self.which, self._key, self._width = slice(n_columns - 1, n_columns), seen.batch, 1
        else:
            self.which, self._width = slice(0, n_columns), n_columns
            self._key = seen.batch * n_columns + column
        self.capacity_lost = seen.capacity_lost
        self._plain: dict[str, FloatArray] = {}

    def of(self, weights: FloatArray | None) -> FloatArray:
        """Sum weights; None counts events."""
        length = self._seen.n_batches * self._width
        sums = np.bincount(self._key, weights=weights, minlength=length)
        return sums.reshape(self._seen.n_batches, self._width).astype(np.float64, copy=False)

    def along(self, lines: Lines, weight: float | FloatArray, hours: FloatArray) -> FloatArray:
        """Sum weighted lines over events: shape (n_figures, n_batches)."""
        at_zero, slope = lines.at_zero[:, self.which], lines.slope[:, self.which]
        found = np.zeros((len(slope), self._seen.n_batches))
        # einsum without `optimize` never calls BLAS, whose order of summation depends on its threads
        if at_zero.any():
            found += np.einsum("fs,bs->fb", at_zero, self._weighted(weight, None))
        if slope.any():
            found += np.einsum("fs,bs->fb", slope, self._weighted(weight, hours))
        return found

    def _weighted(self, weight: float | FloatArray, hours: FloatArray | None) -> FloatArray:
        if isinstance(weight, float):
            kind = "count" if hours is None else "hours"
            if kind not in self._plain:
                self._plain[kind] = self.of(hours)
            return self._plain[kind] * weight
        return self.of(weight if hours is None else weight * hours)


def _capped(seen: Seen) -> FloatArray:
    """Durations, 0 where no capacity is lost: such an event costs nothing at all."""
    capacity = seen.capacity_lost
    if isinstance(capacity, float):
        return seen.duration_hours if capacity > 0.0 else np.zeros(seen.count)
    if float(capacity.min()) > 0.0:
        return seen.duration_hours
    return np.where(capacity > 0.0, seen.duration_hours, 0.0)


def _total(table: LossTable, seen: Seen, column: IntArray | None, hours: FloatArray) -> FloatArray:
    capacity = seen.capacity_lost
    fixed, growing = table.fixed_total, table.growing_total
    if isinstance(capacity, float):
        together = Lines(
            at_zero=fixed.at_zero + capacity * growing.at_zero, slope=fixed.slope + capacity * growing.slope
        )
        return _on(together, column, hours)
    return _on(fixed, column, hours) + capacity * _on(growing, column, hours)


def _on(lines: Lines, column: IntArray | None, hours: FloatArray) -> FloatArray:
    """Evaluate one line at every event."""
    if column is None:
        start, slope = float(lines.at_zero[0, -1]), float(lines.slope[0, -1])
        return hours * slope if start == 0.0 else hours * slope + start
    return np.asarray(lines.at_zero[0].take(column) + lines.slope[0].take(column) * hours)


def _book_limits(table: LossTable, seen: Seen, hours: FloatArray, entry: Entry, case: IntArray | None) -> None:
    if not table.limits:
        return
    over = np.flatnonzero(hours > min(float(limit.min()) for _, limit in table.limits))
    if over.size:
        longest, years, which = hours[over], seen.year[over], 0 if case is None else case[over]
        entry.exceeded += [(row, years[longest > limit[which]]) for row, limit in table.limits]
