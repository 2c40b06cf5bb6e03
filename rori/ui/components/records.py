"""Records as tables: the columns of a sheet as the columns of a grid."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from rori.inventory.columns import Column, Sheet, ValueKind
from rori.inventory.sheets import SHEETS
from rori.ui.context import store
from rori.usecases.inventory import list_records

Names = Mapping[str, Mapping[str, str]]
"""What people call the rows: sheet name to key to name."""

_NUMERIC = frozenset({ValueKind.NUMBER, ValueKind.SHARE, ValueKind.MONEY, ValueKind.WHOLE})
_TEXT_WIDTH = 260


def names_for(sheet: Sheet) -> Names:
    """Return the names of all rows that the sheet's columns refer to."""
    wanted = {column.refers_to for column in sheet.columns if column.refers_to}
    return {other.name: names_of(other) for other in SHEETS if other.name in wanted}


def names_of(sheet: Sheet) -> dict[str, str]:
    """Return the name of every row of a sheet, by key."""
    found = list_records(store(), sheet.name)
    return {str(r.values[sheet.key]): str(r.values.get("name") or r.values[sheet.key]) for r in found}


def named(names: Mapping[str, str], key: str) -> str:
    """Return how lists show a row: its name, and its id in brackets where that differs."""
    name = names.get(key, key)
    return key if name == key else f"{name} ({key})"


def frame(sheet: Sheet, rows: Sequence[Mapping[str, object]]) -> pd.DataFrame:
    """Return rows of shown cells as a table with one type per column."""
    return pd.DataFrame({c.name: _series(c, [row[c.name] for row in rows]) for c in sheet.columns})


def _series(column: Column, cells: list[object]) -> pd.Series[Any]:
    if column.kind in _NUMERIC:
        return pd.Series([None if cell in ("", None) else cell for cell in cells], dtype="Float64")
    if column.kind is ValueKind.YES_NO:
        return pd.Series([cell in ("yes", True) for cell in cells], dtype="boolean")
    if column.kind is ValueKind.LIST and column.refers_to:
        return pd.Series([_items(cell) for cell in cells], dtype="object")
    return pd.Series([None if cell is None else str(cell) for cell in cells], dtype="object")


def _items(cell: object) -> list[str]:
    if isinstance(cell, str):
        return [part.strip() for part in cell.split(";") if part.strip()]
    return [str(part) for part in cell] if isinstance(cell, Iterable) else []


def column_config(sheet: Sheet, names: Names) -> dict[str, Any]:
    """Return how a grid shows and edits each column."""
    return {column.name: _config(sheet, column, names) for column in sheet.columns}


def heading(column: Column) -> str:
    """Return the heading on screens; a star marks what must be filled in."""
    return f"{column.header} *" if column.required else column.header


def _config(sheet: Sheet, column: Column, names: Names) -> object:
    label, hint = heading(column), column.help
    if column.kind is ValueKind.LIST and column.refers_to:
        known = names[column.refers_to]
        return st.column_config.MultiselectColumn(label, help=hint, options=list(known))
    if column.refers_to:
        known = names[column.refers_to]
        return st.column_config.SelectboxColumn(
            label,
            help=hint,
            options=list(known),
            format_func=lambda key: named(known, str(key)),
            pinned=column.name == sheet.key or None,
            width=_TEXT_WIDTH,
        )
    if column.kind is ValueKind.CHOICE:
        return st.column_config.SelectboxColumn(label, help=hint, options=list(column.choices))
    if column.kind is ValueKind.YES_NO:
        return st.column_config.CheckboxColumn(label, help=hint)
    if column.kind in _NUMERIC:
        step = 1 if column.kind is ValueKind.WHOLE else None
        look = "localized" if column.kind is ValueKind.MONEY else "plain"
        return st.column_config.NumberColumn(label, help=hint, format=look, step=step)
    pinned = True if column.name == sheet.key else None
    width = _TEXT_WIDTH if column.name == "name" else None
    return st.column_config.TextColumn(label, help=hint, pinned=pinned, width=width)
