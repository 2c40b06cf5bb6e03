"""The loss of one event of one source as a distribution: a fixed set of cells, each between two losses."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from rori.economics.arrays import BoolArray, FloatArray, IntArray
from rori.economics.exact.laws import DurationLaw, EventLaw
from rori.economics.exact.patterns import Patterns, coin, ladder, patterns_of
from rori.economics.inputs.weekly import HOURS_PER_WEEK
from rori.economics.interruption.outcomes import Batch, Impact, Reach, impacts
from rori.economics.simulation.ledger import COMPONENTS

LOWEST_Z, HIGHEST_Z = -7.0, 7.5
MOST_BREAKS = 64
HOURS_ALONE = 8
"""Where only the start hour is left to vary it gets this many points per cell."""
NARROW = 0.05
"""Below this width of a cell in z its conditional mean is 1 - width^2 / 12 times its middle, to 1e-8."""
GAUSS = 1.0 / math.sqrt(3.0)
STRIDE_HOUR, STRIDE_CAPACITY = 0.7548776662466927, 0.5698402909980532
"""Steps of a two-dimensional additive recurrence (Roberts 2018, R2): evenly spread whatever the number of points."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Severity:
    """The loss of one event.

    Attributes
    ----------
    low_eur, high_eur, weights : ndarray, shape (n_cells,)
        Ends and probability of every cell.
    positive : float
        P(an event costs anything).
    mean_eur, square_eur : float
        E[X] and E[X^2].
    systems : tuple of str
        Systems in reach; the next three have one element each, shape (n_systems,).
    by_system, hours, exceeded : ndarray
        Expected euros and capacity hours per event, and P(an event passes the system's impact tolerance).
    by_component : ndarray, shape (8,)
        Expected euros per event.
    left_out, sampled : float, bool
        See Patterns.
    """

    low_eur: FloatArray
    high_eur: FloatArray
    weights: FloatArray
    positive: float
    mean_eur: float
    square_eur: float
    systems: tuple[str, ...]
    by_system: FloatArray
    hours: FloatArray
    exceeded: FloatArray
    by_component: FloatArray
    left_out: float
    sampled: bool


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Points:
    """Where the loss is evaluated: pairs of points, shape (n_cells, 2), with one weight per pair; `pattern` picks a row."""

    hours: FloatArray
    capacity: FloatArray
    start: FloatArray
    pattern: IntArray
    weights: FloatArray


def severity_of(law: EventLaw, reach: Reach, n_cells: int) -> Severity:
    """Compute the distribution of the loss of one event.

    Parameters
    ----------
    law : EventLaw
    reach : sequence of (System, routes)
        Routes with one start and one stop each.
    n_cells : int
        About how many cells to use; the error of the mean falls with its fourth power.

    Returns
    -------
    Severity

    Notes
    -----
    Patterns are enumerated. Within a pattern the duration runs through cells of equal width in z, cut also where a
    step of the loss lies; its two points per cell keep the cell's mean and variance of z. Start hour and capacity
    follow an additive recurrence, so that they are evenly spread within every stretch of duration.
    """
    groups = _coincidences(reach)
    found = patterns_of([*(coin(p) for _, p in law.hits), *(ladder(levels) for levels in groups.values())])
    parts = [_points(law, found, chosen, cells, reach) for chosen, cells in _allotted(found.weights, n_cells)]
    points = _joined(parts)
    outcome = impacts(_batch(law, found, points, tuple(groups)), reach)
    return _summary(reach, found, points, outcome)


def _coincidences(reach: Reach) -> dict[str, list[float]]:
    groups: dict[str, list[float]] = {}
    for _, routes in reach:
        for route in routes:
            if route.chance < 1.0:
                groups.setdefault(route.group, []).append(route.chance)
    return groups


def _allotted(weights: FloatArray, n_cells: int) -> list[tuple[IntArray, int]]:
    """Share cells out to patterns by the root of their weight, in powers of two; patterns with as many go together."""
    roots = np.sqrt(weights)
    wanted = np.clip(n_cells * roots / roots.sum(), 16, n_cells)
    cells = 2 ** np.floor(np.log2(wanted)).astype(np.int64)
    return [(np.flatnonzero(cells == size), int(size)) for size in np.unique(cells)]


