"""Investment cases: run, saved, compared, checked by the second engine."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from rori.cli.shared import FileOut, progress, write
from rori.economics.results import Comparison, Simulated
from rori.usecases import cases
from rori.usecases.cross_checking import cross_check
from rori.usecases.settings import local_user, open_store

commands = typer.Typer()


@commands.command()
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
    saved = cases.run_case(store, local_user(), case_id, progress=progress, note=note)
    _print_run(saved)
    if out is not None:
        write(out, cases.case_workbook(store, saved.run.id))


@commands.command()
def runs(case_id: Annotated[str | None, typer.Argument(metavar="[CASE]")] = None) -> None:
    """List saved runs, newest first."""
    for stored in cases.runs_of(open_store(), case_id):
        typer.echo(f"{stored.id}  {stored.created_at:%Y-%m-%d %H:%M} UTC  {stored.case_id}  by {stored.created_by}")


@commands.command()
def show(run_id: Annotated[str, typer.Argument(metavar="RUN")]) -> None:
    """Print the figures of a saved run."""
    _print_run(cases.open_run(open_store(), run_id))


@commands.command()
def workbook(run_id: Annotated[str, typer.Argument(metavar="RUN")], out: FileOut) -> None:
    """Write a saved run as a workbook (.xlsx)."""
    write(out, cases.case_workbook(open_store(), run_id))


@commands.command(name="cross-check")
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


@commands.command()
def compare(
    first: Annotated[str, typer.Argument(metavar="RUN")], second: Annotated[str, typer.Argument(metavar="RUN")]
) -> None:
    """Print two saved runs one after the other."""
    store = open_store()
    for run_id in (first, second):
        _print_run(cases.open_run(store, run_id))


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
