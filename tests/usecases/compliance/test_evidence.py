from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from rori.errors import ConflictError, ImportRefusedError, InputError, NotFoundError, StoreError
from rori.store import AuditEntry, AuditQuery, Evidence, EvidenceQuery, Store, StoredEvidence, WebLink
from rori.usecases.auditing import verify_evidence
from rori.usecases.compliance.evidence import (
    MOST_AT_ONCE,
    GivenFile,
    Target,
    add_contents,
    add_evidence,
    approve_evidence,
    change_evidence,
    link_evidence,
    link_key,
    submit_for_review,
    unlink_evidence,
    withdraw_evidence,
)
from rori.usecases.compliance.evidence_search import (
    PER_PAGE,
    STATES,
    EvidenceFilter,
    count_by_state,
    evidence_content,
    evidence_detail,
    evidence_history,
    evidence_owners,
    expiring,
    named_targets,
    newest_change,
    search_evidence,
    state_of,
    target_names,
)
from rori.usecases.inventory import save_record, undo_change
from tests.usecases.compliance.evidence_files import archive, given, pdf, png, unread

DAY = date(2026, 6, 30)
CONTROL = Target(kind="control", target_id="backup-restore")
REQUIREMENT = Target(kind="requirement", target_id="dora-5-2")
LEDGER = Target(kind="system", target_id="ledger")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(f"sqlite:///{tmp_path / 'rori.db'}", evidence_folder=tmp_path / "vault")
    opened.migrate()
    yield opened
    opened.dispose()


def added(store: Store, *contents: GivenFile | WebLink, who: str = "ann", **said: object) -> StoredEvidence:
    return add_evidence(store, who, Evidence(**{"title": "Restore test", **said}), contents or (given(),))


def approved(store: Store, **said: object) -> StoredEvidence:
    content = given(content=str(said).encode())
    item = added(store, content, **said)
    item = submit_for_review(store, "ann", item.id, item.version)
    return approve_evidence(store, "bob", item.id, item.version)


def everything(store: Store) -> tuple[StoredEvidence, ...]:
    with store.read() as reader:
        return reader.evidence(EvidenceQuery())


def kept_files(tmp_path: Path) -> list[Path]:
    return [path for path in (tmp_path / "vault").rglob("*") if path.is_file()]


def found(store: Store, **asked: object) -> list[str]:
    return [line.item.title for line in search_evidence(store, EvidenceFilter(**asked), DAY).lines]


def test_a_piece_is_added_with_files_a_link_and_what_it_is_about(store: Store) -> None:
    save_record(store, "ann", "systems", {"id": "ledger", "name": "Ledger"}, None)
    item = add_evidence(
        store,
        "ann",
        Evidence(title="Restore test", owner="Zoë", expires_on=DAY),
        (given("a.pdf", pdf()), given("b.png", png()), WebLink(url="https://wiki.example.org/restore")),
        (CONTROL, REQUIREMENT, LEDGER, CONTROL),
    )
    detail = evidence_detail(store, item.id)
    assert detail.item == item
    assert [(v.number, v.file_name or v.url, v.media_type) for v in detail.versions] == [
        (1, "a.pdf", "application/pdf"),
        (2, "b.png", "image/png"),
        (3, "https://wiki.example.org/restore", ""),
    ]
    assert [(link.kind, link.target_id) for link in detail.links] == [
        ("control", "backup-restore"),
        ("requirement", "dora-5-2"),
        ("system", "ledger"),
    ]
    read = evidence_content(store, item.id, 2)
    assert (read.file_name, read.media_type, read.content) == ("b.png", "image/png", png())


def test_the_media_type_is_that_of_the_content(store: Store) -> None:
    with pytest.raises(
        ImportRefusedError, match=r"file report.png: the file is no PNG picture although its name says so"
    ):
        added(store, given("report.png", pdf()))


