from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from rori.errors import ConflictError, InputError, NotApplicableError, NotFoundError, StoreError
from rori.store import AuditEntry, Evidence, EvidenceFile, Store, StoredEvidence, WebLink
from tests.store.compliance.builders import added, approved, evidence, file, stepped

Log = Callable[..., tuple[AuditEntry, ...]]
DAY = date(2026, 6, 30)


def versioned(store: Store, item: StoredEvidence, content: EvidenceFile | WebLink, who: str = "ann") -> StoredEvidence:
    with store.write(who) as writer:
        item = writer.add_version(item.id, content, version=item.version)
        writer.commit()
    return item


def changed(store: Store, item: StoredEvidence, who: str = "ann", **values: object) -> StoredEvidence:
    said = {name: getattr(item, name) for name in Evidence.__dataclass_fields__}
    with store.write(who) as writer:
        item = writer.update_evidence(item.id, Evidence(**{**said, **values}), version=item.version)
        writer.commit()
    return item


def test_evidence_begins_as_a_draft_and_its_bytes_come_back(store: Store, folder: Path) -> None:
    began = datetime.now(UTC)
    content = file(b"%PDF-1.7 ...", "Bericht \u00fcber \u652f\u4ed8.pdf")
    item = added(store, content=content, title="Restore test", owner="Zoë", expires_on=DAY)
    with store.read() as reader:
        detail = reader.evidence_detail(item.id)
        assert reader.evidence_content(item.id, number=1) == content.content
    assert detail.item == item
    assert (item.state, item.newest_number, item.approved_by, item.created_by) == ("draft", 1, None, "ann")
    [version] = detail.versions
    assert version == item.newest
    assert (version.kind, version.number, version.file_name) == ("file", 1, content.file_name)
    assert (version.sha256, version.size_bytes) == (hashlib.sha256(content.content).hexdigest(), 12)
    assert (version.uploaded_by, version.purged_at) == ("ann", None)
    assert began <= version.uploaded_at <= datetime.now(UTC)
    assert (folder / version.sha256[:2] / version.sha256[2:]).read_bytes() == content.content


def test_versions_are_only_added_and_each_stays_readable(store: Store) -> None:
    item = versioned(store, added(store), file(b"second", "again.txt"), who="bob")
    item = versioned(store, item, WebLink(url="https://wiki.example.org/restore?id=7"))
    with store.read() as reader:
        detail = reader.evidence_detail(item.id)
        assert reader.evidence_content(item.id, number=1) == file().content
        assert reader.evidence_content(item.id, number=2) == b"second"
        with pytest.raises(NotFoundError, match="has no file of version 3"):
            reader.evidence_content(item.id, number=3)
        with pytest.raises(NotFoundError, match="has no file of version 4"):
            reader.evidence_content(item.id, number=4)
    assert [(v.number, v.kind, v.uploaded_by) for v in detail.versions] == [
        (1, "file", "ann"),
        (2, "file", "bob"),
        (3, "link", "ann"),
    ]
    assert detail.item.newest.url == "https://wiki.example.org/restore?id=7"


def test_the_same_content_again_is_no_new_version(store: Store) -> None:
    item = added(store)
    with pytest.raises(InputError, match=r"must be another than that of the newest version, got 'report\.txt'"):
        versioned(store, item, file())


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE evidence_versions SET sha256 = '" + "0" * 64 + "'",
        "DELETE FROM evidence_versions",
        "REPLACE INTO evidence_versions SELECT * FROM evidence_versions",
        "UPDATE OR REPLACE evidence_versions SET id = id",
    ],
)
def test_versions_are_only_ever_added_even_past_the_store(
    store: Store, raw: sqlite3.Connection, statement: str
) -> None:
    item = added(store)
    with pytest.raises(sqlite3.IntegrityError, match="a version of evidence is only ever added"):
        raw.execute(statement)
    with store.read() as reader:
        assert reader.evidence_detail(item.id).versions == (item.newest,)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE evidence_items SET state = 'expired'",
        "UPDATE evidence_items SET state = 'approved'",
        "UPDATE evidence_items SET effective_from = '2026-02-01', expires_on = '2026-01-01'",
        "INSERT INTO evidence_links VALUES ((SELECT id FROM evidence_items), 'person', 'ann', 'ann', '2026-01-01')",
    ],
)
def test_the_database_itself_holds_evidence_to_its_terms(store: Store, raw: sqlite3.Connection, statement: str) -> None:
    added(store)
    with pytest.raises(sqlite3.IntegrityError, match="CHECK constraint failed"):
        raw.execute(statement)


