"""What the calculator says, in sentences; plain text, not yet escaped."""

from __future__ import annotations

from rori.economics.decisions.break_even import BreakEven, BreakEvens, PaysForItself
from rori.economics.exact.figures import ExactResult
from rori.ui.components.case_words import span
from rori.ui.formats import number, percent, short_money


def answer(now: ExactResult, base: ExactResult, currency: str, *, moved: bool) -> str:
    """Say what the sliders make of the case."""
    prevented = short_money(now.loss_eur_per_year.difference.value, currency)
    found = now.investment.rori
    if found is None:
        return f"The measures are expected to prevent {prevented} of loss per year, at no cost."
    pays = "they pay" if found.value > 0.0 else "they do not pay"
    returned = f"RORI is {percent(found.value)}"
    if moved and base.investment.rori is not None:
        returned = f"RORI would be {percent(found.value)} instead of {percent(base.investment.rori.value)}"
    return (
        f"{returned}: over {span(now.horizon_years)} the measures are expected to prevent {prevented} of loss per year, and "
        f"{pays}."
    )


def break_even_rows(found: BreakEvens) -> list[tuple[str, str]]:
    """Say for each quantity where RORI is 0, with its name."""
    return [
        ("Frequency", _sentence(found.frequency, "failures are {} as frequent as estimated")),
        ("Duration", _sentence(found.duration, "outages last {} as long as estimated")),
        ("Effect", _strength(found.strength)),
        ("Cost", _sentence(found.cost, "the measures cost {} as much as planned")),
    ]


def _sentence(found: BreakEven, what: str) -> str:
    if found.factor is None:
        return f"There is no break-even: {found.reason}."
    return f"RORI = 0 when {what.format(f'{factor(found.factor)} times')}."


def _strength(found: BreakEven) -> str:
    if found.factor is None:
        return f"There is no break-even: {found.reason}."
    beyond = ", more than estimated" if found.factor > 1.0 else ""
    return f"RORI = 0 when {percent(found.factor, 0)} of every effect is realised{beyond}."


def factor(value: float) -> str:
    """Write a factor with three figures."""
    digits = 2 if value >= 0.1 else 4
    return number(value, 0 if value >= 100.0 else digits)


def pays_for_itself_sentence(found: PaysForItself, system_name: str, currency: str) -> str:
    """Say how often one outage would have to be prevented."""
    hours = f"{number(found.outage_hours, 0 if found.outage_hours == int(found.outage_hours) else 1)}-hour outage"
    if found.cost_eur_per_year <= 0.0:
        return "The measures cost nothing, so they need not prevent anything to pay for themselves."
    if found.every_years is None:
        return f"One {hours} of {system_name} costs nothing, so preventing it pays for nothing."
    often = _often(found.every_years)
    return (
        f"The measures pay for themselves if they prevent one {hours} of {system_name} {often}. Such an outage costs "
        f"{short_money(found.loss_per_outage_eur, currency)} on average; the measures cost "
        f"{short_money(found.cost_eur_per_year, currency)} per year, spread evenly over the horizon."
    )


def _often(years: float) -> str:
    if years >= 1.0:
        return f"every {number(years, 1 if years < 100 else 0)} years"
    return f"every {number(12.0 * years, 1)} months" if years >= 1 / 12 else f"every {number(365.0 * years, 1)} days"
