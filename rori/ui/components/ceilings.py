"""What statutes let authorities impose at most, beside the loss profiles where it is entered."""

from __future__ import annotations

from decimal import Decimal

import pandas as pd
import streamlit as st

from rori.ui.context import errors_shown, escape
from rori.ui.formats import money
from rori.usecases.penalties import Ceiling, list_ceilings, penalty_catalogue

_MILLION = Decimal(1_000_000)
_NONE = "no amount in the law"
_NEEDS_TURNOVER = "needs the turnover"


def statutory_ceilings() -> None:
    """Show every provision with its reference and, where it names one, its ceiling for a turnover."""
    with st.expander("Statutory ceilings of penalties", icon=":material/gavel:"), errors_shown():
        catalogue = penalty_catalogue()
        st.markdown(
            "How high a penalty can be, for the columns *Expected penalty* and *Penalty ceiling* above. "
            "Where the law names no amount, none stands here and none is made up."
        )
        turnover = st.number_input(
            "Worldwide annual turnover (EUR m)",
            min_value=0.0,
            value=None,
            step=10.0,
            format="%g",
            key="ceilings-turnover",
            placeholder="e.g. 250",
            width=320,
            help="Of the whole group in the business year before; nothing is saved",
        )
        ceilings = list_ceilings(None if turnover is None else Decimal(str(turnover)) * _MILLION)
        st.dataframe(
            pd.DataFrame([_row(ceiling) for ceiling in ceilings]),
            hide_index=True,
            height="content",
            column_config={
                "Who": st.column_config.TextColumn(width=240),
                "Reference": st.column_config.TextColumn(width=280),
                "How": st.column_config.TextColumn(width=420),
                "In words": st.column_config.TextColumn(width=520),
            },
            alt="Statutory ceilings with their references",
        )
        st.caption(escape(f"As of {catalogue.version}. {catalogue.note}"))


def _row(ceiling: Ceiling) -> dict[str, str]:
    penalty = ceiling.penalty
    shown = _NONE if penalty.rule is None else _NEEDS_TURNOVER
    return {
        "Framework": penalty.framework,
        "Who": penalty.title,
        "Ceiling": shown if ceiling.ceiling_eur is None else money(float(ceiling.ceiling_eur)),
        "Reference": penalty.reference,
        "How": ceiling.how,
        "In words": penalty.words,
        "Not verified": penalty.doubt,
    }
