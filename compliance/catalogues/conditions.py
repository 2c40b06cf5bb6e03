"""The words that a requirement may use to say to whom it applies; what they mean stands in `compliance.applicability`."""

from __future__ import annotations

from enum import StrEnum


class Condition(StrEnum):
    """One property of an entity; all that a requirement lists must hold for it to apply."""

    FULL_FRAMEWORK = "full-framework"
    SIMPLIFIED_FRAMEWORK = "simplified-framework"
    NOT_MICROENTERPRISE = "not-microenterprise"
    MICROENTERPRISE = "microenterprise"
    CREDIT_INSTITUTION = "credit-institution"
    CENTRAL_COUNTERPARTY = "central-counterparty"
    CENTRAL_SECURITIES_DEPOSITORY = "central-securities-depository"
    TRADING_VENUE = "trading-venue"
    PAYMENT_SERVICES = "payment-services"
    SIGNIFICANT_INSTITUTION = "significant-institution"
    TLPT_REQUIRED = "tlpt-required"
    USES_ICT_THIRD_PARTIES = "uses-ict-third-parties"
    GROUP = "group"
    NIS2_ENTITY = "nis2-entity"
    ESSENTIAL = "essential"
    IMPORTANT = "important"
    IR_2690_RELEVANT = "ir-2690-relevant"
    NOT_DISPLACED_BY_DORA = "dora-lex-specialis-not"
    TRUST_SERVICE_PROVIDER = "trust-service-provider"
    DNS_OR_TLD = "dns-or-tld"
    CLOUD_PROVIDER = "cloud-provider"
    DATA_CENTRE = "data-centre"
    CDN = "cdn"
    MANAGED_SERVICE_PROVIDER = "managed-service-provider"
    ONLINE_PLATFORM = "online-platform"
    UK_FIRM = "uk-firm"
    UK_FCA_FIRM = "uk-fca-firm"
    UK_PRA_FIRM = "uk-pra-firm"
    UK_BANK = "uk-bank"
    UK_INSURER = "uk-insurer"
    UK_PAYMENTS_FIRM = "uk-payments-firm"
