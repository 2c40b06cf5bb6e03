from __future__ import annotations

import hashlib
from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rori.errors import ImportRefusedError, InputError
from rori.inventory.outages import (
    MAX_BYTES,
    MAX_ROWS,
    ColumnMapping,
    Outage,
    guess_mapping,
    read_headers,
    read_outages,
)

MAPPING = ColumnMapping(start="start", end="end")
NAMED = ColumnMapping(start="start_utc", end="end_utc", service="service", location="location", provider="vendor")


def test_a_history_with_names_is_read() -> None:
    content = (
        b"vendor,service,location,start_utc,end_utc,duration_min\n"
        b"AWS,EC2,N. Virginia,2018-01-04T05:53:00Z,2018-01-04T06:29:00Z,36.0\n"
    )
    found = read_outages(content, NAMED)
    assert found.outages == (
        Outage(
            start=datetime(2018, 1, 4, 5, 53, tzinfo=UTC),
            end=datetime(2018, 1, 4, 6, 29, tzinfo=UTC),
            service="EC2",
            location="N. Virginia",
            provider="AWS",
        ),
    )
    assert found.outages[0].duration_hours == pytest.approx(0.6)
    assert found.skipped == ()
    assert found.sha256 == hashlib.sha256(content).hexdigest()


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2024-07-01T12:00:00Z", datetime(2024, 7, 1, 12, tzinfo=UTC)),
        ("2024-07-01T12:00:00+05:30", datetime(2024, 7, 1, 6, 30, tzinfo=UTC)),
        ("2024-07-01 12:00", datetime(2024, 7, 1, 10, tzinfo=UTC)),
        ("2024-01-01 12:00", datetime(2024, 1, 1, 11, tzinfo=UTC)),
        ("2024-07-01", datetime(2024, 6, 30, 22, tzinfo=UTC)),
    ],
)
def test_times_without_an_offset_are_meant_in_the_time_zone_given(written: str, expected: datetime) -> None:
    content = f"start,end\n{written},2024-12-31T00:00:00Z\n".encode()
    assert read_outages(content, MAPPING, "Europe/Berlin").outages[0].start == expected


@pytest.mark.parametrize("zone", ["Mars/Olympus", "", "../etc/passwd", "/etc/localtime"])
def test_an_unknown_time_zone_is_refused(zone: str) -> None:
    with pytest.raises(InputError, match="time zone"):
        read_outages(b"start,end\n2024-01-01,2024-01-02\n", MAPPING, zone)


@pytest.mark.parametrize(
    ("row", "column", "message"),
    [
        ("2024-01-02,2024-01-01", "end", "ends before it starts"),
        ("2024-01-02,2024-01-02", "end", "starts and ends at the same time"),
        ("2024-01-02,", "end", "an empty cell"),
        (",2024-01-02", "start", "an empty cell"),
        ("02.01.2024,2024-01-03", "start", "02.01.2024"),
        ("1024-01-02,2024-01-03", "start", "1970 to 2100"),
        ("2024-01-02,9999-12-31T23:59:59-12:00", "end", "1970 to 2100"),
        ("=1+1,2024-01-03", "start", "=1+1"),
    ],
)
def test_a_row_that_cannot_be_used_is_listed_and_left_out(row: str, column: str, message: str) -> None:
    found = read_outages(f"start,end\n2024-01-01,2024-01-02\n\n{row}\n".encode(), MAPPING)
    assert len(found.outages) == 1
    (problem,) = found.skipped
    assert (problem.row, problem.column) == (4, column)
    assert message in problem.message


def test_semicolons_quotes_a_byte_order_mark_and_windows_line_ends_are_read() -> None:
    content = '\ufeffstart;end;service\r\n2024-01-01;2024-01-02;"Cards, ""core""\n payments"\r\n'.encode()
    found = read_outages(content, ColumnMapping(start="start", end="end", service="service"))
    assert found.outages[0].service == 'Cards, "core" payments'


