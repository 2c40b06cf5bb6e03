"""The sheet Summary: the answer, and every key figure with its standard error and its meaning."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rori.economics.results import Comparison, Investment, Simulated, TailFigures
from rori.reports.case_sheets.report import CaseReport
from rori.reports.case_sheets.returns_table import irr_in_words
from rori.reports.case_sheets.sentences import RORI_MEANS, answer, why_roi_differs
from rori.reports.grid import Cell, Grid, optional, text

NAME = "Summary"

NO_COST = "Empty: there is no cost to divide by. "
NOT_REACHED = "Empty: not reached within the horizon. "


@dataclass(frozen=True, slots=True, kw_only=True)
class _Figure:
    """One line: `live` is the cell that holds the same figure as a formula, `missing` says why there is none."""

    label: str
    style: str
    value: Simulated | float | None
    means: str
    live: str = ""
    missing: str = ""
    scenario: str = ""
    unit: str = ""


def write_summary(grid: Grid, report: CaseReport, places: Mapping[str, str]) -> None:
    """Write the sheet; `places` says where the returns stand on the sheet Cash flow."""
    grid.set_page((40, 14, 17, 17, 92), report.footer)
    case, source = report.case, report.provenance
    grid.title(
        case.name, f"Case {case.id}, run {source.run_id}, {source.created_at:%d %B %Y}, amounts in {case.currency}"
    )
    grid.paragraph(answer(report), style="answer", last_column=4)
    rate = case.discount_rate_per_year
    changed = (
        "The discount rate on Inputs is no longer that of the run: the sentence above, standard errors, percentiles"
        " and probabilities still belong to the run."
    )
    grid.line("", "warning", f'=IF(ABS(discount_rate-{rate!r})<0.000000001,"","{changed}")')
    grid.header(("Figure", "Unit", "Value", "Standard error", "What it means"), words=(0, 1, 4))
    grid.sheet.freeze_panes(grid.row, 1)
    grid.sheet.repeat_rows(grid.row - 1)
    _write(grid, report, "Return", _returns(report, places))
    _write(grid, report, "Loss per year", _losses(report))
    tails = [figure for tail in report.result.tails for figure in _tail(tail)]
    _write(grid, report, "Bad years", tails)
    if report.result.transfer is not None:
        _write(grid, report, "Risk transfer: it pays, it prevents nothing; in no figure above", _transfer(report))
    grid.gap()
    grid.line(
        "RORI, ROI, NPV, the ratios, IRR, MIRR and paybacks are formulas; all but IRR and simple payback follow the"
        " discount rate on Inputs. All other figures are values of the run."
    )
    grid.line("Standard error: how far the figure may be off because only so many futures were simulated.")
    grid.finish()


def _write(grid: Grid, report: CaseReport, heading: str, figures: list[_Figure]) -> None:
    grid.cells([Cell(heading, "section"), *[text("")] * 4])
    for figure in figures:
        value = figure.value
        amount, error = (value.value, value.standard_error) if isinstance(value, Simulated) else (value, None)
        unit = figure.unit or {"money": report.currency, "share": "%", "number": "years"}[figure.style]
        style = f"{figure.style}+strong" + (f"+{figure.scenario}" if figure.scenario else "")
        formula = f"={figure.live}" if figure.live else ""
        missing = figure.missing if amount is None else ""
        grid.cells(
            [
                text(figure.label),
                text(unit),
                Cell(amount, style, formula, may_be_empty=bool(figure.missing)),
                optional(error, figure.style),
                Cell(missing + figure.means, "note"),
            ]
        )


def _returns(report: CaseReport, places: Mapping[str, str]) -> list[_Figure]:
    found = report.result.investment
    figures = (
        ("RORI", found.rori, RORI_MEANS, "rori"),
        ("P(RORI > 0)", found.probability_rori_positive, "Share of the simulated futures in which RORI is above 0", ""),
        ("RORI, P5", found.rori_p5, "RORI is below this in 5 % of the futures", ""),
        ("RORI, P50", found.rori_p50, "RORI is below this in half of the futures", ""),
        ("RORI, P95", found.rori_p95, "RORI is below this in 95 % of the futures", ""),
        ("Traditional ROI", found.roi, why_roi_differs(report), "roi"),
        (
            *("RORI with dividend", found.rori_with_dividend),
            "(PV prevented loss + PV dividend - PV cost) / PV cost: counts gains that come without any outage too",
            "rori_with_dividend",
        ),
    )
    ratios = [
        _Figure(label=label, style="share", value=value, means=means, live=places.get(key, ""), missing=NO_COST)
        for label, value, means, key in figures
    ]
    return [*ratios, *_money_over_time(report, places)]


def _money_over_time(report: CaseReport, places: Mapping[str, str]) -> list[_Figure]:
    found = report.result.investment
    npv = _Figure(
        label="NPV",
        style="money",
        value=found.npv_eur,
        means="Net present value = PV prevented loss + PV dividend - PV cost",
        live=places["npv"],
    )
    ratios = [
        _Figure(label=label, style="number", value=value, means=means, live=places[key], missing=NO_COST, unit="ratio")
        for label, value, means, key in (
            (
                *("Benefit-cost ratio", found.benefit_cost_ratio),
                *("(PV prevented loss + PV dividend) / PV cost; above 1 the measures earn more than they cost", "bcr"),
            ),
            (
                *("Savings-to-investment ratio", found.savings_to_investment),
                *("1 + NPV / capex (ASTM E917); what NIST's EDGe$ prints as SIR is this less 1", "sir"),
            ),
        )
    ]
    return [npv, *ratios, *_rates(report, places), *_paybacks(found, places)]


def _rates(report: CaseReport, places: Mapping[str, str]) -> list[_Figure]:
    found = report.result.investment
    irr, mirr = found.irr.rate, found.mirr_per_year
    grows = "Rate at which what is paid grows to what is earned, income being invested again at the discount rate"
    return [
        _Figure(
            label="IRR",
            style="share",
            value=irr,
            means=irr_in_words(report),
            live="" if irr is None else places["irr"],
            missing="Empty. ",
        ),
        _Figure(
            label="MIRR",
            style="share",
            value=mirr,
            means=grows,
            live="" if mirr is None else places["mirr"],
            missing="Empty: nothing is paid or nothing is earned. ",
        ),
    ]


def _paybacks(found: Investment, places: Mapping[str, str]) -> list[_Figure]:
    return [
        _Figure(
            label=label,
            style="number",
            value=years,
            means=f"When the cumulative {sums_up} turns positive for good",
            live=places[key],
            missing=NOT_REACHED,
        )
        for label, years, sums_up, key in (
            ("Payback", found.payback_years, "net cash flow", "payback"),
            ("Discounted payback", found.discounted_payback_years, "present value", "discounted_payback"),
        )
    ]


def _losses(report: CaseReport) -> list[_Figure]:
    result = report.result
    return [
        *_pair(
            "Expected annual loss",
            "money",
            result.loss_eur_per_year,
            "Mean loss of a year over the horizon, in prices of year 0",
        ),
        _Figure(
            label="Prevented loss per year",
            style="money",
            value=result.loss_eur_per_year.difference,
            means="Expected annual loss without - with the measures, paired year by year",
            scenario="prevented",
        ),
        *_pair(
            "Probability of a loss", "share", result.probability_of_loss, "Share of the years in which anything is lost"
        ),
    ]


def _tail(tail: TailFigures) -> list[_Figure]:
    level = f"{100 * tail.level:g}"
    beyond = f"{100 * (1 - tail.level):.4g}"
    return [
        *_pair(f"VaR {level}", "money", tail.var, f"Annual loss that is exceeded in {beyond} % of the years"),
        *_pair(f"TVaR {level}", "money", tail.tvar, f"Mean annual loss of the worst {beyond} % of the years"),
    ]


def _pair(label: str, style: str, figure: Comparison, means: str) -> list[_Figure]:
    """Return the lines without and with the measures."""
    sides = (("without", "without", figure.without), ("with", "with", figure.with_measures))
    return [
        _Figure(label=f"{label}, {words} measures", style=style, value=value, means=means, scenario=scenario)
        for words, scenario, value in sides
    ]


def _transfer(report: CaseReport) -> list[_Figure]:
    transfer = report.result.transfer
    if transfer is None:
        return []
    tail = transfer.tail_after_payout
    level = f"{100 * tail.level:g}"
    return [
        _Figure(label="Premium per year", style="money", value=transfer.premium_eur_per_year, means="What it costs"),
        _Figure(
            label="Expected payout per year",
            style="money",
            value=transfer.payout_eur_per_year,
            means="What it is expected to pay; the loss has happened all the same",
        ),
        *(
            _Figure(label=f"{label} {level} with measures, {words} payout", style="money", value=value, means=means)
            for label, figure, means in (
                ("VaR", tail.var, "Annual loss that is exceeded with the probability 1 - level"),
                ("TVaR", tail.tvar, "Mean annual loss of the worst years"),
            )
            for words, value in (("before", figure.without), ("after", figure.with_measures))
        ),
    ]