def test_evidence_is_approved_by_a_second_person(store: Store) -> None:
    item = stepped(store, added(store), "in_review", who="bob")
    with pytest.raises(InputError) as refused:
        stepped(store, item, "approved", who="ann")
    sentence = "the person who approves must be another than ann, who uploaded the evidence, got 'ann'"
    assert str(refused.value) == sentence
    with pytest.raises(InputError, match="must be another than ann"):
        stepped(store, item, "approved", who=" ANN ")
    item = stepped(store, item, "approved", who="bob")
    assert (item.state, item.approved_by, item.approved_number) == ("approved", "bob", 1)
    assert item.approved_at is not None


def test_who_works_alone_approves_alone(store: Store) -> None:
    item = stepped(store, added(store), "in_review", "approved", who="ann")
    assert (item.state, item.approved_by) == ("approved", "ann")


def test_who_uploads_the_newest_version_does_not_approve_it_though_the_first_came_from_another(store: Store) -> None:
    item = versioned(store, added(store), file(b"second"), who="bob")
    item = stepped(store, item, "in_review", who="ann")
    with pytest.raises(InputError, match="must be another than bob"):
        stepped(store, item, "approved", who="bob")
    assert stepped(store, item, "approved", who="ann").approved_number == 2


@pytest.mark.parametrize(
    ("before", "after", "allowed"),
    [
        ((), "approved", "in_review or withdrawn"),
        ((), "draft", "in_review or withdrawn"),
        (("in_review",), "draft", "approved or withdrawn"),
        (("in_review", "approved"), "in_review", "withdrawn"),
        (("in_review", "approved"), "draft", "withdrawn"),
        (("withdrawn",), "draft", "left as it is"),
        (("withdrawn",), "approved", "left as it is"),
        (("withdrawn",), "withdrawn", "left as it is"),
    ],
)
def test_steps_that_are_not_allowed_are_refused(
    store: Store, before: tuple[str, ...], after: str, allowed: str
) -> None:
    item = stepped(store, added(store), *before)
    with pytest.raises(InputError) as refused:
        stepped(store, item, after)
    assert str(refused.value) == f"the state after {item.state} must be {allowed}, got {after!r}"


@pytest.mark.parametrize("before", [(), ("in_review",), ("in_review", "approved")])
def test_evidence_can_be_withdrawn_from_everywhere_and_its_bytes_stay(
    store: Store, log: Log, before: tuple[str, ...]
) -> None:
    item = stepped(store, added(store), *before)
    with store.write("cleo") as writer:
        item = writer.set_evidence_state(item.id, "withdrawn", version=item.version, reason="wrong year")
        writer.commit()
    assert item.state == "withdrawn"
    assert (log()[0].action, log()[0].who, log()[0].note) == ("withdraw", "cleo", "wrong year")
    with store.read() as reader:
        assert reader.evidence_content(item.id, number=1) == file().content
    with pytest.raises(InputError, match="evidence must be one that is not withdrawn, to get a new version"):
        versioned(store, item, file(b"more"))


def test_what_has_no_file_is_not_reviewed(store: Store) -> None:
    with store.write("ann") as writer:
        item = writer.add_evidence(evidence())
        writer.commit()
    assert (item.newest, item.newest_number) == (None, 0)
    with pytest.raises(InputError, match="evidence must be given with a file or a link before it is reviewed"):
        stepped(store, item, "in_review")


@pytest.mark.parametrize("steps", [("in_review",), ("in_review", "approved")])
def test_a_new_version_makes_a_draft_again(store: Store, steps: tuple[str, ...]) -> None:
    item = versioned(store, stepped(store, added(store), *steps), file(b"second"))
    assert (item.state, item.approved_by, item.approved_at, item.approved_number) == ("draft", None, None, None)


def test_approved_evidence_that_shall_count_longer_goes_back_to_review(store: Store) -> None:
    item = approved(store, effective_from=date(2026, 1, 1), expires_on=DAY)
    shorter = changed(store, item, expires_on=date(2026, 3, 31), title="Shorter")
    assert (shorter.state, shorter.approved_by) == ("approved", "bob")
    longer = changed(store, shorter, expires_on=DAY)
    assert (longer.state, longer.approved_by, longer.approved_number) == ("in_review", None, None)


