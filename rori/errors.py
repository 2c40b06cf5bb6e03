"""Every error that RORI raises on purpose.

RoriError                 anything a user can act on; the message is a sentence for that user
├── InputError            a value is outside what is allowed: names the input, the rule and what came
├── ImportRefusedError    a file was refused; carries every problem found, nothing was written
├── NotFoundError         the thing that was asked for does not exist
├── InUseError            something still refers to what should be deleted; nothing was written
├── NotApplicableError    a method cannot answer this question; the sentence says why and what to use instead
├── ConflictError         somebody else changed the row since it was read; nothing was written
└── StoreError            the database cannot be used as it is (missing, locked, newer than this program)

Anything else that escapes is a bug and stays visible.
"""

from __future__ import annotations

from dataclasses import dataclass


class RoriError(Exception):
    """A failure whose message tells the user what to change."""


class InputError(RoriError):
    """A value is outside what is allowed."""

    def __init__(self, name: str, allowed: str, came: object) -> None:
        self.name = name
        self.allowed = allowed
        self.came = came
        super().__init__(f"{name} must be {allowed}, got {_shown(came)}")


class NotFoundError(RoriError):
    """The thing that was asked for does not exist."""


class InUseError(RoriError):
    """Something still refers to what should be deleted."""


class NotApplicableError(RoriError):
    """A method cannot answer this question; the sentence says why and what to use instead."""


class ConflictError(RoriError):
    """Somebody else changed the row since it was read."""


class StoreError(RoriError):
    """The database cannot be used as it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One reason why a file or an edit was refused, where it is, and what would be accepted."""

    message: str
    sheet: str = ""
    row: int | None = None
    column: str = ""

    def __str__(self) -> str:
        place = [self.sheet] if self.sheet else []
        if self.row is not None:
            place.append(f"row {self.row}")
        if self.column:
            place.append(f"column {self.column}")
        return f"{', '.join(place)}: {self.message}" if place else self.message


class ImportRefusedError(RoriError):
    """A file or an edit was refused as a whole; nothing was written."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        self.problems = problems
        super().__init__("\n".join(str(problem) for problem in problems))


def _shown(came: object) -> str:
    """Return what came, short enough for one line."""
    text = repr(came) if isinstance(came, str) else str(came)
    return text if len(text) <= 80 else f"{text[:77]}..."
