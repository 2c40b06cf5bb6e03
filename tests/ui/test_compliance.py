"""The page Compliance: who the entity is, where it stands, what is missing, what moved."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

from streamlit.testing.v1 import AppTest

from rori.store import ControlAnswer, RequirementAnswer, Snapshot, Store
from rori.usecases.compliance.answering import save_control_answers, save_requirement_answer
from rori.usecases.compliance.standing import load_profile, save_profile
from rori.usecases.compliance.trend import readiness_trend
from rori.usecases.frameworks import shipped_catalogue
from tests.ui.test_start import button

TITLE = f"{shipped_catalogue().latest('iso-iec-27031').title} 2025"
Open = Callable[..., AppTest]


def fill(store: Store) -> None:
    save_profile(store, "mia", {"dora_entity": "payment-institution", "uk_firm": "payment-institution"}, 0)
    save_control_answers(store, "mia", [(ControlAnswer(control_id="governance-accountability", answer="yes"), 0)])


def text_of(at: AppTest) -> str:
    shown = (*at.title, *at.subheader, *at.markdown, *at.caption, *at.info, *at.success, *at.warning)
    return "\n".join(str(one.value) for one in shown).replace("\\", "")


def gaps(at: AppTest) -> list[dict[str, object]]:
    return next(one.value for one in at.dataframe if "What closes it" in one.value.columns).to_dict("records")


def test_the_first_thing_to_say_is_who_the_entity_is(store: Store, open_page: Open) -> None:
    at = open_page("compliance")
    assert not at.exception
    assert not at.subheader
    assert any("Who is the entity?" in one.label for one in at.expander)
    at.selectbox[0].set_value("payment-institution")
    at = button(at, "Save").click().run()
    assert not at.exception
    assert load_profile(store).profile.dora_entity == "payment-institution"
    assert any("Payment institution under DORA (full framework)" in one.label.replace("\\", "") for one in at.expander)
    assert "0 of " in at.subheader[0].value


def test_facts_that_contradict_each_other_are_refused_in_words(store: Store, open_page: Open) -> None:
    at = open_page("compliance")
    at.selectbox[0].set_value("trading-venue")
    next(one for one in at.checkbox if one.label == "Microenterprise").check()
    at = button(at, "Save").click().run()
    assert "DORA Art" in at.error[0].value
    assert load_profile(store).version == 0


def test_readiness_says_what_is_claimed_and_what_is_proved(store: Store, open_page: Open) -> None:
    fill(store)
    at = open_page("compliance")
    assert not at.exception
    heading = at.subheader[0].value.replace("\\", "")
    assert "requirements are met as claimed, 0 (0 %) with evidence" in heading
    table = next(one.value for one in at.dataframe if "Met, evidenced" in one.value.columns)
    dora = table[table["Framework"].str.contains("DORA")].iloc[0]
    assert dora["Met, claimed"] > 0
    assert dora["Met, evidenced"] == 0
    assert "Nothing of these applies to the entity" in text_of(at)


def test_gaps_can_be_narrowed_by_framework_state_and_words(store: Store, open_page: Open) -> None:
    fill(store)
    said = RequirementAnswer(
        framework_id="dora", requirement_id="dora-5-2-c", owner="Anna", due=date(2026, 1, 1), state="in_progress"
    )
    save_requirement_answer(store, "mia", said, 0)
    at = open_page("compliance", **{"gap-state": "In progress"})
    assert [(one["Reference"], one["Owner"], one["State"]) for one in gaps(at)] == [
        ("Art. 5(2)(c)", "Anna", "In progress")
    ]
    assert "(overdue)" in str(gaps(at)[0]["Due"])
    at = open_page("compliance", **{"gap-text": "no such words anywhere"})
    assert "No gap answers to these filters." in text_of(at)


def test_looking_at_readiness_keeps_it_for_the_trend(store: Store, open_page: Open) -> None:
    fill(store)
    at = open_page("compliance")
    assert "a line begins to show tomorrow" in text_of(at)
    today = datetime.now(UTC).date()
    kept = readiness_trend(store, today, "dora")
    assert [one.day for one in kept] == [today]
    with store.write("mia") as writer:
        earlier = {name: getattr(kept[0], name) for name in Snapshot.__dataclass_fields__}
        writer.save_snapshot(Snapshot(**{**earlier, "day": today - timedelta(days=3)}))
        writer.commit()
    at = open_page("compliance")
    assert not at.exception
    assert "a line begins to show tomorrow" not in text_of(at)
    assert any("moved up" in one.label for one in at.expander)


def test_a_framework_that_must_be_checked_says_so(store: Store, open_page: Open) -> None:
    fill(store)
    at = open_page("compliance", **{"chapters-of": TITLE})
    assert any("licensed copy" in one.value for one in at.warning)
