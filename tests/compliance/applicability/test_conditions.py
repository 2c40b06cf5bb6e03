from __future__ import annotations

from dataclasses import replace

import pytest

from compliance.applicability.conditions import MEANINGS, applicability, framework_reach
from compliance.applicability.nis2 import Nis2Class, Nis2Sector
from compliance.applicability.profile import DoraEntity, EntityProfile, Ir2690Service, UkFirm
from compliance.catalogues.conditions import Condition
from tests.compliance.builders import requirement

BANK = EntityProfile(dora_entity=DoraEntity.CREDIT_INSTITUTION)
SMALL_FIRM = EntityProfile(
    dora_entity=DoraEntity.INVESTMENT_FIRM,
    simplified_framework=True,
    microenterprise=True,
    uses_ict_third_parties=False,
)
PLAIN = EntityProfile(uses_ict_third_parties=False)
CLOUD = EntityProfile(
    nis2_sector=Nis2Sector.DIGITAL_INFRASTRUCTURE,
    nis2_class=Nis2Class.ESSENTIAL,
    ir_2690_services=(Ir2690Service.CLOUD,),
)


def provider(service: Ir2690Service) -> EntityProfile:
    return replace(CLOUD, ir_2690_services=(service,))


def of_type(kind: DoraEntity) -> EntityProfile:
    return EntityProfile(dora_entity=kind)


def uk(kind: UkFirm) -> EntityProfile:
    return EntityProfile(uk_firm=kind)


CASES = {
    Condition.FULL_FRAMEWORK: (BANK, SMALL_FIRM),
    Condition.SIMPLIFIED_FRAMEWORK: (SMALL_FIRM, BANK),
    Condition.NOT_MICROENTERPRISE: (BANK, SMALL_FIRM),
    Condition.MICROENTERPRISE: (SMALL_FIRM, BANK),
    Condition.CREDIT_INSTITUTION: (BANK, SMALL_FIRM),
    Condition.CENTRAL_COUNTERPARTY: (of_type(DoraEntity.CENTRAL_COUNTERPARTY), BANK),
    Condition.CENTRAL_SECURITIES_DEPOSITORY: (of_type(DoraEntity.CENTRAL_SECURITIES_DEPOSITORY), BANK),
    Condition.TRADING_VENUE: (of_type(DoraEntity.TRADING_VENUE), BANK),
    Condition.PAYMENT_SERVICES: (of_type(DoraEntity.ACCOUNT_INFORMATION_SERVICE), SMALL_FIRM),
    Condition.SIGNIFICANT_INSTITUTION: (replace(BANK, significant_institution=True), BANK),
    Condition.TLPT_REQUIRED: (replace(BANK, tlpt_required=True), BANK),
    Condition.USES_ICT_THIRD_PARTIES: (BANK, SMALL_FIRM),
    Condition.GROUP: (replace(BANK, group=True), BANK),
    Condition.NIS2_ENTITY: (CLOUD, BANK),
    Condition.ESSENTIAL: (CLOUD, replace(CLOUD, nis2_class=Nis2Class.IMPORTANT)),
    Condition.IMPORTANT: (replace(CLOUD, nis2_class=Nis2Class.IMPORTANT), CLOUD),
    Condition.IR_2690_RELEVANT: (CLOUD, BANK),
    Condition.NOT_DISPLACED_BY_DORA: (CLOUD, replace(CLOUD, dora_entity=DoraEntity.CREDIT_INSTITUTION)),
    Condition.TRUST_SERVICE_PROVIDER: (provider(Ir2690Service.TRUST_SERVICE), CLOUD),
    Condition.DNS_OR_TLD: (provider(Ir2690Service.TLD_REGISTRY), CLOUD),
    Condition.CLOUD_PROVIDER: (CLOUD, provider(Ir2690Service.CDN)),
    Condition.DATA_CENTRE: (provider(Ir2690Service.DATA_CENTRE), CLOUD),
    Condition.CDN: (provider(Ir2690Service.CDN), CLOUD),
    Condition.MANAGED_SERVICE_PROVIDER: (provider(Ir2690Service.MANAGED_SECURITY_SERVICE), CLOUD),
    Condition.ONLINE_PLATFORM: (provider(Ir2690Service.SOCIAL_NETWORK), CLOUD),
    Condition.UK_FIRM: (uk(UkFirm.RECOGNISED_EXCHANGE), PLAIN),
    Condition.UK_FCA_FIRM: (uk(UkFirm.ENHANCED_SCOPE_FIRM), PLAIN),
    Condition.UK_PRA_FIRM: (uk(UkFirm.INSURER), uk(UkFirm.PAYMENT_INSTITUTION)),
    Condition.UK_BANK: (uk(UkFirm.BUILDING_SOCIETY), uk(UkFirm.INSURER)),
    Condition.UK_INSURER: (uk(UkFirm.INSURER), uk(UkFirm.BANK)),
    Condition.UK_PAYMENTS_FIRM: (uk(UkFirm.E_MONEY_INSTITUTION), uk(UkFirm.BANK)),
}


