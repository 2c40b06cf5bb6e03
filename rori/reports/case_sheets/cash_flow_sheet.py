"""The sheet Cash flow: every year and every return as a live formula."""

from __future__ import annotations

import math
from collections.abc import Sequence

from xlsxwriter import Workbook

from rori.economics.results import YearFlow
from rori.economics.terms import Discounting
from rori.reports.case_sheets.charts import columns_over_years, title
from rori.reports.case_sheets.report import CaseReport
from rori.reports.case_sheets.returns_table import write_returns
from rori.reports.case_sheets.sentences import payback_in_words
from rori.reports.case_sheets.year_columns import YearColumns
from rori.reports.grid import Cell, Grid, money, optional, text

FALLS = {
    Discounting.END_YEAR: "other years fall at their end",
    Discounting.MID_YEAR: "other years fall in their middle",
    Discounting.CONTINUOUS: "other years are spread evenly over their year",
}


def write_cash_flow(book: Workbook, grid: Grid, report: CaseReport) -> dict[str, str]:
    """Write the sheet and return where its results stand, by name, for formulas on other sheets."""
    unit, case = report.currency, report.case
    grid.set_page((30, 17, 17, 15, 14, 14, 16, 12, 18, 20, 17, 16, 20, 16, 16, 18, 18, 18), report.footer)
    grid.title("Cash flow", f"Expected {unit} of each year; year 0 is the start, {FALLS[case.discounting]}")
    rate = case.discount_rate_per_year
    grid.cells([text("Discount rate per year"), Cell(rate, "fine share", "=discount_rate")])
    grid.line("To try another rate, change it on the sheet Inputs; every formula here and on Summary follows.")
    grid.gap()
    columns = _write_years(grid, report)
    grid.gap()
    places = write_returns(grid, report, columns)
    grid.gap()
    chart = columns_over_years(
        book, columns.reference("A"), columns.reference("J"), f"Cumulative present value ({unit})"
    )
    chart.set_title(title(payback_in_words(report)))
    grid.chart(chart, width=900, rows=17, alt=f"Cumulative present value by year. {payback_in_words(report)}")
    grid.finish()
    return places


def _write_years(grid: Grid, report: CaseReport) -> YearColumns:
    flows = report.result.investment.cash_flows
    columns = YearColumns.of(report, first=grid.row + 2)
    grid.header(_headers(report, columns), words=(0,))
    grid.sheet.freeze_panes(grid.row, 1)
    grid.sheet.repeat_rows(grid.row - 1)
    cumulative_net = 0.0
    for flow in flows:
        before = cumulative_net
        cumulative_net += flow.net_eur
        row = grid.row + 1
        cells = _year(report, columns, flow, row)
        cells += _sums(report, flow, before, cumulative_net, row)
        grid.cells([*cells, *_extras(report, columns, flow, row)])
    _write_totals(grid, columns, flows)
    return columns


def _headers(report: CaseReport, columns: YearColumns) -> tuple[str, ...]:
    unit = report.currency
    after = " after tax" if columns.tax else ""
    always = (
        *("Year", f"Prevented loss ({unit})", f"Standard error ({unit})", f"Dividend ({unit})", f"Capex ({unit})"),
        *(f"Opex ({unit})", f"Net{after} ({unit})", "Discount factor", f"Present value ({unit})"),
        *(f"Cumulative present value ({unit})", f"Cumulative net ({unit})"),
        *("Payback point (years)", "Discounted payback point (years)"),
    )
    taxed = (f"Depreciation ({unit})", f"Tax ({unit})") if columns.tax else ()
    left = (
        (f"Residual value ({unit})", f"Net with residual ({unit})", f"Present value with residual ({unit})")
        if columns.residual
        else ()
    )
    return (*always, *taxed, *left)


def _year(report: CaseReport, columns: YearColumns, flow: YearFlow, row: int) -> list[Cell]:
    """Return the cells of one year up to its present value."""
    tax = f"-{columns.tax}{row}" if columns.tax else ""
    return [
        Cell(flow.year, "year"),
        money(flow.prevented_eur.value),
        money(flow.prevented_eur.standard_error),
        money(flow.dividend_eur),
        money(flow.capex_eur),
        money(flow.opex_eur),
        Cell(flow.net_eur, "money", f"=B{row}+D{row}-E{row}-F{row}{tax}"),
        Cell(flow.discount_factor, "factor", _discount_factor(report.case.discounting, row, start=flow.year == 0)),
        Cell(flow.present_value_eur, "money", f"=G{row}*H{row}"),
    ]


