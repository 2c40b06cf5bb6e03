"""Linear bounds on tables: nowhere below the table, and at the point they are made for as low as its closure."""

from __future__ import annotations

import numpy as np
import pytest

from rori.economics.decisions.selection.cuts import lowest_cut
from rori.economics.decisions.selection.set_values import LocalTable
from tests.economics.decisions.selection.instances import multiplied

CORNERS = [np.array([mask >> i & 1 for i in range(4)], dtype=float) for mask in range(16)]


def jagged():
    values = np.random.default_rng(4).uniform(-5e5, 9e5, 16)
    return LocalTable(members=tuple("abcd"), values=values)


@pytest.mark.parametrize("at", [np.full(4, 0.5), np.array([0.1, 0.9, 0.0, 1.0]), *CORNERS[::5]])
def test_a_cut_is_nowhere_below_the_table(at):
    table = jagged()
    cut = lowest_cut(table, at)
    assert all(cut.at(corner) >= value - 1e-6 for corner, value in zip(CORNERS, table.values, strict=True))


def test_a_cut_at_a_whole_set_is_its_worth():
    table = jagged()
    assert [lowest_cut(table, corner).at(corner) for corner in CORNERS] == pytest.approx(list(table.values), rel=1e-9)


def test_the_closure_of_two_halves_by_hand():
    """Halves of 1000, alone 500, together 750: half of each is worth 500 (half of either alone), not 562.5 or more."""
    table = multiplied(1000.0, {"a": 0.5, "b": 0.5})
    assert lowest_cut(table, np.array([0.5, 0.5])).at(np.array([0.5, 0.5])) == pytest.approx(500)
