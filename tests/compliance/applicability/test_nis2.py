from __future__ import annotations

import math

import pytest

from compliance.applicability.nis2 import (
    ANNEX_I,
    ANNEX_II,
    Nis2Class,
    Nis2Role,
    Nis2Sector,
    Size,
    nis2_scope,
    size_of,
)
from compliance.errors import RefusedValueError


@pytest.mark.parametrize(
    ("employees", "turnover", "balance", "size"),
    [
        (49, 10e6, 99e6, Size.SMALL),
        (49, 99e6, 10e6, Size.SMALL),
        (50, 0, 0, Size.MEDIUM),
        (10, 10.1e6, 10.1e6, Size.MEDIUM),
        (249, 50e6, 99e6, Size.MEDIUM),
        (249, 99e6, 43e6, Size.MEDIUM),
        (249, 50.1e6, 43.1e6, Size.LARGE),
        (250, 0, 0, Size.LARGE),
        (0, 0, 0, Size.SMALL),
    ],
)
def test_sizes_are_those_of_the_recommendation(employees: float, turnover: float, balance: float, size: Size) -> None:
    assert size_of(employees=employees, turnover_eur=turnover, balance_sheet_eur=balance) is size


def test_figures_that_are_none_are_refused() -> None:
    with pytest.raises(RefusedValueError, match="turnover must be a number of at least 0, got -1"):
        size_of(employees=1, turnover_eur=-1, balance_sheet_eur=0)
    with pytest.raises(RefusedValueError, match="employees must be"):
        size_of(employees=math.nan, turnover_eur=0, balance_sheet_eur=0)


def test_the_annexes_hold_eleven_and_seven_sectors() -> None:
    assert (len(ANNEX_I), len(ANNEX_II)) == (11, 7)
    assert Nis2Sector.SPACE in ANNEX_I
    assert Nis2Sector.POSTAL in ANNEX_II
    assert Nis2Sector.NONE not in ANNEX_I | ANNEX_II


@pytest.mark.parametrize(
    ("sector", "size", "roles", "expected", "source"),
    [
        (Nis2Sector.ENERGY, Size.LARGE, set(), Nis2Class.ESSENTIAL, "Art. 3(1)(a)"),
        (Nis2Sector.ENERGY, Size.MEDIUM, set(), Nis2Class.IMPORTANT, "Art. 3(2)"),
        (Nis2Sector.ENERGY, Size.SMALL, set(), Nis2Class.NONE, "Art. 2(1)"),
        (Nis2Sector.FOOD, Size.LARGE, set(), Nis2Class.IMPORTANT, "Art. 3(2)"),
        (Nis2Sector.FOOD, Size.SMALL, set(), Nis2Class.NONE, "Art. 2(1)"),
        (Nis2Sector.NONE, Size.LARGE, set(), Nis2Class.NONE, "Art. 2(1)"),
        (Nis2Sector.DIGITAL_INFRASTRUCTURE, Size.SMALL, {Nis2Role.DNS_SERVICE}, Nis2Class.ESSENTIAL, "Art. 3(1)(b)"),
        (Nis2Sector.DIGITAL_INFRASTRUCTURE, Size.SMALL, {Nis2Role.TLD_REGISTRY}, Nis2Class.ESSENTIAL, "Art. 3(1)(b)"),
        (
            Nis2Sector.DIGITAL_INFRASTRUCTURE,
            Size.SMALL,
            {Nis2Role.QUALIFIED_TRUST_SERVICE},
            Nis2Class.ESSENTIAL,
            "Art. 3(1)(b)",
        ),
        (
            Nis2Sector.DIGITAL_INFRASTRUCTURE,
            Size.SMALL,
            {Nis2Role.TRUST_SERVICE},
            Nis2Class.IMPORTANT,
            "Art. 2(2)(a), 3(2)",
        ),
        (Nis2Sector.DIGITAL_INFRASTRUCTURE, Size.LARGE, {Nis2Role.TRUST_SERVICE}, Nis2Class.ESSENTIAL, "Art. 3(1)(a)"),
        (
            Nis2Sector.DIGITAL_INFRASTRUCTURE,
            Size.MEDIUM,
            {Nis2Role.PUBLIC_COMMUNICATIONS},
            Nis2Class.ESSENTIAL,
            "Art. 3(1)(c)",
        ),
        (
            Nis2Sector.DIGITAL_INFRASTRUCTURE,
            Size.SMALL,
            {Nis2Role.PUBLIC_COMMUNICATIONS},
            Nis2Class.IMPORTANT,
            "Art. 2(2)(a), 3(2)",
        ),
        (
            Nis2Sector.PUBLIC_ADMINISTRATION,
            Size.SMALL,
            {Nis2Role.CENTRAL_GOVERNMENT},
            Nis2Class.ESSENTIAL,
            "Art. 3(1)(d)",
        ),
        (Nis2Sector.FOOD, Size.SMALL, {Nis2Role.IDENTIFIED_ESSENTIAL}, Nis2Class.ESSENTIAL, "Art. 3(1)(e)"),
        (Nis2Sector.FOOD, Size.SMALL, {Nis2Role.IDENTIFIED_IMPORTANT}, Nis2Class.IMPORTANT, "Art. 3(2)"),
        (Nis2Sector.FOOD, Size.SMALL, {Nis2Role.CRITICAL_ENTITY}, Nis2Class.ESSENTIAL, "Art. 3(1)(f)"),
    ],
)
def test_the_class_follows_sector_size_and_role(
    sector: Nis2Sector, size: Size, roles: set[Nis2Role], expected: Nis2Class, source: str
) -> None:
    found = nis2_scope(sector, size, frozenset(roles))
    assert (found.nis2_class, found.source) == (expected, source)
    assert found.why.endswith(".")
