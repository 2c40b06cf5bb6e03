"""File names as they may be shown and kept: no path, no invisible characters, no name that a system reserves."""

from __future__ import annotations

import re
import unicodedata

from rori.reports.raw_rows import refuse

MOST_CHARACTERS = 120

_RESERVED = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?", re.IGNORECASE)
_AWKWARD = re.compile(r'[<>:"|?*]')
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def plain_name(name: str) -> str:
    """Return the name as it is kept; ImportRefusedError when it is a path or nothing is left of it."""
    if "/" in name or "\\" in name:
        raise refuse(f"a file name must not hold a path, got {_short(name)!r}; choose the file itself")
    seen = "".join(char for char in unicodedata.normalize("NFC", name) if unicodedata.category(char) not in _UNSEEN)
    plain = _AWKWARD.sub("_", " ".join(seen.split())).strip(" .")
    if "/" in plain or "\\" in plain or not plain:
        raise refuse(f"a file needs a name such as report.pdf, got {_short(name)!r}")
    if _RESERVED.fullmatch(plain):
        plain = f"_{plain}"
    return _cut(plain)


def extension_of(name: str) -> str:
    """Return what the name ends in, in small letters, without the dot."""
    stem, dot, extension = name.rpartition(".")
    return extension.lower() if stem and dot else ""


def _cut(name: str) -> str:
    if len(name) <= MOST_CHARACTERS:
        return name
    stem, _, extension = name.rpartition(".")
    ending = f".{extension}" if stem and len(extension) <= 10 else ""
    return name[: MOST_CHARACTERS - len(ending)].rstrip(" .") + ending


def _short(name: str) -> str:
    return name if len(name) <= 60 else f"{name[:57]}..."
