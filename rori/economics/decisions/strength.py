"""Effects realised in part or in excess: what a share `a` of an effect leaves of a quantity.

A multiplier m becomes 1 - a (1 - m), at least 0 (model section 7, assurance). A replacement by r becomes
base + a (r - base) with a at most 1: a new value cannot be more than reached.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from rori.economics.arrays import FloatArray
from rori.economics.inputs.measures import Measure
from rori.economics.inputs.portfolio import Portfolio
from rori.economics.inputs.scenario import Adjustment, Scenario, Sizes
from rori.economics.simulation.events import Source
from rori.economics.terms import Operation


def realised_sizes(measures: tuple[Measure, ...], sizes: Sizes, strength: float) -> Sizes:
    """Scale multipliers to 1 - a (1 - m); replacements stay (see `changed`)."""
    if strength == 1.0:
        return sizes
    operations = {(m.id, i): effect.operation for m in measures for i, effect in enumerate(m.effects)}
    return {
        key: np.maximum(1.0 - strength * (1.0 - size), 0.0) if operations[key] is Operation.MULTIPLY else size
        for key, size in sizes.items()
    }


def changed(adjustment: Adjustment | None, base: FloatArray, strength: float) -> FloatArray:
    """Apply an adjustment whose factor is already realised; a replacement is met by the share `strength`."""
    if adjustment is None:
        return base
    return _met(adjustment, base, strength).apply(base)


def softened(portfolio: Portfolio, scenario: Scenario, strength: float) -> Scenario:
    """Meet the replacements of what routes need: buffers, failovers, and mean rates and durations."""
    if strength == 1.0:
        return scenario
    sources: tuple[Source, ...] = (*portfolio.failure_modes, *portfolio.common_causes)

    def met(found: Mapping[str, Adjustment], bases: Mapping[str, float]) -> dict[str, Adjustment]:
        return {key: _met(change, np.array([bases[key]]), strength) for key, change in found.items()}

    return replace(
        scenario,
        rates=met(scenario.rates, {source.id: source.events_per_year.mean for source in sources}),
        durations=met(scenario.durations, {source.id: source.duration_hours.mean for source in sources}),
        buffers=met(scenario.buffers, {link.id: link.buffer_hours for link in portfolio.dependencies}),
        failovers=met(scenario.failovers, {link.id: link.failover_hours for link in portfolio.dependencies}),
    )


def _met(adjustment: Adjustment, base: FloatArray, strength: float) -> Adjustment:
    if adjustment.replacement is None:
        return adjustment
    share = way_gone(adjustment, strength)
    return Adjustment(factor=adjustment.factor, replacement=(1.0 - share) * base + share * adjustment.replacement)


def way_gone(adjustment: Adjustment, strength: float) -> float | FloatArray:
    """Share of the way to a replacement that is gone, in [0, 1]; where it is realised in part, a share of that part."""
    share = min(strength, 1.0)
    return share if adjustment.reached is None else share * adjustment.reached
