"""PDF: begins at the first byte, ends with its end mark, and carries no scripts that can be seen.

Scripts inside compressed objects are not looked for: whoever shows a PDF must not run them.
"""

from __future__ import annotations

import io
import re
import zipfile

from rori.reports.raw_rows import refuse

_HEADER = re.compile(rb"%PDF-(1\.[0-7]|2\.0)[\r\n \t%]")
_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
_ACTIVE = re.compile(rb"/(?:JavaScript|Launch|RichMedia)(?=[\s/<>\[\]()%]|$)")
_NAMES_WITH_ESCAPES = re.compile(rb"/[A-Za-z]*(?:#[0-9A-Fa-f]{2}[A-Za-z]*)+")
_END = b"%%EOF"


def check_pdf(content: bytes) -> None:
    """Refuse what is no PDF from its first to its last byte."""
    if _HEADER.match(content) is None:
        if b"%PDF-" in content[:1024]:
            raise refuse("the PDF does not begin at the first byte of the file; print it to PDF again")
        raise refuse("the file is no PDF although its name says so; give it its own name again or print it to PDF")
    end = content.rfind(_END)
    if end < 0 or b"startxref" not in content:
        raise refuse("the PDF is not complete: its end is missing; print it to PDF again")
    if content[end + len(_END) :].strip(b"\r\n \t\0\x0c"):
        raise refuse("something follows after the end of the PDF; print it to PDF again")
    if zipfile.is_zipfile(io.BytesIO(content)):
        raise refuse("the PDF is a zip archive at the same time; print it to PDF again")
    if _ACTIVE.search(content) or any(
        _ACTIVE.search(_unescaped(name)) for name in _NAMES_WITH_ESCAPES.findall(content)
    ):
        raise refuse(
            "the PDF carries scripts, programs or media that run; print it to PDF again, which leaves them out"
        )


def _unescaped(name: bytes) -> bytes:
    return _ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), name)
