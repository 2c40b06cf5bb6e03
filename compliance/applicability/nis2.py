"""Whether NIS2 reaches an entity, and as essential or important: a proposal from sector and size."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

from compliance.errors import RefusedValueError


class Nis2Class(StrEnum):
    """Classes of NIS2 Art. 3, with `none` for who is out of scope."""

    NONE = "none"
    ESSENTIAL = "essential"
    IMPORTANT = "important"


class Nis2Sector(StrEnum):
    """Sectors of NIS2 Annexes I and II."""

    NONE = "none"
    ENERGY = "energy"
    TRANSPORT = "transport"
    BANKING = "banking"
    FINANCIAL_MARKET_INFRASTRUCTURE = "financial-market-infrastructure"
    HEALTH = "health"
    DRINKING_WATER = "drinking-water"
    WASTE_WATER = "waste-water"
    DIGITAL_INFRASTRUCTURE = "digital-infrastructure"
    ICT_SERVICE_MANAGEMENT = "ict-service-management"
    PUBLIC_ADMINISTRATION = "public-administration"
    SPACE = "space"
    POSTAL = "postal-and-courier"
    WASTE = "waste-management"
    CHEMICALS = "chemicals"
    FOOD = "food"
    MANUFACTURING = "manufacturing"
    DIGITAL_PROVIDERS = "digital-providers"
    RESEARCH = "research"


ANNEX_I = frozenset(list(Nis2Sector)[1:12])
"""Sectors of high criticality."""

ANNEX_II = frozenset(list(Nis2Sector)[12:])
"""Other critical sectors."""


class Nis2Role(StrEnum):
    """What brings an entity into scope, or makes it essential, whatever its size."""

    QUALIFIED_TRUST_SERVICE = "qualified-trust-service-provider"
    TRUST_SERVICE = "trust-service-provider"
    TLD_REGISTRY = "tld-name-registry"
    DNS_SERVICE = "dns-service-provider"
    PUBLIC_COMMUNICATIONS = "public-electronic-communications"
    CENTRAL_GOVERNMENT = "central-government"
    IDENTIFIED_ESSENTIAL = "identified-as-essential"
    IDENTIFIED_IMPORTANT = "identified-as-important"
    CRITICAL_ENTITY = "critical-entity-under-cer"


_ALWAYS_ESSENTIAL = {
    Nis2Role.QUALIFIED_TRUST_SERVICE: ("a qualified trust service provider", "Art. 3(1)(b)"),
    Nis2Role.TLD_REGISTRY: ("a top-level domain name registry", "Art. 3(1)(b)"),
    Nis2Role.DNS_SERVICE: ("a DNS service provider", "Art. 3(1)(b)"),
    Nis2Role.CENTRAL_GOVERNMENT: ("a public administration entity of central government", "Art. 3(1)(d)"),
    Nis2Role.IDENTIFIED_ESSENTIAL: ("identified as essential by a Member State", "Art. 3(1)(e)"),
    Nis2Role.CRITICAL_ENTITY: ("a critical entity under Directive (EU) 2022/2557", "Art. 3(1)(f)"),
}
_ALWAYS_IN_SCOPE = {
    Nis2Role.TRUST_SERVICE: ("a trust service provider", "Art. 2(2)(a), 3(2)"),
    Nis2Role.PUBLIC_COMMUNICATIONS: ("a provider of public electronic communications", "Art. 2(2)(a), 3(2)"),
    Nis2Role.IDENTIFIED_IMPORTANT: ("identified as important by a Member State", "Art. 3(2)"),
}


class Size(StrEnum):
    """Sizes of Recommendation 2003/361/EC, Annex, Art. 2; micro counts as small."""

    SMALL = "small"
    MEDIUM = "medium"
    LARGE = "large"


@dataclass(frozen=True, slots=True, kw_only=True)
class Nis2Scope:
    """What NIS2 makes of an entity, the sentence for it and where it stands."""

    nis2_class: Nis2Class
    why: str
    source: str


def size_of(*, employees: float, turnover_eur: float, balance_sheet_eur: float) -> Size:
    """Return the size of an enterprise.

    Parameters
    ----------
    employees : float
        Annual work units, >= 0, with those of partner and linked enterprises as the Recommendation adds them.
    turnover_eur, balance_sheet_eur : float
        Annual turnover and annual balance sheet total, EUR, >= 0.

    Returns
    -------
    Size
        Small: fewer than 50 employees and turnover or balance sheet of at most EUR 10 million. Medium: otherwise, with
        fewer than 250 and turnover of at most EUR 50 million or balance sheet of at most EUR 43 million. Large: else.

    Raises
    ------
    RefusedValueError
        When a figure is negative or not finite.

    Notes
    -----
    Source: Recommendation 2003/361/EC, Annex, Art. 2.
    """
    given = {"employees": employees, "turnover": turnover_eur, "balance sheet total": balance_sheet_eur}
    for name, value in given.items():
        if not math.isfinite(value) or value < 0:
            raise RefusedValueError(name, "a number of at least 0", value)
    if employees < 50 and (turnover_eur <= 10e6 or balance_sheet_eur <= 10e6):
        return Size.SMALL
    if employees < 250 and (turnover_eur <= 50e6 or balance_sheet_eur <= 43e6):
        return Size.MEDIUM
    return Size.LARGE


def nis2_scope(sector: Nis2Sector, size: Size, roles: frozenset[Nis2Role] = frozenset()) -> Nis2Scope:
    """Propose the class of an entity under NIS2.

    Parameters
    ----------
    sector : Nis2Sector
        Sector of Annex I or II in which it provides services or carries out activities in the Union.
    size : Size
        As `size_of` returns it.
    roles : frozenset of Nis2Role
        What counts whatever the size.

    Returns
    -------
    Nis2Scope
        Class, the sentence for it, and the article.

    Notes
    -----
    Source: NIS2 (Directive (EU) 2022/2555) Art. 2(1) to (3) and Art. 3(1) and (2). National law may add entities (Art.
    2(5), 3(1)(g)) and exempt some (Art. 2(7), 2(8)); that is not decided here, so this is a proposal.
    """
    return _essential(sector, size, roles) or _important(sector, size, roles) or _out_of_scope(sector)


def _essential(sector: Nis2Sector, size: Size, roles: frozenset[Nis2Role]) -> Nis2Scope | None:
    for role, (words, source) in _ALWAYS_ESSENTIAL.items():
        if role in roles:
            return _scope(Nis2Class.ESSENTIAL, f"Essential whatever its size: {words}.", source)
    if Nis2Role.PUBLIC_COMMUNICATIONS in roles and size is not Size.SMALL:
        why = "Essential: a provider of public electronic communications of at least medium size."
        return _scope(Nis2Class.ESSENTIAL, why, "Art. 3(1)(c)")
    if sector in ANNEX_I and size is Size.LARGE:
        why = "Essential: larger than a medium-sized enterprise, in a sector of Annex I."
        return _scope(Nis2Class.ESSENTIAL, why, "Art. 3(1)(a)")
    return None


def _important(sector: Nis2Sector, size: Size, roles: frozenset[Nis2Role]) -> Nis2Scope | None:
    for role, (words, source) in _ALWAYS_IN_SCOPE.items():
        if role in roles:
            return _scope(Nis2Class.IMPORTANT, f"Important whatever its size: {words}.", source)
    if sector is Nis2Sector.NONE or size is Size.SMALL:
        return None
    annex = "Annex I, of medium size" if sector in ANNEX_I else "Annex II, of at least medium size"
    return _scope(Nis2Class.IMPORTANT, f"Important: in a sector of {annex}.", "Art. 3(2)")


def _out_of_scope(sector: Nis2Sector) -> Nis2Scope:
    if sector is Nis2Sector.NONE:
        return _scope(Nis2Class.NONE, "Out of scope: in no sector of Annex I or II.", "Art. 2(1)")
    why = "Out of scope: smaller than a medium-sized enterprise, and nothing brings it in whatever its size."
    return _scope(Nis2Class.NONE, why, "Art. 2(1)")


def _scope(nis2_class: Nis2Class, why: str, source: str) -> Nis2Scope:
    return Nis2Scope(nis2_class=nis2_class, why=why, source=source)
