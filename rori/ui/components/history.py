"""The audit trail: what was written, before and after, with a way back."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import ceil

import streamlit as st

from rori.inventory.cells import show_cell
from rori.inventory.sheets import SHEET_BY_NAME
from rori.store import AuditEntry, AuditQuery
from rori.ui.context import errors_shown, escape, store, undo_and_say
from rori.ui.formats import local_time, number
from rori.usecases.inventory import audit_trail

_PAGE = "audit.page"
_PER_PAGE = 20
_MOST_IN_FILE = 10_000
_MOST_PEOPLE_FROM = 2_000
_MOST_CELLS = 6
_EVERYTHING = ""
_MOST_LETTERS = 300
_OTHER_SUBJECTS = {
    "control_answers": "Answers to controls",
    "requirement_answers": "Overrides of requirements",
    "evidence_items": "Evidence",
    "evidence_versions": "Versions of evidence",
    "evidence_links": "Links of evidence",
    "entity_profile": "Profile of the entity",
    "own_catalogues": "Own frameworks",
    "readiness_snapshots": "Readiness by day",
    "inventory": "Imports",
    "runs": "Runs",
    "settings": "Settings",
}
_SINGULAR = {
    "control_answers": "answer to control",
    "requirement_answers": "override of requirement",
    "evidence_items": "evidence",
    "evidence_versions": "version of evidence",
    "evidence_links": "link of evidence",
    "entity_profile": "profile of entity",
    "own_catalogues": "own framework",
    "readiness_snapshots": "readiness",
    "inventory": "a file",
    "runs": "run",
    "settings": "setting",
}
_UNDONE_TOO = frozenset({"control_answers", "requirement_answers", "evidence_links", "entity_profile"})
_WHOLE_FILES = frozenset({"inputs_json", "result_json", "content_json"})
_ACTIONS = {
    "insert": "Added",
    "update": "Changed",
    "delete": "Deleted",
    "undo": "Undone",
    "import": "Imported",
    "run": "Saved",
    "upload": "Uploaded",
    "purge": "Removed after retention:",
}
_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One cell before and after, as shown."""

    header: str
    before: str
    after: str


def filters() -> AuditQuery:
    """Ask what to look for."""
    who, subject, text = st.columns([1, 1, 2])
    people = sorted({entry.who for entry in audit_trail(store(), AuditQuery(limit=_MOST_PEOPLE_FROM))})
    person = who.selectbox("Who", ["Everybody", *people], key="audit-who", accept_new_options=True)
    subjects = {_EVERYTHING: "Everything", **{s.name: s.label for s in SHEET_BY_NAME.values()}, **_OTHER_SUBJECTS}
    about = subject.selectbox("What", list(subjects), format_func=lambda name: subjects[name], key="audit-what")
    words = text.text_input(
        "Text", type="search", key="audit-text", bind="query-params", placeholder="Part of an id, a value or a note"
    )
    return AuditQuery(
        who="" if person in (None, "Everybody") else str(person), subject=about or "", text=(words or "").strip()
    )


def entries(query: AuditQuery) -> None:
    """Show the entries that a query finds, a page at a time, newest first."""
    with store().read() as reader:
        count = reader.audit_count(query)
    if not count:
        st.info("No entry fits. Nothing was written yet, or the filters leave nothing.", icon=":material/search_off:")
        return
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.text(f"{number(count, 0)} entries" if count != 1 else "1 entry")
        _file_button(query)
    pages = ceil(count / _PER_PAGE)
    page = _page_of(query, pages)
    for entry in audit_trail(store(), replace(query, limit=_PER_PAGE, offset=(page - 1) * _PER_PAGE)):
        _entry(entry)
    _turn(query, page, pages)


def _page_of(query: AuditQuery, pages: int) -> int:
    """Return the page that is open; other filters begin at the first."""
    held, page = st.session_state.get(_PAGE, (query, 1))
    return min(int(page), pages) if held == query else 1


def _turn(query: AuditQuery, page: int, pages: int) -> None:
    if pages == 1:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        newer = st.button("Newer", icon=":material/chevron_left:", disabled=page == 1, key="audit-newer")
        st.text(f"Page {page} of {pages}")
        older = st.button("Older", icon=":material/chevron_right:", disabled=page == pages, key="audit-older")
    if newer or older:
        st.session_state[_PAGE] = (query, page + (1 if older else -1))
        st.rerun()


