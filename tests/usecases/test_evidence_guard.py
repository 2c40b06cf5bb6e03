from __future__ import annotations

import io
import struct
import zipfile
import zlib
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from openpyxl import Workbook

from rori.errors import ImportRefusedError
from rori.store import Evidence, EvidenceFile, EvidenceQuery, Store, Writer
from rori.usecases.evidence_guard import MAX_EVIDENCE_BYTES, CheckedFile, checked_file, refuse_claim

PDF = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer << /Root 1 0 R >>\nstartxref\n9\n%%EOF\n"
MAIN = {"xlsx": "spreadsheetml.sheet", "docx": "wordprocessingml.document", "pptx": "presentationml.presentation"}
PARTS = {"xlsx": "xl/workbook.xml", "docx": "word/document.xml", "pptx": "ppt/presentation.xml"}


def png(width: int = 1, height: int = 1, extra: bytes = b"") -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + extra + chunk(b"IDAT", zlib.compress(b"\0\0")) + chunk(b"IEND", b"")


def jpeg(width: int = 1, height: int = 1, note: bytes = b"JFIF\0") -> bytes:
    def segment(marker: int, body: bytes) -> bytes:
        return struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body

    frame = segment(0xC0, struct.pack(">BHHB", 8, height, width, 1) + b"\x01\x11\0")
    scan = segment(0xDA, b"\x01\x01\0\0\x3f\0") + b"\x12\xff\x00\x34\xff\xd0\x56"
    return b"\xff\xd8" + segment(0xE0, note) + frame + scan + scan + b"\xff\xd9"


def office(kind: str = "docx", parts: dict[str, bytes] | None = None, *, types: str = "") -> bytes:
    content = io.BytesIO()
    named = types or f"application/vnd.openxmlformats-officedocument.{MAIN[kind]}.main+xml"
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", f'<Types><Override ContentType="{named}"/></Types>')
        archive.writestr(PARTS[kind], "<x/>")
        for name, part in (parts or {}).items():
            archive.writestr(name, part)
    return content.getvalue()


def workbook() -> bytes:
    content = io.BytesIO()
    Workbook().save(content)
    return content.getvalue()


def packed(**parts: bytes) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return content.getvalue()


