"""What a run says, in sentences; plain text, not yet escaped."""

from __future__ import annotations

from collections.abc import Sequence

from rori.economics.results import Comparison, Investment, IrrKind, Simulated
from rori.ui.formats import NOTHING, number, percent, percent_with_error, short_money, with_error
from rori.usecases.cases import SavedRun


def answer(saved: SavedRun) -> str:
    """Answer the question of the case with a range."""
    case, found = saved.inputs.case, saved.result.investment
    count = count_preventing(saved)
    if not count:
        lost = with_error(saved.result.loss_eur_per_year.without, case.currency)
        return (
            f"This case holds no measure that prevents loss. With today's design the expected loss is {lost} per year."
        )
    prevented = short_money(found.pv_prevented_eur.value, case.currency)
    subject = "this measure is" if count == 1 else f"these {count} measures are"
    begin = f"Over {span(case.horizon_years)} {subject} expected to prevent {prevented} of loss"
    if found.rori is None or found.probability_rori_positive is None:
        return f"{begin} at no cost."
    pays = "it pays" if count == 1 else "they pay"
    taxed = " after tax" if case.tax_rate else ""
    return (
        f"{begin} for {short_money(found.pv_cost_eur, case.currency)} of cost, in present values{taxed}: "
        f"RORI {share(found.rori)}. "
        f"In {percent(found.probability_rori_positive.value, 0)} of the simulated futures {pays}; "
        f"nine futures in ten lie between {percent(found.rori_p5, 0)} and {percent(found.rori_p95, 0)}."
    )


def count_preventing(saved: SavedRun) -> int:
    """Return how many measures of the case prevent loss: insurances only pay."""
    bought = saved.inputs.portfolio.chosen_measures(saved.inputs.case.measure_ids)
    return sum(measure.transfer is None for measure in bought)


def why_roi_differs(found: Investment, currency: str) -> str:
    """Say what the traditional view leaves out."""
    if found.rori is None or found.roi is None:
        return "There is no cost to divide by, so there is neither RORI nor a traditional ROI."
    return (
        f"Traditional ROI counts only the dividend ({short_money(found.pv_dividend_eur, currency)} that comes in without any "
        f"outage) and so shows {percent(found.roi, 0)}. It sees none of the "
        f"{short_money(found.pv_prevented_eur.value, currency)} of prevented loss. RORI counts the prevented loss and "
        f"none of the dividend; with both it is {share(found.rori_with_dividend)}."
    )


def share(figure: Simulated | None) -> str:
    """Write a share with its standard error: decimals of percent where they can be known."""
    if figure is None:
        return NOTHING
    digits = 1 if figure.standard_error < _COARSE else 0
    return percent_with_error(figure, digits)


_COARSE = 0.01


def payback(years: float | None) -> str:
    """Write a payback time."""
    return "Not reached" if years is None else span(years)


def span(years: float) -> str:
    """Write a span of years."""
    return "1 year" if years == 1 else f"{number(years, 0 if years == int(years) else 1)} years"


def internal_rate(found: Investment) -> str:
    """Write the internal rate of return: none, one or several."""
    if found.irr.kind is IrrKind.NONE:
        return "None"
    if found.irr.kind is IrrKind.ONE:
        return percent(found.irr.rate)
    return f"Several: {', '.join(percent(root) for root in found.irr.roots)}"


def bad_year(saved: SavedRun) -> str:
    """Say what a bad year costs, as the title of the exceedance curves."""
    if not saved.result.tails:
        return "How often a year costs more than an amount"
    tail = max(saved.result.tails, key=lambda entry: entry.level)
    currency = saved.inputs.case.currency
    return (
        f"One year in {number(1.0 / (1.0 - tail.level), 0)} costs more than "
        f"{short_money(tail.var.without.value, currency)} without the measures, "
        f"{short_money(tail.var.with_measures.value, currency)} with them"
    )


def where(rows: Sequence[tuple[str, Comparison]], total: float, currency: str) -> str:
    """Say where most of the loss is prevented, as the title of the bars."""
    name, top = max(rows, key=lambda row: row[1].difference.value, default=("", None))
    if top is None or total <= 0.0 or top.difference.value <= 0.0:
        return "No loss is prevented"
    return (
        f"{short_money(total, currency)} of loss is prevented per year, "
        f"{percent(top.difference.value / total, 0)} of it in {shortened(name)}"
    )


def money_over_time(saved: SavedRun) -> str:
    """Say when the money is back, as the title of the cash flow."""
    found, case = saved.result.investment, saved.inputs.case
    end = short_money(found.cash_flows[-1].cumulative_present_value_eur, case.currency)
    if found.discounted_payback_years is None:
        return f"The money is not back within {span(case.horizon_years)}: {end} in present value at the end"
    return (
        f"The money is back after {span(round(found.discounted_payback_years, 1))}, discounted; "
        f"{end} in present value after {span(case.horizon_years)}"
    )


def basis(saved: SavedRun) -> str:
    """Say what figures rest on, for captions."""
    return f"Source: this run, {number(saved.result.n_years, 0)} simulated years in {number(saved.result.n_paths, 0)} futures."


def unbroken(markdown: str) -> str:
    """Keep figures with their sign and unit when a narrow screen wraps escaped text."""
    kept = markdown.replace(" %", "\u00a0%").replace("± ", "±\u00a0")
    return kept.replace("\\+", "\\+\u2060").replace("\\-", "\\-\u2060")


def shortened(name: str, length: int = 40) -> str:
    """Cut a name where it is too long for a sentence."""
    return name if len(name) <= length else f"{name[: length - 1]}…"
