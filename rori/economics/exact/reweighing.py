"""Severities that follow a slider: losses are worked out once on fixed points, afterwards only probabilities change.

A factor on a duration, a hit probability or the chance of a coincidence changes how likely each point is, not what it
costs. So every law of one kind of event is a new set of weights on the same table of losses.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable, Iterable

import numpy as np

from rori.economics.arrays import FloatArray
from rori.economics.exact.laws import DurationLaw, EventLaw, partial_means
from rori.economics.exact.loss_tables import (
    N_SAMPLED,
    LossTable,
    choices_of,
    kind_of_law,
    kind_of_reach,
    make_table,
)
from rori.economics.exact.patterns import Choice, are_too_many
from rori.economics.exact.severity import Severity
from rori.economics.exact.sums import Severities
from rori.economics.exact.worlds import ReachBook
from rori.economics.interruption.outcomes import Reach

LIGHTEST, LIGHTEST_CELL = 1e-13, 1e-10
"""Between two durations; there at one point. What is lighter leaves no trace in moments, and in a distribution."""
PAST_JUMP = 1.0 + 2e-9
"""A certain duration at which the loss jumps lies between both sides of the jump; most is due from that moment on."""
COARSER_DENSITY = 0.5
"""Of the tables of laws that are one of many nodes of an uncertain effect."""
TABLE_BYTES = 256 * 2**20
N_KEPT = 2048


class Reweighed(Severities):
    """Remembers tables, and the severities of the laws that were asked for lately; answers as Severities does.

    Attributes
    ----------
    n_made : int
        How many tables have been made so far.
    """

    n_sampled = N_SAMPLED

    def __init__(self, book: ReachBook, density: float = 1.0) -> None:
        super().__init__(book, 0)
        self.n_made = 0
        self._density = density
        self._tables: OrderedDict[Hashable, list[LossTable]] = OrderedDict()
        self._bytes = 0
        self._kept: OrderedDict[EventLaw, Severity] = OrderedDict()
        self._reaches: dict[int, int] = {}
        self._numbers: dict[Hashable, int] = {}

    def __call__(self, law: EventLaw) -> Severity:
        """Return the severity of one event."""
        found = self._kept.get(law)
        if found is None:
            found = self._kept[law] = self._severity(law)
            if len(self._kept) > N_KEPT:
                self._kept.popitem(last=False)
        return found

    def notes(self, events: Iterable[EventLaw]) -> tuple[str, ...]:
        """Say what was sampled, in sentences."""
        if not any(severity.sampled for severity in self._kept.values()):
            return ()
        return super().notes(events)

    def _severity(self, law: EventLaw) -> Severity:
        reach = self._book.reaches[law.reach]
        choices = choices_of(law, reach)
        table = self._table_for(law, reach, choices)
        return reweighed(table, law, reach, table.weights(choices))

    def _table_for(self, law: EventLaw, reach: Reach, choices: tuple[Choice, ...]) -> LossTable:
        """Return a table that holds the law's durations and nearly all of its patterns; there may be several of a kind."""
        if law.reach not in self._reaches:
            self._reaches[law.reach] = self._numbers.setdefault(kind_of_reach(reach), len(self._numbers))
        density = self._density * (COARSER_DENSITY if law.coarser > 1 else 1.0)
        kind = (kind_of_law(law), self._reaches[law.reach], are_too_many(choices), density)
        known = self._tables.setdefault(kind, [])
        self._tables.move_to_end(kind)
        for table in known:
            if table.covers(law.duration, table.weights(choices)):
                return table
        table = make_table(law, reach, choices, density)
        known.append(table)
        self.n_made += 1
        self._bytes += table.nbytes
        while len(self._tables) > 1 and self._bytes > TABLE_BYTES:
            _, dropped = self._tables.popitem(last=False)
            self._bytes -= sum(one.nbytes for one in dropped)
        return table


