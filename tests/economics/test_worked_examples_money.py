"""Published cases of money over time, each under its id in the collection of worked examples, within its tolerance."""

from __future__ import annotations

import math

import numpy as np
import pytest

from rori.economics.money.discounting import expected_event_factor
from rori.economics.money.returns import (
    Flows,
    internal_rates,
    net_benefit_ratio,
    net_present_value,
    payback_years,
    savings_to_investment_ratio,
)
from rori.economics.money.rosi import gordon_loeb_ceiling, gordon_loeb_optimum, return_on_security_investment
from rori.errors import InputError

BENEFITS_PER_EVENT = {"response_recovery": 6e5, "direct": 2.6e5, "indirect": 2e6, "vsl": 0.1 * 7.5e6}
COSTS = 3_000_000.0 + 500_000.0

EDGES_5 = {
    "response_recovery": 451706,
    "direct": 195739,
    "indirect": 1505687,
    "vsl": 564632,
    "benefits": 2717764,
    "npv": -782236,
    "sir_as_published": -0.22,
    "roi_pct_as_published": 1.55,
}
EDGES_3 = {
    "response_recovery": 630864.9214506977,
    "direct": 273374.79929530236,
    "indirect": 2102883.0715023256,
    "vsl": 788581.1518133722,
    "benefits": 3795703.944061698,
    "npv": 295703.9440616979,
    "sir_as_published": 0.08448684116048512,
    "roi_pct_as_published": 2.16897368232097,
}


def riverbend(rate_compounded: float) -> dict[str, float]:
    """Riverbend's retrofit over 50 years, the flood expected every 25."""
    factor = expected_event_factor(rate_compounded, 50, 25)
    parts = {name: amount * factor for name, amount in BENEFITS_PER_EVENT.items()}
    benefits = sum(parts.values())
    ratio = net_benefit_ratio(benefits - COSTS, COSTS)
    assert ratio is not None
    return {
        **parts,
        "benefits": benefits,
        "npv": benefits - COSTS,
        "sir_as_published": ratio,
        "roi_pct_as_published": 100.0 * benefits / COSTS / 50,
    }


@pytest.mark.parametrize(
    ("rate", "expected", "euros", "ratios"),
    [(0.05, EDGES_5, 0.6, 0.0061), (0.03, EDGES_3, 0.001, 1e-9)],
    ids=["edges-riverbend-retrofit-5pct", "edges-riverbend-retrofit-3pct"],
)
def test_riverbend_as_nist_edges_publishes_it(rate, expected, euros, ratios):
    """NIST EDGe$, Riverbend Version 2 Narrative, table 3 (5 %), and Summary Files/RiverBendv2.csv (3 %)."""
    found = riverbend(rate)
    for name, value in expected.items():
        assert found[name] == pytest.approx(value, abs=ratios if name.endswith("published") else euros), name


@pytest.mark.parametrize("rate", [0.05, 0.03])
def test_riverbend_by_flows_at_the_start_of_years(rate):
    """The same benefits as yearly flows of years 0 to 49 at the effective rate e^k - 1; published IRR 3.45 %, compounded."""
    yearly = sum(BENEFITS_PER_EVENT.values()) / 25
    flows = np.full(50, yearly)
    flows[0] -= COSTS
    npv = net_present_value(math.expm1(rate), flows)
    assert npv == pytest.approx(riverbend(rate)["npv"], abs=1e-6)
    assert savings_to_investment_ratio(npv, COSTS) == pytest.approx(riverbend(rate)["benefits"] / COSTS)
    irr = internal_rates(Flows(net_eur=flows)).rate
    assert irr is not None
    assert 100.0 * math.log1p(irr) == pytest.approx(3.4515380859375, abs=0.006)


def test_edges_pv_factor():
    """NIST EDGe$, expected-disaster factor at 5 %, 50 years, every 25 years."""
    assert expected_event_factor(0.05, 50, 25) == pytest.approx(0.752843280587936, abs=1e-12)


def test_npv_excel_1():
    """Microsoft, function reference, NPV example 1: the first flow falls at the end of year 1."""
    assert net_present_value(0.1, np.array([0.0, -10_000, 3000, 4200, 6800])) == pytest.approx(1188.44, abs=0.005)


