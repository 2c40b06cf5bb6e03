"""The page Controls: the grid that loses no edit, the questionnaire, one control in detail."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from openpyxl import load_workbook
from streamlit.testing.v1 import AppTest

from rori.reports.questionnaire_workbook import SHEET
from rori.store import ControlAnswer, Evidence, Store, WebLink
from rori.ui.components.control_drafts import AnswerDraft
from rori.ui.components.imports import XLSX
from rori.usecases.compliance.answering import control_lines, save_control_answers
from rori.usecases.compliance.questionnaire import export_questionnaire
from tests.ui.test_start import button
from tests.ui.test_systems import errors

Open = Callable[..., AppTest]
TODAY = datetime.now(UTC).date()
FIRST, SECOND = "governance-accountability", "board-training"
FIRST_NAME = "Management body accountability"


def edit(at: AppTest, cells: dict[int, dict[str, Any]], scope: str = "entity") -> AppTest:
    """Type into the grid, as the browser tells it: row to column to value."""
    generation = at.session_state.get("context.generation", 0)
    number = at.session_state[f"controls.draft.{scope}"].number
    key = f"control-editor-{scope}-{generation}-{number}"
    at.session_state[key] = {"edited_rows": cells, "added_rows": [], "deleted_rows": []}
    return at.run()


def say(store: Store, who: str, control: str, answer: str, scope: str = "entity", **said: Any) -> None:
    kept = stored(store, control, scope)
    given = ControlAnswer(control_id=control, scope=scope, answer=answer, **said)
    save_control_answers(store, who, [(given, 0 if kept is None else kept.version)])


def stored(store: Store, control: str, scope: str = "entity"):
    with store.read() as reader:
        return next((one for one in reader.control_answers(scope=scope) if one.control_id == control), None)


def grid(at: AppTest):
    return at.data_editor[0].value


def texts(at: AppTest) -> str:
    found = [*at.markdown, *at.caption, *at.text, *at.info, *at.subheader, *at.success, *at.warning]
    return "\n".join(str(one.value) for one in found).replace("\\", "")


def widget(found: Any, label: str):
    return next(one for one in found if one.label == label)


def test_every_control_is_listed_with_its_answer_evidence_and_reach(store: Store, open_page: Open) -> None:
    say(store, "otto", FIRST, "partly", owner="=Ann <b>", note="n")
    at = open_page("controls")
    assert not at.exception
    table = grid(at)
    assert len(table) == len(control_lines(store, TODAY))
    first = table.iloc[0]
    assert (first["name"], first["answer"], first["owner"]) == (FIRST_NAME, "Partly", "=Ann <b>")
    assert first["evidence"] == "No evidence"
    assert first["frameworks"] >= 3


def test_an_answer_is_saved_and_can_be_undone(store: Store, open_page: Open) -> None:
    at = edit(
        open_page("controls"), {0: {"answer": "Yes", "owner": "Ann", "due": "2027-03-31", "state": "In progress"}}
    )
    assert "Not saved yet: 1 control" in texts(at)
    at = button(at, "Save all").click().run()
    assert not at.error
    kept = stored(store, FIRST)
    assert (kept.answer, kept.owner, kept.due, kept.state) == ("yes", "Ann", date(2027, 3, 31), "in_progress")
    assert "No unsaved edits" in texts(at)
    button(at, "Undo").click().run()
    assert stored(store, FIRST) is None


def test_many_answers_are_saved_together(store: Store, open_page: Open) -> None:
    at = edit(open_page("controls"), {0: {"answer": "Yes"}, 1: {"answer": "No"}, 2: {"note": "later"}})
    assert "Not saved yet: 3 controls" in texts(at)
    button(at, "Save all").click().run()
    with store.read() as reader:
        assert {one.control_id: one.answer for one in reader.control_answers()} == {
            FIRST: "yes",
            SECOND: "no",
            "roles-three-lines": "not_assessed",
        }


def test_a_cell_typed_back_is_no_edit(store: Store, open_page: Open) -> None:
    say(store, "otto", FIRST, "yes", due=date(2027, 1, 1))
    at = edit(open_page("controls"), {0: {"answer": "Yes", "due": "2027-01-01T00:00:00.000", "owner": None}})
    assert button(at, "Save all").disabled


def test_not_applicable_without_a_reason_is_named_by_control_and_nothing_is_saved(
    store: Store, open_page: Open
) -> None:
    at = edit(open_page("controls"), {0: {"answer": "Yes"}, 1: {"answer": "Not applicable"}})
    at = button(at, "Save all").click().run()
    assert "Management body training: reason must be given when a control is not applicable" in errors(at)
    assert stored(store, FIRST) is None
    assert "Not saved yet: 2 controls" in texts(at)


def test_edits_survive_a_filter_a_search_and_a_visit_to_another_page(store: Store, open_page: Open) -> None:
    at = edit(open_page("controls"), {0: {"owner": "Kept"}})
    at = widget(at.text_input, "Search controls").set_value("backup").run()
    assert FIRST_NAME not in list(grid(at)["name"])
    at = edit(at, {0: {"owner": "Kept too"}})
    at = widget(at.selectbox, "Domain").set_value("Governance and strategy").run()
    home = at._page_hash
    at._page_hash = open_page("measures")._page_hash
    at = at.run()
    at._page_hash = home
    at = at.run()
    assert "Not saved yet: 2 controls" in texts(at)
    button(at, "Save all").click().run()
    with store.read() as reader:
        assert sorted(one.owner for one in reader.control_answers()) == ["Kept", "Kept too"]


def test_edits_of_one_scope_wait_while_another_is_looked_at(sample: Store, open_page: Open) -> None:
    at = edit(open_page("controls"), {0: {"answer": "Yes"}})
    at = widget(at.selectbox, "Scope").set_value("card-auth").run()
    assert "Edits of Whole entity are not saved yet" in texts(at)
    at = edit(at, {1: {"answer": "No"}}, "card-auth")
    button(at, "Save all").click().run()
    assert stored(sample, SECOND, "card-auth").answer == "no"
    assert stored(sample, FIRST) is None
    at = widget(at.selectbox, "Scope").set_value("entity").run()
    assert "Not saved yet: 1 control" in texts(at)


def test_an_answer_that_somebody_else_gave_is_named_and_not_overwritten_unseen(store: Store, open_page: Open) -> None:
    at = edit(open_page("controls"), {0: {"answer": "Yes"}, 1: {"answer": "Yes"}})
    say(store, "otto", FIRST, "no", note="*mine*")
    at = button(at, "Save all").click().run()
    assert f"**{FIRST_NAME}**, by otto: now No; note *mine*; state Open. Yours: Yes; state Open." in errors(at)
    assert "Management body training" not in errors(at)
    assert stored(store, FIRST).answer == "no"
    assert stored(store, SECOND) is None
    at = button(at, "Reload, keep my edits").click().run()
    assert not at.error
    assert grid(at).iloc[0]["note"] == "*mine*"
    button(at, "Save all").click().run()
    assert (stored(store, FIRST).answer, stored(store, FIRST).note) == ("yes", "*mine*")
    assert stored(store, SECOND).answer == "yes"


def test_edits_can_be_dropped(store: Store, open_page: Open) -> None:
    at = edit(open_page("controls"), {0: {"answer": "Yes"}})
    at = button(at, "Drop edits").click().run()
    assert button(at, "Save all").disabled
    assert grid(at).iloc[0]["answer"] == "Not assessed"


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({"controls-answer": "Partly"}, [FIRST_NAME]),
        ({"controls-search": "management TRAINING"}, ["Management body training"]),
        ({"controls-domain": "Governance and strategy", "controls-answer": "No"}, ["Management body training"]),
    ],
)
def test_the_address_says_what_is_listed(
    store: Store, open_page: Open, query: dict[str, str], names: list[str]
) -> None:
    say(store, "otto", FIRST, "partly")
    say(store, "otto", SECOND, "no")
    assert list(grid(open_page("controls", **query))["name"]) == names


def test_what_is_not_assessed_yet_can_be_listed_alone(store: Store, open_page: Open) -> None:
    say(store, "otto", FIRST, "partly")
    names = list(grid(open_page("controls", **{"controls-open": "true"}))["name"])
    assert FIRST_NAME not in names
    assert "Management body training" in names


def test_a_filter_that_finds_nothing_says_so(store: Store, open_page: Open) -> None:
    at = open_page("controls", **{"controls-search": "no control says this"})
    assert "No control answers to these filters" in texts(at)
    assert not at.data_editor


def test_a_system_shows_what_it_takes_from_the_entity(sample: Store, open_page: Open) -> None:
    say(sample, "otto", FIRST, "yes")
    table = grid(open_page("controls", scope="card-auth"))
    assert (table.iloc[0]["answer"], table.iloc[0]["counted"]) == ("Not assessed", "Yes (entity)")
    assert table.iloc[1]["counted"] == "Not assessed"


def test_a_system_may_be_named_in_the_address(sample: Store, open_page: Open) -> None:
    at = open_page("controls", scope="Card authorisation")
    assert widget(at.selectbox, "Scope").value == "card-auth"


def test_a_scope_that_does_not_exist_is_said(store: Store, open_page: Open) -> None:
    at = open_page("controls", scope="no-such")
    assert "The address asks for scope no-such, which is not there" in texts(at)


def test_one_control_shows_evidence_measures_and_where_it_counts(sample: Store, open_page: Open) -> None:
    with sample.write("otto") as writer:
        item = writer.add_evidence(
            Evidence(title="Exit *plan*", expires_on=TODAY - timedelta(days=1)),
            content=WebLink(url="https://x.example/plan"),
            about=[("control", "exit-plan"), ("system", "card-auth")],
        )
        item = writer.set_evidence_state(item.id, "in_review", version=item.version)
        writer.commit()
    with sample.write("mia") as writer:
        writer.set_evidence_state(item.id, "approved", version=item.version)
        writer.commit()
    say(sample, "otto", "exit-plan", "partly", owner="Ann", note="<i>soon</i>")
    at = open_page("controls", control="exit-plan")
    assert not at.exception
    said = texts(at)
    assert "**Answer:** Partly, owner: Ann" in said
    assert "**Note:** <i>soon</i>" in said
    assert "Expired; " in said
    assert "for card-auth only" in said
    assert "Digital Operational Resilience Act" in " ".join(one.label for one in at.expander)
    links = [one.proto.label.replace("\\", "") for one in at.get("page_link")]
    assert "Exit *plan*" in links
    assert "Add evidence for this control" in links
    assert any("Art. 28(8)" in one for one in links)
    assert len([one for one in at.get("page_link") if "measures-search" in one.proto.query_string]) > 0


def test_a_control_that_nothing_implements_says_so(store: Store, open_page: Open) -> None:
    said = texts(open_page("controls", control=FIRST))
    assert "None yet." in said
    assert "None names it yet." in said


def test_choosing_a_control_writes_it_into_the_address(store: Store, open_page: Open) -> None:
    at = widget(open_page("controls").selectbox, "Control").set_value(SECOND).run()
    assert at.query_params["control"] == SECOND
    assert "Management body training" in texts(at)


def test_a_draft_counts_the_answer_of_the_entity_where_a_system_has_none(sample: Store) -> None:
    say(sample, "otto", FIRST, "yes")
    lines = control_lines(sample, TODAY, "card-auth")
    draft = AnswerDraft(scope="card-auth", lines=lines)
    assert draft.counted(lines[0]) == "yes"
    assert draft.after({"edited_rows": {"0": {"answer": "No"}}}, [FIRST]).counted(lines[0]) == "no"


def filled(content: bytes, cells: dict[str, str]) -> bytes:
    book = load_workbook(io.BytesIO(content))
    for place, value in cells.items():
        book[SHEET][place] = value
    output = io.BytesIO()
    book.save(output)
    return output.getvalue()


def uploaded(at: AppTest, content: bytes, name: str = "filled.xlsx") -> AppTest:
    return at.file_uploader[0].set_value((name, content, XLSX)).run()


def test_a_filled_questionnaire_is_looked_at_and_then_saved(store: Store, open_page: Open) -> None:
    content = filled(export_questionnaire(store, TODAY), {"F3": "Yes", "H3": "Ann <b>"})
    at = uploaded(open_page("controls"), content)
    assert {one.label: one.value for one in at.metric} == {
        "Changes": "1",
        "Unchanged": str(len(control_lines(store, TODAY)) - 1),
        "Refused cells": "0",
        "Conflicts": "0",
    }
    assert stored(store, FIRST) is None
    at = button(at, "Save 1 answer").click().run()
    assert not at.error
    assert (stored(store, FIRST).answer, stored(store, FIRST).owner) == ("yes", "Ann <b>")


def test_refused_cells_are_listed_and_nothing_can_be_saved(store: Store, open_page: Open) -> None:
    content = filled(export_questionnaire(store, TODAY), {"F3": "Perhaps", "F4": "Yes"})
    at = uploaded(open_page("controls"), content)
    assert "Nothing can be saved" in errors(at)
    (row,) = next(one.value for one in at.dataframe if "Allowed" in one.value.columns).to_dict("records")
    assert (row["Row"], row["Column"], row["Came"]) == (3, "Answer", "Perhaps")
    assert not [one for one in at.button if one.label.startswith("Save 1")]


@pytest.mark.parametrize(("choice", "answer"), [("What is stored", "partly"), ("What the file says", "yes")])
def test_a_conflict_shows_both_sides_and_asks_which_wins(
    store: Store, open_page: Open, choice: str, answer: str
) -> None:
    content = export_questionnaire(store, TODAY)
    say(store, "otto", FIRST, "partly")
    at = uploaded(open_page("controls"), filled(content, {"F3": "Yes", "F4": "No"}))
    assert f"**{FIRST_NAME}** (row 3) was changed by otto on" in texts(at)
    (row,) = next(one.value for one in at.dataframe if "What is stored" in one.value.columns).to_dict("records")
    assert row == {"Column": "Answer", "What is stored": "Partly", "What the file says": "Yes"}
    at = widget(at.radio, f"Which stands for {FIRST_NAME}?").set_value(choice).run()
    save = next(one for one in at.button if one.label.startswith("Save") and "answer" in one.label)
    save.click().run()
    assert stored(store, FIRST).answer == answer
    assert stored(store, SECOND).answer == "no"


def test_somebody_faster_than_the_save_is_said_and_it_can_be_looked_at_again(store: Store, open_page: Open) -> None:
    at = uploaded(open_page("controls"), filled(export_questionnaire(store, TODAY), {"F3": "Yes"}))
    say(store, "otto", FIRST, "no")
    at = button(at, "Save 1 answer").click().run()
    assert "was changed by otto" in errors(at)
    at = button(at, "Look at it again").click().run()
    assert {one.label: one.value for one in at.metric}["Conflicts"] == "1"


def test_a_file_that_is_no_questionnaire_is_refused(store: Store, open_page: Open) -> None:
    at = uploaded(open_page("controls"), b"hello")
    assert "This is not a workbook" in errors(at)
