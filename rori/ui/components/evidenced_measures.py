"""What rests on each measure of a case, which control holds it back, and where to go to change that."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from rori.ui.charts import Look
from rori.ui.charts.resting import Rests, resting_chart
from rori.ui.components.case_plots import draw
from rori.ui.components.case_tables import Config
from rori.ui.components.evidence_words import shown_day
from rori.ui.components.evidenced_words import by_control, leading, why
from rori.ui.context import escape, link
from rori.ui.formats import NOTHING, short_money
from rori.usecases.compliance.questionnaire import ANSWER_WORDS
from rori.usecases.joining.evidenced import EvidencedCase

_RESTING = (
    "Expected prevented loss, claimed less evidenced, shared among the measures by Shapley values: the mean over all orders "
    "in which their evidence may arrive. The parts add up to the difference."
)
_MOST_LINKED = 12


def resting_on_measures(found: EvidencedCase, look: Look) -> None:
    """Draw how the claimed prevented loss falls to the evidenced one, measure by measure, with the table behind."""
    measures = {one.measure_id: one for one in found.question.measures}
    parts = found.answer.resting.parts
    st.subheader("What rests on which measure?", anchor=False, help=_RESTING)
    rests = [
        Rests(
            name=measures[part.measure_id].name,
            eur_per_year=part.eur_per_year,
            why=why(measures[part.measure_id]),
        )
        for part in parts
    ]
    figure = resting_chart(found.answer.resting.claimed_eur_per_year, rests, look)
    draw(figure, "Claimed and evidenced prevented loss", "resting-chart", "These measures prevent no loss.")
    st.caption(
        "Expected values per year, mean over the horizon, worked out without simulation; they differ from the simulated "
        "figures above by a standard error or so. Hatched: claimed. Solid: evidenced."
    )
    frame, config = _frame(found)
    st.dataframe(frame, hide_index=True, column_config=config, alt="Measures and the controls that vouch for them")


def what_to_prove(found: EvidencedCase, currency: str) -> None:
    """Lead to each control that holds a measure back, largest amount first."""
    parts = by_control(found)
    if not parts:
        return
    st.subheader("What would lift the evidenced figures?", anchor=False)
    for control, amount in parts[:_MOST_LINKED]:
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            money = f"{short_money(amount, currency)} per year rest on it"
            st.markdown(f"{escape(control.sentence)}. {escape(money)}.", width="content")
            if control.in_library:
                link("controls", "Open the control", icon=":material/rule:", control=control.control_id)
                link(
                    "evidence",
                    "Add evidence",
                    icon=":material/add:",
                    view="add",
                    kind="control",
                    target=control.control_id,
                )
            else:
                link("measures", "Correct the measure", icon=":material/shield:")
    st.caption("Where several controls hold a measure back, all of them must be lifted; the table names how many.")


def _frame(found: EvidencedCase) -> tuple[pd.DataFrame, Config]:
    currency = found.question.inputs.case.currency
    resting = {part.measure_id: part.eur_per_year for part in found.answer.resting.parts}
    shown = sorted(found.question.measures, key=lambda one: -resting.get(one.measure_id, 0.0))
    weakest = [leading(one) for one in shown]
    amount = f"Rests on it ({currency}/year)"
    columns = {
        "Measure": [one.name for one in shown],
        "Counts for (%)": [round(100.0 * one.assurance, 1) for one in shown],
        amount: [round(resting.get(one.measure_id, 0.0)) + 0 for one in shown],
        "Weakest control": [
            ("none vouches for it" if measure.no_control else NOTHING) if control is None else control.name
            for measure, control in zip(shown, weakest, strict=True)
        ],
        "Answer": [NOTHING if one is None else ANSWER_WORDS[one.answer] for one in weakest],
        "Proof": [NOTHING if one is None else one.proof.value for one in weakest],
        "Evidence until": [NOTHING if one is None else shown_day(one.until) for one in weakest],
        "As weak": [max(len(one.weakest) - 1, 0) for one in shown],
    }
    config: Config = {
        "Measure": st.column_config.TextColumn(width="medium"),
        "Counts for (%)": st.column_config.NumberColumn(
            format="localized", help="Share of its effects that counts: that of its weakest control."
        ),
        amount: st.column_config.NumberColumn(format="localized", help=_RESTING),
        "As weak": st.column_config.NumberColumn(help="How many more of its controls hold it back as far."),
    }
    return pd.DataFrame(columns), config
