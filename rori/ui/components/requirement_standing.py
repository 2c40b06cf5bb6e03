"""How one requirement stands: the sentence that says why, every control that counts, and the rule that combines them."""

from __future__ import annotations

import streamlit as st

from compliance.assessment.answers import Answer
from compliance.assessment.explaining import evidence_in_words
from compliance.assessment.rule import COMBINATION_RULE
from compliance.assessment.status import Contribution, RequirementStatus
from compliance.controls.crosswalk import INHERITING
from rori.ui.components.compliance_words import STATUS_WORDS
from rori.ui.components.control_address import scoped
from rori.ui.components.control_detail import GRADE_MEANING
from rori.ui.components.evidence_words import shown_day
from rori.ui.context import escape, link
from rori.ui.formats import percent
from rori.usecases.compliance.questionnaire import ANSWER_WORDS


def requirement_standing(status: RequirementStatus, scope: str) -> None:
    """Say how it stands and through what."""
    st.markdown(f"**How it stands: {escape(STATUS_WORDS[status.status])}**")
    st.markdown(escape(status.explanation))
    if status.applies:
        claimed, evidenced = st.columns(2)
        claimed.metric("Claimed", percent(status.claimed, 0), border=True)
        evidenced.metric("Evidenced", percent(status.evidenced, 0), border=True)
    with st.popover("How grades combine", icon=":material/calculate:"):
        st.markdown(escape(COMBINATION_RULE))
        st.markdown(escape(INHERITING))
        st.markdown(escape(GRADE_MEANING))
    _controls(status, scope)
    link(
        "evidence",
        "Add evidence for this requirement",
        icon=":material/add:",
        view="add",
        kind="requirement",
        target=status.requirement.id,
    )


def _controls(status: RequirementStatus, scope: str) -> None:
    if not status.linked:
        st.markdown("No control counts here.")
        return
    beside = " (set aside: the requirement is answered directly)" if status.override is not None else ""
    st.markdown(f"**Controls that count here**{beside}")
    for one in status.linked:
        with st.container(gap=None):
            link("controls", one.control.name, icon=":material/rule:", control=one.control.id, **scoped(scope))
            st.caption(escape(_words(one)))


def _words(one: Contribution) -> str:
    parts = [f"{one.grade.value.capitalize()}; answer: {ANSWER_WORDS[one.answer.value]}"]
    if one.answer in {Answer.YES, Answer.PARTLY} or one.evidence is not None:
        parts.append(evidence_in_words(one.evidence))
    parts += [f"owner {one.owner}"] if one.owner else []
    parts += [f"due {shown_day(one.due)}"] if one.due else []
    if one.inherited_from:
        parts.append("taken from the requirement above")
    return "; ".join(parts)
