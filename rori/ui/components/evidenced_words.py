"""What the page Claimed and evidenced says, in sentences; plain text, not yet escaped."""

from __future__ import annotations

from rori.ui.formats import short_money
from rori.usecases.joining.assurance import Proof
from rori.usecases.joining.evidenced import AssuredMeasure, EvidencedCase, ProvedControl

_NAMED = 3
_CENT = 0.01


def headline(found: EvidencedCase) -> str:
    """Say how much of the prevented loss rests on missing evidence, and on which controls most."""
    resting, currency = found.answer.resting, found.question.inputs.case.currency
    claimed = short_money(resting.claimed_eur_per_year, currency)
    if abs(resting.claimed_eur_per_year) < _CENT:
        return "This case prevents no loss, so nothing rests on evidence."
    if resting.eur_per_year < _CENT:
        return f"All of the {claimed} of prevented loss a year stands with the evidence that there is."
    rests = f"{short_money(resting.eur_per_year, currency)} of {claimed} prevented loss a year"
    parts = by_control(found)
    named = [f"{control.sentence} ({short_money(amount, currency)})" for control, amount in parts[:_NAMED]]
    if len(parts) > _NAMED:
        rest = len(parts) - _NAMED
        named.append(f"and {rest} more {'controls' if rest > 1 else 'control'}")
    return f"{rests} rests on controls without fresh evidence. {'; '.join(named)}."


def by_control(found: EvidencedCase) -> tuple[tuple[ProvedControl, float], ...]:
    """Add up what rests on measures by the control that holds each back, euros per year, largest first."""
    weakest = {one.measure_id: leading(one) for one in found.question.measures}
    controls: dict[str, ProvedControl] = {}
    amounts: dict[str, float] = {}
    for part in found.answer.resting.parts:
        control = weakest[part.measure_id]
        if control is not None:
            controls[control.control_id] = control
            amounts[control.control_id] = amounts.get(control.control_id, 0.0) + part.eur_per_year
    return tuple((controls[key], amounts[key]) for key in sorted(amounts, key=lambda key: -amounts[key]))


def leading(measure: AssuredMeasure) -> ProvedControl | None:
    """Return the control that is named first of those that hold a measure back: one whose evidence ran out, if any."""
    expired = (one for one in measure.weakest if one.proof is Proof.EXPIRED)
    return next(expired, next(iter(measure.weakest), None))


def why(measure: AssuredMeasure) -> str:
    """Say what holds a measure back."""
    first = leading(measure)
    if measure.no_control:
        return "no control vouches for it"
    if first is None:
        return "counts in full"
    rest = len(measure.weakest) - 1
    return first.sentence if rest == 0 else f"{first.sentence}, and {rest} more"