def _entry(entry: AuditEntry) -> None:
    cells = changed_cells(entry)
    inline = cells[:_MOST_CELLS] if entry.before is not None and entry.after is not None else []
    rest = cells[len(inline) :]
    with st.container(border=True, key=f"entry-{entry.id}", gap="xsmall"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(
                f"**{_ACTIONS.get(entry.action, escape(entry.action))}** {escape(_subject(entry))}  \n"
                f"{escape(local_time(entry.at))} by {escape(entry.who)}{_note(entry)}",
                width="stretch",
            )
            if rest:
                values = "1 value" if len(rest) == 1 else f"{len(rest)} values"
                with st.popover(f"{values} more" if inline else values, type="tertiary"):
                    _lines(rest)
            if can_be_undone(entry) and st.button("Undo", icon=":material/undo:", key=f"undo-{entry.id}"):
                undo_and_say(entry.id)
        _lines(inline)


def _note(entry: AuditEntry) -> str:
    return f" · {escape(entry.note)}" if entry.note else ""


def _subject(entry: AuditEntry) -> str:
    sheet = SHEET_BY_NAME.get(entry.subject)
    if sheet is None:
        return f"{_SINGULAR.get(entry.subject, entry.subject)} {entry.subject_key}".strip()
    values = entry.after or entry.before or {}
    name = str(values.get("name") or "")
    return f"{sheet.singular} {name} ({entry.subject_key})" if name else f"{sheet.singular} {entry.subject_key}"


def _lines(cells: list[Cell]) -> None:
    if not cells:
        return
    shown = []
    for cell in cells:
        both = (escape(_short(value)) or "*empty*" for value in (cell.before, cell.after))
        shown.append(f"- {escape(cell.header)}: {' → '.join(both)}")
    st.markdown("\n".join(shown))


def changed_cells(entry: AuditEntry) -> list[Cell]:
    """Return the cells that an entry changed: of a row of a sheet as the sheet shows them, else as they were logged."""
    cells = []
    for header, before, after in _both(entry):
        shown = Cell(header=header, before=_shown(before), after=_shown(after))
        if shown.before != shown.after:
            cells.append(shown)
    return cells


def _both(entry: AuditEntry) -> Iterator[tuple[str, object, object]]:
    sheet = SHEET_BY_NAME.get(entry.subject)
    before, after = entry.before, entry.after
    if sheet is None:
        for name in dict.fromkeys((*(before or {}), *(after or {}))):
            if name not in _WHOLE_FILES:
                yield name.replace("_", " ").capitalize(), (before or {}).get(name), (after or {}).get(name)
        return
    for column in sheet.columns:
        was, now = (None if row is None else show_cell(column, row.get(column.name)) for row in (before, after))
        yield column.header, was, now


def _shown(value: object) -> str:
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    return "" if value is None else f"{value:.15g}" if isinstance(value, float) else str(value)


def _short(text: str) -> str:
    return text if len(text) <= _MOST_LETTERS else f"{text[: _MOST_LETTERS - 1]}…"


def can_be_undone(entry: AuditEntry) -> bool:
    """Whether an entry is about a row that people edit and nothing was done to that row since."""
    if entry.row_version is None or entry.subject not in _UNDONE_TOO | SHEET_BY_NAME.keys():
        return False
    newest = audit_trail(store(), AuditQuery(subject=entry.subject, subject_key=entry.subject_key, limit=1))
    return bool(newest) and newest[0].id == entry.id


def _file_button(query: AuditQuery) -> None:
    opened = store()

    def make() -> bytes:
        return entries_as_csv(audit_trail(opened, replace(query, limit=_MOST_IN_FILE)))

    st.download_button(
        "Download as CSV",
        make,
        "rori-audit-trail.csv",
        "text/csv",
        on_click="ignore",
        icon=":material/download:",
        help=f"What the filters find, at most the newest {_MOST_IN_FILE} entries; times are UTC",
    )


def entries_as_csv(found: tuple[AuditEntry, ...]) -> bytes:
    """Return entries as CSV, a line for each changed cell; text never starts like a formula."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(["Entry", "At (UTC)", "Who", "Action", "Kind", "Id", "Note", "Column", "Before", "After"])
    for entry in found:
        about = [entry.who, entry.action, entry.subject, entry.subject_key, entry.note]
        for cell in changed_cells(entry) or [Cell(header="", before="", after="")]:
            texts = [*about, cell.header, cell.before, cell.after]
            writer.writerow([entry.id, f"{entry.at:%Y-%m-%d %H:%M:%S}", *(_plain(text) for text in texts)])
    return buffer.getvalue().encode("utf-8-sig")


def _plain(text: str) -> str:
    """Return text that a spreadsheet does not take for a formula."""
    return f"'{text}" if text.startswith(_FORMULA_SIGNS) and not _is_number(text) else text


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def show_trail() -> None:
    """Ask what to look for and show what is found."""
    with errors_shown():
        entries(filters())
