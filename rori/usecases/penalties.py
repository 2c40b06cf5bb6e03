"""Statutory ceilings worked out for a turnover, for the loss profile of a system."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from rori.economics.inputs.penalties import CeilingRule, statutory_ceiling
from rori.inventory.penalties import Penalty, PenaltyCatalogue, read_penalties
from rori.usecases.settings import PROJECT_ROOT

PENALTIES_FILE = PROJECT_ROOT / "data" / "penalties.yaml"

_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ceiling:
    """One provision and its ceiling in euros, rounded up to the cent; None where there is none or it needs a turnover."""

    penalty: Penalty
    ceiling_eur: Decimal | None
    how: str

    @property
    def can_be_offered(self) -> bool:
        """Whether there is an amount to take over as the penalty ceiling of a loss profile."""
        return self.ceiling_eur is not None


def penalty_catalogue() -> PenaltyCatalogue:
    """Return the provisions that ship with the program, with their version, note and doubts."""
    return read_penalties(PENALTIES_FILE.read_text(encoding="utf-8"))


def list_ceilings(turnover_eur: Decimal | None = None) -> tuple[Ceiling, ...]:
    """Work out every ceiling for a worldwide annual turnover; InputError when it is negative."""
    turnover = None if turnover_eur is None else float(turnover_eur)
    return tuple(_ceiling(penalty, turnover) for penalty in penalty_catalogue().penalties)


def _ceiling(penalty: Penalty, turnover_eur: float | None) -> Ceiling:
    if penalty.rule is None:
        return Ceiling(penalty=penalty, ceiling_eur=None, how="no ceiling in the statute")
    amount = statutory_ceiling(penalty.rule, turnover_eur)
    # Rounding first to a millionth keeps 1.4 % of a round turnover from ending a cent too high.
    exact = None if amount is None else Decimal(repr(round(amount, 6))).quantize(_CENT, rounding=ROUND_CEILING)
    missing = "" if exact is not None else "; needs the worldwide turnover of the business year before"
    return Ceiling(penalty=penalty, ceiling_eur=exact, how=rule_in_words(penalty.rule) + missing)


def rule_in_words(rule: CeilingRule) -> str:
    """Say how a ceiling follows from the turnover."""
    parts = []
    if rule.fixed_eur is not None:
        parts.append(f"EUR {rule.fixed_eur:,.0f}")
    if rule.turnover_share is not None:
        parts.append(f"{100.0 * rule.turnover_share:.4g} % of the worldwide annual turnover")
    if rule.daily_turnover_share is not None:
        parts.append(
            f"{100.0 * rule.daily_turnover_share:.4g} % of the average daily worldwide turnover"
            f" for each of at most {rule.days_at_most:g} days"
        )
    return " or ".join(parts) + (", whichever is higher" if len(parts) > 1 else "")
