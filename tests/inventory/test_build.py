from __future__ import annotations

import pytest

from rori.economics.inputs.estimates import LognormalEstimate
from rori.economics.inputs.portfolio import PenaltyStep
from rori.errors import ImportRefusedError
from rori.inventory.build import build_case, build_portfolio, check_inventory
from rori.inventory.references import hard_loops
from tests.inventory.rich_inventory import rich_inventory, with_row


def test_a_consistent_inventory_becomes_a_portfolio() -> None:
    portfolio = build_portfolio(rich_inventory())
    card_auth = portfolio.system("card-auth")
    assert card_auth.loss is not None
    assert card_auth.loss.penalty_steps == (
        PenaltyStep(from_hours=1, penalty_eur=5000),
        PenaltyStep(from_hours=4, penalty_eur=25000),
    )
    assert card_auth.loss.revenue_eur_per_hour == 18000.1234
    assert card_auth.loss.recovered_share == 0.07
    assert portfolio.system("hsm-2").critical_or_important_function
    assert portfolio.failure_modes[0].duration_hours == LognormalEstimate(p5=0.5, p50=1.5, p95=6)
    assert portfolio.failure_modes[0].start_hours == ()
    measures = {measure.id: measure for measure in portfolio.measures}
    assert len(measures["active-active"].effects) == 2
    assert measures["insurance"].transfer is not None
    assert measures["insurance"].transfer.limit_eur_per_year == 2_000_000


def test_a_case_is_built_from_its_record() -> None:
    case = build_case(rich_inventory()["cases"][0])
    assert case.measure_ids == ("active-active", "chaos-days")
    assert case.budget_eur == 2_000_000.5
    assert case.loss_growth_per_year == -0.05


def test_an_inventory_without_rows_is_consistent() -> None:
    assert check_inventory({}) == ()
    assert build_portfolio({}).systems == ()


