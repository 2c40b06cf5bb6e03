from __future__ import annotations

from typing import Any

import pytest

from compliance.applicability.nis2 import Nis2Class, Nis2Sector
from compliance.applicability.profile import (
    MAY_BE_SIMPLIFIED,
    NEVER_MICROENTERPRISES,
    DoraEntity,
    EntityProfile,
    Ir2690Service,
    UkFirm,
    facts_of,
    profile_from,
)
from compliance.errors import RefusedValueError

FULL = EntityProfile(
    dora_entity=DoraEntity.PAYMENT_INSTITUTION,
    tlpt_required=True,
    group=True,
    nis2_sector=Nis2Sector.BANKING,
    nis2_class=Nis2Class.IMPORTANT,
    ir_2690_services=(Ir2690Service.CLOUD, Ir2690Service.TRUST_SERVICE),
    uk_firm=UkFirm.PAYMENT_INSTITUTION,
)


def test_a_profile_goes_to_plain_facts_and_back() -> None:
    assert profile_from(facts_of(FULL)) == FULL
    assert profile_from({}) == EntityProfile()
    assert facts_of(FULL)["ir_2690_services"] == ["cloud-computing-service", "trust-service"]


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"size": 3}, "profile must be made of dora_entity"),
        ({"dora_entity": "bank"}, "dora_entity must be one of none, credit-institution"),
        ({"group": "yes"}, "group must be true or false, got 'yes'"),
        ({"ir_2690_services": "cloud"}, "ir_2690_services must be a list"),
        ({"ir_2690_services": ["cloud"]}, "ir_2690_services must be one of dns-service"),
        ({"uk_firm": "bakery"}, "uk_firm must be one of none, bank"),
    ],
)
def test_facts_that_are_no_terms_are_refused(facts: dict[str, object], sentence: str) -> None:
    with pytest.raises(RefusedValueError) as refused:
        profile_from(facts)
    assert str(refused.value).startswith(sentence)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        (
            {"dora_entity": DoraEntity.NONE, "microenterprise": True},
            "microenterprise must be no for an entity that is no",
        ),
        ({"dora_entity": DoraEntity.NONE, "tlpt_required": True}, "threat-led penetration testing required must be no"),
        ({"dora_entity": DoraEntity.TRADING_VENUE, "microenterprise": True}, r"DORA Art. 3\(60\)"),
        ({"dora_entity": DoraEntity.CREDIT_RATING_AGENCY, "simplified_framework": True}, r"Art. 16\(1\) names only"),
        ({"dora_entity": DoraEntity.INVESTMENT_FIRM, "simplified_framework": True, "tlpt_required": True}, "26"),
        ({"dora_entity": DoraEntity.INVESTMENT_FIRM, "microenterprise": True, "tlpt_required": True}, "26"),
        ({"dora_entity": DoraEntity.INVESTMENT_FIRM, "significant_institution": True}, "no credit institution"),
        (
            {"dora_entity": DoraEntity.CREDIT_INSTITUTION, "significant_institution": True, "microenterprise": True},
            "significant institution must be no for a microenterprise",
        ),
        ({"nis2_class": Nis2Class.ESSENTIAL}, "NIS2 sector must be given"),
        ({"ir_2690_services": (Ir2690Service.CDN,)}, "NIS2 class must be essential or important"),
        (
            {
                "nis2_class": Nis2Class.ESSENTIAL,
                "nis2_sector": Nis2Sector.DIGITAL_INFRASTRUCTURE,
                "ir_2690_services": (Ir2690Service.CDN, Ir2690Service.CDN),
            },
            "named once each",
        ),
    ],
)
def test_statements_that_cannot_both_be_true_are_refused(changes: dict[str, Any], sentence: str) -> None:
    with pytest.raises(RefusedValueError, match=sentence):
        EntityProfile(**changes)


def test_the_types_with_special_rules_are_those_of_the_law() -> None:
    assert len(DoraEntity) == 21
    assert len(NEVER_MICROENTERPRISES) == 4
    assert len(MAY_BE_SIMPLIFIED) == 5
    assert len(Ir2690Service) == 11
