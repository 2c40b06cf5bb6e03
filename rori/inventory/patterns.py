"""Named patterns of the week: when a system earns, and when a failure mode can start."""

from __future__ import annotations

from rori.economics.inputs.weekly import FLAT, HOURS_PER_WEEK, WeeklyProfile


def _by_hour(weekday: dict[range, float], weekend: dict[range, float], otherwise: float) -> WeeklyProfile:
    """Build a profile from strengths per range of hours on working days and at weekends."""
    weights = []
    for hour in range(HOURS_PER_WEEK):
        ranges = weekday if hour // 24 < 5 else weekend
        weights.append(next((weight for span, weight in ranges.items() if hour % 24 in span), otherwise))
    return WeeklyProfile(weights=tuple(weights))


WEEKLY_PROFILES: dict[str, WeeklyProfile] = {
    "always": FLAT,
    "office hours": _by_hour({range(8, 18): 1.0}, {}, 0.05),
    "retail": _by_hour(
        {range(7, 12): 1.0, range(12, 14): 1.5, range(14, 17): 1.1, range(17, 21): 1.8, range(21, 24): 0.6},
        {range(9, 12): 1.4, range(12, 19): 1.9, range(19, 24): 1.0},
        0.15,
    ),
    "payments": _by_hour(
        {range(6, 9): 0.8, range(9, 12): 1.6, range(12, 17): 1.3, range(17, 21): 1.2, range(21, 24): 0.5},
        {range(8, 12): 0.8, range(12, 20): 0.9, range(20, 24): 0.5},
        0.2,
    ),
}
"""Illustrative shapes; only their proportions count, since each is scaled to mean 1."""

START_WINDOWS: dict[str, tuple[int, ...]] = {
    "any": (),
    "office hours": tuple(h for h in range(HOURS_PER_WEEK) if h // 24 < 5 and h % 24 in range(8, 18)),
    "nights": tuple(h for h in range(HOURS_PER_WEEK) if h % 24 in (22, 23, 0, 1, 2, 3, 4, 5)),
    "weekend": tuple(range(5 * 24, HOURS_PER_WEEK)),
    "change window": tuple(h for h in range(HOURS_PER_WEEK) if h // 24 in (1, 3) and h % 24 in (20, 21, 22, 23)),
}
"""Hours of the week in which a failure starts; the change window is Tuesday and Thursday 20:00-24:00."""
