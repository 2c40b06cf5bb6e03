"""An outage history: the file, which column is which, which outages are meant."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from rori.errors import InputError
from rori.inventory.outages import ColumnMapping, OutageFile, guess_mapping, read_headers, read_outages
from rori.ui.context import kept
from rori.ui.formats import number
from rori.usecases.calibrating import SHARED_LOCATIONS, CalibrationChoice, OutageFilter, list_names, observed_window

_NO_COLUMN = ""
_FIELDS = (
    ("start", "Start of the outage *"),
    ("end", "End of the outage *"),
    ("provider", "Provider"),
    ("service", "Service"),
    ("location", "Location"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Identity:
    file_id: str
    mapping: ColumnMapping
    timezone: str


def outage_file() -> OutageFile | None:
    """Take a CSV file and the meaning of its columns; None until there is one that can be read."""
    file = st.file_uploader(
        "Outage history (CSV in UTF-8), at most 20 MB",
        type=["csv"],
        key="outage-file",
        help="One line per outage, with its start and end, and where known its provider, service and location",
    )
    if file is None:
        st.caption("Nothing is saved until you apply a result to the failure mode.")
        return None
    headers = kept("outages.headers", file.file_id, lambda: read_headers(file.getvalue()))
    mapping, timezone = _mapping(headers, file.file_id)
    if not (mapping.start and mapping.end):
        st.info("Choose the columns that hold start and end of the outages.", icon=":material/arrow_upward:")
        return None
    with st.spinner("Reading the outages"):
        read = kept(
            "outages.file",
            _Identity(file_id=file.file_id, mapping=mapping, timezone=timezone),
            lambda: read_outages(file.getvalue(), mapping, timezone),
        )
    _say_what_was_read(read)
    return read


def _mapping(headers: tuple[str, ...], file_id: str) -> tuple[ColumnMapping, str]:
    guess = guess_mapping(headers)
    options = [_NO_COLUMN, *dict.fromkeys(header for header in headers if header)]
    chosen: dict[str, str] = {}
    with st.expander("Which column is which", expanded=not (guess.start and guess.end), icon=":material/table_chart:"):
        places = st.columns(3)
        for position, (name, label) in enumerate(_FIELDS):
            chosen[name] = places[position % 3].selectbox(
                label,
                options,
                index=options.index(getattr(guess, name)),
                format_func=lambda header: header or "(not in the file)",
                key=f"outage-column-{name}-{file_id}",
            )
        timezone = places[2].text_input(
            "Time zone of times without an offset", value="UTC", help="Such as UTC or Europe/Berlin", key="outage-zone"
        )
    return ColumnMapping(**chosen), (timezone or "").strip()


def _say_what_was_read(read: OutageFile) -> None:
    count = number(len(read.outages), 0)
    if not read.skipped:
        st.text(f"{count} outages read.")
        return
    st.warning(
        f"{count} outages read, {number(len(read.skipped), 0)} rows left out because they cannot be used.",
        icon=":material/warning:",
    )
    with st.expander("Rows left out"):
        rows = [{"Row": p.row, "Column": p.column, "Why": p.message} for p in read.skipped[:1000]]
        st.dataframe(pd.DataFrame(rows), hide_index=True, alt="Rows left out and why")


def choose_outages(read: OutageFile) -> CalibrationChoice:
    """Ask which outages are meant, and how they are to be read."""
    chosen = _filter(read)
    with st.expander("Observed time, number of pairs, overlaps", icon=":material/tune:"):
        return _details(read, chosen)


def _filter(read: OutageFile) -> OutageFilter:
    provider, service, location = st.columns(3)
    every = list_names(read.outages)
    providers = _several(provider, "Providers", every.providers, "outage-providers")
    within = list_names(read.outages, OutageFilter(providers=providers))
    services = _several(service, "Services", within.services, "outage-services")
    within = list_names(read.outages, OutageFilter(providers=providers, services=services))
    locations = _several(location, "Locations", within.locations, "outage-locations")
    offered = [name for name, _ in within.locations if name.casefold() in SHARED_LOCATIONS]
    shared: tuple[str, ...] = ()
    if offered:
        shared = tuple(
            st.multiselect(
                "Locations that mean every location of a service",
                offered,
                key="outage-shared",
                help="Outages there then count for each location of their service",
            )
        )
    return OutageFilter(providers=providers, services=services, locations=locations, shared_locations=shared)


def _several(place: DeltaGenerator, label: str, names: tuple[tuple[str, int], ...], key: str) -> tuple[str, ...]:
    counts = dict(names)
    held = [name for name in st.session_state.get(key, []) if name in counts]
    if key in st.session_state:
        st.session_state[key] = held
    return tuple(
        place.multiselect(
            label,
            list(counts),
            format_func=lambda name: f"{name} ({counts.get(name, 0)})",
            key=key,
            placeholder="All" if counts else "None named in the file",
            disabled=not counts,
            help="With the number of outages in brackets; empty means all",
        )
    )


def _details(read: OutageFile, chosen: OutageFilter) -> CalibrationChoice:
    start, end = observed_window(read.outages, CalibrationChoice(outage_filter=chosen))
    first, last, pairs = st.columns(3)
    place = f"{read.sha256[:8]}-{hash(chosen.providers)}"
    begin = first.date_input("Observed from", start.date(), key=f"window-from-{place}", help="Quiet time counts too")
    until = last.date_input("Observed until, inclusive", (end - timedelta(days=1)).date(), key=f"window-to-{place}")
    cells = pairs.number_input(
        "Pairs of service and location",
        min_value=1,
        value=None,
        step=1,
        key="outage-pairs",
        placeholder="as found in the file",
        help="Observed pairs, those that never failed too; the rate is that of one of them",
    )
    merge = st.checkbox("Merge overlapping outages", value=True, key="outage-merge")
    widen = st.checkbox("Widen the interval when outages come in clusters", value=True, key="outage-widen")
    if not (isinstance(begin, date) and isinstance(until, date)):
        raise InputError("observed time", "given with both dates", f"{begin} to {until}")
    return CalibrationChoice(
        outage_filter=chosen,
        window=(_midnight(begin), _midnight(until + timedelta(days=1))),
        n_cells=None if cells is None else int(cells),
        merge_overlapping=merge,
        widen=widen,
    )


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=UTC)