@pytest.mark.parametrize(
    ("file", "sentence"),
    [
        (given("../../etc/cron.d/x.txt"), "a file name must not hold a path"),
        (given("..\\..\\x.txt"), "a file name must not hold a path"),
        (given("run.exe", b"MZ\0\0"), "such files are not kept as evidence"),
        (given("page.html", b"<html></html>"), "the file holds HTML, SVG, XML or a script"),
        (given("logo.svg", b"<svg onload='alert(1)'/>"), "the file holds HTML, SVG, XML or a script"),
        (given("logo.png", b"<svg><script>alert(1)</script></svg>"), "the file holds HTML, SVG, XML or a script"),
        (given("report.pdf", pdf() + archive()), "something follows after the end of the PDF"),
        (given("picture.png", png() + archive()), "something follows after the end of the PNG picture"),
        (given("all.zip", archive()), "evidence may be .pdf"),
        (given("book.xlsx", archive()), "the file is a zip archive, not a .xlsx"),
        (given("empty.txt", b""), "the file is empty"),
        (given("short.txt", b"abc", declared=9), "the file was announced with 9 bytes but 3 arrived"),
        (unread("huge.pdf", 2 * 1024**3), "a file may have at most 25 MB, got 2,048.0 MB"),
    ],
    ids=lambda value: value.name if isinstance(value, GivenFile) else "",
)
def test_a_hostile_file_is_refused_in_words_and_nothing_is_stored(
    store: Store, tmp_path: Path, file: GivenFile, sentence: str
) -> None:
    with pytest.raises(ImportRefusedError) as refused:
        added(store, given("sound.txt"), file)
    [problem] = refused.value.problems
    assert problem.message.startswith(sentence)
    assert problem.sheet == f"file {file.name}"
    assert everything(store) == ()
    assert kept_files(tmp_path) == []
    item = added(store, given("sound.txt"))
    with pytest.raises(ImportRefusedError):
        add_contents(store, "ann", item.id, (given("other.txt", b"another"), file), item.version)
    assert evidence_detail(store, item.id).item == item
    assert len(kept_files(tmp_path)) == 1


def test_every_refused_file_is_named(store: Store) -> None:
    with pytest.raises(ImportRefusedError) as refused:
        added(store, given("a.exe", b"MZ\0"), given("good.txt"), given("b.pdf", b"no pdf"))
    assert [problem.sheet for problem in refused.value.problems] == ["file a.exe", "file b.pdf"]


def test_the_same_content_twice_at_once_is_refused(store: Store, tmp_path: Path) -> None:
    with pytest.raises(ImportRefusedError, match=r"file copy.txt: the same content is given twice"):
        added(store, given("one.txt"), given("copy.txt"))
    with pytest.raises(ImportRefusedError, match=r"link https://a.example: the same content is given twice"):
        added(store, WebLink(url="https://a.example"), WebLink(url="https://a.example"))
    assert kept_files(tmp_path) == []


def test_more_files_at_once_than_allowed_are_refused(store: Store) -> None:
    many = [given(f"{number}.txt", str(number).encode()) for number in range(MOST_AT_ONCE + 1)]
    with pytest.raises(InputError, match="files and links at once must be at most 20, got 21"):
        added(store, *many)


@pytest.mark.parametrize(
    ("target", "sentence"),
    [
        (Target(kind="control", target_id="nothing-like-it"), "control must be the id of a control in the library"),
        (Target(kind="requirement", target_id="dora-999"), "requirement must be the id of a requirement"),
        (Target(kind="system", target_id="ghost"), "target of the link must be the id of an existing system"),
        (Target(kind="person", target_id="ann"), "kind of link must be one of control, requirement, system"),
    ],
)
def test_evidence_is_about_what_exists_and_otherwise_nothing_is_stored(
    store: Store, tmp_path: Path, target: Target, sentence: str
) -> None:
    with pytest.raises(InputError, match=sentence):
        add_evidence(store, "ann", Evidence(title="Restore test"), (given(),), (CONTROL, target))
    assert everything(store) == ()
    assert kept_files(tmp_path) == []
    item = added(store)
    with pytest.raises(InputError, match=sentence):
        link_evidence(store, "ann", item.id, (CONTROL, target))
    assert evidence_detail(store, item.id).links == ()


def test_what_evidence_is_about_can_be_changed_and_undone(store: Store) -> None:
    item = added(store)
    link_evidence(store, "ann", item.id, (CONTROL, REQUIREMENT))
    unlink_evidence(store, "bob", item.id, CONTROL)
    assert [link.target_id for link in evidence_detail(store, item.id).links] == ["dora-5-2"]
    entry = next(e for e in _log(store, "evidence_links") if e.subject_key == link_key(item.id, CONTROL))
    assert (entry.action, entry.who) == ("delete", "bob")
    undo_change(store, "bob", entry.id)
    assert [link.target_id for link in evidence_detail(store, item.id).links] == ["backup-restore", "dora-5-2"]


def _log(store: Store, subject: str) -> tuple[AuditEntry, ...]:
    with store.read() as reader:
        return reader.audit(AuditQuery(subject=subject))


def test_who_uploaded_does_not_approve_once_somebody_else_works_here(store: Store) -> None:
    item = added(store, who="ann")
    item = submit_for_review(store, "bob", item.id, item.version)
    with pytest.raises(InputError, match="another than ann, who uploaded the evidence"):
        approve_evidence(store, "ann", item.id, item.version)
    item = approve_evidence(store, "bob", item.id, item.version)
    assert (item.state, item.approved_by, item.approved_number) == ("approved", "bob", 1)


def test_who_works_alone_may_approve(store: Store) -> None:
    item = added(store, who="ann")
    item = submit_for_review(store, "ann", item.id, item.version)
    assert approve_evidence(store, "ann", item.id, item.version).state == "approved"


