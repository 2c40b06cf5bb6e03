from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from rori.errors import InputError, NotFoundError
from rori.store import AuditEntry, EvidenceQuery, Store
from tests.store.compliance.builders import added, approved, evidence, file, stepped

Log = Callable[..., tuple[AuditEntry, ...]]
DAY = date(2026, 6, 30)


def test_links_say_what_evidence_is_about_and_can_be_undone(filled: Store, log: Log) -> None:
    item = added(filled)
    about = [("control", "backup-test"), ("requirement", "dora-11-6"), ("system", "card-auth")]
    with filled.write("ann") as writer:
        for kind, target in about:
            writer.link_evidence(item.id, kind=kind, target_id=target)
        writer.link_evidence(item.id, kind="control", target_id="backup-test")
        writer.commit()
    with filled.read() as reader:
        assert [(link.kind, link.target_id) for link in reader.evidence_detail(item.id).links] == about
        assert {link.linked_by for link in reader.evidence_detail(item.id).links} == {"ann"}
    assert len(log(subject="evidence_links")) == 3
    with filled.write("bob") as writer:
        writer.unlink_evidence(item.id, kind="control", target_id="backup-test")
        writer.commit()
    for expected in (3, 2, 3):
        with filled.write("ulla") as writer:
            writer.undo(log(subject="evidence_links")[0].id)
            writer.commit()
        with filled.read() as reader:
            assert len(reader.linked_evidence()) == expected


def test_links_to_nothing_are_refused(filled: Store) -> None:
    item = added(filled)
    withdrawn = stepped(filled, added(filled), "withdrawn")
    with filled.write("ann") as writer:
        with pytest.raises(InputError, match="target of the link must be the id of an existing system"):
            writer.link_evidence(item.id, kind="system", target_id="gone")
        with pytest.raises(InputError, match="kind of link must be one of control, requirement, system"):
            writer.link_evidence(item.id, kind="person", target_id="ann")
        with pytest.raises(InputError, match="target of the link must be an id"):
            writer.link_evidence(item.id, kind="control", target_id=" ")
        with pytest.raises(NotFoundError, match="there is no evidence 'gone'"):
            writer.link_evidence("gone", kind="control", target_id="c")
        with pytest.raises(NotFoundError, match="there is no link to control 'c' from evidence"):
            writer.unlink_evidence(item.id, kind="control", target_id="c")
        with pytest.raises(InputError, match="evidence must be one that is not withdrawn, to be linked"):
            writer.link_evidence(withdrawn.id, kind="control", target_id="c")


def test_readiness_reads_what_evidence_is_about_in_one_question(store: Store, statements: list[str]) -> None:
    with store.write("ann") as writer:
        for number in range(20):
            writer.add_evidence(
                evidence(f"e{number}"), content=file(b"%d" % number), about=[("control", "backup-test")]
            )
        writer.commit()
    approved(store, title="approved", expires_on=DAY)
    statements.clear()
    with store.read() as reader:
        assert len(reader.linked_evidence()) == 20
        assert reader.linked_evidence(kind="system") == ()
        assert reader.linked_evidence(state="approved") == ()
        assert len(reader.linked_evidence(kind="control", state="draft")) == 20
    assert len([line for line in statements if line.startswith("SELECT")]) == 4


@pytest.mark.parametrize(
    ("effective_from", "expires_on", "counts", "status"),
    [
        (None, None, True, "approved"),
        (DAY, DAY, True, "approved"),
        (None, date(2026, 6, 29), False, "expired"),
        (date(2026, 7, 1), None, False, "approved"),
    ],
)
def test_evidence_counts_from_its_first_to_its_last_day(
    store: Store, effective_from: date | None, expires_on: date | None, counts: bool, status: str
) -> None:
    item = approved(store, effective_from=effective_from, expires_on=expires_on)
    with store.write("ann") as writer:
        writer.link_evidence(item.id, kind="control", target_id="c")
        [linked] = writer.linked_evidence()
    assert (item.counts_on(DAY), linked.counts_on(DAY), item.status_on(DAY)) == (counts, counts, status)


def test_what_is_not_approved_never_counts_and_does_not_expire(store: Store) -> None:
    item = added(store, expires_on=date(2020, 1, 1))
    assert (item.counts_on(date(2019, 1, 1)), item.status_on(DAY)) == (False, "draft")


def test_evidence_is_found_by_what_is_asked(filled: Store) -> None:
    ids = {}
    for title, expires_on, target in (("Alpha", date(2026, 1, 1), "a"), ("beta 50%", DAY, "a"), ("Gamma", None, "b")):
        with filled.write("ann") as writer:
            item = writer.add_evidence(
                evidence(title, owner=title[0], expires_on=expires_on),
                content=file(title.encode(), f"{title[0]}.txt"),
                about=[("control", target)],
            )
            writer.commit()
        ids[title] = stepped(filled, item, "in_review", "approved").id if title != "Gamma" else item.id

    def titles(**query: object) -> list[str]:
        with filled.read() as reader:
            found = reader.evidence(EvidenceQuery(**query))
            assert reader.evidence_count(EvidenceQuery(**{**query, "limit": 1, "offset": 0})) >= len(found)
            return [item.title for item in found]

    assert titles() == ["Alpha", "Gamma", "beta 50%"]
    assert titles(order="expires_on") == ["Alpha", "beta 50%", "Gamma"]
    assert titles(order="changed_at")[0] == "Gamma"
    assert titles(states=("approved",)) == ["Alpha", "beta 50%"]
    assert titles(owner="G") == ["Gamma"]
    assert titles(text="ALPHA") == ["Alpha"]
    assert titles(text="b.txt") == ["beta 50%"]
    assert titles(text="50%") == ["beta 50%"]
    assert titles(text="%") == ["beta 50%"]
    assert titles(target_id="a", link_kind="control") == ["Alpha", "beta 50%"]
    assert titles(target_id="a", link_kind="system") == []
    assert titles(expires_from=date(2026, 1, 2), expires_to=DAY) == ["beta 50%"]
    assert titles(expired_on=date(2026, 6, 30)) == ["Alpha"]
    assert titles(item_id=ids["Gamma"]) == ["Gamma"]
    assert titles(limit=1, offset=1) == ["Gamma"]


@pytest.mark.parametrize(
    "query", [{"limit": 0}, {"offset": -1}, {"states": ("expired",)}, {"link_kind": "x"}, {"order": "size"}]
)
def test_a_list_that_cannot_be_is_refused(query: dict[str, object]) -> None:
    with pytest.raises(InputError, match="must be"):
        EvidenceQuery(**query)


def test_a_page_of_evidence_is_one_question(store: Store, statements: list[str]) -> None:
    for number in range(30):
        added(store, title=f"e{number}")
    statements.clear()
    with store.read() as reader:
        assert len(reader.evidence(EvidenceQuery(limit=25))) == 25
    assert len([line for line in statements if line.startswith("SELECT")]) == 1


def test_evidence_that_is_not_there_is_named(store: Store) -> None:
    with store.write("ann") as writer:
        for use in (
            lambda: writer.evidence_detail("gone"),
            lambda: writer.set_evidence_state("gone", "in_review", version=1),
        ):
            with pytest.raises(NotFoundError, match="there is no evidence 'gone'"):
                use()
