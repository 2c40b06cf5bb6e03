"""Where the figures of a deliverable come from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from rori.errors import InputError


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """What lets a reader repeat a run: who, when, from which inputs, with which program.

    `created_at` is in UTC. `sources` pairs what was stated (a row of the inventory) with where it comes from.
    """

    run_id: str
    created_at: datetime
    created_by: str
    seed: int
    n_years: int
    input_hash: str
    model_version: str
    program_version: str
    currency: str
    sources: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        if self.created_at.utcoffset() != timedelta(0):
            raise InputError("created_at", "a time in UTC", self.created_at.isoformat())
