"""What is looked at before a workbook that somebody sent is opened."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from xml.etree.ElementTree import ParseError

from rori.reports.raw_rows import refuse, refuse_size

MAX_UNPACKED_BYTES = 100 * 1024 * 1024
MAX_RATIO = 200
RATIO_MATTERS_FROM_BYTES = 5 * 1024 * 1024
MAX_MEMBERS = 2_000

_OLE_MAGIC = bytes.fromhex("d0cf11e0a1b11ae1")
_BROKEN = "the file is damaged or is no workbook; open it in a spreadsheet program and save it as .xlsx"

BROKEN_FILE_ERRORS = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    zlib.error,
    struct.error,
    ParseError,
    EOFError,
    OSError,
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
    RuntimeError,
    ArithmeticError,
)
"""What zipfile, the XML parsers and openpyxl raise over files that are not what they claim to be."""


@contextmanager
def broken_files_refused() -> Iterator[None]:
    """Turn the complaints of the libraries into one sentence."""
    try:
        yield
    except BROKEN_FILE_ERRORS as error:
        raise refuse(_BROKEN) from error


def check_workbook(content: bytes) -> None:
    """Refuse what is no plain .xlsx workbook, or would unpack to more than a workbook of its kind ever needs."""
    refuse_size(content)
    if content.startswith(_OLE_MAGIC):
        if "EncryptedPackage".encode("utf-16-le") in content:
            raise refuse("this workbook is protected by a password; save it without one")
        raise refuse("this is an old .xls workbook; save it as .xlsx")
    if not content.startswith(b"PK"):
        raise refuse("this is not a workbook; choose a file that a spreadsheet program saved as .xlsx")
    with broken_files_refused(), zipfile.ZipFile(io.BytesIO(content)) as archive:
        _check_sizes(archive.infolist())
        _check_kind(archive)


def _check_sizes(members: list[zipfile.ZipInfo]) -> None:
    # zipfile never unpacks more of a member than the size declared here, so that the declared sizes can be relied on.
    if len(members) > MAX_MEMBERS:
        raise refuse(f"a workbook may hold at most {MAX_MEMBERS} parts, got {len(members)}")
    unpacked = sum(member.file_size for member in members)
    if unpacked > MAX_UNPACKED_BYTES:
        allowed = MAX_UNPACKED_BYTES // 1024**2
        raise refuse(f"a workbook may unpack to at most {allowed} MB, got {unpacked // 1024**2} MB; split it")
    for member in members:
        ratio = member.file_size / max(member.compress_size, 1)
        if member.file_size > RATIO_MATTERS_FROM_BYTES and ratio > MAX_RATIO:
            raise refuse(
                f"a part of the workbook unpacks to {ratio:.0f} times its size; at most {MAX_RATIO} is allowed"
            )
        if member.flag_bits & 0x1:
            raise refuse("this workbook is protected by a password; save it without one")


def _check_kind(archive: zipfile.ZipFile) -> None:
    names = set(archive.namelist())
    if "mimetype" in names and b"opendocument" in archive.read("mimetype"):
        raise refuse("this is an OpenDocument file; save it as .xlsx")
    if "[Content_Types].xml" not in names:
        raise refuse("this is a zip file, not a workbook; choose a file that was saved as .xlsx")
    kinds = archive.read("[Content_Types].xml").lower()
    if b"macroenabled" in kinds or any(name.lower().endswith("vbaproject.bin") for name in names):
        raise refuse("this workbook holds macros; save it as .xlsx, which leaves them out")
    if b"spreadsheetml" not in kinds:
        raise refuse("this Office file is not a workbook in the .xlsx format; save it as .xlsx")
    for name in names:
        if name.lower().endswith((".xml", ".rels")) and b"<!DOCTYPE" in archive.read(name):
            raise refuse("a part of this workbook declares a document type, which no spreadsheet program writes")
