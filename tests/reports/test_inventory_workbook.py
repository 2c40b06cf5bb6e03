from __future__ import annotations

import io
import time
from datetime import UTC, datetime

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from rori.errors import ImportRefusedError
from rori.inventory.build import Inventory
from rori.inventory.cells import parse_record
from rori.inventory.columns import Record
from rori.inventory.sheets import SHEETS, SYSTEMS
from rori.reports.inventory_workbook import FIRST_ROW, read_inventory_workbook, write_inventory_workbook
from rori.reports.raw_rows import RawInventory
from tests.inventory.rich_inventory import HOSTILE_TEXTS, rich_inventory


def opened(content: bytes) -> Workbook:
    return load_workbook(io.BytesIO(content))


def saved(workbook: Workbook) -> bytes:
    buffer = io.BytesIO()
    workbook.save(buffer)
    return buffer.getvalue()


def parsed(raw: RawInventory) -> Inventory:
    return {sheet.name: tuple(parse_record(sheet, cells) for _, cells in raw[sheet.name]) for sheet in SHEETS}


def systems_of(workbook: Workbook) -> Worksheet:
    worksheet = workbook["Systems"]
    assert isinstance(worksheet, Worksheet)
    return worksheet


def names(raw: RawInventory) -> list[object]:
    return [cells["name"] for _, cells in raw["systems"]]


def system(key: str, name: str) -> Record:
    return parse_record(SYSTEMS, {"id": key, "name": name})


def test_a_workbook_gives_back_every_value_exactly() -> None:
    inventory = rich_inventory()
    assert parsed(read_inventory_workbook(write_inventory_workbook(inventory))) == inventory


def test_no_text_becomes_a_formula() -> None:
    worksheet = systems_of(opened(write_inventory_workbook(rich_inventory())))
    cells = [cell for row in worksheet.iter_rows(min_row=FIRST_ROW) for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    assert any(cell.value == "=1+1" and cell.quotePrefix for cell in cells)
    assert sum(cell.value in HOSTILE_TEXTS for cell in cells) >= len(HOSTILE_TEXTS)


def test_the_template_explains_every_column_and_holds_no_rows() -> None:
    template = write_inventory_workbook({})
    workbook = opened(template)
    assert workbook.sheetnames == ["Read me", *(sheet.label for sheet in SHEETS), "Lists"]
    for sheet in SHEETS:
        worksheet = workbook[sheet.label]
        for position, column in enumerate(sheet.columns, start=1):
            assert worksheet.cell(1, position).value == column.header
            assert column.help in str(worksheet.cell(2, position).value)
        assert str(worksheet.cell(3, 1).value) == f"example: {sheet.columns[0].example}"
        assert worksheet.freeze_panes == "B4"
    assert all(rows == [] for rows in read_inventory_workbook(template).values())


def test_closed_lists_can_be_chosen_from() -> None:
    worksheet = systems_of(opened(write_inventory_workbook({})))
    rules = {str(rule.sqref).split(":")[0]: rule for rule in worksheet.data_validations.dataValidation}
    tier = 1 + [column.name for column in SYSTEMS.columns].index("tier")
    rule = rules[f"{worksheet.cell(FIRST_ROW, tier).coordinate}"]
    assert rule.type == "list"
    assert str(rule.sqref) == "D4:D1003"
    assert str(rule.formula1).startswith("Lists!$")


def test_the_first_sheet_says_when_and_by_what_it_was_made() -> None:
    workbook = opened(write_inventory_workbook({}, made_at=datetime(2027, 3, 1, 8, 30, tzinfo=UTC)))
    text = " ".join(str(row[0]) for row in workbook["Read me"].iter_rows(values_only=True))
    assert "Made by RORI 0.1.0 on 2027-03-01 08:30 UTC" in text


def test_columns_may_change_places_and_be_headed_by_their_names() -> None:
    workbook = Workbook()
    worksheet = workbook.active
    assert isinstance(worksheet, Worksheet)
    worksheet.title = "systems"
    worksheet.append([column.name.upper() for column in reversed(SYSTEMS.columns)])
    worksheet.append([None] * (len(SYSTEMS.columns) - 2) + ["Card authorisation", "card-auth"])
    (row, cells), = read_inventory_workbook(saved(workbook))["systems"]  # fmt: skip
    assert row == 2
    assert cells == {"name": "Card authorisation", "id": "card-auth"}


def test_a_cell_formatted_as_percent_means_what_it_shows() -> None:
    workbook = opened(write_inventory_workbook(rich_inventory()))
    cell = workbook["Dependencies"].cell(FIRST_ROW, 4)
    cell.value, cell.number_format = 0.07, "0%"
    raw = read_inventory_workbook(saved(workbook))
    assert raw["dependencies"][0][1]["degradation"] == 7


def test_blank_rows_are_passed_over_and_the_others_keep_their_numbers() -> None:
    workbook = opened(write_inventory_workbook({}))
    systems_of(workbook).cell(9, 1).value = "late"
    assert read_inventory_workbook(saved(workbook))["systems"] == [(9, {"id": "late"})]


def test_text_that_looks_like_an_escape_stays_as_it_is() -> None:
    inventory = {"systems": (system("a", "_x0041_ and _x005F_"),)}
    assert names(read_inventory_workbook(write_inventory_workbook(inventory))) == ["_x0041_ and _x005F_"]


def test_reading_stops_at_the_limit_of_rows() -> None:
    workbook = Workbook(write_only=True)
    worksheet = workbook.create_sheet("Systems")
    worksheet.append([column.header for column in SYSTEMS.columns])
    for number in range(25_000):
        worksheet.append([f"s-{number}", "x"])
    content = saved(workbook)
    started = time.perf_counter()
    with pytest.raises(ImportRefusedError, match="at most 20000 rows"):
        read_inventory_workbook(content)
    assert time.perf_counter() - started < 20


def test_every_bad_heading_of_every_sheet_is_named() -> None:
    workbook = opened(write_inventory_workbook({}))
    workbook["Systems"].cell(1, 2).value = "Nane"
    workbook["Cases"].cell(1, 2).value = "Id"
    with pytest.raises(ImportRefusedError) as refused:
        read_inventory_workbook(saved(workbook))
    assert {problem.sheet for problem in refused.value.problems} == {"Systems", "Cases"}
