"""Choices that the address of a page holds by id, so that links from other pages and the Back button work."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from rori.inventory.sheets import SYSTEMS
from rori.store import ENTITY_SCOPE
from rori.ui.components.compliance_words import scope_name
from rori.ui.components.records import names_of
from rori.ui.context import escape


def choose(
    label: str,
    query: str,
    names: Mapping[str, str],
    place: DeltaGenerator | None = None,
    *,
    clears: tuple[str, ...] = (),
    meaning: str | None = None,
) -> str:
    """Ask for one of several by name; the address alone decides, and the first is meant when it says nothing.

    `clears` names what the address forgets when something else is chosen.
    """
    default = next(iter(names))
    said = st.query_params.get(query, default)
    if said not in names:
        st.warning(
            f"The address asks for {escape(query)} {escape(said)}, which is not there.", icon=":material/warning:"
        )
        said = default
    key = f"address-{query}"
    st.session_state[key] = said
    (place or st).selectbox(
        label,
        list(names),
        format_func=lambda one: names.get(one, one),
        key=key,
        on_change=remember,
        args=(query, default, clears),
        help=meaning,
    )
    return said


def remember(query: str, default: str, clears: tuple[str, ...]) -> None:
    """Write into the address what was chosen; what is meant anyway is left out."""
    chosen = str(st.session_state.get(f"address-{query}") or default)
    put(query, "" if chosen == default else chosen)
    for name in clears:
        put(name, "")


def put(query: str, value: str) -> None:
    """Write one thing into the address, or take it out when it is empty."""
    if value:
        st.query_params[query] = value
    else:
        st.query_params.pop(query, None)


def choose_scope(place: DeltaGenerator | None = None) -> str:
    """Ask whether the whole entity is looked at or one of its systems; a system may also be named in the address."""
    systems = names_of(SYSTEMS)
    names = {ENTITY_SCOPE: scope_name(ENTITY_SCOPE, systems), **systems}
    said = st.query_params.get("scope", "")
    by_name = next((key for key, name in names.items() if name == said), None)
    if said not in names and by_name is not None:
        put("scope", by_name)
    return choose(
        "Scope", "scope", names, place, meaning="A system takes the entity's answer where it has none of its own."
    )


def scoped(scope: str) -> dict[str, str]:
    """Return what a link needs to stay in the scope."""
    return {} if scope == ENTITY_SCOPE else {"scope": scope}
