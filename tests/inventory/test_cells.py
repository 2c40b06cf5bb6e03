from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rori.errors import ImportRefusedError, InputError
from rori.inventory.cells import MAX_MONEY, parse_cell, parse_record, show_cell
from rori.inventory.columns import Column, ValueKind
from rori.inventory.sheets import DEPENDENCIES, MEASURES, SHEETS, SYSTEMS

ALL_COLUMNS = [(sheet.name, column) for sheet in SHEETS for column in sheet.columns]
SHARE = DEPENDENCIES.column("degradation")
MONEY = MEASURES.column("capex_eur")
NUMBER = SYSTEMS.column("rto_hours")
WHOLE = DEPENDENCIES.column("needed")
NAME = SYSTEMS.column("name")
KEYS = st.from_regex(r"[a-z0-9][a-z0-9.-]{0,63}", fullmatch=True)
TEXTS = st.text(st.characters(exclude_categories=["Cc", "Cs", "Cn", "Co"]), max_size=100)


def raw_cells(column: Column) -> st.SearchStrategy[object]:
    """Draw what somebody may write into a cell of this column."""
    scale = 100 if column.kind is ValueKind.SHARE else 1
    low = -1e6 if column.low is None else column.low * scale
    high = 1e9 if column.high is None else column.high * scale
    return {
        ValueKind.KEY: KEYS,
        ValueKind.REFERENCE: KEYS,
        ValueKind.TEXT: TEXTS.filter(lambda text: bool(text.strip())),
        ValueKind.WHOLE: st.integers(int(low), int(high)),
        ValueKind.NUMBER: st.floats(low, high),
        ValueKind.SHARE: st.floats(low, high),
        ValueKind.MONEY: st.decimals(0, MAX_MONEY, places=4),
        ValueKind.YES_NO: st.sampled_from(["yes", "No", True, False, 0, 1, "TRUE", " false "]),
        ValueKind.CHOICE: st.sampled_from(
            [*column.choices, *(str(option).upper() for option in column.choices)] or [""]
        ),
        ValueKind.LIST: st.lists(KEYS, unique=True, max_size=5).map("; ".join),
    }[column.kind]


@pytest.mark.parametrize(("sheet", "column"), ALL_COLUMNS, ids=[f"{s}-{c.name}" for s, c in ALL_COLUMNS])
@given(draw=st.data())
def test_what_is_shown_is_read_back_as_the_same_value(sheet: str, column: Column, draw: st.DataObject) -> None:
    value = parse_cell(column, draw.draw(raw_cells(column)))
    again = parse_cell(column, show_cell(column, value))
    assert again == value
    assert type(again) is type(value)


@pytest.mark.parametrize(("sheet", "column"), ALL_COLUMNS, ids=[f"{s}-{c.name}" for s, c in ALL_COLUMNS])
def test_an_empty_cell_means_the_default_or_is_refused(sheet: str, column: Column) -> None:
    if column.required:
        with pytest.raises(InputError, match="must be filled in"):
            parse_cell(column, "  ")
    else:
        assert parse_cell(column, None) == column.default


@pytest.mark.parametrize("raw", ["1.234,56", "1,234.56", "1 234", "12 %", "abc", "1_000", "٣", "nan", "inf", "0x10"])
def test_what_is_not_plainly_a_number_is_refused(raw: str) -> None:
    with pytest.raises(InputError, match=r"1234\.56, without thousands separators"):
        parse_cell(MONEY, raw)


@pytest.mark.parametrize("raw", [float("nan"), float("inf"), True, datetime(2026, 1, 1, tzinfo=UTC), [1], 10**400])
def test_what_no_number_is_made_of_is_refused(raw: object) -> None:
    with pytest.raises(InputError):
        parse_cell(NUMBER, raw)


def test_seven_percent_is_exactly_0_07_inside_and_7_outside() -> None:
    assert parse_cell(SHARE, 7) == 0.07
    assert parse_cell(SHARE, "7") == 0.07
    assert show_cell(SHARE, 0.07) == 7
    assert show_cell(SHARE, 0.29) == 29


def test_bounds_are_said_in_the_unit_outside() -> None:
    with pytest.raises(InputError, match=r"from 0 to 100 %, got 150"):
        parse_cell(SHARE, 150)
    with pytest.raises(InputError, match=r"at least 0 EUR, got -1"):
        parse_cell(MONEY, -1)
    with pytest.raises(InputError, match=r"from 0 to 100000000000 EUR"):
        parse_cell(MONEY, "1e12")


def test_money_keeps_four_decimals_and_refuses_more() -> None:
    assert parse_cell(MONEY, "0.1234") == Decimal("0.1234")
    assert parse_cell(MONEY, 0.1 + 0.2) == Decimal("0.3")
    with pytest.raises(InputError, match="at most 4 decimals"):
        parse_cell(MONEY, "0.12345")


def test_whole_numbers_have_no_fraction() -> None:
    assert parse_cell(WHOLE, 2.0) == 2
    assert parse_cell(WHOLE, "2.0") == 2
    with pytest.raises(InputError, match=r"a whole number, got 2\.5"):
        parse_cell(WHOLE, 2.5)


def test_numbers_of_numpy_are_numbers() -> None:
    assert parse_cell(WHOLE, np.int64(3)) == 3
    assert parse_cell(SYSTEMS.column("third_party"), np.bool_(True)) is True


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "'quoted", "مرحبا", "😀", "a\nb"])
def test_text_is_kept_as_text(text: str) -> None:
    assert parse_cell(NAME, text) == text


@pytest.mark.parametrize("text", ["a\x00b", "a\x07b", "a\x85b", "a\ud800b", "a\uffffb", "x" * 2001])
def test_text_that_cannot_be_kept_is_refused(text: str) -> None:
    with pytest.raises(InputError, match=r"control characters|at most 2000 characters"):
        parse_cell(NAME, text)


def test_line_ends_of_every_system_are_one() -> None:
    assert parse_cell(NAME, "a\r\nb\rc") == "a\nb\nc"


@pytest.mark.parametrize("key", ["Card", "-a", "a b", "ä", "a_b", "x" * 65, "../x"])
def test_ids_that_could_not_be_referred_to_are_refused(key: str) -> None:
    with pytest.raises(InputError, match="a-z, 0-9, dot and dash"):
        parse_cell(SYSTEMS.column("id"), key)


def test_lists_are_split_at_semicolons_and_lines_only() -> None:
    tags = SYSTEMS.column("tags")
    assert parse_cell(tags, " a=1 ;b=2,c\nd=3;; ") == ("a=1", "b=2,c", "d=3")
    with pytest.raises(InputError, match="differ from one another, got 'a=1'"):
        parse_cell(tags, "a=1; a=1")


def test_a_choice_is_found_in_any_case_and_the_message_lists_the_others() -> None:
    tier = SYSTEMS.column("tier")
    assert parse_cell(tier, " Critical ") == "critical"
    with pytest.raises(InputError, match="one of critical, important, standard, got 'urgent'"):
        parse_cell(tier, "urgent")


def test_a_record_is_refused_with_every_bad_cell_at_once() -> None:
    with pytest.raises(ImportRefusedError) as refused:
        parse_record(SYSTEMS, {"id": "Bad Id", "name": "", "rto_hours": "x", "colour": "red"})
    assert {problem.column for problem in refused.value.problems} == {"Id", "Name", "RTO (hours)", "colour"}
