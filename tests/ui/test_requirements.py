"""The page Requirements: the list, one requirement in detail, its crosswalk, and answering it directly."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from compliance.assessment.rule import COMBINATION_RULE
from rori.store import ControlAnswer, Evidence, RequirementAnswer, Store, WebLink
from rori.ui.components.requirement_list import lines_of
from rori.usecases.compliance.answering import save_control_answers, save_requirement_answer, standing_of
from rori.usecases.compliance.standing import save_profile
from tests.ui.test_controls import texts, widget
from tests.ui.test_start import button
from tests.ui.test_systems import errors

Open = Callable[..., AppTest]
TODAY = datetime.now(UTC).date()
CONTROL = "governance-accountability"


@pytest.fixture
def known(sample: Store) -> Store:
    """Return the sample of an entity that has said who it is."""
    save_profile(sample, "mia", {"dora_entity": "payment-institution", "uk_firm": "payment-institution"}, 0)
    return sample


def say(store: Store, answer: str = "yes", scope: str = "entity", **said: Any) -> None:
    given = ControlAnswer(control_id=CONTROL, scope=scope, answer=answer, reason="told so", **said)
    save_control_answers(store, "otto", [(given, 0)])


def prove(store: Store, expires: date) -> None:
    with store.write("otto") as writer:
        item = writer.add_evidence(
            Evidence(title="Minutes", expires_on=expires),
            content=WebLink(url="https://x.example/minutes"),
            about=[("control", CONTROL)],
        )
        item = writer.set_evidence_state(item.id, "in_review", version=item.version)
        writer.commit()
    with store.write("mia") as writer:
        writer.set_evidence_state(item.id, "approved", version=item.version)
        writer.commit()


def direct(store: Store, answer: str | None = "partly", version: int = 0, **said: Any) -> None:
    given = RequirementAnswer(
        framework_id="dora", requirement_id="dora-5-2", answer=answer, reason="Seen <b>", owner="Ann", **said
    )
    save_requirement_answer(store, "otto", given, version)


def listed(at: AppTest):
    return next(one.value for one in at.dataframe if "reference" in one.value.columns)


def row(at: AppTest, reference: str) -> dict[str, Any]:
    (found,) = [one for one in listed(at).to_dict("records") if one["reference"] == reference]
    return found


def links(at: AppTest) -> dict[str, str]:
    return {one.proto.label.replace("\\", ""): one.proto.query_string for one in at.get("page_link")}


def stored(store: Store, requirement: str = "dora-5-2"):
    with store.read() as reader:
        return next((one for one in reader.overrides() if one.requirement_id == requirement), None)


def field(at: AppTest, label: str):
    found = [*at.selectbox, *at.text_input, *at.text_area, *at.date_input]
    return next(one for one in found if one.label == label and "-field-" in str(one.key))


def test_without_a_profile_no_law_applies_and_the_page_says_where_to_begin(store: Store, open_page: Open) -> None:
    at = open_page("requirements")
    assert not at.exception
    assert "Who the entity is has not been said yet" in texts(at)
    assert "Say who the entity is" in links(at)
    assert "**0 of 239 requirements apply**" in texts(at)
    assert "No requirement answers to these filters" in texts(at)


def test_what_does_not_apply_is_listed_with_why_when_it_is_asked_for(known: Store, open_page: Open) -> None:
    at = open_page("requirements", framework="nis2", status="not_applicable")
    table = listed(at)
    assert set(table["status"]) == {"\u2013 Does not apply"}
    assert "essential and important entities of NIS2" in table["why"].iloc[0]
    assert "Who the entity is has not been said" not in texts(at)


def test_the_list_shows_how_each_requirement_stands_and_through_what(known: Store, open_page: Open) -> None:
    say(known, owner="Bo", due=TODAY - timedelta(days=3))
    found = row(open_page("requirements", framework="dora"), "Art. 5(2)")
    assert found["status"] == "\u25cf Met"
    assert (found["claimed"], found["evidenced"]) == (100.0, 0.0)
    assert found["through"] == "Management body accountability (full)"
    assert found["owner"] == "Bo"
    assert found["due"] == f"Overdue {TODAY - timedelta(days=3)}"


def test_owner_and_due_of_the_requirement_come_before_those_of_its_controls(known: Store, open_page: Open) -> None:
    say(known, owner="Bo")
    direct(known, None, due=TODAY)
    found = row(open_page("requirements"), "Art. 5(2)")
    assert (found["owner"], found["due"], found["status"]) == ("Ann", TODAY.isoformat(), "\u25cf Met")


@pytest.mark.parametrize(
    ("status", "expected"),
    [("met", True), ("evidenced", False), ("partly", False), ("not_met", False), ("not_assessed", False), ("", True)],
)
def test_a_status_is_asked_for_in_the_address(known: Store, open_page: Open, status: str, expected: bool) -> None:
    say(known)
    query = {"status": status} if status else {}
    at = open_page("requirements", framework="dora", **query)
    shown = [one.value for one in at.dataframe]
    references = list(shown[0]["reference"]) if shown else []
    assert ("Art. 5(2)" in references) is expected


def test_met_with_evidence_is_told_from_met_as_claimed(known: Store, open_page: Open) -> None:
    say(known)
    prove(known, TODAY + timedelta(days=30))
    at = open_page("requirements", framework="dora", status="evidenced")
    assert "Art. 5(2)" in list(listed(at)["reference"])
    assert row(at, "Art. 5(2)")["evidenced"] == 100.0


def test_chapter_owner_and_words_narrow_the_list(known: Store, open_page: Open) -> None:
    say(known, owner="Bo")
    at = open_page("requirements", owner="Bo", **{"requirements-search": "management BODY"})
    assert "Art. 5(2)" in list(listed(at)["reference"])
    assert len(listed(at)) < 10
    chapter = widget(at.selectbox, "Chapter").options[1]
    at = open_page("requirements", chapter=chapter)
    standing, said = standing_of(known, TODAY, "dora")
    assert len(listed(at)) == sum(
        line.status.requirement.chapter == chapter and line.status.applies for line in lines_of(standing, said)
    )


def test_a_requirement_alone_in_the_address_finds_its_framework(known: Store, open_page: Open) -> None:
    at = open_page("requirements", requirement="uk-sysc-15a-7-1r")
    assert widget(at.selectbox, "Framework").value == "uk-opres"
    assert at.subheader[0].value.replace("\\", "").startswith("SYSC 15A.7.1R")


def test_a_requirement_of_an_older_version_opens_that_version(known: Store, open_page: Open) -> None:
    standing, _ = standing_of(known, TODAY, "iso-iec-27031", "2011")
    newest, _ = standing_of(known, TODAY, "iso-iec-27031")
    old = next(one.requirement.id for one in standing.statuses if one.requirement.id not in newest.framework)
    at = open_page("requirements", requirement=old)
    assert widget(at.selectbox, "Version").value == "2011"
    assert "checked against your licensed copy" in " ".join(one.value for one in at.warning)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"requirement": "no-such"}, "There is no requirement no-such in any framework"),
        ({"framework": "no-such"}, "The address asks for framework no-such, which is not there"),
        ({"framework": "iso-iec-27031", "version": "1066"}, "The address asks for version 1066, which is not there"),
    ],
)
def test_what_the_address_names_wrongly_is_said(
    known: Store, open_page: Open, query: dict[str, str], said: str
) -> None:
    at = open_page("requirements", **query)
    assert not at.exception
    assert said in texts(at)


def test_choosing_another_framework_forgets_what_belongs_to_the_first(known: Store, open_page: Open) -> None:
    at = open_page("requirements", requirement="dora-5-2", status="not_assessed")
    at = widget(at.selectbox, "Framework").set_value("nist-sp-800-160v2").run()
    assert not at.exception
    assert dict(at.query_params) == {"framework": "nist-sp-800-160v2"}


def test_a_requirement_is_opened_by_name_and_closed_again(known: Store, open_page: Open) -> None:
    at = widget(open_page("requirements").selectbox, "Requirement").set_value("dora-5-2").run()
    assert at.query_params["requirement"] == "dora-5-2"
    assert "Management body owns ICT risk arrangements" in at.subheader[0].value
    at = widget(at.selectbox, "Requirement").set_value("").run()
    assert "requirement" not in at.query_params
    assert not at.subheader


def test_one_requirement_says_what_it_asks_and_where_that_comes_from(known: Store, open_page: Open) -> None:
    at = open_page("requirements", requirement="dora-5-2")
    said = texts(at)
    standing, _ = standing_of(known, TODAY, "dora")
    one = standing.framework.requirement("dora-5-2")
    assert one.obligation in said
    assert "**By the profile of the entity:** It applies." in said
    assert "**Typical evidence**" in said
    assert all(item in said for item in one.evidence)
    assert "Confidence high" in said
    assert "icence: " in said
    assert "title in our own words" in said
    assert one.reference in at.subheader[0].value.replace("\\", "")


def test_it_says_why_it_stands_there_and_the_rule_is_one_click_away(known: Store, open_page: Open) -> None:
    say(known)
    prove(known, date(TODAY.year + 1, 3, 31))
    at = open_page("requirements", requirement="dora-5-2")
    said = texts(at)
    assert "How it stands: \u25cf Met" in said
    sentence = f"Met through Management body accountability (full), evidence to 31 Mar {TODAY.year + 1}."
    assert sentence in said
    assert COMBINATION_RULE in said
    assert [one.value for one in at.metric] == ["100 %", "100 %"]
    assert f"control={CONTROL}" in links(at)["Management body accountability"]


def test_the_crosswalk_lists_siblings_by_framework_with_both_grades(known: Store, open_page: Open) -> None:
    at = open_page("requirements", requirement="dora-5-2", scope="card-auth")
    labels = [one.label.replace("\\", "") for one in at.expander]
    assert any(one.startswith("NIS2 Directive: ") for one in labels)
    assert any(one.startswith("UK operational resilience") for one in labels)
    assert "Through Management body accountability: full here, full there" in texts(at)
    target = next(query for label, query in links(at).items() if label.startswith("SYSC 15A.7.1R"))
    assert "requirement=uk-sysc-15a-7-1r" in target
    assert "scope=card-auth" in target
    assert "is our own judgement" in texts(at)


def test_a_heading_links_to_its_parts_and_is_not_answered(known: Store, open_page: Open) -> None:
    at = open_page("requirements", requirement="dora-5")
    assert "A heading: it is not answered itself" in texts(at)
    assert any("requirement=dora-5-2" in query for query in links(at).values())
    assert not at.text_area


def test_a_doubt_is_shown_as_a_doubt(known: Store, open_page: Open) -> None:
    standing, _ = standing_of(known, TODAY, "dora")
    doubtful = next(one.requirement for one in standing.statuses if one.requirement.doubt)
    at = open_page("requirements", requirement=doubtful.id)
    assert f"**Doubt:** {doubtful.doubt}" in " ".join(one.value for one in at.warning).replace("\\", "")


def test_controls_of_a_catalogue_of_nist_are_listed(known: Store, open_page: Open) -> None:
    standing, _ = standing_of(known, TODAY, "nist-sp-800-160v2")
    one = next(status.requirement for status in standing.statuses if status.requirement.nist_controls)
    said = texts(open_page("requirements", requirement=one.id))
    assert f"**NIST SP 800-53 controls:** {', '.join(one.nist_controls)}" in said


def test_a_requirement_is_answered_directly_and_that_is_undone(known: Store, open_page: Open) -> None:
    say(known, "no")
    at = open_page("requirements", requirement="dora-5-2")
    field(at, "Answer").set_value("yes")
    field(at, "Reason").set_value("Seen by the <auditor>")
    field(at, "Owner").set_value("Zoe")
    field(at, "Due").set_value(date(2027, 3, 31))
    field(at, "State").set_value("in_progress")
    at = button(at, "Save").click().run()
    assert not at.error
    kept = stored(known)
    assert (kept.answer, kept.owner, kept.due, kept.state) == ("yes", "Zoe", date(2027, 3, 31), "in_progress")
    assert "Answered directly, yes: Seen by the <auditor>, no evidence." in texts(at)
    at = button(at, "Undo").click().run()
    assert stored(known) is None
    assert "Not met" in texts(at)


def test_a_direct_answer_needs_a_reason(known: Store, open_page: Open) -> None:
    at = open_page("requirements", requirement="dora-5-2")
    field(at, "Answer").set_value("yes")
    at = button(at, "Save").click().run()
    assert "Reason must be given when the answer of the controls is overridden" in errors(at)
    assert stored(known) is None


def test_a_direct_answer_is_cleared_and_that_is_undone(known: Store, open_page: Open) -> None:
    say(known)
    direct(known)
    at = open_page("requirements", requirement="dora-5-2")
    assert row(at, "Art. 5(2)")["through"] == "Answered directly"
    at = button(at, "Clear: follow the controls again").click().run()
    assert stored(known) is None
    assert "Met through Management body accountability" in texts(at)
    button(at, "Undo").click().run()
    assert stored(known).reason == "Seen <b>"


def test_an_answer_that_somebody_changed_meanwhile_is_not_overwritten(known: Store, open_page: Open) -> None:
    direct(known)
    at = open_page("requirements", requirement="dora-5-2")
    direct(known, "no", version=stored(known).version)
    field(at, "Owner").set_value("Mine")
    at = button(at, "Save").click().run()
    assert "was changed by otto" in errors(at)
    assert stored(known).answer == "no"
    at = button(at, "Load what is stored now").click().run()
    assert not at.error
    assert field(at, "Answer").value == "no"


def test_what_does_not_apply_says_that_an_answer_would_not_count(known: Store, open_page: Open) -> None:
    at = open_page("requirements", requirement="nis2-20-1")
    assert "It does not apply to the entity, so an answer would not count" in texts(at)


def test_a_system_is_answered_for_itself(known: Store, open_page: Open) -> None:
    say(known)
    say(known, "no", scope="card-auth")
    assert row(open_page("requirements", scope="card-auth"), "Art. 5(2)")["claimed"] == 0.0
    assert row(open_page("requirements"), "Art. 5(2)")["claimed"] == 100.0
