"""Words of the compliance pages: what terms of the package are called on screen."""

from __future__ import annotations

from compliance.assessment.status import Status
from rori.store import ENTITY_SCOPE

WHOLE_ENTITY = "Whole entity"

STATUS_WORDS = {
    Status.MET: "● Met",
    Status.PARTLY: "◐ Partly met",
    Status.NOT_MET: "○ Not met",
    Status.NOT_ASSESSED: "? Not assessed",
    Status.NOT_APPLICABLE: "\u2013 Does not apply",
}
"""A sign and a word for each status, so that it is read without colour."""

_UPPER = {
    "dora": "DORA",
    "ict": "ICT",
    "uk": "UK",
    "dns": "DNS",
    "tld": "TLD",
    "cdn": "CDN",
    "pra": "PRA",
    "smcr": "SMCR",
    "ii": "II",
}


def in_words(term: str) -> str:
    """Write a term of a list as words, such as `central-counterparty` as Central counterparty."""
    if term == "none":
        return "None of these"
    words = [_UPPER.get(word, word) for word in term.replace("_", "-").split("-")]
    text = " ".join(words)
    return text[:1].upper() + text[1:]


def scope_name(scope: str, systems: dict[str, str]) -> str:
    """Return how a scope is called."""
    return WHOLE_ENTITY if scope == ENTITY_SCOPE else systems.get(scope, scope)
