"""A sample inventory as shipped: YAML, one key per sheet, values written the way people write them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from typing import NoReturn

import yaml

from rori.economics.inputs.measures import Selector
from rori.errors import ImportRefusedError, Problem
from rori.inventory.build import Inventory, check_inventory
from rori.inventory.cells import parse_record
from rori.inventory.columns import Record, Sheet
from rori.inventory.sheets import (
    COMMON_CAUSES,
    DEPENDENCIES,
    EFFECTS,
    FAILURE_MODES,
    MEASURES,
    SHEET_BY_NAME,
    SHEETS,
    SYSTEMS,
)

NOTES = ("title", "description", "assumptions")
"""What a sample says about itself, beside its sheets."""


def load_sample(text: str) -> Inventory:
    """Read a sample; ImportRefusedError carries every problem found."""
    content = _read(text)
    unknown = sorted(str(key) for key in content if key not in {*NOTES, *(sheet.name for sheet in SHEETS)})
    if unknown:
        _refuse(f"sheets must be {', '.join(sheet.name for sheet in SHEETS)}, got {', '.join(unknown)}")
    problems: list[Problem] = []
    inventory = {sheet.name: tuple(_records(sheet, content.get(sheet.name), problems)) for sheet in SHEETS}
    problems = problems or list(check_inventory(inventory))
    if problems:
        raise ImportRefusedError(tuple(problems))
    return inventory


def _read(text: str) -> dict[object, object]:
    try:
        content = yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f" at line {mark.line + 1}" if mark else ""
        raise ImportRefusedError((Problem(message=f"the sample is not valid YAML{place}"),)) from error
    if not isinstance(content, dict):
        _refuse("a sample must be a mapping of sheet names to rows")
    return content


def _records(sheet: Sheet, rows: object, problems: list[Problem]) -> Iterator[Record]:
    """Parse the rows of one sheet; what is wrong with them goes to `problems`."""
    if rows is None:
        return
    if not isinstance(rows, list):
        problems.append(Problem(message="rows must be a list", sheet=sheet.label))
        return
    for position, row in enumerate(rows, start=1):
        if not isinstance(row, dict):
            problems.append(Problem(message="a row must map columns to values", sheet=sheet.label, row=position))
            continue
        try:
            yield parse_record(sheet, {str(name): value for name, value in row.items()})
        except ImportRefusedError as error:
            problems += (
                Problem(message=found.message, sheet=sheet.label, row=position, column=found.column)
                for found in error.problems
            )


def _refuse(message: str) -> NoReturn:
    raise ImportRefusedError((Problem(message=message),))


def removable_rows(inventory: Inventory, from_sample: Mapping[str, AbstractSet[str]]) -> dict[str, set[str]]:
    """Say which rows of a sample can go: those that nothing of what stays refers to.

    `from_sample` holds ids by sheet. A measure that stays keeps its effects, a member of a redundancy group its group.
    """
    going = {sheet.name: set(from_sample.get(sheet.name, ())) for sheet in SHEETS}
    kept = [(sheet, r) for sheet in SHEETS for r in inventory[sheet.name] if r[sheet.key] not in going[sheet.name]]
    while kept:
        sheet, record = kept.pop()
        for other, key in _keeps(sheet, record, inventory):
            if key in going[other.name]:
                going[other.name].remove(key)
                kept += [(other, row) for row in inventory[other.name] if row[other.key] == key]
    return going


def _keeps(sheet: Sheet, record: Record, inventory: Inventory) -> Iterator[tuple[Sheet, str]]:
    """Name the rows that must stay when this one does."""
    for column in sheet.columns:
        if column.refers_to:
            value = record[column.name]
            yield from (
                (SHEET_BY_NAME[column.refers_to], str(key)) for key in (value if isinstance(value, tuple) else (value,))
            )
    if sheet is EFFECTS:
        named = {value for _, value in Selector.parse(str(record["target"])).terms}
        targets = (SYSTEMS, FAILURE_MODES, COMMON_CAUSES, DEPENDENCIES)
        yield from ((target, value) for target in targets for value in named)
    if sheet is MEASURES:
        yield from ((EFFECTS, str(e["id"])) for e in inventory[EFFECTS.name] if e["measure_id"] == record["id"])
    if sheet is DEPENDENCIES and record["redundancy_group"]:
        group = ("consumer_id", "redundancy_group")
        yield from (
            (DEPENDENCIES, str(link["id"]))
            for link in inventory[DEPENDENCIES.name]
            if all(link[name] == record[name] for name in group)
        )