def _discount_factor(discounting: Discounting, row: int, *, start: bool) -> str:
    if start or discounting is Discounting.END_YEAR:
        return f"=(1+discount_rate)^-A{row}"
    if discounting is Discounting.MID_YEAR:
        return f"=(1+discount_rate)^(0.5-A{row})"
    spread = "discount_rate/LN(1+discount_rate)"
    return f"=IF(discount_rate=0,1,{spread}*(1+discount_rate)^-A{row})"


def _sums(report: CaseReport, flow: YearFlow, before: float, net: float, row: int) -> list[Cell]:
    """Return the sums up to a year; `before` and `net` are the undiscounted ones, before and after it."""
    above = row - 1
    first = flow.year == 0
    cells = [
        Cell(flow.cumulative_present_value_eur, "money", f"=I{row}" if first else f"=J{above}+I{row}"),
        Cell(net, "money", f"=G{row}" if first else f"=K{above}+G{row}"),
    ]
    if first:
        return [*cells, optional(None, "number"), optional(None, "number")]
    points = [_crossing(flow.year, before, net, row), _discounted_crossing(report, flow, row)]
    return [*cells, *points]


def _crossing(year: int, before: float, after: float, row: int) -> Cell:
    """Return when within this year the sum reaches 0, in a straight line, or nothing when it does not."""
    above = f"K{row - 1}"
    formula = f'=IF(AND({above}<0,K{row}>=0),A{row}-1-{above}/(K{row}-{above}),"")'
    reached = year - 1 - before / (after - before) if before < 0.0 <= after else None
    return Cell(reached, "number", formula, may_be_empty=True)


def _discounted_crossing(report: CaseReport, flow: YearFlow, row: int) -> Cell:
    """Return the same for present values: money flows evenly within the year and is discounted all the time."""
    above = row - 1
    share = f"-J{above}/I{row}"
    lost = "discount_rate/(1+discount_rate)"
    part = f"IF(discount_rate=0,{share},-LN(1+J{above}/I{row}*{lost})/LN(1+discount_rate))"
    formula = f'=IF(AND(J{above}<0,J{row}>=0),A{row}-1+{part},"")'
    before = flow.cumulative_present_value_eur - flow.present_value_eur
    reached = None
    if before < 0.0 <= flow.cumulative_present_value_eur:
        rate = report.case.discount_rate_per_year
        needed = -before / flow.present_value_eur
        within = needed if rate == 0.0 else -math.log1p(-needed * rate / (1.0 + rate)) / math.log1p(rate)
        reached = flow.year - 1 + within
    return Cell(reached, "number", formula, may_be_empty=True)


def _extras(report: CaseReport, columns: YearColumns, flow: YearFlow, row: int) -> list[Cell]:
    """Return what only cases with tax or residual value have."""
    cells = []
    if columns.tax:
        is_in_use = f"AND(A{row}>=1,A{row}<=depreciation_years)"
        depreciation = f"=IF({is_in_use},$E${columns.first}/depreciation_years,0)"
        taxed = f"B{row}+D{row}-F{row}-{columns.depreciation}{row}"
        cells += [
            Cell(flow.depreciation_eur, "money", depreciation),
            Cell(flow.tax_eur, "money", f"=tax_rate*({taxed})"),
        ]
    if columns.residual:
        left = flow.residual_value_eur
        factor = (1.0 + report.case.discount_rate_per_year) ** -flow.year
        at_end = f"{columns.residual}{row}*(1+discount_rate)^-A{row}"
        cells += [
            money(left),
            Cell(flow.net_eur + left, "money", f"=G{row}+{columns.residual}{row}"),
            Cell(flow.present_value_eur + left * factor, "money", f"=I{row}+{at_end}"),
        ]
    return cells


def _write_totals(grid: Grid, columns: YearColumns, flows: Sequence[YearFlow]) -> None:
    totals = {
        "B": sum(flow.prevented_eur.value for flow in flows),
        "D": sum(flow.dividend_eur for flow in flows),
        "E": sum(flow.capex_eur for flow in flows),
        "F": sum(flow.opex_eur for flow in flows),
        "G": sum(flow.net_eur for flow in flows),
        "I": sum(flow.present_value_eur for flow in flows),
        columns.depreciation: sum(flow.depreciation_eur for flow in flows),
        columns.tax: sum(flow.tax_eur for flow in flows),
        columns.residual: sum(flow.residual_value_eur for flow in flows),
    }
    line = [
        Cell(totals[column], "money", f"=SUM({columns.span(column)})") if column in totals else text("")
        for column in columns.letters[1:]
    ]
    grid.cells([text("Total"), *line], "total")
