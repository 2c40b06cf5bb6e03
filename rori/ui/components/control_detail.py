"""One control in detail: what is asked, what proves it, where it counts, which measures implement it."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from compliance.assessment.explaining import evidence_in_words
from compliance.controls.control import Control
from compliance.controls.crosswalk import Crosswalk
from rori.ui.components.control_address import choose, scoped
from rori.ui.components.evidence_words import STATE_ICONS, STATE_NAMES, shown_day, shown_end
from rori.ui.context import escape, link, store
from rori.ui.formats import local_time, number, today
from rori.usecases.compliance.answering import ControlLine, ControlUse, measures_of, uses_of
from rori.usecases.compliance.evidence_search import EvidenceFilter, search_evidence
from rori.usecases.compliance.questionnaire import ANSWER_WORDS

GRADE_MEANING = (
    "Full: doing the control meets the requirement. Partial: it meets a distinct part. Supports: it contributes evidence or "
    "capability, or the requirement is broader."
)
_MOST_EVIDENCE = 10
_OPEN_UP_TO = 12


def control_detail(lines: Sequence[ControlLine], crosswalk: Crosswalk, scope: str) -> None:
    """Ask for a control and show all that is known of it."""
    st.subheader("One control in detail", anchor=False)
    names = {"": "Choose a control", **{line.control.id: line.control.name for line in lines}}
    chosen = choose("Control", "control", names)
    line = next((one for one in lines if one.control.id == chosen), None)
    if line is None:
        st.caption("Choose one to see its objective, its evidence and every requirement at which it counts.")
        return
    with st.container(border=True, key="control-detail"):
        asked, proved = st.columns([3, 2], gap="large")
        with asked:
            _asked(line)
        with proved:
            _evidence(line.control)
            _measures(line.control)
    _uses(crosswalk, line.control, scope)


def _asked(line: ControlLine) -> None:
    control, own = line.control, line.own
    st.markdown(f"#### {escape(control.name)}")
    st.caption(f"{escape(control.domain)} · {escape(control.id)}")
    st.markdown(escape(control.objective))
    st.markdown(f"**Asked:** {escape(control.question)}")
    parts = [f"**Answer:** {escape(ANSWER_WORDS[line.counted])}"]
    if line.is_inherited and line.counted != "not_assessed":
        parts.append("taken from the entity")
    if own is not None:
        parts += [f"reason: {escape(own.reason)}"] if own.reason.strip() else []
        parts += [f"owner: {escape(own.owner)}"] if own.owner.strip() else []
        parts += [f"due {escape(shown_day(own.due))}"] if own.due else []
    parts.append(escape(evidence_in_words(line.evidence)))
    st.markdown(", ".join(parts))
    if own is not None:
        if own.note.strip():
            st.markdown(f"**Note:** {escape(own.note)}")
        st.caption(f"Answered by {escape(own.changed_by)}, {escape(local_time(own.changed_at))}")
    st.markdown("**Typical evidence**\n" + "\n".join(f"- {escape(item)}" for item in control.evidence))
    if control.nist_csf:
        st.caption(f"NIST CSF 2.0: {escape(', '.join(control.nist_csf))}")


def _evidence(control: Control) -> None:
    st.markdown("**Evidence there is**")
    day = today()
    found = search_evidence(store(), EvidenceFilter(kind="control", target_id=control.id), day)
    if not found.lines:
        st.markdown("None yet.")
    for listed in found.lines[:_MOST_EVIDENCE]:
        item = listed.item
        link("evidence", item.title, icon=STATE_ICONS[listed.state], item=item.id)
        about = [one.target_id for one in listed.links if one.kind == "system"]
        only = f"; for {', '.join(about)} only" if about else ""
        st.caption(escape(f"{STATE_NAMES[listed.state]}; {shown_end(item.expires_on, day)}{only}"))
    if found.count > _MOST_EVIDENCE:
        link("evidence", f"All {found.count} pieces", icon=":material/list:", kind="control", target=control.id)
    link(
        "evidence",
        "Add evidence for this control",
        icon=":material/add:",
        view="add",
        kind="control",
        target=control.id,
    )


def _measures(control: Control) -> None:
    st.markdown("**Measures of the inventory that implement it**")
    found = measures_of(store(), control.id)
    for key, name in found:
        link("measures", name, icon=":material/shield:", **{"measures-search": key})
    if not found:
        st.markdown("None names it yet.")
        link("measures", "Open measures", icon=":material/shield:")


def _uses(crosswalk: Crosswalk, control: Control, scope: str) -> None:
    uses = uses_of(crosswalk, control.id)
    groups: dict[str, list[ControlUse]] = {}
    for use in uses:
        groups.setdefault(use.framework_id, []).append(use)
    count = number(len(uses), 0)
    st.markdown(f"**Where it counts: {count} requirements in {number(len(groups), 0)} frameworks**", help=GRADE_MEANING)
    for found in groups.values():
        title = f"{found[0].framework_title}: {'1 requirement' if len(found) == 1 else f'{len(found)} requirements'}"
        with st.expander(escape(title), expanded=len(uses) <= _OPEN_UP_TO):
            for use in found:
                with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                    target = {"requirement": use.requirement_id, **scoped(scope)}
                    link("requirements", f"{use.reference} {use.title}", framework=use.framework_id, **target)
                    st.markdown(f"*{escape(use.grade)}*", width="content")
    articles = crosswalk.articles_of(control.id)
    if articles:
        served = "; ".join(f"{article.reference} {article.title} ({grade})" for article, grade in articles)
        st.caption(f"It also serves articles that are not assessed here: {escape(served)}")
    st.caption(escape(crosswalk.library.caution))
