"""The page One event, and its charts."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from rori.economics.decisions.one_event import one_event
from rori.economics.decisions.outage import Outage
from rori.economics.inputs.portfolio import LossProfile, Portfolio
from rori.store import Store
from rori.ui.charts.dependency_picture import Arc, Node, State, dependency_picture
from rori.ui.charts.look import Look
from rori.ui.charts.timeline import MOST_BARS, Course, clock, growth_chart, rate_chart, span, timeline_chart
from rori.ui.components.one_event_answer import listed
from rori.ui.components.one_event_question import unique_labels
from rori.ui.theme import LIGHT
from rori.usecases.inventory import list_records
from tests.economics.builders import needs, system

Open = Callable[..., AppTest]
LOOK = Look(palette=LIGHT)
NASTY = '<b>x</b> "quoted" \\N & [link](http://x) $1$'


def said(at: AppTest) -> str:
    return "\n".join(found.value for found in at.markdown).replace("\\", "")


def figure(at: AppTest, label: str) -> str:
    return next(found.value for found in at.metric if found.label == label)


def widget(found, label: str):
    return next(one for one in found if one.label == label)


def table(at: AppTest, column: str):
    return next(found.value for found in at.dataframe if column in found.value.columns)


def test_the_answer_is_a_sentence_with_euros_and_hours(sample: Store, open_page: Open) -> None:
    at = open_page("one-event")
    assert not at.exception
    assert "If **Core ledger** fails on Monday 10:00 for 8 hours, **3 systems stop and 4 more lose part" in said(at)
    assert "The first impact tolerance is passed after **4 hours**, on Mon 14:00, by Instant payments." in said(at)
    assert figure(at, "Systems affected") == "7"
    assert figure(at, "Loss in total") in said(at)


def test_the_address_holds_the_question(sample: Store, open_page: Open) -> None:
    query = {
        "event-systems": "Customer login",
        "event-day": "Saturday",
        "event-start": "03:00",
        "event-hours": "2.5",
        "event-lost": "50",
    }
    at = open_page("one-event", **query)
    assert "If **Customer login** loses 50 % of its capacity on Saturday 03:00 for 2.5 hours" in said(at)


def test_a_longer_outage_is_answered_at_once_and_costs_more(sample: Store, open_page: Open) -> None:
    at = open_page("one-event")
    before = table(at, "Total (EUR)")["Total (EUR)"].iloc[-1]
    at = widget(at.number_input, "Lasts (hours)").set_value(24.0).run()
    assert table(at, "Total (EUR)")["Total (EUR)"].iloc[-1] > before


def test_the_table_of_losses_adds_up(sample: Store, open_page: Open) -> None:
    losses = table(open_page("one-event"), "Total (EUR)")
    parts = [name for name in losses.columns if name.endswith("(EUR)") and name != "Total (EUR)"]
    assert losses["System"].iloc[-1] == "All systems"
    assert losses["Total (EUR)"].iloc[:-1].sum() == pytest.approx(losses["Total (EUR)"].iloc[-1], abs=len(losses))
    for _, row in losses.iterrows():
        assert sum(row[name] for name in parts) == pytest.approx(row["Total (EUR)"], abs=len(parts))


def test_a_common_cause_with_measures_is_compared_with_today(sample: Store, open_page: Open) -> None:
    at = open_page("one-event", **{"event-what": "A common cause", "event-measures": "Continuity programme"})
    assert "If **Faulty update of the endpoint agent** happens" in said(at)
    assert "less** than today" in said(at)
    assert "the measures of Continuity programme are live, which make that 5.1 hours" in said(at)
    assert widget(at.metric, "Loss in total").delta.startswith("today")
    assert set(table(at, "Case")["Case"]) == {"Today", "With measures"}


def test_nothing_chosen_is_asked_for(sample: Store, open_page: Open) -> None:
    at = open_page("one-event")
    at = widget(at.multiselect, "Systems that fail together").set_value([]).run()
    assert any("Choose at least one system" in found.value for found in at.info)
    assert not at.metric


def test_all_systems_are_shown_when_asked(sample: Store, open_page: Open) -> None:
    at = open_page("one-event", **{"event-all-systems": "true"})
    shown = table(at, "State")
    assert len(shown) == len(list_records(sample, "systems"))
    assert set(shown["State"]) == {state.value for state in State}


def test_an_empty_store_offers_ways_on(store: Store, open_page: Open) -> None:
    at = open_page("one-event")
    assert not at.exception
    assert "no system yet" in said(at)


def chain(name: str = "db") -> Portfolio:
    paying = LossProfile(revenue_eur_per_hour=100, response_eur_per_incident=50)
    return Portfolio(
        systems=(
            system("shop", paying, impact_tolerance_hours=4.0, rto_hours=2.0),
            replace(system("db"), name=name),
        ),
        dependencies=(needs("shop", "db", degradation=0.5, buffer_hours=1.0),),
    )


def event(name: str = "db", hours: float = 8.0):
    return one_event(chain(name), Outage(failed=("db",), start_hour=10.0, duration_hours=hours))


def test_bars_and_marks_stand_at_the_exact_hours() -> None:
    drawn = timeline_chart(event(), LOOK)
    assert drawn is not None
    bars, rto, tolerance = drawn.data
    rows = sorted(zip(bars.base, bars.x, bars.text, strict=True))
    assert rows == [(0.0, 8.0, "100 %"), (1.0, 7.0, "50 %")]
    assert list(rto.x) == [3.0]
    assert list(tolerance.x) == [5.0]


def test_text_of_users_is_never_markup_in_a_chart() -> None:
    portfolio = chain(NASTY)
    nodes = [
        Node(id="a", name=NASTY, state=State.FAILS, told=NASTY),
        Node(id="b", name="b", state=State.STOPS, told=""),
    ]
    arcs = [Arc(provider_id="a", consumer_id="b", carries=True)]
    found = one_event(portfolio, Outage(failed=("db",), start_hour=10.0, duration_hours=8.0))
    for drawn in (timeline_chart(found, LOOK), dependency_picture(nodes, arcs, LOOK)):
        assert drawn is not None
        whole = json.dumps(json.loads(drawn.to_json()), ensure_ascii=False)
        assert "<b>x</b>" not in whole
        assert "&lt;b&gt;x&lt;/b&gt;" in whole


def test_a_chart_of_very_many_systems_shows_the_first_of_them() -> None:
    many = Portfolio(systems=tuple(system(f"s{i}") for i in range(MOST_BARS + 5)))
    failed = tuple(one.id for one in many.systems)
    drawn = timeline_chart(one_event(many, Outage(failed=failed, start_hour=0, duration_hours=1)), LOOK)
    assert drawn is not None
    assert len(drawn.data[0].y) == MOST_BARS


def test_the_loss_so_far_steps_where_a_sum_falls_due() -> None:
    course = Course(name="Today", colour="#000000", dash="solid", points=event().timeline)
    grown = growth_chart([course], 10.0, LOOK).data[0]
    at_one = [amount for hour, amount in zip(grown.x, grown.y, strict=True) if hour == 1.0]
    assert at_one == pytest.approx([0.0, 50.0], abs=1e-3)
    assert grown.y[-1] == pytest.approx(50 + 7 * 50)
    assert max(rate_chart([course], 10.0, LOOK).data[0].y) == pytest.approx(50)


def test_the_picture_tells_carrying_links_apart_by_dash_and_states_by_sign() -> None:
    nodes = [Node(id=str(state), name=state, state=state, told="") for state in State]
    keys = [node.id for node in nodes]
    arcs = [
        Arc(provider_id=keys[0], consumer_id=keys[1], carries=True),
        Arc(provider_id=keys[1], consumer_id=keys[3], carries=False),
        Arc(provider_id="not shown", consumer_id=keys[3], carries=True),
    ]
    drawn = dependency_picture(nodes, arcs, LOOK)
    assert drawn is not None
    dashes = {trace.name: trace.line.dash for trace in drawn.data if trace.mode == "lines"}
    assert dashes == {"Failure travels": "solid", "Dependency holds": "dot"}
    signs = [trace.marker.symbol for trace in drawn.data if trace.name in {s.value.capitalize() for s in State}]
    assert len(signs) == len(set(signs)) == 4


def test_no_system_makes_no_picture() -> None:
    assert dependency_picture([], [], LOOK) is None


@pytest.mark.parametrize(
    ("start", "hours", "expected"),
    [(10, 0, "Mon 10:00"), (10, 14.5, "Tue 00:30"), (167, 1, "Mon 00:00"), (0, 0.999999, "Mon 01:00")],
)
def test_clocks_go_round_the_week(start: float, hours: float, expected: str) -> None:
    assert clock(start, hours) == expected


@pytest.mark.parametrize(("hours", "expected"), [(8.0, "8 h"), (1.5, "1.5 h"), (0.25, "0.25 h"), (5.0999, "5.1 h")])
def test_hours_are_written_briefly(hours: float, expected: str) -> None:
    assert span(hours) == expected


def test_long_lists_of_names_are_cut() -> None:
    assert listed(["a"]) == "a"
    assert listed(["a", "b", "c"]) == "a, b and c"
    assert listed(list("abcdefgh")) == "a, b, c, d, e, f and 2 more"


def test_systems_of_one_name_are_told_apart() -> None:
    rows = (replace(system("a"), name="Same"), replace(system("b"), name="Same"), replace(system("c"), name="Other"))
    assert unique_labels(rows) == {"Same (a)": "a", "Same (b)": "b", "Other": "c"}
