"""What can be bought: measures, what they change and at which targets (model section 2)."""

from __future__ import annotations

from dataclasses import dataclass

from rori.economics.checks import require_above, require_at_least, require_text
from rori.economics.inputs.estimates import PertEstimate
from rori.economics.terms import Operation, Quantity, Strategy
from rori.errors import InputError

FIELDS_OF_FAILURE_MODES = frozenset({"mode", "system", "cause", "tag"})
FIELDS_OF_COMMON_CAUSES = frozenset({"common_cause", "system", "tag"})
FIELDS_OF_DEPENDENCIES = frozenset({"dependency", "consumer", "provider"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Selector:
    """Names what an effect applies to.

    Written `field:value` terms joined by `;`, or `all`. Values of one field are alternatives, different fields must all
    hold: `system:card-auth; cause:software change; cause:hardware`. Fields: mode, system, cause, tag (failure modes);
    common_cause, with system or tag to mean only those exposed systems (common causes); dependency, consumer, provider
    (dependencies).
    """

    terms: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        known = FIELDS_OF_FAILURE_MODES | FIELDS_OF_COMMON_CAUSES | FIELDS_OF_DEPENDENCIES
        for name, value in self.terms:
            if name not in known:
                raise InputError("target", f"made of the fields {', '.join(sorted(known))}", name)
            if not value:
                raise InputError("target", f"a value after '{name}:'", value)
        names = self.fields
        if not (
            names <= FIELDS_OF_FAILURE_MODES or names <= FIELDS_OF_COMMON_CAUSES or names <= FIELDS_OF_DEPENDENCIES
        ):
            raise InputError("target", "about failure modes, common causes or dependencies, not a mix", str(self))

    def __str__(self) -> str:
        return "; ".join(f"{name}:{value}" for name, value in self.terms) or "all"

    @classmethod
    def parse(cls, text: str) -> Selector:
        """Read the written form; InputError says what is wrong with it."""
        if text.strip().lower() == "all":
            return cls()
        terms = []
        for part in text.split(";"):
            name, colon, value = part.partition(":")
            if not colon:
                raise InputError("target", "'all' or terms like 'system:card-auth' joined by ';'", text)
            terms.append((name.strip(), value.strip()))
        return cls(terms=tuple(terms))

    @property
    def fields(self) -> frozenset[str]:
        """The fields that are named."""
        return frozenset(name for name, _ in self.terms)

    def allows(self, name: str, *values: str) -> bool:
        """Whether one of `values` is what the selector asks of field `name`; True where it asks nothing."""
        wanted = {value for field, value in self.terms if field == name}
        return not wanted or bool(wanted.intersection(values))


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """One change to one quantity of the targets that a selector names; how strong it is is uncertain (PERT).

    For `multiply` the size is the factor (0.3 leaves 30 %), for `replace` the new value in the quantity's unit.
    """

    quantity: Quantity
    operation: Operation
    size: PertEstimate
    target: Selector = Selector()

    def __post_init__(self) -> None:
        require_at_least("low", self.size.low, 0.0)
        bounded = {Quantity.CAPACITY_LOST, Quantity.HIT_PROBABILITY, Quantity.SHARE_REACHED}
        if self.operation is Operation.REPLACE and self.quantity in bounded and self.size.high > 1.0:
            raise InputError("high", "a fraction in [0, 1] for this quantity", self.size.high)
        if self.operation is Operation.REPLACE and self.quantity is Quantity.DURATION_HOURS:
            require_above("low", self.size.low, 0.0)
        names = self.target.fields
        allowed = _FIELDS_BY_QUANTITY[self.quantity]
        if not any(names <= fields for fields in allowed):
            wanted = " or ".join(", ".join(sorted(fields)) for fields in allowed)
            raise InputError("target", f"made of {wanted} for {self.quantity.value}", str(self.target))

    @property
    def part(self) -> float:
        """Share of the way to a new value that is gone, in [0, 1]; see `rori.economics.inputs.parts`."""
        return 1.0


_FIELDS_BY_QUANTITY = {
    Quantity.EVENTS_PER_YEAR: (FIELDS_OF_FAILURE_MODES, frozenset({"common_cause"})),
    Quantity.DURATION_HOURS: (FIELDS_OF_FAILURE_MODES, frozenset({"common_cause"})),
    Quantity.CAPACITY_LOST: (FIELDS_OF_FAILURE_MODES,),
    Quantity.HIT_PROBABILITY: (FIELDS_OF_COMMON_CAUSES,),
    Quantity.SHARE_REACHED: (FIELDS_OF_COMMON_CAUSES,),
    Quantity.BUFFER_HOURS: (FIELDS_OF_DEPENDENCIES,),
    Quantity.FAILOVER_HOURS: (FIELDS_OF_DEPENDENCIES,),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskTransfer:
    """Insurance: pays, prevents nothing. Per event after the waiting period and above the deductible, up to the limits."""

    premium_eur_per_year: float
    deductible_eur_per_event: float = 0.0
    waiting_hours: float = 0.0
    limit_eur_per_event: float
    limit_eur_per_year: float

    def __post_init__(self) -> None:
        for name in ("premium_eur_per_year", "deductible_eur_per_event", "waiting_hours"):
            require_at_least(name, getattr(self, name), 0.0)
        for name in ("limit_eur_per_event", "limit_eur_per_year"):
            require_above(name, getattr(self, name), 0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """An investment that changes risk, or (with `transfer`) an insurance that pays for it."""

    id: str
    name: str
    strategy: Strategy = Strategy.OTHER
    capex_eur: float = 0.0
    opex_eur_per_year: float = 0.0
    life_years: float = 5.0
    lead_time_months: float = 0.0
    dividend_eur_per_year: float = 0.0
    control_ids: tuple[str, ...] = ()
    requires: tuple[str, ...] = ()
    excludes: tuple[str, ...] = ()
    effects: tuple[Effect, ...] = ()
    transfer: RiskTransfer | None = None

    def __post_init__(self) -> None:
        require_text("id", self.id)
        require_text("name", self.name)
        for name in ("capex_eur", "opex_eur_per_year", "lead_time_months", "dividend_eur_per_year"):
            require_at_least(name, getattr(self, name), 0.0)
        require_above("life_years", self.life_years, 0.0)
        if self.id in self.requires or self.id in self.excludes:
            raise InputError("requires and excludes", "about other measures", self.id)
        if self.transfer is not None and self.capex_eur + self.opex_eur_per_year + self.dividend_eur_per_year > 0.0:
            raise InputError(
                "capex, opex and dividend", "0 for a risk transfer: its cost is the premium", self.capex_eur
            )
        if self.transfer is not None and self.effects:
            raise InputError("effects", "none for a risk transfer: it pays, it prevents nothing", len(self.effects))

    @property
    def drawn_as(self) -> str:
        """Name of the random numbers behind the sizes of its effects: those of the measure that it is a version of."""
        return self.id
