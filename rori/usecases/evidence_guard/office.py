"""Workbooks, documents and presentations: zip containers without gaps, macros, programs or bombs.

Sizes that a container declares can be relied on: zipfile never unpacks more of a part than that, and checks its sum.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile

from rori.reports.raw_rows import refuse
from rori.reports.upload_guard import (
    BROKEN_FILE_ERRORS,
    MAX_MEMBERS,
    MAX_RATIO,
    MAX_UNPACKED_BYTES,
    RATIO_MATTERS_FROM_BYTES,
)

_MAIN = {
    "xlsx": (b"spreadsheetml.sheet.main+xml", "xl/workbook.xml"),
    "docx": (b"wordprocessingml.document.main+xml", "word/document.xml"),
    "pptx": (b"presentationml.presentation.main+xml", "ppt/presentation.xml"),
}
_PROGRAMS = re.compile(r"\.(exe|dll|com|scr|bat|cmd|ps1|vbs|vbe|js|jse|wsf|hta|jar|msi|lnk|html?|mht)$", re.IGNORECASE)
_MACROS = re.compile(r"(^|/)(vba[^/]*\.(bin|xml)|macrosheets/.*|activex/.*\.bin)$", re.IGNORECASE)
_UNSAFE_NAME = re.compile(r"^/|\\|^[A-Za-z]:|(^|/)\.\.(/|$)|[\x00-\x1f]")

_END_BYTES = 22
_LOCAL_BYTES = 30
_DESCRIPTION_BYTES = frozenset({12, 16, 20, 24})
"""What a writer that does not know sizes beforehand puts behind a part: perhaps a signature, a sum and two sizes."""


def check_office(extension: str, content: bytes) -> None:
    """Refuse what is no plain container of this kind from its first to its last byte."""
    if not content.startswith(b"PK\x03\x04"):
        raise refuse(f"the file is no .{extension} although its name says so; save it as .{extension} again")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
            _check_sizes(members)
            _check_names(members)
            _check_places(content, members)
            _check_kind(extension, archive)
            _check_parts(archive)
    except BROKEN_FILE_ERRORS as error:
        raise refuse(f"the file is damaged; save it as .{extension} again") from error


def _check_sizes(members: list[zipfile.ZipInfo]) -> None:
    if len(members) > MAX_MEMBERS:
        raise refuse(f"an Office file may hold at most {MAX_MEMBERS:,} parts, got {len(members):,}")
    unpacked = sum(member.file_size for member in members)
    if unpacked > MAX_UNPACKED_BYTES:
        allowed = MAX_UNPACKED_BYTES // 1024**2
        raise refuse(f"an Office file may unpack to at most {allowed} MB, got {unpacked / 1024**2:,.0f} MB; split it")
    for member in members:
        ratio = member.file_size / max(member.compress_size, 1)
        if member.file_size > RATIO_MATTERS_FROM_BYTES and ratio > MAX_RATIO:
            raise refuse(
                f"a part of the Office file unpacks to {ratio:,.0f} times its size; at most {MAX_RATIO} is allowed"
            )
        if member.flag_bits & 0x1 or member.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
            raise refuse("the Office file has a password or a rare kind of packing; save it again without")


def _check_names(members: list[zipfile.ZipInfo]) -> None:
    names = [member.orig_filename for member in members]
    if len({name.casefold() for name in names}) != len(names):
        raise refuse("the Office file holds two parts of one name; save it again in an Office program")
    for name in names:
        if _UNSAFE_NAME.search(name):
            raise refuse("a part of the Office file has a path that leads out of the file; it was not made by Office")
        if _MACROS.search(name):
            raise refuse("the Office file holds macros; save it in the kind without macros")
        if _PROGRAMS.search(name):
            raise refuse(f"the Office file carries a program or a page ({name[-40:]}); take it out and save it again")


def _check_places(content: bytes, members: list[zipfile.ZipInfo]) -> None:
    """Refuse a container with bytes before its first part, between parts, behind its end, or with parts that overlap."""
    end = len(content) - _END_BYTES
    signature, listed_bytes, listed_at, comment = struct.unpack("<4s8xIIH", content[end:])
    if signature != b"PK\x05\x06" or comment or listed_at + listed_bytes != end:
        raise refuse("something stands before or behind the Office file; save it again in an Office program")
    place, described = 0, False
    for member in sorted(members, key=lambda member: member.header_offset):
        gap = member.header_offset - place
        if gap and not (described and gap in _DESCRIPTION_BYTES):
            raise _hidden()
        described = bool(member.flag_bits & 0x8)
        name, extra = struct.unpack_from("<HH", content, member.header_offset + 26)
        place = member.header_offset + _LOCAL_BYTES + name + extra + member.compress_size
    gap = listed_at - place
    if gap and not (described and gap in _DESCRIPTION_BYTES):
        raise _hidden()


def _hidden() -> Exception:
    return refuse("something is hidden between the parts of the Office file; save it again in an Office program")


def _check_kind(extension: str, archive: zipfile.ZipFile) -> None:
    names = set(archive.namelist())
    wanted, main = _MAIN[extension]
    if "[Content_Types].xml" not in names:
        raise refuse(f"the file is a zip archive, not a .{extension}; send its files one by one")
    kinds = archive.read("[Content_Types].xml")
    if b"macroenabled" in kinds.lower():
        raise refuse("the Office file holds macros; save it in the kind without macros")
    if wanted not in kinds or main not in names:
        raise refuse(f"the Office file is no .{extension} although its name says so; give it its own name again")


def _check_parts(archive: zipfile.ZipFile) -> None:
    for name in archive.namelist():
        part = archive.read(name)
        if name.lower().endswith((".xml", ".rels")) and b"<!DOCTYPE" in part.replace(b"\0", b""):
            raise refuse("a part of the Office file declares a document type, which no Office program writes")
