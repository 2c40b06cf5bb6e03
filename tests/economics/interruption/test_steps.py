"""Segments by leading bits against bisection, which they replace."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rori.economics.interruption.steps import FEWEST, Steps

hours = st.floats(0.0, 1e6) | st.sampled_from([0.0, 5e-324, 2.0**-10, 0.25, 1.0, 4.0, 168.0])


@settings(deadline=None)
@given(st.sets(hours, min_size=1, max_size=40), st.integers(0, 2**32))
def test_every_number_lies_where_bisection_finds_it(breakpoints, seed):
    below = np.array(sorted(breakpoints))
    points = np.unique([below, np.nextafter(below, np.inf)])
    generator = np.random.default_rng(seed)
    numbers = np.concatenate(
        [
            points,
            np.nextafter(points, 0.0),
            np.nextafter(points, np.inf),
            generator.lognormal(0.0, 3.0, FEWEST),
            [0.0, -0.0, 5e-324, 1e-300, 1e300, np.inf],
        ]
    )
    assert np.array_equal(Steps(points).of(numbers), np.searchsorted(points, numbers, side="right"))


@pytest.mark.parametrize("count", [1, FEWEST - 1, FEWEST])
def test_numbers_that_are_all_equal_to_a_point_are_above_it(count):
    steps = Steps(np.array([0.0, 4.0]))
    assert steps.of(np.full(count, 4.0)).tolist() == [2] * count
