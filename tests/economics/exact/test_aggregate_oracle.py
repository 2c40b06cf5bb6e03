"""VaR99 of ten compound distributions against `aggregate`, within 1e-3 of the figure (issue 3)."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import expon, gamma, lognorm, uniform

from rori.economics.exact.compound import Grid, compound, discretise, place
from rori.economics.exact.counting import counts, negative_binomial, panjer_class, poisson
from tests.economics.exact.aggregate_oracle import PROGRAMS

ROOT = Path(__file__).parents[3]


def lognormal(mean, cv):
    sigma = math.sqrt(math.log1p(cv * cv))
    return lognorm(sigma, scale=mean * math.exp(-sigma * sigma / 2.0))


def gammas(mean, cv):
    return gamma(1.0 / cv**2, scale=mean * cv**2)


OURS = {
    "poisson 2 x lognormal": (poisson(2), lognormal(10, 1.5), 2.0, 2.0),
    "poisson 0.1 x lognormal": (poisson(0.1), lognormal(10, 2), 0.1, 0.1),
    "poisson 12 x lognormal": (poisson(12), lognormal(10, 0.8), 12.0, 12.0),
    "poisson 1 x exponential": (poisson(1), expon(scale=10), 1.0, 1.0),
    "poisson 5 x gamma": (panjer_class(0.0, 5.0), gammas(10, 0.7), 5.0, 5.0),
    "poisson 25 x uniform": (poisson(25), uniform(5, 90), 25.0, 25.0),
    "negative binomial x lognormal": (negative_binomial(2.0, 2.0), lognormal(10, 1), 4.0, 12.0),
    "geometric x exponential": (negative_binomial(1.0, 2.0), expon(scale=10), 2.0, 6.0),
    "binomial x gamma": (panjer_class(-1.0, 9.0), gammas(10, 1.2), 4.0, 2.0),
}


@pytest.fixture(scope="module")
def theirs():
    program = ROOT / "tests" / "economics" / "exact" / "aggregate_oracle.py"
    done = subprocess.run([sys.executable, str(program)], capture_output=True, check=True, text=True, timeout=120)
    return json.loads(done.stdout)


def test_ten_distributions_are_compared():
    assert len(PROGRAMS) == 10
    assert set(PROGRAMS) - set(OURS) == {"poisson 3 x dice"}


@pytest.mark.parametrize("name", OURS)
def test_var99_is_what_aggregate_says(theirs, name):
    generating, severity, mean, variance = OURS[name]
    grid = Grid(step_eur=4096.0 / 2**16, size=2**16)
    first, spread = severity.mean(), severity.var()
    moments = (mean * first, mean * spread + variance * first**2)
    found = compound(grid, discretise(grid, severity.sf), generating, moments)
    assert found.quantile(0.99) == pytest.approx(theirs[name], rel=1e-3)


def test_var99_of_whole_numbers_is_what_aggregate_says(theirs):
    grid = Grid(step_eur=1.0, size=256)
    mass = place(grid, np.arange(1.0, 7.0), np.full(6, 1 / 6))
    found = compound(grid, mass, poisson(3), (10.5, 3 * 91 / 6))
    assert math.ceil(found.quantile(0.99) - 0.5) == theirs["poisson 3 x dice"]


def test_an_arbitrary_count_is_compounded_as_enumeration_says():
    grid = Grid(step_eur=1.0, size=16)
    mass = place(grid, np.array([1.0, 2.0]), np.array([0.5, 0.5]))
    found = compound(grid, mass, counts([0.2, 0.5, 0.3]), (1.65, 1.0))
    assert found.mass[:5] == pytest.approx([0.2, 0.25, 0.25 + 0.075, 0.15, 0.075], abs=1e-12)
