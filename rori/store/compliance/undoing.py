"""Which changes of compliance can be taken back, and how."""

from __future__ import annotations

from rori.errors import NotApplicableError
from rori.store.audit import AuditEntry
from rori.store.compliance import answering, answers, catalogues, profile, snapshots
from rori.store.compliance.evidence import editing, links
from rori.store.editing import Edit

_NEVER = {
    editing.ITEMS: "a change of evidence is not undone; change it again, add a version or withdraw it",
    editing.VERSIONS: "a version of evidence is never taken away; add another, or withdraw the evidence",
    snapshots.SUBJECT: "readiness of a day is computed, not typed, so there is nothing to undo",
    catalogues.SUBJECT: "a version of a framework is never taken away; add another version",
}
_ANSWERS = (answers.CONTROLS, answers.REQUIREMENTS)

SUBJECTS = frozenset({*_NEVER, *_ANSWERS, links.LINKS, profile.SUBJECT})
"""What the audit log calls the rows of this room."""


def require_undoable(done: AuditEntry) -> None:
    """Refuse what is never taken back; NotApplicableError says what to do instead."""
    if done.subject in _NEVER:
        raise NotApplicableError(_NEVER[done.subject])


def undo(edit: Edit, done: AuditEntry) -> None:
    """Reverse one change of compliance that is the last of its row."""
    if done.subject in _ANSWERS:
        answering.undo_answer(edit, done.subject, done.before, done.after)
    elif done.subject == links.LINKS:
        links.undo_link(edit, done.before, done.after)
    else:
        before = None if done.before is None else dict(done.before)
        profile.undo_profile(edit, done.subject_key, before, done.row_version or 0)


def label(done: AuditEntry) -> str:
    """Return how messages call what an entry is about."""
    if done.subject in _ANSWERS:
        return answering.label_of(done.subject, done.after or done.before or {})
    return "the profile" if done.subject == profile.SUBJECT else f"{done.subject.replace('_', ' ')} {done.subject_key}"
