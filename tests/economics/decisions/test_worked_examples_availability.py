"""Published availability cases: id, source, inputs, expected value and tolerance as collected."""

from __future__ import annotations

import pytest

from rori.economics.decisions.availability import (
    availability,
    beta_factor_unavailability,
    in_parallel,
    in_series,
    k_of_n,
    minutes_down_per_year,
)


def test_aws_mtbf_mttr():
    """aws-mtbf-mttr. Source: AWS whitepaper, MTBF 150 days and MTTR 1 h give 99.97 %."""
    assert 100 * availability(3600.0, 1.0) == pytest.approx(99.97, abs=0.005)


def test_aws_hard_deps():
    """aws-hard-deps. Source: AWS whitepaper, a 99.99 % workload with two hard dependencies of 99.99 %."""
    assert 100 * in_series([0.9999] * 3) == pytest.approx(99.97, abs=0.0005)


def test_aws_redundant():
    """aws-redundant. Source: AWS whitepaper, two independent components of 99.9 %."""
    assert 100 * in_parallel([0.999, 0.999]) == pytest.approx(99.9999, abs=1e-9)


@pytest.mark.parametrize(
    ("share", "minutes"), [(0.99, 5256), (0.999, 525.6), (0.9995, 262.8), (0.9999, 52.56), (0.99999, 5.256)]
)
def test_aws_downtime_table(share, minutes):
    """aws-downtime-table. Source: AWS whitepaper, annual downtime table (and Google SRE)."""
    assert minutes_down_per_year(share) == pytest.approx(minutes, abs=1e-6)


def test_k_of_n():
    """k-of-n. Source: closed form, 2-of-3 with A = 0.99."""
    assert k_of_n(2, [0.99] * 3) == pytest.approx(0.999702, abs=1e-12)


def test_beta_factor_1oo2():
    """beta-factor-1oo2. Source: Fleming 1975; NUREG/CR-4780; IEC 61508-6 annex D, Q = 1e-3, beta = 0.1."""
    assert beta_factor_unavailability(1e-3, 0.1, needed=1, parts=2) == pytest.approx(0.00010081, abs=1e-12)
    assert beta_factor_unavailability(1e-3, 0.0, needed=1, parts=2) == pytest.approx(1e-6, abs=1e-15)
