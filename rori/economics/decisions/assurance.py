"""Claimed and evidenced: what the measures of a case prevent as entered, and as far as evidence assures it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from rori.economics.arrays import FloatArray
from rori.economics.checks import require_fraction
from rori.economics.decisions.expectation import present_value_weights
from rori.economics.figures.investment import assess
from rori.economics.figures.risk import mean_comparison, tails_of
from rori.economics.figures.sets import LEVELS, SetResult, World, set_result
from rori.economics.inputs.case import Case
from rori.economics.inputs.measures import Measure
from rori.economics.inputs.parts import in_part, version
from rori.economics.inputs.portfolio import Portfolio
from rori.economics.results import Comparison, Simulated
from rori.economics.simulation.running import Progress, Runner, plan_sets, simulate
from rori.errors import NotFoundError

Assurance = Mapping[str, float]
"""Share of its effects that evidence assures, in [0, 1], by measure id; a measure that is not named counts in full."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A figure as claimed, as evidenced, and claimed - evidenced, path by path or batch by batch; unit of the figure."""

    claimed: Simulated
    evidenced: Simulated
    difference: Simulated


@dataclass(frozen=True, slots=True, kw_only=True)
class PairedTail:
    """VaR and TVaR of the annual loss at one level, euros per year; the differences are at most 0 where measures help."""

    level: float
    var: Pair
    tvar: Pair


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimedAndEvidenced:
    """Figures of a case in both worlds, on the same events.

    `claimed` and `evidenced` hold all figures of each world against today's design; the pairs hold claimed - evidenced with
    its own standard error. Euros, per year or present value; `loss_eur_per_year` is the ALE with the measures. None where
    there is no cost to divide by.
    """

    claimed: SetResult
    evidenced: SetResult
    loss_eur_per_year: Pair
    prevented_eur_per_year: Pair
    tails: tuple[PairedTail, ...]
    pv_prevented_eur: Pair
    npv_eur: Pair
    rori: Pair | None
    probability_rori_positive: Pair | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BothVersions:
    """A portfolio that holds the measures as claimed and, right behind each, as evidenced where that differs.

    `evidenced_id` names the evidenced version of every measure, the measure itself where nothing differs.
    """

    portfolio: Portfolio
    evidenced_id: Mapping[str, str]

    def evidenced(self, measure_ids: tuple[str, ...], but: tuple[str, ...] = ()) -> tuple[str, ...]:
        """Return the evidenced versions of some measures, those in `but` as claimed."""
        return tuple(key if key in but else self.evidenced_id[key] for key in measure_ids)


def assured(portfolio: Portfolio, assurance: Assurance) -> Portfolio:
    """Return a portfolio whose measures count as far as they are assured.

    Parameters
    ----------
    portfolio : Portfolio
    assurance : mapping of str to float
        By measure id, in [0, 1].

    Returns
    -------
    Portfolio
        Costs, dividends, ids and random numbers stay: `evaluate_case` sees the same events and the same draws.

    Raises
    ------
    InputError
        When an assurance is outside [0, 1].
    NotFoundError
        When a measure is named that the portfolio does not hold.

    Notes
    -----
    A multiplier m becomes 1 - a (1 - m) (model section 7). A replacement by r of what is b becomes b + a (r - b), value by
    value: a duration that differs from outage to outage is moved by the share `a` of its own way to r. Expectation and
    simulation take every such part; the exact engine refuses one of a duration or a capacity. A risk transfer has no
    effects, so its assurance changes nothing. To compare expectations with those of the portfolio as claimed, take them on
    the same points: `Expectation(portfolio).for_portfolio(assured(portfolio, assurance))`.
    """
    checked = _checked(portfolio, assurance)
    return replace(portfolio, measures=tuple(in_part(m, checked.get(m.id, 1.0)) for m in portfolio.measures))


def both_versions(portfolio: Portfolio, assurance: Assurance) -> BothVersions:
    """Return a portfolio in which every measure can be chosen as claimed or as evidenced, on the same draws.

    Raises
    ------
    InputError
        When an assurance is outside [0, 1].
    NotFoundError
        When a measure is named that the portfolio does not hold.
    """
    measures: list[Measure] = []
    evidenced_id = {}
    for claimed, evidenced in zip(portfolio.measures, assured(portfolio, assurance).measures, strict=True):
        measures.append(claimed)
        evidenced_id[claimed.id] = claimed.id
        if evidenced.effects != claimed.effects:
            measures.append(version(evidenced, name="evidenced"))
            evidenced_id[claimed.id] = measures[-1].id
    return BothVersions(portfolio=replace(portfolio, measures=tuple(measures)), evidenced_id=evidenced_id)


