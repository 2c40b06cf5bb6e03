from __future__ import annotations

import hashlib
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from rori.errors import InputError, StoreError
from rori.store import AuditEntry, EvidenceQuery, Store, StoredEvidence, VaultFinding
from tests.store.compliance.builders import added, evidence, file, stepped

Log = Callable[..., tuple[AuditEntry, ...]]
NOW = datetime(2030, 1, 2, 0, 30, tzinfo=UTC)


def place(folder: Path, item: StoredEvidence) -> Path:
    assert item.newest is not None
    return folder / item.newest.sha256[:2] / item.newest.sha256[2:]


def findings(store: Store) -> list[VaultFinding]:
    return [step.finding for step in store.verify_evidence() if step.finding is not None]


def withdrawn(store: Store, until: date | None, content: bytes = b"old") -> StoredEvidence:
    return stepped(store, added(store, content=file(content), retention_until=until), "withdrawn")


def test_sound_evidence_is_checked_step_by_step_without_a_finding(store: Store) -> None:
    for number in range(3):
        added(store, content=file(b"%d" % number))
    steps = list(store.verify_evidence())
    assert [(step.done, step.total, step.finding) for step in steps] == [(1, 3, None), (2, 3, None), (3, 3, None)]


def test_an_empty_store_has_nothing_to_verify(store: Store) -> None:
    assert list(store.verify_evidence()) == []


def test_changed_missing_unreferenced_and_unknown_files_are_each_named(store: Store, folder: Path) -> None:
    one = added(store, title="Restore test", content=file(b"one", "one.txt"))
    two = added(store, title="Crisis drill", content=file(b"two", "two.txt"))
    added(store, title="Sound", content=file(b"three"))
    place(folder, one).write_bytes(b"eno")
    place(folder, two).unlink()
    stray = hashlib.sha256(b"stray").hexdigest()
    (folder / stray[:2]).mkdir(exist_ok=True)
    (folder / stray[:2] / stray[2:]).write_bytes(b"stray")
    (folder / "notes.txt").write_text("x", encoding="utf-8")
    found = {finding.kind: finding for finding in findings(store)}
    assert set(found) == {"changed", "missing", "unreferenced", "unknown"}
    assert found["changed"].item_ids == (one.id,)
    assert "the file of one.txt (version 1 of Restore test) is not what was uploaded" in found["changed"].message
    assert "the file of two.txt (version 1 of Crisis drill) is missing; restore " in found["missing"].message
    assert found["unreferenced"].place == f"{stray[:2]}/{stray[2:]}"
    assert found["unknown"].message == "notes.txt in the evidence folder was not put there by this program"


def test_a_content_that_two_pieces_of_evidence_share_names_both(store: Store, folder: Path) -> None:
    items = [added(store, title=title) for title in ("A", "B")]
    place(folder, items[0]).write_bytes(b"changed")
    [finding] = findings(store)
    assert set(finding.item_ids) == {item.id for item in items}


def test_a_link_instead_of_a_file_is_a_finding_and_does_not_stop_the_rest(store: Store, folder: Path) -> None:
    item = added(store)
    added(store, content=file(b"sound"))
    place(folder, item).rename(folder / "moved")
    place(folder, item).symlink_to(folder / "moved")
    assert sorted(finding.kind for finding in findings(store)) == ["changed", "unknown"]


def test_a_row_that_somebody_changed_together_with_the_bytes_is_found_by_the_log(
    store: Store, raw: sqlite3.Connection, folder: Path
) -> None:
    item = added(store)
    forged = hashlib.sha256(b"forged").hexdigest()
    (folder / forged[:2]).mkdir(exist_ok=True)
    place(folder, item).rename(folder / forged[:2] / forged[2:])
    (folder / forged[:2] / forged[2:]).write_bytes(b"forged")
    raw.execute("DROP TRIGGER evidence_versions_refuses_update")
    raw.execute("UPDATE evidence_versions SET sha256 = ?, size_bytes = 6", (forged,))
    [finding] = findings(store)
    assert (finding.kind, finding.place) == ("row changed", f"{item.id}/1")
    assert finding.message == (
        f"version 1 of evidence {item.id} is not what the audit log says was uploaded; restore a backup"
    )


def test_a_row_that_somebody_removed_is_found_by_the_log(store: Store, raw: sqlite3.Connection) -> None:
    added(store)
    raw.execute("DROP TRIGGER evidence_versions_refuses_delete")
    raw.execute("DELETE FROM evidence_versions")
    assert [finding.kind for finding in findings(store)] == ["row changed", "unreferenced"]


