from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from rori import __version__
from rori.errors import InputError, StoreError
from rori.store import Break, BrokenEntry, LogFinding, LogReport, Store
from rori.usecases.auditing import (
    MAX_ANCHOR_BYTES,
    Anchor,
    anchor_file,
    finding_sentence,
    log_head,
    read_anchor,
    report_sentences,
    take_anchor,
    verify_evidence,
    verify_log,
)
from rori.usecases.inventory import save_record

AT = datetime(2026, 11, 24, 3, 2, 56, tzinfo=UTC)
ENTRY = BrokenEntry(id=5, at=AT, who="mia", action="update", subject="systems", subject_key="ledger")
SHOWN = "Entry 5 (24.11., mia, update systems ledger)"


def day(at: datetime) -> str:
    return f"{at:%d.%m.}"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = Store(f"sqlite:///{tmp_path / 'rori.db'}")
    made.migrate()
    for i in range(4):
        save_record(made, "mia", "systems", {"id": f"s{i}", "name": f"System {i}"}, None)
    yield made
    made.dispose()


@pytest.fixture
def tamper(store: Store, tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(tmp_path / "rori.db", isolation_level=None)) as connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        yield connection


def test_an_intact_log_is_said_to_be_so_with_what_was_checked(store: Store) -> None:
    told: list[tuple[int, int]] = []
    report = verify_log(store, progress=lambda done, of: told.append((done, of)))
    assert report_sentences(report, day) == [
        "The log is intact: 4 of 4 entries were checked, none was changed, removed, moved or put in."
    ]
    assert told == [(4, 4)]


def test_the_first_broken_entry_is_said_with_who_what_and_when(store: Store, tamper: sqlite3.Connection) -> None:
    tamper.execute("UPDATE audit_log SET who = 'otto', at = '2026-11-24 03:02:56.000000' WHERE id = 2")
    tamper.execute("UPDATE audit_log SET who = 'otto' WHERE id = 3")
    assert report_sentences(verify_log(store), day) == [
        "Entry 2 (24.11., otto, insert systems s1) was changed: its content is not what was written.",
        "2 of 4 entries were checked; the check ends at the first broken entry.",
    ]


def test_a_cut_log_is_said_with_its_anchor(store: Store, tamper: sqlite3.Connection) -> None:
    anchor = take_anchor(store)
    tamper.execute("DELETE FROM audit_log WHERE id = 4")
    cut, shorter, counted = report_sentences(verify_log(store, anchor), day)
    assert cut.startswith("The last entry is missing: the log ends with entry 3 (")
    assert shorter == "The log ends before the anchored entry 4: its end was cut after the anchor was taken."
    assert counted.startswith("3 of 3 entries were checked")


def test_an_anchor_comes_back_from_its_file_and_holds(store: Store) -> None:
    anchor = take_anchor(store)
    content = anchor_file(anchor)
    assert read_anchor(content) == anchor
    head = log_head(store)
    assert head is not None
    assert json.loads(content) == {
        "kind": "rori audit anchor",
        "entries": 4,
        "last_id": 4,
        "head_hash": head.last_hash,
        "taken_at": anchor.taken_at.isoformat(timespec="microseconds"),
        "product_version": __version__,
    }
    save_record(store, "mia", "systems", {"id": "later", "name": "Later"}, None)
    [sentence] = report_sentences(verify_log(store, read_anchor(content)), day)
    assert sentence.endswith("The anchored entry is there, unchanged, in its place.")


def test_an_anchor_of_another_log_does_not_hold(store: Store) -> None:
    other = replace(take_anchor(store), head_hash="ab" * 32)
    first, second = report_sentences(verify_log(store, other), day)
    assert first.endswith("is not what the anchor holds: entries up to it were changed, removed or put in since.")
    assert second == "4 of 4 entries were checked; they fit each other, but not the anchor."


def test_an_anchor_whose_count_is_another_does_not_hold(store: Store) -> None:
    assert [f.how for f in verify_log(store, replace(take_anchor(store), entries=3)).findings] == [Break.ANCHOR_CHANGED]


def test_a_log_without_a_head_cannot_be_anchored(store: Store, tamper: sqlite3.Connection) -> None:
    tamper.execute("DELETE FROM audit_head")
    with pytest.raises(StoreError, match="there is nothing to anchor"):
        take_anchor(store)
    assert log_head(store) is None