def reweighed(table: LossTable, law: EventLaw, reach: Reach, pattern_weights: FloatArray) -> Severity:
    """Weigh a table with the probabilities of a law.

    Parameters
    ----------
    table : LossTable
    law : EventLaw
        Of the kind and within the durations of the table.
    reach : sequence of (System, routes)
    pattern_weights : ndarray
        From the table's `weights`; made to add up to 1.

    Returns
    -------
    Severity

    Notes
    -----
    What each system is expected to lose is known in closed form. For the spread, the total between the edges of a cell of
    durations is taken as linear in the duration, whose mean within the cell is known; the loss is spread evenly over a
    part of the cell that keeps this mean, and all cells are scaled to the expected loss.
    """
    figures, passed = table.lines.expected(law.duration)
    likely = table.stoppages.probabilities(pattern_weights / pattern_weights.sum())
    rows = np.array([one.row for one in table.stoppages.each], dtype=np.int64)
    by_system, hours, exceeded = (
        np.bincount(rows, weights=likely * values, minlength=len(reach)).astype(np.float64)
        for values in (figures[:-1].sum(axis=0), figures[-1], passed)
    )
    mean = float(by_system.sum())
    spread = pattern_weights[: len(table.counts)]
    points = (spread / (spread.sum() * table.counts))[table.pattern]
    cells, share = cells_of(law.duration, table.durations)
    used = np.flatnonzero(cells > LIGHTEST)
    total = table.totals[..., used].astype(np.float64)
    low, high = _losses(total, share[used], certain=law.duration.is_certain)
    weights = np.outer(points, cells[used]).ravel()
    positive = float(weights[np.maximum(low, high) > 0.0].sum())
    found = float(weights @ (low + high)) / 2.0
    factor = mean / found if found > 0.0 else 1.0
    square = float(weights @ (low * low + low * high + high * high)) / 3.0
    low, high, weights = (kept[weights > LIGHTEST_CELL] for kept in (low, high, weights))
    return Severity(
        low_eur=factor * low,
        high_eur=factor * high,
        weights=weights / weights.sum(),
        positive=min(positive, 1.0),
        mean_eur=mean,
        square_eur=factor * factor * square,
        systems=tuple(system.id for system, _ in reach),
        by_system=by_system,
        hours=hours,
        exceeded=exceeded,
        by_component=figures[:-1] @ likely,
        left_out=0.0,
        sampled=table.is_sampled,
    )


def _losses(total: FloatArray, share: FloatArray, *, certain: bool) -> tuple[FloatArray, FloatArray]:
    """Return both ends of the losses of every point and cell, flat."""
    begin, change = total[:, 0], total[:, 1] - total[:, 0]
    first, last = (share, share) if certain else (np.maximum(2.0 * share - 1.0, 0.0), np.minimum(2.0 * share, 1.0))
    low, high = begin + first * change, begin + last * change
    return np.maximum(low, 0.0).ravel(), np.maximum(high, 0.0).ravel()


def cells_of(law: DurationLaw, durations: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the probability of every cell between neighbouring durations, and how far into each its mean lies."""
    if law.is_certain:
        hours = law.median_hours
        if hours not in durations:
            hours *= PAST_JUMP
        at = int(np.clip(np.searchsorted(durations, hours, side="right") - 1, 0, len(durations) - 2))
        cells, share = np.zeros((2, len(durations) - 1))
        cells[at] = 1.0
        share[at] = (hours - durations[at]) / (durations[at + 1] - durations[at])
        return cells, share
    below, mean_below = partial_means(law, durations)
    below[0] = mean_below[0] = 0.0
    below[-1], mean_below[-1] = 1.0, law.mean_hours
    cells = below[1:] - below[:-1]
    safe = np.where(cells > LIGHTEST, cells, 1.0)
    share = ((mean_below[1:] - mean_below[:-1]) / safe - durations[:-1]) / (durations[1:] - durations[:-1])
    return cells, np.where(cells > LIGHTEST, np.clip(share, 0.0, 2.0), 0.5)
