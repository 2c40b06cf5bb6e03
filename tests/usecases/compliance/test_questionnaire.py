"""Controls asked on paper: what a filled questionnaire changes, what is refused, and who was faster."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from openpyxl import load_workbook

from rori.errors import ConflictError, ImportRefusedError, InputError
from rori.reports.questionnaire_workbook import ANSWER, CONTROL, DUE, NOTE, OWNER, REASON, SCOPE, SHEET, VERSION
from rori.store import AuditQuery, ControlAnswer, Store
from rori.usecases.compliance.answering import save_control_answers
from rori.usecases.compliance.questionnaire import (
    QuestionnairePlan,
    RefusedCell,
    apply_questionnaire,
    export_questionnaire,
    preview_questionnaire,
)
from rori.usecases.samples import load_sample_into

DAY = date(2026, 11, 24)
FIRST, SECOND = "governance-accountability", "board-training"
Cells = dict[tuple[int, str], object]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(f"sqlite:///{tmp_path / 'rori.db'}")
    opened.migrate()
    yield opened
    opened.dispose()


def say(store: Store, who: str, control: str, answer: str, scope: str = "entity", **said: object) -> None:
    with store.read() as reader:
        versions = {one.control_id: one.version for one in reader.control_answers(scope=scope)}
    given = ControlAnswer(control_id=control, scope=scope, answer=answer, **said)
    save_control_answers(store, who, [(given, versions.get(control, 0))])


def stored(store: Store, control: str, scope: str = "entity"):
    with store.read() as reader:
        return next((one for one in reader.control_answers(scope=scope) if one.control_id == control), None)


def filled(content: bytes, cells: Cells) -> bytes:
    """Fill in cells, each named by its row in the sheet and its heading."""
    book = load_workbook(io.BytesIO(content))
    sheet = book[SHEET]
    columns = {cell.value: cell.column for cell in sheet[1]}
    for (row, header), value in cells.items():
        sheet.cell(row=row, column=columns[header]).value = value
    output = io.BytesIO()
    book.save(output)
    return output.getvalue()


def preview(store: Store, cells: Cells, scope: str = "entity", content: bytes | None = None) -> QuestionnairePlan:
    content = export_questionnaire(store, DAY, scope) if content is None else content
    return preview_questionnaire(store, filled(content, cells), "answers.xlsx", DAY, scope)


def refused(store: Store, cells: Cells) -> RefusedCell:
    (cell,) = preview(store, cells).refused
    return cell


def test_a_questionnaire_that_nobody_filled_changes_nothing(store: Store):
    say(store, "ann", FIRST, "partly", reason="late", owner="Ann", due=date(2027, 1, 31), note="line\r\nline")
    plan = preview(store, {})
    assert not plan.changes
    assert not plan.conflicts
    assert not plan.refused
    assert len(plan.unchanged) >= 70
    assert not plan.can_be_saved
    with pytest.raises(InputError, match="changes an answer"):
        apply_questionnaire(store, "bo", plan, ())


def test_filled_rows_are_shown_and_then_saved_together(store: Store):
    say(store, "ann", FIRST, "partly", state="in_progress")
    plan = preview(
        store,
        {
            (3, ANSWER): "yes",
            (3, OWNER): "Bo",
            (3, DUE): date(2027, 3, 31),
            (4, ANSWER): "Not applicable",
            (4, REASON): "+ no board",
        },
    )
    first, second = plan.changes
    assert first.cells == ((ANSWER, "Partly", "Yes"), (OWNER, "", "Bo"), (DUE, "", "2027-03-31"))
    assert second.stored is None
    saved = apply_questionnaire(store, "bo", plan, ())
    assert [one.control_id for one in saved] == [FIRST, SECOND]
    kept = stored(store, FIRST)
    assert (kept.answer, kept.owner, kept.due, kept.state) == ("yes", "Bo", date(2027, 3, 31), "in_progress")
    assert stored(store, SECOND).reason == "+ no board"
    with store.read() as reader:
        notes = {one.note for one in reader.audit(AuditQuery(subject="control_answers", who="bo"))}
    assert notes == {"questionnaire answers.xlsx"}


def test_a_cell_that_is_emptied_takes_the_answer_back(store: Store):
    say(store, "ann", FIRST, "yes", note="old")
    plan = preview(store, {(3, ANSWER): None, (3, NOTE): None})
    apply_questionnaire(store, "bo", plan, ())
    assert (stored(store, FIRST).answer, stored(store, FIRST).note) == ("not_assessed", "")


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (
            {(3, ANSWER): "Maybe"},
            RefusedCell(
                row=3, column=ANSWER, allowed="one of Not assessed, No, Partly, Yes, Not applicable", came="Maybe"
            ),
        ),
        (
            {(4, ANSWER): "Not applicable"},
            RefusedCell(row=4, column=REASON, allowed="given when the answer is Not applicable", came="nothing"),
        ),
        (
            {(3, DUE): "soon"},
            RefusedCell(row=3, column=DUE, allowed="a day such as 2027-03-31, or empty", came="soon"),
        ),
        (
            {(3, DUE): "31.3.2027"},
            RefusedCell(row=3, column=DUE, allowed="a day such as 2027-03-31, or empty", came="31.3.2027"),
        ),
        (
            {(3, CONTROL): "no-such"},
            RefusedCell(
                row=3,
                column=CONTROL,
                allowed="the id of a control in the library, as it was downloaded",
                came="no-such",
            ),
        ),
        (
            {(4, CONTROL): FIRST},
            RefusedCell(row=4, column=CONTROL, allowed="a control that no row above names", came=FIRST),
        ),
        (
            {(3, VERSION): -1},
            RefusedCell(row=3, column=VERSION, allowed="the number that was downloaded", came="-1"),
        ),
        (
            {(3, VERSION): None},
            RefusedCell(row=3, column=VERSION, allowed="the number that was downloaded", came="nothing"),
        ),
        (
            {(3, NOTE): "=1+1"},
            RefusedCell(row=3, column=NOTE, allowed="a value typed in, not a formula or an error", came="a formula"),
        ),
    ],
)
def test_a_cell_that_cannot_be_taken_is_named_with_what_is_allowed_and_what_came(
    store: Store, cells: Cells, expected: RefusedCell
):
    assert refused(store, cells) == expected


def test_one_refused_cell_keeps_everything_from_being_saved(store: Store):
    plan = preview(store, {(3, ANSWER): "Yes", (4, ANSWER): "Perhaps"})
    assert len(plan.changes) == 1
    assert not plan.can_be_saved
    with pytest.raises(InputError, match="free of refused cells"):
        apply_questionnaire(store, "bo", plan, ())
    assert stored(store, FIRST) is None


def test_the_cover_says_what_the_questionnaire_was_made_from(store: Store):
    cover = load_workbook(io.BytesIO(export_questionnaire(store, DAY)))["Cover"]
    said = {row[0].value: row[1].value for row in cover.iter_rows(max_col=2) if row[0].value and row[1].value}
    assert said["Answers as of"] == "2026-11-24"
    assert "dora 2022/2554" in said["Frameworks"]
    assert said["Control library"].startswith("version ")


def test_a_questionnaire_of_another_scope_is_refused(store: Store):
    load_sample_into(store, "ann")
    content = export_questionnaire(store, DAY, "card-auth")
    plan = preview(store, {}, content=content)
    assert {(cell.column, cell.came) for cell in plan.refused} == {(SCOPE, "card-auth")}


def test_a_system_has_a_questionnaire_of_its_own(store: Store):
    load_sample_into(store, "ann")
    apply_questionnaire(store, "bo", preview(store, {(3, ANSWER): "No"}, "card-auth"), ())
    assert stored(store, FIRST, "card-auth").answer == "no"
    assert stored(store, FIRST) is None


def test_a_scope_that_no_system_has_is_refused(store: Store):
    with pytest.raises(InputError, match="scope must be the whole entity or the id of a system"):
        export_questionnaire(store, DAY, "nowhere")


def overtaken(store: Store, change: Callable[[], None], cells: Cells) -> QuestionnairePlan:
    """Return what a file would do that was downloaded before somebody changed the store."""
    content = export_questionnaire(store, DAY)
    change()
    return preview(store, cells, content=content)


def test_an_answer_that_somebody_gave_meanwhile_is_a_conflict_and_either_may_win(store: Store):
    say(store, "ann", FIRST, "no")
    plan = overtaken(store, lambda: say(store, "otto", FIRST, "partly"), {(3, ANSWER): "Yes", (4, ANSWER): "Yes"})
    (conflict,) = plan.conflicts
    assert conflict.stored.changed_by == "otto"
    assert conflict.cells == ((ANSWER, "Partly", "Yes"),)
    assert [one.file.control_id for one in plan.changes] == [SECOND]
    apply_questionnaire(store, "bo", plan, ())
    assert stored(store, FIRST).answer == "partly"
    assert stored(store, SECOND).answer == "yes"


def test_the_file_wins_a_conflict_where_it_is_chosen(store: Store):
    plan = overtaken(store, lambda: say(store, "otto", FIRST, "partly"), {(3, ANSWER): "Yes"})
    apply_questionnaire(store, "bo", plan, [FIRST])
    assert stored(store, FIRST).answer == "yes"
    assert stored(store, FIRST).changed_by == "bo"


def test_a_row_that_was_left_alone_contradicts_nobody(store: Store):
    say(store, "ann", FIRST, "no")
    plan = overtaken(store, lambda: say(store, "otto", FIRST, "yes"), {(4, ANSWER): "Yes"})
    assert not plan.conflicts
    assert FIRST in plan.unchanged


def test_a_row_that_says_what_somebody_said_meanwhile_is_no_conflict(store: Store):
    plan = overtaken(store, lambda: say(store, "otto", FIRST, "yes"), {(3, ANSWER): "Yes"})
    assert not plan.conflicts
    assert FIRST in plan.unchanged


def test_an_answer_taken_away_meanwhile_is_a_conflict(store: Store):
    say(store, "ann", FIRST, "no")

    def take_away() -> None:
        with store.write("otto") as writer:
            writer.delete_control_answer(FIRST, version=stored(store, FIRST).version)
            writer.commit()

    (conflict,) = overtaken(store, take_away, {(3, ANSWER): "Yes"}).conflicts
    assert conflict.stored is None


def test_somebody_faster_than_the_save_keeps_everything_from_being_saved(store: Store):
    plan = preview(store, {(3, ANSWER): "Yes", (4, ANSWER): "Yes"})
    say(store, "otto", SECOND, "no")
    with pytest.raises(ConflictError, match="board-training"):
        apply_questionnaire(store, "bo", plan, ())
    assert stored(store, FIRST) is None
    assert stored(store, SECOND).answer == "no"


def test_a_file_that_is_no_questionnaire_is_refused(store: Store):
    with pytest.raises(ImportRefusedError, match="not a workbook"):
        preview_questionnaire(store, b"hello", "x.xlsx", DAY)
