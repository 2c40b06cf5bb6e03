"""What all commands share: files in and out, progress, who asks."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from rori.usecases.settings import database_url

MAX_FILE_BYTES = 20 * 1024 * 1024

FileIn = Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True)]
FileOut = Annotated[Path, typer.Argument(dir_okay=False, writable=True)]


def steps(what: str) -> Callable[[int, int], None]:
    """Return what tells how many of how many are done, on a terminal."""

    def tell(done: int, of: int) -> None:
        if sys.stderr.isatty():
            typer.echo(f"\r{done:,} of {of:,} {what}", nl=done == of, err=True)

    return tell


def progress(done: int, of: int) -> None:
    """Tell how much of a simulation is done, on a terminal."""
    if sys.stderr.isatty():
        typer.echo(f"\r{done / of:4.0%} of the futures simulated", nl=done == of, err=True)


def database_shown() -> str:
    """Return the database without a password."""
    return database_url().rsplit("@", maxsplit=1)[-1]


def read(file: Path) -> bytes:
    """Read a file, and no more of it than is ever allowed."""
    with file.open("rb") as stream:
        return stream.read(MAX_FILE_BYTES + 1)


def write(out: Path, content: bytes) -> None:
    """Write a file whole or not at all, and say so."""
    part = out.with_name(f".{out.name}.part")
    part.write_bytes(content)
    part.replace(out)
    typer.echo(f"{out} written ({len(content):,} bytes).")
