"""What gaps cost: the case they are priced against, the order, and the columns of the list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from rori.economics.inputs.case import Case
from rori.ui.components.case_tables import Config
from rori.ui.components.one_event_question import unique_labels
from rori.ui.context import escape, store
from rori.ui.formats import NOTHING
from rori.usecases.availability import cases_by_name
from rori.usecases.compliance.gaps import GapLine
from rori.usecases.joining.prices import GapPrice, PricedMeasure, PriceOrder, Prices, price_key
from rori.usecases.penalties import Ceiling

NO_CASE = "No case: without prices"
ORDERS = {
    "Order in which to close them": PriceOrder.CLOSING,
    "Most prevented loss": PriceOrder.EUROS,
    "Most prevented loss per euro": PriceOrder.EUROS_PER_EURO,
}
MARGINAL = (
    "What the measure prevents on top of all measures of the case, overlaps counted, expected. Values of several rows do "
    "not add up, and one measure may close many gaps."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedPrice:
    """The case against which gaps are priced, and the order that is wanted."""

    case: Case
    order: PriceOrder

    @property
    def prevents(self) -> str:
        """Heading of the prevented loss."""
        return f"Prevents ({self.case.currency}/year)"

    @property
    def costs(self) -> str:
        """Heading of the cost."""
        return f"PV cost ({self.case.currency})"

    @property
    def ratio(self) -> str:
        """Heading of the ratio."""
        return f"{self.case.currency} per {self.case.currency}"


def ask_case(key: str) -> Case | None:
    """Ask for the case against which to price; None until one is chosen."""
    labels = unique_labels(cases_by_name(store()))
    if not labels:
        return None
    name = st.selectbox(
        "Price against case",
        [NO_CASE, *labels],
        key=key,
        bind="query-params",
        help="What would closing a gap add to the measures of a case, and cost?",
    )
    chosen = labels.get(str(name))
    return next((one for one in cases_by_name(store()) if one.id == chosen), None)


def ask_price() -> AskedPrice | None:
    """Ask for the case and the order of the list."""
    first, second, _ = st.columns([2, 2, 1])
    with first:
        case = ask_case("gap-case")
    if case is None:
        return None
    order = second.selectbox("Order", list(ORDERS), key="gap-order", bind="query-params")
    return AskedPrice(case=case, order=ORDERS.get(str(order), PriceOrder.CLOSING))


def price_notes(asked: AskedPrice, prices: Prices, shown: Sequence[GapLine]) -> None:
    """Say how many of the gaps have a price, and what the rest lacks."""
    count = sum(1 for line in shown if prices[price_key(line.gap)].measures)
    said = (
        f"A measure of the inventory that is not in \u201c{asked.case.name}\u201d would help with {count} of {len(shown)} gaps. "
        "Where none does, the column Price note says why, and no number is made up. "
    )
    st.caption(escape(said + MARGINAL))


def priced_frame(frame: pd.DataFrame, lines: Sequence[GapLine], prices: Prices, asked: AskedPrice) -> pd.DataFrame:
    """Put the columns of the price right behind the requirement."""
    found = [prices[price_key(line.gap)] for line in lines]
    best = [one.best(asked.order) for one in found]
    columns: dict[str, list[object]] = {
        "Measure": [NOTHING if one is None else one.name for one in best],
        asked.prevents: [None if one is None else round(one.value.prevented_eur_per_year) + 0 for one in best],
        asked.costs: [None if one is None else round(one.value.pv_cost_eur) + 0 for one in best],
        asked.ratio: [None if one is None else rounded(one.value.eur_per_eur) for one in best],
        "Price note": [note(price, one) for price, one in zip(found, best, strict=True)],
        "Penalty at most": [penalty_words(one.penalty) for one in found],
    }
    wide = frame.copy()
    start = list(frame.columns).index("Requirement") + 1
    for position, (name, values) in enumerate(columns.items()):
        numeric = name in {asked.prevents, asked.costs, asked.ratio}
        wide.insert(start + position, name, pd.Series(values, dtype="Float64" if numeric else "object"))
    return wide


def price_config(asked: AskedPrice) -> Config:
    """Say how the columns of the price look and what they mean."""
    return {
        "Rank": st.column_config.NumberColumn(
            help="Its place in the order in which to close gaps, whatever the order here."
        ),
        "Measure": st.column_config.TextColumn(
            width="medium",
            help="The measure not in the case that leads in the chosen order; first those that the case can take as it is.",
        ),
        asked.prevents: st.column_config.NumberColumn(format="localized", help=MARGINAL),
        asked.costs: st.column_config.NumberColumn(format="localized", help="Present value of its own cost."),
        asked.ratio: st.column_config.NumberColumn(
            format="localized", help="Present value of prevented loss for each unit of present value of cost."
        ),
        "Price note": st.column_config.TextColumn(width="medium"),
        "Penalty at most": st.column_config.TextColumn(
            width="medium",
            help="What the law lets an authority impose, with its reference; not part of any figure here.",
        ),
    }


def rounded(ratio: float | None) -> float | None:
    """Round a ratio for a table; None stays None."""
    return None if ratio is None else round(ratio, 2)


def note(price: GapPrice, best: PricedMeasure | None) -> str:
    """Say why there is no number, or what else a measure needs."""
    if best is None:
        return price.why_none[:1].upper() + price.why_none[1:]
    more = len(price.measures) - 1
    others = [f"{more} more {'measures' if more > 1 else 'measure'} would help too"] if more else []
    return "; ".join((*best.value.broken_rules, *others))


def penalty_words(penalty: Ceiling | None) -> str:
    """Say what a penalty may reach, with its reference."""
    if penalty is None:
        return NOTHING
    return f"{penalty.how} ({penalty.penalty.reference})"
