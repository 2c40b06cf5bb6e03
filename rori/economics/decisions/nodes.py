"""Points at which expectations are evaluated: a scrambled Sobol net, one coordinate per thing that chance decides.

The net is the same for every source and every set of measures, so that differences between sets carry no noise of
their own (common random numbers without randomness).
"""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

import numpy as np
from scipy.special import ndtri

from rori.economics.arrays import FloatArray
from rori.economics.inputs.estimates import PertEstimate
from rori.economics.inputs.portfolio import CommonCause, FailureMode, Portfolio
from rori.economics.inputs.weekly import HOURS_PER_WEEK
from rori.economics.simulation.events import Source

LOG2_NODES_OF_MODES = 10
LOG2_NODES_OF_COMMON_CAUSES = 12
"""More, because a small probability of a hit has to be met by a whole number of nodes."""

TAIL_SCALE = 1.5
"""Durations are taken from a normal this much wider and weighted back, so that the tail is seen."""

_SCRAMBLE = 20240229


@dataclass(frozen=True, slots=True, kw_only=True)
class Nodes:
    """Coordinates of the net by name, uniforms in (0, 1), each centred in its cell; shape (n_nodes,)."""

    count: int
    uniforms: Mapping[str, FloatArray]
    known: dict[tuple[str, PertEstimate], FloatArray] = field(default_factory=dict, repr=False, compare=False)

    def durations(self, source: Source) -> tuple[FloatArray, FloatArray]:
        """Durations in hours and their weights (mean 1), shape (n_nodes,) each.

        Notes
        -----
        z ~ N(0, s^2), weight s exp(-z^2 (1 - 1/s^2) / 2), weights made to have mean 1 (self-normalised importance
        sampling; Owen, Monte Carlo theory, methods and examples, ch. 9).
        """
        if source.duration_hours.log_scales == (0.0, 0.0):
            return np.full(self.count, source.duration_hours.median), np.ones(self.count)
        z = TAIL_SCALE * ndtri(self.uniforms["duration"])
        weight = np.exp(-0.5 * z**2 * (1.0 - TAIL_SCALE**-2))
        return source.duration_hours.from_normal(z), np.asarray(weight / weight.mean())

    def start_hours(self, source: Source) -> FloatArray:
        """Hours of the week at which events begin, shape (n_nodes,)."""
        uniform = self.uniforms["start"]
        if isinstance(source, FailureMode) and source.start_hours:
            slots, within = np.divmod(uniform * len(source.start_hours), 1.0)
            return np.asarray(np.asarray(source.start_hours)[slots.astype(np.int64)] + within)
        return uniform * HOURS_PER_WEEK

    def capacities(self, source: Source) -> FloatArray:
        """Capacity lost by the systems that fail, in [0, 1], shape (n_nodes,)."""
        if isinstance(source, CommonCause):
            return np.ones(self.count)
        return self.bounded("capacity", source.capacity_lost)

    def chances(self, groups: AbstractSet[str]) -> tuple[Mapping[str, FloatArray], FloatArray]:
        """Uniforms that decide on coincidences in redundancy groups, and the weights of the nodes, shape (n_nodes,).

        Notes
        -----
        Coincidences are rare: with one or two groups u = v^2 at weight 2 v each, so that more nodes lie where they
        happen. With more groups the weights would spread too far and u is left as it is.
        """
        power = 2 if len(groups) <= 2 else 1
        plain = {group: self.uniforms[group_name(group)] for group in groups}
        weight = np.ones(self.count)
        for group in sorted(groups):
            weight *= power * plain[group] ** (power - 1)
        return {group: v**power for group, v in plain.items()}, np.asarray(weight / weight.mean())

    def bounded(self, name: str, estimate: PertEstimate) -> FloatArray:
        """Values of a bounded estimate along one coordinate, shape (n_nodes,); quantiles of a beta are dear, so kept."""
        if estimate.is_certain:
            return np.full(self.count, estimate.low)
        if (name, estimate) not in self.known:
            self.known[name, estimate] = estimate.from_uniform(self.uniforms[name])
        return self.known[name, estimate]


def effect_name(drawn_as: str, position: int) -> str:
    """Name of the coordinate that says how strong an effect is; versions of one measure share it."""
    return f"effect\x1f{drawn_as}\x1f{position}"


def hit_name(system_id: str) -> str:
    """Name of the coordinate that decides whether a common cause hits a system."""
    return f"hit\x1f{system_id}"


def group_name(group: str) -> str:
    """Name of the coordinate that decides whether the alternatives in a redundancy group are down as well."""
    return f"chance\x1f{group}"


def make_nodes(portfolio: Portfolio, log2_nodes: int) -> Nodes:
    """Lay 2^log2_nodes points over everything in a portfolio that chance decides.

    Notes
    -----
    Sobol points with Owen scrambling by a fixed seed (Owen 1998; scipy.stats.qmc). One-dimensional projections are
    midpoint rules of 2^log2_nodes cells.
    """
    from scipy.stats.qmc import Sobol

    tags = {cause.tag for cause in portfolio.common_causes}
    names = ["duration", "start", "capacity"]
    uncertain = ((m, i) for m in portfolio.measures for i, e in enumerate(m.effects) if not e.size.is_certain)
    names += dict.fromkeys(effect_name(m.drawn_as, i) for m, i in uncertain)
    names += [group_name(key) for key in _groups(portfolio)]
    names += [hit_name(system.id) for system in portfolio.systems if tags.intersection(system.tags)]
    net = Sobol(d=len(names), scramble=True, rng=_SCRAMBLE).random_base2(log2_nodes)
    count = 2**log2_nodes
    centred = (np.floor(net * count) + 0.5) / count
    return Nodes(count=count, uniforms={name: np.ascontiguousarray(centred[:, i]) for i, name in enumerate(names)})


def _groups(portfolio: Portfolio) -> list[str]:
    grouped = (link for link in portfolio.dependencies if link.redundancy_group)
    return sorted({f"{link.consumer_id}/{link.redundancy_group}" for link in grouped})
