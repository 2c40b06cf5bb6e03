"""How available every system is, and what redundancy would give."""

from __future__ import annotations

import streamlit as st

from rori.ui.components.availability_calculator import calculator
from rori.ui.components.availability_systems import answer_sentence, systems_table, targets_table
from rori.ui.components.one_event_question import choose_case
from rori.ui.context import errors_shown, link, store
from rori.usecases.availability import availability_of_systems, cases_by_name


def page() -> None:
    """Draw the page."""
    st.title("Availability")
    st.caption("Expected values from the saved estimates; hover over a heading for its definition.")
    with errors_shown():
        cases = cases_by_name(store())
        case_id = choose_case(cases, "availability-measures") if cases else None
        answer = availability_of_systems(store(), case_id)
        if answer.rows:
            answer_sentence(answer)
            systems_table(answer)
            targets_table(answer.rows)
        else:
            st.markdown("There is no system yet.")
            link("systems", "Add systems", icon=":material/add:")
            link("start", "Load the sample", icon=":material/science:")
        calculator()