GOOD = {
    "report.pdf": (PDF, "application/pdf"),
    "shot.png": (png(), "image/png"),
    "photo.jpg": (jpeg(), "image/jpeg"),
    "photo.jpeg": (jpeg(), "image/jpeg"),
    "notes.txt": ("Wiederherstellung in 42 Minuten \u2014 \u652f\u4ed8\r\n\tdone\n".encode(), "text/plain"),
    "list.csv": (b"\xef\xbb\xbfa;b\n1;<2\n", "text/csv"),
    "minutes.md": (b"# Minutes\n\n<br> and `rm -rf` in a quote, MZ at will\n", "text/plain"),
    "tests.xlsx": (workbook(), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "policy.docx": (office(), "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    "board.pptx": (office("pptx"), "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
    "REPORT.PDF": (PDF + b"\r\n", "application/pdf"),
}


@pytest.mark.parametrize("name", GOOD)
def test_files_of_the_kinds_that_are_kept_pass_unchanged(name: str) -> None:
    content, media_type = GOOD[name]
    found = checked_file(name, content, declared_bytes=len(content))
    assert found == CheckedFile(file_name=name, media_type=media_type, content=content)


def inserted(content: bytes, mark: bytes, what: bytes) -> bytes:
    place = content.index(mark)
    return content[:place] + what + content[place:]


def overlapping() -> bytes:
    """Return a container whose directory names its first part twice."""
    content = bytearray(office(parts={"word/a.xml": b"<a/>"}))
    directory = struct.unpack_from("<I", content, len(content) - 6)[0]
    last = content.rfind(b"PK\x01\x02", directory)
    struct.pack_into("<I", content, last + 42, 0)
    return bytes(content)


def with_a_gap() -> bytes:
    """Return a container with something between its last part and its directory, and offsets that fit."""
    content = office()
    directory = struct.unpack_from("<I", content, len(content) - 6)[0]
    hidden = b"<script>alert(1)</script>" * 3
    moved = bytearray(content[:directory] + hidden + content[directory:])
    struct.pack_into("<I", moved, len(moved) - 6, directory + len(hidden))
    return bytes(moved)


ZIP = packed(a=b"x")
SCRIPT = b"<script>alert(1)</script>"
HOSTILE = {
    "path up": ("../../etc/passwd.txt", b"x", "a file name must not hold a path, got '../../etc/passwd.txt'"),
    "path windows": ("C:\\Users\\ann\\x.pdf", PDF, "a file name must not hold a path"),
    "no name": (" .. ", b"x", "a file needs a name such as report.pdf"),
    "name of invisible characters": ("\u202e\u200b", b"x", "a file needs a name such as report.pdf"),
    "wide slash is kept out of paths": ("\uff0fetc.exe", b"x", "evidence may be .pdf, .png"),
    "no extension": ("report", PDF, "evidence may be .pdf, .png, .jpg, .jpeg, .txt, .csv, .md, .xlsx, .docx, .pptx"),
    "hidden extension": (".pdf", PDF, "evidence may be .pdf"),
    "turned name": ("report\u202efdp.exe", PDF, "evidence may be .pdf"),
    "second extension": ("report.pdf.exe", PDF, "evidence may be .pdf"),
    "zip": ("a.zip", ZIP, "evidence may be .pdf"),
    "e-mail": ("a.eml", b"From: a\n", "evidence may be .pdf"),
    "empty": ("a.txt", b"", "the file is empty; choose a file that holds something"),
    "svg": ("a.svg", b"<svg xmlns='x'>" + SCRIPT, "the file holds HTML, SVG, XML or a script; print it to PDF"),
    "svg as png": ("a.png", b"<svg onload='x'/>", "its name says that it is a PNG picture"),
    "html": ("a.html", b"<!DOCTYPE html><p>", "the file holds HTML, SVG, XML or a script"),
    "html as text": ("a.txt", b"  <html><body>", "its name says that it is a text"),
    "html in utf-16 as text": ("a.txt", "<html>".encode("utf-16"), "the file holds HTML"),
    "script in csv": ("a.csv", b"a,b\n" + SCRIPT, "the file holds HTML"),
    "xml as text": ("a.md", b"\xef\xbb\xbf<?xml version='1.0'?><a/>", "the file holds HTML, SVG, XML"),
    "php as text": ("a.txt", b"<?php system('x');", "the file holds HTML"),
    "shell script": ("a.txt", b"#!/bin/sh\nrm -rf /\n", "such files are not kept as evidence: the file is a program"),
    "windows program": ("a.pdf", b"MZ\x90\0\x03" + b"\0" * 99, "the file is a program or a script; its name says"),
    "linux program": ("a.exe", b"\x7fELF\x02\x01", "the file is a program or a script"),
    "old office": (
        "a.xlsx",
        bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 99,
        "an old Office file or one with a password",
    ),
    "gzip": ("a.txt", b"\x1f\x8b\x08", "the file is an archive"),
    "gif as png": ("a.png", b"GIF89a", "a GIF picture; save it as .png"),
    "wrong kind": ("a.pdf", png(), "the file is no PDF although its name says so"),
    "pdf as text": ("a.txt", PDF, "the file is a PDF under the name of a text"),
    "pdf as jpeg": ("a.jpg", PDF, "the file is no JPEG picture although its name says so"),
    "jpeg as png": ("a.png", jpeg(), "the file is no PNG picture although its name says so"),
    "null in text": ("a.txt", b"a\0b", "a text must hold no control characters, got U+0000 at character 2"),
    "escape in text": ("a.csv", b"a\x08b", "control characters, got U+0008"),
    "latin text": ("a.txt", "für".encode("latin-1"), "a text must be saved as UTF-8, and byte 2 is not"),
    "text and zip": ("a.txt", b"hello\n" + ZIP, "a text must be saved as UTF-8|a text must hold no control"),
    "pdf after other bytes": ("a.pdf", b"GARBAGE\n" + PDF, "the PDF does not begin at the first byte of the file"),
    "pdf without end": ("a.pdf", PDF[:-12], "the PDF is not complete: its end is missing"),
    "pdf and html behind": ("a.pdf", PDF + SCRIPT * 9, "the file holds HTML"),
    "pdf and html far behind": ("a.pdf", PDF + b" " * 2_000 + SCRIPT, "something follows after the end of the PDF"),
    "pdf and zip": ("a.pdf", PDF + ZIP, "something follows after the end of the PDF"),
    "pdf and zip and end": ("a.pdf", PDF + ZIP + b"\n%%EOF", "the PDF is a zip archive at the same time"),
    "pdf with script": ("a.pdf", PDF.replace(b"/Catalog", b"/Catalog /S /JavaScript"), "the PDF carries scripts"),
    "pdf with hidden script": ("a.pdf", PDF.replace(b"/Catalog", b"/Java#53cript "), "the PDF carries scripts"),
    "pdf with program": ("a.pdf", PDF.replace(b"/Catalog", b"/Catalog /S/Launch"), "the PDF carries scripts"),
    "png with trailing bytes": ("a.png", png() + b"x", "something follows after the end of the PNG picture"),
    "png and zip": ("a.png", png() + ZIP, "something follows after the end of the PNG picture"),
    "png cut": ("a.png", png()[:-4], "the PNG picture is damaged or not complete"),
    "png with a wrong sum": ("a.png", png().replace(b"IDAT", b"IDAX"), "the PNG picture is damaged"),
    "png only head": ("a.png", png()[:33], "the PNG picture is damaged"),
    "png signature alone": ("a.png", png()[:8], "the PNG picture is damaged"),
    "png bomb": ("a.png", png(60_000, 60_000), "at most 100 million pixels, got 60,000 by 60,000"),
    "png of nothing": ("a.png", png(0, 5), "at most 100 million pixels"),
    "jpeg with trailing bytes": ("a.jpg", jpeg() + SCRIPT, "the file holds HTML"),
    "jpeg and zip": ("a.jpg", jpeg() + ZIP, "something follows after the end of the JPEG picture"),
    "jpeg with markup in a note": ("a.jpg", jpeg(note=SCRIPT), "the file holds HTML"),
    "jpeg cut": ("a.jpg", jpeg()[:-2], "the JPEG picture is damaged or not complete"),
    "jpeg without picture": ("a.jpg", b"\xff\xd8\xff\xd9", "the JPEG picture is damaged"),
    "jpeg with a wrong length": ("a.jpg", b"\xff\xd8\xff\xe0\xff\xff", "the JPEG picture is damaged"),
    "jpeg bomb": ("a.jpg", jpeg(65_000, 65_000), "at most 100 million pixels"),
    "zip as workbook": ("a.xlsx", ZIP, "the file is a zip archive, not a .xlsx"),
    "document as workbook": ("a.xlsx", office("docx"), "the Office file is no .xlsx although its name says so"),
    "text as workbook": ("a.xlsx", b"a;b", "the file is no .xlsx although its name says so"),
    "workbook without its main part": ("a.pptx", packed(**{"[Content_Types].xml": b"presentation"}), "is no .pptx"),
    "macros": ("a.docx", office(parts={"word/vbaProject.bin": b"x"}), "the Office file holds macros"),
    "macros by type": (
        "a.docx",
        office(types="application/vnd.ms-word.document.macroEnabled.main+xml"),
        "holds macros",
    ),
    "sheet macros": ("a.xlsx", office("xlsx", {"xl/macrosheets/sheet1.xml": b"<x/>"}), "the Office file holds macros"),
    "program inside": ("a.docx", office(parts={"word/embeddings/x.exe": b"MZ"}), "carries a program or a page"),
    "path inside": ("a.docx", office(parts={"../../evil.xml": b"<x/>"}), "a path that leads out of the file"),
    "absolute path inside": ("a.docx", office(parts={"/etc/x.xml": b"<x/>"}), "a path that leads out of the file"),
    "two parts of one name": ("a.docx", office(parts={"WORD/document.xml": b"<x/>"}), "two parts of one name"),
    "zip bomb": ("a.xlsx", office("xlsx", {"xl/a.xml": b"\0" * 20_000_000}), "times its size; at most 200 is allowed"),
    "big zip bomb": ("a.xlsx", office("xlsx", {"xl/a.xml": b"\0" * 110_000_000}), "may unpack to at most 100 MB"),
    "many parts": ("a.xlsx", office("xlsx", {f"xl/{n}.xml": b"" for n in range(2_001)}), "at most 2,000 parts"),
    "bytes behind a workbook": ("a.xlsx", workbook() + SCRIPT, "something stands before or behind the Office file"),
    "comment of a workbook": ("a.xlsx", workbook()[:-2] + b"\x05\0hello", "stands before or behind the Office file"),
    "something between parts": ("a.docx", with_a_gap(), "something is hidden between the parts"),
    "parts that overlap": ("a.docx", overlapping(), "something is hidden between the parts"),
    "document type": ("a.docx", office(parts={"word/a.xml": b"<!DOCTYPE x [<!ENTITY a 'b'>]>"}), "a document type"),
    "damaged workbook": ("a.xlsx", workbook()[:200] + workbook()[210:], "Office file|damaged"),
    "workbook cut": ("a.xlsx", workbook()[:-30], "the file is damaged; save it as .xlsx again"),
}


def keep(writer: Writer, file_name: str, content: bytes) -> None:
    kept = checked_file(file_name, content)
    file = EvidenceFile(content=kept.content, file_name=kept.file_name, media_type=kept.media_type)
    writer.add_evidence(Evidence(title="Hostile"), content=file)


def outcome(file_name: str, content: bytes) -> CheckedFile | str:
    try:
        return checked_file(file_name, content)
    except ImportRefusedError as error:
        return str(error)


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_are_refused_with_a_sentence_and_nothing_is_stored(name: str, tmp_path: Path) -> None:
    file_name, content, sentence = HOSTILE[name]
    store = Store(f"sqlite:///{tmp_path / 'rori.db'}")
    store.migrate()
    with store.write("ann") as writer:
        with pytest.raises(ImportRefusedError) as refused:
            keep(writer, file_name, content)
        writer.commit()
    message = str(refused.value)
    assert any(part in message for part in sentence.split("|"))
    assert "\n" not in message
    with store.read() as reader:
        assert reader.evidence_count(EvidenceQuery()) == 0
    store.dispose()
    assert not (tmp_path / "evidence").exists()


def test_a_claim_of_two_gigabytes_is_refused_before_anything_is_read() -> None:
    with pytest.raises(ImportRefusedError, match=r"a file may have at most 25 MB, got 2,048\.0 MB; split it"):
        refuse_claim(2 * 1024**3)
    with pytest.raises(ImportRefusedError, match="at most 25 MB"):
        checked_file("a.txt", b"x", declared_bytes=2 * 1024**3)


def test_a_file_that_is_too_large_is_refused_whatever_it_claims() -> None:
    content = b"a" * (MAX_EVIDENCE_BYTES + 1)
    for declared in (None, 1):
        with pytest.raises(ImportRefusedError, match="a file may have at most 25 MB"):
            checked_file("a.txt", content, declared_bytes=declared)
    assert checked_file("a.txt", content[1:]).file_name == "a.txt"
    with pytest.raises(ImportRefusedError, match="at most 1 MB"):
        checked_file("a.txt", content[: 2 * 1024**2], most_bytes=1024**2)


@pytest.mark.parametrize("declared", [1, 3])
def test_a_size_that_differs_from_what_was_announced_is_refused(declared: int) -> None:
    with pytest.raises(ImportRefusedError, match=f"announced with {declared} bytes but 2 arrived; send it again"):
        checked_file("a.txt", b"ab", declared_bytes=declared)


@pytest.mark.parametrize(
    ("given_name", "kept_name"),
    [
        ("  Bericht\u00a0 \u00fcber \u652f\u4ed8 .txt", "Bericht \u00fcber \u652f\u4ed8 .txt"),
        ("a\nb\tc\x00.txt", "abc.txt"),
        ("report\u202e\u2066\u200b.txt", "report.txt"),
        ("u\u0308.txt", "\u00fc.txt"),
        ('a<b>c:"d|e?f*.txt', "a_b_c__d_e_f_.txt"),
        ("CON.txt", "_CON.txt"),
        ("lpt1.tar.txt", "_lpt1.tar.txt"),
        ("console.txt", "console.txt"),
        ("..report.txt. .", "report.txt"),
        ("x" * 300 + ".txt", "x" * 116 + ".txt"),
        ("=cmd.txt", "=cmd.txt"),
    ],
)
def test_names_are_made_plain(given_name: str, kept_name: str) -> None:
    assert checked_file(given_name, b"x").file_name == kept_name


@given(st.text(max_size=150), st.binary(min_size=1, max_size=60))
@example("", b"\xce\xfa\xed\xfe")
def test_whatever_is_sent_is_kept_under_a_plain_name_or_refused_with_a_sentence(name: str, content: bytes) -> None:
    found = outcome(f"{name}.txt", content)
    if isinstance(found, CheckedFile):
        assert EvidenceFile(content=content, file_name=found.file_name, media_type=found.media_type)
    else:
        assert "; " in found or ", got " in found


@given(st.sampled_from(sorted(GOOD)), st.data())
def test_a_file_that_is_cut_or_changed_anywhere_is_never_a_crash(name: str, data: st.DataObject) -> None:
    content = bytearray(GOOD[name][0])
    place = data.draw(st.integers(0, len(content) - 1))
    content[place] = data.draw(st.integers(0, 255))
    end = data.draw(st.integers(1, len(content)))
    found = outcome(name, bytes(content[:end]))
    assert found if isinstance(found, str) else found.content == bytes(content[:end])