def test_bytes_that_reached_the_vault_before_a_rollback_are_found_as_unreferenced(store: Store) -> None:
    with store.write("ann") as writer:
        writer.add_evidence(evidence(), content=file())
    with store.read() as reader:
        assert reader.evidence_count(EvidenceQuery()) == 0
    assert [finding.kind for finding in findings(store)] == ["unreferenced"]
    added(store)
    assert findings(store) == []


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_process_that_is_killed_leaves_at_most_a_file_and_never_a_row_without_bytes(
    store: Store, url: str, when: str
) -> None:
    program = (
        "import os, signal, sys\n"
        "from rori.store import Evidence, EvidenceFile, Store\n"
        "from rori.store.vault import Vault\n"
        "put = Vault.put\n"
        "def killed(vault, content):\n"
        f"    {'put(vault, content)' if when == 'after' else 'pass'}\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
        "Vault.put = killed\n"
        f"with Store({url!r}).write('ann') as writer:\n"
        "    content = EvidenceFile(content=b'x', file_name='x.txt', media_type='text/plain')\n"
        "    writer.add_evidence(Evidence(title='T'), content=content)\n"
        "    writer.commit()\n"
    )
    ended = subprocess.run([sys.executable, "-c", program], check=False, timeout=60)
    assert ended.returncode == -signal.SIGKILL
    with store.read() as reader:
        assert reader.evidence_count(EvidenceQuery()) == 0
    assert [finding.kind for finding in findings(store)] == (["unreferenced"] if when == "after" else [])


def test_a_vault_that_cannot_be_written_keeps_no_row(
    store: Store, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StoreError, match="No space left on device"):
        added(store)
    monkeypatch.undo()
    with store.read() as reader:
        assert reader.evidence_count(EvidenceQuery()) == 0
    assert findings(store) == []


def test_bytes_go_only_after_retention_and_the_log_says_so(store: Store, folder: Path, log: Log) -> None:
    over, today, ever = (
        withdrawn(store, until, content)
        for until, content in ((date(2030, 1, 1), b"a"), (date(2030, 1, 2), b"b"), (None, b"c"))
    )
    valid = added(store, content=file(b"d"), retention_until=date(2020, 1, 1))
    [purged] = store.purge_evidence("cleo", now=NOW)
    assert (purged.item_id, purged.number, purged.file_name) == (over.id, 1, "report.txt")
    assert [place(folder, item).exists() for item in (over, today, ever, valid)] == [False, True, True, True]
    line = log(action="purge")[0]
    assert (line.who, line.subject_key, line.before["sha256"]) == ("cleo", over.id, purged.sha256)
    assert line.note.startswith("retention had ended by 2030-01-02")
    with store.read() as reader:
        detail = reader.evidence_detail(over.id)
        assert (detail.versions[0].purged_at, detail.item.newest.purged_at) == (NOW, NOW)
        with pytest.raises(StoreError, match=r"the bytes of report\.txt were removed after the end of their retention"):
            reader.evidence_content(over.id, number=1)
    assert findings(store) == []
    assert store.purge_evidence("cleo", now=NOW) == ()


def test_bytes_that_other_evidence_holds_stay(store: Store, folder: Path) -> None:
    over = withdrawn(store, date(2020, 1, 1), b"shared")
    kept = added(store, content=file(b"shared"))
    assert len(store.purge_evidence("cleo", now=NOW)) == 1
    with store.read() as reader:
        assert reader.evidence_content(kept.id, number=1) == b"shared"
    assert findings(store) == []
    stepped(store, kept, "withdrawn")
    assert store.purge_evidence("cleo", now=NOW) == ()
    assert place(folder, over).exists()


def test_a_content_that_was_purged_can_be_uploaded_again(store: Store) -> None:
    withdrawn(store, date(2020, 1, 1), b"again")
    store.purge_evidence("cleo", now=NOW)
    item = added(store, content=file(b"again"))
    with store.read() as reader:
        assert reader.evidence_content(item.id, number=1) == b"again"
    store.purge_evidence("cleo", now=NOW)
    assert findings(store) == []


def test_a_purge_that_was_cut_short_is_finished_by_the_next(store: Store, folder: Path) -> None:
    item = withdrawn(store, date(2020, 1, 1))
    with store.write("cleo") as writer:
        writer.mark_purged(now=NOW)
        writer.commit()
    assert place(folder, item).exists()
    assert [finding.kind for finding in findings(store)] == ["unreferenced"]
    assert store.purge_evidence("cleo", now=NOW) == ()
    assert not place(folder, item).exists()
    assert findings(store) == []


def test_a_purge_that_is_rolled_back_removes_nothing(store: Store, folder: Path) -> None:
    item = withdrawn(store, date(2020, 1, 1))
    with store.write("cleo") as writer:
        assert len(writer.mark_purged(now=NOW)) == 1
    assert place(folder, item).exists()
    assert findings(store) == []


def test_a_purge_needs_a_moment_with_its_zone_and_a_person(store: Store) -> None:
    with pytest.raises(InputError, match="now must be a time with its time zone"):
        store.purge_evidence("cleo", now=datetime(2030, 1, 1))  # noqa: DTZ001
    with pytest.raises(InputError, match="the person who changes something must be named"):
        store.purge_evidence(" ", now=NOW)


@pytest.mark.parametrize("table", ["evidence_purges", "evidence_versions"])
def test_what_was_removed_stays_on_record(store: Store, raw: sqlite3.Connection, table: str) -> None:
    withdrawn(store, date(2020, 1, 1))
    store.purge_evidence("cleo", now=NOW)
    with pytest.raises(sqlite3.IntegrityError, match=r"stays on record|only ever added"):
        raw.execute(f"DELETE FROM {table}")
