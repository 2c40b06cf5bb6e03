"""The frameworks: what they are, where they come from, what is in doubt, what a new version changes."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from compliance.catalogues.changes import Changes
from compliance.catalogues.framework import Framework
from compliance.controls.crosswalk import Crosswalk
from rori.ui.components.case_tables import show_table
from rori.ui.components.compliance_words import in_words
from rori.ui.context import escape, link, store
from rori.usecases.compliance.catalogue import changes_between, framework_workbook
from rori.usecases.frameworks import shipped_acts

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def all_frameworks(crosswalk: Crosswalk) -> None:
    """List every version of every framework with its counts."""
    frameworks = crosswalk.catalogue.frameworks
    st.dataframe(
        pd.DataFrame(
            {
                "Framework": [one.title for one in frameworks],
                "Version": [one.version for one in frameworks],
                "Entries": [len(one.requirements) for one in frameworks],
                "Answered": [len(one.assessable) for one in frameworks],
                "With a control": [
                    sum(bool(crosswalk.controls_of(r.id, one.id, one.version)) for r in one.assessable)
                    for one in frameworks
                ],
                "Applies from": [one.applies_from for one in frameworks],
            }
        ),
        hide_index=True,
        alt="Frameworks with their counts",
    )
    st.caption(
        escape(
            f"{len(crosswalk.library.controls)} controls refer to them {crosswalk.library.references} times. "
            f"{crosswalk.library.caution}"
        )
    )


def one_framework(crosswalk: Crosswalk) -> None:
    """Show one version of a framework whole."""
    frameworks = crosswalk.catalogue.frameworks
    keys = [f"{one.id} {one.version}" for one in frameworks]
    names = {key: f"{one.title}, {one.version}" for key, one in zip(keys, frameworks, strict=True)}
    chosen = st.selectbox(
        "Framework", keys, format_func=lambda key: names.get(key, key), key="framework-shown", bind="query-params"
    )
    framework = frameworks[keys.index(str(chosen))] if chosen in keys else frameworks[0]
    if framework.notice:
        st.warning(escape(framework.notice), icon=":material/warning:")
    _facts(framework)
    if framework.doubts:
        with st.expander(f"{len(framework.doubts)} open points", icon=":material/help:", expanded=True):
            st.markdown("\n".join(f"- {escape(doubt)}" for doubt in framework.doubts))
    show_table("all entries", _entries(framework), {})
    with st.container(horizontal=True):
        st.download_button(
            "Download as workbook (.xlsx)",
            data=lambda: framework_workbook(framework),
            file_name=f"{framework.id}.xlsx",
            mime=_XLSX,
            icon=":material/download:",
            on_click="ignore",
        )
        link("requirements", "Open its requirements", icon=":material/checklist:", framework=framework.id)
    _versions(crosswalk, framework)


def acts_below_dora() -> None:
    """List the acts below DORA, to look things up."""
    found = shipped_acts()
    acts = (*found.acts, *found.guidelines)
    frame = pd.DataFrame(
        {
            "Act": [act.act for act in acts],
            "Kind": [in_words(act.kind) for act in acts],
            "Subject": [act.subject for act in acts],
            "Basis": [act.basis for act in acts],
            "In force": [act.in_force for act in acts],
            "Articles": [len(act.articles) for act in acts],
            "Notes": [act.notes for act in acts],
            "Confidence": [act.confidence.value for act in acts],
        }
    )
    show_table(found.title, frame, {}, note=escape(" ".join(found.doubts)))


def changes_table(changes: Changes) -> None:
    """Show what a version changes against the one before, and what must be looked at again."""
    st.markdown(
        escape(
            f"Against {changes.old_version}: {len(changes.added)} added, {len(changes.removed)} removed, "
            f"{len(changes.changed)} changed, {len(changes.same)} the same. Answers stay; "
            f"{len(changes.to_review)} must be looked at again."
        )
    )
    again = {one.id for one in changes.to_review}
    rows = [("Added", one, "", one.id in again) for one in changes.added]
    rows += [("Changed", pair.new, ", ".join(pair.changed), pair.new.id in again) for pair in changes.changed]
    rows += [("Removed", one, "", False) for one in changes.removed]
    if rows:
        frame = pd.DataFrame(
            {
                "What": [row[0] for row in rows],
                "Reference": [row[1].reference for row in rows],
                "Title": [row[1].title for row in rows],
                "Fields": [row[2] for row in rows],
                "Look again": ["yes" if row[3] else "" for row in rows],
            }
        )
        st.dataframe(frame, hide_index=True, alt="What changes")


def _facts(framework: Framework) -> None:
    counted = ", ".join(f"{in_words(name).lower()} {count}" for name, count in framework.counts)
    lines = [
        ("Reference", framework.reference),
        ("Publisher", framework.publisher),
        ("Applies from", framework.applies_from.isoformat() if framework.applies_from else ""),
        ("Counted", counted),
        ("Licence", framework.licence),
    ]
    st.markdown("\n".join(f"- **{name}:** {escape(value)}" for name, value in lines if value))
    if framework.link.startswith("https://"):
        st.link_button("Open the source", framework.link, icon=":material/open_in_new:")


def _entries(framework: Framework) -> pd.DataFrame:
    shown = framework.requirements
    return pd.DataFrame(
        {
            "Reference": [one.reference for one in shown],
            "Title": [one.title for one in shown],
            "Title is": ["official" if one.title_is_official else "ours" for one in shown],
            "Kind": [one.kind for one in shown],
            "Chapter": [one.chapter for one in shown],
            "Answered": ["yes" if one.assessable else "heading" for one in shown],
            "Obligation, in own words": [one.obligation for one in shown],
            "Typical evidence": ["; ".join(one.evidence) for one in shown],
            "Confidence": [one.confidence.value for one in shown],
            "Doubt": [one.doubt or "" for one in shown],
        }
    )


def _versions(crosswalk: Crosswalk, framework: Framework) -> None:
    versions = crosswalk.catalogue.versions(framework.id)
    if len(versions) < 2:
        return
    st.subheader("What a version changes", anchor=False)
    first, second = st.columns(2)
    old = first.selectbox("From", versions[:-1], index=len(versions) - 2, key=f"from-{framework.id}")
    new = second.selectbox("To", versions[1:], index=len(versions) - 2, key=f"to-{framework.id}")
    if old != new:
        changes_table(changes_between(store(), framework.id, str(old), str(new)))
