"""The crosswalk of one requirement: where else the controls that meet it count."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from compliance.controls.crosswalk import Crosswalk, Sibling
from rori.ui.components.control_address import scoped
from rori.ui.context import escape, link

_OPEN_UP_TO = 12
_MOST_AT_FIRST = 20

Group = dict[str, list[Sibling]]


def requirement_siblings(siblings: Sequence[Sibling], crosswalk: Crosswalk, scope: str) -> None:
    """List the siblings of a requirement by framework, with the grades of both sides."""
    groups: dict[str, Group] = {}
    for one in siblings:
        groups.setdefault(one.framework_id, {}).setdefault(one.requirement.id, []).append(one)
    count = sum(len(group) for group in groups.values())
    st.markdown("**In other frameworks**")
    if not count:
        st.markdown("No control that counts here counts in another framework.")
        return
    st.markdown(f"The controls that count here also count at {count} requirements elsewhere.")
    for framework_id, group in groups.items():
        title = crosswalk.catalogue.latest(framework_id).title
        number = "1 requirement" if len(group) == 1 else f"{len(group)} requirements"
        with st.expander(f"{escape(title)}: {number}", expanded=count <= _OPEN_UP_TO):
            _group(framework_id, group, scope)
    st.caption(escape(crosswalk.library.caution))


def _group(framework_id: str, group: Group, scope: str) -> None:
    found = list(group.values())
    is_long = len(found) > _MOST_AT_FIRST
    if is_long and not st.toggle(f"Show all {len(found)}", key=f"siblings-{framework_id}"):
        found = found[:_MOST_AT_FIRST]
    for pairs in found:
        one = pairs[0].requirement
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            link("requirements", f"{one.reference} {one.title}", requirement=one.id, **scoped(scope))
            st.caption(escape("; ".join(_pair(pair) for pair in pairs)), width="content")


def _pair(pair: Sibling) -> str:
    return f"Through {pair.control.name}: {pair.grade_here} here, {pair.grade_there} there"
