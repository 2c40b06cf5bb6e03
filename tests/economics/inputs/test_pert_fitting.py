from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from scipy import stats
from scipy.optimize import minimize

from rori.economics.inputs.pert_fitting import fit_pert
from rori.errors import InputError

LEVELS = [0.05, 0.5, 0.95]


def quantiles(low: float, likely: float, high: float) -> tuple[float, float, float]:
    alpha = 1 + 4 * (likely - low) / (high - low)
    return tuple(float(q) for q in stats.beta(alpha, 6 - alpha, low, high - low).ppf(LEVELS))


@given(st.floats(-100, 100), st.floats(0.0, 1.0), st.floats(0.01, 1000))
def test_the_quantiles_of_a_pert_give_that_pert(low, place, width):
    likely, high = min(low + place * width, low + width), low + width
    found = fit_pert(*quantiles(low, likely, high))
    assert found.largest_error <= 1e-7 * width
    estimate = found.estimate
    assert (estimate.low, estimate.high) == pytest.approx((low, high), abs=1e-4 * width)
    assert estimate.likely == pytest.approx(likely, abs=1e-3 * width)


def test_a_fraction_is_kept_between_0_and_1():
    found = fit_pert(0.02, 0.5, 0.98, bounds=(0.0, 1.0))
    assert found.estimate.low == pytest.approx(0.0)
    assert found.estimate.high == pytest.approx(1.0)
    assert found.largest_error == pytest.approx(abs(quantiles(0, 0.5, 1)[0] - 0.02), abs=1e-6)
    free = fit_pert(0.02, 0.5, 0.98)
    assert free.estimate.low < 0.0
    assert free.largest_error == pytest.approx(0.0, abs=1e-9)


@given(st.lists(st.floats(0.0, 1.0), min_size=3, max_size=3, unique=True))
@example([0.0, 5.424039941092526e-267, 1.8226469490535687e-283])
def test_the_error_is_stated_and_the_fit_stays_within_its_bounds(values):
    p5, p50, p95 = sorted(values)
    found = fit_pert(p5, p50, p95, bounds=(0.0, 1.0))
    estimate = found.estimate
    assert 0.0 <= estimate.low <= estimate.likely <= estimate.high <= 1.0
    if p95 - p5 > 1e-6:
        exact = quantiles(estimate.low, estimate.likely, estimate.high)
        assert (found.p5, found.p50, found.p95) == pytest.approx(exact, abs=1e-7)
    assert found.largest_error == pytest.approx(
        max(abs(found.p5 - p5), abs(found.p50 - p50), abs(found.p95 - p95)), abs=1e-12
    )
    assert found.largest_error <= p95 - p5


@pytest.mark.parametrize("given_", [(0.1, 0.15, 0.9), (0.1, 0.88, 0.9), (0.0, 0.3, 1.0)])
def test_where_no_pert_fits_the_squared_gaps_are_smallest(given_):
    """Second opinion: Nelder-Mead over the same three numbers from several starts."""
    found = fit_pert(*given_, bounds=(0.0, 1.0))

    def squares(x):
        low, place, high = x
        if not (0.0 <= low <= given_[0] and given_[2] <= high <= 1.0 and 0.0 <= place <= 1.0):
            return 1.0
        return float(np.sum((np.array(quantiles(low, low + place * (high - low), high)) - given_) ** 2))

    best = min(
        minimize(squares, [given_[0] / 2, place, (1 + given_[2]) / 2], method="Nelder-Mead").fun
        for place in (0.05, 0.5, 0.95)
    )
    reached = sum((a - b) ** 2 for a, b in zip((found.p5, found.p50, found.p95), given_, strict=True))
    assert reached <= best + 1e-6


def test_a_certain_fraction_stays_certain():
    found = fit_pert(0.4, 0.4, 0.4, bounds=(0.0, 1.0))
    assert found.estimate.is_certain
    assert found.largest_error == 0.0


@pytest.mark.parametrize(
    ("values", "message"),
    [((0.5, 0.4, 0.6), "in rising order"), ((float("nan"), 0.4, 0.6), "finite"), ((-0.1, 0.4, 0.6), "between 0 and 1")],
)
def test_quantiles_that_cannot_be_are_refused(values, message):
    with pytest.raises(InputError, match=message):
        fit_pert(*values, bounds=(0.0, 1.0))
