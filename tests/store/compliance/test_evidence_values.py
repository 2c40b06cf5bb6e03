from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from rori.errors import InputError
from rori.store import Evidence, EvidenceFile, WebLink
from tests.store.compliance.builders import file

DAY = date(2026, 6, 30)


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"title": " "}, "title of the evidence must be given"),
        ({"title": "a\0"}, "title of the evidence must be a text without null"),
        ({"expires_on": datetime(2026, 1, 1, tzinfo=UTC)}, "expires on must be a day"),
        (
            {"effective_from": DAY, "expires_on": date(2026, 6, 29)},
            "expires on must be no earlier than 2026-06-30, got 2026-06-29",
        ),
    ],
)
def test_what_is_said_of_evidence_is_checked(values: dict[str, object], sentence: str) -> None:
    with pytest.raises(InputError) as refused:
        Evidence(**{"title": "Restore test", **values})
    assert sentence in str(refused.value)


@pytest.mark.parametrize(
    "name", ["", "../x.txt", "a/b.txt", "a\\b.txt", "a\nb.txt", "a\u202etxt.exe", "x" * 121, " a.txt", "a.", "c:d.txt"]
)
def test_a_file_name_that_is_not_plain_is_refused_by_the_store_too(name: str) -> None:
    with pytest.raises(InputError, match="file name must be a plain name of at most 120 characters"):
        file(name=name)


def test_an_empty_file_and_a_kind_that_is_none_are_refused() -> None:
    with pytest.raises(InputError, match="file must be one that holds something"):
        file(b"")
    with pytest.raises(InputError, match="media type must be such as application/pdf"):
        EvidenceFile(content=b"x", file_name="x.txt", media_type="text/html; <script>")


@pytest.mark.parametrize(
    "url",
    [
        "",
        "javascript:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "//server/page",
        "https://",
        "https://server/a b",
        "https://server/\u202egpj.exe",
        "https://[::1",
        "https://server:99999/",
        "https://server/" + "x" * 2_000,
    ],
)
def test_a_link_is_a_web_address(url: str) -> None:
    with pytest.raises(InputError, match="link must be an address such as https"):
        WebLink(url=url)


def test_a_link_carries_no_password() -> None:
    with pytest.raises(InputError, match="without a user name or password") as refused:
        WebLink(url="https://ann:secret@server/")
    assert "secret" not in str(refused.value)
