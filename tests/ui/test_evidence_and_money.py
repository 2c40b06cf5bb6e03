"""The page Claimed and evidenced, and its chart."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from streamlit.testing.v1 import AppTest

from rori.store import Store
from rori.ui.charts.look import Look
from rori.ui.charts.resting import Rests, resting_chart
from rori.ui.theme import LIGHT
from rori.usecases.joining.assurance import STANDARD
from rori.usecases.joining.assurance_values import assurance_values
from tests.store.builders import record
from tests.ui.test_calculator import widget
from tests.usecases.joining.proved_case import FAILOVER, answer, fill, prove

Open = Callable[..., AppTest]
LOOK = Look(palette=LIGHT)
NASTY = '<b>x</b> "quoted" [link](http://x) $1$'
TODAY = datetime.now(UTC).date()


@pytest.fixture
def proved(store: Store) -> Store:
    fill(store)
    answer(store, FAILOVER, "yes")
    prove(store, FAILOVER, TODAY + timedelta(days=30))
    return store


def text_of(at: AppTest) -> str:
    shown = (*at.title, *at.subheader, *at.markdown, *at.caption, *at.info, *at.success, *at.warning)
    return "\n".join(str(one.value) for one in shown).replace("\\", "").replace("\u00a0", " ")


def metrics(at: AppTest, label: str) -> tuple[str, str]:
    claimed, evidenced = (one.value for one in at.metric if one.label == label)
    return claimed, evidenced


def measures(at: AppTest) -> list[dict[str, object]]:
    return next(one.value for one in at.dataframe if "Weakest control" in one.value.columns).to_dict("records")


def test_with_fresh_evidence_both_worlds_are_one(proved: Store, open_page: Open) -> None:
    at = open_page("evidence-and-money")
    assert not at.exception
    assert not at.error
    assert "of prevented loss a year stands with the evidence that there is" in text_of(at)
    for label in ("Prevented per year", "RORI", "Net present value", "Chance that it pays"):
        claimed, evidenced = metrics(at, label)
        assert claimed == evidenced
    assert measures(at)[0]["Counts for (%)"] == 100.0


def test_without_evidence_half_of_it_rests_on_a_named_control(store: Store, open_page: Open) -> None:
    fill(store)
    answer(store, FAILOVER, "yes")
    at = open_page("evidence-and-money")
    assert not at.exception
    shown = text_of(at)
    assert "prevented loss a year rests on controls without fresh evidence" in shown
    assert "failover testing: no approved evidence (€" in shown
    claimed, evidenced = metrics(at, "Prevented per year")
    assert claimed != evidenced
    [row] = measures(at)
    assert (row["Counts for (%)"], row["Answer"], row["Proof"]) == (50.0, "Yes", "no evidence")
    assert "What would lift the evidenced figures?" in shown


def test_the_day_on_which_evidence_ran_out_is_told(store: Store, open_page: Open) -> None:
    fill(store)
    answer(store, FAILOVER, "yes")
    ended = TODAY - timedelta(days=2)
    prove(store, FAILOVER, ended)
    at = open_page("evidence-and-money")
    assert f"evidence expired {ended.day} {ended:%b %Y}" in text_of(at)
    assert metrics(at, "RORI")[1].startswith("-100")


def test_what_evidence_is_worth_is_saved_for_all_and_undone(store: Store, open_page: Open) -> None:
    fill(store)
    answer(store, FAILOVER, "yes")
    at = open_page("evidence-and-money")
    next(one for one in at.slider if "without evidence" in one.label).set_value(20.0)
    at = widget(at.button, "Save for all cases").click().run()
    assert not at.exception
    assert assurance_values(store).claimed_without_evidence == 0.2
    assert measures(at)[0]["Counts for (%)"] == 20.0
    at = widget(at.button, "Undo").click().run()
    assert assurance_values(store) == STANDARD
    assert measures(at)[0]["Counts for (%)"] == 50.0
    assert next(one.value for one in at.slider if "without evidence" in one.label) == 50.0


def test_without_any_answer_the_way_to_the_controls_is_shown(store: Store, open_page: Open) -> None:
    fill(store)
    at = open_page("evidence-and-money")
    assert not at.exception
    assert "No control is answered yet" in text_of(at)
    assert metrics(at, "RORI")[1].startswith("-100")


def test_measures_without_controls_are_sent_to_the_measures(store: Store, open_page: Open) -> None:
    fill(store)
    with store.write("mia") as writer:
        kept = writer.record("measures", "failover")
        writer.update("measures", {**kept.values, "control_ids": ()}, version=kept.version)
        writer.commit()
    at = open_page("evidence-and-money")
    assert "No measure of this case names a control" in text_of(at)
    assert not at.metric


def test_a_case_without_measures_says_so(store: Store, open_page: Open) -> None:
    with store.write("mia") as writer:
        writer.insert("cases", record("cases", name="Nothing"))
        writer.commit()
    at = open_page("evidence-and-money")
    assert not at.exception
    assert "This case holds no measure that prevents loss." in text_of(at)


def test_an_empty_store_offers_ways_on(store: Store, open_page: Open) -> None:
    at = open_page("evidence-and-money")
    assert not at.exception
    assert "There is no case yet." in text_of(at)


def test_the_bars_lead_from_claimed_to_evidenced() -> None:
    rests = [Rests(name="a", eur_per_year=60.0, why="w"), Rests(name="b", eur_per_year=30.0, why="w")]
    drawn = resting_chart(100.0, rests, LOOK)
    assert drawn is not None
    claimed, parts, evidenced, amounts = drawn.data
    assert (list(claimed.x), list(evidenced.x)) == ([100.0], [10.0])
    assert (list(parts.base), list(parts.x), list(parts.y)) == ([40.0, 10.0], [60.0, 30.0], [2, 1])
    assert claimed.marker.pattern.shape == "/"
    assert evidenced.marker.pattern.shape is None
    assert [text.strip() for text in amounts.text] == ["€100", "-€60", "-€30", "€10"]
    assert resting_chart(0.0, [], LOOK) is None


def test_text_of_users_is_never_markup_in_the_chart() -> None:
    drawn = resting_chart(1.0, [Rests(name=NASTY, eur_per_year=1.0, why=NASTY)], LOOK)
    assert drawn is not None
    whole = json.dumps(json.loads(drawn.to_json()), ensure_ascii=False)
    assert "<b>x</b>" not in whole
    assert "&lt;b&gt;x&lt;/b&gt;" in whole
