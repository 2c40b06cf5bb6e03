"""Every error that this package raises on purpose.

ComplianceError           anything a user can act on; the message is a sentence for that user
├── RefusedValueError     a value is outside what is allowed: names the input, the rule and what came
├── CatalogueError        a catalogue or library was refused; carries every problem found
└── UnknownIdError        nothing has this id
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

MAX_PROBLEMS = 200
_MOST_SHOWN = 80


class ComplianceError(Exception):
    """A failure whose message tells the user what to change."""


class RefusedValueError(ComplianceError):
    """A value is outside what is allowed."""

    def __init__(self, name: str, allowed: str, came: object) -> None:
        self.name = name
        self.allowed = allowed
        self.came = came
        super().__init__(f"{name} must be {allowed}, got {shown(came)}")


class UnknownIdError(ComplianceError):
    """Nothing has this id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueProblem:
    """One reason why a catalogue was refused.

    `source` is the file or sheet; `row` the row of a sheet, where there is one; `subject` the requirement or control;
    `field` the key that is wrong; `allowed` what it must be; `came` what stood there.
    """

    source: str
    subject: str = ""
    field: str = ""
    allowed: str
    came: str
    row: int | None = None

    @property
    def message(self) -> str:
        """What is wrong, without the place."""
        name = self.field or "it"
        return f"{name} must be {self.allowed}, got {self.came}"

    def __str__(self) -> str:
        place = [self.source] if self.source else []
        if self.row is not None:
            place.append(f"row {self.row}")
        if self.subject:
            place.append(self.subject)
        return f"{', '.join(place)}: {self.message}" if place else self.message


class CatalogueError(ComplianceError):
    """A catalogue or library was refused as a whole."""

    def __init__(self, problems: Iterable[CatalogueProblem]) -> None:
        self.problems = tuple(problems)
        lines = [str(problem) for problem in self.problems[:MAX_PROBLEMS]]
        if len(self.problems) > MAX_PROBLEMS:
            lines.append(f"and {len(self.problems) - MAX_PROBLEMS} more")
        super().__init__("\n".join(lines))


def shown(came: object) -> str:
    """Return what came, short enough for one line."""
    if came is None:
        return "nothing"
    text = repr(came) if isinstance(came, str) else str(came)
    return text if len(text) <= _MOST_SHOWN else f"{text[: _MOST_SHOWN - 3]}..."
