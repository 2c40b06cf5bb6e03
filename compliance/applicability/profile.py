"""Who the entity is, as far as the law asks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum

from compliance.applicability.nis2 import Nis2Class, Nis2Sector
from compliance.errors import RefusedValueError


class DoraEntity(StrEnum):
    """Types of financial entity of DORA Art. 2(1)(a) to (t), with `none` for everybody else."""

    NONE = "none"
    CREDIT_INSTITUTION = "credit-institution"
    PAYMENT_INSTITUTION = "payment-institution"
    ACCOUNT_INFORMATION_SERVICE = "account-information-service-provider"
    E_MONEY_INSTITUTION = "e-money-institution"
    INVESTMENT_FIRM = "investment-firm"
    CRYPTO_ASSET_SERVICE = "crypto-asset-service-provider"
    CENTRAL_SECURITIES_DEPOSITORY = "central-securities-depository"
    CENTRAL_COUNTERPARTY = "central-counterparty"
    TRADING_VENUE = "trading-venue"
    TRADE_REPOSITORY = "trade-repository"
    ALTERNATIVE_INVESTMENT_FUND_MANAGER = "alternative-investment-fund-manager"
    MANAGEMENT_COMPANY = "management-company"
    DATA_REPORTING_SERVICE = "data-reporting-service-provider"
    INSURER = "insurance-or-reinsurance-undertaking"
    INSURANCE_INTERMEDIARY = "insurance-or-reinsurance-intermediary"
    PENSION_INSTITUTION = "institution-for-occupational-retirement-provision"
    CREDIT_RATING_AGENCY = "credit-rating-agency"
    BENCHMARK_ADMINISTRATOR = "administrator-of-critical-benchmarks"
    CROWDFUNDING_SERVICE = "crowdfunding-service-provider"
    SECURITISATION_REPOSITORY = "securitisation-repository"


class Ir2690Service(StrEnum):
    """Services whose providers are relevant entities of Art. 1 of Implementing Regulation (EU) 2024/2690."""

    DNS = "dns-service"
    TLD_REGISTRY = "tld-name-registry"
    CLOUD = "cloud-computing-service"
    DATA_CENTRE = "data-centre-service"
    CDN = "content-delivery-network"
    MANAGED_SERVICE = "managed-service"
    MANAGED_SECURITY_SERVICE = "managed-security-service"
    ONLINE_MARKETPLACE = "online-marketplace"
    SEARCH_ENGINE = "online-search-engine"
    SOCIAL_NETWORK = "social-networking-platform"
    TRUST_SERVICE = "trust-service"


class UkFirm(StrEnum):
    """Kinds of firm that the UK rules on operational resilience reach (SYSC 15A.1, PRA Operational Resilience Part)."""

    NONE = "none"
    BANK = "bank"
    BUILDING_SOCIETY = "building-society"
    DESIGNATED_INVESTMENT_FIRM = "pra-designated-investment-firm"
    INSURER = "solvency-ii-firm"
    ENHANCED_SCOPE_FIRM = "enhanced-scope-smcr-firm"
    RECOGNISED_EXCHANGE = "recognised-investment-exchange"
    E_MONEY_INSTITUTION = "e-money-institution"
    PAYMENT_INSTITUTION = "payment-institution"
    ACCOUNT_INFORMATION_SERVICE = "registered-account-information-service-provider"
    CONSOLIDATED_TAPE = "consolidated-tape-provider"


NEVER_MICROENTERPRISES = frozenset(
    {
        DoraEntity.TRADING_VENUE,
        DoraEntity.CENTRAL_COUNTERPARTY,
        DoraEntity.TRADE_REPOSITORY,
        DoraEntity.CENTRAL_SECURITIES_DEPOSITORY,
    }
)
"""Types that DORA Art. 3(60) keeps out of its microenterprises."""

MAY_BE_SIMPLIFIED = frozenset(
    {
        DoraEntity.INVESTMENT_FIRM,
        DoraEntity.PAYMENT_INSTITUTION,
        DoraEntity.CREDIT_INSTITUTION,
        DoraEntity.E_MONEY_INSTITUTION,
        DoraEntity.PENSION_INSTITUTION,
    }
)
"""Types of which DORA Art. 16(1) puts some (small or exempted ones) under the simplified framework."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EntityProfile:
    """What decides which requirements apply to a legal entity.

    `nis2_class` is what the entity was told or concludes for itself (`nis2_scope` proposes it); national law and the
    authority have the last word.

    Raises
    ------
    RefusedValueError
        When two statements cannot both be true.

    Notes
    -----
    Sources: DORA Art. 2(1), 3(60), 16(1), 26(1); Regulation (EU) No 1024/2013 Art. 6(4) for significance; NIS2 Art. 2
    and 3; Implementing Regulation (EU) 2024/2690 Art. 1; SYSC 15A.1.
    """

    dora_entity: DoraEntity = DoraEntity.NONE
    microenterprise: bool = False
    simplified_framework: bool = False
    significant_institution: bool = False
    tlpt_required: bool = False
    uses_ict_third_parties: bool = True
    group: bool = False
    nis2_sector: Nis2Sector = Nis2Sector.NONE
    nis2_class: Nis2Class = Nis2Class.NONE
    ir_2690_services: tuple[Ir2690Service, ...] = ()
    uk_firm: UkFirm = UkFirm.NONE

    def __post_init__(self) -> None:
        _check_dora(self)
        if self.nis2_class is not Nis2Class.NONE and self.nis2_sector is Nis2Sector.NONE:
            raise RefusedValueError("NIS2 sector", "given when the entity is essential or important", "none")
        if self.ir_2690_services and self.nis2_class is Nis2Class.NONE:
            raise RefusedValueError(
                "NIS2 class", "essential or important for a provider of services under 2024/2690", "none"
            )
        if len(set(self.ir_2690_services)) < len(self.ir_2690_services):
            raise RefusedValueError("services under 2024/2690", "named once each", "one of them twice")

    @property
    def is_dora_entity(self) -> bool:
        """Whether the entity is a financial entity of DORA."""
        return self.dora_entity is not DoraEntity.NONE


