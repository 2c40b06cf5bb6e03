"""The inventory: database, sample, import and export, calibration."""

from __future__ import annotations

from typing import Annotated

import typer

from rori.cli.shared import FileIn, FileOut, database_shown, read, write
from rori.errors import ImportRefusedError
from rori.inventory.sheets import SHEET_BY_NAME
from rori.usecases import importing, inventory, samples
from rori.usecases.history_file import calibrate_from_file
from rori.usecases.settings import local_user, open_store

commands = typer.Typer()


@commands.command()
def migrate() -> None:
    """Create the database, or bring it to what this version needs."""
    open_store().dispose()
    typer.echo(f"The database {database_shown()} is up to date.")


@commands.command()
def sample(*, remove: Annotated[bool, typer.Option("--remove", help="Take the sample out again.")] = False) -> None:
    """Load the sample portfolio of a payment institution, or remove it."""
    store = open_store()
    if not remove:
        typer.echo(f"{samples.load_sample_into(store, local_user())} rows of the sample loaded.")
        return
    left = samples.remove_sample(store, local_user())
    kept = f"{left.changed_by_you} changed by you and {left.needed_by_yours} needed by your rows stay"
    typer.echo(f"{left.removed} rows of the sample removed; {kept}.")


@commands.command()
def template(out: FileOut) -> None:
    """Write the empty import template (.xlsx)."""
    write(out, importing.template_workbook())


@commands.command(name="import")
def import_file(
    file: FileIn,
    *,
    sheet: Annotated[str, typer.Option(help=f"For CSV: one of {', '.join(SHEET_BY_NAME)}.")] = "",
    preview: Annotated[bool, typer.Option("--preview", help="Only say what would change.")] = False,
) -> None:
    """Import an inventory (.xlsx, or .csv with --sheet): everything or nothing."""
    content = read(file)
    store = open_store()
    plan = importing.preview_csv(store, sheet, content) if sheet else importing.preview_workbook(store, content)
    if plan.problems:
        raise ImportRefusedError(plan.problems)
    counts = f"{len(plan.added)} rows to add, {len(plan.changed)} to change, {len(plan.unchanged)} unchanged"
    if not preview:
        importing.apply_import(store, local_user(), plan, note=file.name)
    typer.echo(f"{file.name}: {counts}{' (nothing written)' if preview else '; done'}.")


@commands.command()
def export(out: FileOut, *, sheet: Annotated[str, typer.Option(help="Only this sheet, as CSV.")] = "") -> None:
    """Export the inventory as .xlsx, or one sheet as .csv with --sheet."""
    store = open_store()
    write(out, importing.export_csv(store, sheet) if sheet else importing.export_workbook(store))


@commands.command(name="list")
def list_rows(sheet: Annotated[str, typer.Argument(help=f"One of {', '.join(SHEET_BY_NAME)}.")]) -> None:
    """List the ids of one kind of record."""
    if sheet not in SHEET_BY_NAME:
        raise typer.BadParameter(f"choose one of {', '.join(SHEET_BY_NAME)}", param_hint="SHEET")
    for stored in inventory.list_records(open_store(), sheet):
        typer.echo(stored.values[SHEET_BY_NAME[sheet].key])


@commands.command()
def calibrate(
    file: FileIn,
    failure_mode: Annotated[str, typer.Argument(help="Id of the failure mode to set.")],
    *,
    provider: Annotated[list[str] | None, typer.Option(help="Only outages of this provider; may be repeated.")] = None,
    service: Annotated[list[str] | None, typer.Option(help="Only outages of this service; may be repeated.")] = None,
    location: Annotated[list[str] | None, typer.Option(help="Only outages at this location; may be repeated.")] = None,
    preview: Annotated[bool, typer.Option("--preview", help="Only say what would be set.")] = False,
) -> None:
    """Set frequency and duration of a failure mode from an outage history (.csv: start, end, service, location, provider)."""
    names = {"providers": provider or [], "services": service or [], "locations": location or []}
    chosen = {kind: tuple(values) for kind, values in names.items()}
    store = open_store()
    for line in calibrate_from_file(store, local_user(), failure_mode, read(file), chosen, preview=preview):
        typer.echo(line)
