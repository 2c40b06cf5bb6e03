"""Both worlds of a case at one fineness: grids, sums over sources, and the mixture over kinds of year."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from rori.economics.arrays import FloatArray
from rori.economics.exact.compound import Aggregate, Grid, masses, spread, transform
from rori.economics.exact.sums import Adder, Severities, Sum, differing, largest_points
from rori.economics.exact.worlds import ReachBook, SourceLaw, State, sources_of, states_with, today
from rori.economics.inputs.case import Case
from rori.economics.inputs.portfolio import FailureMode, Portfolio
from rori.economics.simulation.ledger import CAUSES
from rori.economics.terms import Cause
from rori.errors import NotApplicableError

LEVELS = (0.95, 0.99)
RAREST = 1e-6
"""The grid reaches to a loss that is exceeded in fewer than about one in a million years."""
TOO_MUCH_BEYOND = 5e-6
SHARED_RANGES = 4.0
"""Both worlds share a grid unless their ranges differ by more than this factor."""
COARSE_POINTS = 2**12
TOO_WIDE = "The annual loss spreads too widely for one grid of the exact engine; use the simulation for this case."
MOST_WIDENINGS = 12
NOTHING = 1e-9
"""Sources that cost less than this many euros per year do not widen the grid."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolution:
    """How finely the exact engine works.

    Parameters
    ----------
    grid_points : int
        Points of the grid of annual losses, a power of two.
    cells : int
        Cells of the loss of one event, about.
    size_nodes : int
        Nodes that stand for uncertain effect sizes, a power of two; one is used when all are certain.
    """

    grid_points: int = 2**15
    cells: int = 2048
    size_nodes: int = 16

    @property
    def halved(self) -> Resolution:
        """Half of everything, for the error estimate."""
        return Resolution(
            grid_points=self.grid_points // 2, cells=self.cells // 2, size_nodes=max(self.size_nodes // 2, 1)
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class WorldFigures:
    """One world at one resolution; arrays as in Sum, means over the horizon."""

    annual: Aggregate
    none_above: FloatArray
    by_system: FloatArray
    hours: FloatArray
    exceeded: FloatArray
    by_component: FloatArray
    by_cause: FloatArray
    by_year: FloatArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _World:
    """Kinds of year of one world and the sum of each, kept so that a change needs only what it changes."""

    adder: Adder
    states: tuple[State, ...]
    sums: tuple[Sum, ...]


def _world(adder: Adder, states: tuple[State, ...], laws: tuple[SourceLaw, ...], base: Sum | None = None) -> _World:
    """Add up every kind of year, starting from the sum of today's laws."""
    start = adder.sum_of(laws) if base is None else base
    return _World(adder=adder, states=states, sums=tuple(adder.changed(start, laws, state.laws) for state in states))


def _changed(world: _World, states: tuple[State, ...], other: _World | None = None) -> _World:
    """Return the world with other kinds of year, each from the known sum whose laws are nearest to its own.

    The sums that are known are those of the kinds of year in the same place, and the first of another world on the same
    grid.
    """
    sums = []
    for position, state in enumerate(states):
        known = []
        if len(states) == len(world.states):
            known.append((world.states[position].laws, world.sums[position]))
        if other is not None and other.adder is world.adder:
            known.append((other.states[0].laws, other.sums[0]))
        nearest = min(known, key=lambda one: len(differing(one[0], state.laws)), default=None)
        sums.append(
            world.adder.sum_of(state.laws)
            if nearest is None
            else world.adder.changed(nearest[1], nearest[0], state.laws)
        )
    return replace(world, states=states, sums=tuple(sums))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Level:
    """Both worlds at one resolution."""

    resolution: Resolution
    severities: Severities
    without: _World
    with_measures: _World


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Prepared:
    """A case with everything that a change need not compute again; made by `prepare`, read by `exact_what_if`."""

    portfolio: Portfolio
    case: Case
    book: ReachBook
    fine: Level
    coarse: Level


def prepare(portfolio: Portfolio, case: Case, resolution: Resolution | None = None) -> Prepared:
    """Compute severities, grids and sums of a case.

    Parameters
    ----------
    portfolio : Portfolio
    case : Case
        `seed` and `n_paths` do not matter: nothing is drawn.
    resolution : Resolution, optional

    Returns
    -------
    Prepared

    Raises
    ------
    NotApplicableError
        When the annual loss is too coarse for the grid to hold.
    NotFoundError
        When the case names a measure that the portfolio does not hold.
    """
    fine = resolution or Resolution()
    book = ReachBook()
    laws = today(portfolio, book)
    level = _wide_enough(_level(_Job(portfolio, case, book, laws, fine), None), portfolio, case)
    grids = (level.without.adder.grid.halved, level.with_measures.adder.grid.halved)
    coarse = _level(_Job(portfolio, case, book, laws, fine.halved), grids)
    return Prepared(portfolio=portfolio, case=case, book=book, fine=level, coarse=coarse)


@dataclass(frozen=True, slots=True)
class _Job:
    portfolio: Portfolio
    case: Case
    book: ReachBook
    laws: tuple[SourceLaw, ...]
    resolution: Resolution


def _level(job: _Job, grids: tuple[Grid, Grid] | None) -> Level:
    severities = Severities(job.book, job.resolution.cells)
    years = tuple(range(1, job.case.horizon_years + 1))
    without = (State(weight=1.0, years=years, laws=job.laws),)
    with_measures = states_with(job.portfolio, job.case, job.resolution.size_nodes, job.book, job.laws)
    if grids is None:
        grids = _grids(job.resolution, severities, without, with_measures)
    rows = {system.id: row for row, system in enumerate(job.portfolio.systems)}
    first = Adder(grids[0], severities, rows)
    second = first if grids[1] == grids[0] else Adder(grids[1], severities, rows)
    before = _world(first, without, job.laws)
    return Level(
        resolution=job.resolution,
        severities=severities,
        without=before,
        with_measures=_world(second, with_measures, job.laws, before.sums[0] if second is first else None),
    )


def _wide_enough(level: Level, portfolio: Portfolio, case: Case) -> Level:
    """Widen the grids until hardly any year lies beyond: uncertain rates reach further than their means say."""
    shared = level.with_measures.adder is level.without.adder
    laws = level.without.states[0].laws
    worlds = [_fitting(world, laws, portfolio, case) for world in (level.without, level.with_measures)]
    if shared:
        adder = max((world.adder for world in worlds), key=lambda adder: adder.grid.end_eur)
        worlds = [world if world.adder is adder else _world(adder, world.states, laws) for world in worlds]
    return replace(level, without=worlds[0], with_measures=worlds[1])


def _fitting(world: _World, laws: tuple[SourceLaw, ...], portfolio: Portfolio, case: Case) -> _World:
    for _ in range(MOST_WIDENINGS):
        if figures_of(world, portfolio, case.horizon_years).annual.beyond <= TOO_MUCH_BEYOND:
            return world
        grid = world.adder.grid
        adder = world.adder.on(Grid(step_eur=2.0 * grid.step_eur, size=grid.size))
        world = _world(adder, world.states, laws)
    raise NotApplicableError(TOO_WIDE)


def changed_level(level: Level, portfolio: Portfolio, case: Case, book: ReachBook) -> Level:
    """Return the level of a changed portfolio on the same grids, from what is known already."""
    known = level.without.states[0].laws
    laws = tuple(old if old == new else new for old, new in zip(known, today(portfolio, book), strict=True))
    states = states_with(portfolio, case, level.resolution.size_nodes, book, laws)
    without = _changed(level.without, (replace(level.without.states[0], laws=laws),))
    return replace(level, without=without, with_measures=_changed(level.with_measures, states, without))


def figures_of(world: _World, portfolio: Portfolio, horizon_years: int) -> WorldFigures:
    """Mix the states of one world and read its figures."""
    grid = world.adder.grid
    cf = np.zeros(grid.size // 2 + 1, dtype=np.complex128)
    none_above = np.zeros(len(largest_points(grid)))
    mean = square = no_loss = 0.0
    expected = [np.zeros_like(values) for values in _expected(world.sums[0])]
    by_year = np.zeros(horizon_years)
    for state, found in zip(world.states, world.sums, strict=True):
        cf += state.weight * np.exp(found.log_transform)
        none_above += state.weight * np.exp(found.log_none_above)
        no_loss += state.weight * math.exp(found.log_no_loss)
        mean += state.weight * max(found.mean, 0.0)
        square += state.weight * (found.variance + found.mean**2)
        by_year[np.array(state.years) - 1] += state.weight * horizon_years / len(state.years) * found.mean
        for total, values in zip(expected, _expected(found), strict=True):
            np.add(total, state.weight * values, out=total)
    by_system, hours, exceeded, by_component, by_source = expected
    annual = Aggregate(
        grid=grid,
        mass=masses(cf, grid.size),
        mean_eur=mean,
        sd_eur=math.sqrt(max(square - mean**2, 0.0)),
        no_loss=min(no_loss, 1.0),
    )
    return WorldFigures(
        annual=annual,
        none_above=none_above,
        by_system=by_system,
        hours=hours,
        exceeded=exceeded,
        by_component=by_component,
        by_cause=_by_cause(portfolio, by_source),
        by_year=by_year,
    )


def _expected(found: Sum) -> list[FloatArray]:
    exceeded = -np.expm1(found.log_not_exceeded)
    values = [found.by_system, found.hours, exceeded, found.by_component, found.by_source]
    return [np.maximum(value, 0.0) for value in values]


def _by_cause(portfolio: Portfolio, by_source: FloatArray) -> FloatArray:
    causes = [
        source.cause if isinstance(source, FailureMode) else Cause.COMMON_CAUSE for source in sources_of(portfolio)
    ]
    result = np.zeros(len(CAUSES))
    np.add.at(result, [CAUSES.index(cause) for cause in causes], by_source)
    return result


def _grids(
    resolution: Resolution, severities: Severities, without: tuple[State, ...], with_measures: tuple[State, ...]
) -> tuple[Grid, Grid]:
    """Choose where the grid ends in each world."""
    first = _end(severities, without[0].laws)
    heaviest = max(with_measures, key=lambda state: _mean(severities, state.laws))
    second = _end(severities, heaviest.laws)
    if max(first, second) <= SHARED_RANGES * min(first, second):
        first = second = max(first, second)
    return tuple(Grid(step_eur=end / resolution.grid_points, size=resolution.grid_points) for end in (first, second))  # type: ignore[return-value]


def _mean(severities: Severities, laws: tuple[SourceLaw, ...]) -> float:
    return sum(
        (law.rate.mean * term.scaled + term.fixed) * severities(term.event).mean_eur
        for law in laws
        for term in law.terms
    )


def _end(severities: Severities, laws: tuple[SourceLaw, ...]) -> float:
    """Return a loss that is exceeded in about one year in a million, from a coarse grid and expected rates."""
    terms = [(law.rate.mean * term.scaled + term.fixed, severities(term.event)) for law in laws for term in law.terms]
    terms = [(rate, severity) for rate, severity in terms if rate * severity.mean_eur > NOTHING]
    if not terms:
        return 1.0
    low = np.concatenate([severity.low_eur for _, severity in terms])
    high = np.concatenate([severity.high_eur for _, severity in terms])
    weights = np.concatenate([rate * severity.weights for rate, severity in terms])
    total = float(weights.sum())
    mean = sum(rate * severity.mean_eur for rate, severity in terms)
    end = mean + 12.0 * math.sqrt(sum(rate * severity.square_eur for rate, severity in terms))
    for _ in range(40):
        grid = Grid(step_eur=end / COARSE_POINTS, size=COARSE_POINTS)
        mass = masses(np.exp(total * (transform(spread(grid, low, high, weights / total)) - 1.0)), grid.size)
        below = np.cumsum(mass)
        if below[-1] < 1.0 - RAREST:
            end *= 2.0
            continue
        if below[0] >= 1.0 - RAREST:
            return 2.0 * max(severity.mean_eur for _, severity in terms)
        reached = float(np.searchsorted(below, 1.0 - RAREST) + 2) / COARSE_POINTS
        if reached > 0.2:
            return end * min(reached * 1.1, 1.0)
        end *= reached * 1.5
    raise NotApplicableError(TOO_WIDE)
