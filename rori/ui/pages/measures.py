"""What can be bought, and what it changes."""

from __future__ import annotations

import streamlit as st

from rori.inventory.sheets import EFFECTS, MEASURES
from rori.ui.components.kinds import kind_tabs

_TARGETS = """
A target says where an effect applies. `all` means every failure mode, common cause or dependency that has the
quantity. Otherwise write terms `field:value` joined by `;`, using the ids of rows:

| To reach | Fields |
|---|---|
| Failure modes | `mode`, `system`, `cause`, `tag` |
| Common causes | `common_cause`, with `system` or `tag` for only those exposed systems |
| Dependencies | `dependency`, `consumer`, `provider` |

Several values of one field are alternatives, different fields must all hold:
`system:card-auth; cause:software change; cause:hardware` means the software change and hardware failures of card-auth.
"""


def page() -> None:
    """Draw the page."""
    st.title("Measures")
    kind_tabs("measures", (MEASURES, EFFECTS), {EFFECTS.name: _explain_targets, MEASURES.name: _explain_deleting})


def _explain_targets() -> None:
    with st.expander("What may stand under Target", icon=":material/help:"):
        st.markdown(_TARGETS)


def _explain_deleting() -> None:
    st.caption("A measure can be deleted once no effect, case or other measure refers to it.")
