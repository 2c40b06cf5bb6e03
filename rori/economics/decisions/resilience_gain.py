"""Net resilience gain: what a case changes for every system on which a critical or important function rests."""

from __future__ import annotations

from dataclasses import dataclass

from rori.economics.inputs.portfolio import Portfolio, System
from rori.economics.results import CaseResult, Comparison
from rori.economics.terms import Tier


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemGain:
    """One system: annual loss in euros, P(impact tolerance exceeded in a year), hours lost; difference > 0 is a gain.

    `share_of_gain` is its part of the loss prevented over all systems in the list, None when nothing is prevented.
    """

    system_id: str
    name: str
    loss_eur_per_year: Comparison
    tolerance_exceeded_per_year: Comparison | None
    hours_lost_per_year: Comparison
    share_of_gain: float | None


def net_resilience_gain(portfolio: Portfolio, result: CaseResult) -> tuple[SystemGain, ...]:
    """Return the gain of every system of tier critical or with a critical or important function, largest first.

    Parameters
    ----------
    portfolio : Portfolio
        That of the case.
    result : CaseResult
        Its figures; differences are paired, with their standard errors.

    Notes
    -----
    Change of ALE and of P(tolerance exceeded) for every critical system (model section 6).
    """
    figures = {entry.system_id: entry for entry in result.systems}
    watched = [(system, figures[system.id]) for system in portfolio.systems if _is_watched(system)]
    total = sum(entry.loss_eur_per_year.difference.value for _, entry in watched)
    gains = [
        SystemGain(
            system_id=system.id,
            name=system.name,
            loss_eur_per_year=entry.loss_eur_per_year,
            tolerance_exceeded_per_year=entry.tolerance_exceeded_per_year,
            hours_lost_per_year=entry.hours_lost_per_year,
            share_of_gain=entry.loss_eur_per_year.difference.value / total if total else None,
        )
        for system, entry in watched
    ]
    return tuple(sorted(gains, key=lambda gain: (-gain.loss_eur_per_year.difference.value, gain.system_id)))


def _is_watched(system: System) -> bool:
    return system.tier is Tier.CRITICAL or system.critical_or_important_function
