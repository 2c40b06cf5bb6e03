"""Hours of the week and what people call them: hour 0 is Monday 00:00, hour 167 is Sunday 23:00."""

from __future__ import annotations

import math

from rori.economics.inputs.weekly import HOURS_PER_WEEK
from rori.errors import InputError

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
HOURS_PER_DAY = 24.0


def hour_of_week(weekday: str, hour: float = 0.0) -> float:
    """Return the hour of the week of a weekday and an hour of the day.

    Parameters
    ----------
    weekday : str
        English name, in any case.
    hour : float
        Hour of the day in [0, 24), fractions are minutes.

    Returns
    -------
    float
        Hours since Monday 00:00, in [0, 168).

    Raises
    ------
    InputError
        When there is no such weekday or hour.
    """
    names = [name.lower() for name in WEEKDAYS]
    if weekday.strip().lower() not in names:
        raise InputError("weekday", f"one of {', '.join(WEEKDAYS)}", weekday)
    if not (math.isfinite(hour) and 0.0 <= hour < HOURS_PER_DAY):
        raise InputError("hour of the day", "in [0, 24)", hour)
    return names.index(weekday.strip().lower()) * HOURS_PER_DAY + hour


def weekday_and_hour(hours: float) -> tuple[str, float]:
    """Return the weekday and the hour of the day, [0, 24), that lie `hours` >= 0 after Monday 00:00."""
    if not (math.isfinite(hours) and hours >= 0.0):
        raise InputError("hour of the week", "a number of at least 0", hours)
    day, hour = divmod(math.fmod(hours, HOURS_PER_WEEK), HOURS_PER_DAY)
    return WEEKDAYS[int(day)], hour
