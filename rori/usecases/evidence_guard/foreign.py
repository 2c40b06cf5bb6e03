"""Kinds of files that are never kept, known by how they begin, so that a refusal can say what the file really is."""

from __future__ import annotations

import re

from rori.reports.raw_rows import refuse

LOOKED_AT_BYTES = 1024
"""How far browsers look for markup in a file whose kind they guess."""

_PROGRAM, _ARCHIVE = "a program or a script", "an archive; send its files one by one"
_BEGINNINGS: tuple[tuple[bytes, str], ...] = (
    (b"\x7fELF", _PROGRAM),
    (b"\xfe\xed\xfa", _PROGRAM),
    (b"\xce\xfa\xed\xfe", _PROGRAM),
    (b"\xcf\xfa\xed\xfe", _PROGRAM),
    (b"\xca\xfe\xba\xbe", _PROGRAM),
    (b"#!", _PROGRAM),
    (bytes.fromhex("d0cf11e0a1b11ae1"), "an old Office file or one with a password; save it as .xlsx or .pdf"),
    (b"Rar!\x1a\x07", _ARCHIVE),
    (b"7z\xbc\xaf\x27\x1c", _ARCHIVE),
    (b"\x1f\x8b", _ARCHIVE),
    (b"GIF87a", "a GIF picture; save it as .png"),
    (b"GIF89a", "a GIF picture; save it as .png"),
    (b"{\\rtf", "an RTF document; save it as .docx or .pdf"),
)
_MARKUP = re.compile(rb"<\s*(!doctype\s+(html|svg)|html|script|iframe|svg)\b|<\?php\b", re.IGNORECASE)
_XML = re.compile(rb"(\xef\xbb\xbf)?\s*<(\?xml|[a-z!]+[\s>])", re.IGNORECASE)


def refuse_foreign(content: bytes, label: str) -> None:
    """Refuse programs, scripts, archives and markup; `label` is what the name says the file is."""
    claimed = f"; its name says that it is a {label}" if label else ""
    found = next((words for beginning, words in _BEGINNINGS if content.startswith(beginning)), "")
    if content.startswith(b"MZ") and b"\0" in content[:64]:
        found = _PROGRAM
    if found:
        raise refuse(f"such files are not kept as evidence: the file is {found}{claimed}; send what it shows, as PDF")
    # Office files are left out: their parts are XML, and their containers are looked at part by part.
    beginning = b"" if content.startswith(b"PK") else content[:LOOKED_AT_BYTES].replace(b"\0", b"")
    if _MARKUP.search(beginning) or _XML.match(beginning):
        raise refuse(f"the file holds HTML, SVG, XML or a script{claimed}; print it to PDF, which is kept as evidence")
