"""From a portfolio and a case to the question of what to buy: candidates with their cost, and what sets prevent."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

import numpy as np

from rori.economics.arrays import FloatArray
from rori.economics.decisions.expectation import present_value_weights
from rori.economics.decisions.selection.narrowing import narrowed, width_for
from rori.economics.decisions.selection.problem import Candidate, Standing
from rori.economics.decisions.selection.set_values import LocalTable, SetValue
from rori.economics.decisions.selection.source_losses import SourceLosses
from rori.economics.figures.investment import assess
from rori.economics.inputs.case import Case
from rori.economics.inputs.measures import Measure
from rori.economics.inputs.portfolio import Portfolio
from rori.economics.inputs.scenario import phases
from rori.economics.money.cash_flows import schedule_of
from rori.economics.simulation.events import Source


def candidates_of(
    portfolio: Portfolio, case: Case, must_have: Collection[str] = (), already_bought: Collection[str] = ()
) -> tuple[Candidate, ...]:
    """Return the measures of a portfolio as candidates, priced by the conventions of a case.

    Parameters
    ----------
    portfolio : Portfolio
    case : Case
        Its measures are the candidates, all of the portfolio when it names none. Risk transfers are left out: they prevent
        nothing.
    must_have, already_bought : collection of str
        Ids of measures; they are candidates even when the case does not name them.

    Returns
    -------
    tuple of Candidate
        PV of cost as in `assess` (after tax, net of residual value), spending by year 0..horizon before tax, euros.

    Raises
    ------
    NotFoundError
        When an id names no measure of the portfolio.
    """
    wanted = {*case.measure_ids, *must_have, *already_bought}
    everything = tuple(measure.id for measure in portfolio.measures)
    ids = tuple(wanted) if case.measure_ids else everything
    portfolio.chosen_measures(tuple(wanted))
    return tuple(
        _candidate(case, measure, _standing(measure.id, must_have, already_bought))
        for measure in portfolio.chosen_measures(ids)
        if measure.transfer is None
    )


def prevented_by_sets(
    portfolio: Portfolio, case: Case, ids: Sequence[str], losses: SourceLosses | None = None
) -> SetValue:
    """Return the present value of the expected loss that each set of measures prevents, euros.

    Parameters
    ----------
    portfolio : Portfolio
        Its measures as they work: give one with realised effects to have the evidenced worth.
    case : Case
        Horizon and price of time; its own measures do not matter.
    ids : sequence of str
        Candidates.
    losses : SourceLosses, optional
        Engine, by default a new one.

    Returns
    -------
    SetValue
        One table per source over the measures that touch it. Where too many do (`width_for`: more than 8 that change what an
        event costs, or 13 in all; 10 and 20 with up to 20 candidates), the table covers those that prevent most alone; the
        others are taken as live, which makes the table an upper bound, and `exact` answers for single sets.

    Raises
    ------
    NotApplicableError
        When so many measures may raise the loss of one source that no such bound holds.

    Notes
    -----
    PV prevented = sum over sources and phases of weight x (loss today - loss with the live ones). Phases begin and end where
    any candidate goes live or ends its life, so one cut of the horizon serves all sets.
    """
    engine = SourceLosses(portfolio) if losses is None else losses
    spans = _weighted_phases(portfolio, case, tuple(ids))
    found = [_source_table(engine, source, tuple(ids), spans) for source in engine.sources]
    tables = tuple(table for table, _ in found if table.members)
    if all(complete for _, complete in found):
        return SetValue(tables=tables)

    def exact(sets: Sequence[frozenset[str]]) -> FloatArray:
        return np.array([sum(_prevented(engine, source, spans, one) for source in engine.sources) for one in sets])

    return SetValue(tables=tuple(table for table, _ in found), exact=exact)


_Spans = tuple[tuple[float, frozenset[str]], ...]
"""Weight of each phase, in present euros per euro of annual loss, with the ids that are live if bought."""


def _weighted_phases(portfolio: Portfolio, case: Case, ids: tuple[str, ...]) -> _Spans:
    weights, _ = present_value_weights(portfolio, replace(case, measure_ids=()))
    starts = np.arange(case.horizon_years, dtype=np.float64)
    spans = []
    for phase in phases(portfolio.chosen_measures(ids), case.horizon_years):
        share = np.minimum(phase.end_years, starts + 1.0) - np.maximum(phase.start_years, starts)
        spans.append((float(np.clip(share, 0.0, 1.0) @ weights), frozenset(measure.id for measure in phase.live)))
    return tuple(spans)


def _source_table(engine: SourceLosses, source: Source, ids: tuple[str, ...], spans: _Spans) -> tuple[LocalTable, bool]:
    """Return the table of one source and whether it covers all measures that touch it."""
    whole = engine.touching(source, ids)
    touching = narrowed(engine, source, whole, width_for(len(ids)))
    others = frozenset(whole.ids) - frozenset(touching.ids)
    if not others:
        annual = engine.losses(source, touching)
        return _discounted(annual, annual.values[0], spans), True
    today = engine.loss(source, frozenset())
    values = np.zeros(2 ** len(touching.ids))
    for besides in {others & live for _, live in spans}:
        annual = engine.losses(source, touching, besides)
        values += _discounted(annual, today, tuple(span for span in spans if others & span[1] == besides)).values
    return LocalTable(members=annual.members, values=values), False


def _discounted(annual: LocalTable, today: float, spans: _Spans) -> LocalTable:
    masks = np.arange(annual.values.size)
    values = np.zeros(masks.size)
    for weight, live in spans:
        there = sum(1 << i for i, key in enumerate(annual.members) if key in live)
        values += weight * (today - annual.values[masks & there])
    return LocalTable(members=annual.members, values=values)


def _prevented(engine: SourceLosses, source: Source, spans: _Spans, chosen: frozenset[str]) -> float:
    today = engine.loss(source, frozenset())
    return sum(weight * (today - engine.loss(source, chosen & live)) for weight, live in spans)


def _standing(key: str, must_have: Collection[str], already_bought: Collection[str]) -> Standing:
    if key in already_bought:
        return Standing.ALREADY_BOUGHT
    return Standing.MUST_HAVE if key in must_have else Standing.OPEN


def _candidate(case: Case, measure: Measure, standing: Standing) -> Candidate:
    plan = schedule_of(case, (measure,))
    cost = assess(case, (measure,), np.zeros((2, case.horizon_years))).pv_cost_eur
    return Candidate(
        id=measure.id,
        name=measure.name,
        capex_eur=measure.capex_eur,
        pv_cost_eur=cost,
        cost_eur_by_year=tuple(float(value) for value in plan.capex_eur + plan.opex_eur),
        requires=measure.requires,
        excludes=measure.excludes,
        standing=standing,
    )
