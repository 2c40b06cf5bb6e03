"""The sentence that says why a requirement stands where it stands."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from compliance.assessment.answers import Answer, Override
from compliance.assessment.evidence import ControlEvidence, EvidenceState
from compliance.controls.control import Grade

Part = tuple[str, Grade, Answer, ControlEvidence | None]
"""Name, grade, answer and best evidence of a control."""

_MOST_NAMED = 3
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_NO_LINK = "Not assessed: no control counts here; answer the requirement itself."


def explain(status: str, parts: Sequence[Part]) -> str:
    """Say why a requirement stands where it stands.

    Parameters
    ----------
    status : str
        Value of its `Status`.
    parts : sequence of Part
        The controls that count there, best grade first.

    Returns
    -------
    str
        One sentence, such as "Met through Backup and restoration testing (full), evidence to 31 Mar 2027."
    """
    if not parts:
        return _NO_LINK
    bringing = [part for part in parts if part[2] in {Answer.YES, Answer.PARTLY}]
    if status in {"met", "partly"}:
        full = [part for part in bringing if part[1] is Grade.FULL and part[2] is Answer.YES]
        shown = full or bringing
        opening = "Met through" if status == "met" else "Partly met through"
        return f"{opening} {_named([_through(part) for part in shown])}."
    if status == "not_met":
        return f"Not met: {_named([f'{name} is answered no' for name, _, answer, _ in parts if answer is Answer.NO])}."
    waiting = [name for name, _, answer, _ in parts if answer is Answer.NOT_ASSESSED]
    verb = "is" if len(waiting) == 1 else "are"
    return f"Not assessed: {_named(waiting)} {verb} not answered yet."


def explain_override(override: Override, evidence: ControlEvidence | None) -> str:
    """Say what an override says, why, and what proves it.

    Parameters
    ----------
    override : Override
        The answer given to the requirement itself.
    evidence : ControlEvidence or None
        The best piece of evidence there is.

    Returns
    -------
    str
        One sentence or two.
    """
    answer = override.answer.value.replace("_", " ")
    opening = f"Answered directly, {answer}: {override.reason.strip().rstrip('.')}"
    if override.answer in {Answer.YES, Answer.PARTLY}:
        return f"{opening}, {evidence_in_words(evidence)}."
    return f"{opening}."


def evidence_in_words(evidence: ControlEvidence | None) -> str:
    """Say what a piece of evidence is worth on the day of the assessment.

    Parameters
    ----------
    evidence : ControlEvidence or None
        The best piece of evidence there is.

    Returns
    -------
    str
        Words that go on a sentence, such as "evidence to 31 Mar 2027".
    """
    if evidence is None or evidence.state is EvidenceState.WITHDRAWN:
        return "no evidence"
    day = None if evidence.expires is None else day_in_words(evidence.expires)
    words = {
        EvidenceState.APPROVED: f"evidence to {day}" if day else "evidence without an end",
        EvidenceState.NOT_YET_EFFECTIVE: "evidence not yet in force",
        EvidenceState.IN_REVIEW: "evidence in review",
        EvidenceState.DRAFT: "evidence in draft",
        EvidenceState.EXPIRED: f"evidence expired on {day}" if day else "evidence expired",
    }
    return words[evidence.state]


def day_in_words(day: date) -> str:
    """Return a day like 31 Mar 2027, in English whatever the locale of the machine is.

    Parameters
    ----------
    day : date
        Any day.

    Returns
    -------
    str
        Day, short month, year.
    """
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def _through(part: Part) -> str:
    name, grade, answer, evidence = part
    degree = f"{grade.value}, answered partly" if answer is Answer.PARTLY else grade.value
    return f"{name} ({degree}), {evidence_in_words(evidence)}"


def _named(items: Sequence[str]) -> str:
    shown = list(items[:_MOST_NAMED])
    if len(items) > _MOST_NAMED:
        shown.append(f"{len(items) - _MOST_NAMED} more")
    if len(shown) <= 1:
        return "".join(shown)
    return f"{'; '.join(shown[:-1])} and {shown[-1]}"
