"""The sheets By system and By component and cause: where loss arises and where it is prevented."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from xlsxwriter import Workbook

from rori.economics.results import Comparison, SystemFigures
from rori.economics.terms import Cause, Component
from rori.reports.case_sheets.charts import bars
from rori.reports.case_sheets.report import CaseReport
from rori.reports.case_sheets.sentences import largest_share
from rori.reports.grid import Cell, Grid, money, optional, text
from rori.reports.plain_text import chart_text

BY_SYSTEM = "By system"
BY_COMPONENT = "By component and cause"

_MOST_BARS = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    """One line of a table of losses: what stands in its first two columns, and its name on the chart."""

    label: str
    remark: str
    name: str
    loss: Comparison


@dataclass(frozen=True, slots=True, kw_only=True)
class _Table:
    """A table of losses: headings of its first two columns, the column that names bars, its lines in order."""

    kind: str
    remark: str
    chart_column: str
    lines: Sequence[_Line]


COMPONENT_MEANS = {
    Component.REVENUE: "Revenue not earned and not recovered later",
    Component.LABOUR: "People who cannot work",
    Component.RESPONSE: "Crisis team, forensics, call centre",
    Component.PENALTIES: "Penalties and credits owed to customers",
    Component.DEFECTION: "Margin of clients who leave",
    Component.REGULATORY: "Notifications and expected fines",
    Component.REPUTATION: "Revenue that dips after the tolerance is passed",
    Component.DATA_LOSS: "Work to recreate lost data",
}
"""One line on every component of loss."""


def write_by_system(book: Workbook, grid: Grid, report: CaseReport) -> None:
    """Write losses by system with a chart, then hours lost and tolerances."""
    grid.set_page((24, 34, *[16] * 7), report.footer)
    grid.title(BY_SYSTEM, "Loss caused by interruptions of each system, largest prevented loss first")
    grid.sheet.freeze_panes(grid.row, 2)
    systems = sorted(report.result.systems, key=lambda system: (*_rank(system.loss_eur_per_year), system.system_id))
    lines = [
        _Line(label=system.system_id, remark=name, name=name, loss=system.loss_eur_per_year)
        for system in systems
        for name in (report.system_name(system.system_id),)
    ]
    _write_losses(book, grid, report, _Table(kind="System", remark="Name", chart_column="B", lines=lines))
    grid.gap()
    _write_hours(grid, report, systems)
    grid.gap()
    _write_tolerances(grid, report, systems)
    grid.finish()


def write_by_component_and_cause(book: Workbook, grid: Grid, report: CaseReport) -> None:
    """Write losses by component and by cause, each with a chart."""
    grid.set_page((24, 44, *[16] * 7), report.footer)
    grid.title(BY_COMPONENT, "The same losses, once by what they consist of and once by why systems fail")
    grid.sheet.freeze_panes(grid.row, 2)
    components = [
        _line(found.component.value, COMPONENT_MEANS[found.component], found.loss_eur_per_year)
        for found in report.result.components
    ]
    causes = [
        _line(found.cause.value, _what_fails(report, found.cause), found.loss_eur_per_year)
        for found in report.result.causes
    ]
    for kind, remark, lines in (("Component", "What it is", components), ("Cause", "What fails", causes)):
        ordered = sorted(lines, key=lambda line: (*_rank(line.loss), line.label))
        losing = [line for line in ordered if line.loss.without.value or line.loss.with_measures.value]
        _write_losses(book, grid, report, _Table(kind=kind, remark=remark, chart_column="A", lines=losing))
        idle = [line.label for line in ordered if line not in losing]
        if idle:
            grid.line(f"Without any loss in the run: {', '.join(idle)}.")
        grid.gap()
    grid.finish()


def _line(name: str, remark: str, loss: Comparison) -> _Line:
    label = name.capitalize()
    return _Line(label=label, remark=remark, name=label, loss=loss)


def _rank(loss: Comparison) -> tuple[bool, float]:
    """Largest prevented loss first, where there is none last."""
    return loss.difference.value == 0.0, -loss.difference.value


def _what_fails(report: CaseReport, cause: Cause) -> str:
    if cause is Cause.COMMON_CAUSE:
        return _count(len(report.portfolio.common_causes), "common cause")
    return _count(sum(mode.cause is cause for mode in report.portfolio.failure_modes), "failure mode")


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _write_losses(book: Workbook, grid: Grid, report: CaseReport, table: _Table) -> None:
    """Write a chart of prevented loss and the table below it, with a total that equals the expected annual loss."""
    unit, lines = report.currency, table.lines
    drawn = min(sum(line.loss.difference.value != 0.0 for line in lines), _MOST_BARS)
    chart_rows = 6 + math.ceil(1.3 * drawn)
    first = grid.row + (chart_rows + 1 if drawn else 0) + 2
    last = first + len(lines) - 1
    if drawn:
        words = largest_share([line.name for line in lines], [line.loss for line in lines])
        names, amounts = (
            f"='{grid.name}'!${column}${first}:${column}${first + drawn - 1}" for column in (table.chart_column, "G")
        )
        chart = bars(book, names, amounts, words, unit)
        grid.chart(chart, width=900, rows=chart_rows, alt=chart_text(f"Prevented loss by {table.kind}. {words}"))
    grid.header(
        (
            *(table.kind, table.remark, f"Without measures ({unit}/year)", f"Standard error ({unit}/year)"),
            *(f"With measures ({unit}/year)", f"Standard error ({unit}/year)", f"Prevented ({unit}/year)"),
            *(f"Standard error ({unit}/year)", "Share of prevented (%)"),
        ),
        words=(0, 1),
    )
    total = report.result.loss_eur_per_year
    for line in lines:
        row = grid.row + 1
        prevented = line.loss.difference.value
        part = prevented / total.difference.value if total.difference.value else None
        formula = f'=IF(ROUND(G${last + 1},9)=0,"",G{row}/G${last + 1})'
        grid.cells(
            [text(line.label), text(line.remark), *_sides(line.loss), Cell(part, "share", formula, may_be_empty=True)]
        )
    _write_total(grid, total, first, last)


def _write_total(grid: Grid, total: Comparison, first: int, last: int) -> None:
    sides = _sides(total)
    if last >= first:
        for index, column in ((0, "C"), (2, "E"), (4, "G")):
            sides[index] = Cell(sides[index].content, sides[index].style, f"=SUM({column}{first}:{column}{last})")
    grid.cells([text("Total"), text("Expected annual loss"), *sides, text("")], "total")


def _sides(loss: Comparison) -> list[Cell]:
    """Return without, with and prevented, each followed by its standard error."""
    return [
        *(Cell(loss.without.value, "money+without"), money(loss.without.standard_error)),
        *(Cell(loss.with_measures.value, "money+with"), money(loss.with_measures.standard_error)),
        *(Cell(loss.difference.value, "money+prevented"), money(loss.difference.standard_error)),
    ]


def _write_hours(grid: Grid, report: CaseReport, systems: Sequence[SystemFigures]) -> None:
    grid.section(
        "Hours lost per year", "Weighted by the capacity that was lost: two hours at half capacity count as one."
    )
    error = "Standard error (hours/year)"
    grid.header(
        (
            *("System", "Name", "Without measures (hours/year)", error, "With measures (hours/year)", error),
            *("Prevented (hours/year)", error),
        ),
        words=(0, 1),
    )
    for system in systems:
        hours = _plain_sides(system.hours_lost_per_year, "number")
        grid.cells([text(system.system_id), text(report.system_name(system.system_id)), *hours])


def _write_tolerances(grid: Grid, report: CaseReport, systems: Sequence[SystemFigures]) -> None:
    grid.section("Probability per year that an interruption exceeds the impact tolerance")
    error = "Standard error (% points)"
    grid.header(
        (
            *("System", "Name", "Without measures (% per year)", error, "With measures (% per year)", error),
            *("Prevented (% points)", error, "Impact tolerance (hours)"),
        ),
        words=(0, 1),
    )
    for system in systems:
        name = report.system_name(system.system_id)
        tolerance = report.portfolio.system(system.system_id).impact_tolerance_hours
        if system.tolerance_exceeded_per_year is None:
            blanks = [optional(None, "share")] * 6
            grid.cells([text(system.system_id), text(name), *blanks, Cell("none set", "note+right")])
        else:
            chances = _plain_sides(system.tolerance_exceeded_per_year, "fine share")
            grid.cells([text(system.system_id), text(name), *chances, optional(tolerance, "precise")])


def _plain_sides(figure: Comparison, style: str) -> list[Cell]:
    sides = ((figure.without, "without"), (figure.with_measures, "with"), (figure.difference, "prevented"))
    return [
        cell
        for side, scenario in sides
        for cell in (Cell(side.value, f"{style}+{scenario}"), Cell(side.standard_error, style))
    ]
