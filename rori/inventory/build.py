"""The inventory as a whole: checked, and turned into what the model calculates with."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet

from rori.economics.inputs.case import Case
from rori.economics.inputs.measures import Effect
from rori.economics.inputs.portfolio import Portfolio
from rori.errors import ImportRefusedError, InputError, Problem
from rori.inventory.columns import Record, Sheet
from rori.inventory.references import Fault, dependency_faults, reference_faults
from rori.inventory.rows import (
    case_of,
    common_cause_of,
    dependency_of,
    effect_of,
    failure_mode_of,
    loss_profile_of,
    measure_of,
    system_of,
    transfer_faults,
)
from rori.inventory.sheets import CASES, EFFECTS, MEASURES, SHEETS

Inventory = dict[str, tuple[Record, ...]]
"""All records by sheet name; a sheet that is missing is empty."""

RowNumbers = Mapping[str, Sequence[int | None]]
"""Where each record of a sheet stands in the file that it came from; None for one that did not come from it."""

_BUILDERS: dict[str, Callable[[Record], object]] = {
    "systems": system_of,
    "loss_profiles": loss_profile_of,
    "failure_modes": failure_mode_of,
    "common_causes": common_cause_of,
    "dependencies": dependency_of,
    "cases": case_of,
}


def build_portfolio(inventory: Inventory) -> Portfolio:
    """Build what the calculator needs; ImportRefusedError carries every problem. Cases play no part in it."""
    problems = check_inventory({**inventory, CASES.name: ()})
    if problems:
        raise ImportRefusedError(problems)
    losses = {str(record["system_id"]): loss_profile_of(record) for record in inventory.get("loss_profiles", ())}
    effects = _effects_by_measure(inventory)
    return Portfolio(
        systems=tuple(system_of(record, losses.get(str(record["id"]))) for record in inventory.get("systems", ())),
        failure_modes=tuple(map(failure_mode_of, inventory.get("failure_modes", ()))),
        common_causes=tuple(map(common_cause_of, inventory.get("common_causes", ()))),
        dependencies=tuple(map(dependency_of, inventory.get("dependencies", ()))),
        measures=tuple(
            measure_of(record, tuple(effects.get(str(record["id"]), ()))) for record in inventory.get("measures", ())
        ),
    )


def build_case(record: Record) -> Case:
    """Build a case; ImportRefusedError says what is wrong with it."""
    try:
        return case_of(record)
    except InputError as error:
        raise ImportRefusedError((_problem(_fault(CASES, 0, error), record, None),)) from error


def check_inventory(
    inventory: Inventory,
    row_numbers: RowNumbers | None = None,
    also_known: Mapping[str, AbstractSet[str]] | None = None,
) -> tuple[Problem, ...]:
    """Find everything that keeps an inventory from being consistent; empty when it is.

    `also_known` holds, by sheet, ids that may be referred to though their rows are not here (they could not be read).
    """
    faults = [*_row_faults(inventory), *_measure_faults(inventory), *reference_faults(inventory, also_known or {})]
    faults += dependency_faults(inventory)
    order = {sheet.name: position for position, sheet in enumerate(SHEETS)}
    faults.sort(key=lambda fault: (order[fault.sheet.name], fault.position))
    problems = []
    for fault in faults:
        numbers = (row_numbers or {}).get(fault.sheet.name)
        row = fault.position + 1 if row_numbers is None or numbers is None else numbers[fault.position]
        problems.append(_problem(fault, inventory[fault.sheet.name][fault.position], row))
    return tuple(problems)


def _row_faults(inventory: Inventory) -> Iterator[Fault]:
    """Try to build every row that stands by itself."""
    for sheet in SHEETS:
        if sheet.name not in _BUILDERS:
            continue
        for position, record in enumerate(inventory.get(sheet.name, ())):
            try:
                _BUILDERS[sheet.name](record)
            except InputError as error:
                yield _fault(sheet, position, error)


def _measure_faults(inventory: Inventory) -> Iterator[Fault]:
    """Try to build every effect, and every measure with those of its effects that are sound."""
    for position, record in enumerate(inventory.get(EFFECTS.name, ())):
        try:
            effect_of(record)
        except InputError as error:
            yield _fault(EFFECTS, position, error)
    effects = _effects_by_measure(inventory)
    for position, record in enumerate(inventory.get(MEASURES.name, ())):
        faults = transfer_faults(record)
        if not faults:
            try:
                measure_of(record, tuple(effects.get(str(record["id"]), ())))
            except InputError as error:
                faults = [error]
        for fault in faults:
            yield _fault(MEASURES, position, fault)


def _effects_by_measure(inventory: Inventory) -> dict[str, list[Effect]]:
    """Build the effects that can be built."""
    effects: dict[str, list[Effect]] = {}
    for record in inventory.get(EFFECTS.name, ()):
        try:
            effects.setdefault(str(record["measure_id"]), []).append(effect_of(record))
        except InputError:
            continue  # reported by _measure_faults
    return effects


def _fault(sheet: Sheet, position: int, error: InputError) -> Fault:
    """Say the model's complaint with the heading of the column."""
    headings = {column.name: column.header for column in sheet.columns}
    heading = headings.get(error.name)
    message = str(InputError(heading, error.allowed, error.came)) if heading else str(error)
    return Fault(sheet=sheet, position=position, column=error.name if heading else "", message=message)


def _problem(fault: Fault, record: Record, row: int | None) -> Problem:
    """Place a fault; without a row, its id says which one it is."""
    message = fault.message if row is not None else f"{record[fault.sheet.key]}: {fault.message}"
    header = fault.sheet.column(fault.column).header if fault.column else ""
    return Problem(message=message, sheet=fault.sheet.label, row=row, column=header)
