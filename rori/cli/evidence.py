"""Evidence: listed, added, verified."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from rori.cli.audit import evidence_intact
from rori.store import Evidence
from rori.usecases.compliance import evidence, evidence_search
from rori.usecases.settings import local_user, open_store

commands = typer.Typer(no_args_is_help=True, help="List, add and verify evidence.")


@commands.command(name="list")
def list_evidence(
    *,
    state: Annotated[str, typer.Option(help=f"Only one of {', '.join(evidence_search.STATES)}.")] = "",
    control: Annotated[str, typer.Option(metavar="ID", help="Only what is about this control.")] = "",
    within: Annotated[
        int | None, typer.Option(min=0, max=36_500, help="Only what expires within so many days.")
    ] = None,
) -> None:
    """List evidence with its state today, last day and title."""
    asked = evidence_search.EvidenceFilter(
        state=state, kind="control" if control else "", target_id=control, within_days=within
    )
    for line in evidence_search.every_piece(open_store(), asked, datetime.now().astimezone().date()):
        ends = "no last day" if line.item.expires_on is None else f"{line.item.expires_on}"
        typer.echo(f"{line.item.id}  {line.state:<17}  {ends:<11}  {line.item.title}")


@commands.command(name="add")
def add_evidence(
    files: Annotated[list[Path], typer.Argument(exists=True, dir_okay=False, readable=True)],
    *,
    title: Annotated[str, typer.Option(help="What it is called.")],
    control: Annotated[list[str] | None, typer.Option(metavar="ID", help="It is about this; may be repeated.")] = None,
    requirement: Annotated[list[str] | None, typer.Option(metavar="ID", help="Likewise.")] = None,
    system: Annotated[list[str] | None, typer.Option(metavar="ID", help="Likewise.")] = None,
    owner: Annotated[str, typer.Option(help="Who keeps it up to date.")] = "",
    expires: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Last day on which it counts.")] = None,
) -> None:
    """Add files as one piece of evidence, a draft: all of them or nothing."""
    named = {evidence.CONTROL: control, evidence.REQUIREMENT: requirement, evidence.SYSTEM: system}
    about = [evidence.Target(kind=kind, target_id=one) for kind, ids in named.items() for one in ids or []]
    said = Evidence(title=title, owner=owner or local_user(), expires_on=expires.date() if expires else None)
    contents = [evidence.file_at(path) for path in files]
    typer.echo(f"{evidence.add_evidence(open_store(), local_user(), said, contents, about).id}  added as a draft.")


@commands.command(name="verify")
def verify_evidence() -> None:
    """Hash all evidence again and name what is missing or changed."""
    if not evidence_intact(open_store()):
        raise typer.Exit(1)


@commands.command()
def purge() -> None:
    """Remove the bytes of withdrawn evidence whose retention has ended; versions and log stay."""
    purged = evidence.purge_evidence(open_store(), local_user(), datetime.now(UTC))
    for kept in purged:
        typer.echo(f"{kept.file_name} (version {kept.number} of {kept.title}): its retention has ended.")
    typer.echo(f"{len(purged)} files let go.")
