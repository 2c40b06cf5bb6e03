"""The sheet Cash flow: every year and every return as a live formula."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

from scipy.optimize import brentq
from xlsxwriter import Workbook

from rori.economics.results import Investment, Simulated, YearFlow
from rori.reports.case_sheets.charts import columns_over_years, title
from rori.reports.case_sheets.report import CaseReport
from rori.reports.case_sheets.sentences import payback_in_words
from rori.reports.grid import Cell, Grid, money, optional, text

NAME = "Cash flow"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rows:
    """Where the table of years stands, as numbers that formulas use (the first row is 1)."""

    first: int
    last: int

    def span(self, column: str) -> str:
        """Address of one column of the table."""
        return f"{column}{self.first}:{column}{self.last}"

    def range_of(self, column: str) -> str:
        """Address of one column of the table with the sheet, as charts want it."""
        return f"='{NAME}'!${column}${self.first}:${column}${self.last}"


def write_cash_flow(book: Workbook, grid: Grid, report: CaseReport) -> dict[str, str]:
    """Write the sheet and return where its results stand, by name, for formulas on other sheets."""
    unit = report.currency
    grid.set_page((30, 17, 17, 15, 14, 14, 16, 12, 18, 20, 17, 16, 20), report.footer)
    grid.title("Cash flow", f"Expected {unit} of each year; year 0 is the start, other years fall at their end")
    rate = report.case.discount_rate_per_year
    grid.cells([text("Discount rate per year"), Cell(rate, "fine share", "=discount_rate")])
    grid.line("To try another rate, change it on the sheet Inputs; every formula here and on Summary follows.")
    grid.gap()
    rows = _write_years(grid, report)
    grid.gap()
    places = _write_returns(grid, report, rows)
    grid.gap()
    chart = columns_over_years(book, rows.range_of("A"), rows.range_of("J"), f"Cumulative present value ({unit})")
    chart.set_title(title(payback_in_words(report)))
    grid.chart(chart, width=900, rows=17, alt=f"Cumulative present value by year. {payback_in_words(report)}")
    grid.finish()
    return places


def _write_years(grid: Grid, report: CaseReport) -> _Rows:
    unit = report.currency
    grid.header(
        (
            *("Year", f"Prevented loss ({unit})", f"Standard error ({unit})", f"Dividend ({unit})", f"Capex ({unit})"),
            *(f"Opex ({unit})", f"Net ({unit})", "Discount factor", f"Present value ({unit})"),
            *(f"Cumulative present value ({unit})", f"Cumulative net ({unit})"),
            *("Payback point (years)", "Discounted payback point (years)"),
        ),
        words=(0,),
    )
    grid.sheet.freeze_panes(grid.row, 1)
    grid.sheet.repeat_rows(grid.row - 1)
    flows = report.result.investment.cash_flows
    rows = _Rows(first=grid.row + 1, last=grid.row + len(flows))
    cumulative_net = 0.0
    for flow in flows:
        before = cumulative_net
        cumulative_net += flow.net_eur
        grid.cells(_year(flow, before, cumulative_net, first=flow is flows[0], row=grid.row + 1))
    totals = {
        "B": sum(flow.prevented_eur.value for flow in flows),
        "D": sum(flow.dividend_eur for flow in flows),
        "E": sum(flow.capex_eur for flow in flows),
        "F": sum(flow.opex_eur for flow in flows),
        "G": sum(flow.net_eur for flow in flows),
        "I": sum(flow.present_value_eur for flow in flows),
    }
    line = [
        Cell(totals[column], "money", f"=SUM({rows.span(column)})") if column in totals else text("")
        for column in "BCDEFGHIJKLM"
    ]
    grid.cells([text("Total"), *line], "total")
    return rows


def _year(flow: YearFlow, net_before: float, net: float, *, first: bool, row: int) -> list[Cell]:
    """Return the cells of one year; `net_before` and `net` are the undiscounted sums up to the year."""
    above = row - 1
    cells = [
        Cell(flow.year, "year"),
        money(flow.prevented_eur.value),
        money(flow.prevented_eur.standard_error),
        money(flow.dividend_eur),
        money(flow.capex_eur),
        money(flow.opex_eur),
        Cell(flow.net_eur, "money", f"=B{row}+D{row}-E{row}-F{row}"),
        Cell(flow.discount_factor, "factor", f"=(1+discount_rate)^-A{row}"),
        Cell(flow.present_value_eur, "money", f"=G{row}*H{row}"),
        Cell(flow.cumulative_present_value_eur, "money", f"=I{row}" if first else f"=J{above}+I{row}"),
        Cell(net, "money", f"=G{row}" if first else f"=K{above}+G{row}"),
    ]
    if first:
        return [*cells, optional(None, "number"), optional(None, "number")]
    discounted_before = flow.cumulative_present_value_eur - flow.present_value_eur
    return [
        *cells,
        _crossing(flow.year, net_before, net, f"K{above}", row),
        _discounted_crossing(flow, discounted_before, above, row),
    ]


def _crossing(year: int, before: float, after: float, above: str, row: int) -> Cell:
    """Return when within this year a sum reaches 0, in a straight line, or nothing when it does not."""
    here = f"{above[0]}{row}"
    formula = f'=IF(AND({above}<0,{here}>=0),A{row}-1-{above}/({here}-{above}),"")'
    reached = year - 1 - before / (after - before) if before < 0.0 <= after else None
    return Cell(reached, "number", formula, may_be_empty=True)


def _discounted_crossing(flow: YearFlow, before: float, above: int, row: int) -> Cell:
    """Return the same for present values: money flows evenly within the year and is discounted all the time."""
    share = f"-J{above}/I{row}"
    part = f"IF(discount_rate=0,{share},LN(1+J{above}/I{row}*(1-H{row}/H{above}))/LN(H{row}/H{above}))"
    formula = f'=IF(AND(J{above}<0,J{row}>=0),A{row}-1+{part},"")'
    reached = None
    if before < 0.0 <= flow.cumulative_present_value_eur:
        needed = -before / flow.present_value_eur
        factor = flow.discount_factor ** (1.0 / flow.year)
        within = needed if factor == 1.0 else math.log1p(-needed * (1.0 - factor)) / math.log(factor)
        reached = flow.year - 1 + within
    return Cell(reached, "number", formula, may_be_empty=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Return:
    """One figure that follows from the years; `formula` may name the cells of figures above it in braces."""

    key: str
    label: str
    value: Simulated | float | None
    formula: str
    how: str
    style: str = "share"
    unit: str = "%"

    @property
    def is_ratio(self) -> bool:
        """Whether it is divided by the cost, so that there is none without cost."""
        return self.formula.endswith("/{cost}")


def _write_returns(grid: Grid, report: CaseReport, rows: _Rows) -> dict[str, str]:
    """Write what follows from the years, each as a formula with the value of the run beside its standard error."""
    grid.section("Returns", "Standard errors are those of the run, at its own discount rate.")
    grid.header(("Figure", "Value", "Standard error", "Unit", "Definition"), words=(0, 3, 4))
    places: dict[str, str] = {}
    here: dict[str, str] = {}
    for found in (*_present_values(report, rows), *_ratios(report), *_times(report, rows)):
        value = found.value
        amount, error = (value.value, value.standard_error) if isinstance(value, Simulated) else (value, None)
        formula, how = found.formula.format(**here), found.how
        if found.is_ratio:
            formula = f'=IF({here["cost"]}=0,"",{formula})'
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


def _present_values(report: CaseReport, rows: _Rows) -> list[_Return]:
    found, factors = report.result.investment, rows.span("H")
    figures = (
        (
            *("prevented", "PV prevented loss", found.pv_prevented_eur, f"=SUMPRODUCT({rows.span('B')},{factors})"),
            "Prevented loss times discount factor, all years",
        ),
        (
            *("dividend", "PV dividend", found.pv_dividend_eur, f"=SUMPRODUCT({rows.span('D')},{factors})"),
            "Gains that come without any outage, discounted",
        ),
        (
            *("cost", "PV cost", found.pv_cost_eur, f"=SUMPRODUCT({rows.span('E')}+{rows.span('F')},{factors})"),
            "Capex and opex, discounted",
        ),
        ("npv", "NPV", found.npv_eur, f"=SUM({rows.span('I')})", "PV prevented loss + PV dividend - PV cost"),
    )
    return [
        _Return(key=key, label=label, value=value, formula=formula, how=how, style="money", unit=report.currency)
        for key, label, value, formula, how in figures
    ]


def _ratios(report: CaseReport) -> list[_Return]:
    found = report.result.investment
    return [
        _Return(
            key="rori",
            label="RORI",
            value=found.rori,
            formula="({prevented}-{cost})/{cost}",
            how="(PV prevented loss - PV cost) / PV cost",
        ),
        _Return(
            key="rori_with_dividend",
            label="RORI with dividend",
            value=found.rori_with_dividend,
            formula="({prevented}+{dividend}-{cost})/{cost}",
            how="(PV prevented loss + PV dividend - PV cost) / PV cost",
        ),
        _Return(
            key="roi",
            label="Traditional ROI",
            value=found.roi,
            formula="({dividend}-{cost})/{cost}",
            how="(PV dividend - PV cost) / PV cost",
        ),
        _Return(
            key="bcr",
            label="Benefit-cost ratio",
            value=found.benefit_cost_ratio,
            formula="({prevented}+{dividend})/{cost}",
            how="(PV prevented loss + PV dividend) / PV cost",
            style="number",
            unit="ratio",
        ),
    ]


def _times(report: CaseReport, rows: _Rows) -> list[_Return]:
    """Return IRR and paybacks."""
    found = report.result.investment
    irr, how = internal_rate(found)
    formula = "" if irr is None else f'=IFERROR(IRR({rows.span("G")},{irr:.4f}),"")'
    figures = [_Return(key="irr", label="IRR", value=irr, formula=formula, how=how)]
    for key, label, column, sums, sums_up, reached in (
        ("payback", "Payback", "L", "K", "cumulative net", found.payback_years),
        (*("discounted_payback", "Discounted payback", "M", "J", "cumulative PV"), found.discounted_payback_years),
    ):
        points = rows.span(column)
        formula = f'=IF({sums}{rows.last}<0,"",IF(COUNT({points})=0,0,MAX({points})))'
        missing = "; empty, because it does not within the horizon" if reached is None else ""
        how = f"When the {sums_up} turns positive for good{missing}"
        figures.append(
            _Return(key=key, label=label, value=reached, formula=formula, how=how, style="number", unit="years")
        )
    return figures


def internal_rate(investment: Investment) -> tuple[float | None, str]:
    """Return the internal rate of return and a sentence on it; None when there is none or it is not the only one."""
    net = [flow.net_eur for flow in investment.cash_flows]
    signs = [amount > 0.0 for amount in net if amount != 0.0]
    changes = sum(here != after for here, after in pairwise(signs))
    if changes == 0:
        return None, "There is none: the net cash flow never changes its sign"
    if changes > 1:
        return None, f"Not given: the net cash flow changes its sign {changes} times, so there may be several rates"

    def value(factor: float) -> float:
        return sum(amount * factor**year for year, amount in enumerate(net))

    lowest, highest = 1e-4, 100.0
    if value(lowest) * value(highest) > 0.0:
        return None, "Not given: the rate is beyond what can be computed"
    factor = float(brentq(value, lowest, highest, xtol=1e-15, rtol=1e-14))
    return 1.0 / factor - 1.0, "The rate at which the NPV is 0"
