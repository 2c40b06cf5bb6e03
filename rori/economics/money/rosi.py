"""Ratios of earlier literature, for comparison: return on security investment and the Gordon-Loeb optimum."""

from __future__ import annotations

import math

from rori.economics.checks import require_above, require_at_least, require_fraction


def return_on_security_investment(ale_eur: float, mitigated_share: float, cost_eur_per_year: float) -> float:
    """Return on security investment of one year, as ENISA writes it.

    Parameters
    ----------
    ale_eur : float
        Annual loss expected without the measure, euros, >= 0.
    mitigated_share : float
        Share of it that the measure prevents, in [0, 1].
    cost_eur_per_year : float
        Euros per year, > 0.

    Returns
    -------
    float
        (ALE x mitigated share - cost) / cost; 1.4 means 140 %.

    Raises
    ------
    InputError
        When a value is outside its range.

    Notes
    -----
    ENISA, Introduction to Return on Security Investment, 2012; Sonnenreich, Albanese & Stout, JRPIT 38(1), 2006. RORI with a
    horizon of one year, no discounting and certain inputs.
    """
    require_at_least("ale_eur", ale_eur, 0.0)
    require_fraction("mitigated_share", mitigated_share)
    require_above("cost_eur_per_year", cost_eur_per_year, 0.0)
    return (ale_eur * mitigated_share - cost_eur_per_year) / cost_eur_per_year


def gordon_loeb_ceiling(expected_loss_eur: float) -> float:
    """Most that is worth spending to protect what is expected to be lost: expected loss / e.

    Notes
    -----
    Holds for both classes of breach functions of Gordon & Loeb, ACM TISSEC 5(4), 2002, propositions 3 and 4; not for any.
    """
    require_at_least("expected_loss_eur", expected_loss_eur, 0.0)
    return expected_loss_eur / math.e


def gordon_loeb_optimum(loss_eur: float, vulnerability: float, alpha_per_eur: float, beta: float) -> float:
    """Best spending where the probability of a breach falls as v / (alpha z + 1)^beta with the spending z (class I).

    Parameters
    ----------
    loss_eur : float
        Loss of a breach, euros, >= 0.
    vulnerability : float
        v, probability of a breach without spending, in [0, 1].
    alpha_per_eur, beta : float
        How fast spending helps: > 0, and >= 1.

    Returns
    -------
    float
        z* = ((v beta alpha L)^(1 / (beta + 1)) - 1) / alpha in euros; 0 where nothing is worth spending.

    Raises
    ------
    InputError
        When a value is outside its range.

    Notes
    -----
    Gordon & Loeb, The economics of information security investment, ACM TISSEC 5(4), 2002.
    """
    require_at_least("loss_eur", loss_eur, 0.0)
    require_fraction("vulnerability", vulnerability)
    require_above("alpha_per_eur", alpha_per_eur, 0.0)
    require_at_least("beta", beta, 1.0)
    steepness = vulnerability * beta * alpha_per_eur * loss_eur
    return float(max(steepness ** (1.0 / (beta + 1.0)) - 1.0, 0.0) / alpha_per_eur)
