"""Files that must be refused, made when they are needed: what they are, and what the refusal must say."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from rori.inventory.sheets import SHEET_BY_NAME, SYSTEMS
from rori.reports.inventory_csv import write_sheet_csv
from rori.reports.inventory_workbook import FIRST_ROW, write_inventory_workbook
from tests.inventory.rich_inventory import rich_inventory

OLE = bytes.fromhex("d0cf11e0a1b11ae1")


@dataclass(frozen=True, slots=True, kw_only=True)
class BadFile:
    """A file, what the refusal must say, and where; `csv_sheet` is the sheet that a CSV file is for."""

    make: Callable[[], bytes]
    words: str
    sheet: str = ""
    row: int | None = None
    column: str = ""
    csv_sheet: str = ""


def workbook_with(sheet_label: str, heading: str, value: object, row: int = FIRST_ROW) -> Callable[[], bytes]:
    """Change one cell of a good workbook."""

    def make() -> bytes:
        workbook = load_workbook(io.BytesIO(write_inventory_workbook(rich_inventory())))
        worksheet = workbook[sheet_label]
        assert isinstance(worksheet, Worksheet)
        column = next(cell.column for cell in worksheet[1] if cell.value == heading)
        worksheet.cell(row, column).value = value  # type: ignore[assignment]
        return saved(workbook)

    return make


def edited(change: Callable[[Workbook], object]) -> Callable[[], bytes]:
    """Change a good workbook."""

    def make() -> bytes:
        workbook = load_workbook(io.BytesIO(write_inventory_workbook(rich_inventory())))
        change(workbook)
        return saved(workbook)

    return make


def saved(workbook: Workbook) -> bytes:
    buffer = io.BytesIO()
    workbook.save(buffer)
    return buffer.getvalue()


def repacked(parts: dict[str, bytes], replace: tuple[str, bytes, bytes] | None = None) -> Callable[[], bytes]:
    """Add parts to the package of a good workbook, or replace bytes in one."""

    def make() -> bytes:
        buffer = io.BytesIO()
        with (
            zipfile.ZipFile(io.BytesIO(write_inventory_workbook(rich_inventory()))) as good,
            zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as bad,
        ):
            for name in good.namelist():
                content = good.read(name)
                if replace and name == replace[0]:
                    assert replace[1] in content
                    content = content.replace(replace[1], replace[2])
                bad.writestr(name, content)
            for name, content in parts.items():
                bad.writestr(name, content)
        return buffer.getvalue()

    return make


def zipped(parts: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def long_workbook() -> bytes:
    workbook = Workbook(write_only=True)
    worksheet = workbook.create_sheet("Systems")
    worksheet.append([column.header for column in SYSTEMS.columns])
    for number in range(100_000):
        worksheet.append([f"s-{number}", "x"])
    return saved(workbook)


def csv_with(sheet_name: str, old: str, new: str) -> Callable[[], bytes]:
    """Change text in a good CSV file."""

    def make() -> bytes:
        content = write_sheet_csv(SHEET_BY_NAME[sheet_name], rich_inventory()[sheet_name]).decode()
        assert old in content
        return content.replace(old, new, 1).encode()

    return make


def systems_csv(*lines: bytes) -> Callable[[], bytes]:
    headings = ",".join(column.name for column in SYSTEMS.columns).encode()
    return lambda: b"\n".join([headings, *lines])


def hard_loop(workbook: Workbook) -> None:
    worksheet = workbook["Dependencies"]
    assert isinstance(worksheet, Worksheet)
    worksheet.append(["loop-1", "hostile-0", "hostile-1", 100, 0])
    worksheet.append(["loop-2", "hostile-1", "hostile-0", 100, 0])


def add_formula_error(workbook: Workbook) -> None:
    cell = workbook["Systems"].cell(FIRST_ROW, 3)
    cell.value, cell.data_type = "#N/A", "e"


COMMAS = b"," * (len(SYSTEMS.columns) - 2)
MODES = "Failure modes"
ENTITY = b'<?xml version="1.0"?><!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
BOMB = b"\0" * (30 * 1024 * 1024)
ROW_2: dict[str, Any] = {"row": 2, "sheet": "Systems", "csv_sheet": "systems"}

WORKBOOKS: dict[str, BadFile] = {
    "empty file": BadFile(make=lambda: b"", words="the file is empty"),
    "a PDF": BadFile(make=lambda: b"%PDF-1.7\n%\xe2\xe3", words="this is not a workbook"),
    "text": BadFile(make=lambda: b"id,name\na,A\n", words="this is not a workbook"),
    "an old xls": BadFile(make=lambda: OLE + b"\0" * 600, words="old .xls workbook; save it as .xlsx"),
    "a password": BadFile(
        make=lambda: OLE + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"), words="protected by a password"
    ),
    "macros": BadFile(make=repacked({"xl/vbaProject.bin": b"x"}), words="holds macros"),
    "a macro content type": BadFile(
        make=repacked({}, ("[Content_Types].xml", b"openxmlformats-officedocument.spreadsheetml.sheet.main",
                           b"ms-excel.sheet.macroEnabled.main")),
        words="holds macros",
    ),
    "a zip": BadFile(make=lambda: zipped({"a.txt": b"x"}), words="a zip file, not a workbook"),
    "an OpenDocument": BadFile(
        make=lambda: zipped({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"}), words="OpenDocument"
    ),
    "a Word document": BadFile(
        make=lambda: zipped({"[Content_Types].xml": b"<Types>wordprocessingml</Types>"}), words="not a workbook"
    ),
    "a truncated zip": BadFile(make=lambda: write_inventory_workbook({})[:9000], words="damaged"),
    "a scrambled zip": BadFile(
        make=lambda: (good := write_inventory_workbook({}))[:5000] + b"\xff" * 500 + good[5500:], words="damaged"
    ),
    "a bomb by ratio": BadFile(make=repacked({"xl/x.bin": BOMB}), words="times its size; at most 200"),
    "a bomb by size": BadFile(
        make=repacked({f"xl/{n}.bin": BOMB for n in range(4)}), words="unpack to at most 100 MB"
    ),
    "a bomb by parts": BadFile(make=repacked({f"xl/{n}": b"" for n in range(2001)}), words="at most 2000 parts"),
    "a file too large": BadFile(make=lambda: b"PK" + b"\0" * (20 * 1024**2), words="at most 20 MB"),
    "an external entity": BadFile(
        make=repacked({}, ("xl/workbook.xml", b"<workbook ", ENTITY + b"<workbook ")), words="document type"
    ),
    "100 000 rows": BadFile(make=long_workbook, words="at most 20000 rows", sheet="Systems"),
    "no sheet of an inventory": BadFile(
        make=lambda: saved(Workbook()), words="the sheets are Systems, Loss profiles"
    ),
    "a sheet misspelt": BadFile(
        make=edited(lambda w: setattr(w["Systems"], "title", "Sistems")), words="no sheet 'Sistems' in an inventory"
    ),
    "a sheet named like a path": BadFile(
        make=repacked({}, ("xl/workbook.xml", b'name="Cases"', b'name="../../etc/passwd"')),
        words="no sheet '../../etc/passwd'",
    ),
    "a missing column": BadFile(
        make=edited(lambda w: w["Systems"].delete_cols(2)), words="this column is missing", sheet="Systems",
        row=1, column="Name",
    ),
    "a repeated column": BadFile(
        make=workbook_with("Systems", "Owner", "Name", 1), words="more than once", sheet="Systems", row=1, column="Name"
    ),
    "an unknown column": BadFile(
        make=edited(lambda w: setattr(w["Systems"].cell(1, 13), "value", "Colour")), words="no column 'Colour'",
        sheet="Systems", row=1,
    ),
    "a value without heading": BadFile(
        make=edited(lambda w: setattr(w["Systems"].cell(5, 14), "value", "note")), words="without a heading: 'note'",
        sheet="Systems", row=5,
    ),
    "a formula": BadFile(
        make=workbook_with(MODES, "Frequency, P5 (events/year)", "=1/2"), words="holds a formula; paste its value",
        sheet=MODES, row=4, column="Frequency, P5 (events/year)",
    ),
    "an error": BadFile(make=edited(add_formula_error), words="holds the error #N/A", sheet="Systems", row=4, column="Owner"),
    "merged cells": BadFile(
        make=edited(lambda w: w["Systems"].merge_cells("B4:B5")), words="holds merged cells", sheet="Systems"
    ),
    "a date for a number": BadFile(
        make=workbook_with("Systems", "RTO (hours)", datetime(2026, 1, 1, tzinfo=UTC).replace(tzinfo=None)),
        words="a number such as 1234.56", sheet="Systems", row=4, column="RTO (hours)",
    ),
    "text for a number": BadFile(
        make=workbook_with("Systems", "RTO (hours)", "two"), words="a number such as 1234.56", sheet="Systems",
        row=4, column="RTO (hours)",
    ),
    "a German number": BadFile(
        make=workbook_with("Measures", "Capex (EUR)", "1.234,56"), words="without thousands separators, got '1.234,56'",
        sheet="Measures", row=4, column="Capex (EUR)",
    ),
    "negative money": BadFile(
        make=workbook_with("Measures", "Capex (EUR)", -5), words="at least 0 EUR, got -5", sheet="Measures", row=4,
        column="Capex (EUR)",
    ),
    "a share of 150": BadFile(
        make=workbook_with("Dependencies", "Degradation (%)", 150), words="from 0 to 100 %, got 150",
        sheet="Dependencies", row=4, column="Degradation (%)",
    ),
    "P95 below P5": BadFile(
        make=workbook_with(MODES, "Duration, P95 (hours)", 0.1), words="at least P5 (0.5), got 0.1", sheet=MODES,
        row=4, column="Duration, P95 (hours)",
    ),
    "an unknown choice": BadFile(
        make=workbook_with("Systems", "Tier", "urgent"), words="one of critical, important, standard, got 'urgent'",
        sheet="Systems", row=4, column="Tier",
    ),
    "an empty name": BadFile(
        make=workbook_with("Systems", "Name", None), words="must be filled in", sheet="Systems", row=4, column="Name"
    ),
    "a repeated id": BadFile(
        make=workbook_with("Systems", "Id", "card-auth", 6), words="'card-auth' stands on more than one",
        sheet="Systems", row=6, column="Id",
    ),
    "a dangling reference": BadFile(
        make=workbook_with(MODES, "System", "ghost"), words="no 'ghost' on the sheet Systems", sheet=MODES, row=4,
        column="System",
    ),
    "a dangling list": BadFile(
        make=workbook_with("Cases", "Measures", "ghost"), words="no 'ghost' on the sheet Measures", sheet="Cases",
        row=4, column="Measures",
    ),
    "a dangling target": BadFile(
        make=workbook_with("Effects", "Target", "mode:ghost"), words="no 'ghost' on the sheet Failure modes",
        sheet="Effects", row=4, column="Target",
    ),
    "a hard loop": BadFile(
        make=edited(hard_loop), words="hostile-0 -> hostile-1 -> hostile-0", sheet="Dependencies", row=7,
        column="Provider",
    ),
    "only the template": BadFile(make=lambda: write_inventory_workbook({}), words="the file holds no rows"),
}  # fmt: skip

CSV_FILES: dict[str, BadFile] = {
    "csv: empty": BadFile(make=lambda: b"", words="the file is empty", csv_sheet="systems"),
    "csv: only a heading": BadFile(make=systems_csv(), words="holds no rows", csv_sheet="systems"),
    "csv: Latin-1": BadFile(make=systems_csv("a,Zürich".encode("latin-1") + COMMAS), words="must be in UTF-8", **ROW_2),
    "csv: UTF-16": BadFile(make=lambda: "id,name".encode("utf-16"), words="this one is in UTF-16", csv_sheet="systems"),
    "csv: NUL": BadFile(make=systems_csv(b"a,A\0" + COMMAS), words="NUL bytes", **ROW_2),
    "csv: ragged": BadFile(make=systems_csv(b"a,A"), words="as many cells as there are headings (12), got 2", **ROW_2),
    "csv: open quote": BadFile(make=systems_csv(b'a,"A' + COMMAS), words="not written as CSV", **ROW_2),
    "csv: a workbook": BadFile(make=long_workbook, words="this is not a CSV file", csv_sheet="systems"),
    "csv: another sheet": BadFile(
        make=csv_with("cases", "Id", "Id"), words="no column 'Horizon (years)' on this sheet", csv_sheet="systems"
    ),
    "csv: too many rows": BadFile(
        make=systems_csv(*(b"s-%d,x" % n + COMMAS for n in range(20_001))), words="at most 20000 rows",
        sheet="Systems", csv_sheet="systems",
    ),
    "csv: control character": BadFile(
        make=systems_csv(b"a,A\x07" + COMMAS), words="free of control characters", column="Name", **ROW_2
    ),
    "csv: a key that is a path": BadFile(
        make=systems_csv(b"../../etc/passwd,A" + COMMAS), words="a-z, 0-9, dot and dash", column="Id", **ROW_2
    ),
    "csv: a decimal comma": BadFile(
        make=csv_with("measures", "900000", '"900000,00"'), words="without thousands separators", sheet="Measures",
        row=2, column="Capex (EUR)", csv_sheet="measures",
    ),
    "csv: a dangling reference": BadFile(
        make=csv_with("failure_modes", ",card-auth,", ",ghost,"), words="no 'ghost'", sheet=MODES, row=2,
        column="System", csv_sheet="failure_modes",
    ),
}  # fmt: skip

BAD_FILES = WORKBOOKS | CSV_FILES
