"""Bring an own framework, or a new version of one: looked at first, kept then."""

from __future__ import annotations

import streamlit as st

from rori.ui.components.frameworks_list import changes_table
from rori.ui.context import actor, errors_shown, escape, flash, generation, store
from rori.ui.formats import local_time
from rori.usecases.compliance.catalogue import (
    add_controls,
    add_framework,
    own_catalogues,
    preview_controls,
    preview_framework,
)
from rori.usecases.frameworks import MAX_FILE_BYTES


def bring_one() -> None:
    """Take a .yaml or .xlsx file, show what it holds and changes, and keep it when the user says so."""
    st.subheader("Your own framework", anchor=False)
    st.markdown(
        "Download one of the frameworks above as a workbook, change it, and bring it back under an id and version of its own. "
        "A new version of a framework keeps all answers and says what must be looked at again."
    )
    file = st.file_uploader(
        f"Framework (.yaml or .xlsx, at most {MAX_FILE_BYTES // 1024**2} MB)",
        type=["yaml", "yml", "xlsx"],
        max_upload_size=MAX_FILE_BYTES // 1024**2,
        key=f"own-framework-{generation()}",
    )
    if file is not None:
        with errors_shown():
            preview = preview_framework(store(), file.getvalue(), file.name)
            framework = preview.framework
            st.markdown(
                escape(
                    f"{framework.title}, version {framework.version}: {len(framework.requirements)} entries, "
                    f"{len(framework.assessable)} of them answered."
                )
            )
            if preview.changes is not None:
                changes_table(preview.changes)
            if st.button("Add this framework", type="primary", icon=":material/add:"):
                add_framework(store(), actor(), preview)
                flash(f"{framework.title} {framework.version} is added")
                st.session_state["context.generation"] = generation() + 1
                st.rerun()
    _own_controls()
    for one in own_catalogues(store()):
        st.caption(
            escape(
                f"{one.title} {one.version}: added by {one.added_by} on {local_time(one.added_at)}, hash {one.sha256[:12]}"
            )
        )


def _own_controls() -> None:
    st.subheader("Your own controls", anchor=False)
    st.markdown(
        "Controls of your own stand beside those of the library and count at the requirements that they name. A new version "
        "takes the place of the one before."
    )
    with st.expander("What the file must look like", icon=":material/description:"):
        st.code(_EXAMPLE, language="yaml")
    file = st.file_uploader(
        f"Controls (.yaml, at most {MAX_FILE_BYTES // 1024**2} MB)",
        type=["yaml", "yml"],
        max_upload_size=MAX_FILE_BYTES // 1024**2,
        key=f"own-controls-{generation()}",
    )
    if file is None:
        return
    with errors_shown():
        preview = preview_controls(store(), file.getvalue(), file.name)
        names = ", ".join(control.name for control in preview.library.controls[:10])
        st.markdown(escape(f"{preview.library.title}, {len(preview.library.controls)} controls: {names}"))
        if st.button("Add these controls", type="primary", icon=":material/add:"):
            add_controls(store(), actor(), preview)
            flash(f"{preview.library.title} {preview.library.version} are added")
            st.session_state["context.generation"] = generation() + 1
            st.rerun()


_EXAMPLE = """version: "1"
title: Our controls
caution: Which control meets which requirement is our own judgement.
controls:
  - id: own-yearly-drill
    name: Yearly drill
    domain: Drills
    objective: A drill of the whole house is held every year.
    question: Was a drill held in the last twelve months?
    evidence:
      - Report of the drill
      - List of those who took part
    references:
      - {requirement: dora-11-6, grade: partial, confidence: medium}
"""
