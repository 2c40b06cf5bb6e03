"""The form of one case: name first, measures with what they cost, then time and money, then the simulation."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping
from typing import Any

import streamlit as st

from rori.economics.inputs.case import broken_rules
from rori.economics.inputs.measures import Measure
from rori.inventory.cells import show_cell
from rori.inventory.columns import Column, Value, ValueKind
from rori.inventory.rows import measure_of
from rori.inventory.sheets import CASES, MEASURES
from rori.store import StoredRecord
from rori.ui.components.case_words import shortened
from rori.ui.context import actor, errors_shown, escape, flash, forget_edits, generation, kept, last_change, store
from rori.ui.formats import local_time, short_money
from rori.usecases.inventory import delete_record, list_records, save_record

NEW = "new case"
"""What the address says for a case that does not exist yet; no id can hold a space."""

_BASICS = ("id", "name", "measure_ids")
_SIMULATION = ("n_paths", "seed", "source")
_STEPS = {"budget_eur": 10_000.0, "n_paths": 1000}
_NUMERIC = (ValueKind.WHOLE, ValueKind.NUMBER, ValueKind.SHARE, ValueKind.MONEY)
_COLUMNS = 3


def case_editor(asked: str) -> None:
    """Edit one case, or a new one; the version that was seen when it was opened is the one saved over."""
    records = {str(record.values["id"]): record for record in list_records(store(), CASES.name)}
    if asked != NEW and asked not in records:
        st.warning("The case in the address does not exist.", icon=":material/warning:")
        _back_button("Back to the cases")
        return
    stored = kept("case-editor", (asked, generation()), lambda: records.get(asked))
    st.subheader(
        "New case" if stored is None else escape(f"Edit {shortened(str(stored.values['name']), 60)}"), anchor=False
    )
    cells = {**_basics(stored, records), **_others(stored)}
    with st.container(horizontal=True, vertical_alignment="center", key="case-buttons"):
        save = st.button("Save case", type="primary", icon=":material/save:", key="save-case")
        _back_button("Cancel")
        if stored is not None:
            _delete_button(stored)
    if stored is not None:
        st.caption(f"Last changed by {escape(stored.changed_by)}, {escape(local_time(stored.changed_at))}")
    if save:
        _save(cells, stored)


def derive_id(name: str, taken: Collection[str]) -> str:
    """Return an id made from a name, unlike those that are taken; empty when the name has no letter or digit."""
    ascii_name = unicodedata.normalize("NFKD", name.casefold()).encode("ascii", "ignore").decode()
    stem = re.sub(r"[^a-z0-9]+", "-", ascii_name).strip("-")[:56].strip("-")
    if not stem:
        return "" if not name.strip() else derive_id("case", taken)
    found, number = stem, 2
    while found in taken:
        found, number = f"{stem}-{number}", number + 1
    return found


def _basics(stored: StoredRecord | None, taken: Collection[str]) -> dict[str, object]:
    name_column, id_column = CASES.column("name"), CASES.column("id")
    wide, narrow = st.columns([2, 1])
    place = _place(stored)
    now = "" if stored is None else str(stored.values["name"])
    name = wide.text_input(
        "Name *", value=now, help=name_column.help, key=f"{place}-name", placeholder=name_column.example
    )
    if stored is None:
        made = derive_id(name or "", taken)
        hint = "Made from the name when left empty. It cannot be changed later."
        typed = narrow.text_input(id_column.header, key=f"{place}-id", help=hint, placeholder=made or id_column.example)
        case_id = typed or made
    else:
        case_id = str(stored.values["id"])
        narrow.text_input(id_column.header, value=case_id, disabled=True, key=f"{place}-id")
    return {"id": case_id, "name": name, "measure_ids": _measures(stored)}


def _measures(stored: StoredRecord | None) -> tuple[str, ...]:
    """Choose measures by name with what they cost, and say at once which rules the choice breaks."""
    known = {measure.id: measure for measure in _all_measures()}
    before = () if stored is None else stored.values["measure_ids"]
    chosen = st.multiselect(
        "Measures",
        list(known),
        default=[key for key in before if key in known] if isinstance(before, tuple) else [],
        format_func=lambda key: f"{known[key].name} · {_cost(known[key])}",
        key=f"{_place(stored)}-measures",
        help="What is bought, with capex + opex. Nothing chosen: the case shows today's loss.",
        placeholder="Choose measures" if known else "No measure yet: add some on the page Measures",
    )
    bought = tuple(known[key] for key in chosen)
    capex, opex = sum(m.capex_eur for m in bought), sum(m.opex_eur_per_year for m in bought)
    st.caption(escape(f"Together: capex {short_money(capex)}, opex {short_money(opex)} per year"))
    for sentence in broken_rules(bought):
        st.warning(escape(f"{sentence}. The case can be saved, but not run."), icon=":material/warning:")
    return tuple(chosen)


def _all_measures() -> tuple[Measure, ...]:
    return tuple(measure_of(record.values) for record in list_records(store(), MEASURES.name))


def _cost(measure: Measure) -> str:
    if measure.transfer is not None:
        return f"premium {short_money(measure.transfer.premium_eur_per_year)} per year"
    return f"{short_money(measure.capex_eur)} + {short_money(measure.opex_eur_per_year)} per year"


def _others(stored: StoredRecord | None) -> dict[str, object]:
    """Draw every other column, those about the simulation last."""
    others = [column for column in CASES.columns if column.name not in (*_BASICS, *_SIMULATION)]
    cells = _fields("Time and money", others, stored)
    simulation = [CASES.column(name) for name in _SIMULATION]
    return {**cells, **_fields("Simulation and source", simulation, stored)}


def _fields(title: str, columns: list[Column], stored: StoredRecord | None) -> dict[str, object]:
    cells: dict[str, object] = {}
    with st.container(border=True):
        st.markdown(f"**{title}**")
        for first in range(0, len(columns), _COLUMNS):
            places = st.columns(_COLUMNS, vertical_alignment="bottom")
            for place, column in zip(places, columns[first:], strict=False):
                with place:
                    cells[column.name] = _field(column, stored)
    return cells


def _field(column: Column, stored: StoredRecord | None) -> object:
    """Draw the widget that fits a column and return what stands in it."""
    value: Value = column.default if stored is None else stored.values[column.name]
    shown, key = show_cell(column, value), f"{_place(stored)}-{column.name}"
    if column.kind is ValueKind.YES_NO:
        return st.checkbox(column.header, value=shown == "yes", help=column.help, key=key)
    if column.kind is ValueKind.CHOICE:
        index = column.choices.index(str(shown)) if shown in column.choices else 0
        return st.selectbox(column.header, column.choices, index=index, help=column.help, key=key)
    # Seeds go further than a number field of a browser can count.
    if column.kind in _NUMERIC and column.name != "seed":
        return st.number_input(column.header, help=column.help, key=key, **_number_settings(column, shown))
    return st.text_input(
        column.header, value="" if shown is None else str(shown), help=column.help, key=key, placeholder=column.example
    )


def _number_settings(column: Column, shown: object) -> Mapping[str, Any]:
    """Return bounds, step and look of a number, in the unit outside."""
    if column.kind is ValueKind.WHOLE:
        low, high = (None if bound is None else int(bound) for bound in (column.low, column.high))
        return {"value": shown, "min_value": low, "max_value": high, "step": _STEPS.get(column.name, 1), "format": "%d"}
    scale = 100.0 if column.kind is ValueKind.SHARE else 1.0
    bounds = [None if bound is None else bound * scale for bound in (column.low, column.high)]
    step = _STEPS.get(column.name, 0.5 if column.kind is ValueKind.SHARE else 1.0)
    look = "%.2f" if column.kind is ValueKind.SHARE else "%.0f" if column.kind is ValueKind.MONEY else None
    placeholder = None if column.required or column.default is not None else "none"
    return {
        "value": None if shown is None else float(str(shown)),
        "min_value": bounds[0],
        "max_value": bounds[1],
        "step": step,
        "format": look,
        "placeholder": placeholder,
    }


def _place(stored: StoredRecord | None) -> str:
    return f"case-{'new' if stored is None else stored.values['id']}-{generation()}"


def _back_button(label: str) -> None:
    if st.button(label, icon=":material/arrow_back:", key="leave-case"):
        _leave()


def _leave() -> None:
    forget_edits()
    st.query_params.pop("edit", None)
    st.rerun()


def _save(cells: Mapping[str, object], stored: StoredRecord | None) -> None:
    with errors_shown():
        record = save_record(store(), actor(), CASES.name, cells, None if stored is None else stored.version)
        flash(f"Saved: case {record['id']}", undo=last_change(CASES.name, str(record["id"])))
        _leave()


def _delete_button(stored: StoredRecord) -> None:
    key = str(stored.values["id"])
    if st.button("Delete this case", icon=":material/delete:", key="delete-case", type="tertiary"):
        with errors_shown():
            delete_record(store(), actor(), CASES.name, key, stored.version)
            flash(f"Deleted: case {key}. Its runs stay.", undo=last_change(CASES.name, key))
            _leave()
