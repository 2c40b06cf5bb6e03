"""The terminal front door: the same use cases as the pages, for pipelines and cron.

Exit codes: 0 done; 1 refused, nothing was written (the reasons are on stderr); 2 the command line is wrong.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from rori import __version__
from rori.economics.results import Comparison, Simulated
from rori.errors import ImportRefusedError, RoriError
from rori.inventory.sheets import SHEET_BY_NAME
from rori.store import AuditQuery
from rori.usecases import cases, importing, inventory, samples
from rori.usecases.cross_checking import cross_check
from rori.usecases.history_file import calibrate_from_file
from rori.usecases.settings import database_url, local_user, open_store

MAX_FILE_BYTES = 20 * 1024 * 1024

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help=(
        "RORI: what stops if a system fails, and what preventing that earns. "
        "Exit codes: 0 done; 1 refused, nothing was written; 2 the command line is wrong. "
        "The database is data/rori.db, or RORI_DATABASE_URL; changes are attributed to RORI_USER, or the login name."
    ),
)

FileIn = Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True)]
FileOut = Annotated[Path, typer.Argument(dir_okay=False, writable=True)]


def main() -> None:
    """Run the terminal front door; errors meant for the user end with exit code 1."""
    with _refusals_told():
        app()


@app.command()
def migrate() -> None:
    """Create the database, or bring it to what this version needs."""
    open_store().dispose()
    typer.echo(f"The database {_database_shown()} is up to date.")


@app.command()
def sample(*, remove: Annotated[bool, typer.Option("--remove", help="Take the sample out again.")] = False) -> None:
    """Load the sample portfolio of a payment institution, or remove it."""
    store = open_store()
    if not remove:
        typer.echo(f"{samples.load_sample_into(store, local_user())} rows of the sample loaded.")
        return
    left = samples.remove_sample(store, local_user())
    kept = f"{left.changed_by_you} changed by you and {left.needed_by_yours} needed by your rows stay"
    typer.echo(f"{left.removed} rows of the sample removed; {kept}.")


@app.command()
def template(out: FileOut) -> None:
    """Write the empty import template (.xlsx)."""
    _write(out, importing.template_workbook())


@app.command(name="import")
def import_file(
    file: FileIn,
    *,
    sheet: Annotated[str, typer.Option(help=f"For CSV: one of {', '.join(SHEET_BY_NAME)}.")] = "",
    preview: Annotated[bool, typer.Option("--preview", help="Only say what would change.")] = False,
) -> None:
    """Import an inventory (.xlsx, or .csv with --sheet): everything or nothing."""
    content = _read(file)
    store = open_store()
    plan = importing.preview_csv(store, sheet, content) if sheet else importing.preview_workbook(store, content)
    if plan.problems:
        raise ImportRefusedError(plan.problems)
    counts = f"{len(plan.added)} rows to add, {len(plan.changed)} to change, {len(plan.unchanged)} unchanged"
    if not preview:
        importing.apply_import(store, local_user(), plan, note=file.name)
    typer.echo(f"{file.name}: {counts}{' (nothing written)' if preview else '; done'}.")


@app.command()
def export(out: FileOut, *, sheet: Annotated[str, typer.Option(help="Only this sheet, as CSV.")] = "") -> None:
    """Export the inventory as .xlsx, or one sheet as .csv with --sheet."""
    store = open_store()
    _write(out, importing.export_csv(store, sheet) if sheet else importing.export_workbook(store))


@app.command(name="list")
def list_rows(sheet: Annotated[str, typer.Argument(help=f"One of {', '.join(SHEET_BY_NAME)}.")]) -> None:
    """List the ids of one kind of record."""
    if sheet not in SHEET_BY_NAME:
        raise typer.BadParameter(f"choose one of {', '.join(SHEET_BY_NAME)}", param_hint="SHEET")
    for stored in inventory.list_records(open_store(), sheet):
        typer.echo(stored.values[SHEET_BY_NAME[sheet].key])


@app.command()
def run(
    case_id: Annotated[str, typer.Argument(metavar="CASE", help="Id of the case.")],
    *,
    out: Annotated[Path | None, typer.Option(dir_okay=False, writable=True, help="Also write the workbook.")] = None,
    note: Annotated[str, typer.Option(help="Kept with the run.")] = "",
) -> None:
    """Run an investment case, save the run, print its figures."""
    store = open_store()
    for warning in cases.case_warnings(store, case_id):
        typer.echo(f"Note: {warning}.", err=True)
    saved = cases.run_case(store, local_user(), case_id, progress=_progress, note=note)
    _print_run(saved)
    if out is not None:
        _write(out, cases.case_workbook(store, saved.run.id))


@app.command()
def runs(case_id: Annotated[str | None, typer.Argument(metavar="[CASE]")] = None) -> None:
    """List saved runs, newest first."""
    for stored in cases.runs_of(open_store(), case_id):
        typer.echo(f"{stored.id}  {stored.created_at:%Y-%m-%d %H:%M} UTC  {stored.case_id}  by {stored.created_by}")


@app.command()
def show(run_id: Annotated[str, typer.Argument(metavar="RUN")]) -> None:
    """Print the figures of a saved run."""
    _print_run(cases.open_run(open_store(), run_id))


@app.command()
def workbook(run_id: Annotated[str, typer.Argument(metavar="RUN")], out: FileOut) -> None:
    """Write a saved run as a workbook (.xlsx)."""
    _write(out, cases.case_workbook(open_store(), run_id))


@app.command()
def verify(run_id: Annotated[str, typer.Argument(metavar="RUN")]) -> None:
    """Compute a saved run again and require the same figures to the last digit."""
    cases.verify_run(open_store(), run_id, progress=_progress)
    typer.echo(f"Run {run_id} gives the same figures to the last digit.")


@app.command(name="cross-check")
def cross_check_run(run_id: Annotated[str, typer.Argument(metavar="RUN")]) -> None:
    """Compute a saved run by the exact engine as well and set both beside each other (some seconds)."""
    found = cross_check(open_store(), run_id)
    for check in found.amounts:
        apart = check.standard_errors_apart
        typer.echo(
            f"  {check.name:<30} simulated {check.simulated.value:,.0f} ± {check.simulated.standard_error:,.0f} {found.currency}, "
            f"exact {check.exact.value:,.0f} ± {check.exact.error:,.0f}"
            + ("" if apart is None else f", {apart:.1f} standard errors apart")
        )


@app.command()
def compare(
    first: Annotated[str, typer.Argument(metavar="RUN")], second: Annotated[str, typer.Argument(metavar="RUN")]
) -> None:
    """Print two saved runs one after the other."""
    store = open_store()
    for run_id in (first, second):
        _print_run(cases.open_run(store, run_id))


@app.command()
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
    for line in calibrate_from_file(store, local_user(), failure_mode, _read(file), chosen, preview=preview):
        typer.echo(line)


@app.command()
def audit(
    *,
    limit: Annotated[int, typer.Option(min=1, max=10_000)] = 20,
    text: Annotated[str, typer.Option(help="Only lines that hold this text.")] = "",
) -> None:
    """Print the audit log, newest first."""
    for entry in inventory.audit_trail(open_store(), AuditQuery(limit=limit, text=text)):
        line = f"{entry.id}  {entry.at:%Y-%m-%d %H:%M:%S} UTC  {entry.who}  {entry.action}  {entry.subject} {entry.subject_key}"
        typer.echo(f"{line}  {entry.note}".rstrip())


@app.command()
def version() -> None:
    """Print the version."""
    typer.echo(__version__)


@contextmanager
def _refusals_told() -> Iterator[None]:
    try:
        yield
    except RoriError as error:
        typer.echo(str(error), err=True)
        sys.exit(1)


def _progress(done: int, of: int) -> None:
    if sys.stderr.isatty():
        typer.echo(f"\r{done / of:4.0%} of the futures simulated", nl=done == of, err=True)


def _print_run(saved: cases.SavedRun) -> None:
    found, investment, currency = saved.result, saved.result.investment, saved.inputs.case.currency
    typer.echo(f"Run {saved.run.id}: {saved.inputs.case.name}")
    rows = [
        ("Expected annual loss without", _amount(found.loss_eur_per_year.without, currency)),
        ("Expected annual loss with", _amount(found.loss_eur_per_year.with_measures, currency)),
        ("Prevented loss per year", _amount(found.loss_eur_per_year.difference, currency)),
        *((f"TVaR {tail.level:.0%} of annual loss", _both(tail.tvar, currency)) for tail in found.tails),
        ("PV of prevented loss", _amount(investment.pv_prevented_eur, currency)),
        ("PV of cost", f"{investment.pv_cost_eur:,.0f} {currency}"),
        ("NPV", _amount(investment.npv_eur, currency)),
        ("RORI", _share(investment.rori)),
        ("P(RORI > 0)", _share(investment.probability_rori_positive)),
        ("Traditional ROI", "no cost" if investment.roi is None else f"{investment.roi:.1%}"),
        ("Payback", "not reached" if investment.payback_years is None else f"{investment.payback_years:.1f} years"),
        ("Seed, years, model", f"{saved.run.seed}, {saved.run.n_years:,}, {saved.run.model_version}"),
        ("Input hash", saved.run.input_hash),
    ]
    for label, value in rows:
        typer.echo(f"  {label:<30} {value}")


def _amount(figure: Simulated, currency: str) -> str:
    return f"{figure.value:,.0f} ± {figure.standard_error:,.0f} {currency}"


def _both(figures: Comparison, currency: str) -> str:
    return f"{_amount(figures.without, currency)} without, {_amount(figures.with_measures, currency)} with"


def _share(figure: Simulated | None) -> str:
    return "no cost" if figure is None else f"{figure.value:.1%} ± {figure.standard_error:.1%}"


def _database_shown() -> str:
    """Return the database without a password."""
    return database_url().rsplit("@", maxsplit=1)[-1]


def _read(file: Path) -> bytes:
    with file.open("rb") as stream:
        return stream.read(MAX_FILE_BYTES + 1)


def _write(out: Path, content: bytes) -> None:
    part = out.with_name(f".{out.name}.part")
    part.write_bytes(content)
    part.replace(out)
    typer.echo(f"{out} written ({len(content):,} bytes).")
