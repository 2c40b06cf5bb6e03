from __future__ import annotations

from decimal import Decimal

import pytest

from rori.errors import InputError
from rori.usecases.penalties import Ceiling, list_ceilings, penalty_catalogue


def ceilings(turnover: Decimal | None) -> dict[str, Ceiling]:
    return {ceiling.penalty.id: ceiling for ceiling in list_ceilings(turnover)}


def test_the_ceilings_of_nis2_follow_the_turnover() -> None:
    large = ceilings(Decimal(3_000_000_000))
    assert large["nis2-essential"].ceiling_eur == Decimal("60000000.00")
    assert large["nis2-important"].ceiling_eur == Decimal("42000000.00")
    small = ceilings(Decimal(50_000_000))
    assert small["nis2-essential"].ceiling_eur == Decimal("10000000.00")
    assert small["nis2-important"].ceiling_eur == Decimal("7000000.00")
    assert small["nis2-essential"].how == "EUR 10,000,000 or 2 % of the worldwide annual turnover, whichever is higher"


def test_dora_caps_daily_payments_of_critical_providers() -> None:
    found = ceilings(Decimal(36_500_000_000))["dora-critical-provider"]
    assert found.ceiling_eur == Decimal("184000000.00")
    assert "1 % of the average daily worldwide turnover for each of at most 184 days" in found.how


def test_without_turnover_the_rule_is_told_but_no_amount() -> None:
    found = ceilings(None)["nis2-essential"]
    assert not found.can_be_offered
    assert found.how.endswith("needs the worldwide turnover of the business year before")


def test_where_the_statute_names_no_ceiling_none_is_offered() -> None:
    found = ceilings(Decimal(1_000_000_000))
    assert [key for key, ceiling in found.items() if ceiling.can_be_offered] == [
        "nis2-essential",
        "nis2-important",
        "dora-critical-provider",
    ]
    assert found["dora-financial-entity"].how == "no ceiling in the statute"


def test_an_amount_is_rounded_up_to_the_cent() -> None:
    assert ceilings(Decimal("1234567890.12"))["nis2-important"].ceiling_eur == Decimal("17283950.47")


def test_a_negative_turnover_is_refused() -> None:
    with pytest.raises(InputError, match="turnover"):
        list_ceilings(Decimal(-1))


def test_everything_that_ships_says_where_it_stands_and_what_is_in_doubt() -> None:
    shipped = penalty_catalogue()
    assert len(shipped.penalties) == 12
    assert shipped.version
    assert "National law decides" in shipped.note
    doubtful = {penalty.id for penalty in shipped.penalties if penalty.doubt}
    assert {"nis2-essential", "nis2-important", "dora-financial-entity", "uk-firm", "uk-tsb-2022"} <= doubtful