def test_every_condition_has_a_meaning_and_a_case() -> None:
    assert set(MEANINGS) == set(Condition) == set(CASES)


@pytest.mark.parametrize("condition", list(Condition))
def test_a_condition_lets_in_whom_it_names_and_says_why_not(condition: Condition) -> None:
    inside, outside = CASES[condition]
    asked = requirement(when=(condition,))
    assert applicability(asked, "own", inside).applies
    refused = applicability(asked, "own", outside)
    assert not refused.applies
    assert refused.why == f"Applies to {MEANINGS[condition].words}."


def test_the_simplified_framework_has_its_sentence() -> None:
    found = applicability(requirement(when=(Condition.SIMPLIFIED_FRAMEWORK,)), "dora", BANK)
    assert found.why == "Applies to entities under the simplified framework of DORA Art. 16 only."


def test_all_conditions_must_hold_and_every_reason_is_told() -> None:
    asked = requirement(when=(Condition.FULL_FRAMEWORK, Condition.NOT_MICROENTERPRISE, Condition.GROUP))
    found = applicability(asked, "dora", SMALL_FIRM)
    assert not found.applies
    assert found.why.count("Applies to") == 3
    assert applicability(asked, "dora", replace(BANK, group=True)).applies


@pytest.mark.parametrize(
    ("framework_id", "inside", "outside"),
    [
        ("dora", BANK, CLOUD),
        ("rts-2024-1774", BANK, CLOUD),
        ("nis2", CLOUD, BANK),
        ("nis2-ir-2024-2690", CLOUD, replace(CLOUD, ir_2690_services=())),
        ("uk-opres", uk(UkFirm.BANK), BANK),
    ],
)
def test_a_law_reaches_only_its_own(framework_id: str, inside: EntityProfile, outside: EntityProfile) -> None:
    assert applicability(requirement(), framework_id, inside).applies
    refused = applicability(requirement(), framework_id, outside)
    assert (refused.applies, refused.why.endswith("only.")) == (False, True)


@pytest.mark.parametrize("framework_id", ["nist-sp-800-160v2", "iso-iec-27031", "our-policy", "uk-policy"])
def test_guidance_and_own_frameworks_reach_everybody(framework_id: str) -> None:
    assert framework_reach(framework_id) is None
    found = applicability(requirement(), framework_id, PLAIN)
    assert (found.applies, found.why) == (True, "Applies to everybody who uses the framework.")


def test_dora_takes_the_place_of_the_duties_of_nis2() -> None:
    bank = EntityProfile(
        dora_entity=DoraEntity.CREDIT_INSTITUTION, nis2_sector=Nis2Sector.BANKING, nis2_class=Nis2Class.ESSENTIAL
    )
    found = applicability(requirement(when=(Condition.NOT_DISPLACED_BY_DORA,)), "nis2", bank)
    assert not found.applies
    assert "DORA takes the place of what NIS2 asks" in found.why
