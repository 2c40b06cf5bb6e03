"""Which framework, version and scope are looked at, and which requirement is open."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from compliance.catalogues.catalogue import Catalogue
from rori.ui.components.control_address import choose, choose_scope, put
from rori.ui.context import escape, link

_DEPENDENT = ("version", "requirement", "chapter", "status", "owner")


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What is looked at; `requirement_id` is empty while the list alone is shown."""

    framework_id: str
    version: str
    scope: str
    requirement_id: str


def choose_framework(catalogue: Catalogue) -> Choice:
    """Ask for framework, version where there are several, and scope; the address may name a requirement alone."""
    asked = st.query_params.get("requirement", "")
    if asked in catalogue:
        _find_home(catalogue, asked)
    elif asked:
        st.warning(f"There is no requirement {escape(asked)} in any framework.", icon=":material/warning:")
        put("requirement", "")
    first, second, third = st.columns([3, 1, 2], vertical_alignment="bottom")
    titles = {one.id: one.title for one in catalogue.newest}
    framework_id = choose("Framework", "framework", titles, first, clears=_DEPENDENT)
    versions = tuple(reversed(catalogue.versions(framework_id)))
    version = versions[0]
    if len(versions) > 1:
        named = {one: f"{one} (newest)" if one == versions[0] else one for one in versions}
        version = choose("Version", "version", named, second, clears=_DEPENDENT[1:])
    else:
        second.text_input("Version", value=version, disabled=True, key=f"version-of-{framework_id}")
    scope = choose_scope(third)
    return Choice(
        framework_id=framework_id, version=version, scope=scope, requirement_id=st.query_params.get("requirement", "")
    )


def _find_home(catalogue: Catalogue, requirement_id: str) -> None:
    """Let the address name the framework and version that have a requirement, where it does not or names others."""
    home = catalogue.framework_of(requirement_id)
    newest = catalogue.latest(home.id).version
    said = st.query_params.get("version", newest)
    holds = said in catalogue.versions(home.id) and requirement_id in catalogue.framework(home.id, said)
    put("framework", home.id)
    put("version", (said if said != newest else "") if holds else (home.version if home.version != newest else ""))


def profile_notice() -> None:
    """Say that nothing can apply yet, and where to say who the entity is."""
    with st.container(border=True, key="no-profile"):
        st.markdown(
            "**Who the entity is has not been said yet.** Until then no law applies to it; only guidance such as NIST "
            "and ISO does. Choose the status *Does not apply* to read the requirements with the reason for each."
        )
        link("compliance", "Say who the entity is", icon=":material/domain:")
