"""Answers typed into the grid of controls that are not saved yet: what was opened, what was typed, what to save."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from compliance.assessment.explaining import evidence_in_words
from rori.errors import ImportRefusedError, InputError, Problem
from rori.store import ControlAnswer
from rori.ui.components.compliance_words import in_words
from rori.usecases.compliance.answering import ControlLine
from rori.usecases.compliance.questionnaire import ANSWER_WORDS

STATE_WORDS = {code: in_words(code) for code in ("open", "in_progress", "accepted", "closed")}
EDITABLE = ("answer", "reason", "owner", "due", "note", "state")

_ANSWER_CODES = {words: code for code, words in ANSWER_WORDS.items()}
_STATE_CODES = {words: code for code, words in STATE_WORDS.items()}

Cells = Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """An answer that somebody saved after it was opened here: theirs and what was typed."""

    name: str
    who: str
    theirs: str
    mine: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerDraft:
    """All controls of a scope as they were read, and the cells typed over them by control."""

    scope: str
    lines: tuple[ControlLine, ...]
    typed: Mapping[str, Cells] = field(default_factory=dict)

    @property
    def changed(self) -> tuple[ControlLine, ...]:
        """Controls of which a cell is not what was read."""
        return tuple(line for line in self.lines if self._differs(line))

    @property
    def is_untouched(self) -> bool:
        """Whether saving would do nothing."""
        return not self.changed

    def cells(self, line: ControlLine) -> dict[str, object]:
        """Return the cells of a control as the grid shows them."""
        return {**_stored_cells(line), **self.typed.get(line.control.id, {})}

    def counted(self, line: ControlLine) -> str:
        """Return the answer that counts for a control: typed, own, or the entity's."""
        own = _ANSWER_CODES.get(str(self.cells(line)["answer"]), "not_assessed")
        return own if own != "not_assessed" or line.counted == _own(line) else line.counted

    def after(self, state: Mapping[str, Any], shown: Sequence[str]) -> AnswerDraft:
        """Return the draft after what a data editor says was typed into the rows that it showed."""
        typed = dict(self.typed)
        for place, cells in state.get("edited_rows", {}).items():
            control = shown[int(place)]
            own = {name: _typed(name, value) for name, value in cells.items() if name in EDITABLE}
            typed[control] = {**typed.get(control, {}), **own}
        return replace(self, typed=typed)

    def rebased(self, fresh: Iterable[ControlLine]) -> AnswerDraft:
        """Return what was typed on top of what is stored now."""
        mine = {line.control.id for line in self.changed}
        typed = {control: cells for control, cells in self.typed.items() if control in mine}
        return replace(self, lines=tuple(fresh), typed=typed)

    def overtaken(self, fresh: Iterable[ControlLine]) -> tuple[Difference, ...]:
        """Return the changed controls that somebody else answered since they were read."""
        now = {line.control.id: line for line in fresh}
        found = []
        for line in self.changed:
            other = now.get(line.control.id)
            if other is not None and other.version != line.version:
                who = "somebody, who took it away" if other.own is None else other.own.changed_by
                theirs, mine = _in_short(_stored_cells(other)), _in_short(self.cells(line))
                found.append(Difference(name=line.control.name, who=who, theirs=theirs, mine=mine))
        return tuple(found)

    def edits(self) -> list[tuple[ControlAnswer, int]]:
        """Return what to save with the versions that were read; ImportRefusedError names every control that cannot be."""
        edits, problems = [], []
        for line in self.changed:
            try:
                edits.append((self._answer(line), line.version))
            except InputError as error:
                problems.append(Problem(message=str(error), sheet=line.control.name))
        if problems:
            raise ImportRefusedError(tuple(problems))
        return edits

    def _answer(self, line: ControlLine) -> ControlAnswer:
        cells = self.cells(line)
        due = cells["due"]
        return ControlAnswer(
            control_id=line.control.id,
            scope=self.scope,
            answer=_ANSWER_CODES.get(str(cells["answer"]), str(cells["answer"])),
            reason=str(cells["reason"]),
            owner=str(cells["owner"]),
            due=due if isinstance(due, date) else None,
            note=str(cells["note"]),
            state=_STATE_CODES.get(str(cells["state"]), str(cells["state"])),
        )

    def _differs(self, line: ControlLine) -> bool:
        before = _stored_cells(line)
        return any(before[name] != value for name, value in self.typed.get(line.control.id, {}).items())


def read_only_cells(line: ControlLine) -> dict[str, object]:
    """Return the cells of a control that nobody types."""
    evidence = evidence_in_words(line.evidence).removeprefix("evidence ")
    taken = line.is_inherited and line.counted != "not_assessed"
    return {
        "name": line.control.name,
        "domain": line.control.domain,
        "counted": f"{ANSWER_WORDS[line.counted]} (entity)" if taken else ANSWER_WORDS[line.counted],
        "evidence": evidence[:1].upper() + evidence[1:],
        "frameworks": len(line.frameworks),
    }


def _stored_cells(line: ControlLine) -> dict[str, object]:
    own = line.own
    return {
        "answer": ANSWER_WORDS[_own(line)],
        "reason": "" if own is None else own.reason,
        "owner": "" if own is None else own.owner,
        "due": None if own is None else own.due,
        "note": "" if own is None else own.note,
        "state": STATE_WORDS["open" if own is None else own.state],
    }


def _own(line: ControlLine) -> str:
    return "not_assessed" if line.own is None else line.own.answer


def _typed(name: str, value: object) -> object:
    """Return a cell as it is compared and saved: no text as empty text, days as days."""
    if name != "due":
        return "" if value is None else str(value)
    return None if not value else date.fromisoformat(str(value)[:10])


def _in_short(cells: Cells) -> str:
    said = (f"{name} {value}" for name, value in cells.items() if name not in {"answer", "state"} and value)
    return "; ".join((str(cells["answer"]), *said, f"state {cells['state']}"))
