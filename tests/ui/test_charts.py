"""The charts of a run, as figures."""

from __future__ import annotations

import math
from dataclasses import replace

import plotly.graph_objects as go
import pytest

from rori.economics.results import CaseResult, Simulated
from rori.ui.charts import Bar, Look, cash_flow_chart, curves_of, exceedance_chart, prevented_bars
from rori.ui.charts.breakdowns import MOST_BARS
from rori.ui.charts.exceedance import chance, chance_in_words
from rori.ui.charts.look import log_money_ticks, money_ticks, plain
from rori.ui.theme import DARK, LIGHT, Palette
from tests.reports import made_up_case

LOOK = Look(palette=LIGHT, currency="EUR")


@pytest.fixture
def result() -> CaseResult:
    return made_up_case.result(made_up_case.portfolio(), made_up_case.case())


def near(value: float) -> Simulated:
    return Simulated(value=value, standard_error=abs(value) / 10.0)


def lines(figure: go.Figure) -> list[go.Scatter]:
    return [trace for trace in figure.data if isinstance(trace, go.Scatter) and trace.fill is None]


def test_the_curves_hold_the_points_of_the_run(result: CaseResult) -> None:
    figure = exceedance_chart(curves_of(result, LOOK), LOOK)
    without, with_measures = lines(figure)
    seen = [point for point in result.exceedance if point.annual_without.value > 0.0]
    assert list(without.x) == [point.annual_without.value for point in seen]
    assert list(with_measures.x) == [point.annual_with.value for point in seen]
    assert list(without.y) == [point.probability for point in seen]
    assert (figure.layout.xaxis.type, figure.layout.yaxis.type) == ("log", "log")


def test_the_largest_event_has_curves_of_its_own(result: CaseResult) -> None:
    figure = exceedance_chart(curves_of(result, LOOK, largest=True), LOOK)
    assert lines(figure)[0].x[-1] == result.exceedance[-1].largest_without.value


def test_bands_span_one_standard_error(result: CaseResult) -> None:
    figure = exceedance_chart(curves_of(result, LOOK), LOOK)
    band = next(trace for trace in figure.data if trace.fill == "toself")
    rarest = result.exceedance[-1].annual_without
    assert max(band.x) == rarest.value + rarest.standard_error


def test_a_run_without_loss_has_no_curve(result: CaseResult) -> None:
    nothing = Simulated(value=0.0, standard_error=0.0)
    points = tuple(replace(point, annual_without=nothing, annual_with=nothing) for point in result.exceedance)
    assert exceedance_chart(curves_of(replace(result, exceedance=points), LOOK), LOOK) is None


def test_lines_differ_by_more_than_colour(result: CaseResult) -> None:
    without, with_measures = lines(exceedance_chart(curves_of(result, LOOK), LOOK))
    assert without.line.dash != with_measures.line.dash
    bars = [trace for trace in cash_flow_chart(result.investment.cash_flows, LOOK).data if isinstance(trace, go.Bar)]
    looks = {(bar.marker.color, bar.marker.pattern.shape) for bar in bars}
    assert len(looks) == len(bars) >= 4


def test_bars_are_sorted_with_the_largest_on_top() -> None:
    figure = prevented_bars([Bar(name="a", prevented=near(1.0)), Bar(name="b", prevented=near(3.0))], LOOK)
    assert list(figure.layout.yaxis.ticktext) == ["a", "b"]
    assert list(figure.data[0].x) == [1.0, 3.0]
    assert list(figure.data[0].error_x.array) == pytest.approx([0.1, 0.3])


def test_systems_of_one_name_keep_bars_of_their_own() -> None:
    figure = prevented_bars([Bar(name="same", prevented=near(1.0)), Bar(name="same", prevented=near(2.0))], LOOK)
    assert len(set(figure.data[0].y)) == 2


