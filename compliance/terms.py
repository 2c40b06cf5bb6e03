"""Terms that several rooms share."""

from __future__ import annotations

from enum import StrEnum


class Confidence(StrEnum):
    """How sure the facts of an entry are: reference, title and content, or the pairing of a control with a requirement."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
