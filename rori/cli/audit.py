"""The audit log: read, verified, anchored; and everything verified at once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from rori.cli.shared import progress, read, steps, write
from rori.store import AuditQuery, Store
from rori.usecases import auditing, cases, inventory
from rori.usecases.settings import open_store

commands = typer.Typer()


@commands.command()
def audit(
    *,
    limit: Annotated[int, typer.Option(min=1, max=10_000)] = 20,
    text: Annotated[str, typer.Option(help="Only lines that hold this text.")] = "",
) -> None:
    """Print the audit log, newest first."""
    for entry in inventory.audit_trail(open_store(), AuditQuery(limit=limit, text=text)):
        line = f"{entry.id}  {entry.at:%Y-%m-%d %H:%M:%S} UTC  {entry.who}  {entry.action}  {entry.subject} {entry.subject_key}"
        typer.echo(f"{line}  {entry.note}".rstrip())


@commands.command()
def verify(
    run_id: Annotated[str | None, typer.Argument(metavar="RUN")] = None,
    *,
    anchor: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, readable=True, help="Hold the log against this anchor too."),
    ] = None,
) -> None:
    """Recompute the chain of the audit log and hash all evidence again; with RUN, compute that saved run again instead."""
    store = open_store()
    if run_id is None:
        _verify_everything(store, None if anchor is None else auditing.read_anchor(read(anchor)))
        return
    if anchor is not None:
        raise typer.BadParameter("an anchor is for the audit log; leave RUN out", param_hint="--anchor")
    cases.verify_run(store, run_id, progress=progress)
    typer.echo(f"Run {run_id} gives the same figures to the last digit.")


@commands.command()
def anchor(
    *, out: Annotated[Path | None, typer.Option(dir_okay=False, writable=True, help="Write it into this file.")] = None
) -> None:
    """Note where the audit log ends (JSON), to be kept elsewhere: `verify --anchor` then finds a log that was cut."""
    content = auditing.anchor_file(auditing.take_anchor(open_store()))
    if out is None:
        typer.echo(content.decode("utf-8"), nl=False)
    else:
        write(out, content)


def _verify_everything(store: Store, anchor: auditing.Anchor | None) -> None:
    report = auditing.verify_log(store, anchor, steps("entries checked"))
    for sentence in auditing.report_sentences(report, lambda at: f"{at:%Y-%m-%d %H:%M:%S} UTC"):
        typer.echo(sentence, err=not report.is_intact)
    if not evidence_intact(store) or not report.is_intact:
        raise typer.Exit(1)


def evidence_intact(store: Store) -> bool:
    """Hash all evidence again, say what was found, and return whether all is well."""
    looked_at, findings = auditing.verify_evidence(store, steps("contents of evidence hashed"))
    for finding in findings:
        typer.echo(f"Evidence: {finding.message}.", err=True)
    if not findings:
        intact = f"The evidence is intact: {looked_at:,} contents are what was uploaded."
        typer.echo(intact if looked_at else "There is no evidence yet.")
    return not findings
