"""Who the entity is: what decides which requirements apply."""

from __future__ import annotations

import streamlit as st

from compliance.applicability.nis2 import Nis2Class, Nis2Sector, Size, nis2_scope
from compliance.applicability.profile import DoraEntity, EntityProfile, Ir2690Service, UkFirm
from rori.ui.components.compliance_words import in_words
from rori.ui.context import actor, errors_shown, escape, flash, generation, last_change, store
from rori.ui.formats import local_time
from rori.usecases.compliance.standing import KnownProfile, save_profile

_SWITCHES = (
    ("microenterprise", "Microenterprise", "Fewer than 10 people and at most 2 million EUR (DORA Art. 3(60))."),
    ("simplified_framework", "Simplified framework", "Named in DORA Art. 16(1): small or exempted entities."),
    ("significant_institution", "Significant institution", "Supervised by the ECB (Regulation (EU) No 1024/2013)."),
    ("tlpt_required", "Must do threat-led penetration tests", "Identified by the authority (DORA Art. 26(8))."),
    ("uses_ict_third_parties", "Uses ICT third parties", "Services of providers outside or inside the group."),
    ("group", "Part of a group", "Some duties hold at group level."),
)


def profile_form(known: KnownProfile) -> None:
    """Ask for what decides which requirements apply; the first thing to say."""
    is_first = known.version == 0
    title = "Who is the entity?" if is_first else f"The entity: {_in_short(known.profile)}"
    with st.expander(escape(title), expanded=is_first, icon=":material/domain:"):
        if is_first:
            st.markdown(
                "Which requirements apply depends on this. Nothing applies until it is saved; it can be changed later."
            )
        with st.form(f"profile-{known.version}-{generation()}", border=False):
            facts = {**_dora(known.profile), **_nis2(known.profile), **_uk(known.profile)}
            saved = st.form_submit_button("Save", type="primary", icon=":material/save:")
        _size_help()
        if known.changed_at is not None:
            st.caption(escape(f"Saved by {known.changed_by} on {local_time(known.changed_at)}"))
    if saved:
        with errors_shown():
            save_profile(store(), actor(), facts, known.version)
            flash("The entity is saved", last_change("entity_profile", "main"))
            st.rerun()


def _in_short(profile: EntityProfile) -> str:
    parts = []
    if profile.is_dora_entity:
        frame = "simplified framework" if profile.simplified_framework else "full framework"
        parts.append(f"{in_words(profile.dora_entity)} under DORA ({frame})")
    if profile.nis2_class is not Nis2Class.NONE:
        parts.append(f"{profile.nis2_class} under NIS2")
    if profile.uk_firm is not UkFirm.NONE:
        parts.append(f"UK {in_words(profile.uk_firm).lower()}")
    return ", ".join(parts) or "none of the laws reaches it; guidance applies"


def _dora(profile: EntityProfile) -> dict[str, object]:
    st.markdown("**DORA**")
    facts: dict[str, object] = {"dora_entity": _choice("Type of financial entity", DoraEntity, profile.dora_entity)}
    places = st.columns(3)
    for position, (name, label, meaning) in enumerate(_SWITCHES):
        with places[position % 3]:
            facts[name] = st.checkbox(label, value=bool(getattr(profile, name)), help=meaning)
    return facts


def _nis2(profile: EntityProfile) -> dict[str, object]:
    st.markdown("**NIS2**")
    first, second = st.columns(2)
    with first:
        sector = _choice("Sector of Annex I or II", Nis2Sector, profile.nis2_sector)
    with second:
        found = _choice("Class", Nis2Class, profile.nis2_class)
    services = st.multiselect(
        "Services under Implementing Regulation 2024/2690",
        list(Ir2690Service),
        default=list(profile.ir_2690_services),
        format_func=in_words,
        placeholder="None",
    )
    return {"nis2_sector": sector, "nis2_class": found, "ir_2690_services": [str(one) for one in services]}


def _uk(profile: EntityProfile) -> dict[str, object]:
    st.markdown("**United Kingdom**")
    return {"uk_firm": _choice("Kind of UK firm", UkFirm, profile.uk_firm)}


def _choice(label: str, kind: type[DoraEntity | Nis2Sector | Nis2Class | UkFirm], current: object) -> str:
    options = [str(one) for one in kind]
    return str(st.selectbox(label, options, index=options.index(str(current)), format_func=in_words))


@st.fragment
def _size_help() -> None:
    """Propose a class under NIS2 from sector and size."""
    with st.popover("Essential or important? A proposal", icon=":material/help:"):
        sector = st.selectbox("Sector", list(Nis2Sector), format_func=in_words, key="propose-sector")
        size = st.selectbox(
            "Size",
            list(Size),
            index=1,
            format_func=in_words,
            key="propose-size",
            help="Recommendation 2003/361/EC: small has fewer than 50 people and at most 10 million EUR, medium fewer than 250 "
            "and at most 50 million EUR turnover or 43 million EUR balance sheet.",
        )
        found = nis2_scope(Nis2Sector(str(sector)), Size(str(size)))
        st.markdown(escape(f"{found.why} (NIS2 {found.source}). National law and your authority have the last word."))
