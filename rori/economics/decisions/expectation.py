"""Expected annual loss without simulation: the mean loss of one event of each source, evaluated on a fixed net of points.

The expected annual loss is a sum over sources of rate x mean loss per event (Wald's identity for compound sums), so a
change of one input needs only the sources that it touches again. The loss of the events comes from the very functions
that the simulation uses (`routes`, `outcomes`, `loss`), so the two can differ by numerical error alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from rori.economics.arrays import BoolArray, FloatArray
from rori.economics.decisions.moved import UNMOVED, Moved, Rows, rows_of
from rori.economics.decisions.nodes import (
    LOG2_NODES_OF_COMMON_CAUSES,
    LOG2_NODES_OF_MODES,
    Nodes,
    effect_name,
    hit_name,
    make_nodes,
)
from rori.economics.decisions.relevance import relevance
from rori.economics.decisions.strength import changed, realised_sizes, softened, way_gone
from rori.economics.figures.investment import assess
from rori.economics.inputs.case import Case
from rori.economics.inputs.measures import Measure
from rori.economics.inputs.portfolio import CommonCause, FailureMode, Portfolio
from rori.economics.inputs.scenario import Adjustment, Scenario, mean_sizes, phases, resolve
from rori.economics.interruption.outcomes import Batch, Impact, Reach, impacts, reach_of
from rori.economics.interruption.routes import Routes, find_routes, own_unavailability
from rori.economics.results import Investment
from rori.economics.simulation.events import Source

EVENTS_AT_ONCE = 2**15
"""Bounds memory: so many events are evaluated together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Occurrence:
    """Events of one source at every row and node, flattened row by row; shapes (n_rows * n_nodes,).

    The rate is `rate_factor` x (`rate_kept` x today's rate + `rate_added`).
    """

    batch: Batch
    reach: Reach
    weight: FloatArray
    rate_factor: FloatArray
    rate_kept: FloatArray
    rate_added: FloatArray


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedSystem:
    """What one system must expect per year, all sources together.

    Loss in euros, hours lost weighted by capacity, hours with any capacity lost, interruptions, and interruptions
    longer than the impact tolerance (None without one).
    """

    system_id: str
    loss_eur_per_year: float
    capacity_hours_per_year: float
    hours_per_year: float
    interruptions_per_year: float
    breaches_per_year: float | None


