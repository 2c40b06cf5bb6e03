"""What closing the gap at one requirement would add to a case, and cost."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from compliance.assessment.status import RequirementStatus
from rori.ui.components.case_tables import Config
from rori.ui.components.compliance_prices import AskedPrice, ask_case, rounded
from rori.ui.context import escape, kept, link, store
from rori.ui.formats import short_money
from rori.usecases.compliance.evidence_search import newest_change
from rori.usecases.joining.prices import GapPrice, PriceOrder, prices_of
from rori.usecases.penalties import Ceiling


def requirement_price(status: RequirementStatus, scope: str) -> None:
    """Explain the price of the gap: controls, measures that implement them, what they add and cost, the penalty."""
    if not status.applies or status.is_evidenced:
        return
    st.markdown("**What does this gap cost?**")
    case = ask_case("requirement-case")
    if case is None:
        st.caption("Choose a case to see which measures would close the gap, what they would prevent and cost.")
        return
    identity = (newest_change(store()), case.id, scope, status.framework_id, status.requirement.id, status.claimed)
    prices = kept("requirements.price", identity, lambda: prices_of(store(), case.id, [status]))
    price = prices[(status.framework_id, status.requirement.id)]
    if price.control_names:
        st.markdown(escape(f"Controls that would meet it once in place: {', '.join(price.control_names)}."))
    if price.in_case:
        st.markdown(escape(f"Measures of the case that implement one of them: {', '.join(price.in_case)}."))
    if price.measures:
        _measures(price, AskedPrice(case=case, order=PriceOrder.EUROS))
        link("cases", "Change the measures of the case", icon=":material/work:", edit=case.id)
    else:
        st.info(escape(f"{price.why_none[:1].upper()}{price.why_none[1:]}."), icon=":material/info:")
    if price.penalty is not None:
        st.caption(escape(_penalty(price.penalty)))


def _measures(price: GapPrice, asked: AskedPrice) -> None:
    best = price.best()
    if best is not None:
        value, currency = best.value, asked.case.currency
        st.markdown(
            escape(
                f"{best.name} would prevent {short_money(value.prevented_eur_per_year, currency)} a year on top of the "
                f"measures of the case, for a present value of cost of {short_money(value.pv_cost_eur, currency)}."
            )
        )
    shown = price.measures
    frame = pd.DataFrame(
        {
            "Measure": [one.name for one in shown],
            "Through": [", ".join(one.control_names) for one in shown],
            asked.prevents: [round(one.value.prevented_eur_per_year) + 0 for one in shown],
            asked.costs: [round(one.value.pv_cost_eur) + 0 for one in shown],
            asked.ratio: pd.Series([rounded(one.value.eur_per_eur) for one in shown], dtype="Float64"),
            "Note": ["; ".join(one.value.broken_rules) for one in shown],
        }
    )
    config: Config = {
        name: st.column_config.NumberColumn(format="localized") for name in (asked.prevents, asked.costs, asked.ratio)
    }
    st.dataframe(frame, hide_index=True, column_config=config, alt="Measures that would close the gap")
    st.caption("Marginal values: each measure as the last one bought, overlaps counted. They do not add up.")


def _penalty(penalty: Ceiling) -> str:
    one = penalty.penalty
    doubt = f" Doubt: {one.doubt}" if one.doubt else ""
    return (
        f"Penalty at most: {penalty.how} ({one.reference}, {one.title}). {one.words}{doubt} "
        "This is no expected loss and stands in no figure above."
    )
