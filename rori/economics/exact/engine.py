"""The exact engine: all figures of a case from characteristic functions, with their numerical error (model section 5).

`exact_case` answers once. `prepare` keeps what it takes, so that `rori.economics.exact.changes.exact_what_if` redraws
at once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from rori.economics.arrays import FloatArray
from rori.economics.exact.compound import Aggregate
from rori.economics.exact.figures import (
    Computed,
    ComputedComparison,
    ComputedPoint,
    ComputedSystem,
    ComputedTail,
    ExactResult,
)
from rori.economics.exact.levels import LEVELS, Level, Prepared, Resolution, WorldFigures, figures_of, prepare
from rori.economics.exact.sums import largest_points
from rori.economics.figures.investment import assess
from rori.economics.inputs.case import Case
from rori.economics.inputs.portfolio import Portfolio
from rori.economics.results import Investment
from rori.economics.simulation.ledger import CAUSES, COMPONENTS

N_POINTS = 60
RAREST_POINT = 1e-5
AROUND = (0.8, 1.25)
"""Shares of the probability of a loss at which the error of a quantile is looked at too."""


@dataclass(frozen=True, slots=True)
class _Four:
    """The two worlds, fine and coarse."""

    without: WorldFigures
    with_measures: WorldFigures
    coarse_without: WorldFigures
    coarse_with: WorldFigures

    def compare(
        self, figure: Callable[[WorldFigures], float], least: Callable[[WorldFigures], float]
    ) -> ComputedComparison:
        """Compare one figure over the worlds; `least` is an error that it has at the very least."""
        pairs = ((self.without, self.coarse_without), (self.with_measures, self.coarse_with))
        values = [(figure(fine), figure(coarse), least(fine)) for fine, coarse in pairs]
        (a, rough_a, least_a), (b, rough_b, least_b) = values
        return ComputedComparison(
            without=Computed(value=a, error=max(abs(a - rough_a), least_a)),
            with_measures=Computed(value=b, error=max(abs(b - rough_b), least_b)),
            difference=Computed(value=a - b, error=max(abs((a - b) - (rough_a - rough_b)), least_a, least_b)),
        )

    def mean(self, figure: Callable[[WorldFigures], float]) -> ComputedComparison:
        """Compare a figure that does not come from the grid."""
        return self.compare(figure, lambda _: 0.0)

    def quantile(self, figure: Callable[[Aggregate, float], float], level: float) -> ComputedComparison:
        """Compare a figure that is read off the grid: a loss that always costs the same is known to one step.

        Two curves that cross agree where they do, by chance: so the error is the largest of those at three levels.
        """
        around = [1.0 - (1.0 - level) * factor for factor in AROUND]

        def least(world: WorldFigures) -> float:
            coarse = self.coarse_without if world is self.without else self.coarse_with
            moves = (abs(figure(world.annual, at) - figure(coarse.annual, at)) for at in around)
            return max(world.annual.coarseness(level), *moves)

        return self.compare(lambda world: figure(world.annual, level), least)


def exact_case(portfolio: Portfolio, case: Case, resolution: Resolution | None = None) -> ExactResult:
    """Compute the figures of a case without chance.

    Parameters
    ----------
    portfolio : Portfolio
    case : Case
    resolution : Resolution, optional
        Finer is slower; the errors that come with the figures say whether it is needed.

    Returns
    -------
    ExactResult

    Raises
    ------
    NotApplicableError
        When the method cannot answer; the sentence says why.
    NotFoundError
        When the case names a measure that the portfolio does not hold.

    Notes
    -----
    Given rates and effect sizes, the transform of a year's loss is the product over sources of
    exp(sum over phases of rate x share of the year x (phi - 1)). An uncertain rate belongs to one source and is
    averaged inside the product; uncertain effect sizes are shared by sources and averaged outside. The distribution
    over the horizon is the mean of those of its years.
    """
    return result_of(prepare(portfolio, case, resolution))


def result_of(prepared: Prepared) -> ExactResult:
    """Read all figures of a prepared case."""
    portfolio, case, fine = prepared.portfolio, prepared.case, prepared.fine
    levels = [fine] if prepared.coarse is fine else [fine, prepared.coarse]
    found = [
        figures_of(world, portfolio, case.horizon_years)
        for level in levels
        for world in (level.without, level.with_measures)
    ]
    four = _Four(*(found if len(found) == 4 else 2 * found))
    without, with_measures = four.without, four.with_measures
    return ExactResult(
        horizon_years=case.horizon_years,
        loss_eur_per_year=four.mean(lambda world: world.annual.mean_eur),
        sd_eur_per_year=four.mean(lambda world: world.annual.sd_eur),
        probability_of_loss=four.mean(lambda world: 1.0 - world.annual.probability_of_no_loss),
        tails=tuple(_tail(four, level) for level in LEVELS),
        exceedance=_curve(without, with_measures),
        systems=_systems(prepared, four),
        components=tuple((c, four.mean(_picked("by_component", row))) for row, c in enumerate(COMPONENTS)),
        causes=tuple((c, four.mean(_picked("by_cause", row))) for row, c in enumerate(CAUSES)),
        investment=_investment(prepared, without.by_year - with_measures.by_year),
        grid_step_eur=without.annual.grid.step_eur,
        grid_points=without.annual.grid.size,
        probability_beyond_grid=max(without.annual.beyond, with_measures.annual.beyond),
        notes=_notes(prepared, fine),
    )


def _tail(four: _Four, level: float) -> ComputedTail:
    return ComputedTail(
        level=level,
        var=four.quantile(Aggregate.quantile, level),
        tvar=four.quantile(Aggregate.tail_mean, level),
    )


def _picked(name: str, row: int) -> Callable[[WorldFigures], float]:
    return lambda world: float(getattr(world, name)[row])


def _systems(prepared: Prepared, four: _Four) -> tuple[ComputedSystem, ...]:
    return tuple(
        ComputedSystem(
            system_id=system.id,
            loss_eur_per_year=four.mean(_picked("by_system", row)),
            hours_lost_per_year=four.mean(_picked("hours", row)),
            tolerance_exceeded_per_year=(
                None if system.impact_tolerance_hours is None else four.mean(_picked("exceeded", row))
            ),
        )
        for row, system in enumerate(prepared.portfolio.systems)
    )


def _curve(without: WorldFigures, with_measures: WorldFigures) -> tuple[ComputedPoint, ...]:
    beyond = max(without.annual.beyond, with_measures.annual.beyond)
    probabilities = np.geomspace(0.95, max(RAREST_POINT, 2.0 * beyond), N_POINTS)
    columns = [[world.annual.quantile(1.0 - float(p)) for p in probabilities] for world in (without, with_measures)]
    columns += [_largest(world, probabilities).tolist() for world in (without, with_measures)]
    return tuple(
        ComputedPoint(
            probability=float(p),
            annual_without=columns[0][i],
            annual_with=columns[1][i],
            largest_without=columns[2][i],
            largest_with=columns[3][i],
        )
        for i, p in enumerate(probabilities)
    )


def _largest(world: WorldFigures, probabilities: FloatArray) -> FloatArray:
    """Losses that the year's largest event exceeds with each probability; P(none above) is interpolated between points."""
    grid = world.annual.grid
    losses = (largest_points(grid) + 0.5) * grid.step_eur
    losses[0] = 0.0
    none_above = np.maximum.accumulate(world.none_above)
    levels = 1.0 - probabilities
    return np.where(levels <= none_above[0], 0.0, np.interp(levels, none_above, losses))


def _investment(prepared: Prepared, prevented: FloatArray) -> Investment:
    """Discount the expected prevented loss; what needs the spread over paths is left out."""
    case = prepared.case
    measures = prepared.portfolio.chosen_measures(case.measure_ids)
    found = assess(case, measures, prevented[None, :])
    return replace(found, rori_p5=None, rori_p50=None, rori_p95=None, probability_rori_positive=None)


def _notes(prepared: Prepared, level: Level) -> tuple[str, ...]:
    transfers = [
        m.name for m in prepared.portfolio.chosen_measures(prepared.case.measure_ids) if m.transfer is not None
    ]
    insured = f"{', '.join(transfers)}: what a risk transfer pays is not part of these figures."
    states = (*level.without.states, *level.with_measures.states)
    events = (term.event for state in states for law in state.laws for term in law.terms)
    return (*([insured] if transfers else []), *level.severities.notes(events))
