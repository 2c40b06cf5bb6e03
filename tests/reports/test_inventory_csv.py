from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rori.errors import ImportRefusedError
from rori.inventory.cells import parse_record
from rori.inventory.columns import Sheet
from rori.inventory.sheets import CASES, SHEETS, SYSTEMS
from rori.reports.inventory_csv import read_sheet_csv, write_sheet_csv
from tests.inventory.rich_inventory import rich_inventory

HEADINGS = ",".join(column.name for column in SYSTEMS.columns)
REST = "," * (len(SYSTEMS.columns) - 2)


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_a_csv_file_gives_back_every_value_exactly(sheet: Sheet) -> None:
    records = rich_inventory()[sheet.name]
    rows = read_sheet_csv(sheet, write_sheet_csv(sheet, records))
    assert tuple(parse_record(sheet, cells) for _, cells in rows) == records


def test_no_cell_of_text_begins_like_a_formula() -> None:
    content = write_sheet_csv(SYSTEMS, rich_inventory()["systems"]).decode()
    cells = [cell for row in csv.reader(io.StringIO(content, newline="")) for cell in row]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    assert "'=1+1" in cells
    assert "''=already escaped" in cells


def test_a_negative_number_stays_a_number() -> None:
    content = write_sheet_csv(CASES, rich_inventory()["cases"]).decode()
    assert ",-5," in content


@given(st.lists(st.sampled_from("'=+-@a \n;,\""), min_size=1).map("".join).map(str.strip).filter(bool))
def test_any_text_makes_the_round_trip(text: str) -> None:
    record = parse_record(SYSTEMS, {"id": "a", "name": text})
    ((_, cells),) = read_sheet_csv(SYSTEMS, write_sheet_csv(SYSTEMS, [record]))
    assert parse_record(SYSTEMS, cells) == record


def test_semicolons_and_a_byte_order_mark_are_understood() -> None:
    content = "\ufeff" + HEADINGS.replace(",", ";") + "\r\na;A" + REST.replace(",", ";") + "\r\n"
    ((row, cells),) = read_sheet_csv(SYSTEMS, content.encode())
    assert row == 2
    assert (cells["id"], cells["name"]) == ("a", "A")


def test_rows_that_explain_are_passed_over() -> None:
    content = f"{HEADINGS}\nhelp: x,y{REST}\nexample: a,A{REST}\n\n,{REST}\nb,B{REST}\n"
    assert [(row, cells["id"]) for row, cells in read_sheet_csv(SYSTEMS, content.encode())] == [(6, "b")]


def test_every_ragged_row_is_named() -> None:
    content = f"{HEADINGS}\na,A\nb,B{REST}\nc,C{REST},,\n"
    with pytest.raises(ImportRefusedError) as refused:
        read_sheet_csv(SYSTEMS, content.encode())
    assert [problem.row for problem in refused.value.problems] == [2, 4]
