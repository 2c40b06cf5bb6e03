"""Which measures of a source that very many touch are tabulated; the others are taken as live, for an upper bound."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from rori.economics.decisions.selection.source_losses import SourceLosses, Touching
from rori.economics.inputs.measures import Measure
from rori.economics.inputs.portfolio import Portfolio
from rori.economics.inputs.scenario import Adjustment, resolve
from rori.economics.simulation.events import Source
from rori.errors import NotApplicableError


@dataclass(frozen=True, slots=True, kw_only=True)
class Width:
    """Of the measures that touch one source, so many are tabulated: that change what an event costs (2^n looks), in all."""

    events: int
    touching: int


WIDTH_FOR_ENUMERATION = Width(events=10, touching=20)
WIDTH_FOR_PROGRAMMES = Width(events=8, touching=13)


def width_for(n_candidates: int) -> Width:
    """Return how many measures of a source are tabulated: more where every set can be looked at."""
    return WIDTH_FOR_ENUMERATION if n_candidates <= WIDTH_FOR_ENUMERATION.touching else WIDTH_FOR_PROGRAMMES


def narrowed(engine: SourceLosses, source: Source, touching: Touching, width: Width) -> Touching:
    """Keep as many measures as a table may have: those that may raise the loss, then those that prevent most alone.

    Raises
    ------
    NotApplicableError
        When more measures may raise the loss than a table may have: only what never raises it can be taken as live.
    """
    if len(touching.events) <= width.events and len(touching.ids) <= width.touching:
        return touching
    measures = {measure.id: measure for measure in engine.portfolio.measures}
    raising = {key for key in touching.ids if may_raise(engine.portfolio, measures[key])}
    left = {key: engine.loss(source, frozenset({key})) for key in touching.ids}
    ranked = sorted(touching.ids, key=lambda key: (key not in raising, left[key], key))
    events = [key for key in ranked if key in touching.events][: width.events]
    rates = [key for key in ranked if key in touching.rates][: width.touching - len(events)]
    dropped = [key for key in ranked if key in raising and key not in (*events, *rates)]
    if dropped:
        raise NotApplicableError(
            f"{source.name} is touched by {len(touching.ids)} measures, of which too many may raise its loss, such as "
            f"{measures[dropped[0]].name}. Take fewer candidates, or aim them at fewer failure modes."
        )
    return Touching(events=tuple(events), rates=tuple(rates))


def may_raise(portfolio: Portfolio, measure: Measure) -> bool:
    """Whether an effect, at its worst, may leave more risk than there was, whatever else is bought."""
    high = resolve(
        portfolio, (measure,), {(measure.id, i): np.array([e.size.high]) for i, e in enumerate(measure.effects)}
    )
    low = resolve(
        portfolio, (measure,), {(measure.id, i): np.array([e.size.low]) for i, e in enumerate(measure.effects)}
    )
    causes = {cause.id: cause for cause in portfolio.common_causes}
    rates = {one.id: one.events_per_year.mean for one in portfolio.failure_modes}
    rates |= {one.id: one.events_per_year.mean for one in portfolio.common_causes}
    links = {link.id: link for link in portfolio.dependencies}
    worse: Iterable[bool] = itertools.chain(
        (_varying(change) for change in (*high.durations.values(), *high.capacities.values())),
        (_more(change, rates[key]) for key, change in high.rates.items()),
        (_more(change, causes[key].hit_probability) for (key, _), change in high.hits.items()),
        (_more(change, causes[key].share_reached) for (key, _), change in high.shares.items()),
        (
            _more(change, links[key].failover_hours)
            for key, change in high.failovers.items()
            if links[key].redundancy_group
        ),
        (_less(change, links[key].buffer_hours) for key, change in low.buffers.items()),
    )
    return any(worse)


def _varying(change: Adjustment) -> bool:
    """Whether a quantity that differs from event to event is replaced, or multiplied by more than 1."""
    return change.replacement is not None or bool((change.factor > 1.0).any())


def _more(change: Adjustment, base: float) -> bool:
    replaced = change.replacement is not None and bool((change.replacement > base).any())
    return replaced or bool((change.factor > 1.0).any())


def _less(change: Adjustment, base: float) -> bool:
    replaced = change.replacement is not None and bool((change.replacement < base).any())
    return replaced or bool((change.factor < 1.0).any())
