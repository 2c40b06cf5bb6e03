"""Whether the audit log is as it was written: the check, its answer, and anchors to hold it against later."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import streamlit as st

from rori.store import LogReport
from rori.ui.context import errors_shown, escape, store
from rori.ui.formats import local_time, number
from rori.usecases.auditing import (
    ANCHOR_FILE,
    Anchor,
    Progress,
    anchor_file,
    log_head,
    read_anchor,
    report_sentences,
    take_anchor,
    verify_log,
)

_ANSWER = "audit.answer"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer:
    report: LogReport
    at: datetime


def log_check() -> None:
    """Show where the log ends, check it when asked, and offer an anchor."""
    with st.container(border=True, key="log-check"):
        st.markdown("**Is the log as it was written?**")
        st.caption(
            "Each entry carries a fingerprint (a SHA-256 hash) of all it says and of the entry before it. "
            "Who changes, removes, moves or adds an entry past this product breaks this chain, and the check names the place."
        )
        with errors_shown():
            _end_of_the_log()
            anchor = _anchors()
            if st.button("Verify the log", icon=":material/verified:", key="verify-log"):
                st.session_state[_ANSWER] = _checked(anchor)
        if _ANSWER in st.session_state:
            _show(st.session_state[_ANSWER])


def _end_of_the_log() -> None:
    head = log_head(store())
    if head is None:
        st.error("The note of where the log ends is missing. Verify the log.", icon=":material/error:")
        return
    if not head.entries:
        st.text("The log is empty.")
        return
    entries = "1 entry" if head.entries == 1 else f"{number(head.entries, 0)} entries"
    st.text(f"{entries}; fingerprint of the last, which stands for all of them:")
    st.code(head.last_hash, language=None, wrap_lines=True)


def _anchors() -> Anchor | None:
    """Offer a new anchor, and take one that was kept; return the latter."""
    with st.expander("Anchor: prove later that nothing was cut", icon=":material/anchor:"):
        st.markdown(
            "Who can change the database could cut the end of the log, or write all of it anew so that the chain fits "
            "again. An anchor finds that too: a small file that notes how many entries there are and the fingerprint of "
            "the last. Keep it where nobody who can write the database can change it, for example with your auditor."
        )
        opened = store()
        st.download_button(
            "Download an anchor",
            lambda: anchor_file(take_anchor(opened)),
            ANCHOR_FILE,
            "application/json",
            on_click="ignore",
            icon=":material/download:",
        )
        file = st.file_uploader(
            "An anchor from earlier (.json)",
            type=["json"],
            key="audit-anchor",
            help="The next check of the log also looks whether the anchored entry is still there, unchanged, in its place.",
        )
        if file is None:
            return None
        anchor = read_anchor(file.getvalue())
        entries = "1 entry" if anchor.entries == 1 else f"{number(anchor.entries, 0)} entries"
        version = escape(anchor.product_version)
        st.markdown(f"Anchor of {escape(local_time(anchor.taken_at))}: {entries}, written by version {version}.")
        return anchor


def _checked(anchor: Anchor | None) -> _Answer:
    bar, move = _progress_bar()
    report = verify_log(store(), anchor, move)
    bar.empty()
    return _Answer(report=report, at=datetime.now(UTC))


def _progress_bar() -> tuple[st.delta_generator.DeltaGenerator, Progress]:
    what = "Computing the fingerprints again"
    bar = st.progress(0.0, text=what)

    def move(done: int, of: int) -> None:
        bar.progress(done / of, text=f"{what}: {number(done, 0)} of {number(of, 0)} entries")

    return bar, move


def _show(answer: _Answer) -> None:
    body = "\n\n".join(escape(sentence) for sentence in report_sentences(answer.report, local_time))
    if answer.report.is_intact:
        st.success(body, icon=":material/verified:")
    else:
        st.error(body, icon=":material/gpp_bad:")
    st.caption(f"Checked {escape(local_time(answer.at))}; what was written later is not in this answer.")
