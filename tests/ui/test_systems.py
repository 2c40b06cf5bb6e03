"""The page Systems: the grid and the form that all inventory pages share."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from streamlit.testing.v1 import AppTest

from rori.errors import NotFoundError
from rori.store import Store
from rori.usecases.inventory import delete_record, list_records, save_record
from tests.ui.test_start import button

Open = Callable[..., AppTest]


def edit(at: AppTest, **state: Any) -> AppTest:
    """Type into the grid, as the browser tells it."""
    generation = at.session_state.get("context.generation", 0)
    number = at.session_state["grid.systems"].number
    at.session_state[f"editor-systems-{generation}-{number}"] = {
        "edited_rows": {},
        "added_rows": [],
        "deleted_rows": [],
        **state,
    }
    return at.run()


def owner(store: Store, key: str) -> object:
    with store.read() as reader:
        return reader.record("systems", key).values["owner"]


def version(store: Store, sheet: str, key: str) -> int:
    with store.read() as reader:
        return reader.record(sheet, key).version


def errors(at: AppTest) -> str:
    return "\n".join(found.value for found in at.error).replace("\\", "")


def test_an_empty_grid_says_what_to_do(open_page: Open) -> None:
    at = open_page("systems")
    assert any("No systems yet" in found.value for found in at.markdown)
    assert button(at, "Save changes").disabled


def test_a_changed_cell_is_saved_and_can_be_undone(sample: Store, open_page: Open) -> None:
    before = owner(sample, "aml-screening")
    at = edit(open_page("systems"), edited_rows={0: {"owner": "Head of *Nothing*"}})
    assert any("1 changed" in found.value for found in at.text)
    at = button(at, "Save changes").click().run()
    assert not at.error
    assert owner(sample, "aml-screening") == "Head of *Nothing*"
    button(at, "Undo").click().run()
    assert owner(sample, "aml-screening") == before


def test_a_new_row_is_saved(store: Store, open_page: Open) -> None:
    at = edit(open_page("systems"), added_rows=[{"id": "ledger", "name": "Ledger", "rto_hours": 2.0}])
    at = button(at, "Save changes").click().run()
    assert not at.error
    assert [record.values["id"] for record in list_records(store, "systems")] == ["ledger"]


def test_an_empty_new_row_is_no_change(store: Store, open_page: Open) -> None:
    at = edit(open_page("systems"), added_rows=[{}])
    assert button(at, "Save changes").disabled


def test_a_bad_cell_is_named_by_row_and_column_and_nothing_is_saved(sample: Store, open_page: Open) -> None:
    before = owner(sample, "aml-screening")
    at = edit(open_page("systems"), edited_rows={0: {"rto_hours": -1.0, "owner": "x"}})
    at = button(at, "Save changes").click().run()
    assert "ow aml-screening, column RTO (hours): RTO (hours) must be at least 0 hours" in errors(at)
    assert owner(sample, "aml-screening") == before


def test_the_id_of_a_stored_row_never_changes(sample: Store, open_page: Open) -> None:
    at = edit(open_page("systems"), edited_rows={0: {"id": "other"}})
    at = button(at, "Save changes").click().run()
    assert "never changes" in errors(at)
    assert owner(sample, "aml-screening")


def test_a_row_that_others_refer_to_cannot_be_deleted(sample: Store, open_page: Open) -> None:
    at = edit(open_page("systems"), deleted_rows=[1])
    at = button(at, "Save changes").click().run()
    assert at.error
    assert owner(sample, "card-auth")


def test_edits_survive_a_visit_to_another_page(sample: Store, open_page: Open) -> None:
    at = edit(open_page("systems"), edited_rows={0: {"owner": "Kept"}})
    home = at._page_hash
    at._page_hash = open_page("measures")._page_hash
    at = at.run()
    at._page_hash = home
    at = at.run()
    assert any("1 changed" in found.value for found in at.text)
    button(at, "Save changes").click().run()
    assert owner(sample, "aml-screening") == "Kept"


def test_edits_survive_a_search(sample: Store, open_page: Open) -> None:
    at = edit(open_page("systems"), edited_rows={0: {"owner": "Kept"}})
    at = next(found for found in at.text_input if found.label == "Search systems").set_value("card").run()
    assert any("1 changed" in found.value for found in at.text)
    button(at, "Save changes").click().run()
    assert owner(sample, "aml-screening") == "Kept"


def test_a_row_that_somebody_else_changed_is_not_overwritten_and_edits_are_kept(sample: Store, open_page: Open) -> None:
    at = edit(open_page("systems"), edited_rows={0: {"owner": "Mine"}})
    with sample.read() as reader:
        stored = reader.record("systems", "aml-screening")
    save_record(sample, "otto", "systems", {**stored.values, "tags": "", "owner": "Theirs"}, stored.version)
    at = button(at, "Save changes").click().run()
    assert "was changed by otto" in errors(at)
    assert owner(sample, "aml-screening") == "Theirs"
    at = button(at, "Reload, keep my changes").click().run()
    assert not at.error
    button(at, "Save changes").click().run()
    assert owner(sample, "aml-screening") == "Mine"


def test_edits_can_be_dropped(sample: Store, open_page: Open) -> None:
    at = edit(open_page("systems"), edited_rows={0: {"owner": "Dropped"}})
    at = button(at, "Drop my changes").click().run()
    assert button(at, "Save changes").disabled
    assert owner(sample, "aml-screening") != "Dropped"


def form(open_page: Open, tab: str = "") -> AppTest:
    return open_page("systems", **{"systems-as": "Form", "systems-tab": tab or "Systems", "loss_profiles-as": "Form"})


def field(at: AppTest, label: str):
    return next(found for found in at.text_input if found.label == label)


def test_a_form_saves_a_new_row(store: Store, open_page: Open) -> None:
    at = form(open_page)
    field(at, "Id *").set_value("ledger")
    field(at, "Name *").set_value("Ledger <b>")
    field(at, "RTO (hours)").set_value("1.5")
    at = button(at, "Save").click().run()
    assert not at.error
    (stored,) = list_records(store, "systems")
    assert (stored.values["name"], stored.values["rto_hours"]) == ("Ledger <b>", 1.5)


def test_a_form_says_what_is_missing(store: Store, open_page: Open) -> None:
    at = form(open_page)
    at = button(at, "Save").click().run()
    assert "column Name: Name must be filled in" in errors(at)
    assert not list_records(store, "systems")


def test_a_form_changes_a_row_shown_in_percent(sample: Store, open_page: Open) -> None:
    at = form(open_page, "Loss profiles")
    at = next(found for found in at.selectbox if found.label == "Which loss profile").set_value("card-auth").run()
    field(at, "Recovered later (%)").set_value("12.5")
    field(at, "Revenue (EUR/hour)").set_value("1234.5678")
    at = button(at, "Save").click().run()
    assert not at.error
    with sample.read() as reader:
        values = reader.record("loss_profiles", "card-auth").values
    assert (values["recovered_share"], values["revenue_eur_per_hour"]) == (0.125, Decimal("1234.5678"))


def test_a_form_notices_that_somebody_else_changed_the_row(sample: Store, open_page: Open) -> None:
    at = form(open_page)
    at = next(found for found in at.selectbox if found.label == "Which system").set_value("card-auth").run()
    with sample.read() as reader:
        stored = reader.record("systems", "card-auth")
    save_record(sample, "otto", "systems", {**stored.values, "owner": "Theirs"}, stored.version)
    field(at, "Owner").set_value("Mine")
    at = button(at, "Save").click().run()
    assert "was changed by otto" in errors(at)
    assert owner(sample, "card-auth") == "Theirs"


def test_a_row_deleted_in_the_form_comes_back_by_undo(store: Store, open_page: Open) -> None:
    save_record(store, "mia", "systems", {"id": "ledger", "name": "Ledger"}, None)
    at = form(open_page)
    at = next(found for found in at.selectbox if found.label == "Which system").set_value("ledger").run()
    at = button(at, "Delete this system").click().run()
    assert not list_records(store, "systems")
    button(at, "Undo").click().run()
    assert owner(store, "ledger") == ""


def test_a_row_deleted_by_somebody_else_is_told(sample: Store, open_page: Open) -> None:
    save_record(sample, "mia", "systems", {"id": "aaa", "name": "First"}, None)
    at = edit(open_page("systems"), edited_rows={0: {"owner": "Mine"}})
    delete_record(sample, "otto", "systems", "aaa", version(sample, "systems", "aaa"))
    at = button(at, "Save changes").click().run()
    assert "there is no system 'aaa'" in errors(at).replace("There", "there")
    try:
        owner(sample, "aaa")
    except NotFoundError:
        return
    raise AssertionError


def ceilings(open_page: Open, turnover: float | None = None) -> Any:
    at = open_page("systems", **{"systems-tab": "Loss profiles"})
    if turnover is not None:
        at = next(found for found in at.number_input if "turnover" in found.label).set_value(turnover).run()
    assert not at.error
    return next(found.value for found in at.dataframe if "Ceiling" in found.value.columns)


def test_ceilings_follow_the_turnover_and_name_their_reference(sample: Store, open_page: Open) -> None:
    table = ceilings(open_page, 3_000.0).set_index("Reference")
    assert table.loc["Directive (EU) 2022/2555 Art. 34(4)", "Ceiling"] == "€60,000,000"
    assert table.loc["Directive (EU) 2022/2555 Art. 34(5)", "Ceiling"] == "€42,000,000"


def test_a_ceiling_that_needs_the_turnover_waits_for_it(sample: Store, open_page: Open) -> None:
    table = ceilings(open_page).set_index("Reference")
    assert table.loc["Directive (EU) 2022/2555 Art. 34(4)", "Ceiling"] == "needs the turnover"


def test_where_the_law_names_no_amount_none_is_shown(sample: Store, open_page: Open) -> None:
    table = ceilings(open_page, 3_000.0).set_index("Reference")
    assert table.loc["Regulation (EU) 2022/2554 Art. 50-54", "Ceiling"] == "no amount in the law"
    assert sum("€" in ceiling for ceiling in table["Ceiling"]) == 3