@pytest.mark.parametrize(
    "values", [{"expires_on": None}, {"effective_from": None}, {"effective_from": date(2025, 1, 1)}]
)
def test_taking_an_end_away_counts_as_longer(store: Store, values: dict[str, object]) -> None:
    item = approved(store, effective_from=date(2026, 1, 1), expires_on=DAY)
    assert changed(store, item, **values).state == "in_review"


def test_withdrawn_evidence_only_changes_to_be_kept_longer(store: Store) -> None:
    item = stepped(store, added(store), "withdrawn")
    with pytest.raises(InputError, match="evidence must be one that is not withdrawn, to be changed"):
        changed(store, item, title="Other")
    item = changed(store, item, retention_until=date(2030, 1, 1))
    item = changed(store, item, retention_until=date(2031, 1, 1))
    for earlier in (date(2030, 12, 31), None):
        with pytest.raises(InputError, match="keep until must be no earlier than 2031-01-01 for withdrawn evidence"):
            changed(store, item, retention_until=earlier)


def test_two_people_who_work_on_the_same_evidence_collide_with_a_sentence(store: Store) -> None:
    seen = added(store)
    versioned(store, seen, file(b"second"), who="bob")
    sentence = r"Restore test was changed by bob at .* since you opened it; nothing was saved, reload and try again"
    for late in (
        lambda: versioned(store, seen, file(b"third")),
        lambda: stepped(store, seen, "in_review"),
        lambda: changed(store, seen, title="Other"),
    ):
        with pytest.raises(ConflictError, match=sentence):
            late()
    with store.read() as reader:
        assert [v.number for v in reader.evidence_detail(seen.id).versions] == [1, 2]


def test_what_stays_as_it_is_is_not_written(store: Store, log: Log) -> None:
    item, lines = added(store), len(log())
    assert changed(store, item, who="bob") == item
    assert len(log()) == lines


def test_every_change_of_evidence_leaves_before_and_after(store: Store, log: Log) -> None:
    item = approved(store)
    lines = [(e.action, e.subject, e.who, e.row_version) for e in reversed(log())]
    assert lines == [
        ("insert", "evidence_items", "ann", 1),
        ("upload", "evidence_versions", "ann", 1),
        ("add version", "evidence_items", "ann", 2),
        ("update", "evidence_items", "bob", 3),
        ("update", "evidence_items", "bob", 4),
    ]
    upload = log(subject="evidence_versions")[0]
    assert (upload.subject_key, upload.after["sha256"]) == (f"{item.id}/1", item.newest.sha256)
    assert (log()[0].before["state"], log()[0].after["state"], log()[0].after["approved_by"]) == (
        "in_review",
        "approved",
        "bob",
    )


def test_changes_of_evidence_are_not_undone_and_the_log_says_what_to_do(store: Store, log: Log) -> None:
    stepped(store, added(store), "in_review")
    sentences = {"evidence_items": "add a version or withdraw it", "evidence_versions": "or withdraw the evidence"}
    for subject, sentence in sentences.items():
        with pytest.raises(NotApplicableError, match=sentence), store.write("ann") as writer:
            writer.undo(log(subject=subject)[-1].id)


def test_without_a_folder_for_evidence_a_file_is_refused(store: Store) -> None:
    with store.write("ann") as writer:
        writer._vault = None
        item = writer.add_evidence(evidence())
        with pytest.raises(StoreError, match="no folder for evidence is set; name one in RORI_EVIDENCE_DIR"):
            writer.add_version(item.id, file(), version=item.version)


def test_the_folder_of_the_evidence_can_be_named(url: str, store: Store, folder: Path, tmp_path: Path) -> None:
    elsewhere = Store(url, evidence_folder=tmp_path / "elsewhere")
    added(elsewhere)
    elsewhere.dispose()
    assert not folder.exists()
    assert len([path for path in (tmp_path / "elsewhere").rglob("*") if path.is_file()]) == 1


def test_a_version_is_a_value_that_nobody_changes(store: Store) -> None:
    item = added(store)
    with pytest.raises(AttributeError):
        item.newest.number = 2
    assert replace(item.newest, number=2) != item.newest
