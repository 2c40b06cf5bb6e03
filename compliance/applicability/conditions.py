"""What each condition word means, and whether a requirement applies."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from compliance.applicability.nis2 import Nis2Class
from compliance.applicability.profile import DoraEntity, EntityProfile, Ir2690Service, UkFirm
from compliance.catalogues.conditions import Condition
from compliance.catalogues.requirement import Requirement


@dataclass(frozen=True, slots=True, kw_only=True)
class Applicability:
    """Whether a requirement applies to an entity; `why` says what it rests on, or why it does not apply."""

    applies: bool
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """What a condition asks of a profile, and whom it leaves in, in words that follow "applies to"."""

    holds: Callable[[EntityProfile], bool]
    words: str


_UK_BANKS = frozenset({UkFirm.BANK, UkFirm.BUILDING_SOCIETY, UkFirm.DESIGNATED_INVESTMENT_FIRM})
_UK_PAYMENTS = frozenset({UkFirm.E_MONEY_INSTITUTION, UkFirm.PAYMENT_INSTITUTION, UkFirm.ACCOUNT_INFORMATION_SERVICE})
_PAYMENT_SERVICES = frozenset(
    {
        DoraEntity.CREDIT_INSTITUTION,
        DoraEntity.PAYMENT_INSTITUTION,
        DoraEntity.E_MONEY_INSTITUTION,
        DoraEntity.ACCOUNT_INFORMATION_SERVICE,
    }
)


def _is(kind: DoraEntity) -> Callable[[EntityProfile], bool]:
    return lambda profile: profile.dora_entity is kind


def _provides(*services: Ir2690Service) -> Callable[[EntityProfile], bool]:
    return lambda profile: not set(services).isdisjoint(profile.ir_2690_services)


def _meaning(holds: Callable[[EntityProfile], bool], words: str) -> Meaning:
    return Meaning(holds=holds, words=words)


_ONLINE = (Ir2690Service.ONLINE_MARKETPLACE, Ir2690Service.SEARCH_ENGINE, Ir2690Service.SOCIAL_NETWORK)

MEANINGS: Mapping[Condition, Meaning] = MappingProxyType(
    {
        Condition.FULL_FRAMEWORK: _meaning(
            lambda p: p.is_dora_entity and not p.simplified_framework,
            "financial entities under the full ICT risk management framework, not those of DORA Art. 16(1)",
        ),
        Condition.SIMPLIFIED_FRAMEWORK: _meaning(
            lambda p: p.simplified_framework, "entities under the simplified framework of DORA Art. 16 only"
        ),
        Condition.NOT_MICROENTERPRISE: _meaning(
            lambda p: not p.microenterprise, "entities other than microenterprises (DORA Art. 3(60))"
        ),
        Condition.MICROENTERPRISE: _meaning(lambda p: p.microenterprise, "microenterprises only (DORA Art. 3(60))"),
        Condition.CREDIT_INSTITUTION: _meaning(_is(DoraEntity.CREDIT_INSTITUTION), "credit institutions only"),
        Condition.CENTRAL_COUNTERPARTY: _meaning(_is(DoraEntity.CENTRAL_COUNTERPARTY), "central counterparties only"),
        Condition.CENTRAL_SECURITIES_DEPOSITORY: _meaning(
            _is(DoraEntity.CENTRAL_SECURITIES_DEPOSITORY), "central securities depositories only"
        ),
        Condition.TRADING_VENUE: _meaning(_is(DoraEntity.TRADING_VENUE), "trading venues only"),
        Condition.PAYMENT_SERVICES: _meaning(
            lambda p: p.dora_entity in _PAYMENT_SERVICES,
            "credit, payment and e-money institutions and account information service providers only",
        ),
        Condition.SIGNIFICANT_INSTITUTION: _meaning(
            lambda p: p.significant_institution, "credit institutions classified as significant only"
        ),
        Condition.TLPT_REQUIRED: _meaning(
            lambda p: p.tlpt_required,
            "entities that their authority identified for threat-led penetration testing only (DORA Art. 26(8))",
        ),
        Condition.USES_ICT_THIRD_PARTIES: _meaning(
            lambda p: p.uses_ict_third_parties, "entities that use ICT third-party service providers only"
        ),
        Condition.GROUP: _meaning(lambda p: p.group, "entities that are part of a group only"),
        Condition.NIS2_ENTITY: _meaning(
            lambda p: p.nis2_class is not Nis2Class.NONE, "essential and important entities of NIS2 only"
        ),
        Condition.ESSENTIAL: _meaning(
            lambda p: p.nis2_class is Nis2Class.ESSENTIAL, "essential entities only (NIS2 Art. 3(1))"
        ),
        Condition.IMPORTANT: _meaning(
            lambda p: p.nis2_class is Nis2Class.IMPORTANT, "important entities only (NIS2 Art. 3(2))"
        ),
        Condition.IR_2690_RELEVANT: _meaning(
            lambda p: bool(p.ir_2690_services), "relevant entities of Art. 1 of Implementing Regulation 2024/2690 only"
        ),
        Condition.NOT_DISPLACED_BY_DORA: _meaning(
            lambda p: not p.is_dora_entity,
            "entities outside DORA only: for a financial entity DORA takes the place of what NIS2 asks on managing risk and "
            "reporting incidents, Art. 21 and 23 above all (NIS2 Art. 4, DORA Art. 1(2))",
        ),
        Condition.TRUST_SERVICE_PROVIDER: _meaning(
            _provides(Ir2690Service.TRUST_SERVICE), "trust service providers only"
        ),
        Condition.DNS_OR_TLD: _meaning(
            _provides(Ir2690Service.DNS, Ir2690Service.TLD_REGISTRY),
            "DNS service providers and top-level domain name registries only",
        ),
        Condition.CLOUD_PROVIDER: _meaning(_provides(Ir2690Service.CLOUD), "cloud computing service providers only"),
        Condition.DATA_CENTRE: _meaning(_provides(Ir2690Service.DATA_CENTRE), "data centre service providers only"),
        Condition.CDN: _meaning(_provides(Ir2690Service.CDN), "content delivery network providers only"),
        Condition.MANAGED_SERVICE_PROVIDER: _meaning(
            _provides(Ir2690Service.MANAGED_SERVICE, Ir2690Service.MANAGED_SECURITY_SERVICE),
            "managed service and managed security service providers only",
        ),
        Condition.ONLINE_PLATFORM: _meaning(
            _provides(*_ONLINE), "providers of online marketplaces, search engines and social networking platforms only"
        ),
        Condition.UK_FIRM: _meaning(
            lambda p: p.uk_firm is not UkFirm.NONE, "UK firms within the operational resilience rules only"
        ),
        Condition.UK_FCA_FIRM: _meaning(lambda p: p.uk_firm is not UkFirm.NONE, "firms within the FCA's SYSC 15A only"),
        Condition.UK_PRA_FIRM: _meaning(
            lambda p: p.uk_firm in _UK_BANKS | {UkFirm.INSURER},
            "firms within the PRA's Operational Resilience Part only",
        ),
        Condition.UK_BANK: _meaning(
            lambda p: p.uk_firm in _UK_BANKS,
            "UK banks, building societies and PRA-designated investment firms only",
        ),
        Condition.UK_INSURER: _meaning(lambda p: p.uk_firm is UkFirm.INSURER, "UK Solvency II firms only"),
        Condition.UK_PAYMENTS_FIRM: _meaning(
            lambda p: p.uk_firm in _UK_PAYMENTS,
            "UK e-money and payment institutions and registered account information service providers only",
        ),
    }
)
"""The meaning of every condition word of the catalogues."""

_DORA_ENTITIES = _meaning(lambda p: p.is_dora_entity, "financial entities of DORA Art. 2(1)(a) to (t) only")
_REACH = (
    (re.compile(r"dora|(?:rts|its)-20[0-9]{2}-[0-9]+"), _DORA_ENTITIES),
    (re.compile(r"nis2"), MEANINGS[Condition.NIS2_ENTITY]),
    (re.compile(r"nis2-ir-20[0-9]{2}-[0-9]+"), MEANINGS[Condition.IR_2690_RELEVANT]),
    (re.compile(r"uk-opres|uk-sysc-15a|uk-pra-opres|uk-ss1-21"), MEANINGS[Condition.UK_FIRM]),
)


def framework_reach(framework_id: str) -> Meaning | None:
    """Return whom a law as a whole reaches; None for guidance and own frameworks, which reach everybody.

    Parameters
    ----------
    framework_id : str
        Id of a framework. Laws are known by their ids: DORA and its technical standards, NIS2, its implementing
        regulation, and the UK rules.

    Returns
    -------
    Meaning or None
        The condition that an entity must meet before any requirement of the law applies.
    """
    return next((meaning for pattern, meaning in _REACH if pattern.fullmatch(framework_id)), None)


def applicability(requirement: Requirement, framework_id: str, profile: EntityProfile) -> Applicability:
    """Say whether a requirement applies to an entity, and why not where it does not.

    Parameters
    ----------
    requirement : Requirement
        All conditions of its `when` must hold.
    framework_id : str
        Id of its framework; a law must reach the entity first (`framework_reach`).
    profile : EntityProfile
        Who the entity is.

    Returns
    -------
    Applicability
        With every reason against it, joined, in sentences.
    """
    reach = framework_reach(framework_id)
    if reach is not None and not reach.holds(profile):
        return Applicability(applies=False, why=f"Applies to {reach.words}.")
    against = [MEANINGS[word].words for word in requirement.when if not MEANINGS[word].holds(profile)]
    if against:
        return Applicability(applies=False, why=" ".join(f"Applies to {words}." for words in against))
    held = [MEANINGS[word].words for word in requirement.when] or ([reach.words] if reach else [])
    why = "Applies to everybody who uses the framework." if not held else f"Applies to {'; and to '.join(held)}."
    return Applicability(applies=True, why=why)
