"""Which controls are listed: domain, answer, words, and whether they still wait for an answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from rori.ui.components.control_drafts import AnswerDraft
from rori.usecases.compliance.answering import ControlLine
from rori.usecases.compliance.questionnaire import ANSWER_WORDS

_ANY_DOMAIN, _ANY_ANSWER = "All domains", "Any answer"


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlFilter:
    """What a control must be to be listed; what is left empty filters nothing."""

    domain: str = ""
    answer: str = ""
    text: str = ""
    is_open: bool = False

    def finds(self, line: ControlLine, draft: AnswerDraft) -> bool:
        """Whether a control is listed, given what was typed before the filter was set."""
        counted = draft.counted(line)
        if self.domain not in ("", line.control.domain) or self.answer not in ("", counted):
            return False
        if self.is_open and counted != "not_assessed":
            return False
        control, cells = line.control, draft.cells(line)
        words = (control.id, control.name, control.domain, control.question, cells["owner"], cells["note"])
        place = " ".join(str(one) for one in words).casefold()
        return all(word in place for word in self.text.casefold().split())


def ask_which(domains: Sequence[str]) -> ControlFilter:
    """Ask which controls to list."""
    first, second, third, fourth = st.columns([2, 1.4, 2, 1.4], vertical_alignment="bottom")
    domain = first.selectbox("Domain", [_ANY_DOMAIN, *domains], key="controls-domain", bind="query-params")
    answer = second.selectbox(
        "Answer", [_ANY_ANSWER, *ANSWER_WORDS.values()], key="controls-answer", bind="query-params"
    )
    text = third.text_input(
        "Search controls",
        type="search",
        key="controls-search",
        bind="query-params",
        placeholder="Name, question, owner, note",
    )
    is_open = fourth.toggle("Not assessed only", key="controls-open", bind="query-params")
    codes = {words: code for code, words in ANSWER_WORDS.items()}
    return ControlFilter(
        domain="" if domain == _ANY_DOMAIN else str(domain),
        answer=codes.get(str(answer), ""),
        text=(text or "").strip(),
        is_open=bool(is_open),
    )
