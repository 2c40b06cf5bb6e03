"""Many sets of measures on the same events: what marginal values, shares and the search for the best set need."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from rori.economics.arrays import FloatArray
from rori.economics.figures.investment import assess
from rori.economics.figures.risk import Ordered, mean_comparison, tails_of
from rori.economics.inputs.case import Case
from rori.economics.inputs.measures import Measure
from rori.economics.inputs.portfolio import Portfolio
from rori.economics.results import Comparison, Investment, TailFigures
from rori.economics.simulation.running import Progress, Runner, plan_sets, simulate

LEVELS = (0.95, 0.99)


@dataclass(frozen=True, slots=True, kw_only=True)
class SetResult:
    """One set of measures against today's design, in euros; paired with every other set of the same call."""

    measure_ids: tuple[str, ...]
    loss_eur_per_year: Comparison
    tails: tuple[TailFigures, ...]
    investment: Investment


def evaluate_sets(
    portfolio: Portfolio,
    case: Case,
    sets: Sequence[tuple[str, ...]],
    progress: Progress | None = None,
    *,
    run: Runner = simulate,
) -> tuple[SetResult, ...]:
    """Simulate any number of sets of measures on common random numbers.

    Parameters
    ----------
    portfolio : Portfolio
    case : Case
        Seed, horizon, paths and price of time; its own measures do not matter.
    sets : sequence of tuple of str
        Ids of measures. Events are drawn once for all, and every source is looked up once per different group of
        measures that touch it.
    progress : callable, optional
        Called with (chunks done, chunks in all); raising from it stops the run.
    run : callable
        Runs all chunks: in this process, or in several with the same bits.

    Returns
    -------
    tuple of SetResult
        In the order of `sets`; each has the very figures, to the last bit, that `evaluate_case` gives for a case with
        this set.

    Raises
    ------
    NotFoundError
        When a set names a measure that the portfolio does not hold.
    """
    if not sets:
        return ()
    plan = plan_sets(portfolio, case, sets, detailed=False)
    annual = run(plan, progress).annual
    today = World.of(annual[0])
    return tuple(
        replace(set_result(case, measures, today, World.of(losses)), measure_ids=tuple(chosen))
        for chosen, measures, losses in zip(sets, plan.sets, annual[1:], strict=True)
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class World:
    """Annual losses of one world, euros, shape (n_paths, horizon), and the same in rising order."""

    annual: FloatArray
    ordered: Ordered

    @classmethod
    def of(cls, annual: FloatArray) -> World:
        """Sort annual losses of shape (n_paths, horizon), euros."""
        return cls(annual=annual, ordered=Ordered.of(annual))


def set_result(case: Case, measures: tuple[Measure, ...], today: World, with_measures: World) -> SetResult:
    """Compute the figures of one set of measures from annual losses without and with it."""
    return SetResult(
        measure_ids=tuple(measure.id for measure in measures),
        loss_eur_per_year=mean_comparison(today.annual.mean(axis=1), with_measures.annual.mean(axis=1)),
        tails=tuple(tails_of(today.ordered, with_measures.ordered, level) for level in LEVELS),
        investment=assess(case, measures, today.annual - with_measures.annual),
    )
