"""What a check of the audit log can say."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from rori.store.audit_chain.appending import LogHead


class Break(Enum):
    """How a log is not what was written."""

    CHANGED = "the content of the entry does not fit its hash"
    REWRITTEN = "the entry fits its own hash, but the next one was written upon another"
    SWAPPED = "the entry and another hold each other's content"
    MISSING = "entries before this one are gone"
    INSERTED = "the chain goes past the entry: it was put in past the product"
    CUT = "entries after this one, the last, are gone"
    HEAD = "the head is gone, or does not fit this entry, the last"
    ANCHOR_SHORTER = "the log ends before the anchored entry"
    ANCHOR_CHANGED = "the anchored entry is gone, another, or not in its place"


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokenEntry:
    """The entry at which a log is broken, as far as it can be read; `at` is None where it holds no time."""

    id: int
    at: datetime | None
    who: str
    action: str
    subject: str
    subject_key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LogFinding:
    """How a log is broken, and where; `entry` is None where no entry is left to name.

    `first_id` and `last_id` say which entries are missing, `first_id` alone with which one an entry was swapped or which
    one was anchored; `n_missing` how many are gone at the end.
    """

    how: Break
    entry: BrokenEntry | None = None
    first_id: int | None = None
    last_id: int | None = None
    n_missing: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class LogReport:
    """What a check of the log found: nothing, or the first break of the chain and what an anchor does not fit.

    `checked` counts the entries that were recomputed, the broken one included, of `entries` in the table. `head` is None
    when somebody removed it. `anchored` says whether an anchor was held against the log.
    """

    checked: int
    entries: int
    head: LogHead | None
    anchored: bool
    findings: tuple[LogFinding, ...]

    @property
    def is_intact(self) -> bool:
        """Whether nothing was found."""
        return not self.findings