def test_what_the_file_does_not_have_stays_empty() -> None:
    outage = read_outages(b"start,end\n2024-01-01,2024-01-02\n", MAPPING).outages[0]
    assert (outage.service, outage.location, outage.provider) == ("", "", "")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "headers"),
        (b"\n2024-01-01,2024-01-02\n", "headers"),
        ("start,end\n2024-01-01,2024-01-02,Zürich\n".encode("latin-1"), "UTF-8"),
        ("start,end\n".encode("utf-16"), "UTF-16"),
        (b"start,end\n2024-01-01,2024-01-02\n2024-01-01\x00,2024-01-02\n", "zero bytes"),
        (b"start,end\n2024-01-01,2024-01-02\n2024-01-01,2024-01-02,more\n", "row 3: each row must have 2 cells"),
        (b"start,finish\n2024-01-01,2024-01-02\n", "column end: the file must have one column of this name, got none"),
        (b"start,end,end\n2024-01-01,2024-01-02,2024-01-02\n", "got 2 of them"),
        (b"start,end\n", "no usable outage"),
        (b"start,end\nyesterday,today\n", "row 2, column start"),
        (b'start,end\n"2024-01-01,2024-01-02\n', "row 2: the row cannot be read as CSV"),
        (b'"start,end\n', "headers cannot be read"),
        (b"start,end\n" + b"x" * 140_000 + b",2024-01-02\n", "row 2: the row cannot be read as CSV"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_as_a_whole(content: bytes, message: str) -> None:
    with pytest.raises(ImportRefusedError, match=message):
        read_outages(content, MAPPING)


def test_a_file_with_too_many_rows_is_refused() -> None:
    row = b"2024-01-01,2024-01-02\n"
    assert len(read_outages(b"start,end\n" + row * 10, MAPPING).outages) == 10
    with pytest.raises(ImportRefusedError, match=f"at most {MAX_ROWS} rows"):
        read_outages(b"start,end\n" + b"x,y\n" * (MAX_ROWS + 1), MAPPING)


def test_a_file_that_is_too_large_is_refused() -> None:
    with pytest.raises(ImportRefusedError, match="at most 20 MB"):
        read_headers(b"x" * (MAX_BYTES + 1))


@pytest.mark.parametrize(
    ("mapping", "message"),
    [
        (ColumnMapping(start="", end="end"), "choose the column that holds the start"),
        (ColumnMapping(start="start", end="start"), "one column for two"),
        (ColumnMapping(start="start", end="end", location="site"), "column site"),
    ],
)
def test_a_mapping_that_does_not_fit_is_refused(mapping: ColumnMapping, message: str) -> None:
    with pytest.raises(ImportRefusedError, match=message):
        read_outages(b"start,end\n2024-01-01,2024-01-02\n", mapping)


def test_a_refused_file_does_not_list_thousands_of_rows() -> None:
    with pytest.raises(ImportRefusedError) as refused:
        read_outages(b"start,end\n" + b"x,y\n" * 5000, MAPPING)
    assert len(refused.value.problems) == 51


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        (("vendor", "service", "location", "start_utc", "end_utc", "duration_min"), NAMED),
        (
            ("Incident id", "Outage start (UTC)", "Outage end (UTC)", "Component", "Region"),
            ColumnMapping(
                start="Outage start (UTC)", end="Outage end (UTC)", service="Component", location="Region", provider=""
            ),
        ),
        (
            ("beginTime", "resolvedTime", "Service provider"),
            ColumnMapping(start="beginTime", end="resolvedTime", provider="Service provider"),
        ),
        (("endpoint", "restart"), ColumnMapping(start="", end="")),
    ],
)
def test_the_mapping_is_guessed_from_the_headers(headers: tuple[str, ...], expected: ColumnMapping) -> None:
    assert guess_mapping(headers) == expected


@settings(max_examples=150)
@given(st.binary(max_size=200) | st.text(alphabet='start,end;"\n\r2024-01:TZ', max_size=200).map(str.encode))
def test_no_content_escapes_as_anything_but_a_refusal(content: bytes) -> None:
    outages: tuple[Outage, ...] = ()
    with suppress(ImportRefusedError):
        outages = read_outages(content, guess_mapping(read_headers(content))).outages
    assert all(outage.end > outage.start for outage in outages)


def test_headers_are_read_as_they_are_printed() -> None:
    assert read_headers(b" Start ; End\n1;2\n") == ("Start", "End")