def claimed_and_evidenced(
    portfolio: Portfolio,
    case: Case,
    assurance: Assurance,
    progress: Progress | None = None,
    *,
    run: Runner = simulate,
) -> ClaimedAndEvidenced:
    """Simulate a case as claimed and as evidenced on the same events.

    Parameters
    ----------
    portfolio : Portfolio
    case : Case
    assurance : mapping of str to float
        By measure id, in [0, 1]; a measure that is not named counts in full.
    progress : callable, optional
        Called with (chunks done, chunks in all); raising from it stops the run.
    run : callable
        Runs all chunks: in this process, or in several with the same bits.

    Returns
    -------
    ClaimedAndEvidenced
        Each world has the very figures, to the last bit, that `evaluate_case` gives for the portfolio as it is and for
        `assured`. With an assurance of 1 for all measures every difference is 0, with 0 nothing is prevented.

    Raises
    ------
    InputError
        When an assurance is outside [0, 1].
    NotFoundError
        When a measure is named that the portfolio does not hold.
    """
    both = both_versions(portfolio, assurance)
    sets = (case.measure_ids, both.evidenced(case.measure_ids))
    annual = run(plan_sets(both.portfolio, case, sets, detailed=False), progress).annual
    today, claimed, evidenced = (World.of(losses) for losses in annual)
    measures = portfolio.chosen_measures(case.measure_ids)
    as_claimed = set_result(case, measures, today, claimed)
    as_evidenced = set_result(case, measures, today, evidenced)
    lost = mean_comparison(claimed.annual.mean(axis=1), evidenced.annual.mean(axis=1))
    resting = assess(case, measures, evidenced.annual - claimed.annual)
    of_claimed, of_evidenced = as_claimed.investment, as_evidenced.investment
    return ClaimedAndEvidenced(
        claimed=as_claimed,
        evidenced=as_evidenced,
        loss_eur_per_year=_pair(lost),
        prevented_eur_per_year=Pair(
            claimed=as_claimed.loss_eur_per_year.difference,
            evidenced=as_evidenced.loss_eur_per_year.difference,
            difference=_times(lost.difference, -1.0),
        ),
        tails=_tails(claimed, evidenced),
        pv_prevented_eur=Pair(
            claimed=of_claimed.pv_prevented_eur,
            evidenced=of_evidenced.pv_prevented_eur,
            difference=resting.pv_prevented_eur,
        ),
        npv_eur=Pair(claimed=of_claimed.npv_eur, evidenced=of_evidenced.npv_eur, difference=resting.pv_prevented_eur),
        rori=_rori(as_claimed, as_evidenced, resting.pv_prevented_eur),
        probability_rori_positive=_chance(portfolio, case, today.annual, (claimed.annual, evidenced.annual)),
    )


def _checked(portfolio: Portfolio, assurance: Assurance) -> Assurance:
    names = {measure.id: measure.name for measure in portfolio.measures}
    for measure_id, share in assurance.items():
        if measure_id not in names:
            raise NotFoundError(f"there is no measure {measure_id!r}")
        require_fraction(f"assurance of {names[measure_id]}", share)
    return assurance


def _tails(claimed: World, evidenced: World) -> tuple[PairedTail, ...]:
    found = [tails_of(claimed.ordered, evidenced.ordered, level) for level in LEVELS]
    return tuple(PairedTail(level=one.level, var=_pair(one.var), tvar=_pair(one.tvar)) for one in found)


def _rori(claimed: SetResult, evidenced: SetResult, resting: Simulated) -> Pair | None:
    left, right = claimed.investment.rori, evidenced.investment.rori
    if left is None or right is None:
        return None
    return Pair(claimed=left, evidenced=right, difference=_times(resting, 1.0 / claimed.investment.pv_cost_eur))


def _chance(portfolio: Portfolio, case: Case, today: FloatArray, worlds: tuple[FloatArray, FloatArray]) -> Pair | None:
    """Pair the shares of futures in which prevented loss alone pays for the cost."""
    weights, cost = present_value_weights(portfolio, case)
    if cost <= 0.0:
        return None
    claimed, evidenced = (((today - losses) @ weights > cost).astype(np.float64) for losses in worlds)
    return _pair(mean_comparison(claimed, evidenced))


def _pair(found: Comparison) -> Pair:
    return Pair(claimed=found.without, evidenced=found.with_measures, difference=found.difference)


def _times(figure: Simulated, factor: float) -> Simulated:
    return Simulated(value=figure.value * factor, standard_error=figure.standard_error * abs(factor))
