"""Draws the first pages of a PDF in a process of its own: bytes in, pictures out, with little memory and time.

Started by `rori.usecases.compliance.pdf_pages`, never by hand. What is drawn is pixels; scripts, forms and links of the
file do nothing here.
"""

from __future__ import annotations

import contextlib
import io
import struct
import sys

MOST_BYTES_OF_MEMORY = 2 * 1024**3
MOST_SECONDS = 15
MOST_PIXELS_WIDE = 1_000
MOST_PIXELS_HIGH = 2_000


def draw(content: bytes, most_pages: int) -> list[bytes]:
    """Return the first pages as PNG pictures."""
    import pypdfium2

    pictures = []
    document = pypdfium2.PdfDocument(content)
    try:
        for number in range(min(len(document), most_pages)):
            page = document[number]
            width, height = page.get_size()
            scale = min(MOST_PIXELS_WIDE / max(width, 1.0), MOST_PIXELS_HIGH / max(height, 1.0))
            drawn = io.BytesIO()
            page.render(scale=scale, may_draw_forms=False).to_pil().convert("RGB").save(drawn, "PNG")
            pictures.append(drawn.getvalue())
    finally:
        document.close()
    return pictures


def main() -> None:
    """Read a PDF from the standard input and write each picture behind its length."""
    with contextlib.suppress(ImportError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MOST_BYTES_OF_MEMORY, MOST_BYTES_OF_MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    for picture in draw(sys.stdin.buffer.read(), int(sys.argv[1])):
        sys.stdout.buffer.write(struct.pack(">I", len(picture)) + picture)


if __name__ == "__main__":
    main()
