"""Tornado: every uncertain input moved to its own P5 and P95, one at a time, and what that does to RORI."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from rori.economics.arrays import FloatArray
from rori.economics.decisions.expectation import Expectation, present_value_weights
from rori.economics.decisions.inputs import InputKind, UncertainInput, moved_to, uncertain_inputs
from rori.economics.decisions.moved import UNMOVED, Moved
from rori.economics.inputs.case import Case
from rori.economics.inputs.portfolio import Portfolio

LOW, HIGH = 0.05, 0.95
DISCOUNT_RATE_STEP = 0.02
HORIZON_STEP_YEARS = 2
LONGEST_HORIZON_YEARS = 50

PreventedByYear = Callable[[tuple[str, ...], int, Moved], FloatArray]
"""Engine: expected loss that measures prevent in each year, euros, shape (n_points, horizon), with inputs moved."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TornadoBar:
    """One input at its low and at its high value, all others as expected; PV in euros, RORI None where cost is 0."""

    kind: InputKind
    key: str
    name: str
    position: int
    low_value: float
    high_value: float
    pv_prevented_low_eur: float
    pv_prevented_high_eur: float
    rori_low: float | None
    rori_high: float | None
    swing: float
    share_of_swing: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Tornado:
    """All bars, the widest first; `swing` of a bar is in RORI, or in euros of PV prevented where cost is 0.

    The first bar drives the figure: `bars[0]`, with its share of the sum of all swings.
    """

    rori: float | None
    pv_prevented_eur: float
    pv_cost_eur: float
    bars: tuple[TornadoBar, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Outcome:
    prevented_eur: float
    cost_eur: float

    @property
    def rori(self) -> float | None:
        return (self.prevented_eur - self.cost_eur) / self.cost_eur if self.cost_eur > 0.0 else None

    @property
    def figure(self) -> float:
        return self.prevented_eur if self.rori is None else self.rori


def tornado(portfolio: Portfolio, case: Case, engine: PreventedByYear | None = None) -> Tornado:
    """Move every uncertain input to its own P5 and P95.

    Parameters
    ----------
    portfolio : Portfolio
    case : Case
    engine : callable, optional
        By default expectations on one net of points, so that differences carry no noise.

    Returns
    -------
    Tornado

    Notes
    -----
    PERT inputs move to their 5 % and 95 % quantiles. A duration's estimate says how outages differ; its median moves
    from P5 to P95 and all durations in proportion. Discount rate and horizon have no estimate: they move by two
    percentage points and by two years. Coincidence within redundancy groups stays as expected (as in the simulation).
    """
    prevented = Expectation(portfolio).prevented_by_year if engine is None else engine
    base = _outcome(portfolio, case, prevented(case.measure_ids, case.horizon_years, UNMOVED)[0])
    bars = [
        *_bars_of_inputs(portfolio, case, prevented),
        _bar_of_case(portfolio, prevented, InputKind.DISCOUNT_RATE, _discount_rates(case)),
        _bar_of_case(portfolio, prevented, InputKind.HORIZON, _horizons(case)),
    ]
    total = sum(bar.swing for bar in bars)
    shared = [replace(bar, share_of_swing=bar.swing / total if total > 0.0 else 0.0) for bar in bars]
    shared.sort(key=lambda bar: (-bar.swing, bar.kind.value, bar.key, bar.position))
    return Tornado(rori=base.rori, pv_prevented_eur=base.prevented_eur, pv_cost_eur=base.cost_eur, bars=tuple(shared))


def _bars_of_inputs(portfolio: Portfolio, case: Case, engine: PreventedByYear) -> Sequence[TornadoBar]:
    weights, cost = present_value_weights(portfolio, case)
    bars = []
    for one in uncertain_inputs(portfolio, case.measure_ids):
        values = one.value(np.array([LOW, HIGH]))
        found = engine(case.measure_ids, case.horizon_years, moved_to([one], values[None, :])) @ weights
        ends = [_Outcome(prevented_eur=float(euros), cost_eur=cost) for euros in found]
        bars.append(_bar(one.kind, one, (float(values[0]), float(values[1])), ends))
    return bars


def _bar_of_case(
    portfolio: Portfolio, engine: PreventedByYear, kind: InputKind, ends: tuple[tuple[float, Case], tuple[float, Case]]
) -> TornadoBar:
    outcomes = [_outcome(portfolio, case, engine(case.measure_ids, case.horizon_years, UNMOVED)[0]) for _, case in ends]
    return _bar(kind, None, (ends[0][0], ends[1][0]), outcomes)


def _bar(
    kind: InputKind, one: UncertainInput | None, values: tuple[float, float], ends: Sequence[_Outcome]
) -> TornadoBar:
    low, high = ends
    return TornadoBar(
        kind=kind,
        key="" if one is None else one.key,
        name=kind.value if one is None else one.name,
        position=0 if one is None else one.position,
        low_value=values[0],
        high_value=values[1],
        pv_prevented_low_eur=low.prevented_eur,
        pv_prevented_high_eur=high.prevented_eur,
        rori_low=low.rori,
        rori_high=high.rori,
        swing=abs(high.figure - low.figure),
        share_of_swing=0.0,
    )


def _outcome(portfolio: Portfolio, case: Case, prevented_by_year: FloatArray) -> _Outcome:
    weights, cost = present_value_weights(portfolio, case)
    return _Outcome(prevented_eur=float(prevented_by_year @ weights), cost_eur=cost)


def _discount_rates(case: Case) -> tuple[tuple[float, Case], tuple[float, Case]]:
    rate = case.discount_rate_per_year
    low, high = max(rate - DISCOUNT_RATE_STEP, min(rate, 0.0)), min(rate + DISCOUNT_RATE_STEP, 1.0)
    return (low, replace(case, discount_rate_per_year=low)), (high, replace(case, discount_rate_per_year=high))


def _horizons(case: Case) -> tuple[tuple[float, Case], tuple[float, Case]]:
    low = max(case.horizon_years - HORIZON_STEP_YEARS, 1)
    high = min(case.horizon_years + HORIZON_STEP_YEARS, LONGEST_HORIZON_YEARS)
    # Expectations need no paths: as few as allowed, so that a longer horizon breaks no limit on simulated years.
    few = replace(case, n_paths=100)
    return (float(low), replace(few, horizon_years=low)), (float(high), replace(few, horizon_years=high))
