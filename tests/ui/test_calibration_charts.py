"""The charts of the page Calibration, as figures."""

from __future__ import annotations

import math
from datetime import UTC, datetime

import pytest

from rori.economics.history.back_testing import PeriodForecast
from rori.economics.history.durations import fit_duration, share_curves
from rori.economics.history.log_durations import log_durations_from_estimate
from rori.economics.history.pictures import picture_lognormal, picture_pert
from rori.economics.inputs.estimates import LognormalEstimate, PertEstimate
from rori.ui.charts import Look
from rori.ui.charts.back_tests import INSIDE, OUTSIDE, RANGE, back_test_chart
from rori.ui.charts.calibration import (
    ALONE,
    AS_SAID,
    TOGETHER,
    Belief,
    belief_chart,
    duration_chart,
    figure_text,
    log_ticks,
    monthly_chart,
)
from rori.ui.charts.estimates import estimate_chart
from rori.ui.formats import NOTHING
from rori.ui.theme import DARK, LIGHT

LOOK = Look(palette=LIGHT)
DAYS = (datetime(2024, 1, 1, tzinfo=UTC), datetime(2024, 4, 1, tzinfo=UTC), datetime(2024, 7, 1, tzinfo=UTC))


def period(happened: int) -> PeriodForecast:
    return PeriodForecast(start_hours=0.0, end_hours=1.0, low=2, median=4, high=7, happened=happened)


def traces(figure):
    return {trace.name: trace for trace in figure.data}


def test_what_was_said_is_solid_and_what_follows_is_dotted():
    figure = estimate_chart(picture_lognormal(LognormalEstimate(p5=1.0, p95=4.0)), "Hours", LOOK, figure_text)
    marks = [trace for trace in figure.data if trace.hovertemplate and trace.hovertemplate.startswith("P")]
    stems = {trace.hovertemplate.split("<")[0]: trace.line.dash for trace in marks}
    assert stems == {"P5: 1.00, said": "solid", "P95: 4.00, said": "solid", "P50: 2.00, follows": "dot"}


def test_labels_stand_at_their_values_on_a_logarithmic_axis():
    figure = estimate_chart(picture_lognormal(LognormalEstimate(p5=1.0, p95=100.0)), "Hours", LOOK, figure_text)
    places = {label.text.split("<br>")[0]: label.x for label in figure.layout.annotations}
    assert places == pytest.approx({"P5": 0.0, "P95": 2.0, "P50": 1.0})
    assert figure.layout.xaxis.type == "log"


def test_the_shaded_area_reaches_from_p5_to_p95():
    figure = estimate_chart(picture_lognormal(LognormalEstimate(p5=1.0, p95=100.0)), "Hours", LOOK, figure_text)
    shaded = next(trace for trace in figure.data if trace.fill == "tozeroy")
    assert shaded.x[0] == pytest.approx(1.0, rel=0.1)
    assert shaded.x[-1] == pytest.approx(100.0, rel=0.1)


def test_names_at_one_value_share_a_label():
    pert = PertEstimate(low=0.3, likely=1.0, high=1.0)
    figure = estimate_chart(picture_pert(pert), "Capacity lost", LOOK, figure_text)
    assert "most likely, highest" in {label.text.split("<br>")[0] for label in figure.layout.annotations}


@pytest.mark.parametrize("value", [0.0, 3.0])
def test_a_certain_value_has_marks_and_no_curve(value: float):
    figure = estimate_chart(picture_lognormal(LognormalEstimate(p5=value, p95=value)), "Hours", LOOK, figure_text)
    assert all(set(trace.x) == {value} for trace in figure.data)
    assert all(math.isfinite(label.x) for label in figure.layout.annotations)


def test_beliefs_differ_by_more_than_colour_and_say_their_interval():
    beliefs = [Belief(name=name, densities=(0.1, 0.2), interval=f"about {name}") for name in (AS_SAID, ALONE, TOGETHER)]
    figure = belief_chart((0.5, 2.0), beliefs, "Events per year", LOOK)
    assert [trace.line.dash for trace in figure.data] == ["dash", "dot", "solid"]
    assert all(f"about {trace.name}" in trace.hovertemplate for trace in figure.data)


def test_durations_show_prior_data_and_both():
    prior = log_durations_from_estimate(LognormalEstimate(p5=0.5, p95=4.0))
    fit = fit_duration([1.0, 3.0, 9.0], prior)
    drawn = traces(duration_chart(fit, share_curves(fit), LOOK))
    assert list(drawn) == [AS_SAID, "the outages", TOGETHER]
    assert tuple(drawn["the outages"].x) == pytest.approx((1.0, 3.0, 9.0))
    assert drawn["the outages"].mode == "markers"


def test_durations_without_a_prior_show_data_and_fit():
    fit = fit_duration([1.0, 3.0, 9.0])
    assert list(traces(duration_chart(fit, share_curves(fit), LOOK))) == ["the outages", "fitted lognormal"]


def test_thousands_of_durations_are_thinned():
    fit = fit_duration([1.0 + 0.001 * n for n in range(9_000)])
    assert len(traces(duration_chart(fit, share_curves(fit), LOOK))["the outages"].x) <= 2_250


def test_months_are_bars():
    figure = monthly_chart(DAYS[:2], (3, 5), LOOK)
    assert tuple(figure.data[0].y) == (3, 5)


def test_a_back_test_marks_what_came_inside_and_outside():
    drawn = traces(back_test_chart(DAYS, (period(5), period(9)), LOOK))
    assert tuple(drawn[INSIDE].y) == (5,)
    assert tuple(drawn[OUTSIDE].y) == (9,)
    assert drawn[INSIDE].marker.symbol != drawn[OUTSIDE].marker.symbol
    assert tuple(drawn[RANGE].y) == (7, 7, 7, 7)
    assert tuple(drawn["P5"].y) == (2, 2, 2, 2)


def test_a_back_test_without_misses_has_no_mark_for_them():
    assert OUTSIDE not in traces(back_test_chart(DAYS, (period(2), period(7)), LOOK))


def test_labels_can_be_read_in_the_dark():
    picture = picture_lognormal(LognormalEstimate(p5=1.0, p95=4.0))
    light, dark = (estimate_chart(picture, "Hours", Look(palette=theme), figure_text) for theme in (LIGHT, DARK))
    assert light.layout.annotations[-1].bgcolor != dark.layout.annotations[-1].bgcolor
    assert dark.layout.font.color == DARK.text


@pytest.mark.parametrize(
    ("value", "shown"), [(None, NOTHING), (1234.5, "1,234"), (12.34, "12.3"), (1.234, "1.23"), (0.1234, "0.123")]
)
def test_figures_have_about_three_digits(value: float | None, shown: str):
    assert figure_text(value) == shown


def test_ticks_are_round_and_few():
    assert log_ticks((1.0, 10.0))["ticktext"][:3] == ["0.5", "1", "2"]
    assert len(log_ticks((1e-6, 1e6))["tickvals"]) <= 9
