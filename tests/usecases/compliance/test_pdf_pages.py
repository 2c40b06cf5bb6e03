"""The first pages of a PDF as pictures."""

from __future__ import annotations

import io

from PIL import Image

from rori.usecases.compliance.pdf_pages import MOST_PAGES, pdf_pages


def pdf(colours: list[str]) -> bytes:
    out = io.BytesIO()
    first, *rest = (Image.new("RGB", (200, 100), colour) for colour in colours)
    first.save(out, "PDF", save_all=True, append_images=rest)
    return out.getvalue()


def test_the_first_pages_come_back_as_pixels():
    pages = pdf_pages(pdf(["red", "green", "blue", "white"]))
    assert len(pages) == MOST_PAGES
    middles = []
    for page in pages:
        with Image.open(io.BytesIO(page), formats=("PNG",)) as picture:
            middles.append(picture.getpixel((picture.width // 2, picture.height // 2)))
    assert [max(range(3), key=pixel.__getitem__) for pixel in middles] == [0, 1, 2]


def test_what_is_no_pdf_gives_nothing_and_no_error():
    assert pdf_pages(b"%PDF-1.7 and then nothing that makes sense") == ()
    assert pdf_pages(b"") == ()


def test_a_cut_file_gives_what_can_be_drawn_or_nothing():
    whole = pdf(["red", "green"])
    assert isinstance(pdf_pages(whole[: len(whole) // 2]), tuple)
