"""Checks that the values of this room share, each with its sentence."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from rori.errors import InputError
from rori.store.tables import table
from rori.store.values import checked_text

SEPARATOR = " | "
"""Between the parts of a key in the audit log; only the last part of a key may hold it."""


def joined(*parts: str) -> str:
    """Return the key of a row with several key columns as the audit log names it."""
    return SEPARATOR.join(parts)


def check_id(name: str, value: object, *, last: bool = False) -> None:
    """Refuse what cannot name anything."""
    text_value = checked_text(name, value)
    if not text_value.strip() or text_value != text_value.strip():
        raise InputError(name, "an id without spaces around it", value)
    if not last and SEPARATOR in text_value:
        raise InputError(name, f"an id without {SEPARATOR!r}", value)


def check_term(name: str, value: object, allowed: tuple[str, ...]) -> None:
    """Refuse what is not one of the terms."""
    if value not in allowed:
        raise InputError(name, f"one of {', '.join(allowed)}", value)


def check_day(name: str, value: object) -> None:
    """Refuse what is no day; None is no day given."""
    if value is not None and (isinstance(value, datetime) or not isinstance(value, date)):
        raise InputError(name, "a day or nothing", value)


def check_share(name: str, value: float) -> None:
    """Refuse what is no fraction of a whole."""
    if not math.isfinite(value) or not 0.0 <= value <= 1.0:
        raise InputError(name, "a share from 0 to 1", value)


def as_json(name: str, value: Any) -> Any:  # noqa: ANN401
    """Return a value as it will be read back; InputError when JSON or a database cannot hold it."""
    try:
        kept = json.loads(json.dumps(value, allow_nan=False))
    except (TypeError, ValueError, RecursionError) as error:
        raise InputError(name, "made of texts, finite numbers, yes or no, lists and names", value) from error
    _check_texts(name, kept)
    return kept


def check_system(session: Session, name: str, system_id: str) -> None:
    """Refuse an id that no system has."""
    systems = table("systems")
    if session.execute(systems.select().where(systems.c.id == system_id)).first() is None:
        raise InputError(name, "the id of an existing system", system_id)


def day_of(value: str | None) -> date | None:
    """Return the day that the audit log holds."""
    return None if value is None else date.fromisoformat(value)


def plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return values as JSON holds them: days and moments as text."""
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}


def _check_texts(name: str, value: Any) -> None:  # noqa: ANN401
    if isinstance(value, str):
        checked_text(name, value)
    elif isinstance(value, dict):
        for key, inner in value.items():
            checked_text(name, key)
            _check_texts(name, inner)
    elif isinstance(value, list):
        for inner in value:
            _check_texts(name, inner)
