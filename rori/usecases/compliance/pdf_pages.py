"""The first pages of a PDF as pictures, drawn where a hostile file can do no harm."""

from __future__ import annotations

import struct
import subprocess
import sys
from pathlib import Path

MOST_PAGES = 3
_MOST_SECONDS = 20
_ROOT = Path(__file__).resolve().parents[3]


def pdf_pages(content: bytes, most_pages: int = MOST_PAGES) -> tuple[bytes, ...]:
    """Return the first pages as PNG pictures; nothing where the file cannot be drawn in time.

    A process of its own reads the file, with bounds on memory and time; nothing but pixels comes back.
    """
    command = [sys.executable, "-m", "rori.usecases.compliance.pdf_worker", str(most_pages)]
    try:
        ran = subprocess.run(  # noqa: S603 - our own module, the file is only its standard input
            command, input=content, capture_output=True, timeout=_MOST_SECONDS, check=True, cwd=_ROOT
        )
    except (subprocess.SubprocessError, OSError):
        return ()
    return tuple(_pictures(ran.stdout))


def _pictures(answer: bytes) -> list[bytes]:
    found, place = [], 0
    while place + 4 <= len(answer):
        (length,) = struct.unpack_from(">I", answer, place)
        found.append(answer[place + 4 : place + 4 + length])
        place += 4 + length
    return found
