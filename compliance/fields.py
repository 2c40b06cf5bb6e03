"""Reads the fields of a mapping one by one and collects what is wrong with them, so that it can be told at once."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import TypeVar

from compliance.errors import CatalogueProblem, RefusedValueError, shown

MAX_TEXT = 2_000

_KEY = re.compile(r"[a-z0-9][a-z0-9.-]{0,63}")
_ID = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9 ./()_-]{0,78}[A-Za-z0-9.)_-])?")
_LINK = re.compile(r"https?://[^\s<>\"']+")

KEY_RULE = "1 to 64 of a-z, 0-9, dot and dash, starting with a letter or digit"
ID_RULE = "1 to 80 letters, digits, blanks and ./()_- without a blank at either end"

Term = TypeVar("Term", bound=StrEnum)


class Fields:
    """One mapping that is read, where it stands, and the list that its problems go to."""

    def __init__(
        self,
        values: Mapping[str, object],
        problems: list[CatalogueProblem],
        *,
        source: str,
        subject: str = "",
        row: int | None = None,
    ) -> None:
        self.values = values
        self.problems = problems
        self.source = source
        self.subject = subject
        self.row = row

    def refuse(self, field: str, allowed: str, came: object) -> None:
        """Note that a field is not what is allowed."""
        self.problems.append(
            CatalogueProblem(
                source=self.source, subject=self.subject, row=self.row, field=field, allowed=allowed, came=shown(came)
            )
        )

    def only(self, allowed: Iterable[str]) -> None:
        """Refuse keys that nobody reads: a misspelt one would silently be left out."""
        names = tuple(allowed)
        for key in self.values:
            if key not in names:
                self.refuse("key", f"one of {', '.join(names)}", str(key))

    def text(self, field: str, *, required: bool = True, default: str = "") -> str:
        """Read a text; runs of white space become one blank."""
        raw = self.values.get(field)
        if raw is None or (isinstance(raw, str) and not raw.strip()):
            if required and not default:
                self.refuse(field, "filled in", raw)
            return default
        return self._clean(field, raw)

    def key(self, field: str) -> str:
        """Read the id of a framework or control."""
        return self._matching(field, _KEY, KEY_RULE)

    def id(self, field: str) -> str:
        """Read the id of a requirement."""
        return self._matching(field, _ID, ID_RULE)

    def link(self, field: str) -> str:
        """Read a web address; empty when there is none."""
        found = self.text(field, required=False)
        if found and not _LINK.fullmatch(found):
            self.refuse(field, "a web address that starts with https:// or http://", found)
        return found

    def yes_no(self, field: str, *, default: bool) -> bool:
        """Read true or false."""
        raw = self.values.get(field)
        if raw is None:
            return default
        if not isinstance(raw, bool):
            self.refuse(field, "true or false", raw)
            return default
        return raw

    def day(self, field: str) -> date | None:
        """Read a day, as such or as text like 2025-01-17."""
        raw = self.values.get(field)
        if raw is None:
            return None
        if isinstance(raw, datetime):
            return raw.date()
        if isinstance(raw, date):
            return raw
        try:
            return date.fromisoformat(str(raw))
        except ValueError:
            self.refuse(field, "a day such as 2025-01-17, or nothing", raw)
            return None

    def term(self, field: str, kind: type[Term], default: Term | None = None) -> Term | None:
        """Read one of the terms of an enumeration; None (and a problem) when it is none of them and has no default."""
        raw = self.values.get(field)
        if raw is None and default is not None:
            return default
        try:
            return kind(str(raw))
        except ValueError:
            self.refuse(field, f"one of {', '.join(kind)}", raw)
            return default

    def texts(self, field: str) -> tuple[str, ...]:
        """Read a list of texts that differ from one another; empty when there is none."""
        raw = self.values.get(field)
        if raw is None:
            return ()
        if not isinstance(raw, list | tuple):
            self.refuse(field, "a list", raw)
            return ()
        found = tuple(self._clean(field, item) for item in raw)
        if any(isinstance(item, str) and not item.strip() for item in raw):
            self.refuse(field, "a list of texts that are filled in", raw)
        repeated = next((item for item in found if item and found.count(item) > 1), None)
        if repeated is not None:
            self.refuse(field, "a list of texts that differ from one another", repeated)
        return found

    def _matching(self, field: str, pattern: re.Pattern[str], rule: str) -> str:
        found = self.text(field)
        if found and not pattern.fullmatch(found):
            self.refuse(field, rule, found)
        return found

    def _clean(self, field: str, raw: object) -> str:
        if not isinstance(raw, str):
            self.refuse(field, "text (in quotes where it looks like a number or a day)", raw)
            return ""
        found = " ".join(raw.split())
        if len(found) > MAX_TEXT:
            self.refuse(field, f"at most {MAX_TEXT} characters long", f"{len(found)} characters")
        bad = next((character for character in found if unreadable(character)), None)
        if bad is not None:
            self.refuse(field, "free of control characters", f"U+{ord(bad):04X}")
        return found


def unreadable(character: str) -> bool:
    """Whether a character cannot stand in a text, a database and a workbook alike."""
    return unicodedata.category(character) in {"Cc", "Cs"} or ord(character) & 0xFFFE == 0xFFFE


def require_text(name: str, value: str) -> None:
    """Refuse an empty text."""
    if not value.strip():
        raise RefusedValueError(name, "filled in", value)
