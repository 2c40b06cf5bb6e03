"""One requirement in detail: what it asks, of whom, what would prove it, and where that comes from."""

from __future__ import annotations

import re
from collections.abc import Sequence

import streamlit as st

from compliance.catalogues.requirement import Requirement
from rori.ui.components.compliance_words import in_words
from rori.ui.components.control_address import scoped
from rori.ui.context import escape, link
from rori.usecases.compliance.answering import RequirementDetail

_ADDRESS = re.compile(r"https?://\S+")
_CONFIDENCE = {
    "high": "high: reference, title and content were checked against the source",
    "medium": "medium: check the wording against the source before you rely on a detail",
    "low": "low: reference or title is uncertain; check it against the source",
}
_MOST_PARTS = 30


def requirement_head(found: RequirementDetail, scope: str) -> None:
    """Show reference, title and obligation, and whatever a reader must be warned of."""
    one = found.requirement
    st.subheader(f"{escape(one.reference)} {escape(one.title)}", anchor=False)
    official = "title as in the source" if one.title_is_official else "title in our own words"
    st.caption(
        f"{escape(found.framework.title)} {escape(found.framework.version)} · {escape(one.chapter)} · {official}"
    )
    if found.framework.notice:
        st.warning(escape(found.framework.notice), icon=":material/menu_book:")
    if one.doubt:
        st.warning(f"**Doubt:** {escape(one.doubt)}", icon=":material/help:")
    if found.above:
        _links("Part of", found.above, found.framework.id, scope)


def requirement_facts(found: RequirementDetail) -> None:
    """Show what it asks, of whom, until when, and what would prove it."""
    one = found.requirement
    if one.obligation:
        st.markdown(escape(one.obligation))
    if found.status is None:
        st.markdown("*A heading: it is not answered itself; its parts are.*")
    lines = [f"**Applies to:** {escape(one.applies_to)}"] if one.applies_to else []
    verdict = "It applies." if found.applies else "It does not apply."
    lines.append(f"**By the profile of the entity:** {verdict} {escape(found.why)}")
    if one.due:
        lines.append(f"**When:** {escape(one.due)}")
    if one.nist_controls:
        lines.append(f"**NIST SP 800-53 controls:** {escape(', '.join(one.nist_controls))}")
    st.markdown("\n\n".join(lines))
    if one.evidence:
        st.markdown("**Typical evidence**\n" + "\n".join(f"- {escape(item)}" for item in one.evidence))
    _origin(found)


def requirement_parts(found: RequirementDetail, scope: str) -> None:
    """Link to the requirements right below."""
    if found.parts:
        _links("Its parts", found.parts, found.framework.id, scope)


def _origin(found: RequirementDetail) -> None:
    framework, one = found.framework, found.requirement
    places = [place for place in dict.fromkeys((one.source, framework.link)) if place]
    words = [place for place in places if not _ADDRESS.fullmatch(place)]
    addresses = [place for place in places if _ADDRESS.fullmatch(place)]
    kind = f"Kind: {in_words(one.kind).lower()}"
    facts = [kind, f"confidence {_CONFIDENCE[one.confidence.value]}"]
    if words:
        facts.insert(0, f"Source: {'; '.join(words)}")
    if framework.licence:
        facts.append(f"licence: {framework.licence}")
    st.caption(escape(". ".join(fact[:1].upper() + fact[1:] for fact in facts)))
    if addresses:
        st.link_button("Open the source", addresses[0], icon=":material/open_in_new:")


def _links(label: str, requirements: Sequence[Requirement], framework_id: str, scope: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f"**{label}:**", width="content")
        for one in requirements[:_MOST_PARTS]:
            link(
                "requirements",
                f"{one.reference} {one.title}",
                framework=framework_id,
                requirement=one.id,
                **scoped(scope),
            )
        if len(requirements) > _MOST_PARTS:
            st.markdown(f"and {len(requirements) - _MOST_PARTS} more in the list", width="content")
