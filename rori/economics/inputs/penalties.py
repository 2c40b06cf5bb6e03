"""What a statute lets an authority impose at most, in euros."""

from __future__ import annotations

from dataclasses import dataclass

from rori.economics.checks import require_above, require_at_least, require_fraction
from rori.errors import InputError

DAYS_PER_YEAR = 365.0


@dataclass(frozen=True, slots=True, kw_only=True)
class CeilingRule:
    """How a ceiling follows from the turnover of the business year before: the higher of what is given.

    Parameters
    ----------
    fixed_eur : float, optional
        Amount, > 0.
    turnover_share : float, optional
        Share of the worldwide annual turnover, in [0, 1].
    daily_turnover_share : float, optional
        Share of the average daily worldwide turnover, in [0, 1], due per day for up to `days_at_most` days (> 0).

    Raises
    ------
    InputError
        When nothing is given, a value is outside its range, or days and their share do not come together.
    """

    fixed_eur: float | None = None
    turnover_share: float | None = None
    daily_turnover_share: float | None = None
    days_at_most: float | None = None

    def __post_init__(self) -> None:
        if self.fixed_eur is None and self.turnover_share is None and self.daily_turnover_share is None:
            raise InputError("ceiling", "an amount, a share of the turnover, or both", "neither")
        if (self.daily_turnover_share is None) != (self.days_at_most is None):
            raise InputError("daily share of the turnover", "given with the days at most", self.daily_turnover_share)
        if self.fixed_eur is not None:
            require_above("fixed_eur", self.fixed_eur, 0.0)
        if self.days_at_most is not None:
            require_above("days_at_most", self.days_at_most, 0.0)
        for name in ("turnover_share", "daily_turnover_share"):
            if getattr(self, name) is not None:
                require_fraction(name, getattr(self, name))

    @property
    def needs_turnover(self) -> bool:
        """Whether the ceiling cannot be known without the turnover."""
        return self.turnover_share is not None or self.daily_turnover_share is not None


def statutory_ceiling(rule: CeilingRule, turnover_eur_per_year: float | None = None) -> float | None:
    """Work out the most that may be imposed.

    Parameters
    ----------
    rule : CeilingRule
    turnover_eur_per_year : float, optional
        Worldwide turnover of the business year before, euros, >= 0.

    Returns
    -------
    float or None
        Euros; None when the rule needs a turnover and none is given.

    Raises
    ------
    InputError
        When the turnover is negative.

    Notes
    -----
    The highest of: the fixed amount; share x turnover (Directive (EU) 2022/2555 Art. 34(4)-(5): whichever is higher); daily
    share x turnover / 365 x days (Regulation (EU) 2022/2554 Art. 35(8)).
    """
    if turnover_eur_per_year is None:
        return None if rule.needs_turnover else rule.fixed_eur
    require_at_least("turnover", turnover_eur_per_year, 0.0)
    amounts = [rule.fixed_eur or 0.0, (rule.turnover_share or 0.0) * turnover_eur_per_year]
    if rule.daily_turnover_share is not None and rule.days_at_most is not None:
        amounts.append(rule.daily_turnover_share * turnover_eur_per_year / DAYS_PER_YEAR * rule.days_at_most)
    return max(amounts)
