"""The answers of a case in words."""

from __future__ import annotations

from collections.abc import Sequence

from rori.economics.results import Comparison
from rori.reports.case_sheets.report import CaseReport
from rori.reports.plain_text import listed, short_name, spoken_money, spoken_share

RORI_MEANS = (
    "Resilient Return on Investment = (PV prevented loss - PV cost) / PV cost; not the Return On Response Investment"
    " of intrusion-response papers"
)


def answer(report: CaseReport) -> str:
    """Say in one sentence what the measures cost, prevent and return."""
    bought = [short_name(measure.name) for measure in report.measures if measure.transfer is None]
    if not bought:
        return "No measure that prevents losses is chosen: nothing is spent on prevention and nothing is prevented."
    investment = report.result.investment
    names = listed(bought)
    prevented = spoken_money(investment.pv_prevented_eur.value, report.currency)
    years = _years(report.case.horizon_years)
    if investment.rori is None:
        return f"Over {years}, {names} cost nothing and prevent losses of {prevented} in present value."
    cost = spoken_money(investment.pv_cost_eur, report.currency)
    error = 100.0 * investment.rori.standard_error
    sentence = (
        f"Over {years}, spending {cost} on {names} prevents losses of {prevented}, both in present value:"
        f" RORI is {spoken_share(investment.rori.value)} (standard error {error:.1f} percentage points)"
    )
    if investment.rori.value < 0.0:
        sentence += ", so on prevented loss alone the measures do not pay for themselves"
    if investment.probability_rori_positive is None:
        return f"{sentence}."
    return f"{sentence}; it is above 0 in {spoken_share(investment.probability_rori_positive.value)} of the futures."


def why_roi_differs(report: CaseReport) -> str:
    """Say what traditional ROI leaves out."""
    investment = report.result.investment
    if investment.roi is None or investment.rori is None:
        return "Traditional ROI = (PV dividend - PV cost) / PV cost. There is no cost, so there is no ratio."
    return (
        "Traditional ROI = (PV dividend - PV cost) / PV cost: it counts gains that come without any outage and sees none"
        f" of the {spoken_money(investment.pv_prevented_eur.value, report.currency)} of prevented loss, so it shows"
        f" {spoken_share(investment.roi)} where RORI shows {spoken_share(investment.rori.value)}"
    )


def payback_in_words(report: CaseReport) -> str:
    """Say when the cumulative present value turns positive."""
    reached = report.result.investment.discounted_payback_years
    if reached is None:
        return f"The measures do not pay back within {_years(report.case.horizon_years)}, discounted"
    return f"The measures pay back after {_years(round(reached, 1))}, discounted"


def rare_year(report: CaseReport) -> str:
    """Say what a bad year costs without and with the measures, from the highest VaR of the run."""
    if not report.result.tails:
        return "How often a year costs more than a given loss"
    tail = max(report.result.tails, key=lambda tail: tail.level)
    without, with_measures = (
        spoken_money(loss.value, report.currency) for loss in (tail.var.without, tail.var.with_measures)
    )
    return (
        f"One year in {1.0 / (1.0 - tail.level):.3g} costs more than {without} without the measures,"
        f" {with_measures} with them"
    )


def largest_share(names: Sequence[str], losses: Sequence[Comparison]) -> str:
    """Say where most of the prevented loss is; the first name has it."""
    total = sum(loss.difference.value for loss in losses)
    if not losses or total <= 0.0:
        return "No loss is prevented"
    return f"{spoken_share(losses[0].difference.value / total)} of the prevented loss is in: {short_name(names[0])}"


def _years(number: float) -> str:
    return "1 year" if number == 1 else f"{number:g} years"
