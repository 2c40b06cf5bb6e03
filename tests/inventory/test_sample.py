from __future__ import annotations

import pytest

from rori.errors import ImportRefusedError
from rori.inventory.sample import load_sample
from rori.inventory.sheets import SHEETS

SMALL = """
title: Small
systems:
  - {id: shop, name: Shop, tags: [cloud=a, region=b], impact_tolerance_hours: 4, source: illustrative}
  - {id: bank, name: Bank, tags: cloud=a; region=c}
loss_profiles:
  - {system_id: shop, revenue_eur_per_hour: 100.5, recovered_share: 20}
"""


def test_values_are_read_as_people_write_them() -> None:
    inventory = load_sample(SMALL)
    assert [system["tags"] for system in inventory["systems"]] == [("cloud=a", "region=b"), ("cloud=a", "region=c")]
    assert inventory["loss_profiles"][0]["recovered_share"] == pytest.approx(0.2)
    assert inventory["systems"][1]["tier"] == "standard"


def test_sheets_that_are_left_out_are_empty() -> None:
    inventory = load_sample(SMALL)
    assert list(inventory) == [sheet.name for sheet in SHEETS]
    assert inventory["measures"] == ()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("systems: [", "not valid YAML at line 1"),
        ("- just a list", "must be a mapping"),
        ("", "must be a mapping"),
        ("servers: []", "got servers"),
        ("systems: many", "Systems: rows must be a list"),
        ("systems: [shop]", "Systems, row 1: a row must map columns to values"),
        ("systems: [{id: shop, name: Shop, colour: red}]", "row 1, column colour"),
        ("systems: [{id: shop, name: Shop}, {id: shop, name: Shop}]", "stands on more than one"),
        ("loss_profiles: [{system_id: shop}]", "there is no 'shop'"),
        ("!!python/object/apply:os.getcwd []", "not valid YAML"),
    ],
)
def test_what_is_no_sample_is_refused_with_its_place(text: str, said: str) -> None:
    with pytest.raises(ImportRefusedError) as refused:
        load_sample(text)
    assert said in str(refused.value)


def test_all_bad_cells_are_named_at_once() -> None:
    text = "systems: [{id: A B, name: x}, {id: ok, name: ok, rto_hours: -1}]\ncases: [{id: c}]"
    with pytest.raises(ImportRefusedError) as refused:
        load_sample(text)
    assert [(problem.sheet, problem.row) for problem in refused.value.problems] == [
        ("Systems", 1),
        ("Systems", 2),
        ("Cases", 1),
    ]