def test_a_draft_without_a_file_is_not_reviewed(store: Store) -> None:
    item = add_evidence(store, "ann", Evidence(title="Planned test"))
    with pytest.raises(InputError, match="given with a file or a link before it is reviewed"):
        submit_for_review(store, "ann", item.id, item.version)


def test_new_files_make_it_a_draft_again(store: Store) -> None:
    item = approved(store)
    item = add_contents(store, "ann", item.id, (given("x.txt", b"x"), given("y.txt", b"y")), item.version)
    assert (item.state, item.newest_number, item.approved_by) == ("draft", 3, None)
    with pytest.raises(InputError, match="new version must be given as a file or a link, got 'neither'"):
        add_contents(store, "ann", item.id, (), item.version)


def test_a_stale_version_is_refused_and_no_file_is_kept(store: Store, tmp_path: Path) -> None:
    item = added(store)
    change_evidence(store, "bob", item.id, Evidence(title="Renamed"), item.version)
    for change in (
        lambda: add_contents(store, "ann", item.id, (given("x.txt", b"x"),), item.version),
        lambda: submit_for_review(store, "ann", item.id, item.version),
        lambda: withdraw_evidence(store, "ann", item.id, item.version, "old"),
        lambda: change_evidence(store, "ann", item.id, Evidence(title="Mine"), item.version),
    ):
        with pytest.raises(ConflictError, match="Renamed was changed by bob"):
            change()
    assert len(kept_files(tmp_path)) == 1


def test_withdrawal_needs_a_reason_which_the_history_keeps(store: Store, tmp_path: Path) -> None:
    item = approved(store)
    with pytest.raises(InputError, match="reason must be given when evidence is withdrawn, got ' '"):
        withdraw_evidence(store, "bob", item.id, item.version, " ")
    item = withdraw_evidence(store, "bob", item.id, item.version, " wrong system ")
    assert item.state == "withdrawn"
    newest = evidence_history(store, item.id)[0]
    assert (newest.action, newest.who, newest.note) == ("withdraw", "bob", "wrong system")
    assert [entry.action for entry in evidence_history(store, item.id)][-1] == "insert"
    assert len(kept_files(tmp_path)) == 1


def test_a_piece_is_in_one_state_on_a_day(store: Store) -> None:
    item = approved(store, effective_from=DAY, expires_on=DAY)
    states = [state_of(item, DAY + timedelta(days=shift)) for shift in (-1, 0, 1)]
    assert states == ["not_yet_effective", "approved", "expired"]


@pytest.fixture
def filled(store: Store) -> Store:
    """Return a store with evidence in every state on DAY."""
    added(store, given("d.txt", b"d"), title="Draft", owner="Zoë", expires_on=DAY + timedelta(days=5))
    item = added(store, given("r.txt", b"r"), title="In review", description="quarterly failover")
    submit_for_review(store, "ann", item.id, item.version)
    approved(store, title="Open end")
    approved(store, title="Ends soon", expires_on=DAY + timedelta(days=30), owner="Zoë")
    approved(store, title="Ends today", expires_on=DAY)
    approved(store, title="Later", effective_from=DAY + timedelta(days=1), expires_on=DAY + timedelta(days=20))
    approved(store, title="Ended", expires_on=DAY - timedelta(days=1))
    item = approved(store, title="Gone")
    withdraw_evidence(store, "bob", item.id, item.version, "replaced")
    return store


@pytest.mark.parametrize(
    ("state", "titles"),
    [
        ("", ["Draft", "Ended", "Ends soon", "Ends today", "Gone", "In review", "Later", "Open end"]),
        ("draft", ["Draft"]),
        ("in_review", ["In review"]),
        ("approved", ["Ends today", "Ends soon", "Open end"]),
        ("not_yet_effective", ["Later"]),
        ("expired", ["Ended"]),
        ("withdrawn", ["Gone"]),
    ],
)
def test_evidence_is_found_by_its_state_on_the_day(filled: Store, state: str, titles: list[str]) -> None:
    assert found(filled, state=state) == titles


def test_counts_are_those_of_the_lists(filled: Store) -> None:
    counts = count_by_state(filled, DAY)
    assert counts == {state: len(found(filled, state=state)) for state in STATES}
    assert tuple(counts) == STATES
    assert count_by_state(filled, DAY, EvidenceFilter(owner="Zoë", state="expired"))["approved"] == 1


