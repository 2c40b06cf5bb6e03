"""Answers and evidence to be varied by the tests."""

from __future__ import annotations

from typing import Any

from rori.store import ControlAnswer, Evidence, EvidenceFile, RequirementAnswer, Store, StoredEvidence


def answer(control_id: str = "backup-test", **values: Any) -> ControlAnswer:
    return ControlAnswer(**{"control_id": control_id, "answer": "partly", **values})


def override(requirement_id: str = "art-11", **values: Any) -> RequirementAnswer:
    usual = {"framework_id": "dora", "requirement_id": requirement_id, "answer": "no", "reason": "seen in the audit"}
    return RequirementAnswer(**{**usual, **values})


def file(content: bytes = b"restored in 42 minutes", name: str = "report.txt") -> EvidenceFile:
    return EvidenceFile(content=content, file_name=name, media_type="text/plain")


def evidence(title: str = "Restore test", **values: Any) -> Evidence:
    return Evidence(title=title, **values)


def added(store: Store, who: str = "ann", *, content: EvidenceFile | None = None, **values: Any) -> StoredEvidence:
    """Add a piece of evidence with a file, as a draft."""
    with store.write(who) as writer:
        item = writer.add_evidence(evidence(**values), content=content or file())
        writer.commit()
    return item


def stepped(store: Store, item: StoredEvidence, *states: str, who: str = "bob") -> StoredEvidence:
    """Take a piece of evidence through states."""
    for state in states:
        with store.write(who) as writer:
            item = writer.set_evidence_state(item.id, state, version=item.version)
            writer.commit()
    return item


def approved(store: Store, **values: Any) -> StoredEvidence:
    """Add a piece of evidence that bob approved."""
    return stepped(store, added(store, **values), "in_review", "approved")
