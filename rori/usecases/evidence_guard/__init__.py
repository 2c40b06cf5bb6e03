"""What is looked at before a file that somebody sends is kept as evidence.

A file is kept when its name, its kind and its whole structure agree: it begins and ends as its kind does, and holds
nothing before, between or behind. Nothing is opened by programs that show such files, and nothing is stored here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from rori.reports.raw_rows import refuse
from rori.usecases.evidence_guard.foreign import refuse_foreign
from rori.usecases.evidence_guard.names import extension_of, plain_name
from rori.usecases.evidence_guard.office import check_office
from rori.usecases.evidence_guard.pdf import check_pdf
from rori.usecases.evidence_guard.pictures import check_jpeg, check_png
from rori.usecases.evidence_guard.texts import check_text

MAX_EVIDENCE_BYTES = 25 * 1024 * 1024

_OFFICE = "application/vnd.openxmlformats-officedocument."


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kind:
    """A kind of file that is kept: what it is called, its media type, and what looks at its content."""

    label: str
    media_type: str
    check: Callable[[bytes], None]


_PNG = _Kind(label="PNG picture", media_type="image/png", check=check_png)
_JPEG = _Kind(label="JPEG picture", media_type="image/jpeg", check=check_jpeg)
_KINDS = {
    "pdf": _Kind(label="PDF", media_type="application/pdf", check=check_pdf),
    "png": _PNG,
    "jpg": _JPEG,
    "jpeg": _JPEG,
    "txt": _Kind(label="text", media_type="text/plain", check=check_text),
    "csv": _Kind(label="CSV text", media_type="text/csv", check=check_text),
    "md": _Kind(label="text", media_type="text/plain", check=check_text),
    "xlsx": _Kind(
        label="workbook",
        media_type=_OFFICE + "spreadsheetml.sheet",
        check=lambda content: check_office("xlsx", content),
    ),
    "docx": _Kind(
        label="document",
        media_type=_OFFICE + "wordprocessingml.document",
        check=lambda content: check_office("docx", content),
    ),
    "pptx": _Kind(
        label="presentation",
        media_type=_OFFICE + "presentationml.presentation",
        check=lambda content: check_office("pptx", content),
    ),
}

ALLOWED_EXTENSIONS = tuple(_KINDS)
"""What a name may end in, for the box that takes files."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedFile:
    """A file that may be kept: its plain name, and the media type of what it really holds."""

    file_name: str
    media_type: str
    content: bytes


def checked_file(
    file_name: str, content: bytes, *, declared_bytes: int | None = None, most_bytes: int = MAX_EVIDENCE_BYTES
) -> CheckedFile:
    """Return a file that may be kept; ImportRefusedError says in one sentence why it may not."""
    _check_size(content, declared_bytes, most_bytes)
    name = plain_name(file_name)
    kind = _KINDS.get(extension_of(name))
    if kind is None:
        refuse_foreign(content, "")
        known = ", ".join(f".{extension}" for extension in _KINDS)
        raise refuse(f"evidence may be {known}, got {name!r}; save it as one of these, or keep a link to it")
    refuse_foreign(content, kind.label)
    kind.check(content)
    return CheckedFile(file_name=name, media_type=kind.media_type, content=content)


def refuse_claim(declared_bytes: int, *, most_bytes: int = MAX_EVIDENCE_BYTES) -> None:
    """Refuse a file for the size that it claims, before any of it is read."""
    if declared_bytes > most_bytes:
        came = declared_bytes / 1024**2
        raise refuse(f"a file may have at most {most_bytes // 1024**2} MB, got {came:,.1f} MB; split it or keep a link")


def _check_size(content: bytes, declared_bytes: int | None, most_bytes: int) -> None:
    refuse_claim(declared_bytes or 0, most_bytes=most_bytes)
    refuse_claim(len(content), most_bytes=most_bytes)
    if not content:
        raise refuse("the file is empty; choose a file that holds something")
    if declared_bytes is not None and declared_bytes != len(content):
        raise refuse(
            f"the file was announced with {declared_bytes:,} bytes but {len(content):,} arrived; send it again"
        )
