"""Import and export of the inventory: look at what a file would change, then change it as a whole or not at all."""

from __future__ import annotations

from collections.abc import Callable

from rori.errors import ConflictError, ImportRefusedError, InputError, Problem
from rori.inventory.columns import Sheet
from rori.inventory.sheets import SHEET_BY_NAME, SHEETS
from rori.reports.inventory_csv import read_sheet_csv, write_sheet_csv
from rori.reports.inventory_workbook import write_inventory_workbook
from rori.reports.raw_rows import RawInventory
from rori.reports.workbook_reading import read_inventory_workbook
from rori.store import Store, Writer
from rori.usecases.import_plan import CellChange, ImportPlan, RowChange, plan_again, plan_import

__all__ = [
    "CellChange",
    "ImportPlan",
    "RowChange",
    "apply_import",
    "export_csv",
    "export_workbook",
    "plan_import",
    "preview_csv",
    "preview_workbook",
    "template_workbook",
]


def preview_workbook(store: Store, content: bytes) -> ImportPlan:
    """Say what a workbook would add and change, or why it is refused; nothing is written."""
    return _preview(store, lambda: read_inventory_workbook(content))


def preview_csv(store: Store, sheet_name: str, content: bytes) -> ImportPlan:
    """Say what a CSV file would add to and change on one sheet, or why it is refused; nothing is written."""
    sheet = _sheet(sheet_name)
    return _preview(store, lambda: {sheet.name: read_sheet_csv(sheet, content)})


def apply_import(store: Store, actor: str, plan: ImportPlan, note: str = "") -> None:
    """Write everything that a plan shows, or nothing: ConflictError when it would no longer do what was shown."""
    if plan.problems:
        raise ImportRefusedError(plan.problems)
    if not plan.can_be_applied:
        return
    with store.write(actor, note=note) as writer:
        if plan_again(writer.inventory(), plan) != plan:
            raise ConflictError("the inventory changed since the preview; look at it again")
        for sheet in SHEETS:
            _write_sheet(writer, sheet, plan)
        summary = f"{len(plan.added)} rows added, {len(plan.changed)} changed"
        writer.log("import", "inventory", note=f"{summary}: {note}" if note else summary)
        writer.commit()


def export_workbook(store: Store) -> bytes:
    """Return the whole inventory as a workbook that can be imported again."""
    with store.read() as reader:
        return write_inventory_workbook(reader.inventory())


def export_csv(store: Store, sheet_name: str) -> bytes:
    """Return one sheet as a CSV file that can be imported again."""
    sheet = _sheet(sheet_name)
    with store.read() as reader:
        return write_sheet_csv(sheet, (stored.values for stored in reader.records(sheet.name)))


def template_workbook() -> bytes:
    """Return an empty workbook with headings, explanations, examples and lists."""
    return write_inventory_workbook({})


def _preview(store: Store, read: Callable[[], RawInventory]) -> ImportPlan:
    try:
        raw = read()
    except ImportRefusedError as error:
        return ImportPlan(problems=error.problems)
    if not any(raw.values()):
        message = "the file holds no rows; rows that begin with 'example:' or 'help:' are not imported"
        return ImportPlan(problems=(Problem(message=message),))
    with store.read() as reader:
        return plan_import(reader.inventory(), raw)


def _write_sheet(writer: Writer, sheet: Sheet, plan: ImportPlan) -> None:
    added = [change.record for change in plan.added if change.sheet == sheet.name]
    changed = [change.record for change in plan.changed if change.sheet == sheet.name]
    if added:
        writer.insert_many(sheet.name, added)
    if changed:
        versions = {str(stored.values[sheet.key]): stored.version for stored in writer.records(sheet.name)}
        writer.update_many(sheet.name, [(record, versions[str(record[sheet.key])]) for record in changed])


def _sheet(name: str) -> Sheet:
    if name not in SHEET_BY_NAME:
        raise InputError("the sheet", f"one of {', '.join(SHEET_BY_NAME)}", name)
    return SHEET_BY_NAME[name]
