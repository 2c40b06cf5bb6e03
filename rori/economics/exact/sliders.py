"""Sliders on a case: its large quantities turned at once, answered without simulation and in a moment."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TypeVar

from rori.economics.checks import require_above, require_at_least, require_fraction
from rori.economics.exact.compound import Grid
from rori.economics.exact.engine import result_of
from rori.economics.exact.figures import ExactResult
from rori.economics.exact.levels import (
    Level,
    Prepared,
    Resolution,
    _grids,
    _wide_enough,
    _world,
    changed_level,
)
from rori.economics.exact.realised import realised
from rori.economics.exact.reweighing import Reweighed
from rori.economics.exact.sums import Adder
from rori.economics.exact.worlds import ReachBook, SourceLaw, State, states_with, today
from rori.economics.inputs.case import Case
from rori.economics.inputs.estimates import LognormalEstimate
from rori.economics.inputs.portfolio import CommonCause, FailureMode, Portfolio
from rori.economics.simulation.events import Source
from rori.errors import NotFoundError

AnySource = TypeVar("AnySource", FailureMode, CommonCause)

ROUGH = Resolution(grid_points=2**11, cells=256, size_nodes=1)
"""What a slider needs: a figure to three digits, at once."""
HEADROOM = 2.0
"""Grids reach so much further than the case needs, so that most turns fit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Where the sliders stand; by default as the case says.

    Parameters
    ----------
    frequency, duration : float
        Factors on events per year and on outage durations, > 0.
    source_id : str, optional
        The failure mode or common cause that these two are about; None for all.
    strength : float
        Share of every effect of the measures that is realised, in [0, 1]; see `realised`.
    cost : float
        Factor on capex and opex, >= 0.
    discount_rate_per_year : float, optional
    horizon_years : int, optional
    """

    frequency: float = 1.0
    duration: float = 1.0
    source_id: str | None = None
    strength: float = 1.0
    cost: float = 1.0
    discount_rate_per_year: float | None = None
    horizon_years: int | None = None

    def __post_init__(self) -> None:
        require_above("frequency factor", self.frequency, 0.0)
        require_above("duration factor", self.duration, 0.0)
        require_fraction("effect strength", self.strength)
        require_at_least("cost factor", self.cost, 0.0)

    def case(self, case: Case) -> Case:
        """Return the case as the sliders have it; nothing is simulated, so its paths do not matter."""
        rate, horizon = self.discount_rate_per_year, self.horizon_years
        return replace(
            case,
            n_paths=100,
            discount_rate_per_year=case.discount_rate_per_year if rate is None else rate,
            horizon_years=case.horizon_years if horizon is None else horizon,
        )

    def portfolio(self, portfolio: Portfolio) -> Portfolio:
        """Return the portfolio as the sliders have it; NotFoundError when there is no such source."""
        sources: tuple[Source, ...] = (*portfolio.failure_modes, *portfolio.common_causes)
        if self.source_id not in (None, *(source.id for source in sources)):
            raise NotFoundError(f"there is no failure mode or common cause {self.source_id!r}")
        turned = replace(
            portfolio,
            failure_modes=tuple(self._turned(mode) for mode in portfolio.failure_modes),
            common_causes=tuple(self._turned(cause) for cause in portfolio.common_causes),
        )
        measures = realised(turned, self.strength)
        if self.cost != 1.0:
            measures = tuple(
                replace(m, capex_eur=m.capex_eur * self.cost, opex_eur_per_year=m.opex_eur_per_year * self.cost)
                for m in measures
            )
        return replace(turned, measures=measures)

    def _turned(self, source: AnySource) -> AnySource:
        if (self.frequency, self.duration) == (1.0, 1.0) or self.source_id not in (None, source.id):
            return source
        return replace(
            source,
            events_per_year=_scaled(source.events_per_year, self.frequency),
            duration_hours=_scaled(source.duration_hours, self.duration),
        )


UNTURNED = Settings()


def prepare_sliders(portfolio: Portfolio, case: Case, resolution: Resolution = ROUGH) -> Prepared:
    """Prepare a case for `turned`.

    Parameters
    ----------
    portfolio : Portfolio
    case : Case
    resolution : Resolution
        `cells` does not matter: severities are read off tables (see `rori.economics.exact.reweighing`).

    Raises
    ------
    NotApplicableError
        When the exact engine cannot answer.

    Notes
    -----
    As `prepare`, with the severities of `Reweighed`. The coarse level has tables with half the points over start hours,
    capacities and durations, and a quarter of a sample of patterns, so the error that it shows covers them too.
    """
    case = UNTURNED.case(case)
    book = ReachBook()
    laws = today(portfolio, book)
    fine, coarse = (
        _level(_Job(portfolio, case, book, laws, Reweighed(book, density)), one)
        for density, one in ((1.0, resolution), (0.5, resolution.halved))
    )
    return Prepared(portfolio=portfolio, case=case, book=book, fine=fine, coarse=coarse)


def turned(prepared: Prepared, settings: Settings) -> ExactResult:
    """Compute the figures of a prepared case with the sliders where they stand.

    Parameters
    ----------
    prepared : Prepared
        From `prepare_sliders`; it is not changed, but remembers more: one thread at a time.
    settings : Settings

    Returns
    -------
    ExactResult
        With sliders turned on the fine level alone: errors are then those of the grid. Expected losses are exact but for
        samples of patterns; the tables add up to about 1 % to quantiles (tests hold it against the exact engine).

    Raises
    ------
    NotApplicableError
        When an effect cannot be realised in part, or the losses no longer fit a grid.
    """
    if settings == UNTURNED:
        return result_of(prepared)
    portfolio, case = settings.portfolio(prepared.portfolio), settings.case(prepared.case)
    level = changed_level(_over(prepared.fine, case.horizon_years), portfolio, case, prepared.book)
    level = _wide_enough(level, portfolio, case)
    return result_of(Prepared(portfolio=portfolio, case=case, book=prepared.book, fine=level, coarse=level))


def _over(level: Level, horizon_years: int) -> Level:
    """Let today's world last for another horizon."""
    state = replace(level.without.states[0], years=tuple(range(1, horizon_years + 1)))
    return replace(level, without=replace(level.without, states=(state,)))


@dataclass(frozen=True, slots=True)
class _Job:
    portfolio: Portfolio
    case: Case
    book: ReachBook
    laws: tuple[SourceLaw, ...]
    severities: Reweighed


def _level(job: _Job, resolution: Resolution) -> Level:
    years = tuple(range(1, job.case.horizon_years + 1))
    without = (State(weight=1.0, years=years, laws=job.laws),)
    with_measures = states_with(job.portfolio, job.case, resolution.size_nodes, job.book, job.laws)
    grids = [
        Grid(step_eur=HEADROOM * grid.step_eur, size=grid.size)
        for grid in _grids(resolution, job.severities, without, with_measures)
    ]
    rows = {system.id: row for row, system in enumerate(job.portfolio.systems)}
    first = Adder(grids[0], job.severities, rows)
    second = first if grids[1] == grids[0] else Adder(grids[1], job.severities, rows)
    level = Level(
        resolution=resolution,
        severities=job.severities,
        without=_world(first, without, job.laws),
        with_measures=_world(second, with_measures, job.laws),
    )
    return _wide_enough(level, job.portfolio, job.case)


def _scaled(estimate: LognormalEstimate, factor: float) -> LognormalEstimate:
    p50 = None if estimate.p50 is None else estimate.p50 * factor
    return LognormalEstimate(p5=estimate.p5 * factor, p50=p50, p95=estimate.p95 * factor)
