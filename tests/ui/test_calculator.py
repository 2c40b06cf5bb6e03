"""The page Calculator: sliders, figures beside the case's own, break-evens, the cross-check."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest
from streamlit.testing.v1 import AppTest

from rori.economics.decisions.break_even import BreakEven, PaysForItself
from rori.store import Store
from rori.ui.components.calculator_figures import no_loss
from rori.ui.components.calculator_sliders import is_moved
from rori.ui.components.calculator_words import factor, pays_for_itself_sentence
from rori.usecases.what_if import Settings
from tests.store.builders import record
from tests.ui.small_case import CASE, WORDS, fill, run

Open = Callable[..., AppTest]


@pytest.fixture
def small(store: Store) -> Store:
    fill(store)
    return store


def said(at: AppTest) -> str:
    shown = [*at.markdown, *at.subheader, *at.caption]
    return "\n".join(str(found.value) for found in shown).replace("\\", "").replace("\u2060", "").replace("\xa0", " ")


def metric(at: AppTest, label: str):
    return next(found for found in at.metric if found.label == label)


def widget(found, label: str):
    return next(one for one in found if one.label == label)


def test_a_case_opens_at_its_own_inputs(small: Store, open_page: Open) -> None:
    at = open_page("calculator")
    assert not at.exception
    assert not at.error
    assert {found.delta for found in at.metric} == {"As in the case"}
    assert "over 3 years the measures are expected to prevent" in said(at)
    assert "instead of" not in said(at)


def test_a_slider_redraws_the_figures_beside_those_of_the_case(small: Store, open_page: Open) -> None:
    at = open_page("calculator")
    before = metric(at, "Prevented loss per year").value
    at = widget(at.select_slider, "Frequency factor").set_value(2.0).run()
    assert metric(at, "Prevented loss per year").value != before
    assert metric(at, "RORI").delta.endswith("points against the case")
    assert metric(at, "PV cost").delta == "As in the case"
    assert "RORI would be" in said(at)
    assert "In brackets, where it differs: at the case's own inputs." in said(at)


def test_a_cost_slider_moves_cost_alone(small: Store, open_page: Open) -> None:
    at = open_page("calculator")
    prevented = metric(at, "Prevented loss per year").value
    at = widget(at.select_slider, "Cost factor").set_value(2.0).run()
    assert metric(at, "Prevented loss per year").value == prevented
    assert metric(at, "PV cost").delta.startswith("+")


def test_measures_without_effect_prevent_nothing(small: Store, open_page: Open) -> None:
    at = open_page("calculator")
    at = widget(at.slider, "Effect strength (%)").set_value(0).run()
    assert metric(at, "RORI").value == "-100.0 %"


def test_the_way_back_to_the_case_turns_every_slider_back(small: Store, open_page: Open) -> None:
    at = open_page("calculator")
    at = widget(at.select_slider, "Duration factor").set_value(0.5).run()
    at = widget(at.slider, "Horizon (years)").set_value(9).run()
    assert {found.delta for found in at.metric} != {"As in the case"}
    at = widget(at.button, "Back to the case's own inputs").click().run()
    assert not at.exception
    assert {found.delta for found in at.metric} == {"As in the case"}
    assert widget(at.slider, "Horizon (years)").value == 3


def test_one_failure_mode_may_be_chosen(small: Store, open_page: Open) -> None:
    at = open_page("calculator")
    chosen = widget(at.selectbox, "Frequency and duration of")
    assert chosen.options == ["All failure modes and common causes", "Faulty release"]
    at = chosen.set_value("Faulty release").run()
    assert {found.delta for found in at.metric} == {"As in the case"}


def test_an_effect_that_cannot_be_realised_in_part_gets_a_sentence_instead_of_a_number(
    small: Store, open_page: Open
) -> None:
    with small.write("mia") as writer:
        extra = record("effects", id="sets", operation="replace", quantity="duration_hours", target="mode:release")
        writer.insert("effects", extra)
        writer.commit()
    at = open_page("calculator")
    at = widget(at.slider, "Effect strength (%)").set_value(50).run()
    assert not at.metric
    assert any("to a value of its own" in found.value for found in at.error)
    assert "What would have to be true for RORI = 0?" in said(at)


def test_break_evens_and_the_outage_that_pays_are_told(small: Store, open_page: Open) -> None:
    at = open_page("calculator")
    assert "RORI = 0 when failures are" in said(at)
    assert "of every effect is realised" in said(at)
    assert "The measures pay for themselves if they prevent one 4-hour outage of Cards *now* <b>$1</b> every" in said(
        at
    )
    at = widget(at.number_input, "Outage (hours)").set_value(8.0).run()
    assert "one 8-hour outage" in said(at)


def test_a_saved_run_of_the_same_inputs_is_put_beside_the_exact_engine(small: Store, open_page: Open) -> None:
    assert "No saved run has the very same inputs" in said(open_page("calculator"))
    run(small)
    at = open_page("calculator")
    assert "Prevented loss per year: simulated €" in said(at)
    assert ", exact €" in said(at)
    with small.write("mia") as writer:
        stored = writer.record("loss_profiles", "card-auth")
        writer.update("loss_profiles", {**stored.values, "revenue_eur_per_hour": Decimal(7)}, version=stored.version)
        writer.commit()
    assert "No saved run has the very same inputs" in said(open_page("calculator"))


def test_text_of_users_is_shown_as_it_is(small: Store, open_page: Open) -> None:
    at = open_page("calculator")
    assert at.selectbox[0].options == [WORDS]
    assert all("<b>" not in found.value.replace("\\<", "") for found in at.markdown)


def test_an_empty_store_offers_ways_on(store: Store, open_page: Open) -> None:
    at = open_page("calculator")
    assert not at.exception
    assert "There is no case yet." in said(at)


def test_rules_that_the_case_breaks_are_told(small: Store, open_page: Open) -> None:
    with small.write("mia") as writer:
        writer.insert("cases", record("cases", id="broken", name="Broken", measure_ids=("extra",)))
        writer.commit()
    at = open_page("calculator", **{"what-case": "Broken"})
    assert any("requires failover" in found.value for found in at.warning)
    assert CASE != "broken"


def test_turning_nothing_of_one_source_moves_nothing() -> None:
    assert not is_moved(Settings(source_id="a"))
    assert is_moved(Settings(source_id="a", frequency=2.0))
    assert is_moved(Settings(horizon_years=3))


@pytest.mark.parametrize(
    ("years", "often"), [(2.5, "every 2.5 years"), (0.5, "every 6.0 months"), (0.02, "every 7.3 days")]
)
def test_spans_between_outages_are_told_in_a_unit_that_fits(years: float, often: str) -> None:
    found = PaysForItself(
        system_id="a", outage_hours=4.0, loss_per_outage_eur=100.0, cost_eur_per_year=100.0 / years, every_years=years
    )
    assert f"prevent one 4-hour outage of A {often}." in pays_for_itself_sentence(found, "A", "EUR")


def test_small_chances_and_factors_keep_their_figures() -> None:
    assert [no_loss(1e-9), no_loss(0.25), factor(0.374), factor(0.0123), factor(250.0)] == [
        "below 0.1 %",
        "25.0 %",
        "0.37",
        "0.0123",
        "250",
    ]
    assert BreakEven(factor=None, reason="why").reason == "why"
