"""The page Evidence."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from rori.store import AuditEntry, Evidence, EvidenceQuery, Store, StoredEvidence, WebLink
from rori.ui.components.evidence_detail import happened
from rori.ui.components.evidence_preview import redrawn
from rori.ui.components.evidence_words import days_left, shown_size
from rori.usecases.compliance.evidence import (
    Target,
    add_evidence,
    approve_evidence,
    change_evidence,
    submit_for_review,
    withdraw_evidence,
)
from rori.usecases.compliance.evidence_search import evidence_detail
from tests.ui.test_start import button
from tests.ui.test_systems import errors
from tests.usecases.compliance.evidence_files import archive, given, pdf, png

Open = Callable[..., AppTest]
TODAY = datetime.now(UTC).date()
CONTROL = Target(kind="control", target_id="backup-restore")


def added(store: Store, title: str = "Restore test", content: bytes | None = None, **said: object) -> StoredEvidence:
    file = given(content=content or title.encode())
    return add_evidence(store, "otto", Evidence(title=title, **said), (file,), (CONTROL,))


def reviewed(store: Store, title: str = "Restore test", **said: object) -> StoredEvidence:
    item = added(store, title, **said)
    return submit_for_review(store, "otto", item.id, item.version)


def approved(store: Store, title: str = "Restore test", **said: object) -> StoredEvidence:
    item = reviewed(store, title, **said)
    return approve_evidence(store, "mia", item.id, item.version)


def titles(at: AppTest) -> list[str]:
    return list(at.dataframe[0].value["title"]) if at.dataframe else []


def texts(at: AppTest) -> str:
    shown = [*at.markdown, *at.caption, *at.text, *at.header, *at.info, *at.success]
    return "\n".join(str(found.value) for found in shown).replace("\\", "")


def field(found: object, label: str):
    return next(one for one in found if one.label == label)


def everything(store: Store) -> tuple[StoredEvidence, ...]:
    with store.read() as reader:
        return reader.evidence(EvidenceQuery())


def test_an_empty_page_says_what_to_do(open_page: Open) -> None:
    at = open_page("evidence")
    assert not at.exception
    assert "No evidence yet" in texts(at)
    assert not at.dataframe
    assert button(at, "Add evidence")


def test_a_piece_is_added_with_two_files_and_what_it_is_about(store: Store, open_page: Open) -> None:
    at = button(open_page("evidence"), "Add evidence").click().run()
    assert at.query_params["view"] == "add"
    field(at.text_input, "Title *").set_value("Restore test, Q2")
    field(at.text_input, "Link, if it stands elsewhere").set_value("https://wiki.example.org/restore")
    field(at.date_input, "Expires on").set_value(date(2031, 6, 30))
    field(at.multiselect, "Controls").set_value(["backup-restore"])
    at.file_uploader[0].set_value([("a.pdf", pdf(), "application/pdf"), ("b.png", png(), "image/png")])
    at = next(one for one in at.button if one.label == "Add evidence").click().run()
    assert not at.exception
    assert not at.error
    [item] = everything(store)
    assert (item.title, item.owner, item.expires_on) == ("Restore test, Q2", "mia", date(2031, 6, 30))
    assert at.query_params["item"] == item.id
    assert "view" not in at.query_params
    detail = evidence_detail(store, item.id)
    assert [version.media_type for version in detail.versions] == ["application/pdf", "image/png", ""]
    assert [link.target_id for link in detail.links] == ["backup-restore"]
    assert "Restore test, Q2" in texts(at)


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        (
            "logo.png",
            b"<svg><script>alert(1)</script></svg>",
            "File logo.png: the file holds HTML, SVG, XML or a script",
        ),
        ("report.pdf", pdf() + archive(), "File report.pdf: something follows after the end of the PDF"),
        ("empty.txt", b"", "File empty.txt: the file is empty"),
        ("book.xlsx", archive(), "File book.xlsx: the file is a zip archive, not a .xlsx"),
    ],
)
def test_a_refused_file_is_named_and_nothing_is_stored(
    store: Store, open_page: Open, tmp_path: Path, name: str, content: bytes, sentence: str
) -> None:
    at = open_page("evidence", view="add")
    field(at.text_input, "Title *").set_value("Restore test")
    at.file_uploader[0].set_value([("good.txt", b"good", "text/plain"), (name, content, "application/octet-stream")])
    at = next(one for one in at.button if one.label == "Add evidence").click().run()
    assert sentence in errors(at)
    assert everything(store) == ()
    assert not (tmp_path / "evidence").exists()
    assert field(at.text_input, "Title *").value == "Restore test"


def test_the_form_refuses_in_words_what_is_missing_or_no_link(store: Store, open_page: Open) -> None:
    at = open_page("evidence", view="add")
    at = next(one for one in at.button if one.label == "Add evidence").click().run()
    assert "Title of the evidence must be given" in errors(at)
    field(at.text_input, "Title *").set_value("x")
    field(at.text_input, "Link, if it stands elsewhere").set_value("javascript:alert(1)")
    at = next(one for one in at.button if one.label == "Add evidence").click().run()
    assert "Link must be an address such as https://server/page" in errors(at)
    assert everything(store) == ()
    at = next(one for one in at.button if one.label == "Cancel").click().run()
    assert "view" not in at.query_params


def test_another_page_can_say_what_new_evidence_is_about(open_page: Open) -> None:
    at = open_page("evidence", view="add", kind="control", target="backup-restore")
    assert field(at.multiselect, "Controls").value == ["backup-restore"]
    at = open_page("evidence", view="add", kind="control", target="nothing-like-it")
    assert field(at.multiselect, "Controls").value == []


def test_a_draft_is_submitted_and_approved_by_somebody_else(store: Store, open_page: Open) -> None:
    item = added(store)
    at = button(open_page("evidence", item=item.id), "Submit for review").click().run()
    assert [one.state for one in everything(store)] == ["in_review"]
    at = button(at, "Approve").click().run()
    assert not at.error
    [item] = everything(store)
    assert (item.state, item.approved_by) == ("approved", "mia")
    assert "mia: approved" in texts(at)
    assert not any(one.label == "Approve" for one in at.button)


def test_who_uploaded_is_told_to_have_somebody_else_approve(
    store: Store, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    item = reviewed(store)
    withdraw_evidence(store, "mia", added(store, "Other").id, 2, "not needed")
    monkeypatch.setenv("RORI_USER", "otto")
    at = button(open_page("evidence", item=item.id), "Approve").click().run()
    assert "must be another than otto, who uploaded the evidence" in errors(at)
    assert evidence_detail(store, item.id).item.state == "in_review"


def test_a_draft_without_a_file_cannot_be_submitted(store: Store, open_page: Open) -> None:
    item = add_evidence(store, "otto", Evidence(title="Planned"))
    at = open_page("evidence", item=item.id)
    assert button(at, "Submit for review").disabled
    assert "No file or link yet" in texts(at)


def test_withdrawal_asks_for_a_reason_and_shows_it(store: Store, open_page: Open) -> None:
    item = approved(store)
    at = button(open_page("evidence", item=item.id), "Withdraw it").click().run()
    assert "Reason must be given when evidence is withdrawn" in errors(at)
    field(at.text_input, "Reason *").set_value("wrong *system*")
    at = button(at, "Withdraw it").click().run()
    assert evidence_detail(store, item.id).item.state == "withdrawn"
    assert "mia: withdrawn (wrong *system*)" in texts(at)
    labels = {one.label for one in at.button}
    assert labels.isdisjoint({"Approve", "Submit for review", "Withdraw it", "Add version", "Remove"})


def test_withdrawn_evidence_can_be_kept_longer(store: Store, open_page: Open) -> None:
    item = added(store)
    withdraw_evidence(store, "mia", item.id, item.version, "old")
    at = open_page("evidence", item=item.id)
    field(at.date_input, "Keep until").set_value(date(2040, 1, 1))
    at = button(at, "Save").click().run()
    assert not at.error
    assert evidence_detail(store, item.id).item.retention_until == date(2040, 1, 1)


def test_a_new_version_and_other_words_are_saved(store: Store, open_page: Open) -> None:
    item = approved(store)
    at = open_page("evidence", item=item.id)
    at.file_uploader[0].set_value([("second.txt", b"again", "text/plain")])
    at = button(at, "Add version").click().run()
    assert not at.error
    detail = evidence_detail(store, item.id)
    assert (detail.item.state, len(detail.versions)) == ("draft", 2)
    field(at.text_input, "Title *").set_value("Renamed")
    button(at, "Save").click().run()
    assert evidence_detail(store, item.id).item.title == "Renamed"


def test_a_version_without_a_file_or_a_link_is_refused(store: Store, open_page: Open) -> None:
    at = button(open_page("evidence", item=added(store).id), "Add version").click().run()
    assert "New version must be given as a file or a link" in errors(at)


def test_nobody_approves_what_they_have_not_seen(store: Store, open_page: Open) -> None:
    item = reviewed(store)
    at = open_page("evidence", item=item.id)
    change_evidence(store, "otto", item.id, Evidence(title="Another *test*"), item.version)
    at = button(at, "Approve").click().run()
    assert "Another *test* was changed by otto" in errors(at)
    assert "otto changed this" in texts(at)
    assert at.header[0].value == "Restore test"
    assert evidence_detail(store, item.id).item.state == "in_review"
    at = button(at, "Show it as it is now").click().run()
    assert at.header[0].value == r"Another \*test\*"
    button(at, "Approve").click().run()
    assert evidence_detail(store, item.id).item.state == "approved"


def test_a_piece_is_opened_as_it_is(store: Store, open_page: Open) -> None:
    item = added(store)
    at = button(open_page("evidence", item=item.id), "All evidence").click().run()
    change_evidence(store, "otto", item.id, Evidence(title="Renamed"), item.version)
    at.query_params["item"] = item.id
    at = at.run()
    assert at.header[0].value == "Renamed"
    assert not any(one.label == "Show it as it is now" for one in at.button)


def test_what_it_is_about_is_changed_and_undone(store: Store, open_page: Open) -> None:
    item = added(store)
    at = open_page("evidence", item=item.id)
    at = button(at, "Remove").click().run()
    assert evidence_detail(store, item.id).links == ()
    assert "proves nothing until it is tied" in texts(at)
    at = button(at, "Undo").click().run()
    assert [link.target_id for link in evidence_detail(store, item.id).links] == ["backup-restore"]
    other = next(key for key in field(at.multiselect, "Controls").options if "backup-restore" not in key)
    chosen = other.rpartition("(")[2].rstrip(")")
    field(at.multiselect, "Controls").set_value([chosen])
    at = button(at, "Add").click().run()
    assert sorted(link.target_id for link in evidence_detail(store, item.id).links) == sorted(
        ["backup-restore", chosen]
    )


def test_states_with_their_counts_filter_the_list(store: Store, open_page: Open) -> None:
    added(store, "A draft")
    approved(store, "Open end")
    approved(store, "Ended", expires_on=TODAY - timedelta(days=3))
    approved(store, "Later", effective_from=TODAY + timedelta(days=40))
    at = open_page("evidence")
    assert titles(at) == ["A draft", "Ended", "Later", "Open end"]
    states = list(at.dataframe[0].value["state"])
    assert states == ["Draft", "Expired", "Not yet effective", "Approved"]
    assert at.dataframe[0].value["left"][1] == -3
    pills = at.button_group[0]
    assert list(pills.options) == [
        "Draft 1",
        "In review 0",
        "Approved 1",
        "Not yet effective 1",
        "Expired 1",
        "Withdrawn 0",
    ]
    at = pills.set_value("expired").run()
    assert titles(at) == ["Ended"]
    assert at.query_params["state"] == "expired"
    assert titles(open_page("evidence", state="not_yet_effective")) == ["Later"]


def test_filters_stand_in_the_address(store: Store, open_page: Open) -> None:
    added(store, "First", owner="Zoë")
    added(store, "Second", owner="Otto", expires_on=TODAY + timedelta(days=10))
    add_evidence(store, "otto", Evidence(title="Third"), (WebLink(url="https://wiki.example.org"),))
    assert titles(open_page("evidence", owner="Zoë")) == ["First"]
    assert titles(open_page("evidence", within="30")) == ["Second"]
    assert titles(open_page("evidence", kind="control", target="backup-restore")) == ["First", "Second"]
    at = open_page("evidence", text="WIKI")
    assert titles(at) == ["Third"]
    at = field(at.text_input, "Search").set_value("second").run()
    assert titles(at) == ["Second"]
    assert at.query_params["text"] == "second"
    at = field(at.selectbox, "Owner").set_value("Zoë").run()
    assert titles(at) == []
    assert "No evidence fits: “second”, owner Zoë" in texts(at)
    at = button(at, "Show all evidence").click().run()
    assert titles(at) == ["First", "Second", "Third"]
    assert "owner" not in at.query_params


def test_an_address_that_says_nonsense_filters_nothing(store: Store, open_page: Open) -> None:
    added(store)
    at = open_page("evidence", state="lost", within="x", kind="person", target="y", page="-1")
    assert not at.exception
    assert titles(at) == ["Restore test"]
    assert "There is no such piece" in texts(open_page("evidence", item="../../etc/passwd"))


def test_what_expires_soon_is_told_and_shown(store: Store, open_page: Open) -> None:
    approved(store, "Ends soon", expires_on=TODAY + timedelta(days=5))
    approved(store, "Ends later", expires_on=TODAY + timedelta(days=50))
    at = open_page("evidence")
    assert "1 piece of evidence expires within 30 days" in texts(at)
    at = button(at, "Show what expires").click().run()
    assert titles(at) == ["Ends soon"]
    assert (at.query_params["state"], at.query_params["within"]) == ("approved", "30")


def test_a_long_list_is_turned_page_by_page(store: Store, open_page: Open) -> None:
    with store.write("mia") as writer:
        for number in range(51):
            writer.add_evidence(Evidence(title=f"Piece {number:02}"))
        writer.commit()
    at = open_page("evidence")
    assert len(titles(at)) == 50
    at = button(at, "Next").click().run()
    assert titles(at) == ["Piece 50"]
    assert at.query_params["page"] == "2"
    assert button(at, "Next").disabled
    at = button(at, "Previous").click().run()
    assert titles(at)[0] == "Piece 00"


def test_a_text_is_shown_as_text_and_a_picture_as_a_picture(store: Store, open_page: Open) -> None:
    item = added(store, content=b"**bold** and [a link](http://x)")
    at = open_page("evidence", item=item.id)
    assert any(one.value == "**bold** and [a link](http://x)" for one in at.code)
    files = (given("b.png", png(30, 20)), given("a.pdf", pdf()))
    item = add_evidence(store, "otto", Evidence(title="Pictures"), files)
    at = open_page("evidence", item=item.id)
    assert not at.exception
    assert "Download it to read it" in texts(at)
    assert len(at.get("image")) == 0
    at = at.toggle[-1].set_value(True).run()
    assert len(at.get("image")) == 1
    sha256 = evidence_detail(store, item.id).versions[0].sha256
    assert any(one.value == sha256 for one in at.code)


def test_the_first_pages_of_a_pdf_are_drawn_anew(store: Store, open_page: Open) -> None:
    drawn = io.BytesIO()
    Image.new("RGB", (60, 40), "white").save(drawn, "PDF")
    item = add_evidence(store, "otto", Evidence(title="Report"), (given("report.pdf", drawn.getvalue()),))
    at = open_page("evidence", item=item.id)
    assert not at.exception
    assert len(at.get("image")) == 1


def test_a_long_text_is_cut_and_that_is_said(store: Store, open_page: Open) -> None:
    item = added(store, content=b"x" * 20_001)
    at = open_page("evidence", item=item.id)
    assert max(len(one.value) for one in at.code) == 20_000
    assert "The first 20,000 of 20,001 characters" in texts(at)


def test_a_file_that_was_changed_on_the_disk_is_not_shown_but_named(
    store: Store, open_page: Open, tmp_path: Path
) -> None:
    item = added(store)
    sha256 = item.newest.sha256
    (tmp_path / "evidence" / sha256[:2] / sha256[2:]).write_bytes(b"forged")
    at = open_page("evidence", item=item.id)
    assert "is not what was uploaded" in errors(at)
    assert not any(one.value == "forged" for one in at.code)
    at = button(open_page("evidence"), "Verify all files").click().run()
    assert "1 finding" in errors(at)
    assert (
        "report.txt (version 1 of Restore test) is not what was uploaded" in at.dataframe[-1].value["What is wrong"][0]
    )


def test_sound_files_are_verified(store: Store, open_page: Open) -> None:
    added(store)
    at = button(open_page("evidence"), "Verify all files").click().run()
    assert "1 file verified" in texts(at)
    assert "Everything is as it was uploaded" in texts(at)


def test_names_of_users_are_shown_as_they_are(store: Store, open_page: Open) -> None:
    item = added(store, "<b>[x](http://y)</b>", b"x", owner="*Zoë*", description="<script>alert(1)</script>")
    at = open_page("evidence", item=item.id)
    assert at.header[0].value == r"\<b\>\[x\]\(http\://y\)\</b\>"
    shown = "\n".join(one.value for one in at.markdown)
    assert r"\*Zoë\*" in shown
    assert "<script>" not in shown
    assert any(one.value == "<script>alert(1)</script>" for one in at.text)


def test_evidence_stands_in_the_folder_that_is_named(
    store: Store, open_page: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RORI_EVIDENCE_DIR", str(tmp_path / "elsewhere"))
    at = open_page("evidence", view="add")
    field(at.text_input, "Title *").set_value("Restore test")
    at.file_uploader[0].set_value([("good.txt", b"good", "text/plain")])
    at = next(one for one in at.button if one.label == "Add evidence").click().run()
    assert not at.error
    assert [path.read_bytes() for path in (tmp_path / "elsewhere").rglob("*") if path.is_file()] == [b"good"]
    assert not (tmp_path / "evidence").exists()


def test_pictures_are_drawn_anew() -> None:
    with Image.open(io.BytesIO(redrawn(png(3_000, 10)))) as drawn:
        assert (drawn.format, drawn.width) == ("PNG", 1_400)
    grey = Image.new("L", (3, 2), 128)
    buffer = io.BytesIO()
    grey.save(buffer, "JPEG", comment=b"hidden words")
    assert b"hidden words" in buffer.getvalue()
    assert b"hidden words" not in redrawn(buffer.getvalue())
    assert redrawn(png()[:40]) is None
    assert redrawn(b"no picture") is None
    assert redrawn(png(8_000, 6_000)) is None


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (-2, "ended 2 days ago"),
        (-1, "ended 1 day ago"),
        (0, "last day today"),
        (1, "1 day left"),
        (400, "400 days left"),
    ],
)
def test_days_left_are_said(days: int, words: str) -> None:
    assert days_left(days) == words


@pytest.mark.parametrize(("size", "shown"), [(1, "1 byte"), (2_048, "2.0 kB"), (25 * 1024**2, "25.0 MB")])
def test_sizes_are_said(size: int, shown: str) -> None:
    assert shown_size(size) == shown


@pytest.mark.parametrize(
    ("action", "before", "after", "words"),
    [
        ("insert", None, {"state": "draft"}, "added as a draft"),
        ("add version", {"state": "approved"}, {"state": "draft", "newest_number": 2}, "version 2 added"),
        ("update", {"state": "draft"}, {"state": "in_review"}, "submitted for review"),
        (
            "update",
            {"state": "approved", "expires_on": "2026-01-01"},
            {"state": "in_review", "expires_on": "2027-01-01"},
            "expires on changed; back to review",
        ),
        ("purge", {"file_name": "a.pdf"}, None, "the file a.pdf removed after its retention"),
    ],
)
def test_what_happened_is_said_in_words(action: str, before: object, after: object, words: str) -> None:
    entry = AuditEntry(
        id=1,
        at=datetime.now(UTC),
        who="mia",
        action=action,
        subject="evidence_items",
        subject_key="x",
        row_version=1,
        before=before,
        after=after,
        note="",
    )
    assert happened(entry) == words