def _points(law: EventLaw, found: Patterns, chosen: IntArray, cells: int, reach: Reach) -> _Points:
    """Lay the cells of some patterns: patterns x outer points x cells of the inner quantity x 2."""
    weekly = any(_is_weekly(system) for system, _ in reach)
    outer, inner = _split(law, cells, weekly=weekly)
    u, weight = np.full((1, 2), 0.5), np.ones(1)
    if not law.duration.is_certain:
        hours, weight = _duration_cells(law.duration, inner, _breaks(reach))
    else:
        hours = np.full((1, 2), law.duration.median_hours)
        if not law.capacity.is_certain:
            u = (np.arange(inner)[:, None] + 0.5 + np.array([-GAUSS, GAUSS]) / 2.0) / inner
            weight = np.full(inner, 1.0 / inner)
            hours = np.repeat(hours, inner, axis=0)
    count = len(weight)
    number = np.arange(len(chosen) * count * outer, dtype=np.float64).reshape(len(chosen), count, outer)
    shape = (*number.shape, 2)
    if law.duration.is_certain:
        shares = np.broadcast_to(u[None, :, None, :], shape)
    else:
        shares = np.broadcast_to(np.mod(0.5 + number * STRIDE_CAPACITY, 1.0)[..., None], shape)
    even = (number % outer + 0.5) / outer
    start = np.mod(even + (number // outer) * STRIDE_HOUR, 1.0)
    weights = found.weights[chosen][:, None, None] * weight[None, :, None] / outer
    return _Points(
        hours=np.broadcast_to(hours[None, :, None, :], shape).reshape(-1, 2),
        capacity=law.capacity.at(shares.reshape(-1, 2)),
        start=_start(law.start_hours, np.broadcast_to(start[..., None], shape).reshape(-1, 2)),
        pattern=np.broadcast_to(chosen[:, None, None, None], shape).reshape(-1, 2),
        weights=np.broadcast_to(weights, number.shape).reshape(-1),
    )


def _split(law: EventLaw, cells: int, *, weekly: bool) -> tuple[int, int]:
    """Return how many outer points and inner cells make about `cells` cells."""
    inner_needed = not (law.duration.is_certain and law.capacity.is_certain)
    outer_needed = weekly or not (law.duration.is_certain or law.capacity.is_certain)
    if not outer_needed:
        return 1, cells if inner_needed else 1
    if not inner_needed:
        return cells * HOURS_ALONE, 1
    if weekly:
        return min(max(cells // 16, 7), HOURS_PER_WEEK // 2), max(cells // 32, 16)
    outer = min(max(cells // 128, 4), 32)
    return outer, max(cells // outer, 16)


def _duration_cells(law: DurationLaw, count: int, breaks: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the two durations of every cell, shape (n, 2), and the cells' probabilities, shape (n,)."""
    edges = np.linspace(LOWEST_Z, HIGHEST_Z, count + 1)
    z = np.log(breaks / law.median_hours)
    with np.errstate(divide="ignore", invalid="ignore"):
        z = np.where(z < 0.0, z / law.below, z / law.above)
    z = z[np.isfinite(z) & (z > LOWEST_Z) & (z < HIGHEST_Z)]
    edges = np.unique(np.concatenate((edges, z, [0.0])))
    low, high = edges[:-1], edges[1:]
    weight = np.where(low >= 0.0, ndtr(-low) - ndtr(-high), ndtr(high) - ndtr(low))
    width, middle = high - low, (low + high) / 2.0
    density_low, density_high = (np.exp(-z * z / 2.0) / math.sqrt(2.0 * math.pi) for z in (low, high))
    wide = width > NARROW
    safe = np.where(weight > 0.0, weight, 1.0)
    centre = np.where(wide, (density_low - density_high) / safe, middle * (1.0 - width * width / 12.0))
    variance = 1.0 + (low * density_low - high * density_high) / safe - centre**2
    spread = np.where(wide, np.sqrt(np.maximum(variance, 0.0)), width * (GAUSS / 2.0))
    at = np.clip(centre[:, None] + spread[:, None] * np.array([-1.0, 1.0]), low[:, None], high[:, None])
    return law.median_hours * np.exp(np.where(at < 0.0, law.below, law.above) * at), weight / weight.sum()


def _breaks(reach: Reach) -> FloatArray:
    """Return the durations at which a loss may jump or bend: starts, stops and thresholds behind them, at most 64."""
    found: set[float] = set()
    for system, routes in reach:
        profile = system.loss
        steps = [0.0, system.impact_tolerance_hours or 0.0]
        if profile is not None:
            steps += [step.from_hours for step in profile.penalty_steps]
            steps += [
                profile.defection_onset_hours,
                profile.defection_full_hours,
                profile.reportable_after_hours or 0.0,
            ]
        for route in routes:
            start, stop = float(route.start[0]), float(route.stop[0])
            found.update(start + step for step in steps)
            found.add(stop)
        if len(found) > MOST_BREAKS:
            break
    usable = sorted(x for x in found if 0.0 < x < math.inf)
    return np.array(usable[:MOST_BREAKS])


def _is_weekly(system: object) -> bool:
    profile = getattr(system, "loss", None)
    return profile is not None and profile.revenue_eur_per_hour > 0.0 and not profile.weekly_profile.is_flat


def _start(allowed: tuple[int, ...], u: FloatArray) -> FloatArray:
    """Map uniform positions to hours of the week."""
    if not allowed:
        return u * HOURS_PER_WEEK
    slot = np.minimum((u * len(allowed)).astype(np.int64), len(allowed) - 1)
    return np.asarray(allowed, dtype=np.float64)[slot] + np.clip(u * len(allowed) - slot, 0.0, 1.0 - 1e-12)


def _joined(parts: Sequence[_Points]) -> _Points:
    return _Points(
        hours=np.concatenate([part.hours for part in parts]),
        capacity=np.concatenate([part.capacity for part in parts]),
        start=np.concatenate([part.start for part in parts]),
        pattern=np.concatenate([part.pattern for part in parts]),
        weights=np.concatenate([part.weights for part in parts]),
    )


def _batch(law: EventLaw, found: Patterns, points: _Points, groups: tuple[str, ...]) -> Batch:
    pattern = points.pattern.ravel()
    down: dict[str, BoolArray] = {
        system: (found.uniforms[:, column] < probability)[pattern]
        for column, (system, probability) in enumerate(law.hits)
    }
    column_of = {group: len(law.hits) + number for number, group in enumerate(groups)}
    chance: Callable[[str], FloatArray] = lambda group: found.uniforms[pattern, column_of[group]]  # noqa: E731
    return Batch(
        path=np.zeros(len(pattern), dtype=np.int64),
        start_hour=points.start.ravel(),
        duration_hours=points.hours.ravel(),
        capacity_lost=points.capacity.ravel(),
        loses_data=law.loses_data,
        down=down,
        chance=chance,
    )


def _summary(reach: Reach, found: Patterns, points: _Points, outcome: Sequence[Impact]) -> Severity:
    half = np.repeat(points.weights / 2.0, 2)
    total = np.zeros(len(half))
    by_component = np.zeros(len(COMPONENTS))
    by_system, hours, exceeded = np.zeros((3, len(reach)))
    for row, ((system, _), impact) in enumerate(zip(reach, outcome, strict=True)):
        for component, euros in impact.loss.items():
            expected = float(np.sum(half * euros))
            by_component[COMPONENTS.index(component)] += expected
            by_system[row] += expected
            total += euros
        hours[row] = np.sum(half * impact.capacity_hours)
        if system.impact_tolerance_hours is not None:
            exceeded[row] = np.sum(half[impact.hours > system.impact_tolerance_hours])
    low, high = _ends(total.reshape(-1, 2))
    return Severity(
        low_eur=low,
        high_eur=high,
        weights=points.weights,
        positive=float(np.sum(half[total > 0.0])),
        mean_eur=float(by_system.sum()),
        square_eur=float(np.sum(points.weights * ((low * low + low * high + high * high) / 3.0))),
        systems=tuple(system.id for system, _ in reach),
        by_system=by_system,
        hours=hours,
        exceeded=exceeded,
        by_component=by_component,
        left_out=found.left_out,
        sampled=found.sampled,
    )


def _ends(pairs: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Extend the losses at the two points of a cell linearly to its ends, never below 0, keeping their mean."""
    middle = pairs.mean(axis=1)
    reach = np.minimum(np.abs(pairs[:, 1] - pairs[:, 0]) / (2.0 * GAUSS), middle)
    return middle - reach, middle + reach
