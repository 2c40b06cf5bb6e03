"""What every source adds to a year, and the sum over sources: transforms, probabilities of nothing, expectations."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from rori.economics.arrays import FloatArray, IntArray
from rori.economics.exact.compound import ComplexArray, Grid, spread, transform
from rori.economics.exact.counting import MixedRate, mixed_rate
from rori.economics.exact.laws import EventLaw
from rori.economics.exact.patterns import MOST_PATTERNS
from rori.economics.exact.severity import Severity, severity_of
from rori.economics.exact.worlds import ReachBook, SourceLaw
from rori.economics.simulation.ledger import COMPONENTS

CACHE_BYTES = 96 * 2**20
LEVELS_OF_LARGEST = 400


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Part:
    """One source in one year.

    Attributes
    ----------
    log_transform : ndarray of complex, shape (size / 2 + 1,)
        Logarithm of the tilted transform of its annual loss.
    log_none_above : ndarray
        Logarithm of P(no event costs more than each of the losses of `largest_points`).
    log_no_loss : float
        Logarithm of P(no event costs anything).
    mean, variance : float
        Of its annual loss, euros.
    rows : ndarray of int
        Systems in reach; the next three have one element for each.
    by_system, hours, log_not_exceeded : ndarray
        Expected euros and capacity hours per year; logarithm of P(the impact tolerance holds all year).
    by_component : ndarray, shape (8,)
        Expected euros per year.
    """

    log_transform: ComplexArray
    log_none_above: FloatArray
    log_no_loss: float
    mean: float
    variance: float
    rows: IntArray
    by_system: FloatArray
    hours: FloatArray
    log_not_exceeded: FloatArray
    by_component: FloatArray


class Sum:
    """Sum of the parts of all sources; a part may be taken out again. Fields as in Part, dense over systems."""

    def __init__(self, grid: Grid, n_systems: int, n_sources: int) -> None:
        self.log_transform = np.zeros(grid.size // 2 + 1, dtype=np.complex128)
        self.log_none_above = np.zeros(len(largest_points(grid)))
        self.log_no_loss = self.mean = self.variance = 0.0
        self.by_system, self.hours, self.log_not_exceeded = np.zeros((3, n_systems))
        self.by_component = np.zeros(len(COMPONENTS))
        self.by_source = np.zeros(n_sources)

    def copy(self) -> Sum:
        """Return a sum that may be changed without changing this one."""
        other = Sum.__new__(Sum)
        for name, value in vars(self).items():
            setattr(other, name, value.copy() if isinstance(value, np.ndarray) else value)
        return other

    def add(self, source: int, part: Part, sign: float = 1.0) -> None:
        """Add the part of a source (by its position), or take it out with sign -1."""
        if sign > 0.0:
            self.log_transform += part.log_transform
        else:
            self.log_transform -= part.log_transform
        self.log_none_above += sign * part.log_none_above
        self.log_no_loss += sign * part.log_no_loss
        self.mean += sign * part.mean
        self.variance += sign * part.variance
        self.by_system[part.rows] += sign * part.by_system
        self.hours[part.rows] += sign * part.hours
        self.log_not_exceeded[part.rows] += sign * part.log_not_exceeded
        self.by_component += sign * part.by_component
        self.by_source[source] += sign * part.mean


def largest_points(grid: Grid) -> IntArray:
    """Return the points of the grid at which the largest event is looked at, roughly even in their logarithm."""
    spaced = np.geomspace(1.0, grid.size - 1.0, LEVELS_OF_LARGEST)
    return np.unique(np.concatenate(([0], spaced.astype(np.int64))))


def differing(before: tuple[SourceLaw, ...], after: tuple[SourceLaw, ...]) -> list[int]:
    """Return the positions of the sources whose laws differ."""
    pairs = zip(before, after, strict=True)
    return [source for source, (old, new) in enumerate(pairs) if old is not new and old != new]


class Severities:
    """Remembers the severity of every law of an event at one fineness."""

    n_sampled = MOST_PATTERNS
    """Patterns that stand for all where there are too many."""

    def __init__(self, book: ReachBook, n_cells: int) -> None:
        self._book, self._n_cells = book, n_cells
        self._found: dict[EventLaw, Severity] = {}

    def __call__(self, law: EventLaw) -> Severity:
        """Return the severity of one event."""
        found = self._found.get(law)
        if found is None:
            found = self._found[law] = severity_of(law, self._book.reaches[law.reach], self._n_cells // law.coarser)
        return found

    def notes(self, events: Iterable[EventLaw]) -> tuple[str, ...]:
        """Say of how many of these kinds of event only a sample is known, in a sentence."""
        sampled = sum(self(event).sampled for event in set(events))
        if not sampled:
            return ()
        return (
            f"{sampled} kinds of event can hit systems in more than {MOST_PATTERNS:,} patterns; "
            f"{self.n_sampled:,} quasi-random ones stand for them.".replace(",", " "),
        )


class Adder:
    """Makes and remembers parts on one grid."""

    def __init__(self, grid: Grid, severities: Severities, rows: dict[str, int]) -> None:
        self.grid = grid
        self.severities = severities
        self._rows = rows
        self._points = largest_points(grid)
        self._kept: OrderedDict[SourceLaw, Part] = OrderedDict()
        self._events: OrderedDict[EventLaw, tuple[ComplexArray, FloatArray]] = OrderedDict()
        self._most = max(8, CACHE_BYTES // (16 * (grid.size // 2 + 1)))

    def on(self, grid: Grid) -> Adder:
        """Return one for another grid that shares the severities."""
        return Adder(grid, self.severities, self._rows)

    def sum_of(self, laws: tuple[SourceLaw, ...]) -> Sum:
        """Add up all sources."""
        total = Sum(self.grid, len(self._rows), len(laws))
        for source, law in enumerate(laws):
            total.add(source, self.part(law))
        return total

    def changed(self, base: Sum, before: tuple[SourceLaw, ...], after: tuple[SourceLaw, ...]) -> Sum:
        """Return the sum for laws that differ from those of `base` for some sources."""
        changes = differing(before, after)
        if 2 * len(changes) > len(after):
            return self.sum_of(after)
        total = base.copy()
        for source in changes:
            total.add(source, self.part(after[source]))
            total.add(source, self.part(before[source]), -1.0)
        return total

    def part(self, law: SourceLaw) -> Part:
        """Return what one source adds."""
        found = self._kept.get(law)
        if found is not None:
            self._kept.move_to_end(law)
            return found
        found = self._kept[law] = self._make(law)
        if len(self._kept) > self._most:
            self._kept.popitem(last=False)
        return found

    def _make(self, law: SourceLaw) -> Part:
        rate = mixed_rate(law.rate)
        scaled_w, fixed_w = np.zeros((2, self.grid.size // 2 + 1), dtype=np.complex128)
        scaled_above, fixed_above = np.zeros((2, len(self._points)))
        moments = _Moments()
        for term in law.terms:
            severity = self.severities(term.event)
            w, above = self._one(term.event, severity)
            scaled_w += term.scaled * w
            fixed_w += term.fixed * w
            scaled_above += term.scaled * above
            fixed_above += term.fixed * above
            moments.add(severity, term.scaled, term.fixed)
        log_transform = rate.log_generating(scaled_w, sum(term.scaled for term in law.terms)) + fixed_w
        log_none_above = _log_none(rate, scaled_above) - fixed_above
        return moments.part(rate, log_transform, log_none_above, self._rows)

    def _one(self, law: EventLaw, severity: Severity) -> tuple[ComplexArray, FloatArray]:
        """Return phi - 1 of one event, and P(it costs more) at `largest_points`."""
        found = self._events.get(law)
        if found is not None:
            self._events.move_to_end(law)
            return found
        mass = spread(self.grid, severity.low_eur, severity.high_eur, severity.weights)
        above = np.maximum(1.0 - np.cumsum(mass)[self._points], 0.0)
        above[0] = severity.positive
        found = self._events[law] = (transform(mass) - 1.0, above)
        if len(self._events) > self._most // 2:
            self._events.popitem(last=False)
        return found


class _Moments:
    """Adds up what the terms of one source expect, kept apart by whether the uncertain rate multiplies it."""

    def __init__(self) -> None:
        self.mean, self.square = np.zeros(2), np.zeros(2)
        self.systems: list[str] = []
        self.by_system: list[FloatArray] = []
        self.by_component = np.zeros((2, len(COMPONENTS)))

    def add(self, severity: Severity, scaled: float, fixed: float) -> None:
        factors = np.array([scaled, fixed])
        self.mean += factors * severity.mean_eur
        self.square += factors * severity.square_eur
        self.by_component += factors[:, None] * severity.by_component
        self.systems += severity.systems
        values = np.array([severity.by_system, severity.hours, severity.exceeded])
        self.by_system.append(factors[:, None, None] * values)

    def part(
        self, rate: MixedRate, log_transform: ComplexArray, log_none_above: FloatArray, rows: dict[str, int]
    ) -> Part:
        expected = np.array([rate.mean, 1.0])
        at = np.array([rows[system] for system in self.systems], dtype=np.int64)
        found = np.concatenate(self.by_system, axis=2) if self.by_system else np.zeros((2, 3, 0))
        if len(self.by_system) > 1:
            at, found = _together(at, found)
        return Part(
            log_transform=log_transform,
            log_none_above=log_none_above,
            log_no_loss=float(log_none_above[0]),
            mean=float(expected @ self.mean),
            variance=float(expected @ self.square + rate.variance * self.mean[0] ** 2),
            rows=at,
            by_system=expected @ found[:, 0],
            hours=expected @ found[:, 1],
            log_not_exceeded=_log_none(rate, found[0, 2]) - found[1, 2],
            by_component=expected @ self.by_component,
        )


def _together(rows: IntArray, values: FloatArray) -> tuple[IntArray, FloatArray]:
    """Add up values of the same row."""
    found, position = np.unique(rows, return_inverse=True)
    total = np.zeros((len(found), *values.shape[:2]))
    np.add.at(total, position, np.moveaxis(values, 2, 0))
    return found, np.moveaxis(total, 0, 2)


def _log_none(rate: MixedRate, shares: FloatArray) -> FloatArray:
    """Return log E[exp(-rate share)] for every share."""
    if len(rate.nodes) == 1:
        return np.asarray(-rate.mean * shares)
    return np.asarray(np.log(np.exp(-np.outer(shares, rate.nodes)) @ rate.shares))
