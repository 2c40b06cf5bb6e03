"""All files of the evidence hashed again, with progress and what was found."""

from __future__ import annotations

from datetime import UTC, datetime

import pandas as pd
import streamlit as st

from rori.store import VaultFinding
from rori.ui.context import errors_shown, escape, store
from rori.ui.formats import local_time, number
from rori.usecases.auditing import verify_evidence

_LAST = "evidence.check"
_MOST_FINDINGS = 1_000
_KINDS = {
    "missing": "File missing",
    "changed": "File changed",
    "unreferenced": "File without evidence",
    "unknown": "Foreign file",
    "row changed": "Version not as the log says",
}


def check_of_files() -> None:
    """Offer to verify all files, and show what the last check found."""
    with st.expander("Are the files still what was uploaded?", icon=":material/verified:"):
        st.markdown(
            "Reads every file of the evidence again and sets its SHA-256 beside the one of its upload, and every version "
            "beside what the audit log says of it. Nothing is changed."
        )
        if st.button("Verify all files", icon=":material/verified:", key="evidence-verify"):
            with errors_shown():
                _verify()
        last: tuple[datetime, int, tuple[VaultFinding, ...]] | None = st.session_state.get(_LAST)
        if last is not None:
            _outcome(*last)


def _verify() -> None:
    st.session_state.pop(_LAST, None)
    bar = st.progress(0.0, "Reading the files")
    shown = -1

    def progress(done: int, total: int) -> None:
        nonlocal shown
        percent = 100 * done // total
        if percent != shown:
            shown = percent
            bar.progress(percent / 100, f"{number(done, 0)} of {number(total, 0)} read")

    looked_at, findings = verify_evidence(store(), progress)
    bar.empty()
    st.session_state[_LAST] = (datetime.now(UTC), looked_at, findings)


def _outcome(at: datetime, looked_at: int, findings: tuple[VaultFinding, ...]) -> None:
    counted = "1 file" if looked_at == 1 else f"{number(looked_at, 0)} files"
    when = escape(f"{counted} verified, {local_time(at)}")
    if not findings:
        st.success(f"{when}. Everything is as it was uploaded.", icon=":material/verified:")
        return
    found = "1 finding" if len(findings) == 1 else f"{number(len(findings), 0)} findings"
    st.error(f"{when}. {found}: these files cannot be relied on until that is put right.", icon=":material/gpp_bad:")
    rows = [{"Finding": _KINDS.get(one.kind, one.kind), "What is wrong": one.message} for one in findings]
    st.dataframe(
        pd.DataFrame(rows[:_MOST_FINDINGS]),
        hide_index=True,
        column_config={"What is wrong": st.column_config.TextColumn(width="large")},
        alt=f"What is not as it was uploaded, {len(rows)} lines",
    )
