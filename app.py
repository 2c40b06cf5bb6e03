"""The web front door: `streamlit run app.py`."""

from __future__ import annotations

import streamlit as st

from rori.ui.components.who import ask_who
from rori.ui.context import errors_shown, register_pages, show_flash
from rori.ui.pages import (
    audit_trail,
    availability,
    calculator,
    cases,
    compare,
    compliance,
    controls,
    evidence,
    evidence_and_money,
    failure_modes,
    frameworks,
    import_export,
    measures,
    method,
    one_event,
    outage_history,
    requirements,
    run,
    sensitivity,
    start,
    systems,
)
from rori.ui.theme import FAVICON, darken_button_text

PAGES = (
    st.Page(start.page, title="Start", icon=":material/home:", url_path="start", default=True),
    st.Page(systems.page, title="Systems", icon=":material/dns:", url_path="systems"),
    st.Page(failure_modes.page, title="Failure modes", icon=":material/warning:", url_path="failure-modes"),
    st.Page(measures.page, title="Measures", icon=":material/shield:", url_path="measures"),
    st.Page(cases.page, title="Cases", icon=":material/work:", url_path="cases"),
    st.Page(run.page, title="Run", icon=":material/monitoring:", url_path="run", visibility="hidden"),
    st.Page(compare.page, title="Compare", icon=":material/compare:", url_path="compare", visibility="hidden"),
    st.Page(calculator.page, title="Calculator", icon=":material/tune:", url_path="calculator"),
    st.Page(sensitivity.page, title="Sensitivity", icon=":material/leaderboard:", url_path="sensitivity"),
    st.Page(
        evidence_and_money.page,
        title="Claimed and evidenced",
        icon=":material/balance:",
        url_path="evidence-and-money",
    ),
    st.Page(one_event.page, title="One event", icon=":material/bolt:", url_path="one-event"),
    st.Page(availability.page, title="Availability", icon=":material/speed:", url_path="availability"),
    st.Page(compliance.page, title="Compliance", icon=":material/verified_user:", url_path="compliance"),
    st.Page(requirements.page, title="Requirements", icon=":material/checklist:", url_path="requirements"),
    st.Page(controls.page, title="Controls", icon=":material/rule:", url_path="controls"),
    st.Page(evidence.page, title="Evidence", icon=":material/folder_open:", url_path="evidence"),
    st.Page(frameworks.page, title="Frameworks", icon=":material/library_books:", url_path="frameworks"),
    st.Page(import_export.page, title="Import and export", icon=":material/swap_vert:", url_path="import-export"),
    st.Page(outage_history.page, title="Calibration", icon=":material/history:", url_path="outage-history"),
    st.Page(method.page, title="Method", icon=":material/menu_book:", url_path="method"),
    st.Page(audit_trail.page, title="Audit trail", icon=":material/fact_check:", url_path="audit-trail"),
)

# A Material icon here would be fetched from the internet for the browser's tab.
st.set_page_config(page_title="RORI", page_icon=FAVICON, layout="wide")
register_pages({page.url_path or "start": page for page in PAGES})
chosen = st.navigation(list(PAGES))
darken_button_text()
with errors_shown():
    show_flash(chosen.url_path)
    ask_who(chosen.url_path)
    chosen.run()
