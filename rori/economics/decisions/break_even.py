"""Break-evens: what would have to be true for the measures just to pay for themselves (RORI = 0)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache

from scipy.optimize import brentq

from rori.economics.decisions.expectation import Expectation, present_value_weights
from rori.economics.decisions.moved import Moved
from rori.economics.decisions.nodes import LOG2_NODES_OF_MODES
from rori.economics.decisions.outage import Outage, mean_loss_of_outage
from rori.economics.inputs.case import Case
from rori.economics.inputs.estimates import LognormalEstimate
from rori.economics.inputs.parts import in_part
from rori.economics.inputs.portfolio import Portfolio

LARGEST_FACTOR = 10_000.0
STRONGEST = 10.0
PRECISION = 1e-6
"""Of the factor, relative."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatIf:
    """Factors on all frequencies and all durations, and the share of every effect that is realised; 1 is as estimated."""

    frequency: float = 1.0
    duration: float = 1.0
    strength: float = 1.0


Prevented = Callable[[Portfolio, Case, WhatIf], float]
"""Engine: present value of the loss that the measures of a case prevent, euros."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakEven:
    """The factor at which RORI is 0; None with the reason when there is none."""

    factor: float | None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakEvens:
    """Break-evens of one case: factors on all frequencies, all durations, all effects (share realised), all cost.

    `rori` is that of the same engine at factor 1.
    """

    rori: float | None
    pv_prevented_eur: float
    pv_cost_eur: float
    frequency: BreakEven
    duration: BreakEven
    strength: BreakEven
    cost: BreakEven


@dataclass(frozen=True, slots=True, kw_only=True)
class PaysForItself:
    """What a sentence needs: the measures pay for themselves if they prevent one such outage every `every_years` years.

    `cost_eur_per_year` is the level yearly prevented loss (in prices of year 0) whose present value is the cost.
    `every_years` is None when such an outage costs nothing or the measures do.
    """

    system_id: str
    outage_hours: float
    loss_per_outage_eur: float
    cost_eur_per_year: float
    every_years: float | None


def break_evens(portfolio: Portfolio, case: Case, prevented: Prevented | None = None) -> BreakEvens:
    """Solve for RORI = 0 along frequency, duration, effect strength and cost, one at a time.

    Parameters
    ----------
    portfolio : Portfolio
    case : Case
    prevented : callable, optional
        Engine; by default expectations (`ExpectedPrevented`), `simulated_prevented` is the other.

    Returns
    -------
    BreakEvens

    Notes
    -----
    PV prevented(factor) = PV cost is bracketed by doubling or halving the factor from 1 and solved by Brent's method
    (Brent 1973), to 1e-6 of the factor. The cost factor is PV prevented / PV cost. Frequencies and durations that a measure
    replaces by a new value keep that value; strength a turns a multiplier m into 1 - a (1 - m).
    """
    engine = ExpectedPrevented(portfolio, case) if prevented is None else prevented
    _, cost = present_value_weights(portfolio, case)
    now = engine(portfolio, case, WhatIf())

    def gain(what_if: WhatIf) -> float:
        return engine(portfolio, case, what_if) - cost

    if cost == 0.0:
        free = BreakEven(factor=None, reason="the measures cost nothing, so there is no RORI")
        return BreakEvens(
            rori=None, pv_prevented_eur=now, pv_cost_eur=0.0, frequency=free, duration=free, strength=free, cost=free
        )
    return BreakEvens(
        rori=(now - cost) / cost,
        pv_prevented_eur=now,
        pv_cost_eur=cost,
        frequency=_solved(lambda factor: gain(WhatIf(frequency=factor)), LARGEST_FACTOR),
        duration=_solved(lambda factor: gain(WhatIf(duration=factor)), LARGEST_FACTOR),
        strength=_solved(lambda factor: gain(WhatIf(strength=factor)), STRONGEST),
        cost=BreakEven(factor=now / cost)
        if now > 0.0
        else BreakEven(factor=None, reason="the measures prevent no loss, so no cost is low enough"),
    )


def pays_for_itself(portfolio: Portfolio, case: Case, system_id: str, outage_hours: float = 4.0) -> PaysForItself:
    """Say how often one outage of a system would have to be prevented for the measures to pay for themselves.

    Parameters
    ----------
    portfolio : Portfolio
    case : Case
    system_id : str
        The system that fails, wholly.
    outage_hours : float
        Hours, in (0, 8760].

    Notes
    -----
    Loss of one outage: mean over start hours, in today's design, dependencies included. Years = that loss / (PV cost /
    present value of 1 EUR prevented in every year of the horizon).
    """
    weights, cost = present_value_weights(portfolio, case)
    loss = mean_loss_of_outage(portfolio, Outage(failed=(system_id,), start_hour=0.0, duration_hours=outage_hours))
    yearly = cost / float(weights.sum())
    return PaysForItself(
        system_id=system_id,
        outage_hours=outage_hours,
        loss_per_outage_eur=loss,
        cost_eur_per_year=yearly,
        every_years=loss / yearly if loss > 0.0 and yearly > 0.0 else None,
    )


class ExpectedPrevented:
    """Engine on expectations: exact up to the net of points, no random error."""

    def __init__(self, portfolio: Portfolio, case: Case, log2_nodes: int = LOG2_NODES_OF_MODES) -> None:
        self._today = Expectation(portfolio, log2_nodes)
        self._weights, _ = present_value_weights(portfolio, case)

    def __call__(self, portfolio: Portfolio, case: Case, what_if: WhatIf) -> float:
        """Return the present value of expected prevented loss, euros."""
        engine = self._today
        if (what_if.frequency, what_if.duration) != (1.0, 1.0):
            engine = engine.for_portfolio(scaled(portfolio, replace(what_if, strength=1.0)))
        moved = Moved(strength=what_if.strength)
        prevented = engine.prevented_by_year(case.measure_ids, case.horizon_years, moved)
        return float((prevented @ self._weights)[0])


def simulated_prevented(portfolio: Portfolio, case: Case, what_if: WhatIf) -> float:
    """Engine on the simulation, same seed and paths for every factor: present value of prevented loss, euros."""
    from rori.economics.figures.evaluate import evaluate_case

    return evaluate_case(scaled(portfolio, what_if), case).investment.pv_prevented_eur.value


def scaled(portfolio: Portfolio, what_if: WhatIf) -> Portfolio:
    """Return the portfolio with all rates, durations and effects moved."""
    return replace(
        portfolio,
        failure_modes=tuple(
            replace(
                mode,
                events_per_year=_times(mode.events_per_year, what_if.frequency),
                duration_hours=_times(mode.duration_hours, what_if.duration),
            )
            for mode in portfolio.failure_modes
        ),
        common_causes=tuple(
            replace(
                cause,
                events_per_year=_times(cause.events_per_year, what_if.frequency),
                duration_hours=_times(cause.duration_hours, what_if.duration),
            )
            for cause in portfolio.common_causes
        ),
        measures=tuple(in_part(measure, what_if.strength) for measure in portfolio.measures),
    )


def _times(estimate: LognormalEstimate, factor: float) -> LognormalEstimate:
    p50 = None if estimate.p50 is None else estimate.p50 * factor
    return LognormalEstimate(p5=estimate.p5 * factor, p50=p50, p95=estimate.p95 * factor)


def _solved(exact_gain: Callable[[float], float], largest: float) -> BreakEven:
    """Walk from 1 until the sign changes, then close in; no factor is evaluated twice."""
    gain = lru_cache(maxsize=None)(exact_gain)
    here, value = 1.0, gain(1.0)
    if value == 0.0:
        return BreakEven(factor=1.0)
    step = 0.5 if value > 0.0 else 2.0
    while 1.0 / largest <= here * step <= largest:
        before, here = here, here * step
        found = gain(here)
        if found == 0.0:
            return BreakEven(factor=here)
        if (found > 0.0) != (value > 0.0):
            low, high = sorted((before, here))
            return BreakEven(factor=float(brentq(gain, low, high, xtol=PRECISION * low, rtol=PRECISION)))
    if value > 0.0:
        return BreakEven(factor=None, reason=f"the measures pay for themselves even at {here:g} times today's value")
    return BreakEven(factor=None, reason=f"the measures do not pay for themselves even at {here:g} times today's value")
