"""Prices on the pages Compliance and Requirements."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest
from typer.testing import CliRunner

from rori.cli import app
from rori.store import Store
from rori.usecases.compliance.gaps import gap_lines
from rori.usecases.compliance.standing import save_profile
from rori.usecases.joining.prices import PriceOrder, gap_prices, price_key, ranked
from tests.ui.test_calculator import widget
from tests.ui.test_evidence_and_money import text_of
from tests.usecases.joining.proved_case import CASE, fill

Open = Callable[..., AppTest]
NAME = "Failover programme"


@pytest.fixture
def priced(store: Store) -> Store:
    fill(store)
    save_profile(store, "mia", {"dora_entity": "payment-institution"}, 0)
    return store


def gaps(at: AppTest) -> pd.DataFrame:
    return next(one.value for one in at.dataframe if "What closes it" in one.value.columns)


def test_without_a_case_the_list_has_no_price(priced: Store, open_page: Open) -> None:
    at = open_page("compliance")
    assert not at.exception
    assert widget(at.selectbox, "Price against case").value == "No case: without prices"
    assert "Price note" not in gaps(at).columns
    assert not [one for one in at.selectbox if one.label == "Order"]


def test_with_a_case_each_gap_has_a_measure_with_its_money_or_a_reason(priced: Store, open_page: Open) -> None:
    at = open_page("compliance", **{"gap-case": NAME})
    assert not at.exception
    shown = gaps(at)
    assert list(shown["Rank"]) == sorted(shown["Rank"])
    without = shown[shown["Prevents (EUR/year)"].isna()]
    assert len(without) > 0
    assert "No effect on loss modelled" in set(without["Price note"])
    assert set(without["Measure"]) == {"\u2013"}
    assert without["EUR per EUR"].isna().all()
    assert "no number is made up" in text_of(at)
    at = widget(at.selectbox, "Order").set_value("Most prevented loss").run()
    assert not at.exception
    assert "Gaps, by the loss that a measure would prevent" in [one.value for one in at.subheader]
    first = gaps(at).iloc[0]
    assert first["Measure"] == "Twin"
    assert first["Prevents (EUR/year)"] > 0
    assert "no ceiling in the statute (Regulation (EU) 2022/2554 Art. 50-54)" in set(gaps(at)["Penalty at most"])


def test_the_terminal_ranks_as_the_page_does(priced: Store, open_page: Open) -> None:
    at = open_page("compliance", **{"gap-case": NAME, "gap-order": "Most prevented loss per euro"})
    told = CliRunner().invoke(app, ["gaps", "--case", CASE, "--order", "euros_per_euro", "--top", "50"])
    assert told.exit_code == 0, told.output
    ranks = [int(line[:4]) for line in told.output.splitlines() if line[:4].strip().isdigit()][:50]
    assert ranks == list(gaps(at)["Rank"])
    assert "Twin: prevents " in told.output
    told = CliRunner().invoke(app, ["gaps", "--case", CASE, "--order", "closing", "--top", "5"])
    assert "No effect on loss modelled. Penalty at most: no ceiling in the statute" in told.output


def test_a_requirement_explains_its_price(priced: Store, open_page: Open) -> None:
    lines = gap_lines(priced, datetime.now(UTC).date(), framework_ids=["dora"])
    prices = gap_prices(priced, CASE, [line.gap for line in lines])
    first = ranked(lines, prices, PriceOrder.EUROS)[0].gap
    assert prices[price_key(first)].measures
    requirement = first.status.requirement.id
    at = open_page("requirements", framework="dora", requirement=requirement)
    assert "Choose a case to see which measures would close the gap" in text_of(at)
    at = open_page("requirements", framework="dora", requirement=requirement, **{"requirement-case": NAME})
    assert not at.exception
    assert "Twin would prevent €" in text_of(at)
    assert "Member States set penalties" in text_of(at)
    table = next(one.value for one in at.dataframe if "Through" in one.value.columns)
    assert table["Measure"].iloc[0] == "Twin"
    nothing = next(line.gap for line in lines if not prices[price_key(line.gap)].measures)
    at = open_page(
        "requirements",
        framework="dora",
        requirement=nothing.status.requirement.id,
        **{"requirement-case": NAME},
    )
    assert "No effect on loss modelled." in text_of(at)
