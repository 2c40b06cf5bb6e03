"""The Excel workbook of one case: answer, inputs, live cash flow, curves, breakdowns, portfolio, provenance."""

from __future__ import annotations

from io import BytesIO

from xlsxwriter import Workbook

from rori.economics.inputs.case import Case
from rori.economics.inputs.portfolio import Portfolio
from rori.economics.results import CaseResult
from rori.reports.case_sheets import (
    breakdown_sheets,
    cash_flow_sheet,
    exceedance_sheet,
    inputs_sheet,
    portfolio_sheet,
    provenance_sheet,
    summary_sheet,
    year_columns,
)
from rori.reports.case_sheets.report import CaseReport
from rori.reports.grid import Grid
from rori.reports.plain_text import cell_text, cut_text
from rori.reports.provenance import Provenance
from rori.reports.styles import PREVENTED, QUIET, WITH, WITHOUT, Styles

SHEETS = {
    summary_sheet.NAME: WITH,
    inputs_sheet.NAME: QUIET,
    year_columns.NAME: WITH,
    exceedance_sheet.NAME: WITHOUT,
    breakdown_sheets.BY_SYSTEM: PREVENTED,
    breakdown_sheets.BY_COMPONENT: PREVENTED,
    portfolio_sheet.NAME: QUIET,
    provenance_sheet.NAME: QUIET,
}
"""Names of the sheets in order, with the colours of their tabs."""


def write_case_workbook(case: Case, portfolio: Portfolio, result: CaseResult, provenance: Provenance) -> bytes:
    """Return the workbook; InputError when the result or the provenance belongs to another run of another case."""
    report = CaseReport(case=case, portfolio=portfolio, result=result, provenance=provenance)
    output = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with Workbook(output, options) as book:
        _describe(book, report)
        styles = Styles(book)
        grids = {name: Grid(book, styles, name) for name in SHEETS}
        for name, colour in SHEETS.items():
            grids[name].sheet.set_tab_color(colour)
        inputs_sheet.write_inputs(book, grids[inputs_sheet.NAME], report)
        places = cash_flow_sheet.write_cash_flow(book, grids[year_columns.NAME], report)
        summary_sheet.write_summary(grids[summary_sheet.NAME], report, places)
        exceedance_sheet.write_exceedance(book, grids[exceedance_sheet.NAME], report)
        breakdown_sheets.write_by_system(book, grids[breakdown_sheets.BY_SYSTEM], report)
        breakdown_sheets.write_by_component_and_cause(book, grids[breakdown_sheets.BY_COMPONENT], report)
        portfolio_sheet.write_portfolio(grids[portfolio_sheet.NAME], report)
        provenance_sheet.write_provenance(grids[provenance_sheet.NAME], report)
    return output.getvalue()


def _describe(book: Workbook, report: CaseReport) -> None:
    """Set the document properties."""
    source = report.provenance
    book.set_properties(
        {
            "title": cut_text(cell_text(report.case.name), 250),
            "subject": "Resilient Return on Investment",
            "author": cut_text(cell_text(source.created_by), 250),
            "comments": cut_text(
                cell_text(f"Run {source.run_id}, inputs {source.input_hash}, seed {source.seed}"), 250
            ),
            "created": source.created_at.replace(tzinfo=None),
        }
    )
