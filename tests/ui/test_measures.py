"""The page Measures."""

from __future__ import annotations

from collections.abc import Callable

from streamlit.testing.v1 import AppTest

from rori.store import Store
from rori.usecases.inventory import list_records
from tests.ui.test_start import button
from tests.ui.test_systems import errors

Open = Callable[..., AppTest]


def test_targets_are_explained_beside_the_effects(sample: Store, open_page: Open) -> None:
    at = open_page("measures", **{"measures-tab": "Effects"})
    assert any("system:card-auth; cause:software change" in found.value for found in at.markdown)


def test_a_measure_that_is_used_is_not_deleted(sample: Store, open_page: Open) -> None:
    at = open_page("measures", **{"measures-as": "Form"})
    used = str(list_records(sample, "effects")[0].values["measure_id"])
    at = next(found for found in at.selectbox if found.label == "Which measure").set_value(used).run()
    at = button(at, "Delete this measure").click().run()
    assert errors(at)
    assert used in {record.values["id"] for record in list_records(sample, "measures")}
