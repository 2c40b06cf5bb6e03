"""The page Frameworks: what ships, where it comes from, and own ones."""

from __future__ import annotations

from collections.abc import Callable

from streamlit.testing.v1 import AppTest

from rori.store import Store
from rori.usecases.compliance.catalogue import add_framework, own_catalogues, preview_framework
from rori.usecases.frameworks import shipped_catalogue
from tests.ui.test_compliance import text_of
from tests.ui.test_start import button
from tests.usecases.compliance.test_catalogue import own, own_controls

TITLE = f"{shipped_catalogue().latest('iso-iec-27031').title}, 2025"
Open = Callable[..., AppTest]


def test_every_framework_is_listed_with_its_counts(open_page: Open) -> None:
    at = open_page("frameworks")
    assert not at.exception
    table = at.dataframe[0].value
    dora = table[table["Framework"].str.contains("DORA") & (table["Version"] == "2022/2554")].iloc[0]
    assert (dora["Entries"], dora["Answered"]) == (277, 239)
    assert "No official mapping" in text_of(at)


def test_doubts_and_warnings_stand_beside_the_framework(open_page: Open) -> None:
    at = open_page("frameworks", **{"framework-shown": TITLE})
    assert any("licensed copy" in one.value for one in at.warning)
    assert any("open points" in one.label for one in at.expander)


def test_an_own_framework_is_shown_before_it_is_added(store: Store, open_page: Open) -> None:
    at = open_page("frameworks")
    at.file_uploader[0].set_value(("own.yaml", own(), "application/yaml"))
    at.run()
    assert "House rules, version 1: 2 entries, 2 of them answered." in text_of(at)
    assert own_catalogues(store) == ()
    at = button(at, "Add this framework").click().run()
    assert not at.exception
    assert [one.framework_id for one in own_catalogues(store)] == ["house-rules"]


def test_a_new_version_says_what_must_be_looked_at_again(store: Store, open_page: Open) -> None:
    add_framework(store, "mia", preview_framework(store, own(), "own.yaml"))
    at = open_page("frameworks")
    at.file_uploader[0].set_value(("own.yaml", own("2", "Keep another list."), "application/yaml"))
    at.run()
    assert "1 must be looked at again" in text_of(at)


def test_a_broken_file_is_refused_in_words(store: Store, open_page: Open) -> None:
    at = open_page("frameworks")
    at.file_uploader[0].set_value(("own.yaml", b"id: x\nrequirements: []", "application/yaml"))
    at.run()
    assert at.error
    assert "requirements must be a list" in at.error[0].value.replace("\\", "")
    assert own_catalogues(store) == ()


def test_own_controls_are_added_from_a_file(store: Store, open_page: Open) -> None:
    at = open_page("frameworks")
    at.file_uploader[1].set_value(("own.yaml", own_controls(), "application/yaml"))
    at.run()
    at = button(at, "Add these controls").click().run()
    assert not at.exception
    assert [one.title for one in own_catalogues(store)] == ["Our controls"]
