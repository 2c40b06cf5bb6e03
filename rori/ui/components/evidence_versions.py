"""The files and links of one piece of evidence, newest first."""

from __future__ import annotations

import streamlit as st

from rori.store import EvidenceDetail, EvidenceVersion
from rori.ui.components.evidence_preview import can_be_shown, preview
from rori.ui.components.evidence_words import short_hash, shown_size, version_name
from rori.ui.context import escape, store
from rori.ui.formats import local_time
from rori.usecases.compliance.evidence_search import evidence_content


def versions(detail: EvidenceDetail) -> None:
    """Show every version with its hash, who uploaded it, and a way to read it."""
    st.subheader("Files and links")
    if not detail.versions:
        st.markdown("No file or link yet. Add one below; a draft without any cannot be reviewed.")
        return
    for version in reversed(detail.versions):
        _version(detail, version)


def _version(detail: EvidenceDetail, version: EvidenceVersion) -> None:
    newest = version.number == detail.item.newest_number
    with st.container(border=True, key=f"evidence-version-{version.number}", gap="small"):
        with st.container(horizontal=True, vertical_alignment="center"):
            marks = "".join(
                f" :{colour}-badge[{word}]"
                for word, colour, is_so in (
                    ("newest", "blue", newest),
                    ("approved", "green", version.number == detail.item.approved_number),
                )
                if is_so
            )
            st.markdown(
                f"**{version.number}. {escape(version_name(version))}**{marks}  \n{_where_from(version)}",
                width="stretch",
            )
            _ways_to_read(version)
        if version.kind == "file":
            _how_to_read(version, shown=newest)


def _where_from(version: EvidenceVersion) -> str:
    parts = [f"uploaded by {escape(version.uploaded_by)}, {escape(local_time(version.uploaded_at))}"]
    if version.kind == "file":
        parts += [escape(shown_size(version.size_bytes)), escape(version.file_name.rpartition(".")[2].upper())]
    else:
        parts.append("a link: what stands behind it is not kept here")
    return " · ".join(parts)


def _ways_to_read(version: EvidenceVersion) -> None:
    if version.kind == "link":
        st.link_button("Open link", version.url, icon=":material/open_in_new:")
        return
    with st.popover(
        f"SHA-256 {short_hash(version.sha256)}", type="tertiary", help=version.sha256, icon=":material/fingerprint:"
    ):
        st.markdown("SHA-256 of the file as it was uploaded")
        st.code(version.sha256, language=None, wrap_lines=True)
    if version.purged_at is not None:
        return
    opened, item_id, number = store(), version.item_id, version.number
    st.download_button(
        "Download",
        lambda: evidence_content(opened, item_id, number).content,
        version.file_name,
        version.media_type,
        on_click="ignore",
        icon=":material/download:",
        key=f"evidence-download-{number}",
    )


def _how_to_read(version: EvidenceVersion, *, shown: bool) -> None:
    if version.purged_at is not None:
        st.caption(f"The file was removed after its retention, {escape(local_time(version.purged_at))}.")
    elif not can_be_shown(version):
        st.caption("Download it to read it: files of this kind are not opened here.")
    elif st.toggle("Show it here", value=shown, key=f"evidence-show-{version.id}"):
        preview(version)