class Expectation:
    """Expected annual losses of one portfolio for any set of live measures; remembers what it has worked out.

    Parameters
    ----------
    portfolio : Portfolio
    log2_nodes : int
        Nodes per failure mode, as a power of two; common causes get four times as many.
    nodes : tuple of Nodes, optional
        Nodes to use instead: of failure modes, of common causes.
    """

    def __init__(
        self,
        portfolio: Portfolio,
        log2_nodes: int = LOG2_NODES_OF_MODES,
        nodes: tuple[Nodes, Nodes] | None = None,
    ) -> None:
        self.portfolio = portfolio
        self.sources: tuple[Source, ...] = (*portfolio.failure_modes, *portfolio.common_causes)
        self._of_modes, self._of_causes = _both_nodes(portfolio, log2_nodes) if nodes is None else nodes
        self._matters = relevance(portfolio)
        self._narrow = {source.id: _only(portfolio, source) for source in self.sources}
        self._terms_known: dict[tuple[str, frozenset[str], float], FloatArray] = {}
        self._routes_known: dict[tuple[frozenset[str], float], Routes] = {}
        self._losses_known: dict[tuple[frozenset[str], float], FloatArray] = {}

    def for_portfolio(self, portfolio: Portfolio) -> Expectation:
        """Return expectations of a portfolio with other estimates, on the same points; ids and effects stay."""
        return Expectation(portfolio, nodes=(self._of_modes, self._of_causes))

    def annual_loss(self, live: Iterable[str] = (), moved: Moved = UNMOVED) -> FloatArray:
        """Return the expected annual loss while the measures in `live` are live, euros, shape (n_points,)."""
        chosen = frozenset(live)
        if moved.n_points > 1 or moved.moves_inputs:
            return self._annual_loss(chosen, moved)
        key = (chosen, moved.strength)
        if key not in self._losses_known:
            self._losses_known[key] = self._annual_loss(chosen, moved)
        return self._losses_known[key]

    def _annual_loss(self, live: frozenset[str], moved: Moved) -> FloatArray:
        total = np.zeros(moved.n_points)
        for source in self.sources:
            per_rate, fixed = self._terms(source, live, moved)
            rate = moved.rates.get(source.id, source.events_per_year.mean)
            total = total + rate * per_rate + fixed
        return total

    def prevented_by_year(self, measure_ids: tuple[str, ...], horizon_years: int, moved: Moved = UNMOVED) -> FloatArray:
        """Return the expected loss that a set of measures prevents in each year, euros, shape (n_points, horizon)."""
        measures = self.portfolio.chosen_measures(measure_ids)
        today = self.annual_loss((), moved)
        starts = np.arange(horizon_years, dtype=np.float64)
        prevented = np.zeros((moved.n_points, horizon_years))
        for phase in phases(measures, horizon_years):
            if phase.live:
                share = np.minimum(phase.end_years, starts + 1.0) - np.maximum(phase.start_years, starts)
                less = today - self.annual_loss((m.id for m in phase.live), moved)
                prevented += np.outer(less, np.clip(share, 0.0, 1.0))
        return prevented

    def systems(self, live: Iterable[str] = ()) -> tuple[ExpectedSystem, ...]:
        """Return what every system must expect per year while the measures in `live` are live."""
        chosen = frozenset(live)
        sums = {system.id: np.zeros(5) for system in self.portfolio.systems}
        tolerances = {system.id: system.impact_tolerance_hours for system in self.portfolio.systems}
        for source in self.sources:
            seen = self._occurrence(source, chosen & self._matters.measures[source.id], 1.0, {})
            rate = seen.rate_factor * (seen.rate_kept * source.events_per_year.mean + seen.rate_added)
            weight = seen.weight * rate / seen.weight.size
            for impact in impacts(seen.batch, seen.reach):
                sums[impact.system_id] += _sums(impact, weight, tolerances[impact.system_id])
        return tuple(
            ExpectedSystem(
                system_id=key,
                loss_eur_per_year=float(row[0]),
                capacity_hours_per_year=float(row[1]),
                hours_per_year=float(row[2]),
                interruptions_per_year=float(row[3]),
                breaches_per_year=None if tolerances[key] is None else float(row[4]),
            )
            for key, row in sums.items()
        )

    def _terms(self, source: Source, live: frozenset[str], moved: Moved) -> FloatArray:
        """Annual loss = rate x terms[0] + terms[1]; shape (2, n_points) or (2, 1)."""
        chosen = live & self._matters.measures[source.id]
        rows = rows_of(source, chosen, moved)
        if not rows:
            key = (source.id, chosen, moved.strength)
            if key not in self._terms_known:
                self._terms_known[key] = self._evaluate(source, chosen, moved.strength, {})
            return self._terms_known[key]
        distinct, back = np.unique(np.stack(list(rows.values())), axis=1, return_inverse=True)
        step = max(1, EVENTS_AT_ONCE // self._nodes(source).count)
        parts = [
            self._evaluate(source, chosen, moved.strength, dict(zip(rows, distinct[:, at : at + step], strict=True)))
            for at in range(0, distinct.shape[1], step)
        ]
        return np.asarray(np.concatenate(parts, axis=1)[:, back.ravel()])

    def _evaluate(self, source: Source, live: frozenset[str], strength: float, rows: Rows) -> FloatArray:
        seen = self._occurrence(source, live, strength, rows)
        loss = np.zeros_like(seen.weight)
        earning = [(system, ways) for system, ways in seen.reach if system.loss is not None]
        for impact in impacts(seen.batch, earning):
            for euros in impact.loss.values():
                loss += euros
        weighted = seen.weight * seen.rate_factor * loss
        parts = np.stack([weighted * seen.rate_kept, weighted * seen.rate_added])
        return np.asarray(parts.reshape(2, -1, self._nodes(source).count).mean(axis=2))

    def _occurrence(self, source: Source, live: frozenset[str], strength: float, rows: Rows) -> _Occurrence:
        nodes = self._nodes(source)
        n_rows = len(next(iter(rows.values()))) if rows else 1
        measures = self.portfolio.chosen_measures(tuple(live))
        sizes = {(m.id, i): _size(nodes, rows, m, i, n_rows) for m in measures for i, effect in enumerate(m.effects)}
        scenario = resolve(self._narrow[source.id], measures, realised_sizes(measures, sizes, strength))
        routes = self._routes(source, live, scenario, strength)
        reach = reach_of(self._matters.direct[source.id], self.portfolio.systems, routes)
        chances, chance_weight = nodes.chances(
            {route.group for _, ways in reach for route in ways if route.chance < 1.0}
        )
        base_hours, weight = nodes.durations(source)
        hours = _tiled(base_hours, n_rows) * _repeated(rows.get(("duration",)), nodes.count, n_rows)
        capacity = _tiled(nodes.capacities(source), n_rows)
        if ("capacity",) in rows:
            capacity = _repeated(rows["capacity",], nodes.count, n_rows)
        size = n_rows * nodes.count
        factor, kept, added = _rate_terms(scenario.rates.get(source.id), size, strength)
        batch = Batch(
            path=np.arange(size),
            start_hour=_tiled(nodes.start_hours(source), n_rows),
            duration_hours=changed(scenario.durations.get(source.id), hours, strength),
            capacity_lost=np.minimum(changed(scenario.capacities.get(source.id), capacity, strength), 1.0),
            loses_data=isinstance(source, FailureMode) and source.loses_data,
            down=self._down(source, nodes, scenario, strength, size),
            chance=lambda group: _tiled(chances[group], n_rows),
        )
        return _Occurrence(
            batch=batch,
            reach=reach,
            weight=_tiled(weight * chance_weight, n_rows),
            rate_factor=factor,
            rate_kept=kept,
            rate_added=added,
        )

    def _down(
        self, source: Source, nodes: Nodes, scenario: Scenario, strength: float, size: int
    ) -> dict[str, BoolArray]:
        if isinstance(source, FailureMode):
            return {source.system_id: np.ones(size, dtype=np.bool_)}
        down = {}
        for system_id in sorted(self._matters.direct[source.id]):
            key = (source.id, system_id)
            likely = changed(scenario.hits.get(key), np.full(size, source.hit_probability), strength)
            reached = changed(scenario.shares.get(key), np.full(size, source.share_reached), strength)
            uniforms = _tiled(nodes.uniforms[hit_name(system_id)], size // nodes.count)
            down[system_id] = uniforms < np.minimum(likely, 1.0) * np.minimum(reached, 1.0)
        return down

    def _routes(self, source: Source, live: frozenset[str], scenario: Scenario, strength: float) -> Routes:
        """Find the routes; those that no uncertain size touches are remembered."""
        routing = live & self._matters.routing[source.id]
        measures = self.portfolio.chosen_measures(tuple(routing))
        sizes = realised_sizes(measures, mean_sizes(measures), strength)
        expected = softened(self.portfolio, resolve(self.portfolio, measures, sizes), strength)
        shares = own_unavailability(self.portfolio, expected)
        if scenario.buffers or scenario.failovers:
            return find_routes(self.portfolio, softened(self.portfolio, scenario, strength), shares)
        key = (routing, strength)
        if key not in self._routes_known:
            self._routes_known[key] = find_routes(self.portfolio, expected, shares)
        return self._routes_known[key]

    def _nodes(self, source: Source) -> Nodes:
        return self._of_causes if isinstance(source, CommonCause) else self._of_modes


def present_value_weights(portfolio: Portfolio, case: Case) -> tuple[FloatArray, float]:
    """Return what one euro of loss prevented in each year is worth today, shape (horizon,), and the PV of cost, euros.

    Notes
    -----
    Asked of `investment.assess` year by year, so that every convention of that module holds here too.
    """
    measures = portfolio.chosen_measures(case.measure_ids)
    units = np.eye(case.horizon_years)
    found = [assess(case, measures, np.stack([unit, unit])) for unit in units]
    return np.array([one.pv_prevented_eur.value for one in found]), found[0].pv_cost_eur


def expected_investment(portfolio: Portfolio, case: Case, expectation: Expectation | None = None) -> Investment:
    """Weigh expected prevented loss against cost: the same figures as a simulated case, without spread or error."""
    engine = Expectation(portfolio) if expectation is None else expectation
    measures = portfolio.chosen_measures(case.measure_ids)
    prevented = engine.prevented_by_year(case.measure_ids, case.horizon_years)
    return assess(case, measures, np.repeat(prevented, 2, axis=0))


def _both_nodes(portfolio: Portfolio, log2_nodes: int) -> tuple[Nodes, Nodes]:
    of_modes = make_nodes(portfolio, log2_nodes)
    if not portfolio.common_causes:
        return of_modes, of_modes
    return of_modes, make_nodes(portfolio, log2_nodes + LOG2_NODES_OF_COMMON_CAUSES - LOG2_NODES_OF_MODES)


def _only(portfolio: Portfolio, source: Source) -> Portfolio:
    """Leave one source, so that effects are worked out for it and for dependencies alone."""
    is_cause = isinstance(source, CommonCause)
    return replace(
        portfolio,
        failure_modes=tuple(mode for mode in portfolio.failure_modes if not is_cause and mode.id == source.id),
        common_causes=tuple(cause for cause in portfolio.common_causes if is_cause and cause.id == source.id),
    )


def _size(nodes: Nodes, rows: Rows, measure: Measure, position: int, n_rows: int) -> FloatArray:
    """Size of an effect at every row and node: as moved, else as the net says."""
    moved = rows.get((measure.id, str(position)))
    if moved is not None:
        return np.repeat(moved, nodes.count)
    return _tiled(nodes.bounded(effect_name(measure.drawn_as, position), measure.effects[position].size), n_rows)


def _rate_terms(change: Adjustment | None, size: int, strength: float) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return the factor on a rate, how much of today's is kept, and what is added to it; shape (size,) each."""
    kept, added = np.ones(size), np.zeros(size)
    if change is None:
        return np.ones(size), kept, added
    if change.replacement is not None:
        share = way_gone(change, strength)
        kept, added = kept - share, share * change.replacement
    return change.factor, kept, added


def _tiled(values: FloatArray, n_rows: int) -> FloatArray:
    return values if n_rows == 1 else np.tile(values, n_rows)


def _repeated(values: FloatArray | None, count: int, n_rows: int) -> FloatArray:
    return np.ones(count * n_rows) if values is None else np.repeat(values, count)


def _sums(impact: Impact, weight: FloatArray, tolerance_hours: float | None) -> FloatArray:
    loss = np.zeros_like(weight)
    for euros in impact.loss.values():
        loss += euros
    late = np.zeros_like(weight) if tolerance_hours is None else (impact.hours > tolerance_hours).astype(np.float64)
    figures = (loss, impact.capacity_hours, impact.hours, (impact.hours > 0.0).astype(np.float64), late)
    return np.array([float(weight @ figure) for figure in figures])