def test_evidence_is_found_by_owner_text_subject_and_last_day(filled: Store) -> None:
    with filled.read() as reader:
        item = reader.evidence(EvidenceQuery(text="Open end"))[0]
    link_evidence(filled, "ann", item.id, (CONTROL,))
    assert found(filled, owner="Zoë") == ["Draft", "Ends soon"]
    assert found(filled, text="QUARTERLY") == ["In review"]
    assert found(filled, kind="control", target_id="backup-restore") == ["Open end"]
    assert found(filled, kind="requirement") == []
    assert found(filled, within_days=30) == ["Ends today", "Draft", "Later", "Ends soon"]
    assert found(filled, within_days=30, state="approved") == ["Ends today", "Ends soon"]
    assert evidence_owners(filled) == ("Zoë",)


def test_what_counts_today_and_ends_soon_is_listed_for_the_first_page(filled: Store) -> None:
    assert [item.title for item in expiring(filled, DAY)] == ["Ends today", "Ends soon"]
    assert [item.title for item in expiring(filled, DAY, 29)] == ["Ends today"]
    assert expiring(filled, DAY + timedelta(days=400)) == ()


def test_a_list_comes_in_pages(store: Store) -> None:
    with store.write("ann") as writer:
        for number in range(PER_PAGE + 1):
            writer.add_evidence(Evidence(title=f"Piece {number:03}"))
        writer.commit()
    first, last = (search_evidence(store, EvidenceFilter(), DAY, page) for page in (1, 2))
    assert (len(first.lines), first.count, first.number, first.pages) == (PER_PAGE, PER_PAGE + 1, 1, 2)
    assert [line.item.title for line in last.lines] == ["Piece 050"]
    assert search_evidence(store, EvidenceFilter(), DAY, 99) == last
    assert search_evidence(store, EvidenceFilter(), DAY, -3) == first
    nothing = search_evidence(store, EvidenceFilter(text="zzz"), DAY)
    assert (nothing.lines, nothing.count, nothing.pages) == ((), 0, 1)


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"state": "lost"}, "state of evidence must be one of draft, in_review, approved"),
        ({"within_days": -1}, "days until it expires must be a whole number from 0 to 36500, got -1"),
        ({"kind": "person"}, "kind of link must be one of control, requirement, system"),
    ],
)
def test_what_cannot_be_asked_for_is_refused(store: Store, asked: dict[str, object], sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        found(store, **asked)


def test_targets_have_names_and_unknown_ones_keep_their_id(store: Store) -> None:
    save_record(store, "ann", "systems", {"id": "ledger", "name": "Core <b>ledger</b>"}, None)
    names = target_names(store)
    assert names["system"] == {"ledger": "Core <b>ledger</b>"}
    assert "backup-restore" in names["control"]
    assert names["requirement"]["dora-5-2"].startswith("Art. 5(2) ")
    item = added(store)
    with store.write("ann") as writer:
        writer.link_evidence(item.id, kind="control", target_id="a-control-of-old")
        writer.commit()
    link_evidence(store, "ann", item.id, (LEDGER,))
    assert named_targets(evidence_detail(store, item.id).links, names) == ["a-control-of-old", "Core <b>ledger</b>"]


def test_content_that_is_not_there_is_not_found(store: Store) -> None:
    item = added(store)
    with pytest.raises(NotFoundError, match="has no version 2"):
        evidence_content(store, item.id, 2)
    with pytest.raises(NotFoundError, match="there is no evidence 'x'"):
        evidence_detail(store, "x")


def test_any_change_is_a_newer_one(store: Store) -> None:
    before = newest_change(store)
    added(store)
    assert newest_change(store) > before


def test_sound_evidence_is_verified_with_progress(filled: Store) -> None:
    heard: list[tuple[int, int]] = []
    assert verify_evidence(filled, lambda done, total: heard.append((done, total))) == (8, ())
    assert heard == [(number, 8) for number in range(1, 9)]


def test_verifying_names_a_changed_a_missing_and_a_stray_file(store: Store, tmp_path: Path) -> None:
    changed = added(store, given("changed.txt", b"first"), title="Changed")
    missing = added(store, given("missing.txt", b"second"), title="Missing")
    places = {}
    for item in (changed, missing):
        sha256 = item.newest.sha256
        places[item.title] = tmp_path / "vault" / sha256[:2] / sha256[2:]
    places["Changed"].write_bytes(b"forged")
    places["Missing"].unlink()
    (tmp_path / "vault" / "notes.txt").write_text("put here by hand")
    looked_at, findings = verify_evidence(store)
    assert looked_at == 3
    said = {finding.kind: finding for finding in findings}
    assert sorted(said) == ["changed", "missing", "unknown"]
    assert "changed.txt (version 1 of Changed) is not what was uploaded" in said["changed"].message
    assert said["changed"].item_ids == (changed.id,)
    assert "missing.txt (version 1 of Missing) is missing" in said["missing"].message
    assert "notes.txt" in said["unknown"].message
    with pytest.raises(StoreError, match="is not what was uploaded"):
        evidence_content(store, changed.id, 1)
