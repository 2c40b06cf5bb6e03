"""Controls asked on paper: a questionnaire as a workbook, and what a filled one would change."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from types import MappingProxyType

from rori import __version__
from rori.errors import InputError
from rori.reports.questionnaire_workbook import (
    ANSWER,
    ANSWERED,
    CONTROL,
    DUE,
    NOTE,
    OWNER,
    REASON,
    ROW_AS_EXPORTED,
    SCOPE,
    VERSION,
    Questionnaire,
    QuestionnaireRow,
    RawAnswer,
    fingerprint,
    read_questionnaire,
    same_text,
    write_questionnaire,
)
from rori.store import ENTITY_SCOPE, ControlAnswer, Store, StoredControlAnswer
from rori.usecases.compliance.answering import ControlLine, control_lines, save_control_answers
from rori.usecases.compliance.catalogue import known_crosswalk

ANSWER_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "not_assessed": "Not assessed",
        "no": "No",
        "partly": "Partly",
        "yes": "Yes",
        "not_applicable": "Not applicable",
    }
)
"""What answers are called on screens and in workbooks."""

WHOLE_ENTITY = "Whole entity"
_CODES = {words.casefold(): code for code, words in ANSWER_WORDS.items()} | {code: code for code in ANSWER_WORDS}
_MOST_VERSION = 2**53
_SHOWN = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedCell:
    """A cell that cannot be taken: where it is, what is allowed and what came."""

    row: int
    column: str
    allowed: str
    came: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerChange:
    """A control that the file answers otherwise than the store; `stored` is None where nothing was answered."""

    row: int
    name: str
    stored: StoredControlAnswer | None
    file: ControlAnswer

    @property
    def cells(self) -> tuple[tuple[str, str, str], ...]:
        """What would change: column, what is stored, what the file says."""
        before, after = _cells(self.stored), _cells(self.file)
        return tuple((name, before[name], after[name]) for name in ANSWERED if before[name] != after[name])


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionnairePlan:
    """What a filled questionnaire would do; with a refused cell it does nothing.

    A conflict is a control that the file changes and that somebody changed in the store after the export.
    """

    file_name: str
    scope: str
    changes: tuple[AnswerChange, ...] = ()
    unchanged: tuple[str, ...] = ()
    refused: tuple[RefusedCell, ...] = ()
    conflicts: tuple[AnswerChange, ...] = ()

    @property
    def can_be_saved(self) -> bool:
        """Whether there is something to save and nothing against it."""
        return bool(self.changes or self.conflicts) and not self.refused


def export_questionnaire(store: Store, day: date, scope: str = ENTITY_SCOPE) -> bytes:
    """Return the controls of a scope as a workbook that can be filled in and uploaded again."""
    made_at, crosswalk = datetime.now(UTC), known_crosswalk(store)
    versions = "; ".join(f"{one.id} {one.version}" for one in crosswalk.catalogue.frameworks)
    rows = tuple(_row(line) for line in control_lines(store, day, scope))
    return write_questionnaire(
        Questionnaire(
            scope=scope,
            scope_name=scope_in_words(store, scope),
            rows=rows,
            choices=tuple(ANSWER_WORDS.values()),
            made_at=made_at,
            origin=(
                ("Made", f"{made_at:%Y-%m-%d %H:%M} UTC by RORI {__version__}"),
                ("Answers as of", day.isoformat()),
                ("Control library", f"version {crosswalk.library.version}"),
                ("Frameworks", versions),
            ),
        )
    )


def scope_in_words(store: Store, scope: str) -> str:
    """Return how a scope is called; InputError when no system has its id."""
    if scope == ENTITY_SCOPE:
        return WHOLE_ENTITY
    with store.read() as reader:
        names = {str(one.values["id"]): str(one.values["name"]) for one in reader.records("systems")}
    if scope not in names:
        raise InputError("scope", "the whole entity or the id of a system", scope)
    return names[scope]


def preview_questionnaire(
    store: Store, content: bytes, file_name: str, day: date, scope: str = ENTITY_SCOPE
) -> QuestionnairePlan:
    """Say what a filled questionnaire would change, refuse or collide with; nothing is written.

    Raises
    ------
    ImportRefusedError
        When the file is no questionnaire.
    """
    raw = read_questionnaire(content)
    lines = {line.control.id: line for line in control_lines(store, day, scope)}
    refused: list[RefusedCell] = []
    found: dict[str, list[AnswerChange]] = {"changes": [], "conflicts": []}
    unchanged: list[str] = []
    seen: set[str] = set()
    for row in raw:
        line = _line_of(row, lines, scope, seen, refused)
        given = None if line is None else _given(row, line, scope, refused)
        if line is None or given is None:
            continue
        change = AnswerChange(row=row.row, name=line.control.name, stored=line.own, file=given)
        if not change.cells or _is_untouched(row, given):
            unchanged.append(line.control.id)
        else:
            found["changes" if row.cells.get(VERSION, 0) == line.version else "conflicts"].append(change)
    return QuestionnairePlan(
        file_name=file_name,
        scope=scope,
        changes=tuple(found["changes"]),
        unchanged=tuple(unchanged),
        refused=tuple(refused),
        conflicts=tuple(found["conflicts"]),
    )


def apply_questionnaire(
    store: Store, actor: str, plan: QuestionnairePlan, file_wins: Collection[str]
) -> tuple[StoredControlAnswer, ...]:
    """Save all changes, and of the conflicts those controls whose answer in the file wins: all of them or nothing.

    Raises
    ------
    InputError
        When a cell was refused, or nothing is left to save.
    ConflictError
        When somebody changed one of the answers since the preview.
    """
    if plan.refused:
        raise InputError("questionnaire", "free of refused cells", f"{len(plan.refused)} of them")
    winning = [one for one in plan.conflicts if one.file.control_id in file_wins]
    chosen = [*plan.changes, *winning]
    if not chosen:
        raise InputError("questionnaire", "one that changes an answer", "one in which every stored answer wins")
    edits = [(one.file, 0 if one.stored is None else one.stored.version) for one in chosen]
    return save_control_answers(store, actor, edits, f"questionnaire {plan.file_name}")


def _row(line: ControlLine) -> QuestionnaireRow:
    cells = line.own
    return QuestionnaireRow(
        control_id=line.control.id,
        name=line.control.name,
        domain=line.control.domain,
        question=line.control.question,
        evidence=line.control.evidence,
        answer=ANSWER_WORDS["not_assessed" if cells is None else cells.answer],
        reason="" if cells is None else cells.reason,
        owner="" if cells is None else cells.owner,
        due=None if cells is None else cells.due,
        note="" if cells is None else cells.note,
        version=line.version,
    )


def _line_of(
    row: RawAnswer, lines: Mapping[str, ControlLine], scope: str, seen: set[str], refused: list[RefusedCell]
) -> ControlLine | None:
    """Return the control that a row is about; None (and a refused cell) when it is about none, or about one again."""
    control = str(row.cells.get(CONTROL, "")).strip()
    before = len(refused)
    if control not in lines:
        refused.append(_refuse(row, CONTROL, "the id of a control in the library, as it was downloaded", control))
    elif control in seen:
        refused.append(_refuse(row, CONTROL, "a control that no row above names", control))
    if str(row.cells.get(SCOPE, "")).strip() != scope:
        refused.append(_refuse(row, SCOPE, f"{scope}, the scope that is open on the page", row.cells.get(SCOPE)))
    version = row.cells.get(VERSION)
    if isinstance(version, bool) or not isinstance(version, int | float) or not _is_version(version):
        refused.append(_refuse(row, VERSION, "the number that was downloaded", version))
    seen.add(control)
    return lines[control] if len(refused) == before else None


def _is_version(value: float) -> bool:
    return 0 <= value < _MOST_VERSION and value == int(value)


def _given(row: RawAnswer, line: ControlLine, scope: str, refused: list[RefusedCell]) -> ControlAnswer | None:
    """Return the answer that a row gives; None (and a refused cell for each reason) when it cannot be taken."""
    before = len(refused)
    refused += [
        _refuse(row, column, "a value typed in, not a formula or an error", came)
        for column, came in row.unreadable.items()
        if column in ANSWERED
    ]
    words = str(row.cells.get(ANSWER, ANSWER_WORDS["not_assessed"])).strip()
    code = _CODES.get(words.casefold(), "")
    if not code:
        refused.append(_refuse(row, ANSWER, f"one of {', '.join(ANSWER_WORDS.values())}", words))
    reason, owner, note = (same_text(str(row.cells.get(name, ""))) for name in (REASON, OWNER, NOTE))
    if code == "not_applicable" and not reason and REASON not in row.unreadable:
        refused.append(_refuse(row, REASON, "given when the answer is Not applicable", ""))
    due = _day(row, refused)
    if len(refused) > before:
        return None
    try:
        return ControlAnswer(
            control_id=line.control.id,
            scope=scope,
            answer=code,
            reason=reason,
            owner=owner,
            due=due,
            note=note,
            state="open" if line.own is None else line.own.state,
        )
    except InputError as error:
        refused.append(_refuse(row, error.name.capitalize(), error.allowed, error.came))
        return None


def _day(row: RawAnswer, refused: list[RefusedCell]) -> date | None:
    came = row.cells.get(DUE)
    if came is None or isinstance(came, datetime):
        return came.date() if isinstance(came, datetime) else None
    if isinstance(came, date):
        return came
    try:
        return date.fromisoformat(str(came).strip())
    except ValueError:
        refused.append(_refuse(row, DUE, "a day such as 2027-03-31, or empty", came))
        return None


def _is_untouched(row: RawAnswer, given: ControlAnswer) -> bool:
    """Whether the row says what it said when it was exported, so that whoever answered since is not contradicted."""
    values = (given.control_id, ANSWER_WORDS[given.answer], given.reason, given.owner, given.due, given.note)
    return row.cells.get(ROW_AS_EXPORTED) == fingerprint(values)


def _cells(answer: ControlAnswer | None) -> dict[str, str]:
    if answer is None:
        return dict.fromkeys(ANSWERED, "") | {ANSWER: ANSWER_WORDS["not_assessed"]}
    return {
        ANSWER: ANSWER_WORDS[answer.answer],
        REASON: same_text(answer.reason),
        OWNER: same_text(answer.owner),
        DUE: "" if answer.due is None else answer.due.isoformat(),
        NOTE: same_text(answer.note),
    }


def _refuse(row: RawAnswer, column: str, allowed: str, came: object) -> RefusedCell:
    text = "nothing" if came in (None, "") else str(came)
    shown = text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}\u2026"
    return RefusedCell(row=row.row, column=column, allowed=allowed, came=shown)
