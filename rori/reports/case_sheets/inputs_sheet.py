"""The sheet Inputs: the case, its measures and what they change. Holds the discount rate that formulas use."""

from __future__ import annotations

from xlsxwriter import Workbook

from rori.reports.case_sheets.report import CaseReport
from rori.reports.grid import Cell, Grid, money, optional, text

NAME = "Inputs"


def write_inputs(book: Workbook, grid: Grid, report: CaseReport) -> None:
    """Write the sheet and define the name discount_rate."""
    grid.set_page((26, 36, 34, 24, 17, 14, 17, 17, 34), report.footer)
    grid.title("Inputs", "What the run was given; change only the marked cell")
    grid.sheet.freeze_panes(grid.row, 1)
    _write_case(book, grid, report)
    grid.gap()
    _write_measures(grid, report)
    _write_transfers(grid, report)
    grid.gap()
    _write_effects(grid, report)
    grid.finish()


def _write_case(book: Workbook, grid: Grid, report: CaseReport) -> None:
    case = report.case
    grid.section("Case")
    grid.header(("Parameter", "Value", "Unit"), words=(0, 2))
    grid.cells([text("Name"), Cell(case.name, "text+right"), text("")])
    grid.cells([text("Horizon"), Cell(case.horizon_years, "whole"), text("years")])
    row = grid.cells(
        [
            text("Discount rate"),
            Cell(case.discount_rate_per_year, "fine share+input"),
            text("% per year, nominal; try another one here"),
        ]
    )
    book.define_name("discount_rate", f"={NAME}!$B${row + 1}")
    grid.sheet.data_validation(
        *(row, 1, row, 1),
        {
            "validate": "decimal",
            "criteria": "between",
            "minimum": -0.99,
            "maximum": 1,
            "error_title": "Discount rate",
            "error_message": "The discount rate must be between -99 % and 100 % per year.",
        },
    )
    grid.cells([text("Loss growth"), Cell(case.loss_growth_per_year, "fine share"), text("% per year, volume")])
    grid.cells([text("Inflation"), Cell(case.inflation_per_year, "fine share"), text("% per year")])
    _write_tax(book, grid, report)
    limit = "" if case.budget_eur is not None else ", no limit set"
    grid.cells([text("Budget"), optional(case.budget_eur, "money"), text(f"{case.currency}, capex{limit}")])
    grid.cells([text("Currency"), Cell(case.currency, "text+right"), text("label; amounts are not converted")])
    grid.cells([text("Seed"), Cell(str(case.seed), "text+right"), text("as text, so that no digit is lost")])
    grid.cells([text("Paths"), Cell(case.n_paths, "whole"), text("simulated futures")])


def _write_tax(book: Workbook, grid: Grid, report: CaseReport) -> None:
    """Write how flows are discounted and taxed; the names tax_rate and depreciation_years only where there is a tax."""
    case = report.case
    grid.cells(
        [text("Discounting"), Cell(case.discounting.value, "text+right"), text("when within its year money falls")]
    )
    if case.tax_rate > 0.0:
        row = grid.cells(
            [text("Tax rate"), Cell(case.tax_rate, "fine share"), text("% of prevented loss, dividend, costs")]
        )
        book.define_name("tax_rate", f"={NAME}!$B${row + 1}")
        span = Cell(case.depreciation_years, "whole")
        row = grid.cells([text("Depreciation"), span, text("years, straight line of capex, for tax; 0 means none")])
        book.define_name("depreciation_years", f"={NAME}!$B${row + 1}")
    if case.count_residual_value:
        grid.cells(
            [text("Residual value"), Cell("counted", "text+right"), text("of capex, straight line over its life")]
        )


def _write_measures(grid: Grid, report: CaseReport) -> None:
    unit = report.currency
    grid.section("Measures", "" if report.measures else "No measure is chosen.")
    grid.header(
        (
            *("Measure", "Name", "Strategy", f"Capex ({unit})", f"Opex ({unit}/year)", "Life (years)"),
            *("Lead time (months)", f"Dividend ({unit}/year)", "Controls"),
        ),
        words=(0, 1, 2, 8),
    )
    for measure in report.measures:
        grid.cells(
            [
                *(text(measure.id), text(measure.name), text(measure.strategy.value)),
                *(money(measure.capex_eur), money(measure.opex_eur_per_year), Cell(measure.life_years, "precise")),
                *(Cell(measure.lead_time_months, "precise"), money(measure.dividend_eur_per_year)),
                text("; ".join(measure.control_ids)),
            ]
        )


def _write_transfers(grid: Grid, report: CaseReport) -> None:
    insured = [(measure, measure.transfer) for measure in report.measures if measure.transfer is not None]
    if not insured:
        return
    unit = report.currency
    grid.gap()
    grid.section("Risk transfer", "Pays for losses, prevents none.")
    grid.header(
        (
            *("Measure", "Name", f"Premium ({unit}/year)", f"Deductible ({unit}/event)", "Waiting period (hours)"),
            *(f"Limit ({unit}/event)", f"Limit ({unit}/year)"),
        ),
        words=(0, 1),
    )
    for measure, transfer in insured:
        grid.cells(
            [
                *(text(measure.id), text(measure.name), money(transfer.premium_eur_per_year)),
                *(money(transfer.deductible_eur_per_event), Cell(transfer.waiting_hours, "precise")),
                *(money(transfer.limit_eur_per_event), money(transfer.limit_eur_per_year)),
            ]
        )


def _write_effects(grid: Grid, report: CaseReport) -> None:
    grid.section(
        "Effects", "multiply: size is a factor (0.3 leaves 30 %); replace: size is the new value, in its own unit."
    )
    grid.header(
        ("Measure", "Name", "Target", "Quantity", "Operation", "Lowest", "Most likely", "Highest"),
        words=(0, 1, 2, 3, 4),
    )
    for measure in report.measures:
        for effect in measure.effects:
            size = effect.size
            grid.cells(
                [
                    *(text(measure.id), text(measure.name), text(str(effect.target))),
                    *(text(effect.quantity.value.replace("_", " ")), text(effect.operation.value)),
                    *(Cell(bound, "precise") for bound in (size.low, size.likely, size.high)),
                ]
            )