def profile_from(facts: Mapping[str, object]) -> EntityProfile:
    """Make a profile of plain facts as they are stored; what is missing takes its default.

    Parameters
    ----------
    facts : mapping of str to object
        Names of the profile's fields; enumerations as their texts, services as a list of texts.

    Returns
    -------
    EntityProfile
        Checked.

    Raises
    ------
    RefusedValueError
        When a name is unknown, a value is not one of its terms, or two statements cannot both be true.
    """
    known = {field.name: field.default for field in fields(EntityProfile)}
    for name in facts:
        if name not in known:
            raise RefusedValueError("profile", f"made of {', '.join(known)}", name)
    given = {name: _fact(name, facts[name], default) for name, default in known.items() if name in facts}
    return EntityProfile(**given)  # type: ignore[arg-type]


def facts_of(profile: EntityProfile) -> dict[str, object]:
    """Return a profile as plain facts that JSON can hold; `profile_from` gives the profile back."""
    plain = {field.name: getattr(profile, field.name) for field in fields(profile)}
    return {
        name: [str(item) for item in value]
        if isinstance(value, tuple)
        else value
        if isinstance(value, bool)
        else str(value)
        for name, value in plain.items()
    }


def _fact(name: str, raw: object, default: object) -> object:
    if isinstance(default, bool):
        if not isinstance(raw, bool):
            raise RefusedValueError(name, "true or false", raw)
        return raw
    if isinstance(default, tuple):
        if not isinstance(raw, list | tuple):
            raise RefusedValueError(name, "a list", raw)
        return tuple(_term(name, Ir2690Service, item) for item in raw)
    return _term(name, type(default), raw)  # type: ignore[arg-type]


def _term(name: str, kind: type[StrEnum], raw: object) -> StrEnum:
    try:
        return kind(str(raw))
    except ValueError:
        raise RefusedValueError(name, f"one of {', '.join(kind)}", raw) from None


def _check_dora(profile: EntityProfile) -> None:
    dora_only = ("microenterprise", "simplified_framework", "significant_institution", "tlpt_required")
    if not profile.is_dora_entity:
        for name in dora_only:
            if getattr(profile, name):
                raise RefusedValueError(_named(name), "no for an entity that is no financial entity of DORA", "yes")
        return
    if profile.microenterprise and profile.dora_entity in NEVER_MICROENTERPRISES:
        allowed = "no for a trading venue, central counterparty, trade repository or central securities depository"
        raise RefusedValueError("microenterprise", f"{allowed} (DORA Art. 3(60))", "yes")
    if profile.simplified_framework and profile.dora_entity not in MAY_BE_SIMPLIFIED:
        allowed = f"no for this type of entity; Art. 16(1) names only {', '.join(sorted(MAY_BE_SIMPLIFIED))}"
        raise RefusedValueError("simplified framework", allowed, "yes")
    if profile.tlpt_required and (profile.microenterprise or profile.simplified_framework):
        allowed = "no for a microenterprise and for an entity under the simplified framework (DORA Art. 26(1))"
        raise RefusedValueError("threat-led penetration testing required", allowed, "yes")
    if profile.significant_institution and profile.dora_entity is not DoraEntity.CREDIT_INSTITUTION:
        raise RefusedValueError("significant institution", "no for an entity that is no credit institution", "yes")
    if profile.significant_institution and (profile.microenterprise or profile.simplified_framework):
        allowed = "no for a microenterprise and for an entity under the simplified framework"
        raise RefusedValueError("significant institution", allowed, "yes")


def _named(field: str) -> str:
    names = {"tlpt_required": "threat-led penetration testing required"}
    return names.get(field, field.replace("_", " "))
