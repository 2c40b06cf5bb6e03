"""Tables of worth: joined, narrowed and widened without changing what any set is worth."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from rori.economics.decisions.selection.set_values import LocalTable, SetValue, merged
from rori.errors import InputError
from tests.economics.decisions.selection.instances import random_value

KEYS = list("abcdefg")
SETS = [
    frozenset(k for k, taken in zip(KEYS, picks, strict=True) if taken) for picks in itertools.product((0, 1), repeat=7)
]


@pytest.mark.parametrize("most", [1, 4, 7])
def test_joined_tables_have_the_same_sum(most):
    value = random_value(np.random.default_rng(most), KEYS, 12, jagged=True)
    joined = merged(value.tables, most)
    assert SetValue(tables=joined).of(SETS) == pytest.approx(value.of(SETS), rel=1e-12, abs=1e-6)
    assert len(joined) < len(value.tables)


def test_a_table_with_some_measures_in_is_the_table_of_the_rest():
    value = random_value(np.random.default_rng(2), KEYS, jagged=True)
    fixed, free = frozenset("ac"), frozenset("bdf")
    rest = SetValue(tables=tuple(table.given(fixed, free) for table in value.tables))
    for chosen in (one for one in SETS if one <= free):
        assert rest.of([chosen]) == pytest.approx(value.of([chosen | fixed]))


def test_a_table_over_more_measures_does_not_see_the_others():
    table = LocalTable(members=("b", "a"), values=np.array([0.0, 1.0, 2.0, 4.0]))
    wide = LocalTable(members=("a", "c", "b"), values=table.over(("a", "c", "b")))
    for chosen in SETS:
        assert wide.of(chosen) == table.of(chosen)


def test_tables_that_cannot_be_read_are_refused():
    with pytest.raises(InputError, match="one per subset"):
        LocalTable(members=("a",), values=np.zeros(3))
    with pytest.raises(InputError, match="each once"):
        LocalTable(members=("a", "a"), values=np.zeros(4))
    with pytest.raises(InputError, match="finite"):
        LocalTable(members=("a",), values=np.array([0.0, np.nan]))
