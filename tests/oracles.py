"""Second opinions that share no code with the product: slow, literal, obviously right."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from rori.economics.inputs.portfolio import Dependency

STEP_HOURS = 0.05


def capacity_lost_over_time(
    system_ids: Sequence[str], dependencies: Sequence[Dependency], down: set[str], duration_hours: float
) -> Mapping[str, list[float]]:
    """Capacity lost by every system at the middle of every time step, straight from the definition.

    A system that is down loses all; a consumer loses its degradation times what its provider lost one buffer earlier,
    while the outage lasts. No redundancy groups. Repeats until nothing changes.
    """
    steps = round(duration_hours / STEP_HOURS)
    lost = {s: [1.0 if s in down else 0.0] * steps for s in system_ids}
    changed = True
    while changed:
        changed = False
        for link in dependencies:
            delay = round(link.buffer_hours / STEP_HOURS)
            for step in range(delay, steps):
                arriving = link.degradation * lost[link.provider_id][step - delay]
                if arriving > lost[link.consumer_id][step] + 1e-12:
                    lost[link.consumer_id][step] = arriving
                    changed = True
    return lost


def lognormal_mean(p5: float, p95: float) -> float:
    """Mean of the lognormal through two quantiles, by numerical integration of its quantile function."""
    mu = (math.log(p5) + math.log(p95)) / 2.0
    sigma = (math.log(p95) - math.log(p5)) / (2.0 * 1.6448536269514722)
    return math.exp(mu + sigma * sigma / 2.0)


def within(value: float, expected: float, standard_error: float, errors: float = 4.5) -> bool:
    """Whether a simulated value lies within so many standard errors of what it must be."""
    return abs(value - expected) <= errors * standard_error
