"""From a portfolio and a case to all figures of the case."""

from __future__ import annotations

import numpy as np

from rori.economics.arrays import FloatArray
from rori.economics.figures.investment import assess
from rori.economics.figures.risk import Ordered, curve_of, mean_comparison, mean_figure, tail_figures, tails_of
from rori.economics.inputs.case import Case
from rori.economics.inputs.portfolio import Portfolio
from rori.economics.results import (
    CaseResult,
    CauseFigures,
    Comparison,
    ComponentFigures,
    Simulated,
    SystemFigures,
    TailFigures,
    TransferFigures,
)
from rori.economics.simulation.ledger import CAUSES, COMPONENTS, BatchSums
from rori.economics.simulation.running import Plan, Progress, Runner, Totals, make_plan, simulate

LEVELS = (0.95, 0.99)


def evaluate_case(
    portfolio: Portfolio, case: Case, progress: Progress | None = None, *, run: Runner = simulate
) -> CaseResult:
    """Simulate a case and compute its figures.

    Parameters
    ----------
    portfolio : Portfolio
    case : Case
    progress : callable, optional
        Called with (chunks done, chunks in all); raising from it stops the run, nothing is returned.
    run : callable
        Runs all chunks: in this process, or in several with the same bits.

    Returns
    -------
    CaseResult
        The same to the last bit for the same portfolio, case and model version.

    Raises
    ------
    NotFoundError
        When the case names a measure that the portfolio does not hold.
    """
    plan = make_plan(portfolio, case)
    totals = run(plan, progress)
    without, with_measures = totals.annual
    annual = Ordered.of(without), Ordered.of(with_measures)
    return CaseResult(
        n_paths=case.n_paths,
        horizon_years=case.horizon_years,
        n_events=totals.n_events,
        loss_eur_per_year=mean_comparison(without.mean(axis=1), with_measures.mean(axis=1)),
        probability_of_loss=mean_comparison((without > 0.0).mean(axis=1), (with_measures > 0.0).mean(axis=1)),
        tails=tuple(tails_of(*annual, level) for level in LEVELS),
        exceedance=curve_of([*annual, *(Ordered.of(losses) for losses in totals.largest)]),
        systems=_systems(portfolio, totals),
        components=_components(totals),
        causes=_causes(totals),
        investment=assess(case, plan.measures, without - with_measures),
        transfer=_transfer(plan, totals),
    )


def _systems(portfolio: Portfolio, totals: Totals) -> tuple[SystemFigures, ...]:
    return tuple(
        SystemFigures(
            system_id=system.id,
            loss_eur_per_year=_row(totals.systems, row),
            hours_lost_per_year=_row(totals.hours, row),
            tolerance_exceeded_per_year=None if system.impact_tolerance_hours is None else _row(totals.exceeded, row),
        )
        for row, system in enumerate(portfolio.systems)
    )


def _components(totals: Totals) -> tuple[ComponentFigures, ...]:
    return tuple(
        ComponentFigures(component=component, loss_eur_per_year=_row(totals.components, row))
        for row, component in enumerate(COMPONENTS)
    )


def _causes(totals: Totals) -> tuple[CauseFigures, ...]:
    return tuple(
        CauseFigures(cause=cause, loss_eur_per_year=_row(totals.causes, row)) for row, cause in enumerate(CAUSES)
    )


def _row(moments: BatchSums, row: int) -> Comparison:
    error = moments.standard_error
    figures = (Simulated(value=float(moments.mean[i, row]), standard_error=float(error[i, row])) for i in range(3))
    without, with_measures, difference = figures
    return Comparison(without=without, with_measures=with_measures, difference=difference)


def _transfer(plan: Plan, totals: Totals) -> TransferFigures | None:
    terms = [measure.transfer for measure in plan.transfers if measure.transfer is not None]
    if not terms:
        return None
    paid: FloatArray = np.sum(totals.paid, axis=0)
    with_measures = totals.annual[1]
    tail: TailFigures = tail_figures(with_measures, with_measures - paid, LEVELS[-1])
    return TransferFigures(
        premium_eur_per_year=sum(term.premium_eur_per_year for term in terms),
        payout_eur_per_year=mean_figure(paid.mean(axis=1)),
        tail_after_payout=tail,
    )
