"""What can be done with one piece of evidence, by its state."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from rori.store import Evidence, EvidenceDetail, StoredEvidence
from rori.ui.components.evidence_form import content_fields, day_field, evidence_of, given, said_fields
from rori.ui.components.evidence_words import KIND_NAMES, target_name
from rori.ui.context import actor, errors_shown, escape, flash, forget_edits, generation, last_change, link, store
from rori.usecases.compliance.evidence import (
    CONTROL,
    REQUIREMENT,
    SYSTEM,
    Target,
    add_contents,
    approve_evidence,
    change_evidence,
    link_evidence,
    link_key,
    submit_for_review,
    unlink_evidence,
    withdraw_evidence,
)
from rori.usecases.compliance.evidence_search import Names

_PLACES = {
    CONTROL: ("controls", "control"),
    REQUIREMENT: ("requirements", "requirement"),
    SYSTEM: ("systems", "systems-search"),
}
"""Where a target is read about: the page, and what its address says."""


def next_steps(item: StoredEvidence) -> None:
    """Offer the way on from where it is: review, approval, withdrawal."""
    if item.state == "withdrawn":
        return
    with st.container(horizontal=True, vertical_alignment="center", key="evidence-steps"):
        if item.state == "draft" and st.button(
            "Submit for review",
            type="primary",
            icon=":material/send:",
            disabled=item.newest is None,
            help="It needs a file or a link first." if item.newest is None else None,
        ):
            _do(lambda: submit_for_review(store(), actor(), item.id, item.version), "Submitted for review")
        if item.state == "in_review" and st.button("Approve", type="primary", icon=":material/check_circle:"):
            _do(lambda: approve_evidence(store(), actor(), item.id, item.version), "Approved")
        with st.popover("Withdraw", icon=":material/block:"):
            _withdrawal(item)
    if item.state == "in_review":
        st.caption(
            "Whoever uploaded the newest version does not approve it, once more than one person works here. "
            "A wrong draft is put right by a new version."
        )


def _withdrawal(item: StoredEvidence) -> None:
    st.markdown(
        "Withdrawn evidence counts no more and cannot be brought back. Its files stay until the day under Keep until, "
        "and the audit trail keeps what happened."
    )
    with st.form(f"evidence-withdraw-{generation()}", border=False):
        reason = st.text_input("Reason *", key=f"evidence-reason-{generation()}")
        if st.form_submit_button("Withdraw it", type="primary"):
            _do(lambda: withdraw_evidence(store(), actor(), item.id, item.version, reason or ""), "Withdrawn")


def changes(item: StoredEvidence) -> None:
    """Offer to change what is said, and to add files or links."""
    if item.state == "withdrawn":
        _keep_longer(item)
        return
    with st.expander("Add a new version: files or a link", icon=":material/upload_file:"):
        if item.state != "draft":
            st.caption("With a new version it is a draft again, and is reviewed and approved anew.")
        with st.form(f"evidence-version-{generation()}", border=False):
            contents = content_fields("version")
            if st.form_submit_button("Add version", type="primary", icon=":material/upload:"):
                _do(lambda: add_contents(store(), actor(), item.id, given(contents), item.version), "Version added")
    with st.expander("Change title, owner or days", icon=":material/edit:"):
        if item.state == "approved":
            st.caption("An earlier first day or a later last day takes it back to review.")
        with st.form(f"evidence-change-{generation()}", border=False):
            said = said_fields("change", item)
            if st.form_submit_button("Save", type="primary", icon=":material/save:"):
                _do(lambda: change_evidence(store(), actor(), item.id, evidence_of(said), item.version), "Saved")


def _keep_longer(item: StoredEvidence) -> None:
    with (
        st.expander("Keep its files longer", icon=":material/inventory_2:"),
        st.form(f"evidence-keep-{generation()}", border=False),
    ):
        until = day_field("Keep until", item.retention_until, f"evidence-keep-until-{generation()}")
        if st.form_submit_button("Save", type="primary", icon=":material/save:"):
            said = {name: getattr(item, name) for name in Evidence.__dataclass_fields__} | {"retention_until": until}
            _do(lambda: change_evidence(store(), actor(), item.id, evidence_of(said), item.version), "Saved")


def about(detail: EvidenceDetail, names: Names) -> None:
    """Show what the piece is about, and let that be changed."""
    item = detail.item
    st.subheader("What it is about")
    if not detail.links:
        st.markdown("Nothing yet: it proves nothing until it is tied to a control, a requirement or a system.")
    for kind, label in KIND_NAMES.items():
        mine = [tie for tie in detail.links if tie.kind == kind]
        if mine:
            st.markdown(f"**{label}**")
        for tie in mine:
            _tie(item, Target(kind=tie.kind, target_id=tie.target_id), target_name(names, kind, tie.target_id))
    if item.state != "withdrawn":
        _more_ties(detail, names)


def _tie(item: StoredEvidence, target: Target, name: str) -> None:
    page, query = _PLACES[target.kind]
    st.text(name)
    with st.container(horizontal=True, vertical_alignment="center", key=f"tie-{target.kind}-{target.target_id}"):
        link(page, f"Open {target.kind}", icon=":material/arrow_forward:", **{query: target.target_id})
        if item.state != "withdrawn" and st.button(
            "Remove",
            type="tertiary",
            icon=":material/link_off:",
            key=f"untie-{target.kind}-{target.target_id}",
            help=f"Say that it is not about {escape(name)} any more",
        ):
            with errors_shown():
                unlink_evidence(store(), actor(), item.id, target)
                _say(f"Not about {name} any more", item, target)


def _more_ties(detail: EvidenceDetail, names: Names) -> None:
    known = {(tie.kind, tie.target_id) for tie in detail.links}
    with st.expander("Say what else it is about", icon=":material/add_link:"):
        kind = st.segmented_control(
            "Kind",
            list(KIND_NAMES),
            format_func=KIND_NAMES.__getitem__,
            default="control",
            required=True,
            key="tie-kind",
        )
        options = [key for key in names[kind] if (kind, key) not in known]
        with st.form(f"evidence-tie-{kind}-{generation()}", border=False):
            chosen = st.multiselect(
                KIND_NAMES[kind],
                options,
                format_func=lambda key: target_name(names, kind, key),
                key=f"evidence-ties-{kind}-{generation()}",
                placeholder="Choose at least one" if options else "None left to choose",
            )
            if st.form_submit_button("Add", icon=":material/add_link:") and chosen:
                with errors_shown():
                    targets = [Target(kind=kind, target_id=key) for key in chosen]
                    link_evidence(store(), actor(), detail.item.id, targets)
                    what = target_name(names, kind, chosen[0]) if len(chosen) == 1 else f"{len(chosen)} more"
                    _say(f"Now about {what}", detail.item, *targets)


def _say(message: str, item: StoredEvidence, *targets: Target) -> None:
    undo = last_change("evidence_links", link_key(item.id, targets[0])) if len(targets) == 1 else None
    forget_edits()
    flash(message, undo=undo)
    st.rerun()


def _do(change: Callable[[], StoredEvidence], done: str) -> None:
    with errors_shown():
        with st.spinner("Saving"):
            item = change()
        forget_edits()
        flash(f"{done}: {item.title}")
        st.rerun()
