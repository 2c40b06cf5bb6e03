"""Expected annual loss of one event source for every subset of the measures that touch it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rori.economics.arrays import FloatArray
from rori.economics.decisions.expectation import Expectation
from rori.economics.decisions.moved import UNMOVED
from rori.economics.decisions.nodes import effect_name
from rori.economics.decisions.selection.set_values import LocalTable
from rori.economics.inputs.scenario import mean_sizes, resolve
from rori.economics.interruption.outcomes import impacts
from rori.economics.simulation.events import Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Touching:
    """Measures that touch a source: `events` change what an event costs, `rates` only how often it happens."""

    events: tuple[str, ...]
    rates: tuple[str, ...]

    @property
    def ids(self) -> tuple[str, ...]:
        """All of them."""
        return self.events + self.rates


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _RateChanges:
    """What sets of measures do to a rate at every node: shapes (n_sets, n_nodes), infinite where nothing is replaced."""

    factor: FloatArray
    replacement: FloatArray

    def with_one(self, other: _RateChanges) -> _RateChanges:
        """Add a measure: all sets without it, then all with it."""
        return _RateChanges(
            factor=np.concatenate([self.factor, self.factor * other.factor]),
            replacement=np.concatenate([self.replacement, np.minimum(self.replacement, other.replacement)]),
        )

    def joined(self, other: _RateChanges, row: int) -> _RateChanges:
        """Join every set with one row of others."""
        return _RateChanges(
            factor=self.factor * other.factor[row],
            replacement=np.minimum(self.replacement, other.replacement[row]),
        )

    def rates(self, base: float, row: int, others: _RateChanges) -> FloatArray:
        """Events per year of the sets `others`, each joined with one row of these, shape (n_others, n_nodes)."""
        both = others.joined(self, row)
        return np.where(np.isinf(both.replacement), base, both.replacement) * both.factor


class SourceLosses(Expectation):
    """Expectations source by source; the sum over the sources is the expected annual loss of `Expectation`."""

    def touching(self, source: Source, ids: Sequence[str]) -> Touching:
        """Split the measures among `ids` that touch a source by what they change."""
        here = [key for key in ids if key in self._matters.measures[source.id]]
        events = tuple(key for key in here if self._changes_events(source, key))
        return Touching(events=events, rates=tuple(key for key in here if key not in events))

    def loss(self, source: Source, live: frozenset[str]) -> float:
        """Return the expected annual loss from one source while some measures are live, euros."""
        per_rate, fixed = self._terms(source, live & self._matters.measures[source.id], UNMOVED)
        return float((source.events_per_year.mean * per_rate + fixed)[0])

    def losses(self, source: Source, touching: Touching, besides: frozenset[str] = frozenset()) -> LocalTable:
        """Tabulate the expected annual loss from one source over the subsets of the measures that touch it.

        Parameters
        ----------
        source : Source
        touching : Touching
        besides : frozenset of str
            Measures that are live in every subset; all others are not.

        Returns
        -------
        LocalTable
            Euros per year, shape (2^n,).

        Notes
        -----
        Measures that only change the rate need no second look at the events: the mean over the nodes of loss x rate is
        a matrix product over the subsets of two halves of them. So the work is 2^events looks at the events, each the
        very one that `Expectation` takes.
        """
        there = tuple(sorted(besides & self._matters.measures[source.id]))
        replacing = [key for key in touching.rates if np.isfinite(self._rate_change(source, key).replacement).any()]
        plain = [key for key in touching.rates if key not in replacing]
        split = max(0, len(touching.rates) // 2 - len(replacing))
        first, second = (*replacing, *plain[:split]), tuple(plain[split:])
        own, one, two = (self._rate_changes(source, ids) for ids in (touching.events, first, second))
        for key in there:
            one = one.joined(self._rate_change(source, key), 0)
        columns = []
        for row, live in enumerate(_subsets(touching.events)):
            rates = own.rates(source.events_per_year.mean, row, one)
            weighted = rates * self._per_event(source, live.union(there)) / one.factor.shape[1]
            columns.append((two.factor @ weighted.T).ravel())
        return LocalTable(members=(*touching.events, *first, *second), values=np.stack(columns, axis=1).reshape(-1))

    def _changes_events(self, source: Source, key: str) -> bool:
        if key in self._matters.routing[source.id]:
            return True
        measures = self.portfolio.chosen_measures((key,))
        found = resolve(self._narrow[source.id], measures, mean_sizes(measures))
        exposed = {cause for cause, _ in (*found.hits, *found.shares)}
        return source.id in found.durations or source.id in found.capacities or source.id in exposed

    def _per_event(self, source: Source, live: frozenset[str]) -> FloatArray:
        """Weighted loss of one event at every node, euros, shape (n_nodes,)."""
        seen = self._occurrence(source, live, 1.0, {})
        loss = np.zeros_like(seen.weight)
        for impact in impacts(seen.batch, [(system, ways) for system, ways in seen.reach if system.loss is not None]):
            for euros in impact.loss.values():
                loss += euros
        return np.asarray(seen.weight * loss)

    def _rate_changes(self, source: Source, ids: Sequence[str]) -> _RateChanges:
        """Return the changes by all subsets of some measures, bit i of the row for measure i."""
        count = self._nodes(source).count
        changes = _RateChanges(factor=np.ones((1, count)), replacement=np.full((1, count), np.inf))
        for key in ids:
            changes = changes.with_one(self._rate_change(source, key))
        return changes

    def _rate_change(self, source: Source, key: str) -> _RateChanges:
        nodes = self._nodes(source)
        measures = self.portfolio.chosen_measures((key,))
        sizes = {
            (m.id, i): nodes.bounded(effect_name(m.id, i), e.size) for m in measures for i, e in enumerate(m.effects)
        }
        change = resolve(self._narrow[source.id], measures, sizes).rates.get(source.id)
        if change is None:
            return _RateChanges(factor=np.ones((1, nodes.count)), replacement=np.full((1, nodes.count), np.inf))
        replacement = np.full(nodes.count, np.inf) if change.replacement is None else change.replacement
        return _RateChanges(factor=change.factor[None], replacement=replacement[None])


def _subsets(ids: tuple[str, ...]) -> list[frozenset[str]]:
    return [frozenset(key for i, key in enumerate(ids) if mask >> i & 1) for mask in range(2 ** len(ids))]
