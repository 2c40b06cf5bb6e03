from __future__ import annotations

import math

import pytest

from rori.economics.interruption.shapes import Shape


@pytest.mark.parametrize(("hours", "duration"), [(0.5, 0.5), (2.0, 4.0), (2.5, 4.5), (5.0, math.inf), (9.0, math.inf)])
def test_a_tolerance_that_is_used_up_at_a_pause_is_passed_only_after_it(hours, duration):
    """Lost from hour 0 to 2, works until hour 4, lost again until hour 7: five hours at most."""
    shape = Shape(starts=(0.0, 4.0), ends=(2.0, 7.0), gains=(1.0, 1.0))
    assert shape.durations_for(hours) == duration