def test_npv_excel_2():
    """Microsoft, function reference, NPV example 2."""
    flows = np.array([-40_000.0, 8000, 9200, 10_000, 12_000, 14_500])
    assert net_present_value(0.08, flows) == pytest.approx(1922.06, abs=0.005)
    assert net_present_value(0.08, np.append(flows, -9000.0)) == pytest.approx(-3749.47, abs=0.005)


def test_irr_excel():
    """Microsoft, function reference, IRR: -2.1 % after four years, 8.7 % after five."""
    flows = np.array([-70_000.0, 12_000, 15_000, 18_000, 21_000, 26_000])
    assert 100.0 * internal_rates(Flows(net_eur=flows[:5])).rate == pytest.approx(-2.1, abs=0.05)
    assert 100.0 * internal_rates(Flows(net_eur=flows)).rate == pytest.approx(8.7, abs=0.05)


def test_npf_doc():
    """Docstrings of npv and irr in numpy-financial 1.0.0."""
    npv = net_present_value(0.08, np.array([-40_000.0, 5000, 8000, 12_000, 30_000]))
    assert npv == pytest.approx(3065.22267, abs=6e-6)
    irr = internal_rates(Flows(net_eur=np.array([-100.0, 39, 59, 55, 20]))).rate
    assert irr == pytest.approx(0.28095, abs=6e-6)


def test_payback_simple_discounted():
    """Closed form: 1 m that returns 0.3 m a year, at 0 % and 10 %."""
    flows = np.array([-1e6] + [3e5] * 6)
    assert payback_years(flows) == pytest.approx(3.3333333, abs=1e-4)
    assert payback_years(flows, 0.1) == pytest.approx(4.2541, abs=1e-4)


def test_rosi_enisa_acme():
    """ENISA, Introduction to Return on Security Investment, 2012: Acme Corp's anti-virus."""
    ale = 5 * 15_000.0
    assert ale * 0.8 == pytest.approx(60_000.0, abs=1e-9)
    assert return_on_security_investment(ale, 0.8, 25_000.0) == pytest.approx(1.4, abs=1e-9)


def test_rosi_sonnenreich_viricorp():
    """Sonnenreich, Albanese & Stout, JRPIT 38(1), 2006: ViriCorp's virus scanner."""
    assert return_on_security_investment(4 * 25_000.0, 0.75, 25_000.0) == pytest.approx(2.0, abs=1e-9)


def test_gordon_loeb_1_over_e():
    """Gordon-Loeb model as Wikipedia works it: 1 m at stake, attacked with 15 %, successfully with 80 %."""
    assert gordon_loeb_ceiling(1e6 * 0.15 * 0.8) == pytest.approx(44_145.53294, abs=1e-4)


def test_gordon_loeb_class1():
    """Gordon & Loeb, ACM TISSEC 5(4), 2002, class I."""
    optimum = gordon_loeb_optimum(1e6, 0.6, 1e-5, 1.0)
    assert optimum == pytest.approx(144_948.97427831782, abs=0.01)
    assert optimum <= gordon_loeb_ceiling(6e5)


def test_the_gordon_loeb_optimum_is_the_minimum_of_cost_and_loss():
    spending = np.linspace(0.0, 5e5, 500_001)
    total = spending + 0.6 * 1e6 / (2e-5 * spending + 1.0) ** 1.5
    assert gordon_loeb_optimum(1e6, 0.6, 2e-5, 1.5) == pytest.approx(spending[np.argmin(total)], abs=1.0)


def test_nothing_is_worth_spending_where_spending_helps_too_little():
    assert gordon_loeb_optimum(1e4, 0.1, 1e-5, 1.0) == 0.0


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: return_on_security_investment(1.0, 1.1, 1.0), "mitigated_share"),
        (lambda: return_on_security_investment(1.0, 0.5, 0.0), "cost_eur_per_year"),
        (lambda: gordon_loeb_optimum(1.0, 0.5, 1.0, 0.5), "beta"),
        (lambda: gordon_loeb_ceiling(-1.0), "expected_loss_eur"),
    ],
)
def test_inputs_out_of_range_are_refused(call, name):
    with pytest.raises(InputError, match=name):
        call()
