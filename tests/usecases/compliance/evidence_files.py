"""Files that may be kept as evidence, and files that may not."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

from rori.usecases.compliance.evidence import GivenFile


def png(width: int = 2, height: int = 2) -> bytes:
    """Return a grey picture."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    pixels = zlib.compress((b"\0" + b"\x80" * width) * height)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def pdf(text: str = "restored in 42 minutes") -> bytes:
    """Return what is enough of a PDF to be kept."""
    return b"%PDF-1.4\n% " + text.encode() + b"\nstartxref\n0\n%%EOF\n"


def archive() -> bytes:
    """Return a zip archive."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as packed:
        packed.writestr("payload.txt", "x")
    return buffer.getvalue()


def given(
    name: str = "report.txt", content: bytes = b"restored in 42 minutes", declared: int | None = None
) -> GivenFile:
    """Return a file as it is sent; `declared` is the size that it claims."""
    return GivenFile(name=name, declared_bytes=len(content) if declared is None else declared, read=lambda: content)


def unread(name: str, declared: int) -> GivenFile:
    """Return a file whose bytes must not be asked for."""

    def read() -> bytes:
        raise AssertionError("the bytes were read although the size that they claim is refused")

    return GivenFile(name=name, declared_bytes=declared, read=read)
