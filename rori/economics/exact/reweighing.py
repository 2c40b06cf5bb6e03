"""Severities that follow a slider: losses are worked out once on fixed points, afterwards only probabilities change.

A factor on a duration, a hit probability or the chance of a coincidence changes how likely each point is, not what it
costs. So every law of one kind of event is a new set of weights on the same table of losses.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence

import numpy as np
from scipy.special import ndtr

from rori.economics.arrays import FloatArray
from rori.economics.exact.loss_tables import N_SUMS, LossTable, choices_of, kind_of, make_table
from rori.economics.exact.patterns import Choice
from rori.economics.exact.severity import DurationLaw, EventLaw, Severity, severity_of
from rori.economics.exact.sums import Severities
from rori.economics.exact.worlds import ReachBook
from rori.economics.interruption.outcomes import Reach

MOST_COMBINATIONS = 2**15
LIGHTEST, LIGHTEST_CELL = 1e-13, 1e-10
"""Between two durations; there at one point. What is lighter leaves no trace in a distribution."""
TABLE_BYTES = 160 * 2**20
FALLBACK_CELLS = 256
N_KEPT = 1024


class Reweighed(Severities):
    """Remembers tables, and the severities of the laws that were asked for lately; answers as Severities does."""

    def __init__(self, book: ReachBook, density: float = 1.0) -> None:
        super().__init__(book, max(int(FALLBACK_CELLS * density), 1))
        self._density = density
        self._tables: OrderedDict[tuple[object, int], LossTable] = OrderedDict()
        self._kept: OrderedDict[EventLaw, Severity] = OrderedDict()

    def __call__(self, law: EventLaw) -> Severity:
        """Return the severity of one event."""
        found = self._kept.get(law)
        if found is None:
            found = self._kept[law] = self._severity(law)
            if len(self._kept) > N_KEPT:
                self._kept.popitem(last=False)
        return found

    def _severity(self, law: EventLaw) -> Severity:
        reach = self._book.reaches[law.reach]
        choices = choices_of(law, reach)
        if np.prod([float(len(choice.uniforms)) for choice in choices]) > MOST_COMBINATIONS:
            found = self._found[law] = severity_of(law, reach, self._n_cells)
            return found
        table = self._table_for(law, reach, choices)
        return reweighed(table, law, reach, table.weights(choices))

    def _table_for(self, law: EventLaw, reach: Reach, choices: Sequence[Choice]) -> LossTable:
        """Return a table that holds the law's durations and nearly all of its patterns; there may be several of a kind."""
        kind, number = kind_of(law, reach), 0
        while (kind, number) in self._tables:
            table = self._tables[kind, number]
            if table.covers(law.duration, table.weights(choices)):
                self._tables.move_to_end((kind, number))
                return table
            number += 1
        table = self._tables[kind, number] = make_table(law, reach, choices, self._density)
        while len(self._tables) > 1 and sum(one.values.nbytes for one in self._tables.values()) > TABLE_BYTES:
            self._tables.popitem(last=False)
        return table


def reweighed(table: LossTable, law: EventLaw, reach: Reach, pattern_weights: FloatArray) -> Severity:
    """Weigh a table with the probabilities of a law.

    Parameters
    ----------
    table : LossTable
    law : EventLaw
        Of the kind and within the durations of the table.
    reach : sequence of (System, routes)
    pattern_weights : ndarray, shape (n_patterns,)
        Probabilities; made to add up to 1.

    Returns
    -------
    Severity

    Notes
    -----
    Between the edges of a cell of durations every value is taken as linear in the duration, whose mean within the cell is
    known in closed form; the loss is spread evenly over a part of the cell that keeps this mean.
    """
    counts = np.bincount(table.pattern, minlength=len(pattern_weights))
    points = (pattern_weights / (pattern_weights.sum() * counts))[table.pattern]
    cells, share = cells_of(law.duration, table.durations)
    ends = np.concatenate((cells * (1.0 - share), cells * share)).astype(np.float32)
    values = table.values.reshape(len(table.values), len(points), -1)
    expected = np.asarray((values @ ends) @ points)
    used = np.flatnonzero(cells > LIGHTEST)
    total = table.values[0][..., used].astype(np.float64)
    low, high = _losses(total, share[used], certain=law.duration.is_certain)
    weights = np.outer(points, cells[used]).ravel()
    low, high, weights = (kept[weights > LIGHTEST_CELL] for kept in (low, high, weights))
    weights /= weights.sum()
    return Severity(
        low_eur=low,
        high_eur=high,
        weights=weights,
        positive=min(float(expected[1]), 1.0),
        mean_eur=float(expected[0]),
        square_eur=float(np.sum(weights * ((low * low + low * high + high * high) / 3.0))),
        systems=tuple(system.id for system, _ in reach),
        by_system=expected[N_SUMS::3],
        hours=expected[N_SUMS + 1 :: 3],
        exceeded=expected[N_SUMS + 2 :: 3],
        by_component=expected[2:N_SUMS],
        left_out=0.0,
        sampled=False,
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
        at = int(np.clip(np.searchsorted(durations, law.median_hours, side="right") - 1, 0, len(durations) - 2))
        cells, share = np.zeros((2, len(durations) - 1))
        cells[at] = 1.0
        share[at] = (law.median_hours - durations[at]) / (durations[at + 1] - durations[at])
        return cells, share
    below, mean_below = _partial(law, durations)
    below[0] = mean_below[0] = 0.0
    below[-1], mean_below[-1] = 1.0, _partial(law, np.array([np.inf]))[1][0]
    cells = np.diff(below)
    safe = np.where(cells > LIGHTEST, cells, 1.0)
    share = (np.diff(mean_below) / safe - durations[:-1]) / np.diff(durations)
    return cells, np.where(cells > LIGHTEST, np.clip(share, 0.0, 2.0), 0.5)


def _partial(law: DurationLaw, hours: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return P(D < h) and E[D; D < h] of a lognormal in two pieces."""
    scale_below, scale_above = max(law.below, 1e-9), max(law.above, 1e-9)
    logs = np.log(hours / law.median_hours)
    z = np.where(logs < 0.0, logs / scale_below, logs / scale_above)
    shifted_below = np.exp(scale_below**2 / 2.0) * ndtr(np.minimum(z, 0.0) - scale_below)
    shifted_above = np.exp(scale_above**2 / 2.0) * (ndtr(np.maximum(z, 0.0) - scale_above) - ndtr(-scale_above))
    return np.asarray(ndtr(z)), np.asarray(law.median_hours * (shifted_below + shifted_above))