@pytest.mark.parametrize(
    ("sheet", "cells", "column", "words"),
    [
        ("failure_modes", {"duration_hours_p95": 0.1}, "Duration, P95 (hours)", "at least P5 (0.5), got 0.1"),
        ("failure_modes", {"events_per_year_p50": 9}, "Frequency, P50 (events/year)", "between P5 (0.5) and P95 (3)"),
        ("failure_modes", {"duration_hours_p5": 0, "duration_hours_p50": None, "duration_hours_p95": 0},
         "Duration, P5 (hours)", "above 0"),
        ("failure_modes", {"capacity_lost_likely": 20}, "Capacity lost, most likely (%)", "the lowest (30 %)"),
        ("failure_modes", {"system_id": "nowhere"}, "System", "no 'nowhere' on the sheet Systems"),
        ("loss_profiles", {"penalty_steps": "one hour: 5"}, "Contractual penalties", "hours:EUR"),
        ("loss_profiles", {"penalty_steps": "4:5; 1:9"}, "Contractual penalties", "rising order"),
        ("loss_profiles", {"defection_full_hours": 1}, "Defection complete (hours)", "at least the onset"),
        ("loss_profiles", {"system_id": "ghost"}, "System", "no 'ghost'"),
        ("systems", {"tags": "aws"}, "Tags", "key=value"),
        ("common_causes", {"tag": "falcon"}, "Tag", "key=value"),
        ("dependencies", {"id": "b", "provider_id": "hsm"}, "Provider", "another system"),
        ("dependencies", {"needed": 3}, "Needed (of the group)", "has 2 members"),
        ("dependencies", {"degradation": 50}, "Degradation (%)", "must say the same degradation"),
        ("dependencies", {"redundancy_group": "other"}, "Redundancy group", "has one member"),
        ("dependencies", {"id": "again", "redundancy_group": ""}, "Provider", "needs hsm already in 'a-1'"),
        ("measures", {"requires": "nothing"}, "Requires", "no 'nothing' on the sheet Measures"),
        ("measures", {"requires": "active-active"}, "Requires", "about other measures"),
        ("measures", {"premium_eur_per_year": 5}, "Premium (EUR/year)", "empty unless"),
        ("measures", {"id": "insurance", "limit_eur_per_year": None}, "Limit per year (EUR/year)", "filled in"),
        ("measures", {"life_years": 0}, "Life (years)", "above 0"),
        ("effects", {"measure_id": "insurance"}, "Strategy", "none for a risk transfer"),
        ("effects", {"target": "everything"}, "Target", "'all' or terms"),
        ("effects", {"target": "system:ghost"}, "Target", "no 'ghost' on the sheet Systems"),
        ("effects", {"target": "cause:weather"}, "Target", "the causes are capacity"),
        ("effects", {"target": "tag:aws"}, "Target", "key=value"),
        ("effects", {"target": "consumer:hsm"}, "Target", "for duration_hours"),
        ("effects", {"quantity": "capacity_lost", "operation": "replace", "size_high": 2},
         "Size, highest", "a fraction"),
        ("effects", {"size_likely": 0.9}, "Size, most likely", "between the lowest (0.1)"),
        ("cases", {"currency": "euro"}, "Currency", "three-letter code"),
        ("cases", {"horizon_years": 50, "n_paths": 1_000_000}, "Paths (futures)", "for this horizon"),
        ("cases", {"measure_ids": "ghost"}, "Measures", "no 'ghost'"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_found_at_its_column(
    sheet: str, cells: dict[str, object], column: str, words: str
) -> None:
    problems = check_inventory(with_row(sheet, **cells))
    assert [problem for problem in problems if problem.column == column and words in problem.message], problems
    assert all(problem.row is not None for problem in problems)


def test_all_problems_are_found_at_once() -> None:
    inventory = with_row("systems", tags="aws") | {"cases": with_row("cases", currency="x")["cases"]}
    inventory["effects"] = with_row("effects", target="system:ghost")["effects"]
    assert {problem.sheet for problem in check_inventory(inventory)} == {"Systems", "Effects", "Cases"}


def test_an_id_may_stand_on_one_row_only() -> None:
    inventory = rich_inventory()
    inventory["systems"] += (inventory["systems"][0],)
    (problem,) = check_inventory(inventory)
    assert problem.row == len(inventory["systems"])
    assert "more than one" in problem.message


def test_rows_are_named_as_they_stand_in_the_file_or_by_their_id() -> None:
    inventory = with_row("cases", currency="x")
    assert check_inventory(inventory, {"cases": [17]})[0].row == 17
    unplaced = check_inventory(inventory, {"cases": [None]})[0]
    assert unplaced.row is None
    assert unplaced.message.startswith("failover-2027: ")


def test_a_broken_case_does_not_stop_the_portfolio_but_a_broken_system_does() -> None:
    assert build_portfolio(with_row("cases", currency="x")).systems
    with pytest.raises(ImportRefusedError, match="key=value"):
        build_portfolio(with_row("systems", tags="aws"))
    with pytest.raises(ImportRefusedError, match="three-letter code"):
        build_case(with_row("cases", currency="x")["cases"][0])


def test_a_loop_of_hard_dependencies_is_refused_by_name() -> None:
    back = {"consumer_id": "hsm-2", "provider_id": "hsm", "redundancy_group": "", "degradation": 100}
    inventory = with_row("dependencies", id="b", degradation=100, buffer_hours=0)
    extra = with_row("dependencies", id="back", **back)["dependencies"][-1]
    inventory["dependencies"] += (extra,)
    (problem,) = check_inventory(inventory)
    assert "hsm -> hsm-2 -> hsm: each stops at once" in problem.message


@pytest.mark.parametrize("soft", [{"degradation": 99.9, "buffer_hours": 0}, {"degradation": 100, "buffer_hours": 0.1}])
def test_a_loop_with_a_soft_link_is_allowed(soft: dict[str, object]) -> None:
    back = {"consumer_id": "hsm-2", "provider_id": "hsm", "redundancy_group": "", "degradation": 100}
    inventory = with_row("dependencies", id="b", **soft)
    inventory["dependencies"] += (with_row("dependencies", id="back", **back)["dependencies"][-1],)
    assert check_inventory(inventory) == ()


def test_loops_are_found_among_many_links() -> None:
    chain = {(f"s{n}", f"s{n + 1}"): n for n in range(3000)}
    assert hard_loops(chain) == []
    assert len(hard_loops(chain | {("s3000", "s0"): 1})[0]) == 3002
    assert hard_loops({("a", "b"): 0, ("b", "a"): 1, ("b", "c"): 2, ("c", "d"): 3, ("d", "c"): 4}) == [
        ("a", "b", "a"),
        ("c", "d", "c"),
    ]
