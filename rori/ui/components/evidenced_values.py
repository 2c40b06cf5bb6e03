"""What evidence is worth: the four values that people set, for all cases."""

from __future__ import annotations

from dataclasses import asdict

import streamlit as st

from rori.ui.context import actor, errors_shown, flash, generation, last_change, store
from rori.usecases.joining.assurance import AssuranceValues
from rori.usecases.joining.assurance_values import SETTING, save_assurance_values

_LABELS = {
    "evidenced": ("In place, with fresh evidence (%)", "Approved, begun and not yet ended."),
    "claimed_without_evidence": (
        "In place, without evidence (%)",
        "A middle value says that we do not know. Take a lower one where claims have failed tests before.",
    ),
    "expired": ("In place, evidence has expired (%)", "The last proof has run out and nothing fresh is approved."),
    "partly": ("Partly in place (% of the above)", "Share of what it would count for if it were fully in place."),
}


def evidence_values(values: AssuranceValues) -> None:
    """Ask what a control counts for, by its proof; saved for everybody, logged, and undone like any change."""
    with st.expander("What evidence is worth", icon=":material/tune:"):
        st.markdown(
            "A measure counts as far as the weakest of the controls that it names. A control that is not in place or not "
            "assessed counts for nothing. These values hold for all cases; every change is logged."
        )
        with st.form(f"assurance-values-{generation()}", border=False):
            kept = {name: round(100.0 * float(value), 1) for name, value in asdict(values).items()}
            places = st.columns(2)
            asked = {
                name: places[position % 2].slider(
                    label, 0.0, 100.0, kept[name], 1.0, format="%.0f", help=meaning, key=f"{name}-{generation()}"
                )
                for position, (name, (label, meaning)) in enumerate(_LABELS.items())
            }
            saved = st.form_submit_button("Save for all cases", type="primary", icon=":material/save:")
    if saved:
        with errors_shown():
            save_assurance_values(store(), actor(), AssuranceValues(**{k: v / 100.0 for k, v in asked.items()}))
            flash("What evidence is worth is saved", last_change("settings", SETTING))
            st.rerun()
