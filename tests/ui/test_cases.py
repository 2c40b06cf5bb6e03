"""The page Cases."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from rori.store import Store
from rori.ui.components.case_editor import NEW, derive_id
from rori.usecases.cases import runs_of
from rori.usecases.inventory import list_records
from tests.ui.small_case import CASE, WORDS, fill, run
from tests.ui.test_start import button

Open = Callable[..., AppTest]


def field(at: AppTest, kind: str, label: str):
    return next(found for found in getattr(at, kind) if found.label == label)


def keys(store: Store) -> list[str]:
    return [str(record.values["id"]) for record in list_records(store, "cases")]


def test_without_measures_the_page_says_what_to_do_first(open_page: Open) -> None:
    at = open_page("cases")
    assert any("No case yet, and no measure to choose" in found.value for found in at.markdown)
    assert not at.exception


def test_a_case_that_was_not_run_says_so(store: Store, open_page: Open) -> None:
    fill(store)
    at = open_page("cases")
    assert any(found.value == "Not run yet" for found in at.caption)


def test_names_of_users_are_no_markup(store: Store, open_page: Open) -> None:
    fill(store)
    texts = [found.value for found in open_page("cases").markdown]
    assert any(r"\*now\*" in text and r"\<b\>" in text for text in texts)
    assert not any(WORDS in text for text in texts)


def test_run_saves_a_run_and_shows_it(store: Store, open_page: Open) -> None:
    fill(store)
    at = button(open_page("cases"), "Run").click().run()
    assert not at.exception
    saved = runs_of(store)
    assert [found.case_id for found in saved] == [CASE]
    assert at.query_params["run"] in (saved[0].id, [saved[0].id])
    assert any("RORI" in found.value for found in at.subheader)


def test_the_latest_run_stands_on_the_card(store: Store, open_page: Open) -> None:
    fill(store)
    run(store)
    at = open_page("cases")
    assert any("RORI" in found.value and "±" in found.value for found in at.markdown)


def test_a_new_case_gets_an_id_from_its_name(store: Store, open_page: Open) -> None:
    fill(store)
    at = button(open_page("cases"), "New case").click().run()
    field(at, "text_input", "Name *").set_value("Failover 2027").run()
    field(at, "multiselect", "Measures").set_value(["failover"]).run()
    field(at, "number_input", "Discount rate (%)").set_value(6.5).run()
    field(at, "text_input", "Seed").set_value(str(2**53)).run()
    at = button(at, "Save case").click().run()
    assert not at.error
    made = next(r.values for r in list_records(store, "cases") if r.values["id"] == "failover-2027")
    assert made["measure_ids"] == ("failover",)
    assert made["discount_rate_per_year"] == pytest.approx(0.065)
    assert made["seed"] == 2**53
    assert made["budget_eur"] is None


def test_a_saved_case_can_be_undone(store: Store, open_page: Open) -> None:
    fill(store)
    at = open_page("cases", edit=NEW)
    field(at, "text_input", "Name *").set_value("Short lived").run()
    at = button(at, "Save case").click().run()
    assert "short-lived" in keys(store)
    button(at, "Undo").click().run()
    assert "short-lived" not in keys(store)


def test_a_measure_that_requires_another_warns_at_once(store: Store, open_page: Open) -> None:
    fill(store)
    at = open_page("cases", edit=CASE)
    assert not at.warning
    at = field(at, "multiselect", "Measures").set_value(["extra"]).run()
    assert any("requires failover" in found.value for found in at.warning)


def test_a_case_with_broken_rules_cannot_be_run(store: Store, open_page: Open) -> None:
    fill(store)
    at = open_page("cases", edit=CASE)
    field(at, "multiselect", "Measures").set_value(["extra"]).run()
    at = button(at, "Save case").click().run()
    assert button(at, "Run").disabled
    assert at.warning


def test_edits_of_two_people_collide_with_a_sentence(store: Store, open_page: Open) -> None:
    fill(store)
    at = open_page("cases", edit=CASE)
    stored = next(r for r in list_records(store, "cases") if r.values["id"] == CASE)
    with store.write("noa") as writer:
        writer.update("cases", {**stored.values, "horizon_years": 7}, version=stored.version)
        writer.commit()
    field(at, "number_input", "Horizon (years)").set_value(4).run()
    at = button(at, "Save case").click().run()
    assert at.error
    assert next(r.values["horizon_years"] for r in list_records(store, "cases")) == 7


def test_a_deleted_case_comes_back_with_undo(store: Store, open_page: Open) -> None:
    fill(store)
    at = button(open_page("cases", edit=CASE), "Delete this case").click().run()
    assert keys(store) == []
    button(at, "Undo").click().run()
    assert keys(store) == [CASE]


def test_a_case_without_a_name_is_refused(store: Store, open_page: Open) -> None:
    fill(store)
    at = button(open_page("cases", edit=NEW), "Save case").click().run()
    assert at.error
    assert keys(store) == [CASE]


def test_a_case_that_is_gone_from_the_address_is_said(store: Store, open_page: Open) -> None:
    fill(store)
    at = open_page("cases", edit="gone")
    assert any("does not exist" in found.value for found in at.warning)


@pytest.mark.parametrize(
    ("name", "made"),
    [
        ("Failover programme 2027", "failover-programme-2027"),
        ("Übung - Größe", "ubung-grosse"),
        ("支付", "case"),
        ("x" * 100, "x" * 56),
        ("Taken", "taken-2"),
        ("   ", ""),
    ],
)
def test_ids_come_from_names(name: str, made: str) -> None:
    assert derive_id(name, {"taken"}) == made
