"""Evidence in words: states, days, sizes, what it is about."""

from __future__ import annotations

from datetime import date

from babel.dates import format_date

from rori.store import EvidenceVersion
from rori.ui.formats import NOTHING, locale, number
from rori.usecases.compliance.evidence import CONTROL, REQUIREMENT, SYSTEM
from rori.usecases.compliance.evidence_search import Names

STATE_NAMES = {
    "draft": "Draft",
    "in_review": "In review",
    "approved": "Approved",
    "not_yet_effective": "Not yet effective",
    "expired": "Expired",
    "withdrawn": "Withdrawn",
}
STATE_ICONS = {
    "draft": ":material/edit_note:",
    "in_review": ":material/rate_review:",
    "approved": ":material/check_circle:",
    "not_yet_effective": ":material/schedule:",
    "expired": ":material/event_busy:",
    "withdrawn": ":material/block:",
}
KIND_NAMES = {CONTROL: "Controls", REQUIREMENT: "Requirements", SYSTEM: "Systems"}
"""What evidence can be about, as headings say it."""

_KILO = 1024
_SHORT_HASH = 12


def shown_day(day: date | None, nothing: str = NOTHING) -> str:
    """Show a day in the reader's language, such as 30 Jun 2026."""
    return nothing if day is None else str(format_date(day, "d MMM y", locale=locale()))


def shown_end(expires_on: date | None, day: date) -> str:
    """Show a last day with the days that are left."""
    if expires_on is None:
        return "no last day"
    return f"{shown_day(expires_on)} ({days_left((expires_on - day).days)})"


def days_left(days: int) -> str:
    """Say how many days are left, or for how many it has ended."""
    if days < 0:
        return f"ended {_days(-days)} ago"
    return "last day today" if days == 0 else f"{_days(days)} left"


def _days(count: int) -> str:
    return "1 day" if count == 1 else f"{number(count, 0)} days"


def shown_size(size_bytes: int) -> str:
    """Show a size in bytes, kB or MB."""
    if size_bytes < _KILO:
        return "1 byte" if size_bytes == 1 else f"{size_bytes} bytes"
    kilobytes = size_bytes / _KILO
    return f"{number(kilobytes)} kB" if kilobytes < _KILO else f"{number(kilobytes / _KILO)} MB"


def short_hash(sha256: str) -> str:
    """Show the beginning of a hash."""
    return f"{sha256[:_SHORT_HASH]}…"


def version_name(version: EvidenceVersion) -> str:
    """Return what a version is called: the name of its file, or its link."""
    return version.file_name or version.url


def target_name(names: Names, kind: str, target_id: str) -> str:
    """Return what a target is called, with its id in brackets where that differs."""
    name = names[kind].get(target_id, target_id)
    return target_id if name == target_id else f"{name} ({target_id})"


def count_of_pieces(count: int) -> str:
    """Say how many pieces of evidence."""
    return "1 piece of evidence" if count == 1 else f"{number(count, 0)} pieces of evidence"
