"""The page Run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from streamlit.testing.v1 import AppTest

from rori.economics.results import Investment
from rori.store import Store
from rori.ui.components.case_words import answer, money_over_time, payback, share, why_roi_differs
from rori.usecases.cases import SavedRun, runs_of
from rori.usecases.inventory import list_records
from tests.ui.small_case import WORDS, fill, run
from tests.ui.test_start import button

Open = Callable[..., AppTest]


def all_text(at: AppTest) -> str:
    shown = (*at.markdown, *at.subheader, *at.title, *at.caption, *at.info, *at.success)
    return "\n".join(str(found.value) for found in shown).replace("\\", "")


def with_investment(saved: SavedRun, **changes: object) -> SavedRun:
    investment: Investment = replace(saved.result.investment, **changes)
    return replace(saved, result=replace(saved.result, investment=investment))


def test_without_runs_the_page_leads_to_the_cases(open_page: Open) -> None:
    at = open_page("run")
    assert not at.exception
    assert any("No run yet" in found.value for found in at.markdown)


def test_a_run_answers_in_words(store: Store, open_page: Open) -> None:
    fill(store)
    saved = run(store)
    at = open_page("run", run=saved.run.id)
    assert not at.exception
    assert not at.error
    assert "Over 3 years this measure is expected to prevent €" in all_text(at)
    assert "of the simulated futures it pays" in all_text(at)


def test_every_key_figure_has_a_definition_and_an_error(store: Store, open_page: Open) -> None:
    fill(store)
    at = open_page("run", run=run(store).run.id)
    metrics = {found.label: found for found in at.metric}
    assert {"RORI", "Chance that it pays", "Net present value", "Traditional ROI", "Discounted payback"} <= set(metrics)
    assert all(found.proto.help for found in metrics.values())
    assert "Not the Return On Response Investment" in metrics["RORI"].proto.help
    assert metrics["RORI"].delta.startswith("± ")


def test_the_page_shows_the_figures_of_the_run(store: Store, open_page: Open) -> None:
    fill(store)
    saved = run(store)
    at = open_page("run", run=saved.run.id)
    shown = next(found.value for found in at.metric if found.label == "RORI")
    assert saved.result.investment.rori is not None
    assert abs(float(shown.rstrip("\u00a0 %").replace(",", "")) - 100 * saved.result.investment.rori.value) <= 0.5


def test_charts_say_in_words_what_they_show(store: Store, open_page: Open) -> None:
    fill(store)
    at = open_page("run", run=run(store).run.id)
    charts = at.get("plotly_chart")
    assert len(charts) == 3
    words = [chart.proto.alt for chart in charts]
    assert words[0].startswith("Loss exceedance curves. One year in 100 costs more than €")
    assert words[1] == "Prevented loss per year by system, largest on top"
    assert words[2].startswith("Cash flow by year. The money is")
    assert len(at.dataframe) >= 3


def test_names_of_users_are_no_markup_on_the_page_or_in_charts(store: Store, open_page: Open) -> None:
    fill(store)
    at = open_page("run", run=run(store).run.id)
    assert at.title[0].value == r"Cards \*now\* \<b\>\$1\</b\>"
    assert not any("<b>$1</b>" in chart.proto.spec for chart in at.get("plotly_chart"))
    assert any("&lt;b&gt;" in chart.proto.spec for chart in at.get("plotly_chart"))


def test_computing_again_gives_the_same_digits(store: Store, open_page: Open) -> None:
    fill(store)
    at = open_page("run", run=run(store).run.id)
    at = button(at, "Check: compute again").click().run()
    assert any("identical to the last digit" in found.value for found in at.success)


def test_a_changed_case_is_noticed(store: Store, open_page: Open) -> None:
    fill(store)
    saved = run(store)
    assert "has changed since this run" not in all_text(open_page("run", run=saved.run.id))
    stored = list_records(store, "cases")[0]
    with store.write("noa") as writer:
        writer.update("cases", {**stored.values, "horizon_years": 7}, version=stored.version)
        writer.commit()
    assert "has changed since this run" in all_text(open_page("run", run=saved.run.id))


def test_a_run_outlives_its_case(store: Store, open_page: Open) -> None:
    fill(store)
    saved = run(store)
    stored = list_records(store, "cases")[0]
    with store.write("noa") as writer:
        writer.delete("cases", str(stored.values["id"]), version=stored.version)
        writer.commit()
    at = open_page("run", run=saved.run.id)
    assert not at.exception
    assert not at.error
    assert "has been deleted since" in all_text(at)


def test_a_deleted_run_comes_back_with_undo(store: Store, open_page: Open) -> None:
    fill(store)
    saved = run(store)
    at = button(open_page("run", run=saved.run.id), "Delete this run").click().run()
    assert runs_of(store) == ()
    button(at, "Undo").click().run()
    assert [found.id for found in runs_of(store)] == [saved.run.id]


def test_a_run_that_is_gone_from_the_address_is_said(store: Store, open_page: Open) -> None:
    fill(store)
    run(store)
    at = open_page("run", run="gone")
    assert any("does not exist any more" in found.value for found in at.warning)
    assert at.title[0].value != "Run"


def test_another_run_can_be_chosen(store: Store, open_page: Open) -> None:
    fill(store)
    first, second = run(store), run(store)
    at = open_page("run", run=second.run.id)
    at = at.selectbox[0].set_value(first.run.id).run()
    assert at.query_params["run"] in (first.run.id, [first.run.id])
    assert first.run.id[:12] in all_text(at)


def test_the_largest_event_has_a_curve_of_its_own(store: Store, open_page: Open) -> None:
    fill(store)
    at = open_page("run", run=run(store).run.id)
    before = at.get("plotly_chart")[0].proto.spec
    at = at.segmented_control(key="curve").set_value("Largest event of a year (OEP)").run()
    assert at.get("plotly_chart")[0].proto.spec != before


def test_the_sentence_without_cost_names_no_return(store: Store) -> None:
    fill(store)
    free = with_investment(run(store), rori=None, probability_rori_positive=None, roi=None)
    assert answer(free).endswith("of loss at no cost.")
    assert "no cost to divide by" in why_roi_differs(free.result.investment, "EUR")


def test_the_sentence_without_measures_names_the_loss_alone(store: Store) -> None:
    fill(store)
    saved = run(store)
    nothing = replace(saved, inputs=replace(saved.inputs, case=replace(saved.inputs.case, measure_ids=())))
    assert answer(nothing).startswith("This case holds no measure that prevents loss.")


def test_money_that_is_not_back_is_said(store: Store) -> None:
    fill(store)
    saved = with_investment(run(store), discounted_payback_years=None)
    assert money_over_time(saved).startswith("The money is not back within 3 years")
    assert payback(None) == "Not reached"
    assert share(None) == "\u2013"
    assert WORDS in saved.inputs.case.name


def test_a_run_can_be_compared_with_the_exact_engine(store: Store, open_page: Open) -> None:
    fill(store)
    saved = run(store)
    at = open_page("run", run=saved.run.id)
    assert "Prevented loss per year: simulated" not in all_text(at)
    at = button(at, "Compare with the exact engine").click().run()
    assert not at.exception
    assert "Prevented loss per year: simulated" in all_text(at)
