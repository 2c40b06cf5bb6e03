"""What one event costs: a row per system, a column per loss component."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from rori.economics.terms import Component
from rori.ui.context import escape
from rori.ui.formats import percent, short_money
from rori.usecases.one_event import EventAnswer

_TOTAL = "All systems"


def losses(answer: EventAnswer) -> None:
    """Draw the table of losses, the largest first, with the sums of rows and columns."""
    event, currency = answer.shown, answer.currency
    costly = sorted((one for one in event.systems if one.loss_eur > 0.0), key=lambda one: -one.loss_eur)
    if not costly:
        return
    top = costly[0]
    st.subheader(
        escape(
            f"{percent(top.loss_eur / event.loss_eur, 0)} of the loss is that of {top.name}: "
            f"{short_money(top.loss_eur, currency)}"
        )
    )
    parts = {one.system_id: dict(one.loss_by_component) for one in costly}
    totals = {part: sum(found.get(part, 0.0) for found in parts.values()) for part in Component}
    seen = sorted((part for part in Component if totals[part] > 0.0), key=lambda part: -totals[part])
    rows: list[dict[str, object]] = [
        {
            "System": one.name,
            f"Total ({currency})": round(one.loss_eur),
            **{_heading(part, currency): round(parts[one.system_id].get(part, 0.0)) for part in seen},
            "Hours affected": one.hours,
            "Function": "critical or important" if one.critical_or_important else one.tier.value,
        }
        for one in costly
    ]
    sums = {_heading(part, currency): round(totals[part]) for part in seen}
    if len(costly) > 1:
        rows.append({"System": _TOTAL, f"Total ({currency})": round(event.loss_eur), **sums})
    looks: dict[str, Any] = {
        name: st.column_config.NumberColumn(format="localized", step=1) for name in rows[0] if currency in name
    }
    looks["Hours affected"] = st.column_config.NumberColumn(format="%.2f")
    looks["System"] = st.column_config.TextColumn(pinned=True)
    st.dataframe(
        pd.DataFrame(rows), hide_index=True, column_config=looks, placeholder="", alt="Loss by system and component"
    )
    free = len(event.systems) - len(costly)
    if free:
        st.caption(
            f"{free} affected {'system has' if free == 1 else 'systems have'} no loss of their own in this event."
        )


def _heading(part: Component, currency: str) -> str:
    return f"{part.value.capitalize()} ({currency})"
