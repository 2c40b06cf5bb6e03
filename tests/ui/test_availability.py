"""The page Availability."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from rori.store import Store
from tests.ui.test_one_event import said, table, widget

Open = Callable[..., AppTest]


def test_the_least_available_system_comes_first(sample: Store, open_page: Open) -> None:
    at = open_page("availability")
    assert not at.exception
    shown = table(at, "together")
    assert list(shown["together"]) == sorted(shown["together"], reverse=True)
    assert f"**{shown['System'].iloc[0]}** is the least available" in said(at)
    assert "live" not in shown.columns


def test_measures_of_a_case_get_a_column(sample: Store, open_page: Open) -> None:
    at = open_page("availability", **{"availability-measures": "Continuity programme"})
    shown = table(at, "live")
    assert shown["live"].sum() < shown["together"].sum()


def test_outages_are_held_against_both_targets_the_worst_first(sample: Store, open_page: Open) -> None:
    shown = table(open_page("availability"), "rto_share")
    worst = shown[["rto_share", "tolerance_share"]].min(axis=1).dropna()
    assert list(worst) == sorted(worst)
    assert shown["mttr"].gt(0).all()


def test_the_calculator_gives_nines_and_minutes(open_page: Open) -> None:
    at = open_page("availability", **{"parts-mtbf": "999", "parts-mttr": "1", "parts-beta": "10"})
    rows = table(at, "Group")
    assert list(rows["Nines"]) == ["3.00", "6.00", "4.00"]
    assert rows["Down (minutes/year)"].iloc[0] == "525.6"
    assert "With 1 of 2 needed: **4.00 nines**" in said(at)


@pytest.mark.parametrize(
    ("form", "expected"), [("Series: all are needed", "3 of 3"), ("Parallel: any one is enough", "1 of 3")]
)
def test_the_arrangement_says_how_many_are_needed(open_page: Open, form: str, expected: str) -> None:
    at = open_page("availability", **{"parts-as": form, "parts-n": "3"})
    assert table(at, "Group")["Group"].iloc[1].startswith(expected)


def test_more_needed_than_there_are_is_refused_in_words(open_page: Open) -> None:
    at = open_page("availability", **{"parts-as": "k of n are needed", "parts-n": "2"})
    at = widget(at.number_input, "Of which needed, k").set_value(3).run()
    assert not at.exception
    assert "Needed parts must be from 1 to 2" in at.error[0].value.replace("\\", "")


def test_parts_that_never_stay_down_have_no_time_down(open_page: Open) -> None:
    at = open_page("availability", **{"parts-mttr": "0"})
    assert not at.exception
    assert "infinitely many nines" in said(at)


def test_an_empty_store_still_has_the_calculator(store: Store, open_page: Open) -> None:
    at = open_page("availability")
    assert "There is no system yet" in said(at)
    assert not table(at, "Group").empty
