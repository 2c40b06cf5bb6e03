"""What a person says about evidence, and the files and links that they send."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import streamlit as st

from rori.store import Evidence, StoredEvidence, WebLink
from rori.ui.components.evidence_words import KIND_NAMES, target_name
from rori.ui.context import actor, errors_shown, flash, forget_edits, generation, store
from rori.usecases.compliance.evidence import MOST_AT_ONCE, Given, GivenFile, Target, add_evidence
from rori.usecases.compliance.evidence_search import Names
from rori.usecases.evidence_guard import ALLOWED_EXTENSIONS, MAX_EVIDENCE_BYTES

_MOST_MB = MAX_EVIDENCE_BYTES // 1024**2
_ADD = "add"
_FIRST_DAY, _LAST_DAY = date(1990, 1, 1), date(2199, 12, 31)


def start_adding() -> None:
    """Open the form for a new piece."""
    st.query_params["view"] = _ADD


def is_adding() -> bool:
    """Whether the form for a new piece is open."""
    return st.query_params.get("view") == _ADD


def add_form(names: Names) -> None:
    """Take a new piece: what it is, its files, what it is about."""
    st.subheader("Add evidence")
    with st.form(f"evidence-add-{generation()}", border=True):
        said = said_fields("new", None)
        contents = content_fields("new")
        about = _about_fields(names)
        st.caption("Fields with \\* must be filled in. It is a draft until you submit it for review.")
        with st.container(horizontal=True):
            save = st.form_submit_button("Add evidence", type="primary", icon=":material/add:")
            cancel = st.form_submit_button("Cancel")
    if cancel:
        _leave()
        st.rerun()
    if not save:
        return
    with errors_shown():
        with st.spinner("Looking at the files and keeping them"):
            item = add_evidence(store(), actor(), evidence_of(said), given(contents), about)
        forget_edits()
        _leave()
        st.query_params["item"] = item.id
        flash(f"Added: {item.title}, as a draft")
        st.rerun()


def _leave() -> None:
    for name in ("view", "kind", "target"):
        st.query_params.pop(name, None)


Said = dict[str, str | date | None]


def said_fields(place: str, item: StoredEvidence | None) -> Said:
    """Draw the fields for what is said of evidence, and return what stands in them."""
    said: Said = {}
    key = f"evidence-{place}-{generation()}"
    title, owner = st.columns([2, 1])
    said["title"] = title.text_input(
        "Title *",
        item.title if item else "",
        key=f"{key}-title",
        placeholder="e.g. Restore test of the payment platform, Q2",
    )
    said["owner"] = owner.text_input(
        "Owner", item.owner if item else actor(), key=f"{key}-owner", help="Who keeps it up to date"
    )
    said["description"] = st.text_area(
        "Description",
        item.description if item else "",
        key=f"{key}-description",
        height=80,
        placeholder="What it shows, and where it comes from",
    )
    days = st.columns(3)
    fields = (
        ("effective_from", "Effective from", "First day on which it proves anything; empty: from the approval on"),
        ("expires_on", "Expires on", "Last day on which it proves anything; empty: no last day"),
        ("retention_until", "Keep until", "Files of withdrawn evidence stay at least until this day; empty: for ever"),
    )
    for column, (name, label, hint) in zip(days, fields, strict=True):
        now = getattr(item, name) if item else None
        with column:
            said[name] = day_field(label, now, f"{key}-{name}", hint)
    return said


def day_field(label: str, now: date | None, key: str, hint: str | None = None) -> date | None:
    """Draw the field for a day, which may stay empty."""
    found = st.date_input(
        label, now, key=key, help=hint, format="YYYY-MM-DD", min_value=_FIRST_DAY, max_value=_LAST_DAY
    )
    return found if isinstance(found, date) else None


def evidence_of(said: Said) -> Evidence:
    """Return what was said, checked."""
    return Evidence(
        title=_text(said["title"]),
        owner=_text(said["owner"]),
        description=_text(said["description"]),
        effective_from=_day(said["effective_from"]),
        expires_on=_day(said["expires_on"]),
        retention_until=_day(said["retention_until"]),
    )


def _text(value: object) -> str:
    return str(value or "").strip()


def _day(value: object) -> date | None:
    return value if isinstance(value, date) else None


Contents = tuple[Sequence[GivenFile], str]


def content_fields(place: str) -> Contents:
    """Draw the fields for files and a link, and return what stands in them."""
    key = f"evidence-{place}-{generation()}"
    kinds = ", ".join(extension.upper() for extension in ALLOWED_EXTENSIONS)
    files = st.file_uploader(
        f"Files, at most {MOST_AT_ONCE} of {_MOST_MB} MB each",
        type=list(ALLOWED_EXTENSIONS),
        accept_multiple_files=True,
        max_upload_size=_MOST_MB,
        key=f"{key}-files",
        help=f"{kinds}. Each is looked at from its first byte to its last; a file that hides anything is refused.",
    )
    url = st.text_input("Link, if it stands elsewhere", key=f"{key}-link", placeholder="https://")
    sent = tuple(GivenFile(name=file.name, declared_bytes=file.size, read=file.getvalue) for file in files)
    return sent, (url or "").strip()


def given(contents: Contents) -> tuple[Given, ...]:
    """Return files and link as the use case takes them; InputError for what is no link."""
    files, url = contents
    return (*files, WebLink(url=url)) if url else tuple(files)


def _about_fields(names: Names) -> tuple[Target, ...]:
    st.markdown("**What it is about**")
    wanted = (st.query_params.get("kind", ""), st.query_params.get("target", ""))
    targets: list[Target] = []
    for kind, label in KIND_NAMES.items():
        labels = {key: target_name(names, kind, key) for key in names[kind]}
        chosen = st.multiselect(
            label,
            list(labels),
            default=[wanted[1]] if kind == wanted[0] and wanted[1] in labels else [],
            format_func=labels.__getitem__,
            key=f"evidence-new-{generation()}-{kind}",
            placeholder=f"Choose {label.lower()}" if labels else f"No {label.lower()} yet",
            disabled=not labels,
        )
        targets += [Target(kind=kind, target_id=key) for key in chosen]
    return tuple(targets)
