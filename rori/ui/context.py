"""What every page needs: the store, who works here, errors and news in words, links between pages."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

import streamlit as st
from streamlit.navigation.page import Page

from rori.errors import ImportRefusedError, RoriError
from rori.store import AuditQuery, Store
from rori.usecases.inventory import audit_trail, undo_change
from rori.usecases.people import who_works_here
from rori.usecases.settings import database_url, evidence_folder

T = TypeVar("T")

_PAGES = "context.pages"
_FLASH = "context.flash"
_MARKDOWN = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~$:&=])")
_MOST_PROBLEMS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class _Flash:
    message: str
    undo: int | None = None
    page: str = ""
    is_new: bool = True


def store() -> Store:
    """Return the one store of this process, brought up to date when it is first opened."""
    return _open(database_url(), evidence_folder())


@st.cache_resource(
    show_spinner="Opening the database",
    validate=lambda opened: opened.is_current(),
    on_release=lambda opened: opened.dispose(),
)
def _open(url: str, evidence: Path | None) -> Store:
    opened = Store(url, evidence_folder=evidence)
    opened.migrate()
    return opened


def actor() -> str:
    """Name whoever works here, for the audit trail."""
    return who_works_here(store())


def escape(text: object) -> str:
    """Return text that markdown shows as it is, on one line."""
    return _MARKDOWN.sub(r"\\\1", re.sub(r"[ \t\r\n\f\v]+", " ", str(text)).strip())


@contextmanager
def errors_shown() -> Iterator[None]:
    """Show what the user can act on, one line per problem; anything else is a bug and goes on."""
    try:
        yield
    except ImportRefusedError as refused:
        _show_error([str(problem) for problem in refused.problems])
    except RoriError as error:
        _show_error([str(error)])


def _show_error(lines: list[str]) -> None:
    shown = [escape(line[:1].upper() + line[1:]) for line in lines[:_MOST_PROBLEMS]]
    if len(lines) > _MOST_PROBLEMS:
        shown.append(f"and {len(lines) - _MOST_PROBLEMS} more; correct these first")
    body = shown[0] if len(shown) == 1 else "\n".join(f"- {line}" for line in shown)
    st.error(body, icon=":material/error:")


def flash(message: str, undo: int | None = None) -> None:
    """Say something on the next run: a passing note, or with an audit id a notice with an Undo button."""
    st.session_state[_FLASH] = _Flash(message=message, undo=undo, page=st.session_state.get("context.page", ""))


def show_flash(page_name: str = "") -> None:
    """Show what `flash` left; a notice with an Undo button stays until it is used, dismissed or left behind."""
    st.session_state["context.page"] = page_name
    waiting: _Flash | None = st.session_state.get(_FLASH)
    if waiting is None:
        return
    if waiting.is_new:
        # The notice stands at the top of the page, which may be out of sight.
        way_back = "" if waiting.undo is None else ". Undo is at the top of the page."
        st.toast(f"{escape(waiting.message)}{way_back}", icon=":material/check:", duration="long")
        st.session_state[_FLASH] = replace(waiting, is_new=False)
    if waiting.undo is None or (waiting.page and waiting.page != page_name):
        del st.session_state[_FLASH]
    else:
        _show_notice(waiting.message, waiting.undo)


def _show_notice(message: str, audit_id: int) -> None:
    with st.container(border=True, horizontal=True, vertical_alignment="center", key="notice"):
        st.markdown(f":material/check: {escape(message)}", width="stretch")
        if st.button("Undo", icon=":material/undo:", key="notice-undo"):
            del st.session_state[_FLASH]
            undo_and_say(audit_id)
        if st.button("Dismiss", type="tertiary", key="notice-dismiss"):
            del st.session_state[_FLASH]
            st.rerun()


def undo_and_say(audit_id: int) -> None:
    """Undo one change and run the page again, or show why it cannot be undone."""
    with errors_shown():
        undo_change(store(), actor(), audit_id)
        forget_edits()
        flash("The change was undone")
        st.rerun()


def forget_edits() -> None:
    """Make grids and forms start again from what is stored."""
    st.session_state["context.generation"] = generation() + 1


def generation() -> int:
    """Return a number for widget keys that changes when what is stored has changed under them."""
    return int(st.session_state.get("context.generation", 0))


def kept(place: str, identity: object, make: Callable[[], T]) -> T:
    """Return what `make` gave for this identity, made once per session and place; one identity is kept."""
    held = st.session_state.get(place)
    if held is None or held[0] != identity:
        held = (identity, make())
        st.session_state[place] = held
    result: T = held[1]
    return result


def last_change(sheet_name: str, key: str) -> int | None:
    """Return the audit id of this user's last change of a row, if nobody changed it since."""
    entries = audit_trail(store(), AuditQuery(subject=sheet_name, subject_key=key, limit=1))
    return entries[0].id if entries and entries[0].who == actor() else None


def register_pages(pages: Mapping[str, Page]) -> None:
    """Remember the pages by url path, so that `link` and `go_to` find them."""
    st.session_state[_PAGES] = dict(pages)


def link(name: str, label: str, *, icon: str | None = None, **query: str) -> None:
    """Draw a link to a page by its url path, such as `link("run", "Open", run=run_id)`."""
    target = st.session_state[_PAGES][name]
    st.page_link(target, label=escape(label), icon=icon, query_params=query or None)


def go_to(name: str, **query: str) -> None:
    """Leave for another page, named by its url path."""
    st.switch_page(st.session_state[_PAGES][name], query_params=query or None)
