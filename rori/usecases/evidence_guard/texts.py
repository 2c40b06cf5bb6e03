"""Text: UTF-8 without control characters, and no other kind of file under the name of a text."""

from __future__ import annotations

import re

from rori.reports.raw_rows import refuse

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f\x7f]")


def check_text(content: bytes) -> None:
    """Refuse what is no plain UTF-8 text."""
    for beginning, kind in ((b"%PDF", "a PDF"), (b"\x89PNG", "a PNG picture"), (b"\xff\xd8\xff", "a JPEG picture")):
        if beginning in content[:1024]:
            raise refuse(f"the file is {kind} under the name of a text; give it its own name again")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise refuse(
            f"a text must be saved as UTF-8, and byte {error.start + 1:,} is not; save it as UTF-8 and send it again"
        ) from error
    found = _CONTROL.search(text)
    if found:
        raise refuse(
            f"a text must hold no control characters, got U+{ord(found[0]):04X} at character {found.start() + 1:,}"
        )
