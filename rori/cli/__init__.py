"""The terminal front door: the same use cases as the pages, for pipelines and cron.

Exit codes: 0 done; 1 refused, nothing was written, or a check failed (the reasons are on stderr); 2 the command line is
wrong.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import typer

from rori import __version__
from rori.cli import audit, cases, compliance, evidence, inventory
from rori.errors import RoriError

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help=(
        "RORI: what stops if a system fails, and what preventing that earns. "
        "Exit codes: 0 done; 1 refused, nothing was written, or a check failed; 2 the command line is wrong. "
        "The database is data/rori.db, or RORI_DATABASE_URL; changes are attributed to RORI_USER, or the login name."
    ),
)

for room in (inventory, cases, compliance, audit):
    app.add_typer(room.commands)
app.add_typer(evidence.commands, name="evidence")


def main() -> None:
    """Run the terminal front door; errors meant for the user end with exit code 1."""
    with _refusals_told():
        app()


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
