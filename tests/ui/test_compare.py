"""The page Compare."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from rori.store import Store
from rori.ui.components.case_differences import figure_pairs, input_changes
from rori.usecases.cases import SavedRun
from rori.usecases.inventory import list_records
from tests.ui.small_case import fill, run

Open = Callable[..., AppTest]


def changed_case(store: Store, **values: object) -> SavedRun:
    stored = list_records(store, "cases")[0]
    with store.write("noa") as writer:
        writer.update("cases", {**stored.values, **values}, version=stored.version)
        writer.commit()
    return run(store)


def test_without_runs_the_page_leads_to_the_cases(open_page: Open) -> None:
    at = open_page("compare")
    assert not at.exception
    assert any("No run yet" in found.value for found in at.markdown)


def test_one_run_alone_cannot_be_compared(store: Store, open_page: Open) -> None:
    fill(store)
    run(store)
    at = open_page("compare")
    assert any("only one run so far" in found.value for found in at.info)
    assert not at.get("plotly_chart")


def test_two_runs_stand_side_by_side(store: Store, open_page: Open) -> None:
    fill(store)
    first, second = run(store), changed_case(store, horizon_years=5)
    at = open_page("compare", a=first.run.id, b=second.run.id)
    assert not at.exception
    assert any("First run" in found.value and "| RORI |" in found.value for found in at.markdown)
    assert len(at.get("plotly_chart")) == 1
    rows = at.dataframe[-1].value
    assert list(rows["Input"]) == ["Horizon"]
    assert list(rows["A"]) == ["3"]
    assert list(rows["B"]) == ["5"]


def test_other_seeds_are_called_other_futures(store: Store, open_page: Open) -> None:
    fill(store)
    first, second = run(store), changed_case(store, seed=2)
    at = open_page("compare", a=first.run.id, b=second.run.id)
    assert any("The seeds differ" in found.value for found in at.info)


def test_two_runs_of_the_same_inputs_differ_in_nothing(store: Store, open_page: Open) -> None:
    fill(store)
    first, second = run(store), run(store)
    assert input_changes(first, second) == ()
    assert all(p.difference is None or p.difference.value == 0.0 for p in figure_pairs(first.result, second.result))
    at = open_page("compare", a=first.run.id, b=second.run.id)
    assert any("Nothing: both runs were made from the same inputs" in found.value for found in at.markdown)


def test_measures_and_rows_that_differ_are_named(store: Store) -> None:
    fill(store)
    first, second = run(store), changed_case(store, measure_ids=("failover", "extra"), discount_rate_per_year=0.1)
    system = second.inputs.portfolio.systems[0]
    portfolio = replace(second.inputs.portfolio, systems=(replace(system, tier="critical", rto_hours=2.0),))
    second = replace(second, inputs=replace(second.inputs, portfolio=portfolio))
    found = {change.what: (change.first, change.second) for change in input_changes(first, second)}
    assert found["Measure: Extra cells"] == ("not bought", "bought")
    assert found["Discount rate"] == (0.08, 0.1)
    assert found["System: card-auth"] == ("as it was", "changed: tier, rto hours")


def test_the_error_of_a_difference_is_that_of_independent_runs(store: Store) -> None:
    fill(store)
    first, second = run(store), changed_case(store, seed=2)
    pair = next(p for p in figure_pairs(first.result, second.result) if p.label == "Prevented loss per year")
    ours, theirs = first.result.loss_eur_per_year.difference, second.result.loss_eur_per_year.difference
    assert pair.difference is not None
    assert pair.difference.value == theirs.value - ours.value
    expected = (ours.standard_error**2 + theirs.standard_error**2) ** 0.5
    assert pair.difference.standard_error == pytest.approx(expected)
