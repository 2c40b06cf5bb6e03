"""The page Sensitivity, and its charts."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from rori.economics.decisions.shares import MeasureShare, SharesOfSet
from rori.economics.decisions.variance_shares import SobolIndex
from rori.store import Store
from rori.ui.charts.look import Look
from rori.ui.charts.tornado import Swing, tornado_chart
from rori.ui.charts.variance import Share, variance_chart
from rori.ui.charts.waterfall import waterfall_chart
from rori.ui.components.sensitivity_words import overlap
from rori.ui.theme import LIGHT
from tests.store.builders import record
from tests.ui.small_case import fill
from tests.ui.test_calculator import said, widget

Open = Callable[..., AppTest]
LOOK = Look(palette=LIGHT)
NASTY = '<b>x</b> "quoted" [link](http://x) $1$'


@pytest.fixture
def small(store: Store) -> Store:
    fill(store)
    return store


def table(at: AppTest, column: str):
    return next(found.value for found in at.dataframe if column in found.value.columns)


def test_a_sentence_says_what_drives_the_figure(small: Store, open_page: Open) -> None:
    at = open_page("sensitivity")
    assert not at.exception
    assert not at.error
    bars = table(at, "Share of swings (%)")
    assert "What drives this figure most is the" in said(at)
    assert bars["Input"].iloc[0].split(": ")[-1].lower() in said(at)
    assert bars["Share of swings (%)"].sum() == pytest.approx(100.0, abs=0.5)
    assert bars["Share of swings (%)"].is_monotonic_decreasing


def test_the_sample_shows_its_measures_with_shares_that_add_up(sample: Store, open_page: Open) -> None:
    at = open_page("sensitivity", **{"sensitivity-case": "Continuity programme"})
    shares = table(at, "Measure")
    assert len(shares) == 5
    assert shares["Share of the whole (%)"].sum() == pytest.approx(100.0, abs=0.5)
    assert (shares["Stand-alone (EUR)"] >= shares["Last in (EUR)"]).all()
    assert "Together the 5 measures prevent €" in said(at)
    assert "they overlap by" in said(at)


def test_variance_shares_are_computed_when_asked_for_and_then_stay(small: Store, open_page: Open) -> None:
    at = open_page("sensitivity")
    assert "of the variance alone" not in said(at)
    at = widget(at.button, "Compute variance shares").click().run()
    assert not at.exception
    assert "of the variance alone" in said(at)
    shown = table(at, "Total order (%)")
    assert shown["Total order (%)"].is_monotonic_decreasing
    assert not [found for found in at.button if found.label == "Compute variance shares"]


def test_certain_inputs_get_a_sentence_instead_of_shares(small: Store, open_page: Open) -> None:
    with small.write("mia") as writer:
        for sheet, key, sure in (
            ("failure_modes", "release", {"events_per_year": 1.0, "duration_hours": 2.0}),
            ("effects", "failover-1", {}),
        ):
            stored = writer.record(sheet, key)
            changes = {f"{name}_{end}": value for name, value in sure.items() for end in ("p5", "p95")}
            if sheet == "failure_modes":
                changes |= {f"capacity_lost_{end}": 1.0 for end in ("low", "likely", "high")}
            else:
                changes |= {f"size_{end}": 0.5 for end in ("low", "likely", "high")}
            writer.update(sheet, {**stored.values, **changes}, version=stored.version)
        writer.commit()
    at = open_page("sensitivity")
    assert "What drives this figure most is the horizon" in said(at)
    at = widget(at.button, "Compute variance shares").click().run()
    assert any("uncertain for at least one input" in found.value.replace("\\", "") for found in at.error)


def test_a_case_without_measures_says_so(small: Store, open_page: Open) -> None:
    with small.write("mia") as writer:
        writer.insert("cases", record("cases", id="nothing", name="Nothing"))
        writer.commit()
    at = open_page("sensitivity", **{"sensitivity-case": "Nothing"})
    assert not at.exception
    assert "This case holds no measure that prevents loss." in said(at)
    assert "No input is uncertain enough to move this figure." in said(at)


def test_an_empty_store_offers_ways_on(store: Store, open_page: Open) -> None:
    at = open_page("sensitivity")
    assert not at.exception
    assert "There is no case yet." in said(at)


def swing(name: str = "a", low: float = 0.1, high: float = 0.6) -> Swing:
    return Swing(name=name, what="rate", low_value="1", high_value="2", low=low, high=high)


def test_bars_of_a_tornado_go_from_the_base_to_both_ends() -> None:
    drawn = tornado_chart([swing("wide"), swing("narrow", 0.25, 0.2), swing("still", 0.3, 0.3)], 0.3, LOOK)
    assert drawn is not None
    low, high = drawn.data
    assert [round(x, 9) for x in low.x] == [-0.05, -0.2]
    assert [round(x, 9) for x in high.x] == [-0.1, 0.3]
    assert low.base == high.base == 0.3
    assert low.marker.pattern.shape != high.marker.pattern.shape


def test_nothing_that_moves_draws_no_tornado() -> None:
    assert tornado_chart([swing(low=0.3, high=0.3)], 0.3, LOOK) is None


def test_a_waterfall_ends_at_the_total() -> None:
    drawn = waterfall_chart([("a", 60.0), ("b", 50.0), ("c", -10.0)], "All", LOOK)
    assert drawn is not None
    bars = drawn.data[0]
    assert list(bars.base) == [0.0, 60.0, 110.0, 0.0]
    assert list(bars.x) == [60.0, 50.0, -10.0, 100.0]
    assert waterfall_chart([("a", 0.0)], "All", LOOK) is None


def test_indices_stand_with_their_intervals() -> None:
    index = SobolIndex(first=0.4, first_half_width=0.05, total=0.6, total_half_width=0.1)
    drawn = variance_chart([Share(name="a", what="rate", index=index)], LOOK)
    assert drawn is not None
    assert [(list(bar.x), list(bar.error_x.array)) for bar in drawn.data] == [([0.6], [0.1]), ([0.4], [0.05])]
    nothing = SobolIndex(first=0.0, first_half_width=0.0, total=0.0, total_half_width=0.0)
    assert variance_chart([Share(name="a", what="rate", index=nothing)], LOOK) is None


def test_text_of_users_is_never_markup_in_a_chart() -> None:
    index = SobolIndex(first=0.4, first_half_width=0.05, total=0.6, total_half_width=0.1)
    for drawn in (
        tornado_chart([swing(NASTY)], 0.3, LOOK),
        waterfall_chart([(NASTY, 1.0)], "All", LOOK),
        variance_chart([Share(name=NASTY, what="rate", index=index)], LOOK),
    ):
        assert drawn is not None
        whole = json.dumps(json.loads(drawn.to_json()), ensure_ascii=False)
        assert "<b>x</b>" not in whole
        assert "&lt;b&gt;x&lt;/b&gt;" in whole


def shares(together: float, *alone: float) -> SharesOfSet:
    return SharesOfSet(
        method="all orders",
        n_orders=None,
        prevented_eur=together,
        shares=tuple(
            MeasureShare(
                measure_id=str(i),
                alone_eur=value,
                last_in_eur=value,
                shapley_eur=value,
                shapley_standard_error=0.0,
                shapley_share=None,
            )
            for i, value in enumerate(alone)
        ),
    )


@pytest.mark.parametrize(
    ("found", "part"),
    [
        (shares(100.0, 80.0, 60.0), "they overlap by €40 of loss"),
        (shares(100.0, 30.0, 40.0), "€30 is prevented because they work together"),
        (shares(100.0, 50.0, 50.2), "they hardly overlap"),
        (shares(100.0, 100.0), "nothing to share"),
    ],
)
def test_what_overlaps_is_told(found: SharesOfSet, part: str) -> None:
    assert part in overlap(found, "EUR")
