"""The page Calibration, whose address is outage-history."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from streamlit.testing.v1 import AppTest

from rori.store import Store
from tests.ui.test_start import button
from tests.ui.test_systems import errors

Open = Callable[..., AppTest]


def history(extra: str = "") -> bytes:
    lines = ["vendor,service,location,start_utc,end_utc"]
    for number in range(24):
        start = datetime(2024, 1, 3, tzinfo=UTC) + timedelta(days=30 * number)
        end = start + timedelta(hours=1 + number % 5)
        place = "north" if number % 2 else "south"
        lines.append(f"Acme,payments,{place},{start.isoformat()},{end.isoformat()}")
    return ("\n".join([*lines, extra]) if extra else "\n".join(lines)).encode()


def uploaded(open_page: Open, content: bytes) -> AppTest:
    at = open_page("outage-history")
    return at.file_uploader[0].set_value(("outages.csv", content, "text/csv")).run()


def words(at: AppTest) -> str:
    """Return all text of the page as a reader sees it."""
    shown = [*at.subheader, *at.markdown, *at.caption, *at.text, *at.warning]
    return "\n".join(found.value for found in shown).replace("\\", "").replace("\u00a0", " ").replace("\u2060", "")


def slider(at: AppTest, label: str):
    return next(found for found in at.slider if label in found.label)


def before_and_after(at: AppTest) -> dict[str, tuple[float, float, float]]:
    """Return what was said, what the observation says and both together, by quantity and quantile."""
    table = next(found.value for found in at.dataframe if "After" in found.value.columns)
    return {
        row["What"]: (float(row["Before, as said"]), float(row["Observation alone"]), float(row["After"]))
        for _, row in table.iterrows()
    }


def failure_mode(store: Store, key: str):
    with store.read() as reader:
        return reader.record("failure_modes", key).values


def sample_mode(store: Store):
    with store.read() as reader:
        return reader.record("failure_modes", "card-auth-release")


def quiet(open_page: Open, years: float) -> AppTest:
    at = open_page("outage-history", observed="No outage at all")
    return next(found for found in at.number_input if "without an outage" in found.label).set_value(years).run()


def outages(at: AppTest) -> str:
    return next(found.value for found in at.metric if found.label == "Outages")


def test_a_history_gives_rate_and_duration(sample: Store, open_page: Open) -> None:
    at = uploaded(open_page, history())
    assert not at.error
    assert outages(at) == "24"
    assert "One pair has 50.0 %" in words(at)


def test_only_the_chosen_location_counts(sample: Store, open_page: Open) -> None:
    at = uploaded(open_page, history())
    at = next(found for found in at.multiselect if found.label == "Locations").set_value(["north"]).run()
    assert outages(at) == "12"


def test_a_result_is_applied_to_a_failure_mode_and_can_be_undone(sample: Store, open_page: Open) -> None:
    at = uploaded(open_page, history())
    chosen = next(found for found in at.selectbox if found.label == "Failure mode").value
    with sample.read() as reader:
        before = reader.record("failure_modes", chosen).values
    at = button(at, "Apply to failure mode").click().run()
    assert not at.error
    with sample.read() as reader:
        after = reader.record("failure_modes", chosen).values
    assert str(after["source"]).startswith("24 outages")
    assert after["events_per_year_p50"] != before["events_per_year_p50"]
    button(at, "Undo").click().run()
    with sample.read() as reader:
        assert reader.record("failure_modes", chosen).values == before


def test_only_the_frequency_is_taken_over_when_asked(sample: Store, open_page: Open) -> None:
    at = uploaded(open_page, history())
    chosen = next(found for found in at.selectbox if found.label == "Failure mode").value
    with sample.read() as reader:
        before = reader.record("failure_modes", chosen).values
    at = next(found for found in at.checkbox if found.label == "Take over the duration").uncheck().run()
    button(at, "Apply to failure mode").click().run()
    with sample.read() as reader:
        after = reader.record("failure_modes", chosen).values
    assert after["duration_hours_p95"] == before["duration_hours_p95"]
    assert after["events_per_year_p95"] != before["events_per_year_p95"]


def test_rows_that_cannot_be_used_are_listed(sample: Store, open_page: Open) -> None:
    at = uploaded(open_page, history("Acme,payments,north,yesterday,2024-01-01T00:00:00Z"))
    assert any("1 rows left out" in found.value or "1 row left out" in found.value for found in at.warning)


def test_columns_that_are_not_recognised_are_asked_for(sample: Store, open_page: Open) -> None:
    at = uploaded(open_page, b"a,b\n2024-01-01,2024-01-02\n")
    assert any("Choose the columns" in found.value for found in at.info)
    assert not at.metric


def test_a_file_that_is_no_text_is_refused_in_words(sample: Store, open_page: Open) -> None:
    at = uploaded(open_page, b"PK\x03\x04\x00\x00")
    assert "the file holds zero bytes" in errors(at).replace("The", "the")
    assert not at.exception
    assert len(at.get("plotly_chart")) == 3


def test_without_failure_modes_there_is_nothing_to_calibrate(store: Store, open_page: Open) -> None:
    at = open_page("outage-history")
    assert at.title[0].value == "Calibration"
    assert "There is no failure mode to calibrate yet." in words(at)
    assert not at.file_uploader


def test_without_a_history_the_page_shows_what_was_said(sample: Store, open_page: Open) -> None:
    at = open_page("outage-history")
    at = next(found for found in at.selectbox if found.label == "Failure mode").set_value("card-auth-release").run()
    table = at.dataframe[0].value.set_index("What")
    said = failure_mode(sample, "card-auth-release")
    assert float(table.loc["Frequency (events/year)", "P5"]) == said["events_per_year_p5"]
    assert float(table.loc["Duration (hours)", "P95"]) == said["duration_hours_p95"]
    assert table.loc["Capacity lost (share)", "Curve"] == "PERT"
    charts = [chart.proto.spec for chart in at.get("plotly_chart")]
    assert len(charts) == 3
    assert "most likely" in charts[2]
    assert not at.metric
    assert at.expander[0].proto.expanded


def test_a_history_folds_what_was_said(sample: Store, open_page: Open) -> None:
    assert not uploaded(open_page, history()).expander[0].proto.expanded


def test_both_together_lie_between_what_was_said_and_what_was_observed(sample: Store, open_page: Open) -> None:
    for what, (said, alone, after) in before_and_after(uploaded(open_page, history())).items():
        if "P50" in what:
            assert min(said, alone) <= after <= max(said, alone), what


def test_an_estimate_that_counts_for_nothing_leaves_the_observation_alone(sample: Store, open_page: Open) -> None:
    at = uploaded(open_page, history())
    at = slider(at, "frequency counts").set_value(0)
    at = slider(at.run(), "duration is worth").set_value(0).run()
    assert not at.error
    for _, alone, after in before_and_after(at).values():
        assert after == alone
    assert "the observation counts alone" in words(at)
    assert "prior" not in at.get("plotly_chart")[3].proto.spec


def test_the_more_outages_an_estimate_is_worth_the_more_it_pulls(sample: Store, open_page: Open) -> None:
    at = uploaded(open_page, history())
    few = before_and_after(at)["Duration, P50 (hours)"]
    many = before_and_after(slider(at, "duration is worth").set_value(50).run())["Duration, P50 (hours)"]
    assert abs(many[2] - many[0]) < abs(few[2] - few[0])
    assert "counts like 50 outages" in words(at)


def test_prior_observation_and_posterior_are_drawn(sample: Store, open_page: Open) -> None:
    charts = [chart.proto.spec for chart in uploaded(open_page, history()).get("plotly_chart")]
    assert len(charts) == 7
    for name in ("as said (prior)", "observation alone", "both together (posterior)"):
        assert name in charts[3]
    for name in ("as said (prior)", "the outages", "both together (posterior)"):
        assert name in charts[4]


def test_what_was_applied_does_not_count_twice(sample: Store, open_page: Open) -> None:
    at = button(uploaded(open_page, history()), "Apply to failure mode").click().run()
    assert "holds these observations already" in words(at)
    assert [found.value for found in at.slider] == [0, 0]
    for _, alone, after in before_and_after(at).values():
        assert after == alone


def test_only_what_was_applied_loses_its_weight(sample: Store, open_page: Open) -> None:
    at = uploaded(open_page, history())
    at = next(found for found in at.checkbox if found.label == "Take over the duration").uncheck().run()
    at = button(at, "Apply to failure mode").click().run()
    assert [found.value for found in at.slider] == [0, 3]


def test_years_without_an_outage_lower_the_rate_and_leave_the_duration(sample: Store, open_page: Open) -> None:
    at = quiet(open_page, 3.0)
    assert not at.error
    assert outages(at) == "0"
    said, _, after = before_and_after(at)["Frequency, P50 (events/year)"]
    assert after < said
    chosen = next(found for found in at.selectbox if found.label == "Failure mode").value
    before = failure_mode(sample, chosen)
    at = button(at, "Apply to failure mode").click().run()
    stored = failure_mode(sample, chosen)
    assert stored["events_per_year_p50"] < before["events_per_year_p95"]
    assert float(stored["events_per_year_p50"]) == pytest.approx(after, rel=0.01)
    assert stored["duration_hours_p50"] == before["duration_hours_p50"]
    assert "no outage in 3 years observed" in str(stored["source"])
    button(at, "Undo").click().run()
    assert failure_mode(sample, chosen) == before


def test_more_quiet_years_lower_the_rate_more(sample: Store, open_page: Open) -> None:
    short, long = (before_and_after(quiet(open_page, years)) for years in (1.0, 10.0))
    assert long["Frequency, P95 (events/year)"][2] < short["Frequency, P95 (events/year)"][2]


def test_an_observed_time_without_any_of_its_outages_is_information_too(sample: Store, open_page: Open) -> None:
    at = uploaded(open_page, history())
    at = next(found for found in at.date_input if "Observed until" in found.label).set_value(date(2024, 1, 2)).run()
    at = next(found for found in at.date_input if "Observed from" in found.label).set_value(date(2022, 1, 1)).run()
    assert not at.error
    assert outages(at) == "0"
    said, _, after = before_and_after(at)["Frequency, P50 (events/year)"]
    assert after < said
    assert next(found for found in at.checkbox if found.label == "Take over the duration").disabled


def test_the_last_third_is_forecast_from_the_rest(sample: Store, open_page: Open) -> None:
    at = uploaded(open_page, history())
    split = next(found for found in at.date_input if "Learn from" in found.label)
    assert split.value == date(2025, 4, 1)
    assert "8 of 8 periods (100 %) lie inside their 90 % range" in words(at)
    table = next(found.value for found in at.dataframe if "Came" in found.value.columns)
    assert list(table["From"][:2]) == ["2025-04-01", "2025-05-01"]
    assert table["Came"].sum() == 8
    assert (table["Forecast P5"] <= table["Came"]).all()
    assert (table["Came"] <= table["Forecast P95"]).all()


def test_a_burst_after_the_split_lies_outside_the_forecast(sample: Store, open_page: Open) -> None:
    extra = [
        f"Acme,payments,north,2025-11-{d:02d}T0{h}:00:00Z,2025-11-{d:02d}T0{h}:30:00Z"
        for d in range(1, 29)
        for h in (1, 5)
    ]
    at = uploaded(open_page, history("\n".join(extra)))
    table = next(found.value for found in at.dataframe if "Came" in found.value.columns).set_index("From")
    assert table.loc["2025-11-01", "Inside"] == "no"
    assert "above the range" in words(at)
    assert "came, outside" in at.get("plotly_chart")[6].proto.spec


def test_a_split_that_leaves_no_period_is_told_and_hides_nothing_else(sample: Store, open_page: Open) -> None:
    at = uploaded(open_page, history())
    at = next(found for found in at.selectbox if found.label == "Count outages by").set_value(12).run()
    assert "at least 12 months before" in errors(at)
    assert not button(at, "Apply to failure mode").disabled


def test_an_estimate_that_is_certain_is_not_weighed(sample: Store, open_page: Open) -> None:
    with sample.write("ann") as writer:
        stored = sample_mode(sample)
        certain = dict.fromkeys(("events_per_year_p5", "events_per_year_p50", "events_per_year_p95"), 2.0)
        writer.update("failure_modes", {**stored.values, **certain}, version=stored.version)
        writer.commit()
    at = open_page("outage-history")
    at = next(found for found in at.selectbox if found.label == "Failure mode").set_value("card-auth-release").run()
    at = at.file_uploader[0].set_value(("outages.csv", history(), "text/csv")).run()
    assert not at.error
    assert "The frequency is said to be certain, or never" in words(at)
    assert [found.label for found in at.slider] == ["The estimated duration is worth (outages)"]


def test_names_and_sources_of_users_are_never_markup(sample: Store, open_page: Open) -> None:
    with sample.write("ann") as writer:
        stored = sample_mode(sample)
        writer.update("failure_modes", {**stored.values, "source": "**bold** $x$ <b>"}, version=stored.version)
        writer.commit()
    at = open_page("outage-history")
    at = next(found for found in at.selectbox if found.label == "Failure mode").set_value("card-auth-release").run()
    assert any(r"\*\*bold\*\* \$x\$ \<b\>" in found.value for found in at.caption)
