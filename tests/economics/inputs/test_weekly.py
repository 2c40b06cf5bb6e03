from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rori.economics.inputs.weekly import FLAT, WeeklyProfile, integral_to
from rori.errors import InputError
from rori.inventory.patterns import START_WINDOWS, WEEKLY_PROFILES


@pytest.mark.parametrize("name", list(WEEKLY_PROFILES))
def test_a_week_always_holds_168_weighted_hours(name):
    assert WEEKLY_PROFILES[name].cumulative()[-1] == pytest.approx(168.0)


@given(st.floats(0, 167.9), st.floats(0, 500))
def test_the_closed_form_equals_a_sum_over_small_steps(start, length):
    profile = WEEKLY_PROFILES["retail"]
    weights = np.asarray(profile.weights) * 168 / sum(profile.weights)
    middles = start + (np.arange(20_000) + 0.5) * length / 20_000
    expected = weights[np.floor(middles % 168).astype(int)].sum() * length / 20_000
    cumulative = profile.cumulative()
    found = integral_to(cumulative, np.array(start + length)) - integral_to(cumulative, np.array(start))
    assert found == pytest.approx(expected, abs=0.02 + 1e-3 * length)


def test_a_flat_week_weighs_every_hour_the_same():
    assert FLAT.is_flat
    assert integral_to(FLAT.cumulative(), np.array([0.0, 10.5, 168.0, 400.0])) == pytest.approx(
        [0.0, 10.5, 168.0, 400.0]
    )


@pytest.mark.parametrize("weights", [(1.0,) * 167, (0.0,) * 168, (-1.0, *((1.0,) * 167))])
def test_a_week_that_is_none_is_refused(weights):
    with pytest.raises(InputError, match="weekly profile"):
        WeeklyProfile(weights=weights)


def test_start_windows_are_hours_of_the_week():
    assert all(0 <= hour < 168 for hours in START_WINDOWS.values() for hour in hours)
    assert START_WINDOWS["any"] == ()
