"""The way in: three doors when nothing is there, otherwise how far the inventory is and what comes next."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from rori.inventory.sheets import SHEET_BY_NAME
from rori.store import RunHeader
from rori.ui.components.records import names_of
from rori.ui.context import actor, errors_shown, escape, flash, forget_edits, go_to, link, store
from rori.ui.formats import local_time, number, today
from rori.usecases.cases import runs_of
from rori.usecases.compliance.evidence_search import expiring
from rori.usecases.samples import holds_sample, load_sample_into, remove_sample

_MOST_RUNS = 5
_SOON_DAYS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class _Step:
    """One step on the way to a result: which page, what to do there, and the kinds that tell that it is done."""

    title: str
    what: str
    page: str
    icon: str
    kinds: tuple[str, ...]
    any_kind: bool = False
    tab: str = ""


_STEPS = (
    _Step(title="Systems", what="What may fail", page="systems", icon=":material/dns:", kinds=("systems",)),
    _Step(
        title="Loss profiles",
        what="What an hour without a system costs",
        page="systems",
        icon=":material/payments:",
        kinds=("loss_profiles",),
        tab="Loss profiles",
    ),
    _Step(
        title="Failure modes",
        what="How often and how long systems fail, alone or together",
        page="failure-modes",
        icon=":material/warning:",
        kinds=("failure_modes", "common_causes"),
        any_kind=True,
    ),
    _Step(
        title="Measures",
        what="What can be bought, and what it changes",
        page="measures",
        icon=":material/shield:",
        kinds=("measures",),
    ),
    _Step(
        title="Case", what="Which measures, over how many years", page="cases", icon=":material/work:", kinds=("cases",)
    ),
    _Step(
        title="Run",
        what="Losses with and without the measures, simulated",
        page="cases",
        icon=":material/play_arrow:",
        kinds=("runs",),
    ),
)


def three_doors() -> None:
    """Offer the sample, an import, or an empty start."""
    st.markdown(
        "RORI tells what interruptions of your systems cost per year, and what preventing them would earn. "
        "There is nothing in the inventory yet. How do you want to begin?"
    )
    sample, own, empty = st.columns(3)
    with sample.container(border=True, height="stretch"):
        st.subheader("Load the sample")
        st.markdown("Fills the inventory with an invented payment institution to look around; removed with one click.")
        if st.button("Load the sample", type="primary", icon=":material/science:", width="stretch"):
            _load_sample()
    with own.container(border=True, height="stretch"):
        st.subheader("Import yours")
        st.markdown("Takes you to the template and the upload; you see what a file would change before it is saved.")
        if st.button("Import yours", icon=":material/upload_file:", width="stretch"):
            go_to("import-export")
    with empty.container(border=True, height="stretch"):
        st.subheader("Start empty")
        st.markdown("Takes you to Systems, where you enter the first one by hand; nothing is filled in for you.")
        if st.button("Start empty", icon=":material/edit_note:", width="stretch"):
            go_to("systems")


def _load_sample() -> None:
    with errors_shown():
        with st.spinner("Loading the sample"):
            rows = load_sample_into(store(), actor())
        forget_edits()
        flash(f"The sample is loaded: {rows} rows")
        st.rerun()


def guided_list(counts: dict[str, int]) -> None:
    """Show the steps to a result with how many rows each has; the first that has none is next."""
    st.subheader("The way to a result")
    done = [(any if step.any_kind else all)(counts[kind] for kind in step.kinds) for step in _STEPS]
    following = done.index(False) if False in done else len(done)
    for position, step in enumerate(_STEPS):
        _step(position + 1, step, counts, is_done=done[position], is_next=position == following)


def _step(position: int, step: _Step, counts: dict[str, int], *, is_done: bool, is_next: bool) -> None:
    with st.container(border=True, key=f"step-{position}", gap="xsmall"):
        state, body = st.columns([1, 6], vertical_alignment="center")
        if is_done:
            state.badge("Done", icon=":material/check:", color="green")
        elif is_next:
            state.badge("Next", icon=":material/arrow_forward:", color="blue")
        else:
            state.badge("Later", icon=":material/schedule:", color="gray")
        with body:
            query = {f"{step.page}-tab": step.tab} if step.tab else {}
            link(step.page, f"{position}. {step.title}", icon=step.icon, **query)
            st.markdown(f"{step.what}: {_counted(step.kinds, counts)}")


def _counted(kinds: tuple[str, ...], counts: dict[str, int]) -> str:
    return ", ".join(_plural(kind, counts[kind]) for kind in (*kinds, *_BESIDE.get(kinds[0], ())))


_BESIDE = {"systems": ("dependencies",), "measures": ("effects",)}
"""Kinds that belong to a step without being needed for it."""


def _plural(kind: str, count: int) -> str:
    if kind == "runs":
        return "1 saved run" if count == 1 else f"{number(count, 0)} saved runs"
    sheet = SHEET_BY_NAME[kind]
    return f"1 {sheet.singular}" if count == 1 else f"{number(count, 0)} {sheet.label.lower()}"


def latest_runs(runs: tuple[RunHeader, ...]) -> None:
    """List the latest runs with links to their figures."""
    st.subheader("Latest runs")
    if not runs:
        st.markdown("No run yet. Open a case and press Run.")
        return
    names = names_of(SHEET_BY_NAME["cases"])
    for run in runs[:_MOST_RUNS]:
        with st.container(border=True, key=f"run-{run.id}"):
            link("run", names.get(run.case_id, run.case_id), icon=":material/monitoring:", run=run.id)
            st.caption(
                f"{escape(local_time(run.created_at))} by {escape(run.created_by)} · "
                f"{escape(number(run.n_years, 0))} simulated years"
            )


def expiring_evidence() -> None:
    """Say which evidence ends soon: what it proves counts no more after that."""
    day = today()
    soon = expiring(store(), day, _SOON_DAYS)
    if not soon:
        return
    with st.container(border=True, key="expiring"):
        count = "1 piece of evidence expires" if len(soon) == 1 else f"{len(soon)} pieces of evidence expire"
        st.markdown(f":material/schedule: **{count} within {_SOON_DAYS} days**")
        for item in soon[:_MOST_RUNS]:
            left = 0 if item.expires_on is None else (item.expires_on - day).days
            when = "Today" if left == 0 else "Tomorrow" if left == 1 else f"In {left} days"
            link("evidence", f"{when}: {item.title}", icon=":material/folder_open:", item=item.id)
        if len(soon) > _MOST_RUNS:
            link("evidence", f"All {len(soon)}", icon=":material/arrow_forward:", within=str(_SOON_DAYS))


def saved_runs() -> tuple[RunHeader, ...]:
    """Return all saved runs, newest first."""
    return runs_of(store())


def sample_line(*, is_sample: bool) -> None:
    """Say that this is the sample and offer to remove it, or offer to load it."""
    if not is_sample:
        with st.popover("Load the sample too", type="tertiary", icon=":material/science:"):
            st.markdown("Adds the rows of an invented payment institution to yours; refused if ids are taken.")
            if st.button("Load the sample", key="sample-load"):
                _load_sample()
        return
    with st.container(border=True, horizontal=True, vertical_alignment="center", key="sample"):
        st.markdown(
            ":material/science: This is the sample, an invented payment institution: its figures are illustrative.",
            width="stretch",
        )
        with st.popover("Remove the sample", icon=":material/delete:"):
            st.markdown(
                "Takes out every row that came with the sample, except rows that you changed and those that rows of "
                "yours refer to. Saved runs stay. You can load the sample again from this page, and the audit trail "
                "keeps every row."
            )
            if st.button("Remove it", type="primary", key="sample-remove"):
                _remove_sample()


def _remove_sample() -> None:
    with errors_shown():
        with st.spinner("Removing the sample"):
            removal = remove_sample(store(), actor())
        kept = [
            (removal.changed_by_you, "that you changed"),
            (removal.needed_by_yours, "that rows of yours refer to"),
        ]
        stays = "".join(f"; {count} {why} stay" for count, why in kept if count)
        forget_edits()
        flash(f"{removal.removed} rows of the sample removed{stays}")
        st.rerun()


def has_sample() -> bool:
    """Whether rows of the sample are in the inventory."""
    return holds_sample(store())
