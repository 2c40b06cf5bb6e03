"""What every page needs."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from rori.store import Store
from rori.ui.context import errors_shown, escape
from rori.usecases.inventory import save_record


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("**bold**", r"\*\*bold\*\*"),
        ("[x](javascript:alert(1))", r"\[x\]\(javascript\:alert\(1\)\)"),
        ("<img src=x>", r"\<img src\=x\>"),
        (":red[x] $a$", r"\:red\[x\] \$a\$"),
        ("# one\n\n- two", r"\# one \- two"),
    ],
)
def test_text_of_users_is_never_markup(typed: str, shown: str) -> None:
    assert escape(typed) == shown


def show_errors() -> None:
    import streamlit as st

    from rori.errors import ImportRefusedError, InputError, Problem
    from rori.ui.context import errors_shown

    with errors_shown():
        raise InputError("share", "from 0 to 1", "*2*")
    with errors_shown():
        raise ImportRefusedError(tuple(Problem(message="bad", row=row) for row in range(1, 31)))
    st.text("goes on")


def test_what_a_user_can_act_on_is_shown_and_the_page_goes_on() -> None:
    at = AppTest.from_function(show_errors, default_timeout=30).run()
    one, many = (found.value for found in at.error)
    assert one == r"Share must be from 0 to 1, got '\*2\*'"
    assert many.startswith("- Row 1\\: bad\n- Row 2")
    assert many.endswith("and 10 more; correct these first")
    assert at.text[0].value == "goes on"


def test_a_bug_goes_on_and_stays_visible() -> None:
    with pytest.raises(ZeroDivisionError), errors_shown():
        _ = 1 / 0


def test_a_page_shows_names_of_users_as_they_are(store: Store, open_page: Callable[..., AppTest]) -> None:
    save_record(store, "<b>otto</b>", "systems", {"id": "ledger", "name": "[Core](http://x)"}, None)
    at = open_page("audit-trail")
    texts = "\n".join(found.value for found in at.markdown)
    assert r"\[Core\]\(http\:\/\/x\)" in texts or r"\[Core\]\(http\://x\)" in texts
    assert r"\<b\>otto\</b\>" in texts
