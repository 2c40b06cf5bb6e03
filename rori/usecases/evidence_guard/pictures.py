"""Pictures: walked from the first marker to the last, so that nothing hides before, between or behind."""

from __future__ import annotations

import re
import struct
import zlib

from rori.reports.raw_rows import refuse

MOST_PIXELS = 100_000_000

_PNG_MAGIC = b"\x89PNG\r\n\x1a\n"
_NEXT_MARKER = re.compile(rb"\xff+[^\x00\xff\xd0-\xd7]")
_START, _END, _SCAN = 0xD8, 0xD9, 0xDA
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


def check_png(content: bytes) -> None:
    """Refuse what is no PNG picture from its first to its last byte."""
    if not content.startswith(_PNG_MAGIC):
        raise refuse("the file is no PNG picture although its name says so; give it its own name again")
    kinds: list[bytes] = []
    place = len(_PNG_MAGIC)
    while place < len(content) and (not kinds or kinds[-1] != b"IEND"):
        kind, body, place = _png_chunk(content, place)
        if not kinds:
            _check_png_head(kind, body)
        kinds.append(kind)
    if kinds.count(b"IHDR") != 1 or b"IDAT" not in kinds or kinds[-1] != b"IEND":
        raise _broken("PNG")
    if place != len(content):
        raise _trailing("PNG")


def check_jpeg(content: bytes) -> None:
    """Refuse what is no JPEG picture from its first to its last byte."""
    if not content.startswith(b"\xff\xd8\xff"):
        raise refuse("the file is no JPEG picture although its name says so; give it its own name again")
    place, frames, scans = 2, 0, 0
    while True:
        marker, place = _jpeg_marker(content, place)
        if marker == _END:
            break
        body, place = _jpeg_segment(content, place)
        if marker in _FRAMES:
            frames += 1
            _check_jpeg_frame(body)
        if marker == _SCAN:
            scans += 1
            place = _end_of_scan(content, place)
    if not frames or not scans:
        raise _broken("JPEG")
    if place != len(content):
        raise _trailing("JPEG")


def _png_chunk(content: bytes, place: int) -> tuple[bytes, bytes, int]:
    if len(content) < place + 12:
        raise _broken("PNG")
    length, kind = struct.unpack_from(">I4s", content, place)
    end = place + 8 + length
    if end + 4 > len(content) or not kind.isalpha():
        raise _broken("PNG")
    if zlib.crc32(memoryview(content)[place + 4 : end]) != struct.unpack_from(">I", content, end)[0]:
        raise _broken("PNG")
    return kind, content[place + 8 : end], end + 4


def _check_png_head(kind: bytes, body: bytes) -> None:
    if kind != b"IHDR" or len(body) != 13:
        raise _broken("PNG")
    _check_pixels(*struct.unpack_from(">II", body))


def _jpeg_marker(content: bytes, place: int) -> tuple[int, int]:
    """Return the marker that stands here and where it ends; fill bytes may stand before it."""
    while place + 1 < len(content) and content[place] == 0xFF and content[place + 1] == 0xFF:
        place += 1
    if place + 2 > len(content) or content[place] != 0xFF or content[place + 1] in {0x00, _START}:
        raise _broken("JPEG")
    return content[place + 1], place + 2


def _jpeg_segment(content: bytes, place: int) -> tuple[bytes, int]:
    if place + 2 > len(content):
        raise _broken("JPEG")
    [length] = struct.unpack_from(">H", content, place)
    if length < 2 or place + length > len(content):
        raise _broken("JPEG")
    return content[place + 2 : place + length], place + length


def _check_jpeg_frame(body: bytes) -> None:
    if len(body) < 6:
        raise _broken("JPEG")
    height, width = struct.unpack_from(">HH", body, 1)
    _check_pixels(width, height)


def _end_of_scan(content: bytes, place: int) -> int:
    found = _NEXT_MARKER.search(content, place)
    if found is None:
        raise _broken("JPEG")
    return found.end() - 2


def _check_pixels(width: int, height: int) -> None:
    if not width or not height or width * height > MOST_PIXELS:
        raise refuse(
            f"a picture may have at most {MOST_PIXELS // 1_000_000} million pixels, got {width:,} by {height:,}; "
            "make it smaller"
        )


def _broken(kind: str) -> Exception:
    return refuse(f"the {kind} picture is damaged or not complete; save it again in a picture program")


def _trailing(kind: str) -> Exception:
    return refuse(f"something follows after the end of the {kind} picture; save it again in a picture program")
