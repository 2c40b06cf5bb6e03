"""Which evidence is shown: states with their counts, search and filters, all of them in the address of the page."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import streamlit as st

from rori.ui.components.evidence_words import KIND_NAMES, STATE_NAMES, count_of_pieces, target_name
from rori.ui.context import escape, kept, store
from rori.ui.formats import number, today
from rori.usecases.compliance.evidence_search import (
    APPROVED,
    STATES,
    EvidenceFilter,
    Names,
    count_by_state,
    evidence_owners,
    expiring,
    newest_change,
)

SOON_DAYS = 30

_WITHIN = {"7": "within 7 days", "30": "within 30 days", "90": "within 90 days", "365": "within 365 days"}
_FIELDS = ("state", "text", "owner", "within", "kind", "target")


def soon_notice() -> None:
    """Say what counts today and expires soon, with a way to it."""
    soon = expiring(store(), today(), SOON_DAYS)
    if not soon:
        return
    verb = "expires" if len(soon) == 1 else "expire"
    with st.container(border=True, horizontal=True, vertical_alignment="center", key="evidence-soon"):
        st.markdown(
            f":material/event_upcoming: {count_of_pieces(len(soon))} {verb} within {SOON_DAYS} days; "
            "renew before readiness drops.",
            width="stretch",
        )
        st.button("Show what expires", icon=":material/filter_alt:", key="evidence-show-soon", on_click=_show_soon)


def _show_soon() -> None:
    clear_filters()
    st.query_params.update({"state": APPROVED, "within": str(SOON_DAYS)})


def clear_filters() -> None:
    """Ask for all evidence again."""
    for name in (*_FIELDS, "page"):
        st.query_params.pop(name, None)


def ask(names: Names) -> EvidenceFilter:
    """Draw the filters and return what they ask for."""
    asked = _asked(names)
    _states(asked)
    find, more = st.columns([3, 1], vertical_alignment="bottom")
    with find:
        _begin("text", None)
        st.text_input(
            "Search",
            type="search",
            key=_key("text"),
            on_change=_remember("text"),
            placeholder="Part of a title, description, owner, file name or link",
        )
    used = sum(bool(part) for part in (asked.owner, asked.within_days, asked.kind))
    with more.popover(f"More filters ({used})" if used else "More filters", icon=":material/tune:", width="stretch"):
        _more(asked, names)
    return asked


def is_filtered(asked: EvidenceFilter) -> bool:
    """Whether anything is left out."""
    return asked != EvidenceFilter()


def _asked(names: Names) -> EvidenceFilter:
    """Return what the address asks for; what it says wrongly filters nothing."""
    said = {name: st.query_params.get(name, "").strip() for name in _FIELDS}
    kind = said["kind"] if said["kind"] in names else ""
    return EvidenceFilter(
        state=said["state"] if said["state"] in STATES else "",
        text=said["text"],
        owner=said["owner"],
        kind=kind,
        target_id=said["target"] if kind else "",
        within_days=int(said["within"]) if said["within"] in _WITHIN else None,
    )


def _states(asked: EvidenceFilter) -> None:
    day = today()
    others = (asked.text, asked.owner, asked.kind, asked.target_id, asked.within_days)
    identity = (newest_change(store()), day, others)
    counts = kept("evidence.counts", identity, lambda: count_by_state(store(), day, asked))
    _begin("state", STATES)
    st.pills(
        "State today",
        STATES,
        format_func=lambda state: f"{STATE_NAMES[state]} {number(counts[state], 0)}",
        key=_key("state"),
        on_change=_remember("state"),
        wrap=True,
    )


def _more(asked: EvidenceFilter, names: Names) -> None:
    owners = evidence_owners(store())
    _select("Owner", "owner", [asked.owner, *owners] if asked.owner else owners, {}, "Anybody")
    _select("Expires", "within", _WITHIN, _WITHIN, "At any time, or never")
    _select("About", "kind", KIND_NAMES, KIND_NAMES, "Anything")
    if asked.kind:
        labels = {key: target_name(names, asked.kind, key) for key in names[asked.kind]}
        labels.setdefault(asked.target_id, asked.target_id)
        labels.pop("", None)
        _select("Which", "target", labels, labels, "Any of them")
    if is_filtered(asked):
        st.button("Clear all filters", icon=":material/filter_alt_off:", on_click=clear_filters, key="evidence-clear")


def _select(label: str, name: str, options: Iterable[str], labels: Mapping[str, str], anything: str) -> None:
    choices = tuple(dict.fromkeys(options))
    _begin(name, choices)
    st.selectbox(
        label,
        choices,
        index=None,
        format_func=lambda option: labels.get(option, option),
        key=_key(name),
        on_change=_remember(name),
        placeholder=anything,
    )


def _key(name: str) -> str:
    return f"evidence-filter-{name}"


def _begin(name: str, allowed: Iterable[str] | None) -> None:
    """Let a widget show what the address says, which alone decides: links from other pages and Back work then."""
    said = st.query_params.get(name)
    if allowed is not None and said not in tuple(allowed):
        said = None
    st.session_state[_key(name)] = said


def _remember(name: str) -> Callable[[], None]:
    def remember() -> None:
        said = st.session_state.get(_key(name))
        for gone in ("page", "target" if name == "kind" else "page"):
            st.query_params.pop(gone, None)
        if said:
            st.query_params[name] = str(said)
        else:
            st.query_params.pop(name, None)

    return remember


def filter_words(asked: EvidenceFilter) -> str:
    """Say that filters leave nothing, and which."""
    said = [STATE_NAMES[asked.state]] if asked.state else []
    said += [f"“{escape(asked.text)}”"] if asked.text else []
    said += [f"owner {escape(asked.owner)}"] if asked.owner else []
    said += [f"expires within {asked.within_days} days"] if asked.within_days is not None else []
    said += [f"about {KIND_NAMES[asked.kind].lower()} {escape(asked.target_id)}".strip()] if asked.kind else []
    return ", ".join(said)
