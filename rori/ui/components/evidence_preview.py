"""Files of evidence looked at without running anything: pictures and PDF pages drawn anew, text as text."""

from __future__ import annotations

import io

import streamlit as st

from rori.store import EvidenceVersion
from rori.ui.context import errors_shown, kept, store
from rori.ui.formats import number
from rori.usecases.compliance.evidence_search import evidence_content
from rori.usecases.compliance.pdf_pages import MOST_PAGES, pdf_pages

_PICTURES = frozenset({"image/png", "image/jpeg"})
_TEXTS = frozenset({"text/plain", "text/csv"})
_PDF = "application/pdf"
_MOST_CHARACTERS = 20_000
_SHORT_TEXT, _TEXT_HEIGHT = 800, 320
_MOST_PIXELS = 40_000_000
_MOST_WIDE = 1_400
_BROKEN_PICTURE_ERRORS = (OSError, ValueError, SyntaxError, EOFError, MemoryError)


def can_be_shown(version: EvidenceVersion) -> bool:
    """Whether a version is shown on the page, and not only offered for download."""
    return version.media_type in _PICTURES | _TEXTS | {_PDF} and version.purged_at is None


def preview(version: EvidenceVersion) -> None:
    """Show a picture or a text."""
    with errors_shown():
        found = evidence_content(store(), version.item_id, version.number)
        if version.media_type in _TEXTS:
            _text(found.content)
            return
        if version.media_type == _PDF:
            _pdf(version, found.content)
            return
        picture = kept("evidence.picture", version.sha256, lambda: redrawn(found.content))
        if picture is None:
            st.markdown("This picture cannot be shown here. Download it to look at it.")
        else:
            st.image(picture, caption="Drawn anew from the file, at most 1,400 pixels wide", width="content")


def _pdf(version: EvidenceVersion, content: bytes) -> None:
    with st.spinner("Drawing the first pages"):
        pages = kept("evidence.pages", version.sha256, lambda: pdf_pages(content))
    if not pages:
        st.markdown("This PDF cannot be drawn here. Download it to read it.")
        return
    for position, page in enumerate(pages, start=1):
        st.image(page, caption=f"Page {position}, drawn anew from the file", width="content")
    if len(pages) == MOST_PAGES:
        st.caption(f"At most the first {MOST_PAGES} pages are shown; download it to read it whole.")


def _text(content: bytes) -> None:
    text = content.decode("utf-8-sig", errors="replace")
    st.code(
        text[:_MOST_CHARACTERS],
        language=None,
        wrap_lines=True,
        height=_TEXT_HEIGHT if len(text) > _SHORT_TEXT else "content",
    )
    if len(text) > _MOST_CHARACTERS:
        st.caption(
            f"The first {number(_MOST_CHARACTERS, 0)} of {number(len(text), 0)} characters; download it to read the rest."
        )


def redrawn(content: bytes) -> bytes | None:
    """Return a picture made of the pixels of another, without what else stood in the file; None when it is broken."""
    from PIL import Image

    try:
        with Image.open(io.BytesIO(content), formats=("PNG", "JPEG")) as opened:
            if opened.width * opened.height > _MOST_PIXELS:
                return None
            opened.thumbnail((_MOST_WIDE, _MOST_WIDE * 4))
            plain = opened.convert("RGBA" if "A" in opened.mode or opened.mode == "P" else "RGB")
    except (*_BROKEN_PICTURE_ERRORS, Image.DecompressionBombError):
        return None
    drawn = io.BytesIO()
    fresh = Image.new(plain.mode, plain.size)
    fresh.paste(plain)
    fresh.save(drawn, "PNG")
    return drawn.getvalue()