GOOD = {
    "kind": "rori audit anchor",
    "entries": 4,
    "last_id": 4,
    "head_hash": "ab" * 32,
    "taken_at": "2026-11-24T03:02:56+00:00",
    "product_version": "1",
}


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "the file must be an anchor"),
        (b"\xff\xfe\x00", "the file must be an anchor"),
        (b"[" * 5_000, "the file must be an anchor"),
        (b"[]", "the file must be an anchor"),
        (b"{}", "the file must be an anchor"),
        (b" " * (MAX_ANCHOR_BYTES + 1), "at most 10,000 bytes"),
        (json.dumps({**GOOD, "kind": "recipe"}).encode(), "the file must be an anchor"),
        (json.dumps({**GOOD, "entries": "4"}).encode(), "entries must be a whole number"),
        (json.dumps({**GOOD, "entries": True}).encode(), "entries must be a whole number"),
        (json.dumps({**GOOD, "last_id": -1}).encode(), "last_id must be a whole number"),
        (json.dumps({**GOOD, "last_id": 2**70}).encode(), "last_id must be a whole number"),
        (json.dumps({**GOOD, "head_hash": "AB" * 32}).encode(), "head_hash must be 64"),
        (json.dumps({**GOOD, "head_hash": None}).encode(), "head_hash must be 64"),
        (json.dumps({**GOOD, "taken_at": "yesterday"}).encode(), "taken_at must be a time"),
        (
            json.dumps({**GOOD, "taken_at": "2026-11-24T03:02:56"}).encode(),
            "taken_at must be a time with its time zone",
        ),
    ],
)
def test_a_file_that_is_no_anchor_is_refused(content: bytes, sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        read_anchor(content)


def test_an_anchor_says_when_and_by_what_it_was_made() -> None:
    anchor = read_anchor(json.dumps(GOOD).encode())
    assert anchor == Anchor(entries=4, last_id=4, head_hash="ab" * 32, taken_at=AT, product_version="1")


@pytest.mark.parametrize(
    ("finding", "sentence"),
    [
        (
            LogFinding(how=Break.REWRITTEN, entry=ENTRY),
            f"{SHOWN} was changed and given a new hash: the next entry was written upon another.",
        ),
        (
            LogFinding(how=Break.SWAPPED, entry=ENTRY, first_id=9),
            f"{SHOWN} was swapped with entry 9: each holds the other's content.",
        ),
        (
            LogFinding(how=Break.MISSING, entry=ENTRY, first_id=4, last_id=4),
            f"Entry 4 is missing: e{SHOWN[1:]} was written after it.",
        ),
        (
            LogFinding(how=Break.MISSING, entry=ENTRY, first_id=2, last_id=4),
            f"Entries 2 to 4 are missing: e{SHOWN[1:]} was written after them.",
        ),
        (
            LogFinding(how=Break.INSERTED, entry=ENTRY),
            f"{SHOWN} was put in past this product: the chain does not lead through it.",
        ),
        (LogFinding(how=Break.CUT, n_missing=1_200), "The last 1,200 entries are missing: the log is empty."),
        (
            LogFinding(how=Break.HEAD),
            (
                "The note of where the log ends is missing or does not fit the empty log: "
                "entries were rewritten, or the note was changed."
            ),
        ),
        (
            LogFinding(how=Break.ANCHOR_CHANGED, first_id=9),
            "The anchored entry 9 is not in the log any more.",
        ),
        (
            LogFinding(how=Break.CHANGED, entry=replace(ENTRY, at=None, subject_key="")),
            "Entry 5 (at an unreadable time, mia, update systems) was changed: its content is not what was written.",
        ),
    ],
)
def test_each_break_has_its_sentence(finding: LogFinding, sentence: str) -> None:
    assert finding_sentence(finding, day) == sentence


def test_every_break_can_be_said() -> None:
    for how in Break:
        report = LogReport(
            checked=1, entries=2, head=None, anchored=False, findings=(LogFinding(how=how, entry=ENTRY, first_id=1),)
        )
        said = report_sentences(report, day)
        assert len(said) == 2
        assert all(sentence.endswith(".") for sentence in said)


def test_evidence_that_is_not_there_is_nothing_to_find(store: Store) -> None:
    assert verify_evidence(store) == (0, ())
