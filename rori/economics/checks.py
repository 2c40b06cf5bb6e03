"""Checks that the frozen dataclasses run when they are made."""

from __future__ import annotations

import math

from rori.errors import InputError


def require_at_least(name: str, value: float, lowest: float) -> None:
    """Raise InputError unless `value` is finite and at least `lowest`."""
    if not (math.isfinite(value) and value >= lowest):
        raise InputError(name, f"a number of at least {lowest:g}", value)


def require_above(name: str, value: float, bound: float) -> None:
    """Raise InputError unless `value` is finite and greater than `bound`."""
    if not (math.isfinite(value) and value > bound):
        raise InputError(name, f"a number above {bound:g}", value)


def require_fraction(name: str, value: float) -> None:
    """Raise InputError unless `value` lies in [0, 1]."""
    if not (math.isfinite(value) and 0.0 <= value <= 1.0):
        raise InputError(name, "a fraction in [0, 1]", value)


def require_text(name: str, value: str) -> None:
    """Raise InputError unless `value` holds something to read."""
    if not value.strip():
        raise InputError(name, "filled in", value)
