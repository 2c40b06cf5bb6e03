"""From answers and evidence to the share by which a measure counts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rori.economics.decisions.assurance import assured
from rori.economics.inputs.measures import RiskTransfer
from rori.economics.inputs.portfolio import Portfolio
from rori.errors import InputError
from rori.usecases.joining.assurance import (
    ANSWERS,
    AssuranceValues,
    ControlValue,
    Proof,
    assurance_by_measure,
    assurance_of_measure,
    measure_assurance,
    value_of_control,
)
from tests.economics.builders import measure


def control(answer, proof=Proof.NONE, key="c"):
    return ControlValue(control_id=key, answer=answer, proof=proof)


@pytest.mark.parametrize(
    ("answer", "proof", "value"),
    [
        ("yes", Proof.FRESH, 1.0),
        ("yes", Proof.NONE, 0.5),
        ("yes", Proof.EXPIRED, 0.0),
        ("partly", Proof.FRESH, 0.5),
        ("partly", Proof.NONE, 0.25),
        ("partly", Proof.EXPIRED, 0.0),
        ("no", Proof.FRESH, 0.0),
        ("not_assessed", Proof.FRESH, 0.0),
        ("not_applicable", Proof.FRESH, None),
    ],
)
def test_a_control_counts_by_its_answer_and_its_proof(answer, proof, value):
    assert value_of_control(control(answer, proof)) == value


def test_values_are_adjustable():
    values = AssuranceValues(evidenced=0.9, claimed_without_evidence=0.4, expired=0.2, partly=0.25)
    found = [value_of_control(control("yes", proof), values) for proof in (Proof.FRESH, Proof.NONE, Proof.EXPIRED)]
    assert found == [0.9, 0.4, 0.2]
    assert value_of_control(control("partly", Proof.NONE), values) == pytest.approx(0.1)


@pytest.mark.parametrize("name", ["evidenced", "claimed_without_evidence", "expired", "partly"])
@pytest.mark.parametrize("value", [-0.01, 1.01, float("nan")])
def test_a_value_that_is_no_fraction_is_refused_by_name(name, value):
    with pytest.raises(InputError, match=f"assurance value '{name.replace('_', ' ')}' must be a fraction"):
        AssuranceValues(**{name: value})


def test_an_answer_that_compliance_does_not_know_is_refused():
    with pytest.raises(InputError, match="answer to control c must be one of yes, partly"):
        control("maybe")


def test_a_measure_counts_as_far_as_its_weakest_control_and_says_which():
    bought = measure("m", control_ids=("tested", "claimed", "also-claimed", "absent"))
    known = {
        "tested": control("yes", Proof.FRESH, "tested"),
        "claimed": control("yes", key="claimed"),
        "also-claimed": control("yes", key="also-claimed"),
        "absent": control("not_applicable", key="absent"),
    }
    found = measure_assurance(bought, known)
    assert found.assurance == 0.5
    assert [one.control_id for one in found.weakest] == ["claimed", "also-claimed"]
    assert not found.no_control


def test_a_control_that_nobody_has_answered_holds_the_measure_at_nothing():
    found = measure_assurance(measure("m", control_ids=("c",)), {})
    assert (found.assurance, found.weakest) == (0.0, (ControlValue(control_id="c"),))


@pytest.mark.parametrize("keys", [(), ("c",)])
def test_a_measure_that_no_control_vouches_for_counts_in_full_and_is_flagged(keys):
    found = measure_assurance(measure("m", control_ids=keys), {"c": control("not_applicable")})
    assert (found.assurance, found.weakest, found.no_control) == (1.0, (), True)


def test_what_is_found_can_be_handed_to_the_economics():
    policy = RiskTransfer(premium_eur_per_year=1, limit_eur_per_event=1, limit_eur_per_year=1)
    bought = (measure("m", control_ids=("c",)), measure("n"), measure("i", transfer=policy))
    found = assurance_by_measure(bought, {"c": control("yes")})
    assert {one.measure_id: one.assurance for one in found} == {"m": 0.5, "n": 1.0}
    assert assured(Portfolio(measures=bought), {one.measure_id: one.assurance for one in found}).measures == bought


controls = st.lists(st.builds(control, st.sampled_from(ANSWERS), st.sampled_from(list(Proof))), max_size=5)


@given(controls, st.builds(control, st.sampled_from(ANSWERS), st.sampled_from(list(Proof))))
def test_a_further_control_never_raises_the_assurance(some, further):
    assert 0.0 <= assurance_of_measure([*some, further]) <= assurance_of_measure(some) <= 1.0
