"""The bytes of an outage history (CSV) read into outages; the user says which column is which."""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime, tzinfo
from typing import NoReturn
from zoneinfo import ZoneInfo

from rori.errors import ImportRefusedError, InputError, Problem

MAX_BYTES = 20 * 1024 * 1024
MAX_ROWS = 200_000
MAX_PROBLEMS = 50
FIRST_YEAR, LAST_YEAR = 1970, 2100

_GUESSES = {
    "start": ("start", "started", "starttime", "begin", "began", "opened"),
    "end": ("end", "ended", "endtime", "finish", "until", "resolved", "restored", "closed"),
    "provider": ("provider", "vendor", "operator", "supplier"),
    "location": ("location", "region", "site", "zone", "datacenter"),
    "service": ("service", "component", "product", "system", "application"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnMapping:
    """Headers of the columns that hold each thing; empty means that the file does not have it."""

    start: str
    end: str
    service: str = ""
    location: str = ""
    provider: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outage:
    """One outage; times are UTC, names are empty where the file has none."""

    start: datetime
    end: datetime
    service: str = ""
    location: str = ""
    provider: str = ""

    @property
    def duration_hours(self) -> float:
        """Hours from start to end."""
        return (self.end - self.start).total_seconds() / 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class OutageFile:
    """What a file holds: usable outages in its order, the rows left out and why, and the hash of its bytes."""

    outages: tuple[Outage, ...]
    skipped: tuple[Problem, ...]
    sha256: str


def read_headers(content: bytes) -> tuple[str, ...]:
    """Return the headers of a file; raises ImportRefusedError when it has none or is no CSV in UTF-8."""
    headers, _ = _open(content)
    return headers


def guess_mapping(headers: tuple[str, ...]) -> ColumnMapping:
    """Return the likely mapping; what is not recognised stays empty for the user to choose."""
    taken: dict[str, str] = {}
    for name, words in _GUESSES.items():
        free = [header for header in headers if header and header not in taken.values()]
        taken[name] = next((header for word in words for header in free if _means(header, word)), "")
    return ColumnMapping(**taken)


def read_outages(content: bytes, mapping: ColumnMapping, timezone: str = "UTC") -> OutageFile:
    """Read a file whose times without an offset are meant in `timezone`; unusable rows are listed, never lost.

    Raises ImportRefusedError when the file as a whole cannot be used, InputError for an unknown time zone.
    """
    zone = _zone(timezone)
    headers, rows = _open(content)
    positions = _positions(headers, mapping)
    outages: list[Outage] = []
    skipped: list[Problem] = []
    for number, cells in _full_rows(rows, len(headers)):
        found = _read_row(number, {name: cells[position] for name, position in positions.items()}, mapping, zone)
        if isinstance(found, Outage):
            outages.append(found)
        else:
            skipped.append(found)
    if not outages:
        no_outage = Problem(message="the file holds no usable outage")
        raise ImportRefusedError((no_outage, *skipped[:MAX_PROBLEMS]))
    return OutageFile(outages=tuple(outages), skipped=tuple(skipped), sha256=hashlib.sha256(content).hexdigest())


def _means(header: str, word: str) -> bool:
    """Whether the word is one of those that a header is made of: start_utc, Outage start, startTime."""
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", header)
    return word in re.split(r"[^a-z0-9]+", spaced.lower())


def _refuse(message: str, row: int | None = None, column: str = "") -> NoReturn:
    """Refuse the whole file for one reason."""
    raise ImportRefusedError((Problem(message=message, row=row, column=column),))


def _open(content: bytes) -> tuple[tuple[str, ...], Iterator[list[str]]]:
    """Return the headers and the rows after them."""
    if len(content) > MAX_BYTES:
        _refuse(f"the file may have at most {MAX_BYTES // 1024**2} MB, got {len(content) / 1024**2:.1f} MB")
    if b"\0" in content:
        _refuse("the file holds zero bytes: save it as CSV in UTF-8, not as a workbook or UTF-16")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        _refuse(f"the file must be CSV in UTF-8, got another encoding at byte {error.start + 1}")
    readers = [csv.reader(io.StringIO(text, newline=""), delimiter=sign, strict=True) for sign in ",;"]
    try:
        rows, headers = max(((reader, next(reader, [])) for reader in readers), key=lambda pair: len(pair[1]))
    except csv.Error as error:
        _refuse(f"the headers cannot be read as CSV: {error}", row=1)
    headers = [header.strip() for header in headers]
    if not any(headers):
        _refuse("the first row must hold the headers, got an empty one", row=1)
    return tuple(headers), rows


def _positions(headers: tuple[str, ...], mapping: ColumnMapping) -> dict[str, int]:
    """Return where each thing that is mapped stands; refuses a mapping that does not fit the file."""
    problems: list[Problem] = []
    positions: dict[str, int] = {}
    for name in (field.name for field in fields(mapping)):
        header = getattr(mapping, name)
        if not header and name in {"start", "end"}:
            problems.append(Problem(message=f"choose the column that holds the {name} of the outages"))
        elif header and headers.count(header) != 1:
            came = "none" if header not in headers else f"{headers.count(header)} of them"
            problems.append(Problem(column=header, message=f"the file must have one column of this name, got {came}"))
        elif header:
            positions[name] = headers.index(header)
    if len(set(positions.values())) < len(positions):
        problems.append(Problem(message="each thing needs a column of its own, got one column for two"))
    if problems:
        raise ImportRefusedError(tuple(problems))
    return positions


def _full_rows(rows: Iterator[list[str]], n_columns: int) -> Iterator[tuple[int, list[str]]]:
    """Yield the number of each row that is not blank and its cells; refuses a file that is too long or ragged."""
    number = 1
    try:
        for number, cells in enumerate(rows, start=2):
            if number > MAX_ROWS + 1:
                _refuse(f"the file may have at most {MAX_ROWS} rows below the headers, got more")
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) != n_columns:
                _refuse(f"each row must have {n_columns} cells like the headers, got {len(cells)}", row=number)
            yield number, cells
    except csv.Error as error:
        _refuse(f"the row cannot be read as CSV: {error}", row=number + 1)


def _read_row(number: int, cells: Mapping[str, str], mapping: ColumnMapping, zone: tzinfo) -> Outage | Problem:
    """Return the outage of a row, or why there is none."""
    try:
        start = _read_time(cells["start"], mapping.start, zone)
        end = _read_time(cells["end"], mapping.end, zone)
    except InputError as error:
        return Problem(row=number, column=error.name, message=f"must be {error.allowed}, got {error.came!r}")
    if end <= start:
        what = "starts and ends at the same time" if end == start else "ends before it starts"
        return Problem(row=number, column=mapping.end, message=f"the outage {what}; it needs a duration above 0")
    names = {name: _plain(cells[name]) for name in ("service", "location", "provider") if name in cells}
    return Outage(start=start, end=end, **names)


def _plain(cell: str) -> str:
    """Return a name on one line without characters that do not print."""
    return "".join(sign for sign in " ".join(cell.split()) if sign.isprintable())


def _read_time(cell: str, column: str, zone: tzinfo) -> datetime:
    """Return a time in UTC; without an offset it is meant in `zone`."""
    written = cell.strip()
    allowed = f"a date and time like 2024-05-31T13:45:00Z, {FIRST_YEAR} to {LAST_YEAR}"
    if not written:
        raise InputError(column, f"filled in with {allowed}", "an empty cell")
    try:
        moment = datetime.fromisoformat(written)
    except ValueError:
        raise InputError(column, allowed, written[:80]) from None
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise InputError(column, allowed, written[:80])
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)


def _zone(timezone: str) -> tzinfo:
    """Return the time zone of this name."""
    try:
        return ZoneInfo(timezone)
    except (KeyError, ValueError, OSError):
        raise InputError("time zone", "a name like UTC or Europe/Berlin", timezone) from None
