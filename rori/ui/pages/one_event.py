"""What stops if this fails then, and what that costs."""

from __future__ import annotations

import streamlit as st

from rori.ui.charts.look import Look
from rori.ui.components.one_event_answer import answer_sentence, figures
from rori.ui.components.one_event_course import loss_over_time, timeline
from rori.ui.components.one_event_losses import losses
from rori.ui.components.one_event_picture import picture
from rori.ui.components.one_event_question import ask
from rori.ui.context import errors_shown, link, store
from rori.ui.theme import palette
from rori.usecases.one_event import ask_one_event, event_choices


def page() -> None:
    """Draw the page."""
    st.title("One event")
    st.caption("What stops if this fails then, for so long, and what does that cost? Answers change as you choose.")
    with errors_shown():
        choices = event_choices(store())
        if not choices.systems:
            st.markdown("There is no system yet that could fail.")
            link("systems", "Add systems", icon=":material/add:")
            link("start", "Load the sample", icon=":material/science:")
            return
        question = ask(choices)
        if question is None:
            st.info("Choose at least one system that fails.", icon=":material/info:")
            return
        answer = ask_one_event(store(), question.outage, question.case_id)
        answer_sentence(answer)
        if not answer.shown.systems:
            return
        figures(answer)
        look = Look(palette=palette(), currency=answer.currency)
        timeline(answer, look)
        loss_over_time(answer, look)
        losses(answer)
        picture(answer, look)
        if answer.case is not None:
            st.caption(
                "Measures that make outages rarer change nothing here, since the outage is given. Longer buffers, faster "
                "failover and, for a common cause, whom it hits and how long it lasts do."
            )
