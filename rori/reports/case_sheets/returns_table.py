"""What follows from the years of the cash flow: each return as a formula beside the value of the run."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from rori.economics.results import Investment, IrrKind, Simulated
from rori.economics.terms import Discounting
from rori.reports.case_sheets.report import CaseReport
from rori.reports.case_sheets.year_columns import YearColumns
from rori.reports.grid import Cell, Grid, optional, text


@dataclass(frozen=True, slots=True, kw_only=True)
class _Return:
    """One figure that follows from the years; `formula` may name the cells of figures above it in braces.

    `divided_by` is the cell or name in braces that the figure is divided by, so that there is none where it is 0.
    """

    key: str
    label: str
    value: Simulated | float | None
    formula: str
    how: str
    style: str = "share"
    unit: str = "%"
    divided_by: str = ""


def write_returns(grid: Grid, report: CaseReport, columns: YearColumns) -> dict[str, str]:
    """Write the table and return where its figures stand, by name."""
    grid.section("Returns", "Standard errors are those of the run, at its own discount rate.")
    grid.header(("Figure", "Value", "Standard error", "Unit", "Definition"), words=(0, 3, 4))
    places: dict[str, str] = {}
    here: dict[str, str] = {}
    figures = (
        *_present_values(report, columns),
        *_ratios(report, columns),
        *_rates(report, columns),
        *_times(report, columns),
    )
    for found in figures:
        value = found.value
        amount, error = (value.value, value.standard_error) if isinstance(value, Simulated) else (value, None)
        formula, how = found.formula.format(**here), found.how
        if found.divided_by:
            formula = f'=IF({found.divided_by.format(**here)}<=0,"",{formula})'
            how += "; empty, because there is no cost to divide by" if amount is None else ""
        row = grid.cells(
            [
                text(found.label),
                Cell(amount, f"{found.style}+strong", formula, may_be_empty=True),
                *(optional(error, found.style), text(found.unit), Cell(how, "line")),
            ]
        )
        places[found.key], here[found.key] = grid.at(row, 1), f"$B${row + 1}"
    return places


def irr_in_words(report: CaseReport) -> str:
    """Say what the internal rate of return is, or why there is none to give."""
    investment = report.result.investment
    flows = investment.cash_flows
    net = [*(flow.net_eur for flow in flows[:-1]), flows[-1].net_eur + flows[-1].residual_value_eur]
    signs = [amount > 0.0 for amount in net if amount != 0.0]
    changes = sum(here != after for here, after in pairwise(signs))
    kind = investment.irr.kind
    if kind is IrrKind.ONE:
        found = "" if report.case.discounting is Discounting.END_YEAR else "; a value of the run"
        return f"The rate at which the NPV is 0{found}"
    if changes == 0:
        return "There is none: the net cash flow never changes its sign"
    times = "once" if changes == 1 else f"{changes} times"
    if kind is IrrKind.NONE:
        return f"There is none up to 1,000 %, although the net cash flow changes its sign {times}"
    rates = " and ".join(f"{100.0 * root:.1f} %" for root in investment.irr.roots)
    return f"Not given: the net cash flow changes its sign {times} and the NPV is 0 at several rates: {rates}"


def _present_values(report: CaseReport, columns: YearColumns) -> list[_Return]:
    found, factors, span = report.result.investment, columns.span("H"), columns.span
    kept = "(1-tax_rate)*" if columns.tax else ""
    after = ", after tax" if columns.tax else ""
    paid = f"{span('E')}+{kept}{span('F')}"
    relief = f"-tax_rate*{span(columns.depreciation)}" if columns.tax else ""
    left = "-{residual}" if columns.residual else ""
    end = f"{columns.residual}{columns.last}*(1+discount_rate)^-A{columns.last}"
    figures: list[tuple[str, str, Simulated | float, str, str]] = [
        (
            *("prevented", "PV prevented loss", found.pv_prevented_eur, f"={kept}SUMPRODUCT({span('B')},{factors})"),
            f"Prevented loss times discount factor, all years{after}",
        ),
        (
            *("dividend", "PV dividend", found.pv_dividend_eur, f"={kept}SUMPRODUCT({span('D')},{factors})"),
            f"Gains that come without any outage, discounted{after}",
        ),
        (
            *("cost", "PV cost", found.pv_cost_eur, f"=SUMPRODUCT({paid}{relief},{factors}){left}"),
            "Capex and opex, discounted"
            + (", less their tax relief" if columns.tax else "")
            + (", less PV residual value" if columns.residual else ""),
        ),
        (
            *("npv", "NPV", found.npv_eur, f"=SUM({span(columns.present)})"),
            "PV prevented loss + PV dividend - PV cost",
        ),
    ]
    if columns.residual:
        how = "What is left of the capex when the last year ends, discounted from then; no payment, not taxed"
        figures.insert(2, ("residual", "PV residual value", found.pv_residual_eur, f"={end}", how))
    return [
        _Return(key=key, label=label, value=value, formula=formula, how=how, style="money", unit=report.currency)
        for key, label, value, formula, how in figures
    ]


def _ratios(report: CaseReport, columns: YearColumns) -> list[_Return]:
    found = report.result.investment
    shares = (
        ("rori", "RORI", found.rori, "({prevented}-{cost})/{cost}", "(PV prevented loss - PV cost) / PV cost"),
        (
            *("rori_with_dividend", "RORI with dividend", found.rori_with_dividend),
            *("({prevented}+{dividend}-{cost})/{cost}", "(PV prevented loss + PV dividend - PV cost) / PV cost"),
        ),
        ("roi", "Traditional ROI", found.roi, "({dividend}-{cost})/{cost}", "(PV dividend - PV cost) / PV cost"),
    )
    upfront = f"$E${columns.first}"
    ratios = (
        (
            *("bcr", "Benefit-cost ratio", found.benefit_cost_ratio, "({prevented}+{dividend})/{cost}"),
            *("(PV prevented loss + PV dividend) / PV cost", "{cost}"),
        ),
        (
            *("sir", "Savings-to-investment ratio", found.savings_to_investment, f"1+{{npv}}/{upfront}"),
            *("1 + NPV / capex (ASTM E917); above 1 the capex earns more than it costs", upfront),
        ),
        (
            *("edges_sir", "SIR as EDGe$ prints it", found.net_benefit_to_investment, f"{{npv}}/{upfront}"),
            *("NPV / capex: the savings-to-investment ratio less 1", upfront),
        ),
    )
    return [
        _Return(key=key, label=label, value=value, formula=formula, how=how, divided_by="{cost}")
        for key, label, value, formula, how in shares
    ] + [
        _Return(
            key=key,
            label=label,
            value=value,
            formula=formula,
            how=how,
            style="number",
            unit="ratio",
            divided_by=divisor,
        )
        for key, label, value, formula, how, divisor in ratios
    ]


def _rates(report: CaseReport, columns: YearColumns) -> list[_Return]:
    """Return IRR and MIRR; spreadsheets have IRR for flows at the end of years only."""
    found = report.result.investment
    at_end = report.case.discounting is Discounting.END_YEAR
    irr, net, present = found.irr.rate, columns.span(columns.net), columns.span(columns.present)
    live = "" if irr is None or not at_end else f'=IFERROR(IRR({net},{irr:.4f}),"")'
    how = "Rate at which what is paid grows to what is earned, both at the discount rate until the last year ends"
    if at_end:
        modified = f'=IFERROR(MIRR({net},discount_rate,discount_rate),"")'
    else:
        earned, paid = f"SUMPRODUCT(({present}>0)*{present})", f"SUMPRODUCT(({present}<0)*{present})"
        modified = f'=IFERROR((-{earned}/{paid})^(1/A{columns.last})*(1+discount_rate)-1,"")'
    if found.mirr_per_year is None:
        modified, how = "", f"{how}; empty, because nothing is paid or nothing is earned"
    return [
        _Return(key="irr", label="IRR", value=irr, formula=live, how=irr_in_words(report)),
        _Return(key="mirr", label="MIRR", value=found.mirr_per_year, formula=modified, how=how),
    ]


def _times(report: CaseReport, columns: YearColumns) -> list[_Return]:
    """Return the paybacks."""
    found: Investment = report.result.investment
    without = "; the residual value is no payment and not in it" if columns.residual else ""
    figures = []
    for key, label, column, sums, sums_up, reached in (
        ("payback", "Payback", "L", "K", "cumulative net", found.payback_years),
        (*("discounted_payback", "Discounted payback", "M", "J", "cumulative PV"), found.discounted_payback_years),
    ):
        points = columns.span(column)
        formula = f'=IF({sums}{columns.last}<0,"",IF(COUNT({points})=0,0,MAX({points})))'
        missing = "; empty, because it does not within the horizon" if reached is None else ""
        how = f"When the {sums_up} turns positive for good{without}{missing}"
        figures.append(
            _Return(key=key, label=label, value=reached, formula=formula, how=how, style="number", unit="years")
        )
    return figures
