"""The hash of an audit entry, defined once and such that anybody can compute it again from the table.

An entry is written as one JSON object with these keys and values:

`id` whole number; `at` text, the moment in UTC as `2026-11-24T03:02:56.123456+00:00`, always with six decimals; `who`,
`action`, `subject`, `subject_key`, `note` texts; `row_version` whole number or null; `before`, `after` the JSON of the
columns of that name, or null; `previous_hash` text, the `entry_hash` of the entry before, 64 zeros for the first.

Keys are in alphabetical order (by code point) at every depth, there is no space between tokens, text outside ASCII
stands as it is (only quotation marks, backslashes and control characters below 32 are escaped), whole numbers have no
decimal point, other numbers are the shortest that read back the same, as Python's `repr` writes them (`1.0`, `1e-300`).
The hash is SHA-256 of the UTF-8 bytes, as 64 small hexadecimal digits. In Python, for an entry as a dictionary:

    hashlib.sha256(json.dumps(entry, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()

Migration 0002 holds a copy, because a migration never changes. This definition must not change either: entries that
are written could not be verified any more.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

BEFORE_THE_FIRST = "0" * 64
"""What the first entry carries as the hash of the one before."""

HASHED = (
    "id",
    "at",
    "who",
    "action",
    "subject",
    "subject_key",
    "row_version",
    "before",
    "after",
    "note",
    "previous_hash",
)

_TO_JSON = json.JSONEncoder(sort_keys=True, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def entry_hash(entry: Mapping[str, Any]) -> str:
    """Return the hash of an entry given by its columns; `at` in UTC or with its time zone.

    Raises
    ------
    ValueError, TypeError
        When a value is none that an entry can have.
    """
    said = {name: entry[name] for name in HASHED}
    said["at"] = moment_text(entry["at"])
    return hashlib.sha256(_TO_JSON.encode(said).encode("utf-8")).hexdigest()


def moment_text(at: datetime) -> str:
    """Return a moment as the hash takes it: UTC, with microseconds."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")