def test_only_the_largest_bars_are_drawn() -> None:
    figure = prevented_bars([Bar(name=str(i), prevented=near(i + 1.0)) for i in range(40)], LOOK)
    assert min(figure.data[0].x) == 41.0 - MOST_BARS


def test_a_measure_that_adds_loss_is_hatched() -> None:
    figure = prevented_bars([Bar(name="a", prevented=near(-1.0)), Bar(name="b", prevented=near(3.0))], LOOK)
    assert list(figure.data[0].marker.pattern.shape) == ["/", ""]
    assert figure.layout.xaxis.range[0] < -1.0


def test_nothing_prevented_gives_no_bars() -> None:
    assert prevented_bars([Bar(name="a", prevented=near(0.0))], LOOK) is None
    assert prevented_bars([Bar(name="a", prevented=near(-1e-9))], LOOK) is None
    assert prevented_bars([], LOOK) is None


def test_gains_go_up_and_payments_down(result: CaseResult) -> None:
    flows = result.investment.cash_flows
    bars = {t.name: list(t.y) for t in cash_flow_chart(flows, LOOK).data if isinstance(t, go.Bar)}
    assert bars["Capex"][0] == -flows[0].capex_eur
    assert bars["Prevented loss"][1] == flows[1].prevented_eur.value
    assert all(amount is None or amount < 0.0 for amount in bars["Opex"])


def test_the_line_is_the_cumulative_present_value(result: CaseResult) -> None:
    flows = result.investment.cash_flows
    line = cash_flow_chart(flows, LOOK).data[-1]
    assert list(line.y) == [flow.cumulative_present_value_eur for flow in flows]


@pytest.mark.parametrize("palette", [LIGHT, DARK])
def test_charts_lie_on_the_page_of_either_theme(result: CaseResult, palette: Palette) -> None:
    look = Look(palette=palette)
    for figure in (
        exceedance_chart(curves_of(result, look), look),
        cash_flow_chart(result.investment.cash_flows, look),
    ):
        assert figure.layout.paper_bgcolor == figure.layout.plot_bgcolor == "rgba(0,0,0,0)"
        assert figure.layout.font.color == figure.layout.hoverlabel.font.color == palette.text
        assert figure.layout.height > 300


def test_names_of_users_are_no_markup() -> None:
    figure = prevented_bars([Bar(name="<b>x</b> & y", prevented=near(1.0))], LOOK)
    assert list(figure.layout.yaxis.ticktext) == ["&lt;b&gt;x&lt;/b&gt; &amp; y"]
    assert "<b>x" not in figure.to_json()


def test_long_names_are_wrapped_and_cut() -> None:
    shown = plain("A very long name of a system that nobody can read on a telephone")
    assert shown.count("<br>") == 1
    assert shown.endswith("…")


def test_ticks_in_money_are_round_and_reach_past_the_values() -> None:
    ticks = money_ticks([-3.5e6, 2.2e6], LOOK)["tickvals"]
    assert isinstance(ticks, list)
    assert 0.0 in ticks
    assert min(ticks) <= -3.5e6
    assert max(ticks) >= 2.2e6
    assert money_ticks([0.0], LOOK)["tickvals"] == [0.0]


def test_logarithmic_ticks_get_finer_for_few_decades() -> None:
    few, many = log_money_ticks([2e5, 9e6], LOOK)["tickvals"], log_money_ticks([1.0, 9e6], LOOK)["tickvals"]
    assert isinstance(few, list)
    assert isinstance(many, list)
    assert {5e5, 2e6} <= set(few)
    assert all(math.isclose(math.log10(tick), round(math.log10(tick))) for tick in many)


def test_probabilities_are_shown_with_their_return_period() -> None:
    assert chance(0.01) == "1\u00a0%, 1 in 100" or chance(0.01) == "1 %, 1 in 100"
    assert chance(0.0005).startswith("0.05")
    assert chance_in_words(0.5).endswith("once in 2.0 years")
